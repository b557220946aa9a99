"""Row locks, taken late and in one order everywhere (docs/LOCKING.md): points, persons,
shifts, then slots, each by id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Person, Point, Shift, Slot
from scheduling.queries.rosters import ShiftRow, shifts_by_id
from scheduling.queries.slots import SlotRow, slot_row, slot_select
from scheduling.rules.windows import PriorityFacts


@dataclass(frozen=True, slots=True)
class LockedPerson:
    """A person whose bookings are being decided upon."""

    id: UUID
    number: int
    name: str
    birth_date: date | None
    disability: bool

    @property
    def priority(self) -> PriorityFacts:
        """What decides on priority."""
        return PriorityFacts(self.birth_date, self.disability)


async def lock_openings(session: AsyncSession, point_ids: Iterable[UUID]) -> None:
    """Keeps others from making slots of these points, or changing when they are open, until commit."""
    await session.execute(
        select(col(Point.id))
        .where(col(Point.id).in_(sorted(set(point_ids))))
        .order_by(col(Point.id))
        .with_for_update()
    )


async def share_openings(session: AsyncSession, point_ids: Iterable[UUID]) -> None:
    """Keeps the closures and opening rules of these points as they are until commit; others may do the same."""
    await session.execute(
        select(col(Point.id))
        .where(col(Point.id).in_(sorted(set(point_ids))))
        .order_by(col(Point.id))
        .with_for_update(read=True, key_share=True)
    )


async def lock_persons(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
    """Locks persons in the order of their ids, so that rules over all their bookings hold until commit."""
    return await _locked_persons(session, ids, wait=True)


async def try_lock_persons(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
    """Locks those of these persons whom nobody else has locked. It never waits, so it may come after slots."""
    return await _locked_persons(session, ids, wait=False)


async def _locked_persons(
    session: AsyncSession, ids: Iterable[UUID], *, wait: bool
) -> Mapping[UUID, LockedPerson]:
    rows = await session.execute(
        select(
            col(Person.id),
            col(Person.number),
            col(Person.name),
            col(Person.birth_date),
            col(Person.disability),
        )
        .where(col(Person.id).in_(sorted(set(ids))))
        .order_by(col(Person.id))
        .with_for_update(key_share=True, skip_locked=not wait)
    )
    return {
        row.id: LockedPerson(row.id, row.number or 0, row.name, row.birth_date, row.disability)
        for row in rows
    }


async def lock_slots(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, SlotRow]:
    """Locks slots in the order of their ids, so that their counts stand still until commit."""
    rows = await session.execute(
        slot_select()
        .where(col(Slot.id).in_(sorted(set(ids))))
        .order_by(col(Slot.id))
        .with_for_update(key_share=True, of=Slot)
    )
    return {row.id: slot_row(row) for row in rows}


async def lock_shifts(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, ShiftRow]:
    """Locks shifts in the order of their ids, so that who has a place on them stands still until commit."""
    wanted = sorted(set(ids))
    await session.execute(
        select(col(Shift.id))
        .where(col(Shift.id).in_(wanted))
        .order_by(col(Shift.id))
        .with_for_update(key_share=True)
    )
    # Read afterwards: counts taken in the locking statement would be those from before the wait.
    return await shifts_by_id(session, wanted)
