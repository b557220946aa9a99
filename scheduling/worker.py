"""The clock: an AsyncIOScheduler that only ticks. What is to be done is in rows, so any number of clocks may run."""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from models.database import Database, DatabaseBusyError, in_transaction
from scheduling import watching
from scheduling.jobs import ALL_JOBS, Job
from scheduling.watching import Run

log = structlog.get_logger(__name__)

JUMP_S = 5.0
"""A wall clock that went back by more than this has been set, and jobs that wait for its old time would wait long."""


async def run_job(job: Job, database: Database, clock: Callable[[], datetime]) -> None:
    """Runs a job once and notes what became of it. A failure is logged; the next tick tries again."""
    began, started = clock(), time.monotonic()
    changed, error = 0, None
    try:
        changed = await job.sweep(database, began)
    except DatabaseBusyError as busy:
        error = repr(busy.__cause__ or busy)
        log.warning("job.postponed", job=job.name)
    except Exception as failure:
        error = repr(failure)
        log.exception("job.failed", job=job.name)
    seconds = round(time.monotonic() - started, 3)
    if error is None:
        level = log.info if changed else log.debug
        level("job.done", job=job.name, changed=changed, seconds=seconds)
    run = Run(job.name, began, seconds, changed, error)
    try:
        await in_transaction(database, partial(watching.note, run=run))
    except DatabaseBusyError:
        log.warning("job.not_noted", job=job.name)


class Clock:
    """Ticks every job at once and then at its interval. Stopping lets the jobs in hand finish."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        jobs: Sequence[Job] = ALL_JOBS,
        *,
        grace_s: float = 10,
        look_s: float = 5,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._now = now
        self._grace_s = grace_s
        self._look_s = look_s
        self._monotonic = monotonic
        self._minding: asyncio.Task[None] | None = None
        self._in_hand: set[asyncio.Task[None]] = set()
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        for job in jobs:
            self._scheduler.add_job(
                self._tick,
                IntervalTrigger(seconds=int(job.every.total_seconds()), jitter=5),
                args=(job,),
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,
                next_run_time=now() + job.after,
            )

    def start(self) -> None:
        """Begins to tick, in the running loop."""
        self._scheduler.start()
        self._minding = asyncio.create_task(self._mind_the_wall_clock(), name="wall clock")

    async def stop(self) -> None:
        """Ticks no more and waits for the jobs in hand; one that takes too long is left to the next clock."""
        if self._minding is not None:
            self._minding.cancel()
        self._scheduler.pause()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=self._grace_s)
            for task in late:
                task.cancel()
            if late:
                log.warning("clock.jobs_cut_short", jobs=len(late))
        self._scheduler.shutdown(wait=False)

    async def _tick(self, job: Job) -> None:
        # The scheduler cancels what it runs itself when it shuts down; what it only waits for lives on to be awaited.
        task = asyncio.create_task(run_job(job, self._database, self._now), name=f"job {job.name}")
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        await asyncio.wait([task])

    async def _mind_the_wall_clock(self) -> None:
        """The scheduler waits for times of the wall clock. Set back by an hour, it would rest for an hour; so every job
        ticks at once then. Set forward, each job that is due ticks once by itself.
        """
        wall, passed = self._now(), self._monotonic()
        while True:
            await asyncio.sleep(self._look_s)
            now, ticks = self._now(), self._monotonic()
            back_s = (ticks - passed) - (now - wall).total_seconds()
            wall, passed = now, ticks
            if back_s > JUMP_S:
                log.warning("clock.went_back", seconds=round(back_s, 1))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=now)
