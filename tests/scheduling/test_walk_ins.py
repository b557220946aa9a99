"""Walk-ins and bookings are one count (product: Booking 10), and the queue is one."""

import pytest
from pydantic import ValidationError
from sqlmodel import col

from models.ids import new_id
from models.shapes.bookings import BookingView
from models.shapes.door import WalkIn
from models.tables import AuditEntry, Booking, Notice, Person
from models.vocabulary import BookingSource, BookingStatus, SlotStatus
from scheduling import door, jobs, no_shows, queue, walk_ins
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, BookingRefusedError, ForbiddenError, NotFoundError
from tests.scheduling.acting import do, stored
from tests.scheduling.doors import MINUTE, assert_sound, miss, set_policy
from tests.world import HAIRCUT, LUNCH, READING, READING_ROOM, World, at, manager_of


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(READING_ROOM, (await world.person("站长")).person_id)


async def take(
    world: World, actor: Actor, slot: object, now: object = at(1, 11), **said: object
) -> BookingView:
    walk_in = WalkIn.model_validate({"name": "路过的人", **said} if "person_id" not in said else said)
    return await do(world, walk_ins.take, actor=actor, slot_id=slot, walk_in=walk_in, now=now)  # type: ignore[arg-type]  # the tests' short way


def codes_of(error: pytest.ExceptionInfo[BookingRefusedError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_somebody_unknown_is_registered_by_name_and_let_in(world: World, manager: Actor) -> None:
    """Booking 10: one count. They are checked in at once, with a number; nobody is reminded of it."""
    slot = await world.slot(READING, at(1, 11), capacity=3)
    came = await take(world, manager, slot, name=" 路过的人 ", phone="13800000003", party=2)
    assert (came.status, came.party, came.queue_number) == (BookingStatus.attended, 2, 1)
    assert (came.attendee.name, came.booked_by.id) == ("路过的人", manager.person_id)
    assert came.checked_in_at == at(1, 11)
    assert await world.counts(slot) == (2, 2, 3)
    (row,) = await stored(world, Booking)
    assert row.source is BookingSource.walk_in
    (person,) = await stored(world, Person, col(Person.id) == came.attendee.id)
    assert (person.phone, person.birth_date) == ("13800000003", None)
    deeds = await stored(world, AuditEntry, col(AuditEntry.actor_id) == manager.person_id)
    assert {deed.action for deed in deeds} == {"person.registered", "booking.made", "booking.checked_in"}
    assert await stored(world, Notice) == []
    await assert_sound(world)


async def test_a_walk_in_when_it_is_full_is_refused_and_nobody_is_registered(
    world: World, manager: Actor
) -> None:
    """Booking 1 and 10: never overbooked by walk-ins; every reason at once."""
    slot = await world.slot(READING, at(1, 11), capacity=2)
    await world.book(await world.person(), slot)
    people = len(await stored(world, Person))
    with pytest.raises(BookingRefusedError) as refused:
        await take(world, manager, slot, party=7)
    assert codes_of(refused) == ["party-too-large", "not-enough-places"]
    assert len(await stored(world, Person)) == people
    assert await world.counts(slot) == (1, 1, 2)


async def test_released_places_are_for_those_at_the_door(world: World, manager: Actor) -> None:
    await set_policy(world, READING, release_after_minutes=10)
    slot = await world.slot(READING, at(1, 11), capacity=1)
    await world.book(await world.person(), slot)
    with pytest.raises(BookingRefusedError):
        await take(world, manager, slot, at(1, 11, 10))
    await jobs.release_unclaimed(world.database, at(1, 11, 10))
    assert (await take(world, manager, slot, at(1, 11, 10))).queue_number == 1
    await assert_sound(world)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (at(1, 9, 59), "too-early-to-check-in"),
        (at(1, 10), None),
        (at(1, 12) - MINUTE, None),
        (at(1, 12), "slot-over"),
    ],
)
async def test_people_walk_in_as_long_as_the_door_is_open(
    world: World, manager: Actor, now: object, refusal: str | None
) -> None:
    slot = await world.slot(READING, at(1, 11))
    if refusal is None:
        assert (await take(world, manager, slot, now)).status is BookingStatus.attended
        return
    with pytest.raises(BookingRefusedError) as refused:
        await take(world, manager, slot, now)
    assert codes_of(refused) == [refusal]
    assert await world.counts(slot) == (0, 0, 10)


