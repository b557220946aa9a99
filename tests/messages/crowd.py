"""People by the thousand, each in a chat of the fake Bot API, and what is owed to them: written by few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text

from models.database import Database, transaction
from models.driver import Insertion, insert_all
from models.ids import new_id
from models.tables import ChannelIdentity, Person
from models.vocabulary import Channel, Language, NoticeKind
from scheduling import notices
from tests.telegram.fake_bot_api import ChatUser, FakeBotApi
from tests.world import DISTRICT

NEVER_QUIET, ALWAYS_QUIET = (24, 0), (0, 8)
"""Quiet hours that hold at no hour, and at every one: tests run at any time of the day."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A resident and their chat."""

    id: UUID
    user: ChatUser


async def gather(database: Database, bot_api: FakeBotApi, count: int, now: datetime) -> list[Reader]:
    """So many residents who have spoken to the bot."""
    readers: list[Reader] = []
    for number in range(count):
        user = bot_api.new_user(f"居民{number}")
        user.chat.started = True
        readers.append(Reader(new_id(), user))
    async with transaction(database) as session:
        people = [
            {
                "id": reader.id,
                "created_at": now,
                "district_code": DISTRICT,
                "name": reader.user.first_name,
                "language": Language.zh,
                "disability": False,
                "reminders": True,
                "large_text": False,
                "token_epoch": 0,
                "demo": False,
            }
            for reader in readers
        ]
        await insert_all(session, [Insertion(table=Person, rows=people)])
        identities = [
            {
                "id": new_id(),
                "created_at": now,
                "person_id": reader.id,
                "channel": Channel.telegram,
                "address": str(reader.user.id),
                "last_seen_at": now,
            }
            for reader in readers
        ]
        await insert_all(session, [Insertion(table=ChannelIdentity, rows=identities)])
    return readers


def reminder(
    reader: Reader,
    code: str,
    due_at: datetime,
    *,
    kind: NoticeKind = NoticeKind.booking_reminder_soon,
    booking_id: UUID | None = None,
    quiet: tuple[int, int] = NEVER_QUIET,
    bulk: bool = False,
) -> notices.Owed:
    """A reminder whose code tells it from all others."""
    start = due_at + timedelta(hours=2)
    return notices.Owed(
        person_id=reader.id,
        kind=kind,
        dedupe_key=f"crowd:{code}",
        due_at=due_at,
        expires_at=start,
        data={
            "booking_id": str(booking_id or UUID(int=1)),
            "code": code,
            "service": "长者午餐",
            "category": "meals",
            "point": "幸福食堂",
            "address": "幸福食堂路1号",
            "start": start.isoformat(),
            "end": (start + timedelta(hours=1)).isoformat(),
            "party": 1,
            "attendee": reader.user.first_name,
            "for_self": True,
            "latitude": 31.95,
            "longitude": 118.84,
            "why": "slot_closed",
            "reason": "",
            "alternatives": [],
        },
        district_code=DISTRICT,
        booking_id=booking_id,
        quiet=quiet,
        bulk=bulk,
    )


async def owe_all(database: Database, owed: Sequence[notices.Owed], now: datetime) -> None:
    """Writes what is owed, a few thousand a transaction."""
    for first in range(0, len(owed), 5000):
        async with transaction(database) as session:
            await notices.owe(session, owed[first : first + 5000], now=now)


async def count_of(database: Database, condition: str) -> int:
    """How many notices there are of which this holds."""
    async with transaction(database) as session:
        return int(
            (await session.execute(text(f"SELECT count(*) FROM notice WHERE {condition}"))).scalar_one()  # noqa: S608  # conditions are the tests' own
        )
