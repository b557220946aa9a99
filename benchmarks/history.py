"""A district's past, written by COPY: slots that are over, their bookings, the notices sent about them, the audit."""

import random
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, groupby
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.district import SEED, District, SlotRow, copy, lay_slots, slots_of
from models.ids import new_id
from models.shapes.base import local_day
from models.vocabulary import BookingSource, BookingStatus, CancelReason, Channel, NoticeKind, NoticeStatus

SLOTS_A_DAY = 4
BOOKINGS_A_SLOT = (7, 7, 7, 7, 7, 7, 6)
"""A year of a district, 500 points of two services with four slots a day, has 1.5 million slots and 10 million bookings."""
CAPACITY = 10
CANCELLED_OF = 20
"""One in so many was cancelled; another one was missed."""
DAYS_AT_ONCE = 10
REMINDERS = (NoticeKind.booking_reminder_evening, NoticeKind.booking_reminder_soon)

HEAVY = ("slot", "booking", "notice", "audit_entry")
"""Tables whose indexes are made after the rows, when there are many."""


@dataclass(frozen=True, slots=True)
class Attendees:
    """Whom the past happened to: ids and the numbers that the database gave them, in one order."""

    ids: Sequence[UUID]
    numbers: Sequence[int]


@dataclass(slots=True)
class Past:
    """How much was written."""

    slots: int = 0
    bookings: int = 0
    notices: int = 0


async def attendees(connection: asyncpg.Connection, ids: Sequence[UUID]) -> Attendees:
    """People with their numbers."""
    rows = await connection.fetch("SELECT id, number FROM person WHERE id = ANY($1)", list(ids))
    return Attendees([row["id"] for row in rows], [row["number"] for row in rows])


async def lay_past(
    connection: asyncpg.Connection, *, district: District, people: Attendees, days: int, now: datetime
) -> Past:
    """Writes the last `days` whole days before today's."""
    past, turn = Past(), count()
    first = local_day(now) - timedelta(days=days)
    async with without_indexes(connection, HEAVY):
        for begun in range(0, days, DAYS_AT_ONCE):
            span = min(DAYS_AT_ONCE, days - begun)
            slots = slots_of(
                district.services, first=first + timedelta(days=begun), days=span, each_day=SLOTS_A_DAY
            )
            await _lay(
                connection, district, people, sorted(slots, key=lambda slot: slot.start), turn=turn, past=past
            )
    return past


async def _lay(
    connection: asyncpg.Connection,
    district: District,
    people: Attendees,
    slots: Sequence[SlotRow],
    *,
    turn: Iterator[int],
    past: Past,
) -> None:
    bookings = list(_bookings(slots, district, people, turn))
    taken: dict[UUID, int] = {}
    for row in bookings:
        if row[STATUS] == BookingStatus.attended:
            taken[row[SLOT]] = taken.get(row[SLOT], 0) + 1
    by_count = sorted(slots, key=lambda slot: taken.get(slot.id, 0))
    for places, some in groupby(by_count, key=lambda slot: taken.get(slot.id, 0)):
        made = slots[0].start - timedelta(days=14)
        await lay_slots(connection, some, district=district, capacity=CAPACITY, now=made, taken=places)
    await copy(connection, "booking", BOOKING, bookings)
    await copy(connection, "audit_entry", AUDIT, (_audit(row) for row in bookings))
    await copy(connection, "notice", NOTICE, (notice for row in bookings for notice in _notices(row)))
    past.slots += len(slots)
    past.bookings += len(bookings)
    past.notices += len(bookings) * len(REMINDERS)


BOOKING = (
    *("id", "created_at", "district_code", "slot_id", "service_id", "point_id", "category", "attendee_id"),
    *("attendee_number", "booked_by_id", "start", "end", "day", "code", "party", "status", "note"),
    *("checked_in_at", "cancelled_at", "cancel_reason", "late_cancel", "sequence", "source", "answers"),
)
ID, MADE, SLOT, ATTENDEE, START, STATUS = 0, 1, 3, 7, 10, 15


