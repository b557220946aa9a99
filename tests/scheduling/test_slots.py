"""Opening rules become slots: for the horizon, idempotently, never touching what is there."""

import asyncio
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.database import transaction
from models.shapes.base import local
from models.tables import CalendarDay, Closure, OpeningRule, PolicyOverride, Slot
from models.vocabulary import CalendarDayKind, DayKind, ScopeKind, SlotStatus
from scheduling.jobs import make_slots
from scheduling.slots import generate_slots, services_with_rules
from tests.scheduling.acting import do, stored
from tests.world import CANTEEN, DISTRICT, HAIRCUT, HILL_LUNCH, LUNCH, NOW, READING, World, at


async def add_rule(
    world: World,
    service_id: UUID = LUNCH,
    *,
    rrule: str = "FREQ=DAILY",
    span: tuple[time, time] = (time(11), time(12)),
    capacity: int = 20,
    days: DayKind = DayKind.any,
    slot_minutes: int | None = None,
) -> UUID:
    """An opening rule; by default lunch from 11 to 12 every day."""
    async with transaction(world.database) as session:
        rule = OpeningRule(
            created_at=NOW,
            service_id=service_id,
            rrule=rrule,
            start_time=span[0],
            end_time=span[1],
            slot_minutes=slot_minutes,
            capacity=capacity,
            days=days,
        )
        session.add(rule)
    return rule.id


async def add_closure(world: World, start: datetime, end: datetime, service_id: UUID | None = None) -> None:
    async with transaction(world.database) as session:
        session.add(Closure(created_at=NOW, point_id=CANTEEN, service_id=service_id, start=start, end=end))


async def set_horizon(world: World, days: int) -> None:
    async with transaction(world.database) as session:
        session.add(
            PolicyOverride(
                scope=ScopeKind.district, key=DISTRICT, field="horizon_days", value=days, set_at=NOW
            )
        )


async def starts(world: World, service_id: UUID = LUNCH) -> list[datetime]:
    return sorted(slot.start for slot in await stored(world, Slot, col(Slot.service_id) == service_id))


async def generate(world: World, *services: UUID, now: datetime = NOW) -> int:
    return await do(world, generate_slots, service_ids=services or (LUNCH,), now=now)


async def test_slots_reach_from_today_to_the_horizon(world: World) -> None:
    rule = await add_rule(world)
    assert await generate(world) == 15
    assert await starts(world) == [at(days, 11) for days in range(15)]
    (first, *_) = await stored(world, Slot, col(Slot.start) == at(0, 11))
    assert first.model_dump(exclude={"id"}) == Slot(
        created_at=NOW,
        district_code=DISTRICT,
        service_id=LUNCH,
        point_id=CANTEEN,
        rule_id=rule,
        category=first.category,
        community_code="320115001001",
        start=at(0, 11),
        end=at(0, 12),
        capacity=20,
    ).model_dump(exclude={"id"})


async def test_the_horizon_is_a_policy(world: World) -> None:
    await add_rule(world)
    await set_horizon(world, 3)
    assert await generate(world) == 4


async def test_a_second_run_makes_nothing_and_the_next_day_makes_one_more(world: World) -> None:
    await add_rule(world)
    await generate(world)
    before = {slot.id for slot in await stored(world, Slot)}
    assert await generate(world) == 0
    assert {slot.id for slot in await stored(world, Slot)} == before
    assert await generate(world, now=NOW + timedelta(days=1)) == 1


async def test_two_clocks_at_once_make_each_slot_once(world: World) -> None:
    await add_rule(world, slot_minutes=15)
    made = await asyncio.gather(*(generate(world) for _ in range(4)))
    assert sum(made) == 60
    assert len(await stored(world, Slot)) == 60


async def test_what_is_booked_or_edited_by_hand_is_never_touched(world: World) -> None:
    await add_rule(world)
    booked = await world.slot(LUNCH, at(1, 11), capacity=3)
    edited = await world.slot(LUNCH, at(2, 11), capacity=1, edited=True, version=7)
    closed = await world.slot(LUNCH, at(3, 11), capacity=5, status=SlotStatus.closed)
    await world.book(await world.person(), booked, 2)
    before = [slot.model_dump() for slot in await stored(world, Slot, col(Slot.rule_id).is_(None))]
    assert await generate(world) == 12
    after = [slot.model_dump() for slot in await stored(world, Slot, col(Slot.rule_id).is_(None))]
    assert after == before
    assert {slot["id"] for slot in after} == {booked, edited, closed}


async def test_nothing_is_made_inside_a_closure(world: World) -> None:
    """A closure takes the occurrences that it overlaps, of the point or of the one service named; ends do not count."""
    await add_rule(world)
    await add_rule(world, HAIRCUT)
    await add_closure(world, at(1, 11, 59), at(1, 20))
    await add_closure(world, at(2, 12), at(2, 20))
    await add_closure(world, at(3, 0), at(4, 24), service_id=HAIRCUT)
    assert await generate(world, LUNCH, HAIRCUT) == 14 + 12
    assert at(1, 11) not in await starts(world, LUNCH)
    assert {at(2, 11), at(3, 11)} <= {*await starts(world, LUNCH)}
    assert not {at(1, 11), at(3, 11), at(4, 11)} & {*await starts(world, HAIRCUT)}


async def test_a_closure_of_this_morning_still_holds(world: World) -> None:
    """Slots are made for the whole of today, so a closure that has ended today is asked too."""
    await add_rule(world, span=(time(8), time(9)))
    await add_closure(world, at(0, 7), at(0, 9))
    await generate(world, now=at(0, 22))
    assert await starts(world) == [at(days, 8) for days in range(1, 15)]


async def test_holidays_and_makeup_workdays_are_asked(world: World) -> None:
    """A workday canteen around the National Day of 2026: closed from 1 to 7 October, open on Saturday the 10th."""
    await add_rule(world, rrule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", days=DayKind.workday)
    await generate(world, now=datetime.fromisoformat("2026-09-30T09:00:00+08:00"))
    assert [local(start).day for start in await starts(world)] == [30, 8, 9, 10, 12, 13, 14]


async def test_a_day_that_staff_made_a_holiday_stays_closed(world: World) -> None:
    await add_rule(world, days=DayKind.not_holiday)
    async with transaction(world.database) as session:
        session.add(CalendarDay(district_code=DISTRICT, day=date(2026, 11, 25), kind=CalendarDayKind.holiday))
    await generate(world)
    assert at(2, 11) not in await starts(world)
    assert len(await starts(world)) == 14


async def test_two_rules_that_begin_together_make_one_slot(world: World) -> None:
    await add_rule(world, capacity=20)
    await add_rule(world, capacity=30)
    assert await generate(world) == 15


async def test_services_without_rules_have_no_slots(world: World) -> None:
    assert await generate(world, READING) == 0
    assert await do(world, services_with_rules) == []


@pytest.mark.parametrize("at_a_time", [1, 200])
async def test_the_job_makes_the_slots_of_every_service(
    world: World, monkeypatch: pytest.MonkeyPatch, at_a_time: int
) -> None:
    monkeypatch.setattr("scheduling.jobs.SERVICES_A_TRANSACTION", at_a_time)
    for service in (LUNCH, HAIRCUT, HILL_LUNCH):
        await add_rule(world, service)
    assert await do(world, services_with_rules) == sorted([LUNCH, HAIRCUT, HILL_LUNCH])
    assert await make_slots(world.database, NOW) == 45
    assert await make_slots(world.database, NOW) == 0