async def test_too_early_does_not_hide_the_other_reasons(world: World, manager: Actor) -> None:
    slot = await world.slot(READING, at(1, 11), capacity=0, status=SlotStatus.closed)
    with pytest.raises(BookingRefusedError) as refused:
        await take(world, manager, slot, at(1, 8))
    assert codes_of(refused) == ["too-early-to-check-in", "slot-closed", "not-enough-places"]


async def test_a_pause_is_for_booking_ahead_only(world: World, manager: Actor) -> None:
    """Booking 5: three no-shows pause advance booking; at the door one is welcome."""
    person = await world.person()
    await miss(world, person, 1, 2, 3)
    slot = await world.slot(READING, at(4, 11))
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(person, slot, now=at(4, 9))
    assert codes_of(refused) == ["paused"]
    came = await take(world, manager, slot, at(4, 11), person_id=person.person_id)
    assert came.status is BookingStatus.attended


async def test_who_booked_already_is_checked_in_and_not_let_in_twice(world: World, manager: Actor) -> None:
    """Booking 4."""
    person = await world.person()
    slot = await world.slot(READING, at(1, 11))
    booking = await world.book(person, slot)
    with pytest.raises(BookingRefusedError) as refused:
        await take(world, manager, slot, person_id=person.person_id)
    clash = refused.value.reasons[0].data["clash"]
    assert isinstance(clash, dict)
    assert (clash["booking_id"], clash["same_slot"]) == (str(booking.id), True)


async def test_only_the_points_people_let_in(world: World, manager: Actor) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    for actor in (manager, await world.person()):
        with pytest.raises(ForbiddenError):
            await take(world, actor, slot)
    with pytest.raises(NotFoundError):
        await take(world, manager, new_id())
    here = await world.slot(READING, at(1, 11))
    with pytest.raises(NotFoundError):
        await take(world, manager, here, person_id=new_id())


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"name": " "},
        {"name": "甲", "person_id": str(new_id())},
        {"name": "甲", "party": 0},
        {"person_id": str(new_id()), "phone": "13800000000"},
        {"name": "甲", "phone": "call me"},
    ],
)
def test_a_walk_in_is_one_person_by_id_or_by_name(said: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WalkIn.model_validate(said)


async def test_walk_ins_and_booked_stand_in_one_queue(world: World, manager: Actor) -> None:
    """Booking 10: numbers by arrival; the point calls one after another, and all may see how far it is."""
    slot = await world.slot(READING, at(1, 11))
    booked = await world.book(await world.person(), slot)
    first = await take(world, manager, slot, name="甲")
    second = await do(world, door.check_in, actor=manager, booking_id=booked.id, now=at(1, 11, 1))
    third = await take(world, manager, slot, at(1, 11, 2), name="乙")
    assert [first.queue_number, second.queue_number, third.queue_number] == [1, 2, 3]
    seen = await do(world, queue.queue, slot_id=slot)
    assert (seen.now_serving, seen.last_number, seen.waiting) == (0, 3, 3)
    called = await do(world, queue.serve_next, actor=manager, slot_id=slot, now=at(1, 11, 5))
    assert (called.now_serving, called.waiting) == (1, 2)
    await do(world, no_shows.no_show, actor=manager, booking_id=booked.id, now=at(1, 11, 6))
    called = await do(world, queue.serve_next, actor=manager, slot_id=slot, now=at(1, 11, 6))
    assert (called.now_serving, called.waiting) == (3, 0), "who left is not called"
    with pytest.raises(ActionRefusedError) as refused:
        await do(world, queue.serve_next, actor=manager, slot_id=slot, now=at(1, 11, 7))
    assert [reason.code for reason in refused.value.reasons] == ["nobody-waiting"]
    assert set(seen.model_dump()) == {"slot_id", "now_serving", "last_number", "waiting"}, "no names"
    await assert_sound(world)


async def test_the_queue_is_called_by_the_points_people(world: World, manager: Actor) -> None:
    slot = await world.slot(HAIRCUT, at(1, 11))
    with pytest.raises(ForbiddenError):
        await do(world, queue.serve_next, actor=manager, slot_id=slot, now=at(1, 11))
    with pytest.raises(NotFoundError):
        await do(world, queue.queue, slot_id=new_id())
