"""Load from another process: a number of clients that each ask, wait for the answer, and ask the next thing."""

import asyncio
import multiprocessing
import signal
import time
from array import array
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

import uvloop

from benchmarks.client import Answer, Connection

P = ParamSpec("P")
T = TypeVar("T")

NO_ANSWER = 0
"""Stands in the place of a status where there was no answer at all."""
GRACE_S = 20.0
"""So long answers are waited for after the time is up, before the server counts as hanging."""
PAUSE_S = 0.01
"""A client that got no answer waits so long before it connects again."""


@dataclass(frozen=True, slots=True)
class Job:
    """Requests to send by `clients` keep-alive connections, until they are used up or the time is."""

    host: str
    port: int
    requests: Sequence[bytes]
    clients: int
    seconds: float
    keep_bodies: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of a job: one status and one latency (milliseconds) an answer, and how long it all took."""

    seconds: float = 0.0
    statuses: "array[int]" = field(default_factory=lambda: array("H"))
    latencies_ms: "array[float]" = field(default_factory=lambda: array("d"))
    bodies: list[bytes] = field(default_factory=list)
    used_up: bool = False

    def count(self) -> Counter[int]:
        """How many answers there were of each status."""
        return Counter(self.statuses)


def run_job(job: Job) -> Outcome:
    """Does a job in this process."""
    return uvloop.run(_drive(job))


async def _drive(job: Job) -> Outcome:
    outcome = Outcome()
    waiting = iter(job.requests)
    begun = time.perf_counter()
    async with asyncio.timeout(job.seconds + GRACE_S):
        await asyncio.gather(*(_client(job, waiting, begun, outcome) for _ in range(job.clients)))
    outcome.seconds = time.perf_counter() - begun
    outcome.used_up = next(waiting, None) is None
    return outcome


async def _client(job: Job, waiting: Iterator[bytes], begun: float, outcome: Outcome) -> None:
    connection = Connection(job.host, job.port)
    until = begun + job.seconds
    try:
        while (sent := time.perf_counter()) < until:
            request = next(waiting, None)
            if request is None:
                break
            try:
                answer = await connection.ask(request)
            except (OSError, ValueError):
                answer = Answer(NO_ANSWER, b"")
                connection.close()
                await asyncio.sleep(PAUSE_S)
            outcome.latencies_ms.append((time.perf_counter() - sent) * 1000)
            outcome.statuses.append(answer.status)
            if job.keep_bodies:
                outcome.bodies.append(answer.body)
    finally:
        connection.close()


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Loader:
    """The other process. Starting it costs a second, so one serves the whole run."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_leave_interrupts_to_the_parent,
        )

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a function of a module in the other process and returns its result."""
        return await asyncio.wrap_future(self._pool.submit(work, *args, **kwargs))

    def job(self, job: Job) -> Awaitable[Outcome]:
        """Does a job there."""
        return self.run(run_job, job)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Whoever is interrupted does not wait for the rest of a job.
        processes = list(self._pool._processes.values())
        self._pool.shutdown(wait=error is None, cancel_futures=True)
        if error is not None:
            for process in processes:
                process.terminate()
