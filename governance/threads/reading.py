"""Looking at threads: one's lists, one thread with what was said, and who would answer (the help desk)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.threads.conversing import colleagues_of, next_level
from governance.threads.desks import Desk, Matter, around, desk_for, matter_of, people_at
from governance.threads.files import files_of
from governance.threads.rules.hours import hours_of_day, next_there, open_now
from governance.threads.rules.turns import desks_of, side_of
from governance.threads.views import facts_of, message_view, people_called, thread_views
from governance.threads.waits import Where, answering, expected_wait
from models.shapes.base import Named
from models.shapes.threads import (
    AboutView,
    DeskView,
    HelpDeskView,
    MessageView,
    PhoneView,
    SpanView,
    ThreadView,
)
from models.tables import Division, Thread, ThreadMessage
from models.vocabulary import ThreadSide, ThreadState
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError, NotFoundError

Cursor = tuple[datetime, UUID]
Which = Literal["open", "waiting", "closed", "all"]
"""Not closed; waiting for an answer of the caller's side; closed; all."""

MOST_NAMED = 4
"""So many of the people at a desk are named."""


async def threads_of(
    session: AsyncSession,
    *,
    actor: Actor,
    role: Literal["resident", "owner"],
    which: Which,
    limit: int,
    after: Cursor | None,
) -> tuple[list[ThreadView], Cursor | None]:
    """The actor's threads, the last used first, and where the next page begins: their own as a resident, or those that they
    answer (owned by them, at their desks, or raised to them).

    Raises ForbiddenError for the second to those who sit at no desk and own none.
    """
    person_id = actor.require_person()
    mine: ColumnElement[bool] = col(Thread.resident_id) == person_id
    if role == "owner":
        keys = sorted(desks_of(actor))
        owned = col(Thread.owner_id) == person_id
        mine = or_(owned, col(Thread.desk_key).in_(keys), col(Thread.raised_to).in_(keys)) & ~mine
        if not keys and (await session.execute(select(col(Thread.id)).where(owned).limit(1))).first() is None:
            raise ForbiddenError
    statement = select(Thread).where(mine, *_which(which, role))
    last, id_ = col(Thread.last_at), col(Thread.id)
    if after is not None:
        statement = statement.where(tuple_(last, id_) < tuple_(*after))
    found = await session.execute(statement.order_by(last.desc(), id_.desc()).limit(limit + 1))
    threads = list(found.scalars())
    following = (threads[limit - 1].last_at, threads[limit - 1].id) if len(threads) > limit else None
    return await thread_views(session, threads[:limit], actor=actor), following


def _which(which: Which, role: Literal["resident", "owner"]) -> list[ColumnElement[bool]]:
    state = col(Thread.state)
    match which:
        case "all":
            return []
        case "closed":
            return [state == ThreadState.closed]
        case "open":
            return [state != ThreadState.closed]
        case "waiting":
            if role == "resident":
                return [state == ThreadState.waiting_for_resident]
            return [state.in_([ThreadState.open, ThreadState.waiting_for_staff])]


@dataclass(frozen=True, slots=True)
class HandingOn:
    """To whom a thread may be handed on: colleagues, and the next level by its name."""

    colleagues: list[Named]
    above: str | None


async def show(
    session: AsyncSession, *, actor: Actor, thread_id: UUID, limit: int, before: int | None
) -> tuple[ThreadView, list[MessageView], int | None, HandingOn]:
    """A thread with a page of what was said (the newest first, before the number `before`), where the page after begins, and
    to whom the actor may hand it on. Raises NotFoundError for outsiders.
    """
    thread = await session.get(Thread, thread_id)
    side = None if thread is None else side_of(actor, facts_of(thread))
    if thread is None or side is None:
        raise NotFoundError(what="thread")
    statement = select(ThreadMessage).where(col(ThreadMessage.thread_id) == thread_id)
    if before is not None:
        statement = statement.where(col(ThreadMessage.number) < before)
    found = await session.execute(statement.order_by(col(ThreadMessage.number).desc()).limit(limit + 1))
    messages = list(found.scalars())
    following = messages[limit - 1].number if len(messages) > limit else None
    colleagues, above = [], None
    if side is ThreadSide.staff:
        colleagues = await colleagues_of(session, thread, actor)
        above = await next_level(session, thread, actor)
    files = await files_of(session, messages[:limit])
    people = await people_called(session, [*(message.author_id for message in messages), *colleagues])
    return (
        (await thread_views(session, [thread], actor=actor))[0],
        [message_view(message, thread, people, files) for message in messages[:limit]],
        following,
        HandingOn(
            [Named(id=person_id, name=people[person_id]) for person_id in colleagues],
            None if above is None else above.name,
        ),
    )


