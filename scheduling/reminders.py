"""Reminders of bookings as rows (product: Messages 1).

A booking itself is the debt: what it owes follows from its slot's start and the policy. So whoever books days ahead writes
no reminder. `draw_up()` makes the rows when the day before the slot begins; from then on whoever books, or moves a
booking, writes his own at once. The slot says which of the two it is, and whoever reads that holds its lock: so no
reminder is left to a sweep that has gone by (docs/NOTICES.md).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Integer, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.bookings import BookingView
from models.tables import Booking, PolicyOverride, Slot
from models.vocabulary import BookingStatus
from scheduling import notices
from scheduling.locks import try_lock_persons
from scheduling.policies import Policy
from scheduling.queries.bookings import BookedRow, booked_rows
from scheduling.queries.household import Pair, key_for, told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.rules.reminders import DueReminder, drawn_before, reminders

SLOTS_A_SWEEP = 100
BOOKINGS_A_SWEEP = 1000
"""So many slots a transaction, or so many places taken in them, for who wants one of them waits for its end. One slot may
have more.
"""
AT_A_TIME = 5000
"""A statement takes no more than 32,767 ids."""
SOON = "soon_reminder_minutes"


def left_to_sweep(slot: SlotRow, policy: Policy, now: datetime) -> bool:
    """Whether the reminders of whoever gets a place now will be drawn up later. `slot` was read under its lock."""
    soon = timedelta(minutes=policy.soon_reminder_minutes)
    return not slot.reminders_drawn and slot.slot.start >= drawn_before(now, soon)


def owed_reminders(
    booking: BookingView,
    slot: SlotRow,
    policy: Policy,
    *,
    told: Sequence[UUID],
    sequence: int,
    now: datetime,
) -> list[notices.Owed]:
    """What whoever books or moves writes, to each of `told`: nothing while it is left to the sweep.

    `slot` was read under its lock. A moved booking (higher sequence) owes new ones.
    """
    if left_to_sweep(slot, policy, now):
        return []
    due = reminders(slot.slot.start, now=now, policy=policy)
    return _owed(due, booking, slot, policy, told=told, sequence=sequence)


def _owed(
    due: Sequence[DueReminder],
    booking: BookingView,
    slot: SlotRow,
    policy: Policy,
    *,
    told: Sequence[UUID],
    sequence: int,
) -> list[notices.Owed]:
    data = notices.booking_data(booking)
    return [
        notices.Owed(
            person_id=person_id,
            kind=each.kind,
            dedupe_key=key_for(f"{each.kind}:{booking.id}:{sequence}", person_id, booking.booked_by.id),
            due_at=each.due_at,
            expires_at=each.expires_at,
            data={**data, "for_self": person_id == booking.attendee.id},
            district_code=slot.district_code,
            booking_id=booking.id,
            quiet=policy.quiet,
        )
        for each in due
        for person_id in told
    ]


async def draw_up(session: AsyncSession, *, now: datetime) -> int:
    """Writes the reminders of the bookings in some slots whose day is near; returns the number of slots.

    Drawn up twice is drawn up once, by the dedupe key. A sweep that comes late draws up what is still worth sending.
    Slots that somebody has locked, and those where one of a household is being decided upon, are left to the next one.
    """
    slots = await _due(session, now)
    rows = await _booked(session, slots)
    pairs: dict[UUID, Pair] = {
        row.booking.id: (row.booking.booked_by_id, row.booking.attendee_id) for row in rows
    }
    # Who is told hangs on links, which are changed under the locks of both.
    people = {person for pair in pairs.values() if pair[0] != pair[1] for person in pair}
    missing = people - (await try_lock_persons(session, people)).keys()
    left = {row.slot.slot.id for row in rows if not missing.isdisjoint(pairs[row.booking.id])}
    rows = [row for row in rows if row.slot.slot.id not in left]
    told = await told_about(session, pairs.values())
    policies = await policies_for(session, (row.slot.scope for row in rows))
    owed: list[notices.Owed] = []
    for row in rows:
        policy, booking = policies[row.slot.service_id], row.booking
        # Nobody was in the slot before it was there, and nobody is reminded of what was past when they booked.
        since = max(booking.created_at, slots[row.slot.slot.id])
        due = [each for each in reminders(booking.start, now=since, policy=policy) if each.expires_at > now]
        owed += _owed(
            due,
            row.view(policy),
            row.slot,
            policy,
            told=told[pairs[booking.id]],
            sequence=booking.sequence,
        )
    await notices.owe(session, owed, now=now)
    drawn = slots.keys() - left
    await session.execute(
        update(Slot)
        .where(col(Slot.id).in_(drawn))
        .values(reminders_drawn=True)
        .execution_options(synchronize_session=False)
    )
    return len(drawn)


async def _due(session: AsyncSession, now: datetime) -> Mapping[UUID, datetime]:
    """Slots to be drawn up, locked, and since when they are there."""
    longest = await session.scalar(
        select(func.max(cast(col(PolicyOverride.value), Integer))).where(col(PolicyOverride.field) == SOON)
    )
    soon = timedelta(minutes=max(Policy().soon_reminder_minutes, longest or 0))
    found = await session.execute(
        select(col(Slot.id), col(Slot.created_at), col(Slot.taken))
        .where(
            col(Slot.start) > now,
            col(Slot.start) < drawn_before(now, soon),
            col(Slot.reminders_drawn).is_(False),
        )
        .order_by(col(Slot.start), col(Slot.id))
        .limit(SLOTS_A_SWEEP)
        .with_for_update(key_share=True, skip_locked=True)
    )
    due: dict[UUID, datetime] = {}
    taken = 0
    for row in found:
        taken += row.taken
        if due and taken > BOOKINGS_A_SWEEP:
            break
        due[row.id] = row.created_at
    return due


async def _booked(session: AsyncSession, slots: Mapping[UUID, datetime]) -> list[BookedRow]:
    found = await session.scalars(
        select(col(Booking.id)).where(
            col(Booking.slot_id).in_(slots), col(Booking.status) == BookingStatus.confirmed
        )
    )
    ids = list(found)
    parts = (ids[first : first + AT_A_TIME] for first in range(0, len(ids), AT_A_TIME))
    return [row for part in parts for row in await booked_rows(session, part)]
