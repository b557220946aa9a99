"""Bearer tokens: short-lived, signed, naming the person and the epoch in which they hold."""

import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import Signer

from models.shapes.people import Token
from scheduling.errors import SignInRequiredError
from scheduling.signing_in import Identity

LIFETIME = timedelta(hours=12)
SALT = b"bearer token"


@dataclass(frozen=True, slots=True)
class TokenMint:
    """Makes and reads tokens with the key that all processes of an installation share.

    A token is the person's id, the epoch, and its end in seconds since 1970, signed with HMAC-SHA256.
    """

    key: bytes = field(repr=False)
    _signer: Signer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derives the signer's key."""
        # Derived once: itsdangerous would do it again for every token.
        derived = hmac.digest(self.key, SALT, "sha256")
        signer = Signer(derived, digest_method=hashlib.sha256, key_derivation="none")
        object.__setattr__(self, "_signer", signer)

    def issue(self, identity: Identity, *, now: datetime) -> Token:
        """A new token."""
        ends = int((now + LIFETIME).timestamp())
        said = f"{identity.person_id}.{identity.token_epoch}.{ends}"
        return Token(
            access_token=self._signer.sign(said).decode(),
            expires_in=int(LIFETIME.total_seconds()),
            person_id=identity.person_id,
        )

    def read(self, token: str, *, now: datetime) -> Identity:
        """Whom a token names. Raises SignInRequiredError when it is not ours, or has expired."""
        said, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signer.get_signature(said), signature.encode()):
            raise SignInRequiredError
        try:
            person_id, epoch, ends = said.split(".")
            identity, ended = Identity(UUID(person_id), int(epoch)), int(ends) <= now.timestamp()
        except ValueError as error:
            raise SignInRequiredError from error
        if ended:
            raise SignInRequiredError
        return identity
