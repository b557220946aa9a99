"""Composition: API, pages, chat page, bot and clock in one process or apart, over one database."""

import asyncio
import hashlib
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from enum import StrEnum
from types import FrameType

import httpx
import structlog
from fastapi import FastAPI
from starlette.applications import Starlette

from api.app import create_api
from api.state import ApiState, token_key, utc_now
from api.tokens import TokenMint
from bot.api import Api
from bot.conversation import respond
from bot.notices import Delivery, PageNotices
from bot.page import chat_page
from bot.replies import Incoming, Reply
from bot.telegram.channel import TelegramChannel
from lastmetre.settings import Settings
from lastmetre.store import open_store
from scheduling.worker import Clock
from web.app import add_pages

log = structlog.get_logger(__name__)


class Part(StrEnum):
    """The parts that can run apart."""

    api = "api"
    web = "web"
    bot = "bot"
    clock = "clock"


ALL_PARTS = frozenset(Part)


def api_client(app: FastAPI | None, api_url: str) -> httpx.AsyncClient:
    """How the bot reaches the API: within the process when it is here, else by network."""
    timeout = httpx.Timeout(20)
    if app is not None:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        return httpx.AsyncClient(transport=transport, base_url="http://api.local", timeout=timeout)
    return httpx.AsyncClient(base_url=api_url, timeout=timeout)


def create_program(
    settings: Settings,
    parts: frozenset[Part],
    *,
    service_key: str,
    api_url: str | None = None,
    telegram: bool = True,
    pool_size: int = 10,
) -> FastAPI:
    """The ASGI application with the parts wanted. Its lifespan opens the database and runs what runs by itself.

    `api_url` is where a bot that runs apart finds the API; `telegram` is false in all but one of several processes with
    a bot, since Telegram lets only one ask for updates.
    """
    stopping = asyncio.Event()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        end_streams_on_signal(stopping)
        async with AsyncExitStack() as stack:
            if parts & {Part.api, Part.web, Part.clock}:
                store = await open_store(settings, pool_size=pool_size)
                stack.push_async_callback(store.close)
                if Part.clock in parts:
                    clock = Clock(store.database, utc_now)
                    clock.start()
                    stack.push_async_callback(clock.stop)
                if parts & {Part.api, Part.web}:
                    tokens = TokenMint(await token_key(store.database))
                    state = app.state.api = ApiState(store.database, utc_now, tokens, service_key)
                    stack.push_async_callback(state.orders.finish)
            if Part.bot in parts:
                here = app if Part.api in parts else None
                url = api_url or f"http://{settings.host}:{settings.port}"
                http = await stack.enter_async_context(api_client(here, url))
                bot = Bot(Api(http, service_key), stopping)
                app.mount("/chat", bot.page(service_key))
                if telegram and settings.telegram_bot_token is not None:
                    token = settings.telegram_bot_token.get_secret_value()
                    await bot.run_telegram(stack, token, settings.telegram_api_url)
            yield
            stopping.set()

    app = create_api(lifespan=lifespan) if Part.api in parts else FastAPI(lifespan=lifespan, openapi_url=None)
    if Part.web in parts:
        add_pages(app)
    return app


def end_streams_on_signal(stopping: asyncio.Event) -> None:
    """Hears the signals before the server does, which waits for open answers: streams are to end at once."""
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)
        if not callable(before):
            continue

        def heard(caught: int, frame: FrameType | None, after: Callable[..., object] = before) -> None:
            stopping.set()
            after(caught, frame)

        signal.signal(number, heard)


class Bot:
    """The conversation on its channels."""

    def __init__(self, api: Api, stopping: asyncio.Event) -> None:
        self._api = api
        self._stopping = stopping

    async def answer(self, incoming: Incoming) -> list[Reply]:
        """What the conversation says to something that a person did."""
        return await respond(incoming, self._api, utc_now())

    def page(self, service_key: str) -> Starlette:
        """The chat page. Its receipts are sealed with a key that all processes derive alike."""
        signing_key = hashlib.sha256(b"chat page receipts\n" + service_key.encode()).digest()
        notices = PageNotices(self._api, utc_now)
        return chat_page(self.answer, notices, signing_key=signing_key, stopping=self._stopping)

    async def run_telegram(self, stack: AsyncExitStack, token: str, api_url: str) -> None:
        """Telegram, and the delivery of its notices, until the stack is left."""
        channel = TelegramChannel(token=token, respond=self.answer, api_url=api_url)
        await channel.start()
        stack.push_async_callback(channel.stop)
        delivery = Delivery(self._api, "telegram", channel.sender, utc_now)
        running = asyncio.create_task(delivery.run(self._stopping), name="telegram notices")
        stack.push_async_callback(self._finish, running)

    async def _finish(self, task: asyncio.Task[None]) -> None:
        self._stopping.set()
        try:
            await asyncio.wait_for(task, timeout=10)
        except TimeoutError:
            log.warning("notices.cut_short")
