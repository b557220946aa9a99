"""The chat page behind a real server on loopback, mounted at /chat as in the program."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.page import Pace, chat_page
from tests.page.script import Outbox, Script

SIGNING_KEY = b"a key for tests"
QUICK = Pace(poll_s=0.05, slowest_poll_s=0.2, beat_s=0.3, retry_ms=100)


@dataclass
class Served:
    """A running page and what it is made of."""

    url: str
    script: Script
    outbox: Outbox
    stopping: asyncio.Event
    server: uvicorn.Server
    ended: asyncio.Task[None] = field(repr=False)

    async def stop(self) -> None:
        """As the program stops: streams are told, then the server waits for open answers."""
        self.stopping.set()
        self.server.should_exit = True
        await self.ended


def mounted(script: Script, outbox: Outbox, *, stopping: asyncio.Event, pace: Pace = QUICK) -> Starlette:
    page = chat_page(script.respond, outbox, signing_key=SIGNING_KEY, stopping=stopping, pace=pace)
    return Starlette(routes=[Mount("/chat", page)])


@asynccontextmanager
async def served(pace: Pace = QUICK) -> AsyncIterator[Served]:
    script, outbox, stopping = Script(), Outbox(), asyncio.Event()
    app = mounted(script, outbox, stopping=stopping, pace=pace)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/chat"
        ended = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn says it by this flag only
            await asyncio.sleep(0.01)
        running = Served(url, script, outbox, stopping, server, ended)
        try:
            yield running
        finally:
            await running.stop()
