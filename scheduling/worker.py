"""The clock: an AsyncIOScheduler that only ticks. What is to be done is in rows, so any number of clocks may run."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from models.database import Database, DatabaseBusyError
from scheduling.jobs import JOBS, Job

log = structlog.get_logger(__name__)


async def run_job(job: Job, database: Database, clock: Callable[[], datetime]) -> None:
    """Runs a job once. A failure is logged; the next tick tries again."""
    started = clock()
    try:
        changed = await job.sweep(database, started)
    except DatabaseBusyError:
        log.warning("job.postponed", job=job.name)
    except Exception:
        log.exception("job.failed", job=job.name)
    else:
        took = (clock() - started).total_seconds()
        level = log.info if changed else log.debug
        level("job.done", job=job.name, changed=changed, seconds=round(took, 3))


class Clock:
    """Ticks every job at once and then at its interval. Stopping lets the jobs in hand finish."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        jobs: Sequence[Job] = JOBS,
        *,
        grace_s: float = 10,
    ) -> None:
        self._database = database
        self._now = now
        self._grace_s = grace_s
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
                next_run_time=now(),
            )

    def start(self) -> None:
        """Begins to tick, in the running loop."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Ticks no more and waits for the jobs in hand; one that takes too long is left to the next clock."""
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
