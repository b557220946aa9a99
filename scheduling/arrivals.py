"""Coming in: a booking becomes attended and gets its number in the queue, walk-ins and booked alike (Booking 10)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Booking, Slot
from models.vocabulary import BookingStatus
from scheduling import notices


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
