"""What every request needs, put together by the composition root."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from api.orders import Orders
from api.refusals import Refusals
from api.tokens import TokenMint
from governance.attachments import Keeping
from models.database import Database, transaction
from models.tables import Secret
from models.vocabulary import Channel
from scheduling.identity.parts import Parts
from scheduling.jobs import PERIODS
from scheduling.rules.pacing import PACES, Pace

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The system's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class ApiState:
    """The database, the clock that requests read, the keys, how fast each channel may be given messages, and the channels
    in which something can be sent to an address; and where attachments are kept, where they are.

    `telegram_token` is what Telegram signs with for Mini Apps, `bot_name` what the bot is called there as soon as that is
    known, `parts` what floors above scheduling keep about people, `periods` how often which timed jobs are due. `public_url` is
    where people reach this program, when that is known.
    """

    database: Database
    clock: Clock
    tokens: TokenMint
    service_key: str
    paces: Mapping[Channel, Pace] = field(default_factory=lambda: PACES)
    to_addresses: frozenset[Channel] = frozenset({Channel.email, Channel.sms})
    keeping: Keeping | None = None
    telegram_token: str | None = field(default=None, repr=False)
    bot_name: Callable[[], str | None] = lambda: None
    parts: Parts = ()
    public_url: str | None = None
    periods: Mapping[str, timedelta] = field(default_factory=lambda: PERIODS)
    orders: Orders = field(init=False)
    refusals: Refusals = field(init=False)

    def __post_init__(self) -> None:
        """Opens the queues, one of each a process."""
        object.__setattr__(self, "orders", Orders(self.database))
        object.__setattr__(self, "refusals", Refusals(self.database))


async def token_key(database: Database) -> bytes:
    """The key that tokens are signed with: made once for an installation, shared by all its processes."""
    async with transaction(database) as session:
        await session.execute(
            insert(Secret).values(name="token-key", value=secrets.token_bytes(32)).on_conflict_do_nothing()
        )
    async with transaction(database) as session:
        return (await session.get_one(Secret, "token-key")).value
