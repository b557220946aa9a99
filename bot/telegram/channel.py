"""The Telegram channel: a part of the program that is started and stopped, inside a running event loop."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from telegram import BotCommandScopeAllPrivateChats
from telegram.error import InvalidToken, RetryAfter, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.replies import Incoming, Reply
from bot.telegram.conversing import Conversing
from bot.telegram.inbox import Inbox
from bot.telegram.lanes import Lanes
from bot.telegram.messenger import Messenger
from bot.telegram.patience import Patience, seconds_of
from bot.telegram.polling import Poller
from bot.telegram.secrecy import hide_in_logs
from bot.telegram.sender import TelegramSender
from bot.telegram.tempo import Tempo, growing_pause
from bot.telegram.words import WORDS

log = structlog.get_logger(__name__)

TELEGRAM = "https://api.telegram.org"
"""Telegram's own Bot API server."""


class TelegramChannel:
    """One bot on Telegram, by long polling.

    `respond` is the conversation. `api_url` is the base address of a Bot API server. `sender` delivers notices and may
    be used from construction until `stop` has returned.

    Delivery of updates is at least once: one that was not answered when the process died is shown to the next process,
    with the same `update_key`.
    """

    def __init__(
        self,
        *,
        token: str,
        respond: Callable[[Incoming], Awaitable[list[Reply]]],
        api_url: str = TELEGRAM,
        tempo: Tempo | None = None,
    ) -> None:
        self._tempo = tempo or Tempo()
        hide_in_logs(token)
        self._bot = _bot(token, api_url.rstrip("/"), self._tempo)
        patience = Patience(self._tempo)
        messenger = Messenger(self._bot, patience)
        conversing = Conversing(self._bot, messenger, respond, self._tempo)
        inbox = Inbox(self._tempo.hold_s, time.monotonic)
        self._lanes = Lanes(conversing.handle, inbox, self._tempo.concurrency)
        self._poller = Poller(self._bot, inbox, self._lanes, self._tempo)
        self._running: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self.sender = TelegramSender(messenger, patience)

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
        """Take no more updates, finish those in hand, tell Telegram which ones are done, and close connections."""
        if self._running is None:
            return
        running, self._running = self._running, None
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await self._lanes.drain(self._tempo.grace_s)
        await self._poller.confirm()
        await self._bot.shutdown()
        self._connected.clear()

    async def _run(self) -> None:
        await self._connect()
        log.info("telegram_connected", bot=self._bot.username)
        async with asyncio.TaskGroup() as together:
            together.create_task(self._introduce())
            together.create_task(self._poller.run())

    async def _connect(self) -> None:
        """Reach Telegram and make sure that it answers polling. Tried until it works."""
        failures = 0
        while not self.connected:
            try:
                await self._bot.initialize()
                await self._bot.delete_webhook()
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

    async def _introduce(self) -> None:
        """Put the commands into the apps' menus: English for English apps, Chinese for all others."""
        scope = BotCommandScopeAllPrivateChats()
        try:
            await self._bot.set_my_commands(WORDS["zh-CN"].commands, scope=scope)
            await self._bot.set_my_commands(WORDS["zh-CN"].commands, scope=scope, language_code="zh")
            await self._bot.set_my_commands(WORDS["en"].commands, scope=scope, language_code="en")
        except TelegramError as error:
            log.warning("telegram_commands_not_set", error=str(error))


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
