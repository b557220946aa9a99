"""The numbers that tell how the program does, from rows: any process can show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import JobRun, Notice
from models.vocabulary import Channel, NoticeStatus
from scheduling.jobs import PERIODS, overdue
from scheduling.signing_in import home_district
from scheduling.watching import job_runs

WAITING_TOO_LONG = timedelta(minutes=30)
"""A channel in which something has been due for so long is in trouble, or a great many are being told something."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Notices that a channel could be given now, of one priority: how many, and since when the first is due."""

    channel: Channel | None
    priority: int
    notices: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is measured."""

    waiting: Sequence[Waiting]
    dead_letters: int
    jobs: Sequence[JobRun]


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong though requests are answered: what, since when, and what is known of it."""

    what: str
    since: datetime | None
    detail: str


async def numbers(session: AsyncSession, *, now: datetime) -> Numbers:
    """All of them."""
    rows = await session.execute(
        select(col(Notice.channel), col(Notice.priority), func.count(), func.min(col(Notice.due_at)))
        .where(
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.channel).is_not(None),
            col(Notice.next_at) <= now,
            col(Notice.expires_at) > now,
        )
        .group_by(col(Notice.channel), col(Notice.priority))
        .order_by(col(Notice.channel), col(Notice.priority))
    )
    dead = select(func.count()).select_from(Notice).where(col(Notice.status) == NoticeStatus.failed)
    return Numbers(
        waiting=[Waiting(row[0], row[1], row[2], row[3]) for row in rows],
        dead_letters=(await session.execute(dead)).scalar_one(),
        jobs=await job_runs(session),
    )


async def faults(
    session: AsyncSession, *, now: datetime, periods: Mapping[str, timedelta] = PERIODS
) -> list[Fault]:
    """What is wrong; `periods` says how often which jobs are due. Raises NotFoundError when there is no district to serve at all."""
    await home_district(session)
    found = [
        Fault(
            f"job {job.name}",
            job.since,
            job.error or ("has never run" if job.since is None else "has not succeeded for three periods"),
        )
        for job in await overdue(session, now=now, periods=periods)
    ]
    for waiting in (await numbers(session, now=now)).waiting:
        if waiting.channel is not Channel.web and now - waiting.since > WAITING_TOO_LONG:
            detail = f"{waiting.notices} notices of priority {waiting.priority} wait"
            found.append(Fault(f"channel {waiting.channel}", waiting.since, detail))
    return found
