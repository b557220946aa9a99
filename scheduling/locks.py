"""Row locks, taken late and in one order everywhere (docs/LOCKING.md): points, persons,
shifts, then slots, each by id.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Query, Running, Statement, ask
from models.tables import Person, Point, Shift, Slot
from scheduling.queries.rosters import ShiftRow, shifts_by_id
from scheduling.queries.slots import SlotRow, SlotSelect, slot_row, slot_select
from scheduling.rules.windows import PriorityFacts


@dataclass(frozen=True, slots=True)
class LockedPerson:
    """A person whose bookings are being decided upon."""

    id: UUID
    number: int
    name: str
    birth_date: date | None
    disability: bool
    withdrawn: Sequence[str] = ()
    """The purposes that they agreed to no more."""

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


async def lock_persons(running: Running, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
    """Locks persons in the order of their ids, so that rules over all their bookings hold until commit.

    Who was erased, be it while the lock was waited for, is left out.
    """
    return await ask(running, locking_persons(ids, wait=True))


async def try_lock_persons(running: Running, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
    """Locks those of these persons whom nobody else has locked. It never waits, so it may come after slots."""
    return await ask(running, locking_persons(ids, wait=False))


def locking_persons(ids: Iterable[UUID], *, wait: bool) -> Query[Mapping[UUID, LockedPerson]]:
    """The query of `lock_persons`, or of `try_lock_persons`."""
    return Query(
        _PERSONS[wait],
        {"ids": list(set(ids))},
        lambda rows: {row[0]: _locked_person(*row) for row in rows},
    )


def _locked_person(  # noqa: PLR0917  # the columns of the statement
    id_: UUID, number: int | None, name: str, birth_date: date | None, disability: bool, withdrawn: str
) -> LockedPerson:
    return LockedPerson(id_, number or 0, name, birth_date, disability, withdrawn.split())


async def lock_slots(running: Running, ids: Iterable[UUID]) -> Mapping[UUID, SlotRow]:
    """Locks slots in the order of their ids, so that their counts stand still until commit."""
    return await ask(running, locking_slots(ids))


def locking_slots(ids: Iterable[UUID], *, wait: bool = True) -> Query[Mapping[UUID, SlotRow]]:
    """The query of `lock_slots`. Without `wait`, slots that somebody else has locked are left out."""
    return Query(_SLOTS[wait], {"ids": list(set(ids))}, lambda rows: {row[0]: slot_row(row) for row in rows})


async def held_elsewhere(running: Running, *, persons: set[UUID], slots: set[UUID]) -> frozenset[UUID]:
    """Which of these rows, that could not be locked without waiting, exist: somebody else has them."""
    if not persons and not slots:
        return frozenset()
    rows = await _THERE(running, persons=list(persons), slots=list(slots))
    return frozenset(row[0] for row in rows)


_IDS = func.any(bindparam("ids", type_=ARRAY(Uuid)))


def _of_persons(*, wait: bool) -> Select[*tuple[Any, ...]]:
    columns = (Person.id, Person.number, Person.name, Person.birth_date, Person.disability)
    # As text: within a row that is asked for together with others, the driver reads no array.
    withdrawn = func.array_to_string(col(Person.withdrawn), literal_column("' '"))
    return (
        select(*(col(column) for column in columns), withdrawn)
        .where(col(Person.id) == _IDS, col(Person.erased_at).is_(None))
        .order_by(col(Person.id))
        .with_for_update(key_share=True, skip_locked=not wait)
    )


def _of_slots(*, wait: bool) -> SlotSelect:
    return (
        slot_select()
        .where(col(Slot.id) == _IDS)
        .order_by(col(Slot.id))
        .with_for_update(key_share=True, of=Slot, skip_locked=not wait)
    )


_PERSONS = {wait: Statement(_of_persons(wait=wait)) for wait in (True, False)}
_SLOTS = {wait: Statement(_of_slots(wait=wait)) for wait in (True, False)}
_THERE = Statement(
    select(col(Person.id))
    .where(col(Person.id) == func.any(bindparam("persons", type_=ARRAY(Uuid))))
    .union_all(select(col(Slot.id)).where(col(Slot.id) == func.any(bindparam("slots", type_=ARRAY(Uuid)))))
)


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
