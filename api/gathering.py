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
from collections.abc import Awaitable, Callable, Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import structlog

from api.admission import busy
from models.database import DatabaseBusyError
from scheduling.errors import ContendedError

A = TypeVar("A")
O = TypeVar("O")  # noqa: E741  # an outcome


@dataclass(frozen=True, slots=True, eq=False)
class Turn:
    """When a batch may take what its requests compete for, and whether it `waits` for locks."""

    waits: bool
    before: Collection[asyncio.Future[None]] = ()

    async def comes(self) -> None:
        """Until what this batch competes for is in nobody else's hand. What can be done before that is done before that."""
        if self.before:
            await asyncio.wait(self.before)


Decide = Callable[[Sequence[A], Turn], Awaitable[Sequence[O | Exception]]]
"""Decides upon a batch in a transaction of its own. It waits for its turn before it takes what others may have in hand."""

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
        self._in_hand: dict[Hashable, asyncio.Future[None]] = {}

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
                for waiting in await self._in_turn(batch):
                    self._into_lane(waiting)
        finally:
            self._flushing -= 1

    async def _in_turn(self, batch: Sequence[_Waiting[A, O]]) -> list[_Waiting[A, O]]:
        """Answers a batch as soon as nobody else has in hand what it competes for; returns those of it that met a lock."""
        lanes = {self._lane_of(waiting.asked) for waiting in batch}
        before = {self._in_hand[lane] for lane in lanes if lane in self._in_hand}
        done = asyncio.get_running_loop().create_future()
        self._in_hand |= dict.fromkeys(lanes, done)
        self._deciding += 1
        try:
            return await self._decided(batch, Turn(waits=False, before=before))
        finally:
            self._in_hand = {lane: last for lane, last in self._in_hand.items() if last is not done}
            self._deciding -= 1
            done.set_result(None)
            self._stirred.set()

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
        return self._next()

    def _next(self) -> list[_Waiting[A, O]]:
        """The first in the queue that compete for nothing that another flush of ours has in hand; where there are none,
        those that will be next: they get ready in the meantime.
        """
        batch: list[_Waiting[A, O]] = []
        left: deque[_Waiting[A, O]] = deque()
        while self._queue and len(batch) < self._share:
            waiting = self._queue.popleft()
            (left if self._lane_of(waiting.asked) in self._in_hand else batch).append(waiting)
        self._queue.extendleft(reversed(left))
        return batch or self._take(self._queue, self._share)

    def _take(self, queue: deque[_Waiting[A, O]], most: int) -> list[_Waiting[A, O]]:
        return [queue.popleft() for _ in range(min(len(queue), most))]

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
                    await self._decided(self._take(queue, self._most_a_flush), Turn(waits=True))
        finally:
            del self._lanes[name]

    async def _decided(self, batch: Sequence[_Waiting[A, O]], turn: Turn) -> list[_Waiting[A, O]]:
        """Answers a batch and returns those of it that met a lock."""
        try:
            outcomes = await self._decide([waiting.asked for waiting in batch], turn)
        except DatabaseBusyError as error:
            self._fail(batch, error)
            return []
        except Exception as error:  # whatever it is, it belongs to one of them, who is told
            if len(batch) == 1:
                self._fail(batch, error)
                return []
            log.warning("batch.apart", size=len(batch), error=repr(error))
            return [met for waiting in batch for met in await self._decided([waiting], turn)]
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
