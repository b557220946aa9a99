"""The loop that delivers the notices of one channel; how they read stands in `bot.news`.

Notices are owed by the API, claimed under a lease and acknowledged after sending. A bot that dies in between loses
nothing: the lease runs out and another one claims them.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from bot import wire
from bot.api import ApiProblem, Unreachable
from bot.news import render
from bot.page.notices import Owed
from bot.replies import Channel, Language, Reply

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""So many notices a process has in hand at most, each for another address: few enough to be sent well within their lease."""

POLL_S = 1.0
LONGEST_PAUSE_S = 30.0
ACKNOWLEDGE_S = 45.0
"""So long it is tried to say that a notice was sent: until its lease (a minute) has nearly run out, when another bot
would send it again.
"""
MOST_UNACKNOWLEDGED = 10_000


class Blocked(Exception):
    """The person has blocked us in this channel, or the address is none."""


class RetryLater(Exception):
    """The channel asks to wait `seconds` before this is tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds} s")
        self.seconds = seconds


class Undeliverable(Exception):
    """The channel will never take this."""


@dataclass(frozen=True, slots=True)
class About:
    """What a channel may want to know of a notice besides its words. `id` stays the same when it is sent again."""

    id: UUID
    kind: str
    language: Language


class Sender(Protocol):
    """What a channel does to send. Raises `Blocked`, `RetryLater`, `Undeliverable`, or whatever else went wrong."""

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """Send one reply to an address of the channel; returns when the channel has taken it."""


class NoticeDesk(Protocol):
    """Where notices are claimed and acknowledged: `bot.api.Api`."""

    async def claim(
        self, channel: Channel, limit: int, addresses: Sequence[str] | None = None
    ) -> wire.Claimed:
        """Claim due notices."""

    async def delivered(self, notice_id: UUID) -> None:
        """Say that one was sent."""

    async def failed(
        self,
        notice_id: UUID,
        error: str,
        retry_after_s: float | None = None,
        *,
        blocked: bool = False,
        permanent: bool = False,
    ) -> None:
        """Say that one could not be sent."""


class Delivery:
    """Delivers the notices of one channel.

    Any number of processes may do so at once: a claim gives each notice to one of them, and to all of them together no
    more than the channel takes. `clock` tells the time by which days are named (today, tomorrow).
    """

    def __init__(
        self,
        desk: NoticeDesk,
        channel: Channel,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        poll_s: float = POLL_S,
        acknowledge_s: float = ACKNOWLEDGE_S,
    ) -> None:
        self._desk = desk
        self._channel = channel
        self._sender = sender
        self._clock = clock
        self._poll_s = poll_s
        self._acknowledge_s = acknowledge_s
        self._in_hand: set[asyncio.Task[None]] = set()
        self._unacknowledged: dict[UUID, None] = {}

    async def deliver_due(self, limit: int = AT_ONCE) -> int:
        """Claim once, send and acknowledge all that came; returns how many notices were handled.

        Raises `ApiProblem` and `Unreachable` when the API cannot be asked for any.
        """
        claimed = await self._take(limit)
        await self._finish()
        return len(claimed.items)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop, and finish what is in hand. While the API is away it asks ever more slowly."""
        pause = self._poll_s
        while not stop.is_set():
            try:
                claimed = await self._take(AT_ONCE - len(self._in_hand))
                pause = claimed.wait_s if claimed.items else self._poll_s
                if len(self._in_hand) >= AT_ONCE:
                    await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
            except Exception as error:
                pause = min(LONGEST_PAUSE_S, max(self._poll_s, pause * 2))
                expected = isinstance(error, Unreachable)
                log.warning(
                    "notice.pass_failed",
                    why=str(error),
                    next_try_s=pause,
                    exc_info=None if expected else error,
                )
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
        await self._finish()

    async def _take(self, limit: int) -> wire.Claimed:
        claimed = await self._desk.claim(self._channel, limit)
        for notice in claimed.items:
            task = asyncio.create_task(self._handle(notice), name=f"notice {notice.id}")
            self._in_hand.add(task)
            task.add_done_callback(self._in_hand.discard)
        return claimed

    async def _finish(self) -> None:
        if self._in_hand:
            await asyncio.wait(set(self._in_hand))

    async def _handle(self, notice: wire.Notice) -> None:
        try:
            await self._deliver(notice)
        except (ApiProblem, Unreachable):
            # The lease runs out and the notice comes again; the others must not wait for it.
            log.exception("notice.outcome_not_told", notice=str(notice.id))

    async def _deliver(self, notice: wire.Notice) -> None:
        if notice.id not in self._unacknowledged:
            about = About(notice.id, notice.kind, notice.language)
            try:
                await self._sender.send(notice.address, render(notice, self._clock()), about)
            except Blocked:
                await self._desk.failed(notice.id, "blocked", blocked=True)
                return
            except RetryLater as later:
                await self._desk.failed(notice.id, "asked to wait", later.seconds)
                return
            except Undeliverable as refused:
                log.exception("notice.undeliverable", notice=str(notice.id), kind=notice.kind)
                await self._desk.failed(notice.id, str(refused), permanent=True)
                return
            except Exception as error:
                log.exception("notice.not_sent", notice=str(notice.id), kind=notice.kind)
                await self._desk.failed(notice.id, f"{type(error).__name__}: {error}")
                return
            self._remember(notice.id)
        await self._acknowledge(notice.id)

    def _remember(self, notice_id: UUID) -> None:
        """Sent but not yet acknowledged: claimed again, it must not be sent again (product: Messages 2)."""
        self._unacknowledged[notice_id] = None
        while len(self._unacknowledged) > MOST_UNACKNOWLEDGED:
            del self._unacknowledged[next(iter(self._unacknowledged))]

    async def _acknowledge(self, notice_id: UUID) -> None:
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + self._acknowledge_s, self._poll_s / 4
        while True:
            try:
                await self._desk.delivered(notice_id)
            except Unreachable:
                if loop.time() + pause > until:
                    raise
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._poll_s * 4)
            else:
                del self._unacknowledged[notice_id]
                return


class PageNotices:
    """Claims for the chat page: only notices of the addresses that have it open, rendered."""

    def __init__(self, desk: NoticeDesk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._clock = clock

    async def claim(self, *, limit: int, addresses: Sequence[str]) -> Sequence[Owed]:
        """Claim due notices of these addresses."""
        claimed = await self._desk.claim("web", limit, addresses)
        return [Owed(notice.id, notice.address, (render(notice, self._clock()),)) for notice in claimed.items]

    async def delivered(self, notice_id: UUID) -> None:
        """Say that the browser has shown one."""
        await self._desk.delivered(notice_id)
