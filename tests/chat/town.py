"""The demonstration district, run by the real program, with a Bot API of our own beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlmodel import col

from models.database import Database, transaction
from models.shapes.base import DISTRICT_ZONE, local_day
from models.tables import Booking, Grant, Notice, Service, ShiftService, Slot, StaffAccount
from models.vocabulary import Category, NoticeStatus, SlotStatus
from scheduling.slots import generate_slots
from tests.program.running import Program, environment, free_port, running, start, url_of
from tests.telegram.fake_bot_api import BotApiServer, FakeBotApi


@dataclass
class Town:
    """A running `lastmetre serve` that talks to `bot_api`, over a database that the test can look into."""

    database: Database
    bot_api: FakeBotApi
    folder: Path
    env: dict[str, str]
    program: Program

    async def start_again(self) -> None:
        """Start the program anew, at the same address, after it was killed."""
        self.program = await start(self.folder, self.env)

    async def booking(self, code: str) -> Booking:
        """The newest booking with this code."""
        statement = select(Booking).where(col(Booking.code) == code).order_by(col(Booking.created_at).desc())
        async with transaction(self.database) as session:
            return (await session.execute(statement.limit(1))).scalar_one()

    async def bookings_of(self, person_id: UUID) -> list[Booking]:
        """All bookings that a person ever made."""
        statement = select(Booking).where(col(Booking.booked_by_id) == person_id)
        async with transaction(self.database) as session:
            return list((await session.execute(statement)).scalars())

    async def taken(self, slot_id: UUID) -> int:
        """How many places of a slot are taken."""
        async with transaction(self.database) as session:
            return (
                await session.execute(select(col(Slot.taken)).where(col(Slot.id) == slot_id))
            ).scalar_one()

    async def manager_of(self, point_id: UUID) -> str:
        """The user name of somebody who manages a point."""
        statement = (
            select(col(StaffAccount.username))
            .join(Grant, col(Grant.person_id) == col(StaffAccount.person_id))
            .where(col(Grant.key) == str(point_id))
            .order_by(col(StaffAccount.username))
        )
        async with transaction(self.database) as session:
            return (await session.execute(statement.limit(1))).scalar_one()

    async def bring_reminder_forward(self, booking: Booking) -> UUID:
        """Let the booking's next reminder be due now, and whatever hour it is no quiet one. Returns its id."""
        owed = (
            select(col(Notice.id))
            .where(col(Notice.booking_id) == booking.id, col(Notice.status) == NoticeStatus.pending)
            .order_by(col(Notice.due_at))
            .limit(1)
        )
        async with transaction(self.database) as session:
            notice_id = (await session.execute(owed)).scalar_one()
            due = datetime.now(UTC) - timedelta(seconds=1)
            # Quiet hours that begin with the day's end and end with its beginning hold at no hour.
            values = {"due_at": due, "quiet_from": 24, "quiet_until": 0}
            await session.execute(update(Notice).where(col(Notice.id) == notice_id).values(values))
        return notice_id

    async def outcome(self, notice_id: UUID) -> tuple[NoticeStatus, int]:
        """What has become of a notice, and how often it was claimed."""
        async with transaction(self.database) as session:
            notice = (await session.execute(select(Notice).where(col(Notice.id) == notice_id))).scalar_one()
            return notice.status, notice.attempts

    async def owed_about(self, booking: Booking) -> list[NoticeStatus]:
        """What has become of everything that was ever owed about a booking."""
        statement = select(col(Notice.status)).where(col(Notice.booking_id) == booking.id)
        async with transaction(self.database) as session:
            return list((await session.execute(statement)).scalars())


@asynccontextmanager
async def opened_town(
    database: Database, telegram: BotApiServer, folder: Path, *, webhook: bool = False
) -> AsyncIterator[Town]:
    """The town from now on, whatever the date and the hour. Telegram is asked for updates, or brings them."""
    await _bring_to_the_present(database)
    bot_api, port = telegram.new_bot(), free_port()
    env = environment(
        url_of(database), folder, port, TELEGRAM_BOT_TOKEN=bot_api.token, TELEGRAM_API_URL=bot_api.url
    )
    if webhook:
        env["TELEGRAM_WEBHOOK_URL"] = f"http://127.0.0.1:{port}"
    town = Town(database, bot_api, folder, env, await start(folder, env))
    yield town
    if town.program.process.returncode is None:
        assert await town.program.stop() == 0


@asynccontextmanager
async def second_program(town: Town) -> AsyncIterator[Program]:
    """Another `lastmetre serve` on the town's database. Where Telegram is asked for updates it has no token, since only one
    may ask.
    """
    env = environment(url_of(town.database), town.folder, free_port())
    if "TELEGRAM_WEBHOOK_URL" in town.env:
        env |= {name: value for name, value in town.env.items() if name.startswith("TELEGRAM_")}
    async with running(town.folder, env) as program:
        yield program


async def _bring_to_the_present(database: Database) -> None:
    """Meals until a week from now, as the clock would make them. Today's kitchens are closed, so that the lunch that is
    offered first is tomorrow's, and a reminder of it still lies ahead at whatever hour the tests run. They need no hands:
    nobody here takes a shift, and in the evening the clock would shrink what tomorrow's shifts do not carry."""
    now = datetime.now(UTC)
    tomorrow = datetime.combine(local_day(now) + timedelta(days=1), time(), DISTRICT_ZONE)
    async with transaction(database) as session:
        found = await session.execute(select(col(Service.id)).where(col(Service.category) == Category.meals))
        kitchens = list(found.scalars())
        await generate_slots(session, service_ids=kitchens, now=now)
        await session.execute(delete(ShiftService).where(col(ShiftService.service_id).in_(kitchens)))
        await session.execute(
            update(Slot)
            .where(col(Slot.category) == Category.meals, col(Slot.start) < tomorrow)
            .values(status=SlotStatus.closed, edited=True)
        )
