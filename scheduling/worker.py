"""The clock: an AsyncIOScheduler that only ticks. What is to be done is in rows, so any number of clocks may run."""

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


def build_clock(
    database: Database, clock: Callable[[], datetime], jobs: Sequence[Job] = JOBS
) -> AsyncIOScheduler:
    """A scheduler with every job, due at once and then at its interval. The caller starts and stops it."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    for job in jobs:
        scheduler.add_job(
            run_job,
            IntervalTrigger(seconds=int(job.every.total_seconds()), jitter=5),
            args=(job, database, clock),
            id=job.name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=clock(),
        )
    return scheduler
