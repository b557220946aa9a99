"""Composition: API, pages, chat page, bot and clock in one process or apart, over one database."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum

import httpx
import structlog
from fastapi import FastAPI

from api.app import create_api
from api.state import ApiState, token_key, utc_now
from api.tokens import TokenMint
from bot.api import Api
from bot.conversation import respond
from bot.notices import Delivery, PageNotices
from bot.page import chat_page
from bot.replies import Incoming, Reply
from bot.telegram import TelegramChannel
from lastmetre.settings import Settings
from lastmetre.store import open_store
from scheduling.worker import build_clock
from web.app import add_pages

log = structlog.get_logger(__name__)


class Part(StrEnum):
    """The parts that can run apart."""

    api = "api"
    web = "web"
    bot = "bot"
    clock = "clock"


ALL_PARTS = frozenset(Part)

Clock = Callable[[], datetime]


def bot_now() -> datetime:
    """The moment by which the bot names days."""
    return datetime.now(UTC)


def api_client(app: FastAPI | None, settings: Settings) -> httpx.AsyncClient:
    """How the bot reaches the API: within the process when it is here, else at the configured host and port."""
    timeout = httpx.Timeout(20)
    if app is not None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://api.local", timeout=timeout)
    return httpx.AsyncClient(base_url=f"http://{settings.host}:{settings.port}", timeout=timeout)


def create_program(
    settings: Settings,
    parts: frozenset[Part],
    *,
    service_key: str,
    stopping: asyncio.Event,
    pool_size: int = 10,
) -> FastAPI:
    """The ASGI application with the parts wanted. Its lifespan opens the database and runs what runs by itself.

    `stopping` is set by the server as soon as it is asked to stop, before it waits for open answers.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            if parts & {Part.api, Part.web, Part.clock}:
                store = await open_store(settings, pool_size=pool_size)
                stack.push_async_callback(store.close)
                if Part.clock in parts:
                    clock = build_clock(store.database, utc_now)
                    clock.start()
                    stack.callback(clock.shutdown, wait=False)
                if parts & {Part.api, Part.web}:
                    tokens = TokenMint(await token_key(store.database))
                    app.state.api = ApiState(store.database, utc_now, tokens, service_key)
            if Part.bot in parts:
                here = app if Part.api in parts else None
                await _run_bot(app, stack, here, settings, service_key, stopping)
            yield
            stopping.set()

    app = create_api(lifespan=lifespan) if Part.api in parts else FastAPI(lifespan=lifespan, openapi_url=None)
    if Part.web in parts:
        add_pages(app)
    return app


async def _run_bot(
    app: FastAPI,
    stack: AsyncExitStack,
    api_app: FastAPI | None,
    settings: Settings,
    service_key: str,
    stopping: asyncio.Event,
) -> None:
    http = await stack.enter_async_context(api_client(api_app, settings))
    api = Api(http, service_key)

    async def answer(incoming: Incoming) -> list[Reply]:
        return await respond(incoming, api, bot_now())

    signing_key = hashlib.sha256(b"chat page receipts\n" + service_key.encode()).digest()
    app.mount(
        "/chat", chat_page(answer, PageNotices(api, bot_now), signing_key=signing_key, stopping=stopping)
    )
    if settings.telegram_bot_token is not None:
        channel = TelegramChannel(
            token=settings.telegram_bot_token.get_secret_value(), respond=answer, api_url=settings.telegram_api_url
        )
        await channel.start()
        stack.push_async_callback(channel.stop)
        delivery = Delivery(api, "telegram", channel.sender, bot_now)
        running = asyncio.create_task(delivery.run(stopping), name="telegram notices")
        stack.push_async_callback(_finish, running, stopping)


async def _finish(task: asyncio.Task[None], stopping: asyncio.Event) -> None:
    stopping.set()
    try:
        await asyncio.wait_for(task, timeout=10)
    except TimeoutError:
        log.warning("notices.cut_short")
