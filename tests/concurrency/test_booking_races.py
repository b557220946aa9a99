"""Races over real commits. Each comes with a negative control: without the guard the same race does go wrong."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import in_transaction, transaction
from models.shapes.bookings import BookingOrder, SlotEdit
from models.tables import Slot
from models.vocabulary import Affected
from scheduling import alternatives, bookings, capacity, desk, locks, places
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, BookingRefusedError, CapacityBelowTakenError
from tests.concurrency.unlocked import count_blindly, unlock_desk
from tests.world import CANTEEN, LUNCH, NOW, READING, World, at, manager_of


async def all_at_once(*work: Awaitable[object]) -> list[object]:
    """Starts everything together and returns results and exceptions in order."""
    return await asyncio.gather(*work, return_exceptions=True)


def refused(results: Iterable[object]) -> list[BookingRefusedError]:
    return [result for result in results if isinstance(result, BookingRefusedError)]


def unexpected(results: Iterable[object]) -> list[object]:
    """Exceptions that are no honest refusal."""
    return [
        result
        for result in results
        if isinstance(result, Exception) and not isinstance(result, BookingRefusedError | ActionRefusedError)
    ]


async def assert_sound(world: World) -> None:
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []


async def test_two_hundred_people_and_fifty_places(world: World) -> None:
    """Booking 1: fifty get a place, a hundred and fifty are refused and offered what they can really book."""
    slot = await world.slot(capacity=50)
    for hour in (12, 13, 14):
        await world.slot(start=at(1, hour), capacity=100)
    people = await world.people(200)

    results = await all_at_once(*(world.book(person, slot) for person in people))

    assert unexpected(results) == []
    assert len(refused(results)) == 150
    assert await world.counts(slot) == (50, 50, 50)
    await assert_sound(world)
    left_out = [
        person for person, result in zip(people, results, strict=True) if isinstance(result, Exception)
    ]
    wanted = BookingOrder(slot_id=slot)
    for person in left_out[:5]:
        async with transaction(world.database) as session:
            found = await alternatives.propose(session, actor=person, wanted=wanted, now=NOW)
        assert len(found) == 3
        assert (await world.book(person, found[0].id)).slot.id == found[0].id


@pytest.fixture
async def unguarded(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """The same engine without its three guards: the slot's lock, the conditional statement, the table's CHECK."""
    unlock_desk(monkeypatch, readers=6)  # one more than there are places
    count_blindly(monkeypatch)
    async with transaction(world.database) as session:
        await session.execute(text("ALTER TABLE slot DROP CONSTRAINT ck_slot_taken_within_capacity"))
    return world


async def test_control_without_the_guard_it_oversells(unguarded: World) -> None:
    slot = await unguarded.slot(capacity=5)
    people = await unguarded.people(20)

    results = await all_at_once(*(unguarded.book(person, slot) for person in people))

    assert unexpected(results) == []
    taken, booked, places_there = await unguarded.counts(slot)
    assert booked > places_there
    assert taken == booked


async def test_each_single_guard_is_enough_to_prevent_overselling(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock, the conditional statement fails the transaction instead of overselling."""
    unlock_desk(monkeypatch)
    slot = await world.slot(capacity=5)
    people = await world.people(20)

    results = await all_at_once(*(world.book(person, slot) for person in people))

    assert any(isinstance(result, places.CountDriftedError) for result in results)
    taken, booked, places_there = await world.counts(slot)
    assert taken == booked <= places_there
    await assert_sound(world)


async def test_one_person_at_two_places_at_once(world: World) -> None:
    """Booking 4 under concurrency: of many overlapping orders of one person exactly one is granted."""
    slots = [await world.slot(LUNCH), await world.slot(READING, at(1, 11, 30))]
    person = await world.person()

    results = await all_at_once(*(world.book(person, slot) for slot in slots * 5))

    assert unexpected(results) == []
    assert len(refused(results)) == 9
    await assert_sound(world)


