"""`check` finds the offender of every invariant when a row was spoiled by hand, and nothing else."""

from uuid import UUID

import pytest
from sqlmodel import col

from models.shapes.bookings import BookingView, SlotEdit
from models.shapes.openings import ClosureOrder
from models.shapes.waitlist import WaitlistOrder
from models.tables import Booking
from models.vocabulary import Affected, SlotStatus
from scheduling import bookings, capacity, closures, waitlist
from scheduling.actors import Actor
from scheduling.check import Offence, check
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, HILL_LUNCH, LUNCH, NOW, READING, World, at, manager_of


async def offences(world: World) -> list[Offence]:
    return await do(world, check)


async def only_offence(world: World) -> tuple[str, UUID]:
    (offence,) = await offences(world)
    assert offence.detail
    return offence.check, offence.id


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person()


@pytest.fixture
async def booking(world: World, person: Actor) -> BookingView:
    """Two of ten places tomorrow at 11."""
    return await world.book(person, await world.slot(LUNCH, at(1, 11)), 2)


@pytest.fixture
async def cancelled(world: World, person: Actor, booking: BookingView) -> BookingView:
    return await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=NOW)


async def test_a_sound_world_has_no_offenders(world: World, person: Actor, booking: BookingView) -> None:
    """After booking, moving, cancelling, and a capacity that waits for its count to fall."""
    others = await world.people(3)
    for other in others:
        await world.book(other, booking.slot.id, 2)
    there = await world.slot(HILL_LUNCH, at(2, 11))
    second = await world.book(person, await world.slot(READING, at(1, 14)))
    await do(world, bookings.move, actor=person, booking_id=booking.id, slot_id=there, now=NOW)
    await do(world, bookings.cancel, actor=person, booking_id=second.id, now=NOW)
    await do(
        world,
        capacity.edit_slot,
        actor=manager_of(CANTEEN, person.person_id),
        slot_id=booking.slot.id,
        edit=SlotEdit(capacity=1, affected=Affected.keep),
        seen_version=1,
        now=NOW,
    )
    assert await offences(world) == []


async def test_a_count_that_is_not_what_its_bookings_add_up_to(world: World, booking: BookingView) -> None:
    await sql(world, "UPDATE slot SET taken = 3")
    found, id_ = await only_offence(world)
    assert found.startswith("a slot's count is what its bookings")
    assert id_ == booking.slot.id


async def test_an_overbooked_slot(world: World, booking: BookingView) -> None:
    await sql(world, "ALTER TABLE slot DROP CONSTRAINT ck_slot_taken_within_capacity")
    await sql(world, "UPDATE slot SET capacity = 1")
    assert await only_offence(world) == ("a slot is never overbooked (Booking 1)", booking.slot.id)


@pytest.mark.parametrize("target", [10, 5])
async def test_a_target_that_is_not_waited_for(world: World, booking: BookingView, target: int) -> None:
    await sql(world, "UPDATE slot SET target_capacity = :target", target=target)
    found, id_ = await only_offence(world)
    assert found == "a capacity that was to fall has a target below it (Booking 8)"
    assert id_ == booking.slot.id


async def test_somebody_in_two_places_at_once(world: World, person: Actor, booking: BookingView) -> None:
    other = await world.book(person, await world.slot(READING, at(1, 14)))
    await sql(world, "ALTER TABLE booking DROP CONSTRAINT ex_booking_attendee_time")
    for table, column in (("booking", "id"), ("slot", "id")):
        id_ = other.id if table == "booking" else other.slot.id
        statement = f'UPDATE {table} SET start = :start, "end" = :end WHERE {column} = :id'  # noqa: S608
        await sql(world, statement, start=at(1, 11, 30), end=at(1, 12, 30), id=id_)
    assert await only_offence(world) == ("nobody is in two places at once (Booking 4)", booking.id)


@pytest.mark.parametrize(
    "change",
    [
        "start = start + interval '1 minute'",
        '"end" = "end" + interval \'1 minute\'',
        "day = day + 1",
        "category = 'culture'",
        "service_id = gen_random_uuid()",
        "point_id = gen_random_uuid()",
    ],
)
async def test_a_booking_that_differs_from_its_slot(world: World, booking: BookingView, change: str) -> None:
    await sql(world, f"UPDATE booking SET {change}")  # noqa: S608  # the test's own words
    assert await only_offence(world) == ("a booking repeats its slot's place and time", booking.id)


async def test_a_booking_with_another_number_than_its_attendees(world: World, booking: BookingView) -> None:
    await sql(world, "UPDATE booking SET attendee_number = attendee_number + 1")
    assert await only_offence(world) == ("a booking carries its attendee's number", booking.id)


async def test_a_cancelled_booking_that_does_not_say_when(world: World, cancelled: BookingView) -> None:
    await sql(world, "UPDATE booking SET cancelled_at = NULL")
    assert await only_offence(world) == ("a cancelled booking says when", cancelled.id)


async def test_a_reminder_still_owed_about_a_cancelled_booking(world: World, cancelled: BookingView) -> None:
    await sql(world, "UPDATE notice SET status = 'pending' WHERE kind = 'booking_reminder_soon'")
    found, _ = await only_offence(world)
    assert found == "nothing is owed about a booking that is cancelled (Messages 1)"


async def test_a_booking_that_is_not_in_the_audit(world: World, booking: BookingView) -> None:
    await sql(world, "DELETE FROM audit_entry")
    assert await only_offence(world) == ("every booking has its audit row", booking.id)


async def test_a_place_in_a_closed_slot(world: World, booking: BookingView) -> None:
    await sql(world, "UPDATE slot SET status = 'closed' WHERE id = :id", id=booking.slot.id)
    assert await only_offence(world) == (
        "nobody has a place in a slot that is closed (Booking 8)",
        booking.id,
    )


async def test_a_turn_for_a_closed_slot(world: World, person: Actor) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=1)
    await world.book(person, slot)
    wanted = WaitlistOrder(slot_id=slot)
    waiting = await do(world, waitlist.join, actor=await world.person(), wanted=wanted, now=NOW)
    await do(world, bookings.cancel, actor=person, booking_id=(await bookings_of(world, slot))[0], now=NOW)
    await sql(world, "UPDATE slot SET status = 'closed' WHERE id = :id", id=slot)
    assert await only_offence(world) == ("nobody waits for a slot that is closed (Booking 8)", waiting.id)


async def bookings_of(world: World, slot_id: UUID) -> list[UUID]:
    return [booking.id for booking in await stored(world, Booking, col(Booking.slot_id) == slot_id)]


async def close(world: World) -> UUID:
    wanted = ClosureOrder(start=at(1, 0), end=at(2, 0))
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    made = await do(world, closures.close, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)
    return made.id


async def test_a_slot_that_is_open_in_a_closure(world: World) -> None:
    await close(world)
    slot = await world.slot(LUNCH, at(1, 11))
    assert await only_offence(world) == ("no slot is open inside a closure (Booking 8)", slot)


async def test_a_slot_closed_by_a_closure_elsewhere(world: World) -> None:
    closure = await close(world)
    slot = await world.slot(LUNCH, at(3, 11), status=SlotStatus.closed, closure_id=closure)
    assert await only_offence(world) == ("a slot that a closure closed lies in it (Booking 8)", slot)


async def test_a_loss_that_was_not_told(world: World, booking: BookingView) -> None:
    await close(world)
    assert await offences(world) == []
    await sql(world, "DELETE FROM notice WHERE kind = 'booking_cancelled_by_point'")
    assert await only_offence(world) == ("whoever lost a place to the point was told (Booking 8)", booking.id)
