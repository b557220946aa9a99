"""The kitchen's list of a meal: totals in portions, and a label for each party."""

from typing import Any
from uuid import UUID

import pytest

from models.database import transaction
from models.ids import new_id
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.door import ChoiceName, Dish, KitchenList, WalkIn
from scheduling import bookings, kitchen, walk_ins
from scheduling.actors import Actor
from scheduling.errors import BookingRefusedError, ForbiddenError, NotFoundError
from tests.scheduling.acting import do
from tests.scheduling.doors import set_policy
from tests.world import CANTEEN, HILL_HOUSE, LUNCH, NOW, READING, READING_ROOM, World, at, manager_of


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def order(
    world: World, person: Actor, slot: UUID, party: int = 1, note: str = "", **answers: Any
) -> BookingView:
    async with transaction(world.database) as session:
        wanted = BookingOrder(slot_id=slot, party=party, note=note, answers=answers)
        return await bookings.book(session, actor=person, wanted=wanted, now=NOW)


async def listed(world: World, actor: Actor, slot: UUID) -> KitchenList:
    return await do(world, kitchen.kitchen_list, actor=actor, slot_id=slot)


async def test_portions_by_serving_and_by_diet(world: World, manager: Actor) -> None:
    slot = await world.slot(LUNCH, at(0, 10), capacity=50)
    one, two, three, gone = await world.people(4)
    await order(world, one, slot, 2)
    await order(world, two, slot, 3, serving="deliver", diet=["soft", "low_salt"])
    await order(world, three, slot, 1, serving="deliver", diet=["soft"])
    cancelled = await order(world, gone, slot, 6, serving="collect")
    await do(world, bookings.cancel, actor=gone, booking_id=cancelled.id, now=NOW)
    walk_in = WalkIn(name="路过的人")
    await do(world, walk_ins.take, actor=manager, slot_id=slot, walk_in=walk_in, now=at(0, 10))

    meal = await listed(world, manager, slot)

    assert (meal.slot_id, meal.service.name, meal.point.name, meal.portions) == (
        slot,
        "长者午餐",
        "幸福食堂",
        7,
    )
    assert {line.key: line.portions for line in meal.by_serving} == {"eat_in": 3, "collect": 0, "deliver": 4}
    assert {line.key: line.portions for line in meal.by_diet} == {
        "soft": 4,
        "low_salt": 3,
        "no_sugar": 0,
        "halal": 0,
        "vegetarian": 0,
    }
    assert meal.by_serving[2].name == ChoiceName(zh="送餐上门", en="Deliver")
    assert meal.dishes == [
        Dish(serving="deliver", diet=["low_salt", "soft"], portions=3),
        Dish(serving="deliver", diet=["soft"], portions=1),
        Dish(serving="eat_in", diet=[], portions=3),
    ]
    assert sum(line.portions for line in meal.by_serving) == meal.portions
    assert sum(dish.portions for dish in meal.dishes) == meal.portions
    assert sum(label.party for label in meal.labels) == meal.portions


async def test_a_label_has_what_the_one_who_packs_and_brings_it_needs(world: World, manager: Actor) -> None:
    """People 1: phone numbers are whole only for those who must call: where a meal is delivered."""
    slot = await world.slot(LUNCH)
    daughter, mother = await world.person("女儿", phone="13900000001"), await world.person("妈妈")
    await world.link(daughter, mother)
    eats_here = await world.person("李大爷", phone="13800000002")
    async with transaction(world.database) as session:
        wanted = BookingOrder(
            slot_id=slot,
            party=2,
            attendee_id=mother.person_id,
            note="三栋402",
            answers={"serving": "deliver", "diet": ["soft"]},
        )
        brought = await bookings.book(session, actor=daughter, wanted=wanted, now=NOW)
    await order(world, eats_here, slot)
    labels = {label.name: label for label in (await listed(world, manager, slot)).labels}
    assert list(labels) == sorted(labels)
    label = labels["妈妈"]
    assert (label.booking_id, label.code, label.party) == (brought.id, brought.code, 2)
    assert (label.serving, label.diet, label.note, label.phone) == (
        "deliver",
        ["soft"],
        "三栋402",
        "13900000001",
    )
    assert (labels["李大爷"].serving, labels["李大爷"].phone) == ("eat_in", None)


async def test_what_was_answered_before_the_choices_changed_is_cooked_too(
    world: World, manager: Actor
) -> None:
    slot = await world.slot(LUNCH)
    await order(world, await world.person(), slot, 2, serving="collect")
    serving = {
        "key": "serving",
        "zh": "怎么用餐",
        "en": "How",
        "kind": "choice",
        "choices": [{"key": "eat_in", "zh": "堂食", "en": "Eat in"}],
    }
    await set_policy(world, LUNCH, questions=[serving])
    meal = await listed(world, manager, slot)
    assert [(line.key, line.name.zh, line.portions) for line in meal.by_serving] == [
        ("eat_in", "堂食", 0),
        ("collect", "collect", 2),
    ]


async def test_a_service_that_asks_nothing_has_a_list_of_parties(world: World) -> None:
    slot = await world.slot(READING)
    await world.book(await world.person(), slot, 3)
    meal = await listed(world, manager_of(READING_ROOM), slot)
    assert (meal.portions, meal.by_serving, meal.by_diet) == (3, [], [])
    assert meal.dishes == [Dish(serving=None, diet=[], portions=3)]


async def test_the_list_is_for_the_points_people(world: World) -> None:
    slot = await world.slot(LUNCH)
    for actor in (await world.person(), manager_of(HILL_HOUSE)):
        with pytest.raises(ForbiddenError):
            await listed(world, actor, slot)
    with pytest.raises(NotFoundError):
        await listed(world, manager_of(CANTEEN), new_id())


async def test_the_kitchens_cut_off_closes_booking(world: World) -> None:
    """Booking 3: meals close at the kitchen's cut-off, here six in the evening before."""
    await set_policy(world, LUNCH, kitchen_cutoff_hour=18, kitchen_cutoff_days_before=1)
    slot = await world.slot(LUNCH, at(1, 11))
    one, two = await world.people(2)
    await world.book(one, slot, now=at(0, 18))
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(two, slot, now=at(0, 18, 1))
    (reason,) = refused.value.reasons
    assert (reason.code, reason.data["closed_at"]) == ("booking-closed", "2026-11-23T18:00:00+08:00")
