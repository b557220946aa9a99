"""Opening a thread, writing in it, taking it, handing it on, closing it (product: People 2, Requests 1).

Locks: whoever writes, then the thread. So limits count all that one person writes, and of two who act upon one thread the
second sees what the first did.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.giving import give
from governance.threads.desks import Desk, Matter, around, desk_for, matter_of, people_at, staffed
from governance.threads.files import files_of
from governance.threads.rules.emergencies import emergency_numbers
from governance.threads.rules.hours import after_work
from governance.threads.rules.turns import desks_of, goes_out_at, may_take, side_of
from governance.threads.saying import (
    Around,
    about,
    add_row,
    answerers,
    around_thread,
    first_answerable,
    locked_thread,
    owned_by,
    require_messages_left,
    require_threads_left,
    said_by_resident,
    said_by_staff,
    told_of_end,
)
from governance.threads.telling import last_words, tell, withdraw_from, withdraw_seen
from governance.threads.views import facts_of, message_view, thread_views
from governance.threads.waits import Where, answering
from models.shapes.threads import HandOn, MessageOrder, SeenUpTo, ThreadOrder, ThreadSaid, ThreadView
from models.tables import Person, Thread, ThreadMessage
from models.vocabulary import DeskKind, NoticeKind, ThreadEvent, ThreadSide, ThreadState
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    Reason,
    Value,
)
from scheduling.locks import lock_persons

LAST_SAID = 10
"""So much of what was said last is looked at for whoever a thread is handed on to."""


async def open_thread(
    session: AsyncSession, *, actor: Actor, wanted: ThreadOrder, now: datetime
) -> ThreadSaid:
    """Writes to whoever answers: in the open thread with them, or in a new one.

    Raises NotFoundError for a point or booking that is none of theirs, ActionRefusedError when there is nobody to write
    to, TooManyMessagesError, InvalidInputError for nothing said and for attachments that are not the actor's to give.
    """
    person_id = actor.require_person()
    _require_something(wanted)
    await lock_persons(session, [person_id])
    matter = await matter_of(
        session, person_id=person_id, point_id=wanted.point_id, booking_id=wanted.booking_id, now=now
    )
    desk = await desk_for(session, matter)
    if desk is None:
        raise ActionRefusedError([Reason("nobody-to-ask")])
    thread = await _open_with(session, person_id, desk.key)
    if thread is None:
        thread = await _new_thread(session, matter, desk, now)
        deed = Deed("thread.opened", "thread", thread.id, thread.district_code, {"desk": desk.key})
        await record(session, [deed], actor=actor, now=now)
    around_it = await around_thread(session, thread, person_id, now=now)
    return await _resident_says(session, thread, wanted, actor=actor, around_it=around_it, now=now)


async def _open_with(session: AsyncSession, person_id: UUID, desk_key: str) -> Thread | None:
    """The resident's open thread with a desk, which then stands still."""
    found = await session.execute(
        select(Thread)
        .where(
            col(Thread.resident_id) == person_id,
            col(Thread.desk_key) == desk_key,
            col(Thread.state) != ThreadState.closed,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.scalar()


async def _new_thread(session: AsyncSession, matter: Matter, desk: Desk, now: datetime) -> Thread:
    """A thread in which nothing is said yet. Raises TooManyMessagesError."""
    where = Where(desk.district_code, desk.point_id)
    hours = (await answering(session, [where], now=now))[where]
    await require_threads_left(session, matter.person.id, hours.policy, now)
    thread = Thread(
        created_at=now,
        district_code=desk.district_code,
        resident_id=matter.person.id,
        subject=matter.subject,
        subject_id=matter.subject_id,
        point_id=None if matter.point is None else matter.point.id,
        desk=desk.kind,
        desk_key=desk.key,
        division_code=desk.division_code,
        state=ThreadState.open,
        last_at=now,
        answerable_from=first_answerable(hours, now),
    )
    session.add(thread)
    await session.flush()
    return thread


async def write(
    session: AsyncSession, *, actor: Actor, thread_id: UUID, wanted: MessageOrder, now: datetime
) -> ThreadSaid:
    """Says something in a thread; in a closed one it opens it again.

    The first of the staff to answer owns it. Raises NotFoundError for outsiders; ActionRefusedError when somebody else of
    the staff has taken it, or when the resident has another open thread with the same desk; TooManyMessagesError;
    InvalidInputError as `open_thread` does.
    """
    person_id = actor.require_person()
    _require_something(wanted)
    await lock_persons(session, [person_id])
    thread, side = await _mine(session, actor, thread_id)
    around_it = await around_thread(session, thread, person_id, now=now)
    if thread.state is ThreadState.closed:
        await _require_alone(session, thread)
        deed = Deed("thread.reopened", "thread", thread.id, thread.district_code)
        await record(session, [deed], actor=actor, now=now)
    if side is ThreadSide.resident:
        return await _resident_says(session, thread, wanted, actor=actor, around_it=around_it, now=now)
    await require_messages_left(session, person_id, around_it.policy, now)
    _require_free(actor, thread, around_it)
    await _give(session, thread, wanted, actor=actor, around_it=around_it)
    message = await said_by_staff(
        session,
        thread,
        wanted.text.strip(),
        files=wanted.attachments,
        actor=actor,
        around_it=around_it,
        now=now,
    )
    return await _said(session, thread, message, actor=actor, around_it=around_it, emergency=(), now=now)


async def _require_alone(session: AsyncSession, thread: Thread) -> None:
    other = select(col(Thread.id)).where(
        col(Thread.resident_id) == thread.resident_id,
        col(Thread.desk_key) == thread.desk_key,
        col(Thread.state) != ThreadState.closed,
        col(Thread.id) != thread.id,
    )
    row = (await session.execute(other)).first()
    if row is not None:
        raise ActionRefusedError([Reason("newer-thread", {"thread_id": str(row.id)})])


async def _resident_says(
    session: AsyncSession,
    thread: Thread,
    wanted: MessageOrder,
    *,
    actor: Actor,
    around_it: Around,
    now: datetime,
) -> ThreadSaid:
    await require_messages_left(session, thread.resident_id, around_it.policy, now)
    await _give(session, thread, wanted, actor=actor, around_it=around_it)
    numbers = emergency_numbers(wanted.text)
    message = await said_by_resident(
        session,
        thread,
        wanted.text.strip(),
        files=wanted.attachments,
        urgent=bool(numbers),
        around_it=around_it,
        now=now,
    )
    return await _said(session, thread, message, actor=actor, around_it=around_it, emergency=numbers, now=now)


def _require_something(wanted: MessageOrder) -> None:
    if not wanted.text.strip() and not wanted.attachments:
        raise InvalidInputError(field="text", detail="say something, or send an attachment")


async def _give(
    session: AsyncSession, thread: Thread, wanted: MessageOrder, *, actor: Actor, around_it: Around
) -> None:
    """What was sent before goes into the thread. Raises InvalidInputError for what is not the actor's to give."""
    most = around_it.policy.attachment_most
    await give(session, wanted.attachments, giver_id=actor.person_id, most=most, thread_id=thread.id)


async def _said(
    session: AsyncSession,
    thread: Thread,
    message: ThreadMessage,
    *,
    actor: Actor,
    around_it: Around,
    emergency: Sequence[str],
    now: datetime,
) -> ThreadSaid:
    data: dict[str, Value] = {"number": message.number, "urgent": bool(emergency)}
    deed = Deed("thread.said", "thread", thread.id, thread.district_code, data)
    await record(session, [deed], actor=actor, now=now)
    return ThreadSaid(
        thread=(await thread_views(session, [thread], actor=actor))[0],
        message=message_view(message, thread, around_it.names.people, await files_of(session, [message])),
        emergency=list(emergency),
    )


async def _mine(session: AsyncSession, actor: Actor, thread_id: UUID) -> tuple[Thread, ThreadSide]:
    """A thread on one of whose sides the actor is, standing still. Raises NotFoundError for outsiders."""
    thread = await locked_thread(session, thread_id)
    side = side_of(actor, facts_of(thread))
    if side is None:
        raise NotFoundError(what="thread")
    return thread, side


async def _staffs(session: AsyncSession, actor: Actor, thread_id: UUID) -> Thread:
    """The same for staff only. Raises ForbiddenError for the resident."""
    thread, side = await _mine(session, actor, thread_id)
    if side is ThreadSide.resident:
        raise ForbiddenError
    return thread


def _require_free(actor: Actor, thread: Thread, around_it: Around) -> None:
    if not may_take(actor, facts_of(thread), thread.state):
        owner = around_it.names.person(thread.owner_id)
        raise ActionRefusedError([Reason("thread-taken", {"owner": "" if owner is None else owner.name})])


async def take(session: AsyncSession, *, actor: Actor, thread_id: UUID, now: datetime) -> ThreadView:
    """Makes a thread the actor's before they answer, so that colleagues need not. Taking it again changes nothing.

    Raises NotFoundError, ForbiddenError, ActionRefusedError when somebody else has it or it is closed.
    """
    thread = await _staffs(session, actor, thread_id)
    around_it = await around_thread(session, thread, now=now)
    _require_going_on(thread)
    _require_free(actor, thread, around_it)
    person_id = actor.require_person()
    if thread.owner_id != person_id:
        await owned_by(session, thread, person_id, now=now)
        deed = Deed("thread.taken", "thread", thread.id, thread.district_code)
        await record(session, [deed], actor=actor, now=now)
    return (await thread_views(session, [thread], actor=actor))[0]


def _require_going_on(thread: Thread) -> None:
    if thread.state is ThreadState.closed:
        raise ActionRefusedError([Reason("thread-closed")])


async def hand_on(
    session: AsyncSession, *, actor: Actor, thread_id: UUID, to: HandOn, now: datetime
) -> ThreadView:
    """Hands a thread on to one person, who owns it then, or to the staff of the next level, of whom the first to answer
    does. They are told, with what was said last; the resident sees it in the thread.

    Raises NotFoundError, ForbiddenError; ActionRefusedError when it is closed, somebody else's, the person cannot answer
    there, or there is no level above.
    """
    thread = await _staffs(session, actor, thread_id)
    around_it = await around_thread(session, thread, to.person_id, now=now)
    _require_going_on(thread)
    _require_free(actor, thread, around_it)
    if to.person_id is not None:
        if to.person_id not in await colleagues_of(session, thread, actor):
            raise ActionRefusedError([Reason("not-a-colleague")])
        thread.owner_id = to.person_id
        people = [to.person_id]
    else:
        above = await next_level(session, thread, actor)
        if above is None:
            raise ActionRefusedError([Reason("nobody-above")])
        thread.owner_id, thread.raised_to = None, above.key
        people = (await people_at(session, [(above.kind, above.key)]))[above.key]
    if thread.state is not ThreadState.waiting_for_resident:
        policy = around_it.policy
        begins = after_work(around_it.answering.hours, now, policy.thread_alert)
        thread.alert_at = begins or now + policy.thread_alert
    row = await add_row(session, thread, ThreadEvent.handed_on, ThreadSide.staff, actor.person_id, now=now)
    await withdraw_from(session, thread.id, but=to.person_id, resident_id=thread.resident_id, now=now)
    row.notice_ids = await tell(
        session,
        NoticeKind.thread_handed,
        thread,
        to=set(people) - {thread.resident_id, actor.require_person()},
        data={**about(thread, around_it.names), "items": last_words(await _last_said(session, thread.id))},
        due=goes_out_at(now, wrote_at=None, urgent=False, policy=around_it.policy),
        policy=around_it.policy,
        now=now,
    )
    data: dict[str, Value] = {"to": str(to.person_id) if to.person_id else thread.raised_to}
    deed = Deed("thread.handed_on", "thread", thread.id, thread.district_code, data)
    await record(session, [deed], actor=actor, now=now)
    return (await thread_views(session, [thread], actor=actor))[0]


async def colleagues_of(session: AsyncSession, thread: Thread, actor: Actor) -> list[UUID]:
    """To whom a thread may be handed on: who sits at its desk, and the staff of the divisions around."""
    above = [(DeskKind.division, code) for code in around(thread.division_code)]
    sitting = await people_at(session, [(thread.desk, thread.desk_key), *above])
    people = {one for people in sitting.values() for one in people}
    return sorted(people - {thread.resident_id, actor.require_person()})


async def next_level(session: AsyncSession, thread: Thread, actor: Actor) -> Desk | None:
    """The next division around a thread with staff, above where it is now and where the actor sits; None at the top."""
    levels = around(thread.division_code)
    known = {thread.raised_to, thread.desk_key, *desks_of(actor)}
    reached = max((place for place, code in enumerate(levels) if code in known), default=-1)
    resident = await session.get_one(Person, thread.resident_id)
    return await staffed(session, levels[reached + 1 :], resident)


async def _last_said(session: AsyncSession, thread_id: UUID) -> Sequence[ThreadMessage]:
    """What was said last, the newest first."""
    said = (
        select(ThreadMessage)
        .where(col(ThreadMessage.thread_id) == thread_id, col(ThreadMessage.event) == ThreadEvent.said)
        .order_by(col(ThreadMessage.number).desc())
        .limit(LAST_SAID)
    )
    return (await session.execute(said)).scalars().all()


async def seen(
    session: AsyncSession, *, actor: Actor, thread_id: UUID, up_to: SeenUpTo, now: datetime
) -> ThreadView:
    """Notes that the actor's side has opened what was said so far; who saw it is told nothing more of it (decision 0019).

    Raises NotFoundError.
    """
    thread, side = await _mine(session, actor, thread_id)
    number = min(up_to.number, thread.last_number)
    if side is ThreadSide.resident:
        thread.seen_by_resident = max(thread.seen_by_resident, number)
    else:
        thread.seen_by_staff = max(thread.seen_by_staff, number)
    session.add(thread)
    await session.flush()
    await withdraw_seen(session, thread.id, person_id=actor.require_person(), number=number, now=now)
    return (await thread_views(session, [thread], actor=actor))[0]


async def close(
    session: AsyncSession, *, actor: Actor, thread_id: UUID, up_to: SeenUpTo, now: datetime
) -> ThreadView:
    """Ends a thread, and tells the other side; writing in it opens it again. Closing it again changes nothing.

    Nothing is closed unread: raises ActionRefusedError when the other side said something after message `up_to.number`,
    when staff have not answered yet, or when somebody else of the staff has it. Raises NotFoundError.
    """
    thread, side = await _mine(session, actor, thread_id)
    if thread.state is ThreadState.closed:
        return (await thread_views(session, [thread], actor=actor))[0]
    around_it = await around_thread(session, thread, now=now)
    if side is ThreadSide.staff:
        _require_free(actor, thread, around_it)
        if thread.first_answered_at is None:
            raise ActionRefusedError([Reason("not-answered")])
    if await _newer_than(session, thread, up_to.number, side):
        raise ActionRefusedError([Reason("newer-message")])
    await withdraw_seen(session, thread.id, person_id=actor.require_person(), number=up_to.number, now=now)
    staff = await answerers(session, thread, now=now) if thread.owner_id is not None else []
    await end(session, thread, by=side, author_id=actor.person_id, now=now)
    to = [thread.resident_id] if side is ThreadSide.staff else staff
    await told_of_end(session, thread, by=side, to=to, around_it=around_it, now=now)
    deed = Deed("thread.closed", "thread", thread.id, thread.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await thread_views(session, [thread], actor=actor))[0]


async def _newer_than(session: AsyncSession, thread: Thread, number: int, side: ThreadSide) -> bool:
    """Whether the other side has said something after this number."""
    newer = select(col(ThreadMessage.id)).where(
        col(ThreadMessage.thread_id) == thread.id,
        col(ThreadMessage.number) > number,
        col(ThreadMessage.event) == ThreadEvent.said,
        col(ThreadMessage.side) != side,
    )
    return (await session.execute(newer.limit(1))).first() is not None


async def end(
    session: AsyncSession, thread: Thread, *, by: ThreadSide, author_id: UUID | None, now: datetime
) -> None:
    """Closes a thread that stands still; what its staff have not been sent yet is taken back when the resident ends it."""
    await add_row(session, thread, ThreadEvent.closed, by, author_id, now=now)
    thread.state, thread.closed_at = ThreadState.closed, now
    thread.alert_at = thread.raised_to = None
    if by is ThreadSide.resident:
        await withdraw_from(session, thread.id, but=None, resident_id=thread.resident_id, now=now)
    session.add(thread)
    await session.flush()
