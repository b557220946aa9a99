"""A fake Bot API server for all tests of this folder, and a bot of its own for each."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
import structlog

from tests.telegram.asking import Asking
from tests.telegram.fake_bot_api import BotApiServer, FakeBotApi, bot_api_server


@pytest_asyncio.fixture(scope="session", name="telegram_server")
async def running_server() -> AsyncIterator[BotApiServer]:
    """The server. Starting one takes longer than most tests, so there is one for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NO_PROXY", "127.0.0.1")  # the machine may reach the world by a proxy, but not itself
        async with bot_api_server() as server:
            yield server


@pytest_asyncio.fixture
async def bot_api(telegram_server: BotApiServer) -> FakeBotApi:
    """A bot known to the server, with empty chats."""
    return telegram_server.new_bot()


@pytest_asyncio.fixture
async def ask(bot_api: FakeBotApi) -> AsyncIterator[Asking]:
    """Calls the bot's methods."""
    async with httpx.AsyncClient() as client:
        yield Asking(client, bot_api)


@pytest.fixture(autouse=True)
def plain_tracebacks() -> Iterator[None]:
    """Many tests here log tracebacks on purpose; drawing them in colours takes longer than the tests."""
    before = structlog.get_config()
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*before["processors"][:-1], plain])
    yield
    structlog.configure(**before)
