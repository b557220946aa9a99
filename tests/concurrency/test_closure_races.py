"""Closing and booking at once: nobody ends up with a confirmed place in a closed slot (product: Booking 8). Each race with
its negative control.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import time
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import DatabaseBusyError, in_transaction, transaction
from models.shapes.bookings import BookingOrder, SlotEdit
from models.shapes.openings import ClosureOrder
from models.tables import Booking, Notice, OpeningRule, Slot
from models.vocabulary import Affected, BookingStatus, DayKind, NoticeKind, SlotStatus
from scheduling import bookings, capacity, closures, rehousing, slots
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, BookingRefusedError, BusyError
from scheduling.queries.slots import SlotRow, slot_row, slot_select
from tests.concurrency.meeting import Meeting
from tests.concurrency.unlocked import unlock_desk
from tests.world import CANTEEN, LUNCH, NOW, World, at, manager_of

TOMORROW = ClosureOrder(start=at(1, 0), end=at(2, 0))


async def manager_in(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def close(world: World, manager: Actor) -> object:
    async def work(session: AsyncSession) -> object:
        return await closures.close(session, actor=manager, point_id=CANTEEN, wanted=TOMORROW, now=NOW)

    return await in_transaction(world.database, work)


async def offences(world: World) -> list[str]:
    async with transaction(world.database) as session:
        return [offence.check for offence in await check(session, now=NOW)]


def unexpected(results: Iterable[object]) -> list[object]:
    honest = (BookingRefusedError, ActionRefusedError, BusyError, DatabaseBusyError)
    return [one for one in results if isinstance(one, BaseException) and not isinstance(one, honest)]


async def confirmed(world: World) -> list[Booking]:
    async with transaction(world.database) as session:
        rows = await session.execute(
            select(Booking).where(
                col(Booking.status) == BookingStatus.confirmed, col(Booking.start) < at(2, 0)
            )
        )
        return list(rows.scalars())


async def test_closing_races_with_booking(world: World) -> None:
    """Whoever is booked before is cancelled and told; whoever comes after is refused."""
    manager = await manager_in(world)
    there = [await world.slot(start=at(1, hour), capacity=20) for hour in (10, 11, 12)]
    people = await world.people(30)
    results = await asyncio.gather(
        *(world.book(person, there[n % 3]) for n, person in enumerate(people[:15])),
        close(world, manager),
        *(world.book(person, there[n % 3]) for n, person in enumerate(people[15:])),
        return_exceptions=True,
    )
    assert unexpected(results) == []
    assert not isinstance(results[15], Exception)
    assert await confirmed(world) == []
    assert await offences(world) == []


async def unlocked_slots(
    session: AsyncSession, ids: Iterable[UUID], *, wait: bool = True
) -> Mapping[UUID, SlotRow]:
    """Reads without locking."""
    rows = await session.execute(slot_select().where(col(Slot.id).in_(list(ids))))
    return {row.id: slot_row(row) for row in rows}


async def test_control_without_the_slots_lock_somebody_keeps_a_place_that_is_not_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlock_desk(monkeypatch, readers=1)
    manager = await manager_in(world)
    slot = await world.slot(start=at(1, 11), capacity=50)
    people = await world.people(10)
    was_read, booked = Meeting(1 + len(people)), Meeting()
    monkeypatch.setattr(rehousing, "lock_slots", booked.after(was_read.after(unlocked_slots)))

    async def book_later(person: Actor) -> object:
        await was_read()
        return await world.book(person, slot)

    books = booked.after(book_later)
    await asyncio.gather(close(world, manager), *(books(p) for p in people), return_exceptions=True)
    assert "nobody has a place in a slot that is closed (Booking 8)" in await offences(world)


async def test_closing_races_with_moving_and_cancelling(world: World) -> None:
    """What is under way when a closure comes ends either way, but never half."""
    manager = await manager_in(world)
    here, there = await world.slot(start=at(1, 11)), await world.slot(start=at(2, 11))
    people = await world.people(10)
    made = [await world.book(person, here) for person in people]

    async def leave(number: int) -> object:
        async def work(session: AsyncSession) -> object:
            actor, id_ = people[number], made[number].id
            if number % 2:
                return await bookings.cancel(session, actor=actor, booking_id=id_, now=NOW)
            return await bookings.move(session, actor=actor, booking_id=id_, slot_id=there, now=NOW)

        return await in_transaction(world.database, work)

    results = await asyncio.gather(
        *(leave(number) for number in range(10)), close(world, manager), return_exceptions=True
    )
    assert unexpected(results) == []
    assert await confirmed(world) == []
    assert await offences(world) == []


async def add_rule(world: World) -> None:
    async with transaction(world.database) as session:
        session.add(
            OpeningRule(
                created_at=NOW,
                service_id=LUNCH,
                rrule="FREQ=DAILY",
                start_time=time(11),
                end_time=time(12),
                capacity=20,
                days=DayKind.any,
            )
        )


async def generate(world: World) -> int:
    async def work(session: AsyncSession) -> int:
        return await slots.generate_slots(session, service_ids=[LUNCH], now=NOW)

    return await in_transaction(world.database, work)


async def race_with_the_clock(
    world: World, monkeypatch: pytest.MonkeyPatch, patience_s: float
) -> list[object]:
    """The clock has read that nothing is closed, and writes its slots when the closure is made, or is not in time."""
    manager = await manager_in(world)
    await add_rule(world)
    was_read, closed = Meeting(), Meeting(patience_s=patience_s)
    monkeypatch.setattr(slots, "wanted_slots", closed.after(was_read.after(slots.wanted_slots)))

    async def close_meanwhile() -> object:
        await was_read()
        return await closed.after(close)(world, manager)

    return list(await asyncio.gather(generate(world), close_meanwhile(), return_exceptions=True))


async def test_closing_races_with_the_making_of_slots(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert unexpected(await race_with_the_clock(world, monkeypatch, 0.5)) == []
    async with transaction(world.database) as session:
        rows = await session.execute(
            select(col(Slot.status)).where(col(Slot.start) >= at(1, 0), col(Slot.start) < at(2, 0))
        )
        assert list(rows.scalars()) == [SlotStatus.closed]
    assert await offences(world) == []


async def test_control_without_the_points_lock_a_slot_slips_into_the_closure(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def no_lock(session: AsyncSession, point_ids: Iterable[UUID]) -> None:
        """Takes no lock."""

    monkeypatch.setattr(closures, "lock_openings", no_lock)
    await race_with_the_clock(world, monkeypatch, 10)
    assert await offences(world) == ["no slot is open inside a closure (Booking 8)"]


async def test_two_cuts_that_move_people_into_each_others_slots(world: World) -> None:
    """Each of two slots is closed while the other is where its people would go: locks are taken in one order."""
    manager = await manager_in(world)
    there = [await world.slot(start=at(1, hour), capacity=10) for hour in (10, 11, 12, 13)]
    people = await world.people(20)
    for number, person in enumerate(people):
        await world.book(person, there[number % 4])

    async def cut(slot_id: UUID) -> object:
        async def work(session: AsyncSession) -> object:
            return await capacity.edit_slot(
                session,
                actor=manager,
                slot_id=slot_id,
                edit=SlotEdit(capacity=2, affected=Affected.move),
                seen_version=1,
                now=NOW,
            )

        return await in_transaction(world.database, work)

    results = await asyncio.gather(*(cut(slot) for slot in there), return_exceptions=True)
    assert unexpected(results) == []
    for slot in there:
        taken, booked, places = await world.counts(slot)
        assert taken == booked <= places
    assert await offences(world) == []


async def test_cutting_races_with_booking(world: World) -> None:
    """Booking 1 and 8: however they meet, everybody has a place, was moved, or was told."""
    manager = await manager_in(world)
    here = await world.slot(start=at(1, 11), capacity=30)
    await world.slot(start=at(1, 12), capacity=12)
    people = await world.people(30)
    for person in people[:15]:
        await world.book(person, here)

    async def cut() -> object:
        async def work(session: AsyncSession) -> object:
            return await capacity.edit_slot(
                session,
                actor=manager,
                slot_id=here,
                edit=SlotEdit(capacity=5, affected=Affected.move),
                seen_version=1,
                now=NOW,
            )

        while True:
            try:
                return await in_transaction(world.database, work)
            except BusyError:
                await asyncio.sleep(0.01)

    async def book(person: Actor) -> object:
        async def work(session: AsyncSession) -> object:
            return await bookings.book(session, actor=person, wanted=BookingOrder(slot_id=here), now=NOW)

        return await in_transaction(world.database, work)

    results: Sequence[object] = await asyncio.gather(
        *(book(person) for person in people[15:]), cut(), return_exceptions=True
    )
    assert unexpected(results) == []
    assert (await world.counts(here))[0] == 5
    async with transaction(world.database) as session:
        gone = await session.execute(select(Booking).where(col(Booking.status) == BookingStatus.cancelled))
        told = await session.execute(
            select(Notice).where(col(Notice.kind) == NoticeKind.booking_cancelled_by_point)
        )
        assert {row.id for row in gone.scalars()} == {row.booking_id for row in told.scalars()}
    assert await offences(world) == []
