"""One town for all tests of this folder: each person in it is a new one."""

from collections.abc import AsyncIterator

import pytest

from tests.browser import browser
from tests.chat.town import Town, opened_town, second_program
from tests.databases import Templates
from tests.program.running import Program
from tests.telegram.fake_bot_api import bot_api_server

__all__ = ["browser", "other_program", "town"]


@pytest.fixture(scope="package")
async def town(templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """The real program over the demonstration district."""
    folder = tmp_path_factory.mktemp("town")
    async with (
        templates.clone("demo") as database,
        bot_api_server() as telegram,
        opened_town(database, telegram, folder) as town,
    ):
        yield town


@pytest.fixture(scope="package")
async def other_program(town: Town) -> AsyncIterator[Program]:
    """A second process of the program on the same database."""
    async with second_program(town) as program:
        yield program
