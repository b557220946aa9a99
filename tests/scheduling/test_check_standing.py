"""`check` finds spoiled arrivals, queues, pauses and ratings."""

from uuid import UUID

import pytest

from models.database import transaction
from models.ids import PersonId
from models.shapes.bookings import BookingView
from models.shapes.standing import RatingOrder
from models.tables import Pause, Rating
from scheduling import door, ratings
from scheduling.actors import Actor
from scheduling.check import check
from tests.scheduling.acting import do, sql, stored
from tests.scheduling.doors import assert_sound, miss
from tests.world import READING, READING_ROOM, World, at, manager_of


async def only_offence(world: World) -> tuple[str, UUID]:
    (offence,) = await do(world, check)
    assert offence.detail
    return offence.check, offence.id


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person()


@pytest.fixture
async def arrived(world: World) -> list[BookingView]:
    """Two people came; the first one rated."""
    slot = await world.slot(READING, at(1, 11))
    manager = manager_of(READING_ROOM)
    found = []
    for someone in await world.people(2):
        booking = await world.book(someone, slot)
        found.append(await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11)))
    rater, given = Actor(PersonId(found[0].attendee.id)), RatingOrder(stars=5)
    await do(world, ratings.rate, actor=rater, booking_id=found[0].id, given=given, now=at(1, 12))
    await assert_sound(world)
    return found


@pytest.fixture
async def pause(world: World, person: Actor) -> Pause:
    """Three readings missed."""
    await miss(world, person, 1, 2, 3)
    await assert_sound(world)
    (pause,) = await stored(world, Pause)
    return pause


async def test_an_arrival_without_its_moment(world: World, arrived: list[BookingView]) -> None:
    await sql(world, "UPDATE booking SET checked_in_at = NULL WHERE id = :id", id=arrived[1].id)
    assert await only_offence(world) == ("who came has a moment of arrival (Booking 10)", arrived[1].id)


async def test_a_number_that_was_not_given(world: World, arrived: list[BookingView]) -> None:
    await sql(world, "UPDATE booking SET queue_number = 3 WHERE id = :id", id=arrived[1].id)
    assert await only_offence(world) == ("queue numbers are given once, in order (Booking 10)", arrived[1].id)


async def test_a_number_given_twice(world: World, arrived: list[BookingView]) -> None:
    await sql(world, "DROP INDEX uq_booking_slot_id_queue_number")
    await sql(world, "UPDATE booking SET queue_number = 1")
    found = await do(world, check)
    assert {(offence.check, offence.id) for offence in found} == {
        ("queue numbers are given once, in order (Booking 10)", booking.id) for booking in arrived
    }


async def test_a_queue_that_is_ahead_of_its_numbers(world: World, arrived: list[BookingView]) -> None:
    await sql(world, "UPDATE slot SET now_serving = 3")
    assert await only_offence(world) == (
        "a queue serves a number that was given (Booking 10)",
        arrived[0].slot.id,
    )


@pytest.mark.parametrize(
    "spoil",
    [
        "UPDATE booking SET category = 'legal' WHERE id::text = (SELECT bookings->>1 FROM pause)",
        "UPDATE pause SET bookings = '[]'",
        "UPDATE pause SET category = 'legal'",
    ],
)
async def test_a_pause_that_does_not_stand_on_its_misses(world: World, pause: Pause, spoil: str) -> None:
    await sql(world, spoil)
    found = [offence for offence in await do(world, check) if "pause" in offence.check]
    assert {(offence.check, offence.id) for offence in found} == {
        ("a pause stands on misses of its person (Booking 5)", pause.id)
    }


async def test_a_miss_that_led_to_two_pauses(world: World, pause: Pause) -> None:
    """Two pauses that stand on the same misses are one too many; one that fell away takes nothing with it."""
    async with transaction(world.database) as session:
        twin = Pause(**pause.model_dump(exclude={"id", "lifted_at"}), lifted_at=at(3, 13))
        session.add(twin)
    await sql(
        world,
        "UPDATE pause SET lifted_by_id = :lifter WHERE id = :id",
        lifter=pause.person_id,
        id=twin.id,
    )
    found = [offence for offence in await do(world, check) if "one pause" in offence.check]
    assert {str(offence.id) for offence in found} == set(pause.bookings)
    await sql(world, "UPDATE pause SET lifted_by_id = NULL")
    assert [offence for offence in await do(world, check) if "one pause" in offence.check] == []


async def test_a_pause_that_nobody_was_told_of(world: World, pause: Pause) -> None:
    await sql(world, "DELETE FROM notice WHERE kind = 'pause_started'")
    assert await only_offence(world) == ("every pause was told (Booking 5)", pause.id)


@pytest.mark.parametrize("spoil", ["person_id = :other", "service_id = :other"])
async def test_a_rating_by_or_of_somebody_else(
    world: World, person: Actor, arrived: list[BookingView], spoil: str
) -> None:
    await sql(world, f"UPDATE rating SET {spoil}", other=person.person_id)  # noqa: S608  # the test's own words
    found, id_ = await only_offence(world)
    (rating,) = await stored(world, Rating)
    assert (found, id_) == ("a rating is of a visit, by one of its people", rating.id)
