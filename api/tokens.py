"""Bearer tokens: short-lived, signed, naming the person and the epoch in which they hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt

from models.shapes.people import Token
from scheduling.errors import SignInRequiredError
from scheduling.signing_in import Identity

LIFETIME = timedelta(hours=12)
ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class TokenMint:
    """Makes and reads tokens with the key that all processes of an installation share."""

    key: bytes

    def issue(self, identity: Identity, *, now: datetime) -> Token:
        """A new token."""
        claims = {
            "sub": str(identity.person_id),
            "epoch": identity.token_epoch,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
        }
        return Token(
            access_token=jwt.encode(claims, self.key, algorithm=ALGORITHM),
            expires_in=int(LIFETIME.total_seconds()),
            person_id=identity.person_id,
        )

    def read(self, token: str, *, now: datetime) -> Identity:
        """Whom a token names. Raises SignInRequiredError when it is not ours, or has expired."""
        try:
            claims = jwt.decode(
                token,
                self.key,
                algorithms=[ALGORITHM],
                options={"verify_exp": False, "verify_iat": False, "require": ["sub", "epoch", "exp"]},
            )
            if claims["exp"] <= now.timestamp():
                raise SignInRequiredError
            return Identity(UUID(claims["sub"]), int(claims["epoch"]))
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise SignInRequiredError from error
