"""What every word in a thread does, whoever says it: it is numbered, counted, given its clock, and carried to the others.

Callers hold the thread's row, and the lock of whoever writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.ladders import away_on
from governance.threads import telling
from governance.threads.desks import around, people_at
from governance.threads.rules.hours import after_work, next_there, worked
from governance.threads.rules.turns import goes_out_at
from governance.threads.views import Names, names_around
from governance.threads.waits import Answering, Where, answering
from models.shapes.base import local_day
from models.tables import Thread, ThreadMessage
from models.vocabulary import DeskKind, NoticeKind, ThreadEvent, ThreadSide, ThreadState
from scheduling.actors import Actor
from scheduling.errors import NotFoundError, TooManyMessagesError, Value
from scheduling.policies import Policy

AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Around:
    """What is needed to say something in a thread: its hours and policy, and the names in it."""

    answering: Answering
    names: Names

    @property
    def policy(self) -> Policy:
        """The policy in force at its desk."""
        return self.answering.policy


def where_of(thread: Thread) -> Where:
    """What decides on the hours of a thread's desk."""
    point_id = UUID(thread.desk_key) if thread.desk is DeskKind.point else None
    return Where(thread.district_code, point_id)


async def around_thread(session: AsyncSession, thread: Thread, *others: UUID | None, now: datetime) -> Around:
    """What stands around a thread."""
    where = where_of(thread)
    since = None if thread.first_answered_at is not None else thread.created_at
    found = await answering(session, [where], now=now, since=since)
    return Around(found[where], await names_around(session, [thread], *others))


async def locked_thread(session: AsyncSession, thread_id: UUID) -> Thread:
    """A thread that stands still until commit. Raises NotFoundError."""
    thread = await session.get(Thread, thread_id, with_for_update=True, populate_existing=True)
    if thread is None:
        raise NotFoundError(what="thread")
    return thread


async def require_messages_left(
    session: AsyncSession, person_id: UUID, policy: Policy, now: datetime
) -> None:
    """Under the person's lock: raises TooManyMessagesError when they wrote as much within an hour as they may."""
    recent = (
        select(col(ThreadMessage.created_at))
        .where(
            col(ThreadMessage.author_id) == person_id,
            col(ThreadMessage.created_at) > now - AN_HOUR,
            col(ThreadMessage.event) == ThreadEvent.said,
        )
        .order_by(col(ThreadMessage.created_at).desc())
        .limit(policy.thread_messages_hour)
    )
    await _require_left(session, recent, policy.thread_messages_hour, AN_HOUR, now)


async def require_threads_left(session: AsyncSession, person_id: UUID, policy: Policy, now: datetime) -> None:
    """Under the person's lock: raises TooManyMessagesError when they opened as many threads within a day as they may."""
    recent = (
        select(col(Thread.created_at))
        .where(
            col(Thread.resident_id) == person_id,
            col(Thread.last_at) > now - A_DAY,
            col(Thread.created_at) > now - A_DAY,
        )
        .order_by(col(Thread.created_at).desc())
        .limit(policy.threads_day)
    )
    await _require_left(session, recent, policy.threads_day, A_DAY, now)


async def _require_left(
    session: AsyncSession, recent: object, most: int, within: timedelta, now: datetime
) -> None:
    made: Sequence[datetime] = (await session.execute(recent)).scalars().all()  # type: ignore[call-overload]  # a select of moments
    if len(made) >= most:
        raise TooManyMessagesError(retry_after_s=max(1, int((made[-1] + within - now).total_seconds())))


async def add_row(
    session: AsyncSession,
    thread: Thread,
    event: ThreadEvent,
    side: ThreadSide,
    author_id: UUID | None,
    *,
    text: str = "",
    files: Sequence[UUID] = (),
    now: datetime,
) -> ThreadMessage:
    """Writes what happened, with the next number."""
    thread.last_number += 1
    thread.last_at = now
    message = ThreadMessage(
        created_at=now,
        district_code=thread.district_code,
        thread_id=thread.id,
        number=thread.last_number,
        event=event,
        side=side,
        author_id=author_id,
        text=text,
        attachments=[str(file) for file in files],
    )
    session.add_all([thread, message])
    await session.flush()
    return message


async def answerers(session: AsyncSession, thread: Thread, *, now: datetime) -> list[UUID]:
    """Who is to answer a thread: its owner, while they still sit where they could; else its desk, and whom it was raised to.

    An owner who has left their post leaves the thread to the others. Who is away today is not told, unless all are.
    """
    desks = [(thread.desk, thread.desk_key)]
    called = [(DeskKind.division, thread.raised_to)] if thread.raised_to is not None else []
    above = [(DeskKind.division, code) for code in around(thread.division_code)]
    sitting = await people_at(session, [*desks, *above])
    if thread.owner_id is not None:
        if any(thread.owner_id in people for people in sitting.values()):
            return [thread.owner_id]
        thread.owner_id = None
    people = {one for _, key in [*desks, *called] for one in sitting[key]} - {thread.resident_id}
    away = await away_on(session, people, local_day(now))
    return sorted(people - away or people)


