"""What Telegram tells a Mini App about who opened it: `initData`, signed with the bot's token.

Source of the rule: https://core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.shapes.people import ChatSignIn
from models.vocabulary import Channel, Language
from scheduling.errors import SignInRequiredError

HOLDS = timedelta(minutes=10)
"""So long after Telegram wrote it, initData is taken: it is as good as a password to whoever has it."""
AHEAD = timedelta(minutes=1)
"""So far Telegram's clock may be ahead of ours."""
LONGEST_NAME = 80


class TelegramUser(BaseModel):
    """What is read of the user; Telegram sends more."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int = Field(gt=0, strict=True)
    first_name: str = ""
    last_name: str = ""
    language_code: str = ""
    is_bot: bool = False


def who_opened(init_data: str, *, bot_token: str, now: datetime) -> ChatSignIn:
    """The chat user behind `init_data`. Raises SignInRequiredError when it is not Telegram's, too old, or nobody's."""
    try:
        pairs = parse_qsl(init_data, keep_blank_values=True, strict_parsing=True)
    except ValueError as error:
        raise SignInRequiredError from error
    fields = dict(pairs)
    said = fields.pop("hash", "")
    if len(fields) + 1 != len(pairs) or not hmac.compare_digest(signature(fields, bot_token), said.encode()):
        raise SignInRequiredError
    try:
        written = datetime.fromtimestamp(int(fields["auth_date"]), UTC)
        user = TelegramUser.model_validate_json(fields["user"])
    except (KeyError, ValueError, OverflowError, OSError, ValidationError) as error:
        raise SignInRequiredError from error
    if user.is_bot or not now - HOLDS <= written <= now + AHEAD:
        raise SignInRequiredError
    name = f"{user.first_name} {user.last_name}".strip()[:LONGEST_NAME]
    chinese = user.language_code.startswith("zh") or not user.language_code
    return ChatSignIn(
        channel=Channel.telegram,
        user_id=str(user.id),
        name=name,
        language=Language.zh if chinese else Language.en,
    )


def signature(fields: dict[str, str], bot_token: str) -> bytes:
    """What `hash` must be, in lower-case hexadecimal digits."""
    key = hmac.digest(b"WebAppData", bot_token.encode(), hashlib.sha256)
    checked = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    return hmac.new(key, checked.encode(), hashlib.sha256).hexdigest().encode()
