"""Coming in: a booking becomes attended and gets its number in the queue, walk-ins and booked alike (Booking 10)."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import local
from models.tables import Booking, Slot
from models.vocabulary import BookingStatus, NoticeKind
from scheduling import notices
from scheduling.policies import Policy
from scheduling.queries.bookings import BookedRow
from scheduling.queries.household import told_about
from scheduling.rules.kinds import KINDS


class NotWaitedForError(RuntimeError):
    """A booking that is not confirmed was to arrive although the rules had allowed it: a lock is missing somewhere."""


async def arrive(
    session: AsyncSession, *, booking_id: UUID, slot_id: UUID, now: datetime, queued: bool = True
) -> None:
    """Notes that a confirmed booking's party came. Its places stay taken; reminders are owed no more.

    Callers hold the locks of its attendee and slot. Who is noted only afterwards (not `queued`) gets no number.
    """
    number = await next_number(session, slot_id) if queued else None
    arrived = await session.execute(
        update(Booking)
        .where(col(Booking.id) == booking_id, col(Booking.status) == BookingStatus.confirmed)
        .values(
            status=BookingStatus.attended,
            checked_in_at=now,
            queue_number=number,
            sequence=col(Booking.sequence) + 1,
        )
        .returning(col(Booking.id))
        .execution_options(synchronize_session=False)
    )
    if arrived.first() is None:
        raise NotWaitedForError
    await notices.withdraw(session, booking_ids=[booking_id], now=now)


async def next_number(session: AsyncSession, slot_id: UUID) -> int:
    """The slot's next queue number. Counting and reading are one statement, so that no number is given twice."""
    given = await session.execute(
        update(Slot)
        .where(col(Slot.id) == slot_id)
        .values(last_queue_number=col(Slot.last_queue_number) + 1)
        .returning(col(Slot.last_queue_number))
        .execution_options(synchronize_session=False)
    )
    return int(given.scalar_one())


def rating_key(service_id: UUID, person_id: UUID, end: datetime) -> str:
    """The dedupe key of the question what a visit was worth: who comes every day is asked once a month."""
    return f"{NoticeKind.rating_asked}:{service_id}:{person_id}:{local(end):%Y-%m}"


async def ask_for_rating(session: AsyncSession, row: BookedRow, policy: Policy, *, now: datetime) -> None:
    """Owes the question what the visit was worth, some hours after its end, to one of those whom it concerns.

    Callers have just noted that the party came. Whoever has rated is not asked.
    """
    booking = row.booking
    if row.stars is not None:
        return
    pair = (booking.booked_by_id, booking.attendee_id)
    person_id = (await told_about(session, [pair]))[pair][0]
    kind = NoticeKind.rating_asked
    due = max(now, booking.end) + timedelta(minutes=policy.rating_asked_minutes)
    asked = notices.Owed(
        person_id=person_id,
        kind=kind,
        dedupe_key=rating_key(booking.service_id, person_id, booking.end),
        due_at=due,
        expires_at=due + KINDS[kind].worth,
        data={
            **notices.booking_data(row.view(policy)),
            "for_self": person_id == booking.attendee_id,
        },
        district_code=booking.district_code,
        booking_id=booking.id,
        quiet=policy.quiet,
    )
    await notices.owe(session, [asked], now=now)