async def help_desk(
    session: AsyncSession,
    *,
    actor: Actor,
    point_id: UUID | None,
    booking_id: UUID | None,
    now: datetime,
) -> HelpDeskView:
    """Who would answer the actor, when, how long that usually takes, and whom to call instead. Raises NotFoundError."""
    person_id = actor.require_person()
    matter = await matter_of(session, person_id=person_id, point_id=point_id, booking_id=booking_id, now=now)
    desk = await desk_for(session, matter)
    phones = await _phones(session, matter, desk)
    about = AboutView(
        kind=matter.subject,
        id=matter.subject_id,
        point=None if matter.point is None else Named(id=matter.point.id, name=matter.point.name),
    )
    if desk is None:
        return HelpDeskView(
            desk=None,
            about=about,
            people=[],
            open_now=False,
            today=None,
            next_from=None,
            usual_wait_minutes=None,
            measured_at=None,
            phones=phones,
            thread_id=None,
        )
    where = Where(desk.district_code, desk.point_id)
    there = (await answering(session, [where], now=now))[where]
    expected = await expected_wait(
        session, desk_key=desk.key, district_code=desk.district_code, policy=there.policy
    )
    sitting = (await people_at(session, [(desk.kind, desk.key)]))[desk.key]
    named = [one for one in sitting if one != person_id][:MOST_NAMED]
    people = await people_called(session, named)
    today = hours_of_day(there.hours, now)
    known = select(col(Thread.id)).where(
        col(Thread.resident_id) == person_id,
        col(Thread.desk_key) == desk.key,
        col(Thread.state) != ThreadState.closed,
    )
    return HelpDeskView(
        desk=DeskView(kind=desk.kind, key=desk.key, name=desk.name),
        about=about,
        people=[people[one] for one in named],
        open_now=open_now(there.hours, now),
        today=None if today is None else SpanView(start=today.start, end=today.end),
        next_from=next_there(there.hours, now),
        usual_wait_minutes=None if expected is None else int(expected.wait.total_seconds()) // 60,
        measured_at=None if expected is None else ("desk" if expected.at_desk else "district"),
        phones=phones,
        thread_id=(await session.execute(known)).scalar(),
    )


async def _phones(session: AsyncSession, matter: Matter, desk: Desk | None) -> list[PhoneView]:
    """The point's phone, then those of the divisions around it, the nearest first; each number once."""
    codes = around(matter.place)
    rows = await session.execute(
        select(col(Division.code), col(Division.name), col(Division.hotline)).where(
            col(Division.code).in_(codes), col(Division.hotline).is_not(None)
        )
    )
    hotlines = {row.code: (row.name, row.hotline) for row in rows}
    found: list[tuple[str, str | None]] = []
    if matter.point is not None:
        found.append((matter.point.name, matter.point.phone))
    if desk is not None:
        found.append((desk.name, desk.phone))
    found += [hotlines[code] for code in codes if code in hotlines]
    numbers: dict[str, str] = {}
    for name, number in _with_number(found):
        numbers.setdefault(number, name)
    return [PhoneView(name=name, number=number) for number, name in numbers.items()]


def _with_number(found: Sequence[tuple[str, str | None]]) -> list[tuple[str, str]]:
    return [(name, number) for name, number in found if number]
