"""What time does to threads: the next level hears of what is not answered, silence ends what was, arrivals are noted, and
old texts are forgotten. Each takes a batch of rows that nobody else has, and is safe under any number of clocks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.threads.conversing import end
from governance.threads.desks import around, people_at
from governance.threads.personal import empty_notices, forget_files_of
from governance.threads.rules.hours import after_work, another_day
from governance.threads.rules.turns import goes_out_at
from governance.threads.saying import Around, about, add_row, told_of_end, where_of
from governance.threads.telling import tell
from governance.threads.views import names_around
from governance.threads.waits import answering
from models.ids import first_id_at
from models.tables import Attachment, Notice, PointMessage, Thread, ThreadMessage
from models.vocabulary import DeskKind, NoticeKind, NoticeStatus, ThreadEvent, ThreadSide, ThreadState
from scheduling.actors import SYSTEM
from scheduling.audit import Deed, record
from scheduling.retention import policies
from scheduling.rules.booking import when

BATCH = 50
MANY = 2_000
ARRIVES_WITHIN = timedelta(days=8)
"""A notice of a thread is worth a week: what has not arrived by then never will."""


async def raise_unanswered(session: AsyncSession, *, now: datetime) -> int:
    """Calls the next level to threads that nobody answered in time, and reminds whoever should have; returns how many.

    At the top it is said again on each day of work, until somebody answers: no thread is forgotten.
    """
    found = await session.execute(
        select(Thread)
        .where(col(Thread.alert_at) <= now)
        .order_by(col(Thread.alert_at))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    threads = list(found.scalars())
    if not threads:
        return 0
    names = await names_around(session, threads)
    hours = await answering(session, (where_of(thread) for thread in threads), now=now)
    sitting = await people_at(
        session,
        [
            *((thread.desk, thread.desk_key) for thread in threads),
            *((DeskKind.division, code) for thread in threads for code in around(thread.division_code)),
        ],
    )
    deeds: list[Deed] = []
    for thread in threads:
        around_it = Around(hours[where_of(thread)], names)
        above = _above(thread, sitting)
        thread.alerts += 1
        if above is not None:
            thread.raised_to = above
            await add_row(session, thread, ThreadEvent.raised, ThreadSide.house, None, now=now)
            later = after_work(around_it.answering.hours, now, around_it.policy.thread_alert)
        else:
            later = another_day(around_it.answering.hours, now)
        thread.alert_at = later or now + timedelta(days=1)
        session.add(thread)
        await tell(
            session,
            NoticeKind.thread_alert,
            thread,
            to=_called(thread, sitting) - {thread.resident_id},
            data={**about(thread, names), "since": when(thread.resident_wrote_at or thread.created_at)},
            due=goes_out_at(now, wrote_at=None, urgent=False, policy=around_it.policy),
            policy=around_it.policy,
            mark=thread.alerts,
            now=now,
        )
        deeds.append(
            Deed("thread.raised", "thread", thread.id, thread.district_code, {"to": thread.raised_to})
        )
    await session.flush()
    await record(session, deeds, actor=SYSTEM, now=now)
    return len(threads)


def _above(thread: Thread, sitting: Mapping[str, Sequence[UUID]]) -> str | None:
    """The next division with staff above where a thread is now; None at the top."""
    levels = around(thread.division_code)
    at = thread.raised_to or (thread.desk_key if thread.desk is DeskKind.division else None)
    above = levels if at is None else levels[levels.index(at) + 1 :]
    return next((code for code in above if set(sitting[code]) - {thread.resident_id}), None)


def _called(thread: Thread, sitting: Mapping[str, Sequence[UUID]]) -> set[UUID]:
    """Who hears that a thread is not answered: whoever should answer it, and the level that it was raised to."""
    first = {thread.owner_id} if thread.owner_id is not None else set(sitting[thread.desk_key])
    return {one for one in first if one is not None} | set(
        sitting[thread.raised_to] if thread.raised_to is not None else ()
    )


async def close_silent(session: AsyncSession, *, now: datetime) -> int:
    """Ends answered threads in which nothing was said for some days, and says so to both; returns how many.

    One that waits for staff never ends by itself.
    """
    done = 0
    for district, policy in (await policies(session)).items():
        found = await session.execute(
            select(Thread)
            .where(
                col(Thread.district_code) == district,
                col(Thread.state) == ThreadState.waiting_for_resident,
                col(Thread.last_at) <= now - policy.thread_silence,
            )
            .order_by(col(Thread.last_at))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
        threads = list(found.scalars())
        if not threads:
            continue
        names = await names_around(session, threads)
        hours = await answering(session, (where_of(thread) for thread in threads), now=now)
        for thread in threads:
            owner = [] if thread.owner_id is None else [thread.owner_id]
            await end(session, thread, by=ThreadSide.house, author_id=None, now=now)
            await told_of_end(
                session,
                thread,
                by=ThreadSide.house,
                to=[thread.resident_id, *owner],
                around_it=Around(hours[where_of(thread)], names),
                now=now,
            )
        deeds = [Deed("thread.closed", "thread", thread.id, district) for thread in threads]
        await record(session, deeds, actor=SYSTEM, now=now)
        done += len(threads)
    return done


async def note_arrivals(session: AsyncSession, *, now: datetime) -> int:
    """Notes which messages have reached the other side; returns how many."""
    some = (
        select(col(ThreadMessage.id), func.min(col(Notice.finished_at)).label("at"))
        .join(Notice, col(Notice.id) == func.any(col(ThreadMessage.notice_ids)))
        .where(
            col(ThreadMessage.delivered_at).is_(None),
            col(ThreadMessage.event) == ThreadEvent.said,
            col(ThreadMessage.created_at) > now - ARRIVES_WITHIN,
            col(Notice.status) == NoticeStatus.delivered,
        )
        .group_by(col(ThreadMessage.id))
        .limit(MANY)
        .subquery("some")
    )
    noted = await session.execute(
        update(ThreadMessage)
        .where(col(ThreadMessage.id) == some.c.id)
        .values(delivered_at=some.c.at)
        .returning(col(ThreadMessage.id))
        .execution_options(synchronize_session=False)
    )
    return len(noted.all())


async def forget_texts(session: AsyncSession, *, now: datetime) -> int:
    """Empties what was written in threads that closed, and to those booked, longer ago than a district keeps it; returns how
    many rows.
    """
    done = 0
    for district, policy in (await policies(session)).items():
        before = now - timedelta(days=policy.keep_threads_days)
        done += await _forget_said(session, district, before, now)
        done += await _forget_announced(session, district, before)
    return done


async def _forget_said(session: AsyncSession, district: str, before: datetime, now: datetime) -> int:
    """Messages are named by when they were said, so the primary key itself says which are old."""
    old = (
        select(col(ThreadMessage.id))
        .join(Thread, col(Thread.id) == col(ThreadMessage.thread_id))
        .where(
            col(ThreadMessage.id) < first_id_at(before),
            col(ThreadMessage.district_code) == district,
            (col(ThreadMessage.text) != "") | (col(ThreadMessage.attachments) != []),
            col(Thread.closed_at) < before,
        )
        .limit(MANY)
    )
    emptied = await session.execute(
        update(ThreadMessage)
        .where(col(ThreadMessage.id).in_(old))
        .values(text="", attachments=[])
        .returning(col(ThreadMessage.notice_ids))
        .execution_options(synchronize_session=False)
    )
    notice_ids = list(emptied.scalars())
    ended = select(col(Thread.id)).where(
        col(Thread.district_code) == district, col(Thread.closed_at) < before
    )
    await forget_files_of(
        session, col(Attachment.thread_id).in_(ended) & (col(Attachment.created_at) < before)
    )
    await empty_notices(session, {one for ids in notice_ids for one in ids}, now=now)
    return len(notice_ids)


async def _forget_announced(session: AsyncSession, district: str, before: datetime) -> int:
    old = (
        select(col(PointMessage.id))
        .where(
            col(PointMessage.id) < first_id_at(before),
            col(PointMessage.district_code) == district,
            col(PointMessage.text) != "",
        )
        .limit(MANY)
    )
    emptied = await session.execute(
        update(PointMessage)
        .where(col(PointMessage.id).in_(old))
        .values(text="")
        .returning(col(PointMessage.id))
        .execution_options(synchronize_session=False)
    )
    return len(emptied.all())
