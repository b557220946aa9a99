"""Over random small worlds: whatever is proposed is bookable by the request that follows, and nothing is kept back."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import transaction
from models.shapes.base import local_day
from models.shapes.bookings import BookingOrder
from models.tables import PolicyOverride, Slot
from models.vocabulary import ScopeKind, SlotStatus
from scheduling import alternatives, bookings
from scheduling.actors import Actor
from scheduling.errors import BookingRefusedError
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, HAIRCUT, HILL_LUNCH, LUNCH, NOW, READING, World, at


class _Undone(Exception):
    """Ends a transaction that was only a question."""


async def can_book(world: World, actor: Actor, wanted: BookingOrder) -> bool:
    """Whether the order would be granted. Nothing is written."""

    async def ask(session: AsyncSession) -> None:
        await bookings.book(session, actor=actor, wanted=wanted, now=NOW)
        raise _Undone

    try:
        async with transaction(world.database) as session:
            await ask(session)
    except BookingRefusedError:
        return False
    except _Undone:
        return True
    raise AssertionError


async def random_world(world: World, chance: random.Random) -> tuple[Actor, UUID, int]:
    """Slots of lunches at three points (one out of reach) with odd policies, and somebody with other plans."""
    await sql(world, "UPDATE service SET category = 'meals' WHERE id = :id", id=READING)
    policies = {
        "max_party": [1, 2, 6],
        "closes_before_minutes": [0, 60, 600],
        "opens_ahead_hours": [24, 72, 168],
    }
    async with transaction(world.database) as session:
        for service in (LUNCH, READING):
            for name, values in policies.items():
                session.add(
                    PolicyOverride(
                        scope=ScopeKind.service,
                        key=str(service),
                        field=name,
                        value=chance.choice(values),
                        set_at=NOW,
                    )
                )
        if chance.random() < 0.5:
            session.add(
                PolicyOverride(
                    scope=ScopeKind.point, key=str(CANTEEN), field="reach_m", value=500, set_at=NOW
                )
            )
    taken: set[tuple[UUID, datetime]] = set()
    for service in (LUNCH, READING, HILL_LUNCH):
        for _ in range(chance.randrange(14)):
            start = at(chance.choice([0, 1, 1, 1, 2, 3, 6]), chance.randrange(8, 20), chance.choice([0, 30]))
            if (service, start) in taken:
                continue
            taken.add((service, start))
            await world.slot(
                service,
                start,
                minutes=30,
                capacity=chance.choice([0, 1, 2, 5]),
                status=chance.choice([SlotStatus.open] * 5 + [SlotStatus.closed]),
            )
    origin = await world.slot(LUNCH, at(1, 12, 15), capacity=0, minutes=30)
    person = await world.person()
    if chance.random() < 0.5:
        plans = await world.slot(HAIRCUT, at(1, chance.randrange(9, 18)), minutes=90)
        await world.book(person, plans)
    return person, origin, chance.choice([1, 1, 2])


async def within_the_kinds(world: World, origin: UUID) -> list[UUID]:
    """What may be proposed at all: the same service at other times, other points within reach on the same day."""
    reach = await stored(world, PolicyOverride, col(PolicyOverride.field) == "reach_m")
    slots = await stored(world, Slot, col(Slot.id) != origin)
    other = set() if reach else {READING}  # the reading room is 730 m away
    return [
        slot.id
        for slot in slots
        if slot.service_id == LUNCH
        or (slot.service_id in other and local_day(slot.start) == local_day(at(1, 12)))
    ]


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_proposed_is_real_and_nothing_is_kept_back(world: World, seed: int) -> None:
    """Booking 6: really bookable now. Three whenever at least three could be booked, else all that could."""
    person, origin, party = await random_world(world, random.Random(seed))
    wanted = BookingOrder(slot_id=origin, party=party)
    async with transaction(world.database) as session:
        found = await alternatives.propose(session, actor=person, wanted=wanted, now=NOW)
    for choice in found:
        assert await can_book(world, person, wanted.model_copy(update={"slot_id": choice.id}))
    possible = [
        slot
        for slot in await within_the_kinds(world, origin)
        if await can_book(world, person, wanted.model_copy(update={"slot_id": slot}))
    ]
    assert {choice.id for choice in found} <= set(possible)
    assert len(found) == min(3, len(possible))


async def test_it_looks_further_when_the_nearest_are_no_use(world: World) -> None:
    """Whole days are taken up by other plans: what lies behind is found all the same."""
    origin = await world.slot(LUNCH, at(1, 12), capacity=0)
    for day in (1, 2, 3):
        for number in range(24):
            start = at(day, 8) + timedelta(minutes=20 * number)
            if start != at(1, 12):
                await world.slot(LUNCH, start, minutes=20)
    person = await world.person()
    for day in (1, 2, 3):
        await world.book(person, await world.slot(HAIRCUT, at(day, 8), minutes=8 * 60 - 20))
    async with transaction(world.database) as session:
        found = await alternatives.propose(
            session, actor=person, wanted=BookingOrder(slot_id=origin), now=NOW
        )
    assert [choice.start for choice in found] == [at(1, 15, 40), at(2, 15, 40), at(3, 15, 40)]
