"""Deals with recorded updates: those that this process received at once, and those that any process left behind."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TypeVar

import structlog
from telegram import Bot, Update

from bot.api import ApiProblem, Unreachable
from bot.telegram.incoming import Around
from bot.telegram.tempo import Tempo, growing_pause
from bot.updates import UpdateDesk
from bot.wire.updates import Claim

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

Work = Callable[[Update, Around], Awaitable[bool]]
"""Answers an update; whether anything was said in its chat. What it raises has the update come again."""


class Worker:
    """Works on at most `tempo.concurrency` chats at once.

    `received` is what the webhook calls. `run` looks for what other processes left behind, for ever. What is in hand is
    said to be so again and again; when this process dies, somebody else takes it when its lease has run out.
    """

    def __init__(self, desk: UpdateDesk, bot: Bot, work: Work, tempo: Tempo) -> None:
        self._desk = desk
        self._bot = bot
        self._work = work
        self._tempo = tempo
        self._in_hand: dict[asyncio.Task[None], Claim] = {}
        self._place_free = asyncio.Event()
        self._at_work = False

    async def received(self, update_id: int, chat: str, payload: str) -> None:
        """Record an update, and begin with it unless its chat or this process is busy, or not yet connected to Telegram.
        Raises what `UpdateDesk` raises.
        """
        claim = await self._desk.record(update_id, chat, payload, take=self._free > 0)
        if claim is None:
            return
        if self._at_work:
            self._begin(claim)
        else:
            await self._give_back(claim)

    async def run(self) -> None:
        """Look for updates that nobody has in hand, and keep the leases of those in hand. Until cancelled."""
        self._at_work = True
        async with asyncio.TaskGroup() as together:
            together.create_task(self._look())
            together.create_task(self._hold())

    async def drain(self, grace_s: float) -> None:
        """Finish what is in hand, and begin nothing more. What takes longer than this is left to another process."""
        self._at_work = False
        if self._in_hand:
            await asyncio.wait(set(self._in_hand), timeout=grace_s)
        left = dict(self._in_hand)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for claim in left.values():
            await self._give_back(claim)

    async def _give_back(self, claim: Claim) -> None:
        """Another process may begin with it at once."""
        with suppress(ApiProblem, Unreachable):  # else it waits for the end of the lease
            await self._desk.failed(claim, "the process was stopped", retry_after_s=0)

    @property
    def _free(self) -> int:
        return self._tempo.concurrency - len(self._in_hand) if self._at_work else 0

    async def _look(self) -> None:
        failures = 0
        while True:
            pause_s = self._tempo.look_s
            self._place_free.clear()
            try:
                if self._free > 0:
                    for claim in await self._desk.claim(self._free):
                        self._begin(claim)
                failures = 0
            except Exception as error:
                failures += 1
                pause_s = max(pause_s, growing_pause(failures, self._tempo))
                expected = isinstance(error, Unreachable)
                log.warning(
                    "telegram_updates_not_claimed", why=str(error), exc_info=None if expected else error
                )
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._place_free.wait()

    async def _hold(self) -> None:
        while True:
            await asyncio.sleep(self._tempo.say_held_s)
            await self._say_held()

    async def _say_held(self) -> None:
        if not (claims := list(self._in_hand.values())):
            return
        try:
            lost = await self._desk.hold(claims)
        except (ApiProblem, Unreachable) as error:
            log.warning("telegram_updates_not_held", why=str(error))
        else:
            self._let_go([claim for claim in claims if claim.id in lost])

    def _let_go(self, lost: Sequence[Claim]) -> None:
        """Another process has these in hand: this one was too slow to say that it is still at work."""
        for task, claim in list(self._in_hand.items()):
            if claim in lost:
                log.warning("telegram_update_taken_over", update_id=claim.update_id)
                task.cancel()

    def _begin(self, claim: Claim) -> None:
        for task, known in self._in_hand.items():
            if known.id == claim.id:
                # Our own, whose lease ran out while we were at work: it goes on as the new attempt.
                self._in_hand[task] = claim
                return
        task = asyncio.create_task(self._go_on(claim), name=f"telegram update {claim.update_id}")
        self._in_hand[task] = claim
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        was_full = self._free <= 0
        self._in_hand.pop(task, None)
        if was_full:
            self._place_free.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            # The lease runs out, and the update comes again.
            log.error("telegram_update_not_reported", exc_info=error)

    async def _go_on(self, claim: Claim) -> None:
        """An update, and those of the same chat after it, as long as there are any."""
        task = asyncio.current_task()
        following: Claim | None = claim
        while task is not None and following is not None:
            self._in_hand[task] = following
            following = await self._deal_with(following, task)

    async def _deal_with(self, claim: Claim, task: asyncio.Task[None]) -> Claim | None:
        try:
            update = Update.de_json(json.loads(claim.payload), self._bot)
        except Exception as error:
            log.exception("telegram_update_unreadable", update_id=claim.update_id)
            await self._failed(task, repr(error), set_aside=True)
            return None
        try:
            answered = await self._work(update, Around(claim.behind, claim.spoke_s_ago, spent=claim.spent))
        except Exception as error:
            log.warning("telegram_update_failed", update_id=claim.update_id, why=repr(error))
            await self._failed(task, repr(error), set_aside=claim.spent)
            return None
        if claim.spent:
            await self._failed(task, "failed again and again", set_aside=True)
            return None

        async def done() -> Claim | None:
            return await self._desk.done(self._in_hand[task], answered=answered, take=self._at_work)

        return await self._insist(done)

    async def _failed(self, task: asyncio.Task[None], why: str, *, set_aside: bool) -> None:
        async def failed() -> None:
            await self._desk.failed(self._in_hand[task], why, set_aside=set_aside)

        await self._insist(failed)

    async def _insist(self, report: Callable[[], Awaitable[Result]]) -> Result:
        """Report, though the API may be away for a moment. What cannot be reported comes again."""
        failures = 0
        while True:
            try:
                return await report()
            except Unreachable:
                failures += 1
                if failures >= self._tempo.report_tries:
                    raise
                await asyncio.sleep(growing_pause(failures, self._tempo))
