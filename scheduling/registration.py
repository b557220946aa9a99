"""Registering people without a phone, and finding people, by those who work at the points.

A resident may use any point of the district, wherever they live. So whoever works at any of them finds everybody of the
district: a search by home would treat newcomers unlike long-time residents (product: Booking 9).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PointId
from models.shapes.base import local_day
from models.shapes.registration import PersonOrder, PersonView
from models.tables import Booking, Division, Person, Point
from models.vocabulary import BookingStatus, DivisionLevel, ScopeKind
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.audit import Deed, record
from scheduling.errors import ForbiddenError, InvalidInputError
from scheduling.people import NewPerson, register
from scheduling.rules.phones import masked_phone, normal_phone

SHORTEST_NAME = 2
"""So many characters of a name at least: a family name alone is half the district."""
SHORTEST_NUMBER = 5
"""So many digits at least are taken for a phone number, which is looked for as a whole."""

Cursor = tuple[str, UUID]
"""Where a page ended: name, id."""


async def register_person(
    session: AsyncSession, *, actor: Actor, wanted: PersonOrder, now: datetime
) -> PersonView:
    """Registers somebody who has no chat. Raises ForbiddenError without a role, InvalidInputError naming the field."""
    districts = await districts_of(session, actor)
    if wanted.home_division is not None and await session.get(Division, wanted.home_division) is None:
        raise InvalidInputError(field="home_division", detail="unknown division")
    if wanted.birth_date is not None and wanted.birth_date > local_day(now):
        raise InvalidInputError(field="birth_date", detail="lies ahead")
    person = Person(
        created_at=now,
        district_code=districts[0],
        name=wanted.name.strip(),
        phone=normal_phone(wanted.phone),
        birth_date=wanted.birth_date,
        disability=wanted.disability,
        home_division=wanted.home_division,
        language=wanted.language,
    )
    await register(session, actor=actor, people=[NewPerson(person)], now=now)
    return _view(person, whole=False)


async def find_people(
    session: AsyncSession, *, actor: Actor, text: str, now: datetime, limit: int, after: Cursor | None
) -> tuple[list[PersonView], Cursor | None]:
    """People of the district whose name begins with `text`, or whose phone number it is, and where the next page begins.

    That somebody looked is put into the audit. Raises ForbiddenError without a role, InvalidInputError for a text that is
    too short.
    """
    districts = await districts_of(session, actor)
    sought = text.strip()
    if re.fullmatch(r"\+?[0-9 -]+", sought):
        number = normal_phone(sought) or ""
        if len(number) < SHORTEST_NUMBER:
            raise InvalidInputError(field="q", detail=f"at least {SHORTEST_NUMBER} digits")
        matches = col(Person.phone) == number
    else:
        if len(sought) < SHORTEST_NAME:
            raise InvalidInputError(field="q", detail=f"at least {SHORTEST_NAME} characters of a name")
        matches = col(Person.name).startswith(sought, autoescape=True)
    there = col(Person.district_code).in_(districts) & col(Person.erased_at).is_(None)
    statement = select(Person).where(there, matches)
    if after is not None:
        statement = statement.where(tuple_(col(Person.name), col(Person.id)) > tuple_(*after))
    rows = await session.execute(statement.order_by(col(Person.name), col(Person.id)).limit(limit + 1))
    found = list(rows.scalars())
    people = found[:limit]
    to_call = await _to_call(session, actor, [person.id for person in people], now)
    await record(
        session,
        [Deed("people.searched", "person", None, districts[0], {"found": len(people)})],
        actor=actor,
        now=now,
    )
    following = (people[-1].name, people[-1].id) if len(found) > limit else None
    return [_view(person, whole=person.id in to_call) for person in people], following


async def districts_of(session: AsyncSession, actor: Actor) -> list[str]:
    """The districts in which the actor works. Raises ForbiddenError where they have no role."""
    points = [UUID(held.key) for held in actor.permissions if held.scope is ScopeKind.point]
    divisions = {held.key for held in actor.permissions if held.scope is not ScopeKind.point}
    of_points = await session.execute(select(col(Point.district_code)).where(col(Point.id).in_(points)))
    around = {f"{code[:6]}000000" for code in divisions}
    of_divisions = await session.execute(
        select(col(Division.code)).where(
            col(Division.code).in_(around), col(Division.level) == DivisionLevel.district
        )
    )
    found = sorted({*of_points.scalars(), *of_divisions.scalars()})
    if not found:
        raise ForbiddenError
    return found


async def _to_call(
    session: AsyncSession, actor: Actor, person_ids: Iterable[UUID], now: datetime
) -> set[UUID]:
    """Whom of these the actor must be able to call: who has, or made, a booking ahead at a point that they manage."""
    wanted = set(person_ids)
    rows = await session.execute(
        select(
            col(Booking.attendee_id),
            col(Booking.booked_by_id),
            col(Booking.point_id),
            col(Point.community_code),
        )
        .join(Point, col(Point.id) == col(Booking.point_id))
        .where(
            or_(col(Booking.attendee_id).in_(wanted), col(Booking.booked_by_id).in_(wanted)),
            col(Booking.end) > now,
            col(Booking.status) == BookingStatus.confirmed,
        )
    )
    return {
        person_id
        for row in rows
        if may_manage_point(actor, PointScope(PointId(row.point_id), row.community_code))
        for person_id in (row.attendee_id, row.booked_by_id)
    }


def _view(person: Person, *, whole: bool) -> PersonView:
    return PersonView(
        id=person.id,
        name=person.name,
        phone=person.phone if whole else masked_phone(person.phone),
        phone_is_whole=whole and person.phone is not None,
        birth_year=person.birth_date.year if person.birth_date else None,
        language=person.language,
        registered_at=person.created_at,
    )
