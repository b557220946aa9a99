"""What is proposed instead of a full slot (product: Booking 6)."""

from datetime import date
from uuid import UUID

import pytest

from models.database import transaction
from models.ids import new_id
from models.shapes.bookings import Alternative, BookingOrder
from models.tables import PolicyOverride
from models.vocabulary import AlternativeKind, ScopeKind, SlotStatus
from scheduling import alternatives
from scheduling.actors import Actor
from tests.scheduling.acting import do, sql
from tests.world import (
    CANTEEN,
    HAIRCUT,
    HILL_LUNCH,
    LUNCH,
    NOW,
    READING,
    READING_ROOM,
    World,
    at,
)

TIME, POINT, DAY = AlternativeKind.other_time, AlternativeKind.other_point, AlternativeKind.other_day


async def proposed(
    world: World, actor: Actor, slot_id: UUID, party: int = 1, moving: UUID | None = None
) -> list[Alternative]:
    wanted = BookingOrder(slot_id=slot_id, party=party)
    return await do(world, alternatives.propose, actor=actor, wanted=wanted, now=NOW, moving=moving)


def told(found: list[Alternative]) -> list[tuple[AlternativeKind, UUID]]:
    return [(one.kind, one.id) for one in found]


@pytest.fixture
async def reading_lunch(world: World) -> World:
    """The reading room, 700 m from the canteen, serves lunch as well."""
    await sql(world, "UPDATE service SET category = 'meals' WHERE id = :id", id=READING)
    return world


async def test_one_of_each_kind_that_can_really_be_booked(reading_lunch: World) -> None:
    """Booking 6: same point another time, another point within reach, another day."""
    world = reading_lunch
    full = await world.slot(LUNCH, at(1, 11), capacity=0)
    time = await world.slot(LUNCH, at(1, 12))
    point = await world.slot(READING, at(1, 11))
    day = await world.slot(LUNCH, at(2, 11))
    await world.slot(LUNCH, at(1, 13))
    await world.slot(LUNCH, at(3, 11))
    person = await world.person()
    found = await proposed(world, person, full)
    assert told(found) == [(TIME, time), (POINT, point), (DAY, day)]
    assert found[1].point.id == READING_ROOM
    assert found[1].distance_m == pytest.approx(730, abs=30)
    for choice in found:
        assert (await world.book(await world.person(), choice.id)).slot.id == choice.id


async def test_where_a_kind_is_missing_others_fill_up_nearest_in_time_first(world: World) -> None:
    full = await world.slot(LUNCH, at(1, 11), capacity=0)
    noon, one = await world.slot(LUNCH, at(1, 12)), await world.slot(LUNCH, at(1, 13))
    ten = await world.slot(LUNCH, at(1, 10, 30))
    await world.slot(LUNCH, at(1, 14))
    assert told(await proposed(world, await world.person(), full)) == [(TIME, ten), (TIME, noon), (TIME, one)]


async def test_what_would_be_refused_again_is_not_proposed(reading_lunch: World) -> None:
    """Every rule is asked: places for the party, closed, window, clash, limit; and what is out of reach is left out."""
    world = reading_lunch
    full = await world.slot(LUNCH, at(1, 11), capacity=0)
    await world.slot(LUNCH, at(1, 12), capacity=1)
    await world.slot(LUNCH, at(1, 13), status=SlotStatus.closed)
    await world.slot(LUNCH, at(9, 11))
    await world.slot(LUNCH, at(0, 9, 30))
    await world.slot(HILL_LUNCH, at(1, 11))
    await world.slot(READING, at(1, 14))
    await world.slot(HAIRCUT, at(1, 12))
    person = await world.person()
    await world.book(person, await world.slot(HAIRCUT, at(1, 14)))
    good = await world.slot(LUNCH, at(2, 11))
    assert told(await proposed(world, person, full, party=2)) == [(DAY, good)]


async def test_nothing_is_proposed_to_whom_nothing_is_allowed(world: World) -> None:
    """Whoever has three upcoming meals gets no fourth under another name."""
    person = await world.person()
    for hour in (10, 12, 13):
        await world.book(person, await world.slot(LUNCH, at(2, hour)))
    full = await world.slot(LUNCH, at(1, 11), capacity=0)
    await world.slot(LUNCH, at(1, 12))
    assert await proposed(world, person, full) == []


async def test_priority_is_the_attendees(world: World) -> None:
    """Booking 3: what has opened only for people with priority is proposed to them alone."""
    full = await world.slot(LUNCH, at(1, 11), capacity=0)
    early = await world.slot(LUNCH, at(8, 8))
    elder = await world.person(birth_date=date(1950, 1, 1))
    assert told(await proposed(world, elder, full)) == [(DAY, early)]
    assert await proposed(world, await world.person(), full) == []


async def test_a_booking_that_is_moved_is_in_nobodys_way(world: World) -> None:
    """And where it is already is no alternative."""
    person = await world.person()
    booking = await world.book(person, await world.slot(LUNCH, at(1, 11)))
    full = await world.slot(LUNCH, at(1, 13), capacity=0)
    overlapping = await world.slot(LUNCH, at(1, 11, 30))
    assert told(await proposed(world, person, full, moving=booking.id)) == [(TIME, overlapping)]
    assert await proposed(world, person, full) == []


async def test_how_many_and_how_far_are_policies(reading_lunch: World) -> None:
    world = reading_lunch
    full = await world.slot(LUNCH, at(1, 11), capacity=0)
    for hour in (12, 13, 14):
        await world.slot(LUNCH, at(1, hour))
    await world.slot(READING, at(1, 11))
    async with transaction(world.database) as session:
        for field, value in (("alternatives", 2), ("reach_m", 500)):
            session.add(
                PolicyOverride(scope=ScopeKind.point, key=str(CANTEEN), field=field, value=value, set_at=NOW)
            )
    found = await proposed(world, await world.person(), full)
    assert [one.kind for one in found] == [TIME, TIME]


async def test_there_is_nothing_instead_of_nothing(world: World) -> None:
    assert await proposed(world, await world.person(), new_id()) == []
