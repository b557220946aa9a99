"""A Telegram channel that runs against the fake Bot API while a test lasts."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.replies import Incoming, Reply
from bot.telegram.channel import TelegramChannel
from bot.telegram.tempo import Tempo
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.fake_chats import PATIENCE_S

FAST = Tempo(
    first_pause_s=0.02,
    longest_pause_s=0.1,
    read_s=2.0,
    grace_s=1.0,
    messages_a_second=10_000,
    chat_burst=10_000,
)
"""Real behaviour without real patience."""

Respond = Callable[[Incoming], Awaitable[list[Reply]]]


@asynccontextmanager
async def running(
    bot_api: FakeBotApi, respond: Respond, tempo: Tempo = FAST
) -> AsyncIterator[TelegramChannel]:
    channel = TelegramChannel(token=bot_api.token, respond=respond, api_url=bot_api.url, tempo=tempo)
    await channel.start()
    try:
        yield channel
    finally:
        await channel.stop()


def always(*replies: Reply) -> Respond:
    """A conversation that answers everything alike."""

    async def respond(_: Incoming) -> list[Reply]:
        return list(replies)

    return respond


class Listener:
    """A conversation that repeats what it is told, and remembers it."""

    def __init__(self) -> None:
        self.heard: list[Incoming] = []

    async def __call__(self, incoming: Incoming) -> list[Reply]:
        self.heard.append(incoming)
        return [Reply(f"{incoming.text or incoming.data or incoming.location}")]


async def until(true: Callable[[], bool]) -> None:
    """Wait for something to be true. Raises TimeoutError when that takes long."""
    async with asyncio.timeout(PATIENCE_S):
        while not true():  # noqa: ASYNC110 (what is waited for happens in many places, none of which knows the test)
            await asyncio.sleep(0.005)
