"""Asks Telegram for updates, for ever, and loses none."""

import asyncio

import structlog
from telegram import Bot
from telegram.constants import UpdateType
from telegram.error import RetryAfter, TelegramError, TimedOut

from bot.telegram.inbox import Inbox
from bot.telegram.lanes import Lanes
from bot.telegram.patience import seconds_of
from bot.telegram.tempo import Tempo, growing_pause

log = structlog.get_logger(__name__)

WANTED = (
    UpdateType.MESSAGE,
    UpdateType.EDITED_MESSAGE,
    UpdateType.CALLBACK_QUERY,
    UpdateType.MY_CHAT_MEMBER,
)
"""The kinds of updates we ask for."""


class Poller:
    """The long-polling loop: new updates to the lanes, finished ones confirmed by the next question."""

    def __init__(self, bot: Bot, inbox: Inbox, lanes: Lanes, tempo: Tempo) -> None:
        self._bot = bot
        self._inbox = inbox
        self._lanes = lanes
        self._tempo = tempo
        self._failures = 0

    async def run(self) -> None:
        """Poll until cancelled. Failures are logged and waited out, whatever they are."""
        while True:
            try:
                await self._ask(self._inbox.offset(), wait_s=self._tempo.poll_s)
            except RetryAfter as busy:
                log.warning("telegram_polling_rate_limited", seconds=seconds_of(busy))
                await asyncio.sleep(seconds_of(busy))
            except TimedOut:
                # Also how a dead connection ends that a proxy dropped without a word: ask again, but never in a frenzy.
                await self._pause("telegram_polling_timed_out", "no answer in time")
            except TelegramError as error:
                await self._pause("telegram_polling_failed", str(error))
            except Exception:
                # The library could not read the answer. Nothing is confirmed, so nothing is lost.
                log.exception("telegram_update_unreadable")
                await self._pause("telegram_polling_failed", "unreadable answer")
            else:
                self._failures = 0
                await self._lanes.idle(within_s=self._tempo.breath_s)

    async def confirm(self) -> None:
        """Let Telegram forget what is finished; used once, when polling has ended."""
        offset = self._inbox.last_offset()
        if offset is None:
            return
        try:
            await self._bot.get_updates(offset=offset, timeout=0, limit=1, allowed_updates=WANTED)
        except TelegramError as error:
            log.warning("telegram_confirmation_failed", error=str(error))

    async def _ask(self, offset: int | None, wait_s: int) -> None:
        updates = await self._bot.get_updates(offset=offset, timeout=wait_s, allowed_updates=WANTED)
        self._inbox.confirmed(offset)
        for update in updates:
            if self._inbox.admit(update.update_id):
                self._lanes.take(update)

    async def _pause(self, event: str, error: str) -> None:
        self._failures += 1
        pause_s = growing_pause(self._failures, self._tempo)
        log.warning(event, error=error, pause_s=pause_s)
        await asyncio.sleep(pause_s)
