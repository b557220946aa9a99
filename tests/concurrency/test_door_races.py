"""Races at the door, over real commits, each with its negative control."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import SimpleNamespace
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlmodel import col

from models.database import AsyncSession, in_transaction
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.door import WalkIn
from models.shapes.standing import RatingOrder
from models.tables import AuditEntry, Booking, Pause, Rating, Slot
from models.vocabulary import BookingStatus
from scheduling import (
    arrivals,
    bookings,
    desk,
    door,
    jobs,
    managed,
    no_shows,
    notices,
    places,
    queue,
    ratings,
    walk_ins,
)
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, BookingRefusedError
from scheduling.locks import LockedPerson
from scheduling.misses import judge
from scheduling.queries.slots import SlotRow, slot_row, slot_select
from tests.concurrency.meeting import Meeting
from tests.concurrency.unlocked import count_blindly, unlock_desk
from tests.scheduling.acting import sql, stored
from tests.scheduling.doors import assert_sound, miss, set_policy, visit
from tests.world import READING, READING_ROOM, World, at, manager_of

T = TypeVar("T")
HONEST = (BookingRefusedError, ActionRefusedError)


def doing(world: World, use_case: Callable[[AsyncSession], Awaitable[T]]) -> Awaitable[T]:
    """A use case as the API would run it: in a transaction of its own, repeated when it lost a race."""
    return in_transaction(world.database, use_case)


async def all_at_once(work: Iterable[Awaitable[object]]) -> list[object]:
    return await asyncio.gather(*work, return_exceptions=True)


def dishonest(results: Iterable[object]) -> list[object]:
    """Exceptions that are no refusal."""
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, HONEST)]


async def unlocked_slots(
    session: AsyncSession, ids: Iterable[UUID], *, wait: bool = True
) -> Mapping[UUID, SlotRow]:
    """Reads slots without locking them, and lets others read meanwhile."""
    rows = await session.execute(slot_select().where(col(Slot.id).in_(list(ids))))
    found = {row.id: slot_row(row) for row in rows}
    await asyncio.sleep(0.05)
    return found


async def unlocked_persons(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, LockedPerson]:
    """Reads persons without locking them."""
    rows = await session.execute(
        text("SELECT id, number, name, birth_date, disability FROM person WHERE id = ANY(:ids)"),
        {"ids": list(ids)},
    )
    return {row.id: LockedPerson(*row) for row in rows}


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(READING_ROOM, (await world.person("站长")).person_id)


async def booked(world: World, count: int, slot: UUID) -> list[BookingView]:
    return [await world.book(person, slot) for person in await world.people(count)]


def check_in(
    world: World, actor: Actor, booking_id: UUID, now: datetime = at(1, 11)
) -> Awaitable[BookingView]:
    return doing(world, partial(door.check_in, actor=actor, booking_id=booking_id, now=now))


def walk_in(
    world: World, actor: Actor, slot: UUID, name: str, now: datetime = at(1, 11)
) -> Awaitable[BookingView]:
    party = WalkIn(name=name)
    return doing(world, partial(walk_ins.take, actor=actor, slot_id=slot, walk_in=party, now=now))


async def test_all_arrive_at_once_and_no_number_is_given_twice(world: World, manager: Actor) -> None:
    """Booking 10: ten who booked and ten walk-ins; numbers 1 to 20, each once."""
    slot = await world.slot(READING, at(1, 11), capacity=20)
    made = await booked(world, 10, slot)

    results = await all_at_once(
        [
            *(check_in(world, manager, booking.id) for booking in made),
            *(walk_in(world, manager, slot, f"路人{number}") for number in range(10)),
        ]
    )

    assert dishonest(results) == []
    numbers = [result.queue_number for result in results if isinstance(result, BookingView)]
    assert sorted(number or 0 for number in numbers) == list(range(1, 21))
    await assert_sound(world)


@pytest.fixture
def read_then_write(monkeypatch: pytest.MonkeyPatch) -> None:
    """What tutorials do: read the last number without a lock, then write the next."""
    meet = Meeting()

    async def next_number(session: AsyncSession, slot_id: UUID) -> int:
        last = (
            await session.execute(select(col(Slot.last_queue_number)).where(col(Slot.id) == slot_id))
        ).scalar_one()
        await meet()
        await session.execute(update(Slot).where(col(Slot.id) == slot_id).values(last_queue_number=last + 1))
        return last + 1

    monkeypatch.setattr(managed, "lock_slots", unlocked_slots)
    monkeypatch.setattr(arrivals, "next_number", next_number)


@pytest.mark.usefixtures("read_then_write")
async def test_control_numbers_read_before_they_are_written_are_given_twice(
    world: World, manager: Actor
) -> None:
    await sql(world, "DROP INDEX uq_booking_slot_id_queue_number")
    slot = await world.slot(READING, at(1, 11))
    made = await booked(world, 5, slot)

    results = await all_at_once(check_in(world, manager, booking.id) for booking in made)

    assert dishonest(results) == []
    numbers = [row.queue_number for row in await stored(world, Booking)]
    assert len(set(numbers)) < len(numbers)


@pytest.mark.usefixtures("read_then_write")
async def test_control_the_index_stands_where_lock_and_statement_are_forgotten(
    world: World, manager: Actor
) -> None:
    slot = await world.slot(READING, at(1, 11))
    made = await booked(world, 3, slot)

    await all_at_once(check_in(world, manager, booking.id) for booking in made)

    numbers = [row.queue_number for row in await stored(world, Booking) if row.queue_number is not None]
    assert numbers
    assert len(set(numbers)) == len(numbers)


async def crowd(world: World, manager: Actor) -> tuple[UUID, list[object]]:
    """Ten book and ten walk in, all at once, where five places are left."""
    await set_policy(world, READING, closes_before_minutes=0)
    slot = await world.slot(READING, at(1, 11), capacity=5)
    people = await world.people(10)
    now = at(1, 10, 30)
    work: list[Awaitable[object]] = []
    for number, person in enumerate(people):
        order = BookingOrder(slot_id=slot)
        work.append(doing(world, partial(bookings.book, actor=person, wanted=order, now=now)))
        work.append(walk_in(world, manager, slot, f"路人{number}", now))
    return slot, await all_at_once(work)


async def test_walk_ins_and_bookings_race_for_the_last_places(world: World, manager: Actor) -> None:
    """Booking 1 and 10: one count."""
    slot, results = await crowd(world, manager)
    assert dishonest(results) == []
    assert sum(isinstance(result, BookingView) for result in results) == 5
    assert await world.counts(slot) == (5, 5, 5)
    await assert_sound(world)


async def test_control_without_the_guards_the_door_oversells(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "lock_persons", unlocked_persons)
    unlock_desk(monkeypatch)
    count_blindly(monkeypatch)
    await sql(world, "ALTER TABLE slot DROP CONSTRAINT ck_slot_taken_within_capacity")
    slot, _ = await crowd(world, manager)
    _, taken, capacity = await world.counts(slot)
    assert taken > capacity


async def test_who_comes_while_places_are_released_is_in(world: World, manager: Actor) -> None:
    """Booking 10: ten arrive in the very moment in which two clocks release unclaimed places; before or after, all of
    them have their place, and the count is right.
    """
    await set_policy(world, READING, release_after_minutes=10)
    slot = await world.slot(READING, at(1, 11))
    made = await booked(world, 10, slot)
    now = at(1, 11, 10)

    results = await all_at_once(
        [
            jobs.release_unclaimed(world.database, now),
            *(check_in(world, manager, booking.id, now) for booking in made),
            jobs.release_unclaimed(world.database, now),
        ]
    )

    assert dishonest(results) == []
    assert {row.status for row in await stored(world, Booking)} == {BookingStatus.attended}
    await assert_sound(world)


async def test_control_without_locks_the_sweep_trips_over_who_comes(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conditional statement notices what the forgotten locks let through: the sweep fails, no count drifts."""
    for room in (managed, no_shows):
        monkeypatch.setattr(room, "lock_slots", unlocked_slots)
        monkeypatch.setattr(room, "lock_persons", unlocked_persons)
    release, about_to_release, came = places.release, asyncio.Event(), asyncio.Event()

    async def slow_release(
        session: AsyncSession, missed: Sequence[places.Vacated], *, was: BookingStatus
    ) -> None:
        about_to_release.set()
        await came.wait()
        await release(session, missed, was=was)

    monkeypatch.setattr(places, "release", slow_release)
    await set_policy(world, READING, release_after_minutes=10)
    booking = await visit(world, await world.person())
    sweep = asyncio.create_task(jobs.release_unclaimed(world.database, at(1, 11, 10)))
    await about_to_release.wait()
    await check_in(world, manager, booking.id, at(1, 11, 10))
    came.set()
    with pytest.raises(places.CountDriftedError):
        await sweep
    await assert_sound(world)


