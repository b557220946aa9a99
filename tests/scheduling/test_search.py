"""Finding slots: by category, division, distance, time and party; page after page; nearest first."""

from datetime import datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import orjson
import pytest

from models.database import transaction
from models.shapes.base import Coordinates
from models.shapes.bookings import SlotView
from models.tables import PolicyOverride
from models.vocabulary import Category, ScopeKind, SlotStatus
from scheduling.queries.slot_search import Cursor, SlotSearch, search_slots
from tests.scheduling.acting import do
from tests.world import (
    CANTEEN,
    DISTRICT,
    HAIRCUT,
    HILL_HOUSE,
    HILL_LUNCH,
    HILLS,
    LUNCH,
    NOW,
    READING,
    READING_ROOM,
    TOWN,
    World,
    at,
)

NEAR_THE_CANTEEN = Coordinates(latitude=31.9501, longitude=118.8401)


def search(**changes: Any) -> SlotSearch:
    """Everything of the next two weeks, with other conditions."""
    return SlotSearch(**{"start_from": NOW, "start_before": NOW + timedelta(days=15), **changes})


async def page(
    world: World, wanted: SlotSearch, *, now: datetime = NOW, limit: int = 100, after: Cursor | None = None
) -> tuple[list[SlotView], Cursor | None]:
    said, following = await do(world, search_slots, search=wanted, now=now, limit=limit, after=after)
    return [SlotView.model_validate_json(orjson.dumps(each, str)) for each in said], following


async def found(world: World, now: datetime = NOW, **changes: Any) -> list[UUID]:
    """The ids of what is found, in order."""
    slots, following = await page(world, search(**changes), now=now)
    assert following is None
    return [slot.id for slot in slots]


@pytest.fixture
async def four(world: World) -> list[UUID]:
    """One slot of each service, tomorrow at 11, 12, 13 and 14."""
    services = (LUNCH, HAIRCUT, READING, HILL_LUNCH)
    return [await world.slot(service, at(1, hour)) for hour, service in enumerate(services, 11)]


async def test_the_soonest_come_first(world: World, four: list[UUID]) -> None:
    assert await found(world) == four


async def test_by_category_service_and_point(world: World, four: list[UUID]) -> None:
    lunch, haircut, reading, hill = four
    assert await found(world, category=Category.meals) == [lunch, hill]
    assert await found(world, service_id=HAIRCUT) == [haircut]
    assert await found(world, point_id=CANTEEN) == [lunch, haircut]
    assert await found(world, point_id=READING_ROOM, category=Category.culture) == [reading]
    assert await found(world, point_id=READING_ROOM, category=Category.meals) == []


async def test_by_division_and_all_that_lies_within(world: World, four: list[UUID]) -> None:
    lunch, haircut, reading, hill = four
    assert await found(world, division=DISTRICT) == four
    assert await found(world, division=TOWN) == [lunch, haircut, reading]
    assert await found(world, division=HILLS) == [hill]
    assert await found(world, division="320115001002") == [reading]
    assert await found(world, division="320114000000") == []


async def test_by_distance(world: World, four: list[UUID]) -> None:
    """The reading room is some 730 m from the canteen, the hill house some 22 km."""
    lunch, haircut, reading, hill = four
    assert await found(world, near=NEAR_THE_CANTEEN, radius_m=500) == [lunch, haircut]
    assert await found(world, near=NEAR_THE_CANTEEN, radius_m=1000) == [lunch, haircut, reading]
    slots, _ = await page(world, search(near=NEAR_THE_CANTEEN))
    metres = {slot.point.id: slot.distance_m for slot in slots}
    assert metres == {
        CANTEEN: 15,
        READING_ROOM: pytest.approx(718, abs=5),
        HILL_HOUSE: pytest.approx(21_900, rel=0.01),
    }
    assert hill in await found(world, near=NEAR_THE_CANTEEN)


