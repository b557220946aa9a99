"""Opening rules edited by managers, and extra openings (product: Booking 8): slots to come follow, nobody's place does."""

import asyncio
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import in_transaction
from models.shapes.base import local
from models.shapes.openings import (
    ClosureOrder,
    ExtraOpening,
    RuleOrder,
    RulesChanged,
    ServiceEdit,
    ServiceOrder,
)
from models.shapes.waitlist import WaitlistOrder
from models.tables import OpeningRule, Provider, Slot
from models.vocabulary import Category, SlotStatus
from scheduling import bookings, closures, opening_rules, openings, waitlist
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    StaleVersionError,
)
from scheduling.slots import generate_slots
from tests.scheduling.acting import do, stored
from tests.world import CANTEEN, HILL_HOUSE, LUNCH, NOW, World, at, manager_of

ELEVEN = RuleOrder(rrule="FREQ=DAILY", start_time=time(11), end_time=time(12), capacity=20)
HALF_PAST = ELEVEN.model_copy(update={"start_time": time(11, 30), "end_time": time(12, 30)})


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def add(world: World, manager: Actor, wanted: RuleOrder = ELEVEN) -> RulesChanged:
    return await do(world, opening_rules.add_rule, actor=manager, service_id=LUNCH, wanted=wanted, now=NOW)


async def replace(world: World, manager: Actor, was: RulesChanged, wanted: RuleOrder) -> RulesChanged:
    assert was.rule is not None
    return await do(
        world,
        opening_rules.replace_rule,
        actor=manager,
        rule_id=was.rule.id,
        wanted=wanted,
        seen_version=was.rule.version,
        now=NOW,
    )


async def extra(
    world: World,
    manager: Actor,
    start: datetime,
    end: datetime,
    *,
    capacity: int = 5,
    minutes: int | None = None,
) -> list[UUID]:
    wanted = ExtraOpening(start=start, end=end, capacity=capacity, slot_minutes=minutes)
    made = await do(world, openings.open_extra, actor=manager, service_id=LUNCH, wanted=wanted, now=NOW)
    return [slot.id for slot in made.slots]


async def slot_at(world: World, start: datetime) -> Slot:
    (found,) = await stored(world, Slot, col(Slot.start) == start)
    return found


async def times(world: World) -> set[time]:
    return {
        local(slot.start).time() for slot in await stored(world, Slot, col(Slot.status) == SlotStatus.open)
    }


async def test_a_new_rule_makes_its_slots_at_once(world: World, manager: Actor) -> None:
    """From now to the horizon: today's 11 o'clock is still ahead."""
    changed = await add(world, manager)
    assert (changed.slots_made, changed.slots_changed, changed.slots_withdrawn) == (15, 0, 0)
    assert changed.kept == []
    assert changed.rule is not None
    listed = await do(world, opening_rules.rules_of, actor=manager, service_id=LUNCH)
    assert listed == [changed.rule]
    assert {slot.rule_id for slot in await stored(world, Slot)} == {changed.rule.id}


