"""The seeded demonstration: through the use cases, once, and with something open everywhere today and tomorrow."""

import asyncio
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from lastmetre.store import shown_sign_ins
from models.data import read_divisions
from models.database import Database, transaction
from models.ids import PersonId
from models.shapes.base import DISTRICT_ZONE, local_day
from models.tables import (
    AuditEntry,
    Booking,
    Division,
    Grant,
    GridCell,
    HouseholdLink,
    Person,
    Point,
    Service,
    Slot,
    StaffAccount,
)
from models.vocabulary import Category, DivisionLevel, Role
from scheduling.accounts import NewAccount, open_accounts
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.check import check
from scheduling.demo.plan import demo_plan
from scheduling.demo.seed import DEMO_PASSWORD, seed
from scheduling.errors import ForbiddenError
from scheduling.signing_in import actor_of, sign_in_staff
from tests.databases import DEMO_NOW

TABLES: tuple[type[SQLModel], ...] = (
    Division,
    Point,
    Service,
    Slot,
    Person,
    HouseholdLink,
    Grant,
    StaffAccount,
    Booking,
    AuditEntry,
)


async def counts(database: Database) -> list[int]:
    async with database.sessions() as session:
        return [
            (await session.execute(select(func.count()).select_from(table))).scalar_one() for table in TABLES
        ]


async def test_seeding_again_changes_nothing(demo_database: Database) -> None:
    before = await counts(demo_database)
    async with transaction(demo_database) as session:
        assert await seed(session, plan=demo_plan(read_divisions()), now=DEMO_NOW + timedelta(days=1)) is None
    assert await counts(demo_database) == before


async def test_several_processes_may_seed_at_once(database: Database) -> None:
    plan = demo_plan([row for row in read_divisions() if row.code[6:9] in {"000", "010"}], points=20)

    async def one() -> bool:
        async with transaction(database) as session:
            return await seed(session, plan=plan, now=DEMO_NOW) is not None

    assert sorted(await asyncio.gather(one(), one(), one())) == [False, False, True]
    async with database.sessions() as session:
        assert (await session.execute(select(func.count()).select_from(Point))).scalar_one() == 20


async def test_everything_is_there_and_says_that_it_is_a_demonstration(demo_database: Database) -> None:
    async with demo_database.sessions() as session:
        demo = await session.execute(select(func.count(), func.bool_and(col(Point.demo))).select_from(Point))
        assert demo.one() == (500, True)
        services = await session.execute(select(func.bool_and(col(Service.demo))))
        people = await session.execute(select(func.count(), func.bool_and(col(Person.demo))))
        assert services.scalar_one() is True
        assert people.one()[1] is True


@pytest.mark.parametrize("day", [0, 1, 5, 6])
async def test_every_subdistrict_has_slots_on_every_day(demo_database: Database, day: int) -> None:
    midnight = datetime.combine(local_day(DEMO_NOW) + timedelta(days=day), time(0), tzinfo=DISTRICT_ZONE)
    async with demo_database.sessions() as session:
        rows = await session.execute(
            select(col(Point.subdistrict_code), col(Slot.category), func.max(col(Slot.start)))
            .join(Point, col(Point.id) == col(Slot.point_id))
            .where(col(Slot.start).between(midnight, midnight + timedelta(days=1)))
            .group_by(col(Point.subdistrict_code), col(Slot.category))
        )
        latest = {(row[0], row[1]): row[2] for row in rows}
    for division in read_divisions():
        if division.level is DivisionLevel.subdistrict:
            for category in (Category.elder_care, Category.meals, Category.culture, Category.fitness):
                assert latest[division.code, category] >= midnight + timedelta(hours=19)


async def test_the_sign_ins_shown_open_their_places(demo_database: Database) -> None:
    shown = shown_sign_ins()
    assert [who.role for who in shown] == [
        Role.administrator,
        Role.staff,
        Role.point_manager,
        Role.grid_worker,
    ]
    async with transaction(demo_database) as session:
        cells = (await session.execute(select(GridCell))).scalars().all()
        points = {point.name: point for point in (await session.execute(select(Point))).scalars()}
        for who in shown:
            identity = await sign_in_staff(
                session, username=who.username, password=who.password, now=DEMO_NOW
            )
            assert identity is not None
            actor = await actor_of(session, identity=identity)
            assert {held.role for held in actor.permissions} == {who.role}
            if who.role is Role.point_manager:
                own = points[who.place]
                assert may_manage_point(actor, PointScope(own.id, own.community_code))  # type: ignore[arg-type]
            if who.role is Role.grid_worker:
                (cell,) = (cell for cell in cells if cell.worker_id == actor.person_id)
                assert who.place in cell.name
        assert not await sign_in_staff(session, username="district", password="wrong", now=DEMO_NOW)


async def test_people_have_booked_and_every_promise_holds(demo_database: Database) -> None:
    async with transaction(demo_database) as session:
        booked = (await session.execute(select(Booking))).scalars().all()
        assert len(booked) >= 30
        assert any(one.attendee_id != one.booked_by_id for one in booked)
        assert await check(session, now=DEMO_NOW) == []


async def test_only_administrators_open_sign_ins(demo_database: Database) -> None:
    async with transaction(demo_database) as session:
        person = (await session.execute(select(Person).limit(1))).scalar_one()
        account = NewAccount("me", DEMO_PASSWORD, person.id, person.district_code)
        with pytest.raises(ForbiddenError):
            await open_accounts(session, actor=Actor(PersonId(person.id)), accounts=[account], now=DEMO_NOW)
