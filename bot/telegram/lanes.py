"""Each chat's updates in order, different chats at the same time.

The library's own `concurrent_updates` loses the order within a chat, and its `Application` counts an update as received
before it is handled; here an update is finished only when its work is, which is what `bot.telegram.inbox` confirms.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from telegram import Update

from bot.telegram.inbox import Inbox
from bot.telegram.incoming import Around

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Lane:
    """One chat's queue: who holds the turn, and how many want it."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class Lanes:
    """Handles updates by `work`, at most `concurrency` chats at a time, and tells the inbox when each is finished.

    `work` is expected to deal with its own failures; whatever still escapes it is logged, and the update is finished.
    """

    def __init__(
        self, work: Callable[[Update, Around], Awaitable[bool]], inbox: Inbox, concurrency: int
    ) -> None:
        self._work = work
        self._inbox = inbox
        self._places = asyncio.Semaphore(concurrency)
        self._lanes: dict[int, _Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, update: Update) -> None:
        """Handle an update as soon as those of the same chat before it are done."""
        key = update.effective_chat.id if update.effective_chat else update.update_id
        task = asyncio.create_task(self._handle(key, update), name=f"telegram update {update.update_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def idle(self, within_s: float) -> bool:
        """Wait until nothing is in hand, but no longer than this. Whether that came about."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=within_s)
        return not self._tasks

    async def drain(self, grace_s: float) -> None:
        """Finish what is in hand; what takes longer than this is given up, unfinished."""
        if await self.idle(within_s=grace_s):
            return
        left = set(self._tasks)
        log.warning("telegram_updates_given_up", updates=len(left))
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _handle(self, key: int, update: Update) -> None:
        lane = self._lanes.setdefault(key, _Lane())
        lane.waiting += 1
        try:
            # asyncio's locks are fair: turns come in the order in which the updates were taken.
            async with lane.turn, self._places:
                await self._work(update, Around(behind=lane.waiting - 1))
        except Exception:
            log.exception("telegram_update_failed", update_id=update.update_id)
        finally:
            lane.waiting -= 1
            if not lane.waiting:
                del self._lanes[key]
        self._inbox.finish(update.update_id)