async def test_nearest_first_and_soonest_within_one_place(world: World, four: list[UUID]) -> None:
    lunch, haircut, reading, hill = four
    up_there = Coordinates(latitude=32.05, longitude=119.04)
    assert await found(world, near=up_there, nearest_first=True) == [hill, reading, lunch, haircut]
    assert await found(world, near=NEAR_THE_CANTEEN, nearest_first=True) == [lunch, haircut, reading, hill]


async def test_by_time_from_inclusive_before_exclusive(world: World, four: list[UUID]) -> None:
    lunch, haircut, _, _ = four
    assert await found(world, start_from=at(1, 11), start_before=at(1, 13)) == [lunch, haircut]
    assert await found(world, start_from=at(1, 15)) == []


async def test_available_is_what_a_party_can_book_right_now(world: World) -> None:
    """Open, enough free places, inside the booking window, a party that is allowed."""
    good = await world.slot(LUNCH, at(1, 11), capacity=4, taken=2)
    closed = await world.slot(LUNCH, at(1, 12), status=SlotStatus.closed)
    full = await world.slot(LUNCH, at(1, 13), capacity=3, taken=3)
    too_soon = await world.slot(LUNCH, NOW + timedelta(minutes=59))
    begun = await world.slot(LUNCH, NOW - timedelta(minutes=5))
    not_yet = await world.slot(LUNCH, NOW + timedelta(days=7, minutes=1))
    last = await world.slot(LUNCH, NOW + timedelta(days=7))
    yesterday = NOW - timedelta(days=1)
    assert await found(world, start_from=yesterday) == [begun, too_soon, good, closed, full, last, not_yet]
    assert await found(world, start_from=yesterday, available=True) == [good, last]
    assert await found(world, available=True, party=2) == [good, last]
    assert await found(world, available=True, party=3) == [last]
    assert await found(world, available=True, party=7) == []


async def test_the_policy_of_the_service_decides_what_is_available(world: World) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    async with transaction(world.database) as session:
        session.add(
            PolicyOverride(
                scope=ScopeKind.point, key=str(CANTEEN), field="opens_ahead_hours", value=1, set_at=NOW
            )
        )
    assert await found(world, available=True) == []
    assert await found(world, now=at(1, 10), available=True) == [slot]


async def all_pages(world: World, wanted: SlotSearch, limit: int) -> list[SlotView]:
    """Page after page to the end."""
    slots: list[SlotView] = []
    after: Cursor | None = None
    for _ in range(100):
        some, after = await page(world, wanted, limit=limit, after=after)
        assert len(some) <= limit
        slots.extend(some)
        if after is None:
            return slots
        assert len(some) == limit, "only the last page may be short"
    raise AssertionError("the pages never end")


@pytest.fixture
async def crowd(world: World) -> World:
    """Forty slots, many at the same moment and at the same distance, a third of them full."""
    services = (LUNCH, HAIRCUT, READING, HILL_LUNCH)
    for number in range(40):
        await world.slot(
            services[number % 4],
            at(1 + number // 16, 9 + number // 4 % 4),
            capacity=2,
            taken=2 if number % 3 == 0 else 0,
        )
    return world


async def test_pages_have_no_gaps_and_no_repeats(crowd: World) -> None:
    for nearest_first, available, limit in product((False, True), (False, True), (1, 3, 13, 26, 40)):
        wanted = search(available=available, near=NEAR_THE_CANTEEN, nearest_first=nearest_first)
        slots = await all_pages(crowd, wanted, limit)
        assert len({slot.id for slot in slots}) == len(slots) == (26 if available else 40)
        whole, _ = await page(crowd, wanted)
        assert [slot.id for slot in slots] == [slot.id for slot in whole]
        keys = [((slot.distance_m or 0) if nearest_first else 0, slot.start, slot.id) for slot in slots]
        assert keys == sorted(keys)


async def test_a_page_stays_where_it_was_when_slots_come_in_before_it(crowd: World) -> None:
    first, after = await page(crowd, search(), limit=10)
    await crowd.slot(LUNCH, at(0, 12))
    second, _ = await page(crowd, search(), limit=100, after=after)
    assert len(first) + len(second) == 40
    assert not {slot.id for slot in first} & {slot.id for slot in second}
