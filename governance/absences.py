"""Absences of those who answer: while one is away the deputy does, and above them the next (`governance/rules/ladder.py`)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.grid import manages_division
from governance.ladders import ANSWERING
from models.shapes.base import Named, local_day
from models.shapes.requests import AbsenceOrder, AbsenceView
from models.tables import Grant, GridCell, Person, WorkerAbsence
from models.vocabulary import ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import InvalidInputError, NotFoundError
from scheduling.locks import lock_persons


async def _manageable(session: AsyncSession, actor: Actor, person_id: UUID) -> Person:
    """Somebody who answers: oneself, or one of whose places the actor is staff. Raises NotFoundError."""
    person = await session.get(Person, person_id)
    rows = await session.execute(
        select(col(Grant.key), col(Grant.scope)).where(
            col(Grant.person_id) == person_id, col(Grant.role).in_(ANSWERING)
        )
    )
    held = rows.all()
    cells = await session.execute(
        select(col(GridCell.community_code)).where(
            col(GridCell.id).in_([UUID(row.key) for row in held if row.scope is ScopeKind.cell])
        )
    )
    places = [*cells.scalars(), *(row.key for row in held if row.scope is not ScopeKind.cell)]
    if person is None or not places:
        raise NotFoundError(what="person")
    if actor.person_id != person_id and not any(manages_division(actor, place) for place in places):
        raise NotFoundError(what="person")
    return person


async def list_absences(
    session: AsyncSession, *, actor: Actor, person_id: UUID, now: datetime
) -> list[AbsenceView]:
    """Somebody's absences that are not over yet, the next first. Raises NotFoundError."""
    person = await _manageable(session, actor, person_id)
    rows = await session.execute(
        select(WorkerAbsence)
        .where(col(WorkerAbsence.person_id) == person_id, col(WorkerAbsence.last_day) >= local_day(now))
        .order_by(col(WorkerAbsence.last_day), col(WorkerAbsence.first_day))
    )
    return [_view(row, person) for row in rows.scalars()]


async def add(
    session: AsyncSession, *, actor: Actor, person_id: UUID, wanted: AbsenceOrder, now: datetime
) -> AbsenceView:
    """Notes that somebody is away on some days; what they own stays theirs, and new requests go to who stands in.

    The same days again change nothing. Raises NotFoundError, InvalidInputError when it is over already.
    """
    person = await _manageable(session, actor, person_id)
    if wanted.last < local_day(now):
        raise InvalidInputError(field="last", detail="these days are over")
    await lock_persons(session, [person_id])
    known = await session.execute(
        select(WorkerAbsence).where(
            col(WorkerAbsence.person_id) == person_id,
            col(WorkerAbsence.first_day) == wanted.first,
            col(WorkerAbsence.last_day) == wanted.last,
        )
    )
    absence = known.scalar()
    if absence is None:
        absence = WorkerAbsence(
            created_at=now,
            person_id=person_id,
            first_day=wanted.first,
            last_day=wanted.last,
            reason=wanted.reason.strip(),
        )
        session.add(absence)
        await session.flush()
        deed = Deed("absence.noted", "person", person_id, person.district_code)
        await record(session, [deed], actor=actor, now=now)
    return _view(absence, person)


async def remove(session: AsyncSession, *, actor: Actor, absence_id: UUID, now: datetime) -> None:
    """They are there after all. Raises NotFoundError."""
    absence = await session.get(WorkerAbsence, absence_id)
    if absence is None:
        raise NotFoundError(what="absence")
    try:
        person = await _manageable(session, actor, absence.person_id)
    except NotFoundError as error:
        raise NotFoundError(what="absence") from error
    await session.delete(absence)
    await session.flush()
    deed = Deed("absence.removed", "person", person.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)


def _view(absence: WorkerAbsence, person: Person) -> AbsenceView:
    return AbsenceView(
        id=absence.id,
        person=Named(id=person.id, name=person.name),
        first=absence.first_day,
        last=absence.last_day,
        reason=absence.reason,
    )
