"""Threads as the API shows them: the names around them, what is unseen, how the last thing said begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.threads.rules.turns import ThreadFacts, side_of
from models.shapes.base import Named
from models.shapes.requests import AttachmentView
from models.shapes.threads import AboutView, DeskView, MessageView, ThreadView
from models.tables import Division, GridCell, Person, Point, Thread, ThreadMessage
from models.vocabulary import DeskKind, ThreadEvent, ThreadSide
from scheduling.actors import Actor

PREVIEW = 80
"""So many characters of the last thing said are shown in a list."""


def facts_of(thread: Thread) -> ThreadFacts:
    """What decides on who may do what in it."""
    return ThreadFacts(
        resident_id=thread.resident_id,
        owner_id=thread.owner_id,
        desk=thread.desk,
        desk_key=thread.desk_key,
        division_code=thread.division_code,
        raised_to=thread.raised_to,
    )


@dataclass(frozen=True, slots=True)
class Names:
    """What the people, points, cells and divisions around some threads are called."""

    people: Mapping[UUID, str]
    points: Mapping[UUID, str]
    cells: Mapping[UUID, str]
    divisions: Mapping[str, str]

    def person(self, person_id: UUID | None) -> Named | None:
        """Somebody by id and name."""
        return None if person_id is None else Named(id=person_id, name=self.people.get(person_id, ""))

    def desk(self, thread: Thread) -> DeskView:
        """A thread's counterpart."""
        match thread.desk:
            case DeskKind.point:
                name = self.points.get(UUID(thread.desk_key), "")
            case DeskKind.cell:
                name = self.cells.get(UUID(thread.desk_key), "")
            case DeskKind.division:
                name = self.divisions.get(thread.desk_key, "")
        return DeskView(kind=thread.desk, key=thread.desk_key, name=name)

    def about(self, thread: Thread) -> AboutView:
        """What a thread is about."""
        point = None
        if thread.point_id is not None:
            point = Named(id=thread.point_id, name=self.points.get(thread.point_id, ""))
        return AboutView(kind=thread.subject, id=thread.subject_id, point=point)


async def people_called(session: AsyncSession, ids: Iterable[UUID | None]) -> Mapping[UUID, str]:
    """The names of people."""
    wanted = {one for one in ids if one is not None}
    rows = await session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(wanted)))
    return {row.id: row.name for row in rows}


async def names_around(session: AsyncSession, threads: Sequence[Thread], *others: UUID | None) -> Names:
    """The names around some threads, and of other people: a statement for each kind of thing."""
    points = {thread.point_id for thread in threads if thread.point_id is not None}
    points |= {UUID(thread.desk_key) for thread in threads if thread.desk is DeskKind.point}
    cells = {UUID(thread.desk_key) for thread in threads if thread.desk is DeskKind.cell}
    codes = {thread.raised_to for thread in threads if thread.raised_to is not None}
    codes |= {thread.desk_key for thread in threads if thread.desk is DeskKind.division}
    people = {thread.resident_id for thread in threads} | {thread.owner_id for thread in threads}
    named_points = await session.execute(
        select(col(Point.id), col(Point.name)).where(col(Point.id).in_(points))
    )
    named_cells = await session.execute(
        select(col(GridCell.id), col(GridCell.name)).where(col(GridCell.id).in_(cells))
    )
    named_divisions = await session.execute(
        select(col(Division.code), col(Division.name)).where(col(Division.code).in_(codes))
    )
    return Names(
        await people_called(session, people | set(others)),
        {row.id: row.name for row in named_points},
        {row.id: row.name for row in named_cells},
        {row.code: row.name for row in named_divisions},
    )


async def thread_views(session: AsyncSession, threads: Sequence[Thread], *, actor: Actor) -> list[ThreadView]:
    """Threads as somebody on one of their sides sees them, in the same order."""
    names = await names_around(session, threads)
    ids = [thread.id for thread in threads]
    begins, unseen = await _last_said(session, ids), await _unseen(session, ids, actor)
    return [
        ThreadView(
            id=thread.id,
            state=thread.state,
            about=names.about(thread),
            desk=names.desk(thread),
            resident=Named(id=thread.resident_id, name=names.people.get(thread.resident_id, "")),
            owner=names.person(thread.owner_id),
            side=side_of(actor, facts_of(thread)) or ThreadSide.house,
            urgent=thread.urgent,
            raised_to=None if thread.raised_to is None else names.divisions.get(thread.raised_to, ""),
            opened_at=thread.created_at,
            first_answered_at=thread.first_answered_at,
            last_at=thread.last_at,
            closed_at=thread.closed_at,
            last_number=thread.last_number,
            unseen=unseen.get(thread.id, 0),
            preview=begins.get(thread.id, ""),
        )
        for thread in threads
    ]


async def _last_said(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    rows = await session.execute(
        select(col(ThreadMessage.thread_id), func.left(col(ThreadMessage.text), PREVIEW).label("begins"))
        .where(col(ThreadMessage.thread_id).in_(ids), col(ThreadMessage.event) == ThreadEvent.said)
        .ext(distinct_on(col(ThreadMessage.thread_id)))
        .order_by(col(ThreadMessage.thread_id), col(ThreadMessage.number).desc())
    )
    return {row.thread_id: row.begins for row in rows}


async def _unseen(session: AsyncSession, ids: Sequence[UUID], actor: Actor) -> Mapping[UUID, int]:
    mine = col(Thread.resident_id) == literal(actor.person_id)
    seen = case((mine, col(Thread.seen_by_resident)), else_=col(Thread.seen_by_staff))
    other = case((mine, literal(ThreadSide.staff.value)), else_=literal(ThreadSide.resident.value))
    rows = await session.execute(
        select(col(ThreadMessage.thread_id), func.count())
        .join(Thread, col(Thread.id) == col(ThreadMessage.thread_id))
        .where(
            col(Thread.id).in_(ids),
            col(ThreadMessage.event) == ThreadEvent.said,
            col(ThreadMessage.side) == other,
            col(ThreadMessage.number) > seen,
        )
        .group_by(col(ThreadMessage.thread_id))
    )
    return {row[0]: row[1] for row in rows}


def message_view(
    message: ThreadMessage,
    thread: Thread,
    people: Mapping[UUID, str],
    files: Mapping[int, list[AttachmentView]],
) -> MessageView:
    """Something said in a thread, with the name of whoever said it, and what came with it (`files`, by number)."""
    author = None
    if message.author_id is not None:
        author = Named(id=message.author_id, name=people.get(message.author_id, ""))
    by_resident = message.side is ThreadSide.resident
    return MessageView(
        number=message.number,
        event=message.event,
        side=message.side,
        author=author,
        text=message.text,
        attachments=files.get(message.number, []),
        at=message.created_at,
        delivered_at=message.delivered_at,
        seen=message.number <= (thread.seen_by_staff if by_resident else thread.seen_by_resident),
    )
