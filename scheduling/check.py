"""`lastmetre check`: recomputes every count and promise from the rows, and lists what differs.

Each check is one statement whose rows are offenders: an id and what is wrong with it.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Offence:
    """A row that breaks an invariant."""

    check: str
    id: UUID
    detail: str


CHECKS: dict[str, str] = {
    "a slot's count is what its bookings add up to (Booking 1)": """
        SELECT slot.id, format('taken %s, bookings %s, capacity %s', slot.taken, coalesce(sum(booking.party), 0),
                               slot.capacity)
        FROM slot LEFT JOIN booking ON booking.slot_id = slot.id AND booking.status IN ('confirmed', 'attended', 'no_show')
        GROUP BY slot.id HAVING slot.taken <> coalesce(sum(booking.party), 0)
    """,
    "a slot is never overbooked (Booking 1)": """
        SELECT id, format('taken %s of %s', taken, capacity) FROM slot WHERE taken > capacity OR taken < 0
    """,
    "a capacity that was to fall has a target below it (Booking 8)": """
        SELECT id, format('capacity %s, target %s, taken %s', capacity, target_capacity, taken)
        FROM slot WHERE target_capacity IS NOT NULL AND (target_capacity >= capacity OR capacity <> taken)
    """,
    "nobody is in two places at once (Booking 4)": """
        SELECT one.id, format('overlaps %s', other.id)
        FROM booking one JOIN booking other
          ON other.attendee_id = one.attendee_id AND other.id > one.id
         AND one.start < other."end" AND other.start < one."end"
        WHERE one.status IN ('confirmed', 'attended') AND other.status IN ('confirmed', 'attended')
    """,
    "a booking repeats its slot's place and time": """
        SELECT booking.id, 'differs from its slot'
        FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE (booking.start, booking."end", booking.service_id, booking.point_id, booking.category)
              IS DISTINCT FROM (slot.start, slot."end", slot.service_id, slot.point_id, slot.category)
           OR booking.day <> (slot.start AT TIME ZONE 'Asia/Shanghai')::date
    """,
    "a booking carries its attendee's number": """
        SELECT booking.id, 'another number' FROM booking JOIN person ON person.id = booking.attendee_id
        WHERE booking.attendee_number <> person.number
    """,
    "a cancelled booking says when": """
        SELECT id, status FROM booking WHERE (status = 'cancelled') <> (cancelled_at IS NOT NULL)
    """,
    "nothing is owed about a booking that is cancelled (Messages 1)": """
        SELECT notice.id, notice.kind FROM notice JOIN booking ON booking.id = notice.booking_id
        WHERE notice.status = 'pending' AND booking.status = 'cancelled'
          AND notice.kind IN ('booking_reminder_evening', 'booking_reminder_soon')
    """,
    "every booking has its audit row": """
        SELECT booking.id, 'not in the audit' FROM booking
        WHERE NOT EXISTS (SELECT FROM audit_entry WHERE subject_id = booking.id AND action = 'booking.made')
    """,
}


async def check(session: AsyncSession) -> list[Offence]:
    """Every row that breaks an invariant; none when all is well."""
    offences: list[Offence] = []
    for name, statement in CHECKS.items():
        rows = await session.execute(text(statement))
        offences.extend(Offence(name, row[0], row[1]) for row in rows)
    return offences
