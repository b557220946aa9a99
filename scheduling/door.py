"""At the door: the day's list and checking people in (product: Booking 10)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import PointId
from models.shapes.base import DISTRICT_ZONE, Named, local_day
from models.shapes.bookings import Answered, BookingView, CheckIn, DayBooking, DaySlot, DayView
from models.tables import Booking, Person, Point, Slot
from models.vocabulary import BookingSource, BookingStatus
from scheduling import places
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.arrivals import arrive, ask_for_rating
from scheduling.audit import Deed, record
from scheduling.entries import places_waited_for
from scheduling.errors import ActionRefusedError, NotFoundError, Reason, Value
from scheduling.managed import managed_booking
from scheduling.misses import reconsider
from scheduling.policies import Policy
from scheduling.queries.bookings import OCCUPYING, BookedRow, booked_rows, booking_views
from scheduling.queries.points import managed_point
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import slot_rows, slot_select
from scheduling.rules.booking import when
from scheduling.rules.questions import readable

CODE_DAYS_BACK, CODE_DAYS_ON = 7, 14
"""A code that is none of today's is looked for within so many days, to say for when it is."""


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
    bookings = await _bookings_on(session, point_id, on, policies)
    waiting = await places_waited_for(session, [row.slot.id for row in rows])
    return DayView(
        point=point,
        date=on,
        slots=[
            DaySlot(
                **dict(row.view(policies[row.service_id])),
                bookings=bookings.get(row.slot.id, []),
                waiting=waiting.get(row.slot.id, 0),
                target_capacity=row.target_capacity,
                version=row.version,
            )
            for row in rows
        ],
    )


async def _bookings_on(
    session: AsyncSession, point_id: UUID, on: date, policies: Mapping[UUID, Policy]
) -> dict[UUID, list[DayBooking]]:
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
        policy = policies.get(booking.service_id)
        answers = readable(() if policy is None else policy.questions, booking.answers)
        view = DayBooking(
            id=booking.id,
            code=booking.code,
            status=booking.status,
            party=booking.party,
            attendee=Named(id=booking.attendee_id, name=row.name),
            phone=row.phone or row.booker_phone,
            note=booking.note,
            answers=[Answered(question=asked, answer=said) for asked, said in answers],
            walk_in=booking.source is BookingSource.walk_in,
            queue_number=booking.queue_number,
            checked_in_at=booking.checked_in_at,
            arrival=booking.arrival,
        )
        found.setdefault(booking.slot_id, []).append(view)
    return found


async def check_in_by_code(
    session: AsyncSession, *, actor: Actor, said: CheckIn, now: datetime
) -> BookingView:
    """Checks in whoever says a code, today, at a point that the actor manages.

    Raises NotFoundError when no booking of these days at these points has the code; ActionRefusedError as `check_in`,
    and when it is of another day than today (`code-of-another-day`, with what it is for).
    """
    today = local_day(now)
    near = [today + timedelta(days=days) for days in range(-CODE_DAYS_BACK, CODE_DAYS_ON + 1)]
    statement: Select[*tuple[Any, ...]] = (
        select(
            col(Booking.id),
            col(Booking.day),
            col(Booking.status),
            col(Point.id).label("point_id"),
            col(Point.community_code),
        )
        .join(Point, col(Point.id) == col(Booking.point_id))
        .where(
            col(Booking.code) == said.code.strip(),
            col(Booking.day).in_(near),
        )
    )
    if said.point_id is not None:
        statement = statement.where(col(Booking.point_id) == said.point_id)
    else:
        statement = statement.where(col(Booking.point_id).in_(_point_ids(actor)))
    found = [
        row
        for row in await session.execute(statement)
        if may_manage_point(actor, PointScope(PointId(row.point_id), row.community_code))
    ]
    candidates: Sequence[UUID] = [row.id for row in found if row.day == today]
    if not candidates:
        await _refuse_other_day(
            session, [row.id for row in found if row.status is not BookingStatus.cancelled], now
        )
        raise NotFoundError(what="booking")
    if len(candidates) > 1:
        raise ActionRefusedError([Reason("code-at-several-points")])
    return await check_in(session, actor=actor, booking_id=candidates[0], now=now)


async def _refuse_other_day(session: AsyncSession, booking_ids: Sequence[UUID], now: datetime) -> None:
    """Raises ActionRefusedError that says for when a code is, of several the nearest; returns when there is none."""
    rows = await booked_rows(session, list(booking_ids))
    if rows:
        nearest = min(rows, key=lambda row: (abs(row.booking.start - now), row.booking.id))
        raise ActionRefusedError([Reason("code-of-another-day", _match(nearest))])


def _point_ids(actor: Actor) -> list[UUID]:
    return [UUID(held.key) for held in actor.permissions if held.scope == "point"]


async def check_in_by_ticket(
    session: AsyncSession, *, actor: Actor, booking_id: UUID, point_id: UUID | None, now: datetime
) -> BookingView:
    """Checks in whoever shows a ticket, whose signature the caller has verified.

    Raises ActionRefusedError when the ticket is for another point than `point_id`, and as `check_in`.
    """
    row, _ = await managed_booking(session, actor=actor, booking_id=booking_id)
    if point_id is not None and row.slot.point.id != point_id:
        raise ActionRefusedError([Reason("ticket-of-another-point", {"point": row.slot.point.name})])
    return await check_in(session, actor=actor, booking_id=booking_id, now=now)


