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
from itertools import islice
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

import uvloop

from benchmarks.client import Connection

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
    """Requests to send by `clients` keep-alive connections, until they are used up or the time is.

    A client takes `together` of them at a time: one after another, they are one operation.
    """

    host: str
    port: int
    requests: Sequence[bytes]
    clients: int
    seconds: float
    together: int = 1


@dataclass(slots=True)
class Outcome:
    """What came of a job: one status and one latency (milliseconds) an operation, and how long it all took.

    The status is the greatest of an operation's answers, or that there was none.
    """

    seconds: float = 0.0
    statuses: "array[int]" = field(default_factory=lambda: array("H"))
    latencies_ms: "array[float]" = field(default_factory=lambda: array("d"))
    used_up: bool = False

    def count(self) -> Counter[int]:
        """How many operations there were of each status."""
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
            requests = tuple(islice(waiting, job.together))
            if not requests:
                break
            status = await _one_after_another(connection, requests)
            outcome.latencies_ms.append((time.perf_counter() - sent) * 1000)
            outcome.statuses.append(status)
    finally:
        connection.close()


async def _one_after_another(connection: Connection, requests: Sequence[bytes]) -> int:
    worst = 0
    for request in requests:
        try:
            worst = max(worst, (await connection.ask(request)).status)
        except (OSError, ValueError):
            connection.close()
            await asyncio.sleep(PAUSE_S)
            return NO_ANSWER
    return worst


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
