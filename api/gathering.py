"""Requests gathered into batches: whatever is queued is decided upon together, in one transaction a flush.

Who finds no flush at work is decided upon at once. Flushes share all who ask, so that one is judged here while the
database writes the other: while one is at work, the next one comes together (docs/decisions/0033). Who meets a row that somebody else
has locked leaves the batch for a lane of its own, where requests for the same thing wait together, so that one busy slot
holds up nobody else. What waits is bounded: beyond it the answer is an honest "busy" at once, not a late one.
"""

import asyncio
import contextlib
import math
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from api.admission import busy
from models.database import DatabaseBusyError
from scheduling.errors import ContendedError

A = TypeVar("A")
O = TypeVar("O")  # noqa: E741  # an outcome

Decide = Callable[[Sequence[A], bool], Awaitable[Sequence[O | Exception]]]
"""Decides upon a batch in a transaction of its own; the flag says whether to wait for locks."""

MOST_WAITING = 512
"""So many requests may wait in a process. At the pace that one core decides, the last of them waits half a second."""
MOST_A_FLUSH = 64
FEWEST_A_FLUSH = 8
"""Fewer are not shared among flushes: a transaction of its own costs as much as some orders."""
FLUSHES = 2
"""So many flushes run at once: while the database writes one, the next is judged."""
PATIENCE_S = 0.006
"""So long a flush waits for its share at most, about as long as the one before it takes."""
FADES = 0.9
"""How much of the greatest number that asked at once counts one flush later."""
LANES = 4
"""So many lanes wait for their locks at once; the rest of the database's connections are for everybody else."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[A, O]):
    asked: A
    answer: asyncio.Future[O]


class Gatherer(Generic[A, O]):
    """A queue in front of `decide`. `lane_of` names what a request competes for (a slot)."""

    def __init__(
        self,
        decide: Decide[A, O],
        *,
        lane_of: Callable[[A], Hashable],
        most_waiting: int = MOST_WAITING,
        most_a_flush: int = MOST_A_FLUSH,
        flushes: int = FLUSHES,
    ) -> None:
        self._decide = decide
        self._lane_of = lane_of
        self._most_waiting = most_waiting
        self._most_a_flush = most_a_flush
        self._flushes = flushes
        self._waiting = 0
        self._queue: deque[_Waiting[A, O]] = deque()
        self._lanes: dict[Hashable, deque[_Waiting[A, O]]] = {}
        self._lanes_at_once = asyncio.Semaphore(LANES)
        self._running: set[asyncio.Task[None]] = set()
        self._flushing = 0
        self._deciding = 0
        self._crowd = 0.0
        self._stirred = asyncio.Event()
        self._in_hand: set[Hashable] = set()

    async def ask(self, asked: A) -> O:
        """The outcome of a request, or its exception. Raises BusyError at once when too many wait already.

        Whoever gives up waiting does not undo it: it may be decided upon all the same.
        """
        if self._waiting >= self._most_waiting:
            raise busy()
        waiting: _Waiting[A, O] = _Waiting(asked, asyncio.get_running_loop().create_future())
        self._waiting += 1
        try:
            lane = self._lanes.get(self._lane_of(asked))
            if lane is not None:
                lane.append(waiting)
            else:
                self._queue.append(waiting)
                if len(self._queue) >= self._share:
                    self._stirred.set()
                if self._flushing < self._flushes:
                    self._flushing += 1
                    self._start(self._flush_all())
            return await waiting.answer
        finally:
            self._waiting -= 1

    async def finish(self) -> None:
        """Waits until everything asked is decided upon."""
        while self._running:
            await asyncio.gather(*self._running)

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _flush_all(self) -> None:
        try:
            # What arrives in the same turn of the event loop goes into the same flush.
            await asyncio.sleep(0)
            while batch := await self._gathered():
                lanes = {self._lane_of(waiting.asked) for waiting in batch}
                self._in_hand |= lanes
                self._deciding += 1
                try:
                    met = await self._decided(batch, wait=False)
                finally:
                    self._in_hand -= lanes
                    self._deciding -= 1
                    self._stirred.set()
                for waiting in met:
                    self._into_lane(waiting)
        finally:
            self._flushing -= 1

    @property
    def _share(self) -> int:
        """How many of all who ask one flush takes."""
        return min(self._most_a_flush, max(FEWEST_A_FLUSH, math.ceil(self._crowd / self._flushes)))

    async def _gathered(self) -> list[_Waiting[A, O]]:
        """The next batch. While another flush is at work it waits for its share, a moment at most."""
        self._crowd = max(self._waiting, self._crowd * FADES)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while self._deciding and len(self._queue) < self._share:
                    self._stirred.clear()
                    await self._stirred.wait()
        return self._take_free()

    def _take_free(self) -> list[_Waiting[A, O]]:
        """The first in the queue that compete for nothing that another flush of ours has in hand."""
        batch: list[_Waiting[A, O]] = []
        left: deque[_Waiting[A, O]] = deque()
        while self._queue and len(batch) < self._share:
            waiting = self._queue.popleft()
            (left if self._lane_of(waiting.asked) in self._in_hand else batch).append(waiting)
        self._queue.extendleft(reversed(left))
        return batch

    def _take(self, queue: deque[_Waiting[A, O]]) -> list[_Waiting[A, O]]:
        return [queue.popleft() for _ in range(min(len(queue), self._most_a_flush))]

    def _into_lane(self, waiting: _Waiting[A, O]) -> None:
        name = self._lane_of(waiting.asked)
        if name in self._lanes:
            self._lanes[name].append(waiting)
        else:
            self._lanes[name] = deque([waiting])
            self._start(self._serve_lane(name))

    async def _serve_lane(self, name: Hashable) -> None:
        queue = self._lanes[name]
        try:
            async with self._lanes_at_once:
                while queue:
                    await self._decided(self._take(queue), wait=True)
        finally:
            del self._lanes[name]

    async def _decided(self, batch: Sequence[_Waiting[A, O]], *, wait: bool) -> list[_Waiting[A, O]]:
        """Answers a batch and returns those of it that met a lock."""
        try:
            outcomes = await self._decide([waiting.asked for waiting in batch], wait)
        except DatabaseBusyError as error:
            self._fail(batch, error)
            return []
        except Exception as error:  # whatever it is, it belongs to one of them, who is told
            if len(batch) == 1:
                self._fail(batch, error)
                return []
            log.warning("batch.apart", size=len(batch), error=repr(error))
            return [met for waiting in batch for met in await self._decided([waiting], wait=wait)]
        met: list[_Waiting[A, O]] = []
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, ContendedError):
                met.append(waiting)
            elif waiting.answer.done():  # whoever asked has gone
                continue
            elif isinstance(outcome, Exception):
                waiting.answer.set_exception(outcome)
            else:
                waiting.answer.set_result(outcome)
        return met

    def _fail(self, batch: Sequence[_Waiting[A, O]], error: Exception) -> None:
        for waiting in batch:
            if not waiting.answer.done():
                waiting.answer.set_exception(error)
