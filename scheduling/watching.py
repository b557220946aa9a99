"""What became of the timed jobs: each run is noted in a row, whichever clock ran it, and a job that has not succeeded for
three of its periods is told to whoever answers for the district.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Grant, JobRun, Person
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling import notices
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS

PERIODS = 3
"""A job is overdue when it has not succeeded for so many of its periods."""

ALERTED_EVERY = timedelta(hours=6)
"""So often it is said again while it lasts."""

LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job: when it began, how long it took, how many rows it changed, and what went wrong."""

    name: str
    began: datetime
    seconds: float
    changed: int = 0
    error: str | None = None


async def note(session: AsyncSession, run: Run) -> None:
    """Adds a run to what is known of its job."""
    failed = run.error is not None
    fresh = insert(JobRun).values(
        name=run.name,
        first_at=run.began,
        last_at=run.began,
        succeeded_at=None if failed else run.began,
        failed_at=run.began if failed else None,
        last_error=run.error[:LONGEST_ERROR] if run.error is not None else None,
        last_seconds=run.seconds,
        runs=1,
        failures=int(failed),
        changed=run.changed,
        seconds=run.seconds,
    )
    new, old = fresh.excluded, JobRun
    await session.execute(
        fresh.on_conflict_do_update(
            index_elements=["name"],
            set_={
                "last_at": new.last_at,
                "succeeded_at": col(old.succeeded_at) if failed else new.succeeded_at,
                "failed_at": new.failed_at if failed else col(old.failed_at),
                "last_error": new.last_error if failed else col(old.last_error),
                "last_seconds": new.last_seconds,
                "runs": col(old.runs) + 1,
                "failures": col(old.failures) + new.failures,
                "changed": col(old.changed) + new.changed,
                "seconds": col(old.seconds) + new.seconds,
            },
        )
    )


async def job_runs(session: AsyncSession) -> list[JobRun]:
    """What is known of every job that has ever run, by name."""
    return list((await session.execute(select(JobRun).order_by(col(JobRun.name)))).scalars())


@dataclass(frozen=True, slots=True)
class Overdue:
    """A job that has not succeeded for three periods: since when, and what it said when it last failed."""

    name: str
    since: datetime | None
    error: str | None


def overdue_jobs(runs: Sequence[JobRun], periods: Mapping[str, timedelta], now: datetime) -> list[Overdue]:
    """The jobs that have not succeeded for three of their periods. One that has never run at all is among them."""
    known = {run.name: run for run in runs}
    found: list[Overdue] = []
    for name, every in sorted(periods.items()):
        run = known.get(name)
        if run is None:
            found.append(Overdue(name, None, None))
        elif now - (run.succeeded_at or run.first_at) > PERIODS * every:
            found.append(
                Overdue(name, run.succeeded_at or run.first_at, run.last_error if run.failures else None)
            )
    return found


async def alert(session: AsyncSession, overdue: Sequence[Overdue], *, now: datetime) -> int:
    """Tells the administrators of every district of jobs that are overdue, every few hours; returns how many are told.

    Of one that has never run nobody is told: an installation that is just being set up has none.
    """
    late = [job for job in overdue if job.since is not None]
    if not late:
        return 0
    kind = NoticeKind.job_overdue
    span = int(now.timestamp() // ALERTED_EVERY.total_seconds())
    people = await session.execute(
        select(col(Person.id), col(Person.district_code))
        .join(Grant, col(Grant.person_id) == col(Person.id))
        .where(col(Grant.role) == Role.administrator, col(Grant.scope) == ScopeKind.district)
        .distinct()
    )
    owed = [
        notices.Owed(
            person_id=row.id,
            kind=kind,
            dedupe_key=f"{kind}:{job.name}:{span}:{row.id}",
            due_at=now,
            expires_at=now + KINDS[kind].worth,
            data={"job": job.name, "since": when(job.since), "error": job.error or ""},
            district_code=row.district_code,
        )
        for row in people
        for job in late
        if job.since is not None
    ]
    await notices.owe(session, owed, now=now)
    return len(owed)
