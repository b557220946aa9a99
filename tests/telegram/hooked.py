"""Bots whose updates Telegram brings, over the real API: several processes of one bot behind one address."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.api import Api
from bot.telegram.channel import TelegramChannel
from bot.telegram.tempo import Tempo
from bot.telegram.webhook import MOUNT, webhook_at
from bot.updates import ApiUpdateDesk, UpdateDesk
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.fake_chats import PATIENCE_S
from tests.telegram.running import FAST, Respond

BASE = "https://bot.example.org"


@dataclass
class Process:
    """One process of a bot."""

    channel: TelegramChannel
    door: httpx.AsyncClient

    async def start(self) -> None:
        await self.channel.start()

    async def die(self) -> None:
        """As by SIGKILL: nothing is finished, nobody is told, and nothing listens any more."""
        await self.door.aclose()
        channel, self.channel._running = self.channel._running, None
        worker = self.channel._updates._worker  # type: ignore[union-attr]  # it is one with a webhook
        worker._at_work = False
        tasks = [*worker._in_hand, *([channel] if channel else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.channel._bot.shutdown()

    async def stop(self) -> None:
        """As by SIGTERM."""
        await self.channel.stop()
        await self.door.aclose()


@dataclass
class Hooked:
    """The processes of one bot. Each may have a conversation of its own."""

    bot_api: FakeBotApi
    api: Api
    tempo: Tempo = FAST
    processes: list[Process] = field(default_factory=list)

    async def open(self, respond: Respond, api: Api | None = None, desk: UpdateDesk | None = None) -> Process:
        """Starts one more process, over an API and with a desk of its own where these are given."""
        kept = ApiUpdateDesk(api or self.api, "telegram")
        webhook = webhook_at(BASE, self.bot_api.token, None)
        channel = TelegramChannel(
            token=self.bot_api.token,
            respond=respond,
            api_url=self.bot_api.url,
            tempo=self.tempo,
            webhook=webhook,
            desk=desk or kept,
            reach=kept.reach,
        )
        app = Starlette(routes=[Mount(MOUNT, channel.application)])
        door = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE, timeout=30)
        process = Process(channel, door)
        self.processes.append(process)
        self._open_doors()
        await process.start()
        return process

    async def kill(self, process: Process) -> None:
        """SIGKILL."""
        self.processes.remove(process)
        self._open_doors()
        await process.die()

    async def stop(self, process: Process) -> None:
        """SIGTERM."""
        self.processes.remove(process)
        self._open_doors()
        await process.stop()

    def _open_doors(self) -> None:
        self.bot_api.updates.hooks.doors = [process.door for process in self.processes]


@asynccontextmanager
async def hooked(
    bot_api: FakeBotApi, api: Api, responds: Sequence[Respond], tempo: Tempo = FAST
) -> AsyncIterator[Hooked]:
    """One process for each of these conversations, connected."""
    bots = Hooked(bot_api, api, tempo)
    for respond in responds:
        await bots.open(respond)
    async with asyncio.timeout(PATIENCE_S):
        while not all(process.channel.connected for process in bots.processes):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    try:
        yield bots
    finally:
        bot_api.updates.hooks.set("", "", 1)
        for process in list(bots.processes):
            await bots.stop(process)
