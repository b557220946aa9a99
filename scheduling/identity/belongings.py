"""What a chat's person has, and why it cannot always become another's: the rules of linking that need a look at rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Result, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.identity import Belongings
from models.tables import (
    Booking,
    Grant,
    HoursAccount,
    HouseholdLink,
    Point,
    Series,
    Service,
    Signup,
    Team,
    TeamMember,
    Volunteer,
    WaitlistEntry,
)
from models.vocabulary import HoursOwner, LinkStatus
from scheduling.entries import ACTIVE
from scheduling.errors import Reason
from scheduling.identity.parts import Parts
from scheduling.queries.bookings import OCCUPYING
from scheduling.rosters.signups import ENDING
from scheduling.rules.booking import when

MOST_NAMED = 5
"""So many clashes are named; whoever has more needs a human anyway."""


async def belongings_of(session: AsyncSession, person_id: UUID, *, now: datetime) -> Belongings:
    """What a person has ahead, counted."""
    links = or_(col(HouseholdLink.person_id) == person_id, col(HouseholdLink.relative_id) == person_id)

    def count(column: Any, *which: ColumnElement[bool]) -> Any:  # SQLAlchemy's own types of a scalar subquery
        return select(func.count(column)).where(*which).scalar_subquery()

    row = (
        await session.execute(
            select(
                count(
                    col(Booking.id),
                    or_(col(Booking.attendee_id) == person_id, col(Booking.booked_by_id) == person_id),
                    col(Booking.end) > now,
                    col(Booking.status).in_(OCCUPYING),
                ),
                count(
                    col(WaitlistEntry.id),
                    or_(
                        col(WaitlistEntry.person_id) == person_id, col(WaitlistEntry.attendee_id) == person_id
                    ),
                    col(WaitlistEntry.status).in_(ACTIVE),
                ),
                count(
                    col(Series.id),
                    or_(col(Series.person_id) == person_id, col(Series.attendee_id) == person_id),
                    ~col(Series.cancelled),
                    col(Series.last) >= now.date(),
                ),
                count(
                    col(Signup.id),
                    col(Signup.person_id) == person_id,
                    col(Signup.end) > now,
                    col(Signup.status).in_(ENDING),
                ),
                count(col(HouseholdLink.id), links, col(HouseholdLink.status) == LinkStatus.active),
            )
        )
    ).one()
    return Belongings(bookings=row[0], waiting=row[1], series=row[2], shifts=row[3], relatives=row[4])


async def clashes(
    session: AsyncSession, guest_id: UUID, host_id: UUID, parts: Parts, *, now: datetime
) -> list[Reason]:
    """Every reason why what the guest has cannot become the host's. Callers hold the locks of both.

    A role is never handed on: whoever is brought to enter somebody's code by a trick must not lose their rights to them.
    """
    reasons = [
        *await _two_people(session, guest_id, host_id),
        *await _duties(session, guest_id),
        *await _two_volunteers(session, guest_id, host_id),
        *await _bookings_at_once(session, guest_id, host_id),
        *await _waiting_twice(session, guest_id, host_id),
    ]
    for part in parts:
        reasons += await part.clashes(session, guest_id, host_id, now=now)
    return reasons


async def _any(session: AsyncSession, *statements: Select[Any]) -> bool:
    for statement in statements:
        if (await session.execute(statement.limit(1))).first() is not None:
            return True
    return False


async def _two_people(session: AsyncSession, guest_id: UUID, host_id: UUID) -> list[Reason]:
    """Whoever acts for the other is not the other."""
    pair = (guest_id, host_id)
    linked = select(col(HouseholdLink.id)).where(
        col(HouseholdLink.person_id).in_(pair),
        col(HouseholdLink.relative_id).in_(pair),
        col(HouseholdLink.status) == LinkStatus.active,
    )
    return [Reason("acts-for-the-other")] if await _any(session, linked) else []


async def _duties(session: AsyncSession, guest_id: UUID) -> list[Reason]:
    role = select(col(Grant.id)).where(col(Grant.person_id) == guest_id)
    team = select(col(Team.id)).where(col(Team.leader_id) == guest_id)
    return [Reason("chat-has-duties")] if await _any(session, role, team) else []


async def _two_volunteers(session: AsyncSession, guest_id: UUID, host_id: UUID) -> list[Reason]:
    """Two records of service and two accounts of hours are joined by nobody but staff."""

    async def serves(person_id: UUID) -> bool:
        return await _any(
            session,
            select(col(Volunteer.id)).where(col(Volunteer.id) == person_id),
            select(col(Signup.id)).where(col(Signup.person_id) == person_id),
            select(col(TeamMember.id)).where(col(TeamMember.person_id) == person_id),
            select(col(HoursAccount.id)).where(
                col(HoursAccount.owner) == HoursOwner.person, col(HoursAccount.owner_key) == str(person_id)
            ),
        )

    return [Reason("both-volunteer")] if await serves(guest_id) and await serves(host_id) else []


async def _bookings_at_once(session: AsyncSession, guest_id: UUID, host_id: UUID) -> Sequence[Reason]:
    """Nobody was or will be in two places at once (Booking 4), also not in the past: the constraint knows no past."""
    other = aliased(Booking)
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(col(Booking.start), col(Service.name).label("service"), col(Point.name).label("point"))
        .join(
            other,
            (col(other.start) < col(Booking.end))
            & (col(Booking.start) < col(other.end))
            & (col(other.attendee_id) == host_id)
            & col(other.status).in_(OCCUPYING),
        )
        .join(Service, col(Service.id) == col(Booking.service_id))
        .join(Point, col(Point.id) == col(Booking.point_id))
        .where(col(Booking.attendee_id) == guest_id, col(Booking.status).in_(OCCUPYING))
        .order_by(col(Booking.start).desc(), col(Booking.id))
        .limit(MOST_NAMED)
    )
    return [
        Reason("bookings-at-once", {"service": row.service, "point": row.point, "start": when(row.start)})
        for row in rows
    ]


async def _waiting_twice(session: AsyncSession, guest_id: UUID, host_id: UUID) -> Sequence[Reason]:
    """One attendee waits for a slot once."""
    other = aliased(WaitlistEntry)
    rows = await session.execute(
        select(col(WaitlistEntry.start))
        .join(
            other,
            (col(other.slot_id) == col(WaitlistEntry.slot_id))
            & (col(other.attendee_id) == host_id)
            & col(other.status).in_(ACTIVE),
        )
        .where(col(WaitlistEntry.attendee_id) == guest_id, col(WaitlistEntry.status).in_(ACTIVE))
        .order_by(col(WaitlistEntry.start))
        .limit(MOST_NAMED)
    )
    return [Reason("waiting-twice", {"start": when(row.start)}) for row in rows]
