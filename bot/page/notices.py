"""Notices on their way to open pages: one loop a process asks for all of them, streams carry them.

Nothing is kept here that a restart would lose: a notice is owed until its browser says that it showed it. When a stream
breaks, or nobody says so, the lease runs out and the notice comes again, and the browser knows it by its id.
"""

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import structlog

from bot.page.messages import as_json
from bot.replies import Reply

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Owed:
    """A notice that is owed to an address of the page, as the replies that say it."""

    id: UUID
    address: str
    replies: tuple[Reply, ...]


class NoticeSource(Protocol):
    """Where notices come from. Claimed ones are ours until their lease runs out."""

    async def claim(self, *, limit: int, addresses: Sequence[str]) -> Sequence[Owed]: ...

    async def delivered(self, notice_id: UUID) -> None: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How much and how often. Seconds; addresses and notices in one question; queue and streams in numbers."""

    poll_s: float = 1.0
    slowest_poll_s: float = 30.0
    beat_s: float = 15.0
    retry_ms: int = 3000
    addresses_a_claim: int = 200
    notices_a_claim: int = 50
    waiting_a_stream: int = 32
    streams_an_address: int = 8
    streams: int = 5000


class Receipts:
    """Names of notices that only the address they were sent to can give back. Any process with the same key can check
    them, so the browser may answer to another process than the one whose stream it holds."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def issue(self, notice_id: UUID, address: str) -> str:
        return f"{notice_id}.{self._seal(str(notice_id), address)}"

    def open(self, receipt: str, address: str) -> UUID | None:
        """The notice's id, or None when the receipt was not issued for this address."""
        notice_id, _, seal = receipt.rpartition(".")
        sealed = hmac.compare_digest(seal.encode(), self._seal(notice_id, address).encode())
        return UUID(notice_id) if sealed else None

    def _seal(self, notice_id: str, address: str) -> str:
        return hmac.new(self._key, f"last-metre notice {notice_id} {address}".encode(), sha256).hexdigest()


class Stream:
    """One open page: what is on its way to it."""

    def __init__(self, address: str, waiting: int) -> None:
        self.address = address
        self._waiting: asyncio.Queue[Owed] = asyncio.Queue(waiting)
        self._closing = asyncio.Event()

    def offer(self, owed: Owed) -> None:
        """Put it on its way, unless the browser is too slow: then it stays owed and comes again."""
        with suppress(asyncio.QueueFull):
            self._waiting.put_nowait(owed)

    def close(self) -> None:
        self._closing.set()

    async def next(self, *, within_s: float, unless: asyncio.Event) -> Owed | None:
        """The next notice; None when nothing came in time or the stream is at its end."""
        arrival = asyncio.create_task(self._waiting.get())
        ends = [asyncio.create_task(event.wait()) for event in (self._closing, unless)]
        try:
            await asyncio.wait({arrival, *ends}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
            return arrival.result() if arrival.done() else None
        finally:
            for task in (arrival, *ends):
                task.cancel()

    @property
    def closing(self) -> bool:
        return self._closing.is_set()


class Hub:
    """All open pages of this process."""

    def __init__(
        self, source: NoticeSource, receipts: Receipts, *, stopping: asyncio.Event, pace: Pace
    ) -> None:
        self._source = source
        self._receipts = receipts
        self._stopping = stopping
        self._pace = pace
        self._streams: dict[str, list[Stream]] = {}
        self._asking: asyncio.Task[None] | None = None

    @property
    def crowded(self) -> bool:
        """Whether this process holds as many streams as it should."""
        return sum(map(len, self._streams.values())) >= self._pace.streams

    @contextmanager
    def connected(self, address: str) -> Iterator[Stream]:
        """A stream for this address while the context lasts. An address with too many loses its oldest: a phone that
        changed networks leaves dead ones behind."""
        stream = Stream(address, self._pace.waiting_a_stream)
        streams = self._streams.setdefault(address, [])
        if len(streams) >= self._pace.streams_an_address:
            streams.pop(0).close()
        streams.append(stream)
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_while_connected())
        try:
            yield stream
        finally:
            if stream in streams:
                streams.remove(stream)
            if not streams and self._streams.get(address) is streams:
                del self._streams[address]

    async def events(self, stream: Stream) -> AsyncIterator[bytes]:
        """What the browser reads: notices, and a beat when there is none, so that it notices a dead line."""
        yield f"retry: {self._pace.retry_ms}\n".encode() + _event("beat", {})
        while not self._stopping.is_set():
            owed = await stream.next(within_s=self._pace.beat_s, unless=self._stopping)
            if owed is not None:
                receipt = self._receipts.issue(owed.id, owed.address)
                yield _event(
                    "notice", {"id": str(owed.id), "receipt": receipt, "replies": as_json(owed.replies)}
                )
            elif stream.closing:
                yield _event("bye", {})
                return
            elif not self._stopping.is_set():
                yield _event("beat", {})

    async def _ask_while_connected(self) -> None:
        wait_s = self._pace.poll_s
        while self._streams and not self._stopping.is_set():
            try:
                await self._ask_for_all()
                wait_s = self._pace.poll_s
            except Exception:
                # Whatever is wrong with the source, people stay connected; it is asked again, ever more slowly.
                wait_s = min(wait_s * 2, self._pace.slowest_poll_s)
                log.exception("chat_page.claim_failed", next_try_s=wait_s)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), wait_s)

    async def _ask_for_all(self) -> None:
        addresses = list(self._streams)
        size = self._pace.addresses_a_claim
        for start in range(0, len(addresses), size):
            claimed = await self._source.claim(
                limit=self._pace.notices_a_claim, addresses=addresses[start : start + size]
            )
            for owed in claimed:
                for stream in self._streams.get(owed.address, ()):
                    stream.offer(owed)


def _event(name: str, data: dict[str, object]) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
