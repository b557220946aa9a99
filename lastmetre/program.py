"""Composition: API, pages, chat page, bot and clock in one process or apart, over one database."""

import asyncio
import hashlib
import shlex
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
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
from bot.email.sender import EmailSender, MailServer
from bot.gateway.sender import Gateway, GatewaySender
from bot.notices import Delivery, PageNotices, Sender
from bot.page import chat_page
from bot.replies import Channel as BotChannel
from bot.replies import Incoming, Reply
from bot.telegram.channel import TelegramChannel
from bot.telegram.webhook import MOUNT as TELEGRAM_MOUNT
from bot.telegram.webhook import webhook_at
from bot.understanding import get_ready
from bot.updates import ApiUpdateDesk
from governance.attachments import Keeping
from governance.files import AttachmentFiles
from governance.jobs import REQUEST_JOBS, attachment_jobs
from governance.parts import PERSONAL_PARTS
from governance.threads.jobs import THREAD_JOBS
from lastmetre.scanning import passes_scan
from lastmetre.settings import Settings
from lastmetre.store import open_store
from models.database import Database
from models.vocabulary import Channel
from scheduling.jobs import JOBS, Job, with_watch
from scheduling.rules.pacing import PACES
from scheduling.worker import Clock
from web.app import add_pages

log = structlog.get_logger(__name__)


class Part(StrEnum):
    """The parts that can run apart. `bot` is the conversation, and delivers notices; `delivery` only delivers them, so that
    there can be many beside the one bot that Telegram lets ask for updates.
    """

    api = "api"
    web = "web"
    bot = "bot"
    delivery = "delivery"
    clock = "clock"


ALL_PARTS = frozenset(Part)
STORED = frozenset({Part.api, Part.web, Part.clock})
"""Those that open the database."""
TALKING = frozenset({Part.bot, Part.delivery})
"""Those that reach people by the API."""


def every_job(settings: Settings) -> tuple[tuple[Job, ...], Job]:
    """What the clock does: the jobs of every package that has some, with one that watches over all; and that one alone."""
    return with_watch((*JOBS, *REQUEST_JOBS, *THREAD_JOBS, *attachment_jobs(keeping(settings))))


@dataclass
class BotName:
    """What the bot is called on Telegram: as it is set, or as Telegram says once the bot in this process has started."""

    named: str | None = None
    channel: TelegramChannel | None = None

    def __call__(self) -> str | None:
        """The name without the @, as far as it is known by now."""
        return self.named or (None if self.channel is None else self.channel.name)


GATEWAY_TIMEOUT_S = 20.0
"""How long a gateway may take to answer. Well under the lease of a claimed notice."""

FINISH_S = 10.0
"""How long stopping waits for the notices in hand; what is not done then is claimed by another process."""


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
    alone: bool = True,
    pool_size: int = 6,
) -> FastAPI:
    """The ASGI application with the parts wanted. Its lifespan opens the database and runs what runs by itself.

    `api_url` is where a bot that runs apart finds the API; `alone` is false in all but one of several processes of one
    installation with a bot: only that one talks on Telegram and delivers.
    """
    stopping = asyncio.Event()
    bot_name = BotName(settings.telegram_bot_name)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        end_streams_on_signal(stopping)
        async with AsyncExitStack() as stack:
            if parts & STORED:
                await open_parts(
                    stack,
                    app,
                    settings,
                    parts,
                    service_key=service_key,
                    pool_size=pool_size,
                    bot_name=bot_name,
                )
            if parts & TALKING:
                here = app if Part.api in parts else None
                url = api_url or f"http://{settings.host}:{settings.port}"
                http = await stack.enter_async_context(api_client(here, url))
                api = Api(http, service_key)
                if Part.bot in parts:
                    # Besides the start, not before it: until then the first sentence just waits a little longer.
                    reading = asyncio.create_task(asyncio.to_thread(get_ready))
                    stack.push_async_callback(asyncio.wait, [reading])
                    app.mount("/chat", chat(api, service_key, stopping))
                telegram = bot_name.channel = telegram_channel(settings, api)
                if telegram is not None:
                    await start_telegram(stack, app, telegram, parts, alone=alone)
                if alone:
                    await start_delivery(stack, settings, api, telegram, stopping)
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


async def open_parts(
    stack: AsyncExitStack,
    app: FastAPI,
    settings: Settings,
    parts: frozenset[Part],
    *,
    service_key: str,
    pool_size: int,
    bot_name: BotName,
) -> None:
    """Opens the database and starts what works on it, until the stack is left."""
    store = await open_store(settings, pool_size=pool_size)
    stack.push_async_callback(store.close)
    if parts & {Part.api, Part.web}:
        tokens = TokenMint(await token_key(store.database))
        state = app.state.api = api_state(settings, store.database, tokens, service_key, bot_name)
        stack.push_async_callback(state.orders.finish)
    if parts & {Part.api, Part.clock}:
        # Whoever answers requests also notices when no clock is left.
        jobs, watch = every_job(settings)
        clock = Clock(store.database, utc_now, jobs if Part.clock in parts else [watch])
        clock.start()
        stack.push_async_callback(clock.stop)


