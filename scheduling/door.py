"""At the door: the day's list and checking people in (product: Booking 10)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import PointId
from models.shapes.base import DISTRICT_ZONE, Named, local_day
from models.shapes.bookings import BookingView, CheckIn, DayBooking, DaySlot, DayView
from models.tables import Booking, Person, Point, Slot
from models.vocabulary import BookingStatus
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.locks import lock_persons
from scheduling.policies import Policy
from scheduling.queries.bookings import BookedRow, booked_rows, booking_views
from scheduling.queries.points import managed_point
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import slot_rows, slot_select
from scheduling.rules.booking import when


async def day(session: AsyncSession, *, actor: Actor, point_id: UUID, on: date) -> DayView:
    """One day of a point, for those who manage it: its slots in time order, each with who booked.

    Cancelled bookings are left out. Phone numbers are whole: it is the manager who must call (People 1).
    """
    point = await managed_point(session, actor=actor, point_id=point_id)
    start = datetime.combine(on, time(0), tzinfo=DISTRICT_ZONE)
    statement = slot_select().where(
        col(Slot.point_id) == point_id, col(Slot.start) >= start, col(Slot.start) < start + timedelta(days=1)
    )
    rows = await slot_rows(session, statement.order_by(col(Slot.start), col(Slot.id)))
    policies = await policies_for(session, (row.scope for row in rows))
    bookings = await _bookings_on(session, point_id, on)
    return DayView(
        point=point,
        date=on,
        slots=[
            DaySlot(
                **dict(row.view(policies[row.service_id])),
                bookings=bookings.get(row.slot.id, []),
                version=row.version,
            )
            for row in rows
        ],
    )


async def _bookings_on(session: AsyncSession, point_id: UUID, on: date) -> dict[UUID, list[DayBooking]]:
    attendee, booker = aliased(Person), aliased(Person)
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(Booking, col(attendee.name), col(attendee.phone), col(booker.phone).label("booker_phone"))
        .join(attendee, col(attendee.id) == col(Booking.attendee_id))
        .join(booker, col(booker.id) == col(Booking.booked_by_id))
        .where(
            col(Booking.point_id) == point_id,
            col(Booking.day) == on,
            col(Booking.status) != BookingStatus.cancelled,
        )
        .order_by(col(Booking.created_at), col(Booking.id))
    )
    found: dict[UUID, list[DayBooking]] = {}
    for row in rows:
        booking = row.Booking
        view = DayBooking(
            id=booking.id,
            code=booking.code,
            status=booking.status,
            party=booking.party,
            attendee=Named(id=booking.attendee_id, name=row.name),
            phone=row.phone or row.booker_phone,
            note=booking.note,
        )
        found.setdefault(booking.slot_id, []).append(view)
    return found


async def check_in_by_code(
    session: AsyncSession, *, actor: Actor, said: CheckIn, now: datetime
) -> BookingView:
    """Checks in whoever says a code, today, at a point that the actor manages.

    Raises NotFoundError when no booking of today at these points has the code; ActionRefusedError as `check_in`.
    """
    statement: Select[*tuple[Any, ...]] = (
        select(col(Booking.id), col(Point.id).label("point_id"), col(Point.community_code))
        .join(Point, col(Point.id) == col(Booking.point_id))
        .where(col(Booking.code) == said.code.strip(), col(Booking.day) == local_day(now))
    )
    if said.point_id is not None:
        statement = statement.where(col(Booking.point_id) == said.point_id)
    else:
        statement = statement.where(col(Booking.point_id).in_(_point_ids(actor)))
    candidates: Sequence[UUID] = [
        row.id
        for row in await session.execute(statement)
        if may_manage_point(actor, PointScope(PointId(row.point_id), row.community_code))
    ]
    if not candidates:
        raise NotFoundError(what="booking")
    if len(candidates) > 1:
        raise ActionRefusedError([Reason("code-at-several-points")])
    return await check_in(session, actor=actor, booking_id=candidates[0], now=now)


def _point_ids(actor: Actor) -> list[UUID]:
    return [UUID(held.key) for held in actor.permissions if held.scope == "point"]


async def check_in(session: AsyncSession, *, actor: Actor, booking_id: UUID, now: datetime) -> BookingView:
    """Records that the party came. Checking in twice changes nothing and answers the same.

    Raises NotFoundError for outsiders, ActionRefusedError when it is too early, over, or cancelled.
    """
    row, policy = await _managed(session, actor, booking_id)
    booking = row.booking
    if booking.status is BookingStatus.attended:
        return row.view(policy)
    if booking.status is not BookingStatus.confirmed:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
    opens = booking.start - policy.check_in_opens
    if now < opens:
        raise ActionRefusedError([Reason("too-early-to-check-in", {"opens_at": when(opens)})])
    if now >= booking.end:
        raise ActionRefusedError([Reason("slot-over")])
    booking.status = BookingStatus.attended
    booking.checked_in_at = now
    booking.sequence += 1
    session.add(booking)
    deed = Deed("booking.checked_in", "booking", booking.id, booking.district_code)
    await record(session, [deed], actor=actor, now=now)
    await session.flush()
    return (await booking_views(session, [booking.id]))[0]


async def _managed(session: AsyncSession, actor: Actor, booking_id: UUID) -> tuple[BookedRow, Policy]:
    """Fetches a booking at a point that the actor manages, its attendee locked; NotFoundError for outsiders."""
    known = await booked_rows(session, [booking_id])
    if not known or not may_manage_point(
        actor, PointScope(PointId(known[0].slot.point.id), known[0].slot.community_code)
    ):
        if known and actor.person_id in {known[0].booking.attendee_id, known[0].booking.booked_by_id}:
            raise ForbiddenError
        raise NotFoundError(what="booking")
    await lock_persons(session, [known[0].booking.attendee_id])
    row = (await booked_rows(session, [booking_id]))[0]
    policy = (await policies_for(session, [row.slot.scope]))[row.slot.service_id]
    return row, policy
