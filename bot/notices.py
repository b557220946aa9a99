"""The loop that delivers the notices of one channel; how they read stands in `bot.news`.

Notices are owed by the API, claimed under a lease and acknowledged after sending. A bot that dies in between loses
nothing: the lease runs out and another one claims them.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol
from uuid import UUID

import structlog

from bot import wire
from bot.api import ApiProblem, Unreachable
from bot.news import render
from bot.page.notices import Owed
from bot.replies import Channel, Reply

log = structlog.get_logger(__name__)

A_CLAIM = 20
"""Notices claimed at once: few enough that all are sent well before their lease (a minute) runs out."""

POLL_S = 1.0
LONGEST_PAUSE_S = 30.0
ACKNOWLEDGE_TRIES = 4
MOST_UNACKNOWLEDGED = 10_000


class Blocked(Exception):
    """The person has blocked us in this channel."""


class RetryLater(Exception):
    """The channel asks to wait `seconds` before this is tried again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"in {seconds} s")
        self.seconds = seconds


class Sender(Protocol):
    """What a channel does to send. Raises `Blocked`, `RetryLater`, or whatever else went wrong."""

    async def send(self, address: str, reply: Reply) -> None:
        """Send one reply to an address of the channel; returns when the channel has taken it."""


class NoticeDesk(Protocol):
    """Where notices are claimed and acknowledged: `bot.api.Api`."""

    async def claim(
        self, channel: Channel, limit: int, addresses: Sequence[str] | None = None
    ) -> Sequence[wire.Notice]:
        """Claim due notices."""

    async def delivered(self, notice_id: UUID) -> None:
        """Say that one was sent."""

    async def failed(
        self, notice_id: UUID, error: str, retry_after_s: float | None = None, *, blocked: bool = False
    ) -> None:
        """Say that one could not be sent."""


class Delivery:
    """Delivers the notices of one channel.

    Any number of processes may do so at once: a claim gives each notice to one of them. `clock` tells the time by
    which days are named (today, tomorrow).
    """

    def __init__(
        self,
        desk: NoticeDesk,
        channel: Channel,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        poll_s: float = POLL_S,
    ) -> None:
        self._desk = desk
        self._channel = channel
        self._sender = sender
        self._clock = clock
        self._poll_s = poll_s
        self._unacknowledged: dict[UUID, None] = {}

    async def deliver_due(self, limit: int = A_CLAIM) -> int:
        """Claim, send and acknowledge once; returns how many notices were handled.

        Raises `ApiProblem` and `Unreachable` when the API cannot be asked for any.
        """
        notices = await self._desk.claim(self._channel, limit)
        for notice in notices:
            try:
                await self._deliver(notice)
            except (ApiProblem, Unreachable):
                # The lease runs out and the notice comes again; the others must not wait for it.
                log.exception("notice.outcome_not_told", notice=str(notice.id))
        return len(notices)

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until told to stop. While the API is away it asks ever more slowly, and goes on."""
        pause = self._poll_s
        while not stop.is_set():
            try:
                handled = await self.deliver_due()
                pause = 0.0 if handled == A_CLAIM else self._poll_s
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

    async def _deliver(self, notice: wire.Notice) -> None:
        if notice.id not in self._unacknowledged:
            try:
                await self._sender.send(notice.address, render(notice, self._clock()))
            except Blocked:
                await self._desk.failed(notice.id, "blocked", blocked=True)
                return
            except RetryLater as later:
                await self._desk.failed(notice.id, "asked to wait", later.seconds)
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
        for attempt in range(1, ACKNOWLEDGE_TRIES + 1):
            try:
                await self._desk.delivered(notice_id)
            except Unreachable:
                if attempt == ACKNOWLEDGE_TRIES:
                    raise
                await asyncio.sleep(self._poll_s * attempt)
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
        return [
            Owed(notice.id, notice.address, (render(notice, self._clock()),))
            for notice in await self._desk.claim("web", limit, addresses)
        ]

    async def delivered(self, notice_id: UUID) -> None:
        """Say that the browser has shown one."""
        await self._desk.delivered(notice_id)
