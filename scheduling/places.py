"""The only module that changes how many places of a slot are taken, together with the booking rows that take them.

Callers hold the locks of the persons and slots concerned (`scheduling.locks`). Each change of a count is a conditional
statement all the same: were a lock ever forgotten, the statement changes nothing and the transaction fails, and behind
it stands the table's CHECK. (product: Booking 1)
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    FromClause,
    Integer,
    Update,
    Uuid,
    bindparam,
    case,
    column,
    func,
    literal_column,
    null,
    select,
    table,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Insertion, Running, Statement, driver_of
from models.tables import Booking, Slot, WaitlistEntry
from models.vocabulary import BookingStatus, CancelReason, WaitlistStatus

CODE_ONCE = ("point_id", "day", "code")
"""By these a code means one booking."""


class CountDriftedError(RuntimeError):
    """A count would have left its bounds although the rules had allowed it: a lock is missing somewhere."""


async def occupy(
    running: Running,
    bookings: Sequence[Mapping[str, Any]],
    *,
    held: Collection[UUID] = (),
    also: Sequence[Insertion] = (),
) -> set[UUID]:
    """Writes new confirmed bookings (rows of the table) and counts their places, all by one statement; returns the ids of
    those written. `held` are those whose places are held for them, and so are counted already.

    One whose code another booking has at that point on that day is left out, for its caller to draw another, and with
    it what stands behind it in `also`.
    """
    if not bookings:
        return set()
    booked = Insertion(table=Booking, rows=bookings, unless=CODE_ONCE)
    wanted = [insertion for insertion in also if insertion.rows]
    behind = tuple(each.text(place, within=_BOOKED) for place, each in enumerate(wanted, 3))
    text = _occupying(booked.text(), _COUNT_BOOKED, behind)
    driver = await driver_of(running)
    documents = (each.document() for each in wanted)
    ((written, to_count, counted),) = await driver.fetch(text, booked.document(), list(held), *documents)
    if counted != to_count:
        raise CountDriftedError
    return set(written)


@dataclass(frozen=True, slots=True)
class Hold:
    """How many places are held for a waiting party from now on, and what becomes of its entry."""

    entry_id: UUID
    held: int
    status: WaitlistStatus


async def hold(session: AsyncSession, holds: Sequence[Hold], *, slot_id: UUID) -> None:
    """Changes how many places of one slot are held for waiting parties; the slot's count follows."""
    before = {
        row.id: row.held
        for row in await session.execute(
            select(col(WaitlistEntry.id), col(WaitlistEntry.held))
            .where(
                col(WaitlistEntry.id).in_([each.entry_id for each in holds]),
                col(WaitlistEntry.slot_id) == slot_id,
                col(WaitlistEntry.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
            )
            .with_for_update()
        )
    }
    if len(before) != len(holds):
        raise CountDriftedError
    for each in holds:
        await session.execute(
            update(WaitlistEntry)
            .where(col(WaitlistEntry.id) == each.entry_id)
            .values(held=each.held, status=each.status)
            .execution_options(synchronize_session=False)
        )
    if change := sum(each.held - before[each.entry_id] for each in holds):
        await _count(session, {slot_id: change})


async def let_go(session: AsyncSession, entry_ids: Sequence[UUID], status: WaitlistStatus) -> None:
    """Gives back whatever is held for these waiting parties, of any slots, and sets what becomes of their entries."""
    if not entry_ids:
        return
    held = (
        await session.execute(
            select(col(WaitlistEntry.slot_id), col(WaitlistEntry.held))
            .where(
                col(WaitlistEntry.id).in_(entry_ids),
                col(WaitlistEntry.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
            )
            .with_for_update()
        )
    ).all()
    if len(held) != len(set(entry_ids)):
        raise CountDriftedError
    await session.execute(
        update(WaitlistEntry)
        .where(col(WaitlistEntry.id).in_(entry_ids))
        .values(held=0, status=status)
        .execution_options(synchronize_session=False)
    )
    if freed := _sum((row.slot_id, -row.held) for row in held if row.held):
        await _count(session, freed)


async def keep_for_booking(session: AsyncSession, *, entry_id: UUID) -> None:
    """The held places of an accepted offer become its booking's: counted before and after, so no count changes."""
    await session.execute(
        update(WaitlistEntry)
        .where(col(WaitlistEntry.id) == entry_id)
        .values(held=0, status=WaitlistStatus.accepted)
        .execution_options(synchronize_session=False)
    )


@dataclass(frozen=True, slots=True)
class Vacated:
    """A booking that gives its places back."""

    booking_id: UUID
    slot_id: UUID
    party: int
    late: bool


async def vacate(
    session: AsyncSession,
    bookings: Sequence[Vacated],
    *,
    reason: CancelReason,
    by: UUID | None,
    now: datetime,
) -> None:
    """Cancels confirmed bookings and gives their places back."""
    if not bookings:
        return
    changed = await session.execute(
        update(Booking)
        .where(
            col(Booking.id).in_([booking.booking_id for booking in bookings]),
            col(Booking.status) == BookingStatus.confirmed,
        )
        .values(
            status=BookingStatus.cancelled,
            cancelled_at=now,
            cancelled_by_id=by,
            cancel_reason=reason,
            late_cancel=col(Booking.id).in_([booking.booking_id for booking in bookings if booking.late]),
            sequence=col(Booking.sequence) + 1,
        )
        .returning(col(Booking.id))
    )
    if len(changed.all()) != len(bookings):
        raise CountDriftedError
    await _count(session, _sum((booking.slot_id, -booking.party) for booking in bookings))


async def release(
    session: AsyncSession, bookings: Sequence[Vacated], *, was: BookingStatus = BookingStatus.confirmed
) -> None:
    """Sets bookings as not having come and gives their places back.

    They are confirmed ones; `was` says so when an arrival is taken back that was noted by mistake.
    """
    if not bookings:
        return
    changed = await session.execute(
        update(Booking)
        .where(
            col(Booking.id).in_([booking.booking_id for booking in bookings]),
            col(Booking.status) == was,
        )
        .values(status=BookingStatus.no_show, checked_in_at=None, sequence=col(Booking.sequence) + 1)
        .returning(col(Booking.id))
        .execution_options(synchronize_session=False)
    )
    if len(changed.all()) != len(bookings):
        raise CountDriftedError
    await _count(session, _sum((booking.slot_id, -booking.party) for booking in bookings))


async def reclaim(session: AsyncSession, booking: Vacated) -> None:
    """Undoes a release: the booking is confirmed again and takes its places, which the caller has seen to be free."""
    changed = await session.execute(
        update(Booking)
        .where(col(Booking.id) == booking.booking_id, col(Booking.status) == BookingStatus.no_show)
        .values(status=BookingStatus.confirmed, sequence=col(Booking.sequence) + 1)
        .returning(col(Booking.id))
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise CountDriftedError
    await _count(session, {booking.slot_id: booking.party})


async def shift(
    session: AsyncSession,
    *,
    booking_id: UUID,
    party: int,
    from_slot: UUID,
    to_slot: UUID,
    values: Mapping[str, Any],
) -> None:
    """Moves a confirmed booking to another slot: same row, same places, both counts in one statement.

    `values` are the columns that repeat the new slot's.
    """
    changed = await session.execute(
        update(Booking)
        .where(col(Booking.id) == booking_id, col(Booking.status) == BookingStatus.confirmed)
        .values(**values, slot_id=to_slot, sequence=col(Booking.sequence) + 1)
        .returning(col(Booking.id))
    )
    if changed.first() is None:
        raise CountDriftedError
    await _count(session, {from_slot: -party, to_slot: party})


async def resize(session: AsyncSession, *, slot_id: UUID, capacity: int) -> int:
    """Sets what a manager wants to allow and returns the version after the edit.

    Below what is taken, the capacity stays at the count and follows it down as places are given back (Booking 8, keep).
    """
    version = await session.execute(
        update(Slot)
        .where(col(Slot.id) == slot_id)
        .values(
            capacity=func.greatest(col(Slot.taken), capacity),
            target_capacity=case((col(Slot.taken) > capacity, capacity), else_=None),
            edited=True,
            version=col(Slot.version) + 1,
        )
        .returning(col(Slot.version))
    )
    return int(version.scalar_one())


def _sum(changes: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    totals: dict[UUID, int] = {}
    for slot_id, places in changes:
        totals[slot_id] = totals.get(slot_id, 0) + places
    return totals


async def _count(running: Running, changes: Mapping[UUID, int]) -> None:
    changed = await _CHANGE(running, slots=list(changes), places=list(changes.values()))
    if len(changed) != len(changes):
        raise CountDriftedError


def _counting(change: FromClause) -> Update:
    """Changes counts as `change` (slot_id, places) says, only where they stay within their bounds."""
    none: ColumnElement[int] = literal_column("0")
    after = col(Slot.taken) + change.c.places
    return (
        update(Slot)
        .where(
            col(Slot.id) == change.c.slot_id,
            after >= none,
            (change.c.places <= none) | (after <= col(Slot.capacity)),
        )
        .values(
            taken=after,
            capacity=case(
                (col(Slot.target_capacity).is_(None), col(Slot.capacity)),
                else_=func.greatest(col(Slot.target_capacity), after),
            ),
            target_capacity=case(
                (after <= col(Slot.target_capacity), null()), else_=col(Slot.target_capacity)
            ),
        )
        .returning(col(Slot.id))
    )


_CHANGE = Statement(
    _counting(
        select(
            func.unnest(bindparam("slots", type_=ARRAY(Uuid))).label("slot_id"),
            func.unnest(bindparam("places", type_=ARRAY(Integer))).label("places"),
        ).subquery("change")
    )
)

_BOOKED = "SELECT id FROM booked"
_TO_COUNT = """
    SELECT slot_id, CAST(sum(party) AS integer) AS places FROM booked
    WHERE id <> ALL (CAST($2 AS uuid[])) GROUP BY slot_id
"""
_COUNT_BOOKED = Statement(_counting(table("change", column("slot_id", Uuid), column("places", Integer)))).text


@lru_cache
def _occupying(booking: str, counting: str, also: tuple[str, ...]) -> str:
    """The statement of `occupy`: the rows are its first parameter, the ids of held ones its second."""
    steps = {
        "booked": f"{booking} RETURNING id, slot_id, party",
        "change": _TO_COUNT,
        "counted": counting,
        **{f"written_{number}": each for number, each in enumerate(also)},
    }
    named = ", ".join(f"{name} AS ({step})" for name, step in steps.items())
    return (
        f"WITH {named} SELECT ARRAY({_BOOKED}), (SELECT count(*) FROM change), (SELECT count(*) FROM counted)"  # noqa: S608  # compiled by us
    )
