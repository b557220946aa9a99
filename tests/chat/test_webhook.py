"""A resident books while Telegram brings what she does to two real programs over one database, and one of them dies."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from models.tables import ChatUpdate
from tests.chat.story import books_lunch, cancels
from tests.chat.telegram_person import TelegramPerson
from tests.chat.town import Town, opened_town, second_program
from tests.chat.wording import CHINESE
from tests.databases import Templates
from tests.program.running import Program
from tests.scheduling.acting import stored
from tests.telegram.fake_bot_api import bot_api_server
from tests.telegram.running import until
from tests.world import World


@pytest.fixture
async def hooked_town(templates: Templates, tmp_path: Path) -> AsyncIterator[Town]:
    async with (
        templates.clone("demo") as database,
        bot_api_server() as telegram,
        opened_town(database, telegram, tmp_path, webhook=True) as town,
    ):
        yield town


async def open_doors(town: Town, *programs: Program) -> None:
    """What Telegram brings goes to any of these."""
    hooks = town.bot_api.updates.hooks
    await until(lambda: bool(hooks.url))
    hooks.doors = [httpx.AsyncClient(base_url=program.url, timeout=10) for program in programs]


async def test_two_programs_share_what_telegram_brings(hooked_town: Town) -> None:
    town = hooked_town
    faults = town.bot_api.updates.hooks.faults
    faults.twice, faults.lost = 0.5, 0.3
    async with second_program(town) as other:
        await open_doors(town, town.program, other)
        person = TelegramPerson(town.bot_api.new_user("王桂英"))
        assert CHINESE.greeting in await person.greet()
        booking = await books_lunch(person, town, CHINESE)
        await town.program.kill()
        await cancels(person, booking, town, CHINESE)
        await until(lambda: town.bot_api.updates.hooks.idle)
        assert [each.id for each in await town.bookings_of(booking.booked_by_id)] == [booking.id]
        updates = await stored(World(town.database), ChatUpdate)
        assert len(updates) == len(town.bot_api.updates.brought)
        assert len(town.bot_api.updates.hooks.answers) > len(updates), "some came more than once"
        for door in town.bot_api.updates.hooks.doors or ():
            await door.aclose()