async def test_slots_follow_a_changed_time(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    changed = await replace(world, manager, made, HALF_PAST)
    assert (changed.slots_made, changed.slots_withdrawn, changed.kept) == (15, 15, [])
    assert await times(world) == {time(11, 30)}


async def test_slots_follow_a_changed_capacity_and_keep_their_ids(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    before = {slot.id for slot in await stored(world, Slot)}
    changed = await replace(world, manager, made, ELEVEN.model_copy(update={"capacity": 30}))
    assert (changed.slots_made, changed.slots_changed, changed.slots_withdrawn) == (0, 15, 0)
    after = await stored(world, Slot)
    assert {slot.id for slot in after} == before
    assert {(slot.capacity, slot.version, slot.edited) for slot in after} == {(30, 2, False)}


async def test_what_somebody_has_a_place_in_is_not_touched_and_is_listed(
    world: World, manager: Actor
) -> None:
    """Booked, waited for, edited by hand: they stay outside the new rule, and no slot is made on top of them."""
    made = await add(world, manager)
    slots = [await slot_at(world, at(day, 11)) for day in (1, 2, 3)]
    people = await world.people(3)
    await world.book(people[0], slots[0].id)
    first = await world.book(people[1], slots[1].id, 6)
    for person in await world.people(3):
        await world.book(person, slots[1].id, 4)
    await world.book(people[0], slots[1].id, 2)
    wanted = WaitlistOrder(slot_id=slots[1].id, party=1)
    await do(world, waitlist.join, actor=people[2], wanted=wanted, now=NOW)
    async with world.database.sessions() as session, session.begin():
        (await session.get_one(Slot, slots[2].id)).edited = True
    changed = await replace(world, manager, made, HALF_PAST)
    assert (changed.slots_made, changed.slots_withdrawn) == (12, 12)
    assert [(kept.slot.id, kept.fits) for kept in changed.kept] == [(slot.id, False) for slot in slots]
    for slot in slots:
        (now,) = await stored(world, Slot, col(Slot.id) == slot.id)
        assert (now.start, now.capacity, now.status, now.version) == (
            slot.start,
            slot.capacity,
            SlotStatus.open,
            1,
        )
    assert (await do(world, bookings.show, actor=people[1], booking_id=first.id)).status == "confirmed"
    assert await do(world, check, now=NOW) == []


async def test_another_capacity_does_not_reach_what_is_booked(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    booked = await slot_at(world, at(1, 11))
    await world.book(await world.person(), booked.id)
    changed = await replace(world, manager, made, ELEVEN.model_copy(update={"capacity": 1}))
    assert changed.slots_changed == 14
    assert [(kept.slot.id, kept.slot.capacity, kept.fits) for kept in changed.kept] == [(booked.id, 20, True)]


async def test_a_slot_of_which_somebody_had_a_place_is_closed_and_comes_back(
    world: World, manager: Actor
) -> None:
    """A cancelled booking is history: its slot stays, closed. The rule come back, it opens again."""
    made = await add(world, manager)
    slot = await slot_at(world, at(1, 11))
    person = await world.person()
    booking = await world.book(person, slot.id)
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=NOW)
    changed = await replace(world, manager, made, HALF_PAST)
    assert (await slot_at(world, at(1, 11))).status is SlotStatus.closed
    back = await replace(world, manager, changed, ELEVEN)
    assert (back.slots_made, back.slots_changed) == (14, 1)
    assert (await slot_at(world, at(1, 11))).status is SlotStatus.open
    assert await do(world, check, now=NOW) == []


async def test_a_deleted_rule_takes_its_slots_with_it(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    booked = await slot_at(world, at(1, 11))
    await world.book(await world.person(), booked.id)
    assert made.rule is not None
    changed = await do(
        world,
        opening_rules.delete_rule,
        actor=manager,
        rule_id=made.rule.id,
        seen_version=made.rule.version,
        now=NOW,
    )
    assert (changed.rule, changed.slots_withdrawn) == (None, 14)
    assert [kept.slot.id for kept in changed.kept] == [booked.id]
    assert [slot.id for slot in await stored(world, Slot)] == [booked.id]


async def test_a_rule_edit_keeps_what_a_closure_closed(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    wanted = ClosureOrder(start=at(1, 0), end=at(2, 0))
    closure = await do(world, closures.close, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)
    await replace(world, manager, made, HALF_PAST)
    assert await stored(world, Slot, col(Slot.start) == at(1, 11, 30)) == []
    lifted = await do(world, closures.lift, actor=manager, closure_id=closure.id, now=NOW)
    assert (lifted.slots_reopened, lifted.slots_made) == (0, 1)
    assert await do(world, check, now=NOW) == []


async def test_rules_that_cannot_be_are_refused(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    for wrong in (
        HALF_PAST,
        ELEVEN.model_copy(update={"rrule": "FREQ=WEEKLY;BYDAY=TU", "start_time": time(9)}),
    ):
        with pytest.raises(ActionRefusedError) as refused:
            await add(world, manager, wrong)
        assert [reason.code for reason in refused.value.reasons] == ["rule-overlaps"]
    for wrong in (
        ELEVEN.model_copy(update={"rrule": "FREQ=HOURLY"}),
        ELEVEN.model_copy(update={"end_time": time(10)}),
        ELEVEN.model_copy(update={"slot_minutes": 50}),
    ):
        with pytest.raises(InvalidInputError):
            await add(world, manager, wrong)
    assert made.rule is not None
    with pytest.raises(StaleVersionError):
        await do(
            world,
            opening_rules.delete_rule,
            actor=manager,
            rule_id=made.rule.id,
            seen_version="another",
            now=NOW,
        )
    assert len(await stored(world, OpeningRule)) == 1


async def test_extra_openings_are_slots_by_hand(world: World, manager: Actor) -> None:
    """No rule changes or takes them back."""
    made = await extra(world, manager, at(1, 17), at(1, 18), minutes=20)
    slots = [(await stored(world, Slot, col(Slot.id) == id_))[0] for id_ in made]
    assert [(slot.start, slot.end, slot.capacity, slot.edited, slot.rule_id) for slot in slots] == [
        (at(1, 17, n), at(1, 17, n) + timedelta(minutes=20), 5, True, None) for n in (0, 20, 40)
    ]
    rule = await add(world, manager)
    changed = await replace(world, manager, rule, HALF_PAST)
    assert changed.kept == []
    assert len(await stored(world, Slot, col(Slot.edited).is_(True))) == 3
    await world.book(await world.person(), made[0])


async def test_an_extra_opening_says_everything_that_is_in_its_way(world: World, manager: Actor) -> None:
    there = await world.slot(LUNCH, at(1, 11))
    wanted = ClosureOrder(start=at(1, 12), end=at(1, 13))
    await do(world, closures.close, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)
    with pytest.raises(ActionRefusedError) as refused:
        await extra(world, manager, at(1, 11, 30), at(1, 12, 30))
    assert [reason.code for reason in refused.value.reasons] == ["in-closure", "overlaps-slot"]
    assert refused.value.reasons[1].data["slot_id"] == str(there)
    with pytest.raises(ActionRefusedError) as refused:
        await extra(world, manager, at(0, 8), at(0, 8, 30))
    assert [reason.code for reason in refused.value.reasons] == ["slot-started"]
    for end, minutes in ((at(3, 17), None), (at(1, 17, 50), 20)):
        with pytest.raises(InvalidInputError):
            await extra(world, manager, at(1, 17), end, minutes=minutes)
    await extra(world, manager, at(1, 10), at(1, 11))


async def test_no_rule_opens_on_top_of_an_extra_opening(world: World, manager: Actor) -> None:
    await extra(world, manager, at(1, 10, 30), at(1, 11, 30))
    assert (await add(world, manager)).slots_made == 14


async def test_rules_and_the_clock_at_once(world: World, manager: Actor) -> None:
    """While a rule is changed the clock makes slots: none of the old rule are left over."""
    made = await add(world, manager)
    assert made.rule is not None
    rule, later = made.rule, NOW + timedelta(days=2)

    async def change(session: AsyncSession) -> object:
        return await opening_rules.replace_rule(
            session,
            actor=manager,
            rule_id=rule.id,
            wanted=HALF_PAST,
            seen_version=rule.version,
            now=later,
        )

    async def tick(session: AsyncSession) -> object:
        return await generate_slots(session, service_ids=[LUNCH], now=later)

    await asyncio.gather(*(in_transaction(world.database, work) for work in (tick, change, tick)))
    ahead = await stored(world, Slot, col(Slot.start) > later, col(Slot.status) == SlotStatus.open)
    assert {local(slot.start).time() for slot in ahead} == {time(11, 30)}


async def test_services_are_added_and_renamed(world: World, manager: Actor) -> None:
    (provider,) = await stored(world, Provider)
    wanted = ServiceOrder(category=Category.fitness, name="太极", provider_id=provider.id)
    made = await do(world, openings.add_service, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)
    assert (made.name, made.point_id, made.category) == ("太极", CANTEEN, Category.fitness)
    edit = ServiceEdit(description="早晨")
    edited = await do(world, openings.edit_service, actor=manager, service_id=made.id, edit=edit, now=NOW)
    assert (edited.name, edited.description) == ("太极", "早晨")


async def test_only_those_who_manage_the_point(world: World, manager: Actor) -> None:
    made = await add(world, manager)
    for actor in (await world.person(), manager_of(HILL_HOUSE)):
        with pytest.raises(ForbiddenError):
            await add(world, actor, HALF_PAST)
        with pytest.raises(ForbiddenError):
            await replace(world, actor, made, HALF_PAST)
        with pytest.raises(ForbiddenError):
            await extra(world, actor, at(1, 17), at(1, 18))
        with pytest.raises(ForbiddenError):
            await do(world, opening_rules.rules_of, actor=actor, service_id=LUNCH)
    with pytest.raises(NotFoundError):
        await do(world, opening_rules.rules_of, actor=manager, service_id=CANTEEN)
