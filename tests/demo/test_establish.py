"""Establishing a district: rows are found again by their keys, nothing is lost silently, all or nothing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from models.database import Database, transaction
from models.ids import PersonId, new_id
from models.shapes.base import local
from models.shapes.bookings import BookingOrder
from models.tables import (
    AuditEntry,
    Division,
    OpeningRule,
    Person,
    Point,
    PolicyOverride,
    Provider,
    Service,
    Slot,
)
from models.vocabulary import Category, Role, ScopeKind, SlotStatus
from scheduling import bookings
from scheduling.actors import SYSTEM, Actor, Permission
from scheduling.drafts import DistrictPlan
from scheduling.errors import ForbiddenError
from scheduling.establish import Changes, Established, PlanRefusedError, establish
from scheduling.slots import generate_slots
from tests.demo.drafts import DISTRICT, PLAN, POINT, SERVICE, TOWN, VILLAGE, rule, with_rules

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NOTHING_NEW = Changes(0, 0, 1)


async def put(database: Database, plan: DistrictPlan = PLAN, *, actor: Actor = SYSTEM) -> Established:
    async with transaction(database) as session:
        return await establish(session, actor=actor, plan=plan, now=NOW)


async def put_and_open(database: Database, plan: DistrictPlan) -> Established:
    async with transaction(database) as session:
        done = await establish(session, actor=SYSTEM, plan=plan, now=NOW)
        await generate_slots(session, now=NOW, service_ids=done.service_ids)
        return done


async def count(session: AsyncSession, table: type[SQLModel]) -> int:
    found: int = (await session.execute(select(func.count()).select_from(table))).scalar_one()
    return found


async def book(database: Database, slot_id: UUID) -> UUID:
    """Somebody books one place; returns the booking's id."""
    async with transaction(database) as session:
        person = Person(created_at=NOW, district_code=DISTRICT, name="王秀英")
        session.add(person)
        await session.flush()
        actor = Actor(PersonId(person.id))
        booking = await bookings.book(session, actor=actor, wanted=BookingOrder(slot_id=slot_id), now=NOW)
        return booking.id


async def slots_at(database: Database, hour: int) -> list[Slot]:
    async with database.sessions() as session:
        found = (await session.execute(select(Slot).order_by(col(Slot.start)))).scalars()
        return [
            slot for slot in found if local(slot.start).hour == hour and slot.start > NOW + timedelta(days=1)
        ]


async def test_a_plan_becomes_rows(database: Database) -> None:
    done = await put(database)
    assert done.district_code == DISTRICT
    assert (done.divisions, done.points, done.rules) == (Changes(4, 0, 0), Changes(1, 0, 0), Changes(2, 0, 0))
    async with database.sessions() as session:
        point = (await session.execute(select(Point))).scalar_one()
        service = (await session.execute(select(Service))).scalar_one()
        policy = (await session.execute(select(PolicyOverride))).scalar_one()
        assert (point.name, point.community_code, point.subdistrict_code) == (
            "幸福食堂",
            TOWN,
            "990101001000",
        )
        assert (service.point_id, service.category, service.demo) == (point.id, Category.meals, False)
        assert (policy.scope, policy.key, policy.value) == (ScopeKind.service, str(service.id), 4)
        assert done.service_ids == (service.id,)


async def test_the_same_plan_again_changes_nothing(database: Database) -> None:
    first = await put(database)
    again = await put(database)
    assert again.divisions == Changes(0, 0, 4)
    assert again.providers == again.points == again.services == NOTHING_NEW
    assert again.rules == Changes(0, 0, 2)
    assert again.service_ids == ()
    assert first.district_code == again.district_code
    async with database.sessions() as session:
        assert await count(session, OpeningRule) == 2
        assert await count(session, PolicyOverride) == 1


async def test_a_corrected_row_is_corrected_and_the_others_stay(database: Database) -> None:
    await put(database)
    moved = replace(PLAN, points=(POINT.model_copy(update={"name": "暖心食堂", "phone": None}),))
    done = await put(database, moved)
    assert done.points == Changes(0, 1, 0)
    assert done.services == NOTHING_NEW
    async with database.sessions() as session:
        point = (await session.execute(select(Point))).scalar_one()
        assert (point.name, point.phone) == ("暖心食堂", None)


async def test_a_plan_may_name_what_exists(database: Database) -> None:
    await put(database)
    supper = SERVICE.model_copy(update={"key": "supper", "name": "晚餐"})
    done = await put(database, DistrictPlan(services=(supper,), rules=(rule(service_key="supper"),)))
    assert done.services == Changes(1, 0, 0)
    async with database.sessions() as session:
        assert await count(session, Service) == 2
        assert await count(session, OpeningRule) == 3


async def test_what_is_wrong_is_said_all_at_once_and_nothing_is_written(database: Database) -> None:
    wrong = replace(
        PLAN,
        points=(POINT.model_copy(update={"community_code": "990101001999"}),),
        services=(SERVICE.model_copy(update={"provider_key": "nobody"}),),
    )
    with pytest.raises(PlanRefusedError) as refused:
        await put(database, wrong)
    assert [fault.code for fault in refused.value.faults] == ["unknown_community", "unknown_provider"]
    async with database.sessions() as session:
        assert await count(session, Division) == 0
        assert await count(session, AuditEntry) == 0


