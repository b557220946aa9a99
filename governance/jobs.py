"""The timed jobs of requests: idempotent sweeps, each safe under any number of clocks. The program hands them to the clock."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from governance import attachments, sweeps
from governance.attachments import Keeping
from models.database import Database
from scheduling.jobs import Job, until_none_left


def _sweep(batch: Callable[..., Awaitable[int]]) -> Callable[[Database, datetime], Awaitable[int]]:
    """A sweep that takes a batch a transaction, until a batch is empty."""

    async def sweep(database: Database, now: datetime) -> int:
        return await until_none_left(database, partial(batch, now=now))

    return sweep


REQUEST_JOBS: tuple[Job, ...] = (
    Job("warn_request_owners", timedelta(minutes=1), _sweep(sweeps.warn_owners)),
    Job("climb_overdue_requests", timedelta(minutes=1), _sweep(sweeps.climb_overdue)),
    Job("settle_wishes", timedelta(minutes=5), _sweep(sweeps.settle_wishes)),
    Job("close_answered_requests", timedelta(minutes=5), _sweep(sweeps.close_answered)),
)
"""What needs the database only."""


def attachment_jobs(keeping: Keeping) -> tuple[Job, ...]:
    """What looks after the folder of attachments."""

    async def unused(database: Database, now: datetime, *, keeping: Keeping) -> int:
        return await attachments.sweep_unused(database, keeping, now=now)

    async def strays(database: Database, now: datetime, *, keeping: Keeping) -> int:
        return await attachments.sweep_strays(database, keeping, now=now)

    return (
        Job("sweep_unused_attachments", timedelta(hours=1), partial(unused, keeping=keeping)),
        Job("sweep_stray_files", timedelta(hours=6), partial(strays, keeping=keeping)),
    )
