"""The Telegram channel: a part of the program that is started and stopped, inside a running event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from starlette.applications import Starlette
from telegram.error import InvalidToken, RetryAfter
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.telegram.conversing import Conversing, Respond
from bot.telegram.files import Files
from bot.telegram.inbox import Inbox
from bot.telegram.introducing import introduce
from bot.telegram.lanes import Lanes
from bot.telegram.messenger import Messenger
from bot.telegram.patience import Patience, seconds_of
from bot.telegram.polling import WANTED, Poller
from bot.telegram.secrecy import hide_in_logs
from bot.telegram.sender import TelegramSender
from bot.telegram.tempo import Tempo, growing_pause
from bot.telegram.webhook import Webhook, webhook_application
from bot.telegram.worker import Worker
from bot.updates import UpdateDesk

log = structlog.get_logger(__name__)

TELEGRAM = "https://api.telegram.org"
"""Telegram's own Bot API server."""


class TelegramChannel:
    """One bot on Telegram: it asks Telegram for updates (long polling), or Telegram brings them to a `webhook`.

    `respond` is the conversation. `api_url` is the base address of a Bot API server. `sender` delivers notices and may
    be used from construction until `stop` has returned. `reach` is told who blocked the bot. `app_url` is where the chat
    page is, when the world can reach it.

    With a webhook, updates are recorded at `desk`, `application` is what Telegram speaks to, and any number of processes
    may serve one bot (decision 0031). Without, one process may ask. Either way delivery of updates is at least once: one
    that was not answered when a process died comes again, with the same `update_key`.
    """

    def __init__(
        self,
        *,
        token: str,
        respond: Respond,
        api_url: str = TELEGRAM,
        tempo: Tempo | None = None,
        webhook: Webhook | None = None,
        desk: UpdateDesk | None = None,
        reach: Callable[[str, bool], Awaitable[None]] | None = None,
        app_url: str | None = None,
    ) -> None:
        self._tempo = tempo or Tempo()
        hide_in_logs(token)
        self._bot = _bot(token, api_url.rstrip("/"), self._tempo)
        self._webhook = webhook
        self._app_url = app_url
        patience = Patience(self._tempo)
        messenger = Messenger(self._bot, patience, self._tempo.chat_burst)
        files = Files(self._bot, patience)
        conversing = Conversing(self._bot, messenger, files, respond, tempo=self._tempo, reach=reach)
        self._updates: _Asked | _Brought
        self._application: Starlette | None = None
        if webhook is None:
            self._updates = _Asked(self._bot, conversing, self._tempo)
        elif desk is None:
            raise ValueError("what a webhook brings must be recorded somewhere")
        else:
            worker = Worker(desk, self._bot, conversing.handle, self._tempo)
            self._updates = _Brought(self._bot, worker, webhook, self._tempo)
            self._application = webhook_application(webhook.secret, worker.received)
        self._running: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self.sender = TelegramSender(messenger, patience)

    @property
    def application(self) -> Starlette | None:
        """What Telegram brings updates to; None where it is asked for them."""
        return self._application

    @property
    def connected(self) -> bool:
        """Whether Telegram has accepted the token since the start."""
        return self._connected.is_set()

    @property
    def name(self) -> str | None:
        """What the bot is called, without the @; None until Telegram has said it."""
        return self._bot.username if self.connected else None

    async def start(self) -> None:
        """Begin. Returns at once: Telegram is connected to in the background, and tried again until it answers."""
        if self._running is not None:
            raise RuntimeError("the Telegram channel is already started")
        self._running = asyncio.create_task(self._run(), name="telegram channel")

    async def close(self) -> None:
        """Close the connections that sending notices has opened; for a channel that was never started."""
        await self._bot.request.shutdown()

    async def stop(self) -> None:
        """Take no more updates, finish those in hand, say which ones are done, and close connections."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await self._updates.finish()
        await self._bot.shutdown()
        self._connected.clear()

    async def _run(self) -> None:
        await self._connect()
        log.info("telegram_connected", bot=self._bot.username)
        async with asyncio.TaskGroup() as together:
            together.create_task(introduce(self._bot, self._app_url))
            together.create_task(self._updates.run())

    async def _connect(self) -> None:
        """Reach Telegram, and agree on how updates come. Tried until it works."""
        failures = 0
        while not self.connected:
            try:
                await self._bot.initialize()
                await self._updates.agree()
                self._connected.set()
            except Exception as error:
                failures += 1
                pause_s = growing_pause(failures, self._tempo)
                if isinstance(error, RetryAfter):
                    pause_s = max(pause_s, seconds_of(error))
                # The library's words for a refused token contain the token.
                reason = "the token is refused" if isinstance(error, InvalidToken) else repr(error)
                log.warning("telegram_unreachable", error=reason, pause_s=pause_s)
                await asyncio.sleep(pause_s)


class _Asked:
    """Updates that Telegram is asked for."""

    def __init__(self, bot: ExtBot[int], conversing: Conversing, tempo: Tempo) -> None:
        self._bot = bot
        self._tempo = tempo
        inbox = Inbox(tempo.hold_s, time.monotonic)
        self._lanes = Lanes(conversing.handle, inbox, tempo.concurrency)
        self._poller = Poller(bot, inbox, self._lanes, tempo)

    async def agree(self) -> None:
        """A webhook would keep the updates to itself."""
        await self._bot.delete_webhook()

    async def run(self) -> None:
        await self._poller.run()

    async def finish(self) -> None:
        await self._lanes.drain(self._tempo.grace_s)
        await self._poller.confirm()


class _Brought:
    """Updates that Telegram brings."""

    def __init__(self, bot: ExtBot[int], worker: Worker, webhook: Webhook, tempo: Tempo) -> None:
        self._bot = bot
        self._worker = worker
        self._webhook = webhook
        self._tempo = tempo

    async def agree(self) -> None:
        """Every process says the same, so none of them has to be the one."""
        await self._bot.set_webhook(
            self._webhook.url,
            secret_token=self._webhook.secret,
            allowed_updates=WANTED,
            max_connections=self._tempo.connections,
        )
        told = await self._bot.get_webhook_info()
        log.info(
            "telegram_webhook_set", waiting=told.pending_update_count, last_error=told.last_error_message
        )

    async def run(self) -> None:
        await self._worker.run()

    async def finish(self) -> None:
        await self._worker.drain(self._tempo.grace_s)


def _bot(token: str, api_url: str, tempo: Tempo) -> ExtBot[int]:
    def request(connections: int) -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=connections,
            read_timeout=tempo.read_s,
            write_timeout=tempo.read_s,
            connect_timeout=tempo.connect_s,
            # Waiting for a free connection is no failure of Telegram's; calls are few and each ends in time.
            pool_timeout=tempo.read_s,
        )

    return ExtBot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=request(tempo.concurrency * 2),
        get_updates_request=request(1),
        rate_limiter=AIORateLimiter(overall_max_rate=tempo.messages_a_second),
    )
