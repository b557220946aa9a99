"""A neighbourhood of the demonstration district whose people have to do with each other: who walks through the chat lives
around one point, books there, serves there, answers for it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId, new_id, within
from models.shapes.bookings import BookingOrder
from models.shapes.rosters import SignupOrder
from models.tables import (
    Grant,
    GridCell,
    HouseholdLink,
    Person,
    Point,
    Shift,
    Signup,
    Slot,
    Team,
    Volunteer,
)
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from scheduling.desk import book_many
from scheduling.errors import SignupRefusedError
from scheduling.grants import Order
from scheduling.rosters.signups import sign_up

EACH = 6
"""So many of each kind live here: whoever is erased makes room for the next."""

SCARCE = """
UPDATE slot SET capacity = greatest(taken, 1)
WHERE get_byte(uuid_send(id), 15) % 3 = 0 OR point_id = :point AND get_byte(uuid_send(id), 15) % 3 = 1
"""
"""Places are few, most of all here, so that people wait, and are offered what comes free."""

FULL = """
UPDATE shift SET needed = taken, minimum = least(minimum, taken)
WHERE point_id = :point AND taken > 0 AND get_byte(uuid_send(id), 15) % 2 = 0
"""
DRAFTS = """
UPDATE shift SET status = 'draft', published_at = NULL
WHERE point_id = :point AND taken = 0 AND get_byte(uuid_send(id), 15) % 3 = 0
"""
DIRECT = """
UPDATE shift SET direct = false WHERE point_id = :point AND taken = 0 AND get_byte(uuid_send(id), 15) % 3 = 1
"""
"""Whoever signs up for these is confirmed, or not, by the point."""


async def settle(session: AsyncSession, now: datetime) -> Mapping[str, Sequence[UUID]]:
    """Makes the neighbourhood, and returns its people by their kind."""
    point = await _point(session)
    volunteers = await _volunteers(session, point.id)
    families = list(
        (
            await session.execute(
                select(col(HouseholdLink.person_id), col(HouseholdLink.relative_id))
                .order_by(col(HouseholdLink.person_id))
                .limit(EACH)
            )
        ).all()
    )
    kinds = {
        "volunteer": volunteers,
        "leader": await _ids(session, select(col(Team.leader_id)).order_by(col(Team.name))),
        "daughter": list(dict.fromkeys(row.person_id for row in families)),
        "relative": list(dict.fromkeys(row.relative_id for row in families)),
        "neighbour": await _ids(
            session,
            select(col(Person.id))
            .where(col(Person.id).not_in(select(col(Grant.person_id))), col(Person.phone).is_not(None))
            .order_by(col(Person.number).desc()),
        ),
        **{role.value: await _in_office(session, role, point, now) for role in Role},
    }
    await session.execute(
        update(Person)
        .where(col(Person.id).in_([person_id for people in kinds.values() for person_id in people]))
        .values(
            home_division=point.community_code, home_latitude=point.latitude, home_longitude=point.longitude
        )
    )
    await _book(session, [*kinds["relative"], *kinds["neighbour"], *kinds["daughter"]], point, now)
    await _sign_up(session, volunteers, point, now)
    for statement in (SCARCE, FULL, DRAFTS, DIRECT):
        await session.execute(text(statement), {"point": point.id} if ":point" in statement else {})
    return kinds


async def _book(session: AsyncSession, people: Sequence[UUID], point: Point, now: datetime) -> None:
    """Everybody has booked something here for today or tomorrow; what the rules refuse is left out."""
    slots = await session.execute(
        select(col(Slot.id))
        .where(col(Slot.point_id) == point.id, col(Slot.start).between(now, now + timedelta(days=2)))
        .order_by(col(Slot.start), col(Slot.id))
    )
    ids = list(slots.scalars())
    chosen = [(person_id, ids[number * 7 % len(ids)]) for number, person_id in enumerate([*people, *people])]
    orders = [
        Order(Actor(PersonId(person_id)), BookingOrder(slot_id=slot_id)) for person_id, slot_id in chosen
    ]
    await book_many(session, orders, now=now)


async def _sign_up(session: AsyncSession, people: Sequence[UUID], point: Point, now: datetime) -> None:
    """Volunteers take the next shifts here, as far as the rules let them."""
    shifts = await session.execute(
        select(col(Shift.id))
        .where(col(Shift.point_id) == point.id, col(Shift.start) > now)
        .order_by(col(Shift.start), col(Shift.id))
        .limit(EACH)
    )
    for number, shift_id in enumerate(shifts.scalars().all()):
        for person_id in (people[number % len(people)], people[(number + 1) % len(people)]):
            with suppress(SignupRefusedError):
                await sign_up(
                    session,
                    actor=Actor(PersonId(person_id)),
                    shift_id=shift_id,
                    wanted=SignupOrder(),
                    now=now,
                )


async def _ids(session: AsyncSession, statement: Select[UUID]) -> list[UUID]:
    return list(dict.fromkeys((await session.execute(statement.limit(EACH))).scalars()))


async def _point(session: AsyncSession) -> Point:
    """Where most volunteers have signed up."""
    busiest = (
        select(col(Signup.point_id))
        .group_by(col(Signup.point_id))
        .order_by(func.count().desc(), col(Signup.point_id))
        .limit(1)
    )
    return await session.get_one(Point, (await session.execute(busiest)).scalar_one())


async def _volunteers(session: AsyncSession, point_id: UUID) -> list[UUID]:
    """Those who have signed up here, then others."""
    here = await _ids(
        session,
        select(col(Signup.person_id)).where(col(Signup.point_id) == point_id).order_by(col(Signup.start)),
    )
    others = await _ids(
        session, select(col(Volunteer.id)).where(col(Volunteer.id).not_in(here)).order_by(col(Volunteer.id))
    )
    return [*here[: EACH // 2], *others][:EACH]


async def _in_office(session: AsyncSession, role: Role, point: Point, now: datetime) -> list[UUID]:
    """People of a role who answer for this neighbourhood: those who do, and some more for the same place."""
    if role is Role.grid_worker:
        cell = (
            await session.execute(
                select(GridCell)
                .where(col(GridCell.community_code) == point.community_code)
                .order_by(col(GridCell.number))
                .limit(1)
            )
        ).scalar_one()
        return [person_id for person_id in (cell.worker_id, cell.deputy_id) if person_id is not None]
    held = (
        (await session.execute(select(Grant).where(col(Grant.role) == role).order_by(col(Grant.id))))
        .scalars()
        .all()
    )
    here = [
        one
        for one in held
        if (
            one.key == str(point.id)
            if one.scope is ScopeKind.point
            else within(point.community_code, one.key)
        )
    ]
    people = list(dict.fromkeys(one.person_id for one in (*here, *held)))[:EACH]
    for one in here[:1]:
        for person_id in people:
            await session.execute(
                insert(Grant)
                .values(
                    id=new_id(),
                    created_at=now,
                    person_id=person_id,
                    role=role,
                    scope=one.scope,
                    key=one.key,
                )
                .on_conflict_do_nothing(index_elements=["person_id", "role", "scope", "key"])
            )
    return people