async def said_by_resident(
    session: AsyncSession,
    thread: Thread,
    text: str,
    *,
    files: Sequence[UUID],
    urgent: bool,
    around_it: Around,
    now: datetime,
) -> ThreadMessage:
    """The resident says something: somebody has to answer, and by when the next level hears of it is set."""
    policy, hours = around_it.policy, around_it.answering.hours
    message = await add_row(
        session,
        thread,
        ThreadEvent.said,
        ThreadSide.resident,
        thread.resident_id,
        text=text,
        files=files,
        now=now,
    )
    thread.urgent = thread.urgent or urgent
    thread.closed_at = None
    thread.state = ThreadState.open if thread.first_answered_at is None else ThreadState.waiting_for_staff
    if thread.alert_at is None:
        thread.alert_at = after_work(hours, now, policy.thread_alert) or now + policy.thread_alert
    to = await answerers(session, thread, now=now)
    due = goes_out_at(
        now,
        wrote_at=thread.staff_wrote_at if thread.owner_id is not None else None,
        urgent=urgent,
        policy=policy,
    )
    message.notice_ids = await telling.carry(
        session,
        thread,
        message,
        to=to,
        data={
            **about(thread, around_it.names),
            "to_staff": True,
            "author": around_it.names.people[thread.resident_id],
        },
        due=due,
        policy=policy,
        now=now,
    )
    thread.resident_wrote_at = now
    session.add_all([thread, message])
    await session.flush()
    return message


async def said_by_staff(
    session: AsyncSession,
    thread: Thread,
    text: str,
    *,
    files: Sequence[UUID],
    actor: Actor,
    around_it: Around,
    now: datetime,
) -> ThreadMessage:
    """Somebody of the staff answers, and owns the thread from now on (首问负责)."""
    policy, person_id = around_it.policy, actor.require_person()
    if thread.owner_id != person_id:
        await owned_by(session, thread, person_id, now=now)
    message = await add_row(
        session, thread, ThreadEvent.said, ThreadSide.staff, person_id, text=text, files=files, now=now
    )
    if thread.first_answered_at is None:
        waited = worked(around_it.answering.hours, thread.answerable_from, now)
        thread.first_answered_at, thread.waited_s = now, int(waited.total_seconds())
    thread.state, thread.closed_at = ThreadState.waiting_for_resident, None
    thread.staff_wrote_at = now
    thread.alert_at = thread.raised_to = None
    message.notice_ids = await telling.carry(
        session,
        thread,
        message,
        to=[thread.resident_id],
        data={
            **about(thread, around_it.names),
            "to_staff": False,
            "author": around_it.names.people[person_id],
        },
        due=goes_out_at(now, wrote_at=thread.resident_wrote_at, urgent=False, policy=policy),
        policy=policy,
        now=now,
    )
    session.add_all([thread, message])
    await session.flush()
    return message


async def owned_by(session: AsyncSession, thread: Thread, person_id: UUID, *, now: datetime) -> None:
    """Makes a thread somebody's; the others are not knocked at any more."""
    thread.owner_id = person_id
    await add_row(session, thread, ThreadEvent.taken, ThreadSide.staff, person_id, now=now)
    await telling.withdraw_from(session, thread.id, but=person_id, resident_id=thread.resident_id, now=now)


def about(thread: Thread, names: Names) -> dict[str, Value]:
    """What every notice of this thread carries."""
    return telling.about_thread(
        thread, desk=names.desk(thread).name, resident=names.people.get(thread.resident_id, "")
    )


def first_answerable(around_it: Answering, now: datetime) -> datetime:
    """From when on a thread that is opened now can be answered; now, where no hours are known."""
    return next_there(around_it.hours, now) or now


async def told_of_end(
    session: AsyncSession,
    thread: Thread,
    *,
    by: ThreadSide,
    to: Sequence[UUID],
    around_it: Around,
    now: datetime,
) -> None:
    """Tells people that a thread has ended, and by whom."""
    policy = around_it.policy
    resident = thread.resident_id
    for people in ([one for one in to if one == resident], [one for one in to if one != resident]):
        await telling.tell(
            session,
            NoticeKind.thread_closed,
            thread,
            to=people,
            data={**about(thread, around_it.names), "by": by.value, "to_staff": resident not in people},
            due=goes_out_at(now, wrote_at=None, urgent=False, policy=policy),
            policy=policy,
            now=now,
        )
