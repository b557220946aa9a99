"""`lastmetre check`: recomputes every count and promise from the rows, and lists what differs.

Each check is one statement whose rows are offenders: an id and what is wrong with it. Notices and audit rows are asked for
only as far back as every district keeps them (docs/decisions/0021-what-is-kept-how-long.md).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.roster_checks import ROSTER_CHECKS


@dataclass(frozen=True, slots=True)
class Offence:
    """A row that breaks an invariant."""

    check: str
    id: UUID
    detail: str


CHECKS: dict[str, str] = {
    "a slot's count is what its bookings and holds add up to (Booking 1)": """
        WITH booked AS (
            SELECT slot_id, sum(party) AS places FROM booking WHERE status IN ('confirmed', 'attended') GROUP BY slot_id
        ), held AS (
            SELECT slot_id, sum(held) AS places FROM waitlist_entry WHERE held > 0 GROUP BY slot_id
        )
        SELECT slot.id, format('taken %s, booked %s, held %s', slot.taken, coalesce(booked.places, 0),
                               coalesce(held.places, 0))
        FROM slot LEFT JOIN booked ON booked.slot_id = slot.id LEFT JOIN held ON held.slot_id = slot.id
        WHERE slot.taken <> coalesce(booked.places, 0) + coalesce(held.places, 0)
    """,
    "an offered entry has one offer that holds its party (Booking 7)": """
        SELECT entry.id, format('%s, held %s of %s, offers %s', entry.status, entry.held, entry.party, count(offer.id))
        FROM waitlist_entry entry LEFT JOIN offer ON offer.entry_id = entry.id AND offer.status = 'held'
                                                 AND offer.party = entry.party
        WHERE entry.status IN ('waiting', 'offered') OR offer.id IS NOT NULL
        GROUP BY entry.id
        HAVING (entry.status = 'offered') <> (count(offer.id) = 1) OR (entry.status = 'offered' AND entry.held <> entry.party)
    """,
    "an accepted offer has its booking (Booking 7)": """
        SELECT offer.id, 'no booking' FROM offer LEFT JOIN booking ON booking.id = offer.booking_id
        WHERE offer.status = 'accepted' AND booking.id IS NULL
    """,
    "every offer was told (Booking 7)": """
        SELECT offer.id, 'no notice' FROM offer
        WHERE offer.created_at > coalesce(CAST(:now AS timestamptz), now()) - interval '30 days' AND NOT EXISTS (SELECT FROM notice WHERE dedupe_key = 'waitlist_offer:' || offer.id)
    """,
    "freed places never go unoffered while a party that fits waits (Booking 7)": """
        SELECT entry.id, format('party %s, free %s', entry.party, slot.capacity - slot.taken)
        FROM waitlist_entry entry JOIN slot ON slot.id = entry.slot_id
        WHERE entry.status = 'waiting' AND slot.status = 'open' AND slot.start > coalesce(CAST(:now AS timestamptz), now())
          AND slot.capacity - slot.taken >= entry.party - entry.held
    """,
    "places are gathered only for whom was passed over (Booking 7)": """
        SELECT id, format('held %s after %s passes', held, passed_over) FROM waitlist_entry
        WHERE status = 'waiting' AND held > 0 AND passed_over < 1
    """,
    "a slot is never overbooked (Booking 1)": """
        SELECT id, format('taken %s of %s', taken, capacity) FROM slot WHERE taken > capacity OR taken < 0
    """,
    "a capacity that was to fall has a target below it (Booking 8)": """
        SELECT id, format('capacity %s, target %s, taken %s', capacity, target_capacity, taken)
        FROM slot WHERE target_capacity IS NOT NULL AND (target_capacity >= capacity OR capacity <> taken)
    """,
    "nobody has a place in a slot that is closed (Booking 8)": """
        SELECT booking.id, format('in slot %s', slot.id) FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE booking.status = 'confirmed' AND slot.status = 'closed'
    """,
    "nobody waits for a slot that is closed (Booking 8)": """
        SELECT entry.id, format('for slot %s', slot.id) FROM waitlist_entry entry JOIN slot ON slot.id = entry.slot_id
        WHERE entry.status IN ('waiting', 'offered') AND slot.status = 'closed'
    """,
    "no slot is open inside a closure (Booking 8)": """
        SELECT slot.id, format('in closure %s', closure.id) FROM slot JOIN closure
          ON closure.point_id = slot.point_id AND closure.start < slot."end" AND slot.start < closure."end"
         AND (closure.service_id IS NULL OR closure.service_id = slot.service_id)
        WHERE slot.status = 'open' AND slot."end" > closure.created_at
    """,
    "a slot that a closure closed lies in it (Booking 8)": """
        SELECT slot.id, format('closed by %s', closure.id) FROM slot JOIN closure ON closure.id = slot.closure_id
        WHERE slot.status = 'open' OR closure.point_id <> slot.point_id OR closure.start >= slot."end"
           OR slot.start >= closure."end" OR closure.service_id <> slot.service_id
    """,
    "whoever lost a place to the point was told (Booking 8)": """
        SELECT booking.id, 'not told' FROM booking
        WHERE booking.status = 'cancelled' AND booking.cancel_reason = 'by_point'
          AND booking.cancelled_at > coalesce(CAST(:now AS timestamptz), now()) - interval '30 days'
          AND NOT EXISTS (SELECT FROM notice WHERE notice.dedupe_key LIKE 'booking_cancelled_by_point:' || booking.id || ':%')
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
    "who came has a moment of arrival (Booking 10)": """
        SELECT id, format('%s, arrived %s', status, checked_in_at) FROM booking
        WHERE (status = 'attended') <> (checked_in_at IS NOT NULL)
    """,
    "queue numbers are given once, in order (Booking 10)": """
        SELECT booking.id, format('number %s of %s', booking.queue_number, slot.last_queue_number)
        FROM booking JOIN slot ON slot.id = booking.slot_id
        WHERE booking.queue_number > slot.last_queue_number
           OR EXISTS (SELECT FROM booking other WHERE other.slot_id = booking.slot_id AND other.id <> booking.id
                                                  AND other.queue_number = booking.queue_number)
    """,
    "a queue serves a number that was given (Booking 10)": """
        SELECT id, format('serving %s of %s', now_serving, last_queue_number) FROM slot
        WHERE now_serving < 0 OR now_serving > last_queue_number
    """,
    "a pause stands on misses of its person (Booking 5)": """
        SELECT pause.id, format('%s is no miss', missed.id)
        FROM pause CROSS JOIN LATERAL jsonb_array_elements_text(pause.bookings) AS missed (id)
             LEFT JOIN booking ON booking.id = missed.id::uuid AND booking.attendee_id = pause.person_id
                              AND booking.category = pause.category AND booking.status = 'no_show'
        WHERE pause.lifted_at IS NULL AND booking.id IS NULL
        UNION ALL SELECT id, 'on none' FROM pause WHERE lifted_at IS NULL AND bookings = '[]'
    """,
    "a miss leads to one pause (Booking 5)": """
        SELECT missed.id::uuid, format('to %s', count(*))
        FROM pause CROSS JOIN LATERAL jsonb_array_elements_text(pause.bookings) AS missed (id)
        WHERE pause.lifted_at IS NULL OR pause.lifted_by_id IS NOT NULL
        GROUP BY missed.id HAVING count(*) > 1
    """,
    "every pause was told (Booking 5)": """
        SELECT pause.id, 'no notice' FROM pause
        WHERE pause.created_at > coalesce(CAST(:now AS timestamptz), now()) - interval '30 days' AND NOT EXISTS (SELECT FROM notice WHERE dedupe_key = 'pause_started:' || pause.id || ':' || pause.person_id)
    """,
    "a rating is of a visit, by one of its people": """
        SELECT rating.id, format('of %s', booking.status) FROM rating JOIN booking ON booking.id = rating.booking_id
        WHERE booking.status <> 'attended' OR rating.service_id <> booking.service_id
           OR rating.person_id NOT IN (booking.attendee_id, booking.booked_by_id)
    """,
    "nobody acts for another without a consent (People 1)": """
        SELECT id, 'no moment and no evidence' FROM household_link
        WHERE status = 'active' AND consented_at IS NULL AND evidence = ''
    """,
    "what was agreed to no more is what the consents say (People 1)": """
        SELECT person.id, format('%s, by the consents %s', person.withdrawn, taken_back.purposes)
        FROM person CROSS JOIN LATERAL (
            SELECT array_agg(purpose) AS purposes FROM (
                SELECT purpose FROM consent WHERE person_id = person.id
                GROUP BY purpose HAVING bool_and(withdrawn_at IS NOT NULL)
            ) AS gone
        ) AS taken_back
        WHERE erased_at IS NULL AND NOT (person.withdrawn @> coalesce(taken_back.purposes, '{}') AND person.withdrawn <@ coalesce(taken_back.purposes, '{}'))
    """,
    "a reminder goes to the attendee or to whoever booked": """
        SELECT notice.id, 'to a third person' FROM notice JOIN booking ON booking.id = notice.booking_id
        WHERE notice.kind IN ('booking_reminder_evening', 'booking_reminder_soon') AND notice.status = 'pending'
          AND notice.person_id NOT IN (booking.attendee_id, booking.booked_by_id)
    """,
    "of whom was erased nothing is open (People 1)": """
        SELECT person.id, format('%s is open', left_open.what) FROM person CROSS JOIN LATERAL (
            SELECT 'a booking' AS what FROM booking WHERE attendee_id = person.id AND status = 'confirmed' AND start > erased_at
            UNION ALL SELECT 'a turn' FROM waitlist_entry WHERE attendee_id = person.id AND status IN ('waiting', 'offered')
            UNION ALL SELECT 'a shift' FROM signup WHERE person_id = person.id AND start > erased_at
                      AND status IN ('applied', 'proposed', 'confirmed', 'stand_in_wanted')
            UNION ALL SELECT 'a turn for a shift' FROM shift_wait WHERE person_id = person.id AND status IN ('waiting', 'offered')
            UNION ALL SELECT 'a link' FROM household_link WHERE person.id IN (person_id, relative_id)
            UNION ALL SELECT 'a chat' FROM channel_identity WHERE person_id = person.id
            UNION ALL SELECT 'a role' FROM role_grant WHERE person_id = person.id
            UNION ALL SELECT 'a sign-in' FROM staff_account WHERE person_id = person.id
        ) AS left_open WHERE person.erased_at IS NOT NULL
    """,
    "whoever booked is reminded (Messages 1)": """
        SELECT booking.id, CASE WHEN slot.reminders_drawn THEN 'no reminder' ELSE 'not drawn up in time' END
        FROM booking JOIN slot ON slot.id = booking.slot_id
             CROSS JOIN (SELECT coalesce(CAST(:now AS timestamptz), now())) AS present (moment)
        WHERE booking.status = 'confirmed' AND booking.sequence = 0 AND booking.start > present.moment
          AND (slot.reminders_drawn OR booking.start < present.moment + interval '12 hours')
          AND booking.created_at < CAST(booking.day - 1 AS timestamp) AT TIME ZONE 'Asia/Shanghai' + interval '8 hours'
          AND NOT EXISTS (SELECT FROM notice WHERE dedupe_key IN (concat_ws(':', 'booking_reminder_evening', booking.id, 0),
                                                                  concat_ws(':', 'booking_reminder_evening', booking.id, 0, 'attendee')))
    """,
    "every booking has its audit row": """
        SELECT booking.id, 'not in the audit' FROM booking
        WHERE booking.created_at > coalesce(CAST(:now AS timestamptz), now()) - interval '180 days' AND NOT EXISTS (SELECT FROM audit_entry WHERE subject_id = booking.id AND action = 'booking.made')
    """,
}


async def check(session: AsyncSession, *, now: datetime | None = None) -> list[Offence]:
    """Every row that breaks an invariant, as of `now` (the database's clock by default); none when all is well."""
    offences: list[Offence] = []
    for name, statement in {**CHECKS, **ROSTER_CHECKS}.items():
        rows = await session.execute(text(statement), {"now": now} if ":now" in statement else {})
        offences.extend(Offence(name, row[0], row[1]) for row in rows)
    return offences