async def check_in_by_name(
    session: AsyncSession, *, actor: Actor, point_id: UUID, name: str, now: datetime
) -> BookingView:
    """Checks in whoever says their name, or a part of it, today at a point that the actor manages.

    Of several bookings that match, those count whose time it is now. Raises NotFoundError when none matches;
    ActionRefusedError when several do (`several-match`, with the matches to choose from), and as `check_in`.
    """
    point = await managed_point(session, actor=actor, point_id=point_id)
    ids = await session.execute(
        select(col(Booking.id))
        .join(Person, col(Person.id) == col(Booking.attendee_id))
        .where(
            col(Booking.point_id) == point.id,
            col(Booking.day) == local_day(now),
            col(Booking.status) != BookingStatus.cancelled,
            col(Person.name).icontains(name.strip(), autoescape=True),
        )
    )
    rows = await booked_rows(session, list(ids.scalars()))
    policies = await policies_for(session, (row.slot.scope for row in rows))
    absent = [row for row in rows if row.booking.status is not BookingStatus.attended]
    expected = [row for row in absent if _is_time(row.booking, policies[row.slot.service_id], now)]
    matches = expected or absent or rows
    if not matches:
        raise NotFoundError(what="booking")
    if len(matches) > 1:
        raise ActionRefusedError([Reason("several-match", {"matches": [_match(row) for row in matches]})])
    return await check_in(session, actor=actor, booking_id=matches[0].booking.id, now=now)


def _is_time(booking: Booking, policy: Policy, now: datetime) -> bool:
    return booking.start - policy.check_in_opens <= now < booking.end


def _match(row: BookedRow) -> dict[str, Value]:
    return {
        "booking_id": str(row.booking.id),
        "slot_id": str(row.booking.slot_id),
        "name": row.attendee_name,
        "party": row.booking.party,
        "service": row.slot.service_name,
        "start": when(row.booking.start),
        "status": row.booking.status,
    }


async def check_in(
    session: AsyncSession, *, actor: Actor, booking_id: UUID, now: datetime, reason: str = ""
) -> BookingView:
    """Records that the party came and gives it a queue number. Checking in twice changes nothing and answers the same.

    From a while before the start to the end; after the end, as a correction with a `reason`, as long as the policy
    allows. Whoever was noted as not having come is let in again while there are places, and what followed from the
    miss is reconsidered. Raises NotFoundError for outsiders, ActionRefusedError with every reason.
    """
    row, policy = await managed_booking(session, actor=actor, booking_id=booking_id)
    booking = row.booking
    if booking.status is BookingStatus.attended:
        return row.view(policy)
    if booking.status is BookingStatus.cancelled:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
    released = booking.status is BookingStatus.no_show
    reasons = _untimely(booking, policy, reason, now)
    if released:
        reasons += await _in_the_way(session, row)
    if reasons:
        raise ActionRefusedError(reasons)
    over = now >= booking.end
    if released:
        await places.reclaim(
            session, places.Vacated(booking.id, booking.slot_id, booking.party, booking.late_cancel)
        )
    await arrive(session, booking_id=booking.id, slot_id=booking.slot_id, now=now, queued=not over)
    action = "booking.attendance_corrected" if over or released else "booking.checked_in"
    data: dict[str, Value] = {"reason": reason.strip()} if reason.strip() else {}
    await record(
        session, [Deed(action, "booking", booking.id, booking.district_code, data)], actor=actor, now=now
    )
    await ask_for_rating(session, row, policy, now=now)
    if released:
        await reconsider(session, booking, actor=actor, policy=policy, now=now)
    return (await booking_views(session, [booking.id]))[0]


def _untimely(booking: Booking, policy: Policy, reason: str, now: datetime) -> list[Reason]:
    """Booking 10: not too early; after the end only to correct, with a reason, and not for ever."""
    opens, correct_until = booking.start - policy.check_in_opens, booking.end + policy.correction
    if now < opens:
        return [Reason("too-early-to-check-in", {"opens_at": when(opens)})]
    if now < booking.end or (now < correct_until and reason.strip()):
        return []
    return [Reason("slot-over", {"correct_until": when(correct_until)} if now < correct_until else {})]


async def _in_the_way(session: AsyncSession, row: BookedRow) -> list[Reason]:
    """Why a released booking cannot take its places again: they are given on, or its person is elsewhere by now."""
    booking, slot = row.booking, row.slot.slot
    reasons: list[Reason] = []
    free = slot.capacity - slot.taken
    if booking.party > free:
        reasons.append(Reason("not-enough-places", {"free": free, "party": booking.party}))
    others = await session.execute(
        select(col(Booking.id)).where(
            col(Booking.attendee_id) == booking.attendee_id,
            col(Booking.id) != booking.id,
            col(Booking.status).in_(OCCUPYING),
            col(Booking.start) < booking.end,
            col(Booking.end) > booking.start,
        )
    )
    for other in await booking_views(session, list(others.scalars())):
        clash: dict[str, Value] = {
            "booking_id": str(other.id),
            "service": other.service.name,
            "point": other.point.name,
            "start": when(other.slot.start),
            "end": when(other.slot.end),
            "same_slot": other.slot.id == slot.id,
        }
        reasons.append(Reason("overlapping-booking", {"clash": clash}))
    return reasons