def _bookings(
    slots: Sequence[SlotRow], district: District, people: Attendees, turn: Iterator[int]
) -> Iterator[tuple[Any, ...]]:
    """Rows in the order of time. People come round robin, so that nobody is in two places at once."""
    chance = random.Random(SEED + slots[0].start.toordinal())
    codes: dict[tuple[UUID, date], int] = {}
    for number, slot in enumerate(slots):
        day = local_day(slot.start)
        for _ in range(BOOKINGS_A_SLOT[number % len(BOOKINGS_A_SLOT)]):
            who = next(turn) % len(people.ids)
            code = codes[slot.service.point_id, day] = codes.get((slot.service.point_id, day), 0) + 1
            fate = chance.randrange(CANCELLED_OF)
            made = slot.start - timedelta(hours=30 + fate)
            status = {0: BookingStatus.cancelled, 1: BookingStatus.no_show}.get(fate, BookingStatus.attended)
            cancelled = made + timedelta(hours=1) if status is BookingStatus.cancelled else None
            yield (
                *(new_id(), made, district.code, slot.id, slot.service.id, slot.service.point_id),
                *(slot.service.category.value, people.ids[who], people.numbers[who], people.ids[who]),
                *(slot.start, slot.end, day, f"{code:06d}", 1, status.value, ""),
                slot.start if status is BookingStatus.attended else None,
                cancelled,
                CancelReason.by_person.value if cancelled else None,
                *(False, 0, BookingSource.order.value, "{}"),
            )


AUDIT = ("id", "created_at", "district_code", "actor_id", "action", "subject", "subject_id", "data")


def _audit(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (new_id(), row[MADE], row[2], row[ATTENDEE], "booking.made", "booking", row[ID], "{}")


NOTICE = (
    *("id", "created_at", "district_code", "person_id", "booking_id", "kind", "dedupe_key", "due_at"),
    *("expires_at", "data", "status", "channel", "attempts", "finished_at"),
)


def _notices(row: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    cancelled = row[STATUS] == BookingStatus.cancelled.value
    status = NoticeStatus.cancelled if cancelled else NoticeStatus.delivered
    for kind, hours in zip(REMINDERS, (16, 2), strict=True):
        due = row[START] - timedelta(hours=hours)
        yield (
            *(new_id(), row[MADE], row[2], row[ATTENDEE], row[ID], kind.value, f"{kind}:{row[ID]}:0"),
            *(due, row[START], "{}", status.value, Channel.telegram.value, 0 if cancelled else 1, due),
        )


CONSTRAINTS = """
SELECT conrelid::regclass::text AS owner, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint WHERE conrelid = ANY($1::regclass[]) AND contype IN ('u', 'x', 'f') ORDER BY contype DESC
"""
INDEXES = """
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
WHERE indrelid = ANY($1::regclass[]) AND NOT indisprimary
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('u', 'x'))
"""


@asynccontextmanager
async def without_indexes(connection: asyncpg.Connection, tables: Sequence[str]) -> AsyncIterator[None]:
    """Takes indexes and constraints (but primary keys and checks) off tables, and makes them again afterwards."""
    constraints = await connection.fetch(CONSTRAINTS, list(tables))
    indexes = await connection.fetch(INDEXES, list(tables))
    for row in constraints:
        await connection.execute(f"ALTER TABLE {row['owner']} DROP CONSTRAINT {row['name']}")
    for row in indexes:
        await connection.execute(f"DROP INDEX {row['name']}")
    yield
    await connection.execute("SET maintenance_work_mem = '512MB'")
    for row in indexes:
        await connection.execute(row["definition"])
    for row in reversed(constraints):
        await connection.execute(
            f"ALTER TABLE {row['owner']} ADD CONSTRAINT {row['name']} {row['definition']}"
        )
    await connection.execute("RESET maintenance_work_mem")