async def test_a_key_that_names_another_thing_is_refused(database: Database) -> None:
    await put(database)
    wrong = replace(
        PLAN,
        divisions=(*PLAN.divisions[:2], PLAN.divisions[2].model_copy(update={"parent_code": "990101002000"})),
        points=(),
        services=(SERVICE.model_copy(update={"category": Category.culture}),),
        rules=(),
    )
    with pytest.raises(PlanRefusedError) as refused:
        await put(database, wrong)
    assert {fault.code for fault in refused.value.faults} == {
        "unknown_parent",
        "division_moved",
        "service_moved",
    }
    assert "P1" in next(fault.zh for fault in refused.value.faults if fault.code == "service_moved")


async def test_two_districts_at_once_are_refused(database: Database) -> None:
    other = PLAN.divisions[0].model_copy(update={"code": "990102000000"})
    with pytest.raises(PlanRefusedError) as refused:
        await put(database, replace(PLAN, divisions=(*PLAN.divisions, other)))
    assert refused.value.faults[0].code == "one_district"


async def test_an_administrator_of_the_district_may_and_others_may_not(database: Database) -> None:
    def holder(role: Role, scope: ScopeKind, key: str) -> Actor:
        return Actor(PersonId(new_id()), frozenset({Permission(role, scope, key)}))

    for actor in (
        Actor(PersonId(new_id())),
        Actor(service=True),
        holder(Role.staff, ScopeKind.division, DISTRICT),
        holder(Role.administrator, ScopeKind.district, "990102000000"),
        holder(Role.administrator, ScopeKind.division, "990101001000"),
    ):
        with pytest.raises(ForbiddenError):
            await put(database, actor=actor)
    done = await put(database, actor=holder(Role.administrator, ScopeKind.district, DISTRICT))
    assert done.points.created == 1


async def test_what_was_done_is_in_the_audit(database: Database) -> None:
    await put(database)
    async with database.sessions() as session:
        entry = (await session.execute(select(AuditEntry))).scalar_one()
    assert (entry.action, entry.district_code) == ("district.established", DISTRICT)
    assert entry.data["points"] == [1, 0, 0]
    assert "幸福食堂" not in str(entry.data)


async def test_new_rules_replace_the_old_and_take_their_free_slots_back(database: Database) -> None:
    await put_and_open(database, PLAN)
    assert len(await slots_at(database, 17)) > 5
    done = await put_and_open(database, with_rules(PLAN.rules[0], rule("18:00", "19:00")))
    assert (done.rules, done.rules_removed) == (Changes(1, 0, 1), 1)
    assert done.slots_kept == 0
    assert done.slots_withdrawn >= 14
    assert await slots_at(database, 17) == []
    assert len(await slots_at(database, 18)) > 5
    assert all(slot.capacity == 20 for slot in await slots_at(database, 11))


async def test_a_booked_slot_outlives_its_rule(database: Database) -> None:
    await put_and_open(database, PLAN)
    supper = (await slots_at(database, 17))[0]
    await book(database, supper.id)
    done = await put_and_open(database, with_rules(PLAN.rules[0]))
    assert done.slots_kept == 1
    (kept,) = await slots_at(database, 17)
    assert (kept.id, kept.taken, kept.status) == (supper.id, 1, SlotStatus.open)


async def test_a_slot_with_a_cancelled_booking_stays_closed(database: Database) -> None:
    await put_and_open(database, PLAN)
    supper = (await slots_at(database, 17))[0]
    booking_id = await book(database, supper.id)
    async with transaction(database) as session:
        person = (await session.execute(select(Person))).scalar_one()
        await bookings.cancel(session, actor=Actor(PersonId(person.id)), booking_id=booking_id, now=NOW)
    done = await put_and_open(database, with_rules(PLAN.rules[0]))
    assert done.slots_kept == 0
    (kept,) = await slots_at(database, 17)
    assert (kept.id, kept.status) == (supper.id, SlotStatus.closed)


async def test_slots_to_come_follow_a_point_to_its_right_community(database: Database) -> None:
    await put_and_open(database, PLAN)
    await put(database, replace(PLAN, points=(POINT.model_copy(update={"community_code": VILLAGE}),)))
    async with database.sessions() as session:
        rows = await session.execute(select(col(Slot.community_code)).where(col(Slot.start) > NOW).distinct())
        assert rows.scalars().all() == [VILLAGE]


async def test_two_imports_take_turns(database: Database) -> None:
    await put(database)
    names = [f"食堂{number}" for number in range(4)]

    async def one(name: str) -> Established:
        return await put(
            database,
            replace(
                PLAN, points=(POINT.model_copy(update={"key": name, "name": name}),), services=(), rules=()
            ),
        )

    done = await asyncio.gather(*(one(name) for name in names), *(one(name) for name in names))
    assert sum(each.points.created for each in done) == 4
    assert sum(each.points.unchanged for each in done) == 4
    async with database.sessions() as session:
        assert await count(session, Point) == 5
        assert await count(session, Provider) == 1
