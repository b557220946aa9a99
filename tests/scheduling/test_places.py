"""The one module that counts: a forgotten lock fails the transaction instead of overselling (product: Booking 1)."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from models.database import transaction
from models.shapes.bookings import BookingView
from models.tables import Booking, Slot
from models.vocabulary import BookingStatus, CancelReason
from scheduling import places
from scheduling.places import CountDriftedError, Vacated
from tests.scheduling.acting import do, sql, stored
from tests.world import LUNCH, NOW, World, at


@pytest.fixture
async def booking(world: World) -> BookingView:
    """Two of three places tomorrow at 11."""
    return await world.book(await world.person(), await world.slot(LUNCH, at(1, 11), capacity=3), 2)


async def row_like(world: World, booking: BookingView, party: int) -> dict[str, object]:
    """The table row of another booking in the same slot."""
    (row,) = await stored(world, Booking, col(Booking.id) == booking.id)
    other = await world.person()
    number = await number_of(world, other.require_person())
    own = {"attendee_id": other.person_id, "attendee_number": number, "code": "000001", "party": party}
    return {**row.model_dump(exclude={"id"}), "id": other.person_id, **own}


async def number_of(world: World, person_id: object) -> int:
    async with transaction(world.database) as session:
        found = await session.execute(text("SELECT number FROM person WHERE id = :id"), {"id": person_id})
        return int(found.scalar_one())


def vacated(booking: BookingView, party: int = 2) -> Vacated:
    return Vacated(booking.id, booking.slot.id, party, late=False)


async def vacate(world: World, *given_back: Vacated) -> None:
    await do(world, places.vacate, given_back, reason=CancelReason.by_person, by=None, now=NOW)


async def test_the_last_place_can_be_taken(world: World, booking: BookingView) -> None:
    await do(world, places.occupy, [await row_like(world, booking, 1)])
    assert await world.counts(booking.slot.id) == (3, 3, 3)


async def test_more_than_there_is_fails_the_transaction(world: World, booking: BookingView) -> None:
    """As if the rules had judged an old count, because somebody forgot the slot's lock."""
    row = await row_like(world, booking, 2)
    with pytest.raises(CountDriftedError):
        await do(world, places.occupy, [row])
    assert await world.counts(booking.slot.id) == (2, 2, 3)
    assert len(await stored(world, Booking)) == 1


async def test_what_was_given_back_already_is_not_given_back_again(
    world: World, booking: BookingView
) -> None:
    await vacate(world, vacated(booking))
    assert await world.counts(booking.slot.id) == (0, 0, 3)
    with pytest.raises(CountDriftedError):
        await vacate(world, vacated(booking))
    assert await world.counts(booking.slot.id) == (0, 0, 3)


async def test_a_count_never_falls_below_nothing(world: World, booking: BookingView) -> None:
    with pytest.raises(CountDriftedError):
        await vacate(world, vacated(booking, party=3))
    (row,) = await stored(world, Booking)
    assert row.status is BookingStatus.confirmed


async def test_moving_into_a_full_slot_fails_and_leaves_both_counts(
    world: World, booking: BookingView
) -> None:
    full = await world.slot(LUNCH, at(2, 11), capacity=1)
    with pytest.raises(CountDriftedError):
        await do(
            world,
            places.shift,
            booking_id=booking.id,
            party=2,
            from_slot=booking.slot.id,
            to_slot=full,
            values={},
        )
    assert await world.counts(booking.slot.id) == (2, 2, 3)
    assert await world.counts(full) == (0, 0, 1)


async def test_what_is_cancelled_is_not_moved(world: World, booking: BookingView) -> None:
    there = await world.slot(LUNCH, at(2, 11))
    await vacate(world, vacated(booking))
    with pytest.raises(CountDriftedError):
        await do(
            world,
            places.shift,
            booking_id=booking.id,
            party=2,
            from_slot=booking.slot.id,
            to_slot=there,
            values={},
        )
    assert await world.counts(there) == (0, 0, 10)


async def test_nothing_to_count_asks_nothing(world: World, booking: BookingView) -> None:
    await do(world, places.occupy, [])
    await vacate(world)
    assert await world.counts(booking.slot.id) == (2, 2, 3)


async def test_several_bookings_of_one_slot_are_given_back_together(world: World) -> None:
    slots = [await world.slot(LUNCH, at(1, hour)) for hour in (11, 13)]
    made = [
        await world.book(person, slots[number % 2], 1 + number % 3)
        for number, person in enumerate(await world.people(5))
    ]
    await vacate(world, *(vacated(one, one.party) for one in made[:4]))
    assert [(await world.counts(slot))[:2] for slot in slots] == [(made[4].party, made[4].party), (0, 0)]


@pytest.mark.parametrize("change", ["taken = 4", "taken = -1", "capacity = 1"])
async def test_behind_everything_stands_the_tables_check(
    world: World, booking: BookingView, change: str
) -> None:
    with pytest.raises(IntegrityError, match="ck_slot_taken_within_capacity"):
        await sql(world, f"UPDATE slot SET {change}")  # noqa: S608  # the test's own words


async def test_a_capacity_below_the_count_waits_for_it(world: World, booking: BookingView) -> None:
    """Booking 8, keep: the capacity stays at the count and follows it down; the version rises."""
    assert await do(world, places.resize, slot_id=booking.slot.id, capacity=1) == 2
    (slot,) = await stored(world, Slot)
    assert (slot.taken, slot.capacity, slot.target_capacity, slot.edited) == (2, 2, 1, True)
    await vacate(world, vacated(booking))
    (slot,) = await stored(world, Slot)
    assert (slot.taken, slot.capacity, slot.target_capacity) == (0, 1, None)
