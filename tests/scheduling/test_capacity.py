"""Managers keep capacity true (product: Booking 8)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from models.ids import new_id
from models.shapes.bookings import SlotEdit, SlotView
from models.tables import AuditEntry, Slot
from models.vocabulary import Affected
from scheduling import bookings, capacity
from scheduling.actors import SYSTEM, Actor
from scheduling.errors import (
    ActionRefusedError,
    BookingRefusedError,
    CapacityBelowTakenError,
    ForbiddenError,
    NotFoundError,
    StaleVersionError,
)
from tests.scheduling.acting import do, stored
from tests.world import CANTEEN, HILL_HOUSE, NOW, World, at, manager_of

KEEP = Affected.keep


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def edit(
    world: World,
    actor: Actor,
    slot_id: UUID,
    to: int,
    *,
    seen: int = 1,
    affected: Affected | None = None,
    now: datetime = NOW,
) -> tuple[SlotView, int]:
    return await do(
        world,
        capacity.edit_slot,
        actor=actor,
        slot_id=slot_id,
        edit=SlotEdit(capacity=to, affected=affected),
        seen_version=seen,
        now=now,
    )


async def the_slot(world: World) -> Slot:
    (slot,) = await stored(world, Slot)
    return slot


async def test_a_capacity_is_changed_and_its_version_rises(world: World, manager: Actor) -> None:
    slot_id = await world.slot(capacity=10)
    view, version = await edit(world, manager, slot_id, 15)
    assert (view.capacity, view.free, version) == (15, 15, 2)
    view, version = await edit(world, manager, slot_id, 0, seen=2)
    assert (view.capacity, view.free, version) == (0, 0, 3)
    slot = await the_slot(world)
    assert (slot.edited, slot.target_capacity) == (True, None)
    assert await do(world, capacity.slot_with_version, slot_id=slot_id) == (view, 3)


async def test_a_stale_version_changes_nothing(world: World, manager: Actor) -> None:
    slot_id = await world.slot(capacity=10)
    await edit(world, manager, slot_id, 12)
    with pytest.raises(StaleVersionError) as refused:
        await edit(world, manager, slot_id, 99, seen=1)
    assert refused.value.data == {"version": 2}
    assert (await the_slot(world)).capacity == 12


async def test_bookings_do_not_change_the_version(world: World, manager: Actor) -> None:
    """A manager who saw the slot before somebody booked may still change it: the count is judged as it is now."""
    slot_id = await world.slot(capacity=10)
    await world.book(await world.person(), slot_id, 3)
    view, _ = await edit(world, manager, slot_id, 5, seen=1)
    assert (view.capacity, view.taken, view.free) == (5, 3, 2)


async def test_below_what_is_taken_it_is_asked_what_becomes_of_the_last_in(
    world: World, manager: Actor
) -> None:
    """Booking 8: shows who is affected and asks; nothing is changed until somebody says."""
    slot_id = await world.slot(capacity=10)
    made = [
        await world.book(await world.person(f"居民{n}"), slot_id, 2, now=NOW + n * timedelta(minutes=1))
        for n in range(4)
    ]
    with pytest.raises(CapacityBelowTakenError) as refused:
        await edit(world, manager, slot_id, 5)
    assert refused.value.data == {"taken": 8}
    assert [one.id for one in refused.value.affected] == [made[3].id, made[2].id]
    assert [one.attendee.name for one in refused.value.affected] == ["居民3", "居民2"]
    assert await world.counts(slot_id) == (8, 8, 10)
    foreseen = await do(world, capacity.impact, actor=manager, slot_id=slot_id, capacity=5)
    assert (foreseen.taken, foreseen.capacity) == (8, 5)
    assert foreseen.affected == list(refused.value.affected)
    assert (await do(world, capacity.impact, actor=manager, slot_id=slot_id, capacity=8)).affected == []


async def test_keep_lets_everybody_stay_and_follows_the_count_down(world: World, manager: Actor) -> None:
    """Booking 8: keep all, no new bookings; places given back are not given out again above the capacity wanted."""
    slot_id = await world.slot(capacity=10)
    people = await world.people(4)
    made = [await world.book(person, slot_id, 2) for person in people]
    view, _ = await edit(world, manager, slot_id, 5, affected=KEEP)
    assert (view.taken, view.capacity, view.free) == (8, 8, 0)
    with pytest.raises(BookingRefusedError):
        await world.book(await world.person(), slot_id)
    for gone, expected in enumerate([(6, 6, 0), (4, 5, 1), (2, 5, 3)]):
        await do(world, bookings.cancel, actor=people[gone], booking_id=made[gone].id, now=NOW)
        slot = await the_slot(world)
        assert (slot.taken, slot.capacity, slot.capacity - slot.taken) == expected
    assert (await the_slot(world)).target_capacity is None
    await world.book(people[0], slot_id, 3)
    with pytest.raises(BookingRefusedError):
        await world.book(people[1], slot_id)


async def test_a_higher_capacity_forgets_that_it_was_to_fall(world: World, manager: Actor) -> None:
    slot_id = await world.slot(capacity=10)
    await world.book(await world.person(), slot_id, 6)
    await edit(world, manager, slot_id, 2, affected=KEEP)
    assert (await the_slot(world)).target_capacity == 2
    await edit(world, manager, slot_id, 20, seen=2)
    slot = await the_slot(world)
    assert (slot.capacity, slot.target_capacity) == (20, None)


async def test_what_is_over_cannot_be_changed(world: World, manager: Actor) -> None:
    slot_id = await world.slot(start=at(1, 11))
    await edit(world, manager, slot_id, 5, now=at(1, 11, 59))
    with pytest.raises(ActionRefusedError) as refused:
        await edit(world, manager, slot_id, 6, seen=2, now=at(1, 12))
    assert [reason.code for reason in refused.value.reasons] == ["slot-over"]


async def test_only_those_who_manage_the_point(world: World) -> None:
    """Slots are public, so outsiders are told that they may not; what does not exist is not found."""
    slot_id = await world.slot()
    for actor in (await world.person(), manager_of(HILL_HOUSE), Actor(service=True), SYSTEM):
        with pytest.raises(ForbiddenError):
            await edit(world, actor, slot_id, 5)
        with pytest.raises(ForbiddenError):
            await do(world, capacity.impact, actor=actor, slot_id=slot_id, capacity=5)
    for actor in (manager_of(CANTEEN), await world.person()):
        with pytest.raises(NotFoundError):
            await edit(world, actor, new_id(), 5)
        with pytest.raises(NotFoundError):
            await do(world, capacity.impact, actor=actor, slot_id=new_id(), capacity=5)
    with pytest.raises(NotFoundError):
        await do(world, capacity.slot_with_version, slot_id=new_id())
    assert await stored(world, AuditEntry) == []
