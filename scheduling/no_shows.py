"""Who did not come: noted by the manager, by the sweep after the end, or when unclaimed places are released early
(product: Booking 5 and 10).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    DateTime,
    Select,
    SQLColumnExpression,
    Uuid,
    case,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.bookings import BookingView
from models.tables import Booking, Rating, Slot
from models.vocabulary import Arrival, BookingSource, BookingStatus
from scheduling import notices, places
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, Reason
from scheduling.locks import lock_persons, lock_slots
from scheduling.managed import managed_booking
from scheduling.misses import Missed, judge
from scheduling.promotion import promote
from scheduling.queries.bookings import booking_views
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.rules.booking import when

A_SWEEP = 200
"""How many bookings a sweep notes in one transaction."""

LONGEST_SLOT = timedelta(days=1)
"""Opening rules open within one day, so no slot is longer."""


async def no_show(session: AsyncSession, *, actor: Actor, booking_id: UUID, now: datetime) -> BookingView:
    """Notes that nobody came; saying so again changes nothing. An arrival noted by mistake is taken back the same way.

    From the start on, until the time for corrections is over. Raises NotFoundError for outsiders, ActionRefusedError
    with every reason.
    """
    row, policy = await managed_booking(session, actor=actor, booking_id=booking_id)
    booking = row.booking
    if booking.status is BookingStatus.no_show:
        return row.view(policy)
    came = booking.status is BookingStatus.attended
    reasons: list[Reason] = []
    if booking.status is BookingStatus.cancelled or (came and booking.source is BookingSource.walk_in):
        reasons.append(Reason("booking-over", {"status": booking.status}))
    if now < booking.start:
        reasons.append(Reason("not-started", {"start": when(booking.start)}))
    if now >= booking.end + policy.correction:
        reasons.append(Reason("slot-over"))
    if (
        came
        and (await session.execute(select(exists().where(col(Rating.booking_id) == booking.id)))).scalar()
    ):
        reasons.append(Reason("already-rated"))
    if reasons:
        raise ActionRefusedError(reasons)
    if came:
        await notices.withdraw(session, booking_ids=[booking.id], now=now)
    await _note(session, [booking.id], actor=actor, was=booking.status, why="said_by_point", now=now)
    return (await booking_views(session, [booking.id]))[0]


async def sweep(session: AsyncSession, *, now: datetime) -> int:
    """Notes as missed what ended without a check-in, so long after the end as the policy says; returns how many."""
    ended = await session.execute(
        select(
            col(Booking.service_id), col(Booking.point_id), col(Booking.district_code), col(Booking.category)
        )
        .where(col(Booking.status) == BookingStatus.confirmed, col(Booking.end) <= now)
        .distinct()
    )
    policies = await policies_for(session, (ServiceScope(*row) for row in ended))
    due = {
        service_id: now - timedelta(minutes=policy.no_show_after_minutes)
        for service_id, policy in policies.items()
    }
    if not due:
        return 0
    return await _sweep(session, _due(due, col(Booking.end)), why="after_end", now=now)


async def release_unclaimed(session: AsyncSession, *, now: datetime) -> int:
    """Gives up the places of running slots that nobody claimed, so long after the start as the policy says, where it
    says so at all; returns how many bookings. Who said that they come late keeps them longer, and who comes late after all
    is let in while there are places.
    """
    running = (col(Slot.start) > now - LONGEST_SLOT, col(Slot.start) <= now, col(Slot.end) > now)
    services = await session.execute(
        select(col(Slot.service_id), col(Slot.point_id), col(Slot.district_code), col(Slot.category))
        .where(*running)
        .distinct()
    )
    policies = await policies_for(session, (ServiceScope(*row) for row in services))
    due = {
        service_id: now - timedelta(minutes=policy.release_after_minutes)
        for service_id, policy in policies.items()
        if policy.release_after_minutes is not None
    }
    if not due:
        return 0
    late = {
        service_id: due[service_id] - timedelta(minutes=policies[service_id].late_keeps_minutes)
        for service_id in due
    }
    statement = (
        _due(due, col(Booking.start), late=late)
        .join(Slot, col(Slot.id) == col(Booking.slot_id))
        .where(*running)
    )
    return await _sweep(session, statement, why="unclaimed", now=now)


Due = Select[*tuple[Any, ...]]


def _due(
    until: Mapping[UUID, datetime],
    moment: SQLColumnExpression[datetime],
    *,
    late: Mapping[UUID, datetime] | None = None,
) -> Due:
    """Confirmed bookings of these services of which a moment lies before their service's, earliest first; `late` are the
    moments for those who said that they come late, where those are others.
    """
    moments = ARRAY(DateTime(timezone=True))
    services = select(
        func.unnest(literal(list(until), ARRAY(Uuid))).label("service_id"),
        func.unnest(literal(list(until.values()), moments)).label("until"),
        func.unnest(literal(list((late or until).values()), moments)).label("late"),
    ).subquery("services")
    return (
        select(col(Booking.id), col(Booking.attendee_id), col(Booking.slot_id))
        .join(services, services.c.service_id == col(Booking.service_id))
        .where(
            col(Booking.status) == BookingStatus.confirmed,
            moment <= case((col(Booking.arrival) == Arrival.late, services.c.late), else_=services.c.until),
            moment
            <= max(until.values()),  # what an index can serve: the join alone reads all that is to come
        )
        .order_by(moment, col(Booking.id))
        .limit(A_SWEEP)
    )


async def _sweep(session: AsyncSession, statement: Due, *, why: str, now: datetime) -> int:
    due = (await session.execute(statement)).all()
    await lock_persons(session, {row.attendee_id for row in due})
    await lock_slots(session, {row.slot_id for row in due})
    # Somebody may have said, while the locks were waited for, that they come late.
    still = await session.execute(statement.where(col(Booking.id).in_([row.id for row in due])))
    ids = [row.id for row in still]
    return await _note(session, ids, actor=SYSTEM, was=BookingStatus.confirmed, why=why, now=now)


async def _note(
    session: AsyncSession,
    booking_ids: Collection[UUID],
    *,
    actor: Actor,
    was: BookingStatus,
    why: str,
    now: datetime,
) -> int:
    """Notes bookings as missed, gives their places on and judges what follows; returns how many.

    Callers hold the locks of attendees and slots. Whoever was checked in while these were waited for has come.
    """
    if not booking_ids:
        return 0
    found = await session.execute(
        select(Booking)
        .where(col(Booking.id).in_(booking_ids), col(Booking.status) == was)
        .execution_options(populate_existing=True)
    )
    bookings = list(found.scalars())
    policies = await policies_for(session, (_scope(booking) for booking in bookings))
    await places.release(
        session,
        [places.Vacated(booking.id, booking.slot_id, booking.party, late=False) for booking in bookings],
        was=was,
    )
    deeds = [
        Deed("booking.missed", "booking", booking.id, booking.district_code, {"why": why})
        for booking in bookings
    ]
    await record(session, deeds, actor=actor, now=now)
    await promote(session, [booking.slot_id for booking in bookings], now=now)
    await judge(
        session,
        [
            Missed(
                booking_id=booking.id,
                attendee_id=booking.attendee_id,
                category=booking.category,
                end=booking.end,
                district_code=booking.district_code,
                policy=policies[booking.service_id],
            )
            for booking in bookings
        ],
        now=now,
    )
    return len(bookings)


def _scope(booking: Booking) -> ServiceScope:
    return ServiceScope(booking.service_id, booking.point_id, booking.district_code, booking.category)