async def unlocked_persons(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, locks.LockedPerson]:
    """Reads persons without locking them."""
    from_rows = await session.execute(
        text("SELECT id, number, name, birth_date, disability FROM person WHERE id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    return {row.id: locks.LockedPerson(*row) for row in from_rows}


async def test_control_without_the_persons_lock_the_constraint_stands(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exclusion constraint behind rule 4 refuses what the forgotten lock would have let through."""
    monkeypatch.setattr(desk, "lock_persons", unlocked_persons)
    unlock_desk(monkeypatch)
    slots = [await world.slot(LUNCH), await world.slot(READING, at(1, 11, 30))]
    person = await world.person()

    async def once(slot_id: UUID) -> object:
        async with transaction(world.database) as session:
            return await bookings.book(session, actor=person, wanted=BookingOrder(slot_id=slot_id), now=NOW)

    results = await all_at_once(*(once(slot) for slot in slots))

    assert sum(1 for result in results if not isinstance(result, Exception)) == 1
    assert any(
        "ex_booking_attendee_time" in str(result) for result in results if isinstance(result, Exception)
    )


async def test_control_without_lock_and_constraint_they_overlap(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "lock_persons", unlocked_persons)
    unlock_desk(monkeypatch)
    async with transaction(world.database) as session:
        await session.execute(text("ALTER TABLE booking DROP CONSTRAINT ex_booking_attendee_time"))
    slots = [await world.slot(LUNCH), await world.slot(READING, at(1, 11, 30))]
    person = await world.person()

    results = await all_at_once(*(world.book(person, slot) for slot in slots))

    assert unexpected(results) == []
    async with transaction(world.database) as session:
        offences = await check(session, now=NOW)
    assert {offence.check for offence in offences} == {"nobody is in two places at once (Booking 4)"}


async def test_at_most_three_upcoming_however_many_at_once(world: World) -> None:
    """Booking 3: the limit holds when eight orders of one person race."""
    slots = [await world.slot(start=at(day, 11)) for day in range(1, 7)]
    person = await world.person()

    results = await all_at_once(*(world.book(person, slot) for slot in slots))

    assert unexpected(results) == []
    assert len(refused(results)) == 3
    await assert_sound(world)


async def test_booking_races_with_a_capacity_cut(world: World) -> None:
    """Booking 1 and 8: whatever comes first, the count never passes the capacity."""
    slot = await world.slot(capacity=30)
    people = await world.people(30)
    manager = await world.person("站长")
    actor = manager_of(CANTEEN, manager.require_person())

    async def cut(to: int) -> object:
        async with transaction(world.database) as session:
            version = (
                await session.execute(select(col(Slot.version)).where(col(Slot.id) == slot))
            ).scalar_one()

        async def work(session: AsyncSession) -> object:
            return await capacity.edit_slot(
                session,
                actor=actor,
                slot_id=slot,
                edit=SlotEdit(capacity=to, affected=Affected.keep),
                seen_version=version,
                now=NOW,
            )

        return await in_transaction(world.database, work)

    results = await all_at_once(*(world.book(person, slot) for person in people), cut(10))

    assert [result for result in unexpected(results) if not isinstance(result, CapacityBelowTakenError)] == []
    taken, booked, places_there = await world.counts(slot)
    assert taken == booked <= places_there
    assert places_there == max(10, taken)
    await assert_sound(world)


async def test_moving_and_cancelling_race(world: World) -> None:
    """A booking that is moved, cancelled and moved back at once ends in one state, and both counts are right."""
    here, there = await world.slot(start=at(1, 11)), await world.slot(start=at(1, 13))
    people = await world.people(8)
    made = [await world.book(person, here) for person in people]

    def act(do: Callable[[AsyncSession], Awaitable[object]]) -> Awaitable[object]:
        return in_transaction(world.database, do)

    def moving(actor: Actor, booking_id: UUID, to: UUID) -> Callable[[AsyncSession], Awaitable[object]]:
        async def work(session: AsyncSession) -> object:
            return await bookings.move(session, actor=actor, booking_id=booking_id, slot_id=to, now=NOW)

        return work

    def cancelling(actor: Actor, booking_id: UUID) -> Callable[[AsyncSession], Awaitable[object]]:
        async def work(session: AsyncSession) -> object:
            return await bookings.cancel(session, actor=actor, booking_id=booking_id, now=NOW)

        return work

    results = await all_at_once(
        *(
            act(do)
            for person, booking in zip(people, made, strict=True)
            for do in (
                moving(person, booking.id, there),
                cancelling(person, booking.id),
                moving(person, booking.id, here),
            )
        )
    )

    assert unexpected(results) == []
    assert (await world.counts(here))[:2] == (0, 0)
    assert (await world.counts(there))[:2] == (0, 0)
    await assert_sound(world)