async def test_many_clocks_note_each_miss_once(world: World) -> None:
    """Sweeps are safe under any number of clocks: every miss is noted and audited once."""
    slot = await world.slot(READING, at(1, 11), capacity=40)
    await booked(world, 40, slot)

    results = await all_at_once(jobs.note_no_shows(world.database, at(1, 13)) for _ in range(4))

    assert dishonest(results) == []
    assert sum(result for result in results if isinstance(result, int)) == 40
    assert len(await stored(world, AuditEntry, col(AuditEntry.action) == "booking.missed")) == 40
    assert await world.counts(slot) == (0, 0, 40)
    await assert_sound(world)


async def two_misses_at_once(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch, meet: Meeting
) -> Sequence[Pause]:
    """One miss is noted; two managers note the second and the third in the same moment."""
    person = await world.person()
    await miss(world, person, 1)
    made = [await visit(world, person, at(2, hour)) for hour in (9, 11)]
    monkeypatch.setattr(no_shows, "judge", meet.before(judge))
    results = await all_at_once(
        doing(world, partial(no_shows.no_show, actor=manager, booking_id=booking.id, now=at(2, 12)))
        for booking in made
    )
    assert dishonest(results) == []
    return await stored(world, Pause)


async def test_two_misses_noted_at_once_are_both_counted(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Booking 5: the third no-show pauses, whoever notes it."""
    (pause,) = await two_misses_at_once(world, manager, monkeypatch, Meeting(patience_s=0.5))
    assert len(pause.bookings) == 3
    await assert_sound(world)


async def test_control_without_the_persons_lock_the_third_is_overlooked(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managed, "lock_persons", unlocked_persons)
    assert await two_misses_at_once(world, manager, monkeypatch, Meeting()) == []


async def called_at_once(world: World, manager: Actor) -> tuple[list[int], int]:
    """Five wait; five desks call the next one in the same moment. Whom they called, and who the slot says is served."""
    slot = await world.slot(READING, at(1, 11))
    for booking in await booked(world, 5, slot):
        await check_in(world, manager, booking.id)
    results = await all_at_once(
        doing(world, partial(queue.serve_next, actor=manager, slot_id=slot, now=at(1, 11))) for _ in range(5)
    )
    assert dishonest(results) == []
    (row,) = await stored(world, Slot)
    called = await stored(world, AuditEntry, col(AuditEntry.action) == "slot.served_next")
    return sorted(deed.data["number"] for deed in called), row.now_serving


async def test_each_desk_calls_another_number(world: World, manager: Actor) -> None:
    """Booking 10: nobody is called twice, nobody is skipped."""
    assert await called_at_once(world, manager) == ([1, 2, 3, 4, 5], 5)


async def test_control_without_the_slots_lock_two_desks_call_the_same(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "lock_slots", Meeting().after(unlocked_slots))
    called, _ = await called_at_once(world, manager)
    assert len(set(called)) < 5


async def rated_at_once(world: World, manager: Actor) -> int:
    """The same visit is rated from two phones at once; returns how many ratings there are."""
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    booking = await visit(world, daughter, attendee=mother)
    await check_in(world, manager, booking.id)
    given = RatingOrder(stars=5)
    results = await all_at_once(
        doing(world, partial(ratings.rate, actor=actor, booking_id=booking.id, given=given, now=at(1, 12)))
        for actor in (daughter, mother)
    )
    assert dishonest(results) == []
    return len(await stored(world, Rating))


async def test_a_visit_rated_from_two_phones_is_rated_once(world: World, manager: Actor) -> None:
    assert await rated_at_once(world, manager) == 1


async def test_control_without_lock_and_constraint_it_is_rated_twice(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = SimpleNamespace(withdraw=Meeting().before(notices.withdraw))
    monkeypatch.setattr(ratings, "notices", together)
    monkeypatch.setattr(ratings, "lock_persons", unlocked_persons)
    await sql(world, "ALTER TABLE rating DROP CONSTRAINT uq_rating_booking_id")
    assert await rated_at_once(world, manager) == 2