def api_state(
    settings: Settings, database: Database, tokens: TokenMint, service_key: str, bot_name: BotName
) -> ApiState:
    """What every request needs, as this installation is set up."""
    telegram = replace(
        PACES[Channel.telegram], a_second=settings.telegram_rate, burst=settings.telegram_rate / 5
    )
    sending = {Channel.email: settings.smtp_url, Channel.sms: settings.sms_url}
    bot_token = settings.telegram_bot_token
    return ApiState(
        database,
        utc_now,
        tokens,
        service_key,
        paces={**PACES, Channel.telegram: telegram},
        to_addresses=frozenset(channel for channel, server in sending.items() if server is not None),
        keeping=keeping(settings),
        telegram_token=None if bot_token is None else bot_token.get_secret_value(),
        bot_name=bot_name,
        parts=PERSONAL_PARTS,
        public_url=settings.public_url or f"http://{settings.host}:{settings.port}",
        periods={job.name: job.every for job in every_job(settings)[0]},
    )


def keeping(settings: Settings) -> Keeping:
    """Where attachments are kept, and what scans them first."""
    files = AttachmentFiles(settings.data_dir.resolve() / "attachments")
    command = settings.scan_command
    return Keeping(files, None if command is None else partial(passes_scan, shlex.split(command)))


def chat(api: Api, service_key: str, stopping: asyncio.Event) -> Starlette:
    """The chat page. Its receipts are sealed with a key that all processes derive alike."""
    signing_key = hashlib.sha256(b"chat page receipts\n" + service_key.encode()).digest()
    return chat_page(
        conversation(api),
        PageNotices(api, utc_now),
        signing_key=signing_key,
        stopping=stopping,
        telegram=api.is_telegrams_word,
    )


def conversation(api: Api) -> Callable[[Incoming], Awaitable[list[Reply]]]:
    """What the conversation says to something that a person did."""

    async def answer(incoming: Incoming) -> list[Reply]:
        return await respond(incoming, api, utc_now())

    return answer


def telegram_channel(settings: Settings, api: Api) -> TelegramChannel | None:
    """The bot on Telegram, not started; None where there is no token."""
    if settings.telegram_bot_token is None:
        return None
    token = settings.telegram_bot_token.get_secret_value()
    webhook = None
    if settings.telegram_webhook_url is not None:
        secret = settings.telegram_webhook_secret
        own_secret = None if secret is None else secret.get_secret_value()
        webhook = webhook_at(settings.telegram_webhook_url, token, own_secret)
    desk = ApiUpdateDesk(api, "telegram")
    return TelegramChannel(
        token=token,
        respond=conversation(api),
        api_url=settings.telegram_api_url,
        webhook=webhook,
        desk=desk,
        reach=desk.reach,
        app_url=chat_url(settings),
    )


def chat_url(settings: Settings) -> str | None:
    """Where people find the chat page, when they can."""
    return None if settings.public_url is None else f"{settings.public_url.rstrip('/')}/chat"


async def start_telegram(
    stack: AsyncExitStack, app: FastAPI, telegram: TelegramChannel, parts: frozenset[Part], *, alone: bool
) -> None:
    """Talks on Telegram until the stack is left; what is in hand is finished then. What Telegram brings, every process with
    the conversation hears and works on; only one may ask.
    """
    brought = telegram.application
    if Part.bot not in parts or not (alone or brought is not None):
        stack.push_async_callback(telegram.close)
        return
    if brought is not None:
        app.mount(TELEGRAM_MOUNT, brought)
    await telegram.start()
    stack.push_async_callback(telegram.stop)


async def start_delivery(
    stack: AsyncExitStack,
    settings: Settings,
    api: Api,
    telegram: TelegramChannel | None,
    stopping: asyncio.Event,
) -> None:
    """Delivers notices in every channel that is set up, until the stack is left. What is in hand is finished then."""
    senders: dict[BotChannel, Sender] = {}
    if telegram is not None:
        senders["telegram"] = telegram.sender
    if settings.smtp_url is not None:
        server = MailServer(settings.smtp_url.get_secret_value(), settings.mail_from)
        senders["email"] = EmailSender(server, utc_now, chat_url=chat_url(settings))
    for gateway in gateways(settings):
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=GATEWAY_TIMEOUT_S))
        senders[gateway.channel] = GatewaySender(gateway, http, utc_now)
    for channel, sender in senders.items():
        running = asyncio.create_task(
            Delivery(api, channel, sender, utc_now).run(stopping), name=f"{channel} notices"
        )
        stack.push_async_callback(_finish, running, stopping)


def gateways(settings: Settings) -> list[Gateway]:
    """The gateways that are set up."""
    found: list[Gateway] = []
    if settings.sms_url is not None and settings.sms_secret is not None:
        found.append(Gateway("sms", settings.sms_url, settings.sms_secret.get_secret_value()))
    if settings.wechat_url is not None and settings.wechat_secret is not None:
        found.append(Gateway("wechat", settings.wechat_url, settings.wechat_secret.get_secret_value()))
    return found


async def _finish(task: asyncio.Task[None], stopping: asyncio.Event) -> None:
    stopping.set()
    try:
        await asyncio.wait_for(task, timeout=FINISH_S)
    except TimeoutError:
        log.warning("notices.cut_short")
