"""The hot queries on a million slots: no large table is read from end to end, and not much more than is returned."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import Database, transaction
from models.ids import PersonId, new_id
from models.shapes.base import Coordinates, local_day
from models.shapes.bookings import BookingOrder, CheckIn
from models.shapes.notices import NoticeClaim
from models.shapes.openings import ClosureOrder
from models.tables import Booking, Person, Point, Slot, WaitlistEntry
from models.vocabulary import BookingStatus, Category, Channel, Role, ScopeKind, SlotStatus, WaitlistStatus
from scheduling import alternatives, bookings, closures, delivery, door, waitlist
from scheduling.actors import Actor, Permission
from scheduling.finding import Seeker, find
from scheduling.promotion import promote
from scheduling.queries.bookings import engagements_of
from scheduling.queries.slot_search import SlotSearch, search_slots
from scheduling.queries.slots import slot_rows, slot_select
from scheduling.rules.windows import PriorityFacts
from tests.databases import DEMO_NOW, Templates
from tests.scheduling.million import filled
from tests.scheduling.plans import Plan, plans_of

NOW = DEMO_NOW + timedelta(minutes=7)
TWO_WEEKS = timedelta(days=14)


@dataclass(frozen=True)
class Grown:
    """The grown district, and some rows in its midst."""

    database: Database
    free: Slot
    full: Slot
    near: Coordinates
    community: str
    subdistrict: str
    resident: Actor
    manager: Actor
    booking: Booking


@pytest.fixture(scope="module")
async def grown(templates: Templates) -> AsyncIterator[Grown]:
    async with templates.clone("demo") as fresh, filled(fresh, DEMO_NOW) as database:
        async with transaction(database) as session:
            ahead = (
                select(Slot)
                .where(col(Slot.start) > NOW + timedelta(days=2), col(Slot.category) == Category.meals)
                .order_by(col(Slot.start), col(Slot.id))
                .limit(1)
            )
            free = (await session.execute(ahead.where(col(Slot.taken) < 5))).scalar_one()
            waited_for = select(col(WaitlistEntry.slot_id)).where(
                col(WaitlistEntry.status) == WaitlistStatus.waiting
            )
            full = (await session.execute(ahead.where(col(Slot.id).in_(waited_for)))).scalar_one()
            today = select(Booking).where(
                col(Booking.status) == BookingStatus.confirmed, col(Booking.day) == local_day(NOW)
            )
            booking = (await session.execute(today.order_by(col(Booking.start)).limit(1))).scalar_one()
            point = await session.get_one(Point, booking.point_id)
            resident = (
                await session.execute(select(Person).where(col(Person.id) == booking.attendee_id))
            ).scalar_one()
        permission = Permission(Role.point_manager, ScopeKind.point, str(point.id))
        yield Grown(
            database,
            free,
            full,
            Coordinates(latitude=point.latitude, longitude=point.longitude),
            point.community_code,
            point.subdistrict_code,
            Actor(PersonId(resident.id)),
            Actor(PersonId(resident.id), frozenset({permission})),
            booking,
        )


def search(**more: Any) -> Callable[[Grown], Callable[[AsyncSession], Awaitable[object]]]:
    def of(grown: Grown) -> Callable[[AsyncSession], Awaitable[object]]:
        given = {name: value(grown) if callable(value) else value for name, value in more.items()}
        wanted = SlotSearch(start_from=NOW, start_before=NOW + TWO_WEEKS, available=True, **given)

        async def work(session: AsyncSession) -> object:
            found, _ = await search_slots(session, search=wanted, now=NOW, limit=20)
            assert found
            return found

        return work

    return of


UseCase = Callable[[Grown], Callable[[AsyncSession], Awaitable[object]]]


def use_case(run: Callable[[AsyncSession, Grown], Awaitable[object]]) -> UseCase:
    return lambda grown: lambda session: run(session, grown)


async def alternatives_for_many(session: AsyncSession, grown: Grown) -> object:
    """What a closure of two days proposes to everybody whom it sends away."""
    of_service = slot_select().where(
        col(Slot.service_id) == grown.free.service_id,
        col(Slot.start) > NOW,
        col(Slot.start) < NOW + TWO_WEEKS / 7,
    )
    seekers = [
        Seeker(key=new_id(), origin=slot, party=1, person=PriorityFacts(None, disability=False))
        for slot in await slot_rows(session, of_service)
        for _ in range(20)
    ]
    found = await find(session, seekers, now=NOW)
    assert all(len(choices) == 3 for choices in found.values())
    return found


HOT: dict[str, UseCase] = {
    "search by category": search(category=Category.meals),
    "search by category and party": search(category=Category.meals, party=5),
    "search without category": search(),
    "search by community": search(category=Category.meals, division=lambda grown: grown.community),
    "search by sub-district": search(category=Category.meals, division=lambda grown: grown.subdistrict),
    "search at a point": search(point_id=lambda grown: grown.booking.point_id),
    "search of a service": search(service_id=lambda grown: grown.booking.service_id),
    "search around, soonest": search(category=Category.meals, near=lambda grown: grown.near, radius_m=3000),
    "search around, nearest": search(
        category=Category.meals, near=lambda grown: grown.near, radius_m=3000, nearest_first=True
    ),
    "search nearest of all": search(
        category=Category.meals, near=lambda grown: grown.near, nearest_first=True
    ),
    "book": use_case(
        lambda session, grown: bookings.book(
            session, actor=grown.resident, wanted=BookingOrder(slot_id=grown.free.id), now=NOW
        )
    ),
    "alternatives": use_case(
        lambda session, grown: alternatives.propose(
            session, actor=grown.resident, wanted=BookingOrder(slot_id=grown.full.id), now=NOW
        )
    ),
    "alternatives for many": use_case(alternatives_for_many),
    "my bookings to come": use_case(
        lambda session, grown: bookings.mine(
            session, actor=grown.resident, when="upcoming", now=NOW, limit=20, after=None
        )
    ),
    "my bookings of the past": use_case(
        lambda session, grown: bookings.mine(
            session, actor=grown.resident, when="past", now=NOW, limit=20, after=None
        )
    ),
    "a point's day": use_case(
        lambda session, grown: door.day(
            session, actor=grown.manager, point_id=grown.booking.point_id, on=local_day(NOW)
        )
    ),
    "engagements": use_case(
        lambda session, grown: engagements_of(session, [grown.resident.require_person()], now=NOW)
    ),
    "claiming notices": use_case(
        lambda session, grown: delivery.claim(
            session,
            actor=Actor(service=True),
            wanted=NoticeClaim(channel=Channel.telegram, limit=20),
            now=NOW,
        )
    ),
    "promotion": use_case(lambda session, grown: promote(session, [grown.full.id], now=NOW)),
    "my waitlist": use_case(
        lambda session, grown: waitlist.mine(session, actor=grown.resident, limit=20, after=None)
    ),
    "offers that ran out": use_case(lambda session, grown: waitlist.expire_offers(session, now=NOW)),
    "waiting that ended": use_case(lambda session, grown: waitlist.close_entries(session, now=NOW)),
    "check-in by code": use_case(
        lambda session, grown: door.check_in_by_code(
            session, actor=grown.manager, said=CheckIn(code=grown.booking.code), now=grown.booking.start
        )
    ),
    "what closing would mean": use_case(
        lambda session, grown: closures.impact(
            session,
            actor=grown.manager,
            point_id=grown.booking.point_id,
            wanted=ClosureOrder(start=NOW, end=NOW + timedelta(days=1)),
            now=NOW,
        )
    ),
}


@pytest.mark.parametrize("name", HOT)
async def test_a_hot_query_is_bounded_by_its_indexes(grown: Grown, name: str) -> None:
    plans = await plans_of(grown.database, HOT[name](grown))
    assert plans
    faulty = [f"{plan.faults()}\n{plan}" for plan in plans if plan.faults()]
    assert not faulty, "\n\n".join(faulty)


async def test_the_measure_finds_a_query_that_is_not(grown: Grown) -> None:
    """The negative control: neither reading a table from end to end nor sifting an index goes unseen."""

    async def seen(statement: str) -> Plan:
        (plan,) = await plans_of(grown.database, lambda session: session.execute(text(statement)))
        return plan

    assert (await seen("SELECT id FROM slot WHERE taken = 3 AND edited")).read_from_end_to_end == {"slot"}
    sifted = await seen(
        "SELECT id FROM slot WHERE category = 'meals' AND start < '2026-12-01Z' AND capacity = 77 ORDER BY start LIMIT 9"
    )
    assert sifted.faults() != []
    assert sifted.returned == 0


async def test_there_are_a_million_slots(grown: Grown) -> None:
    async with transaction(grown.database) as session:
        count = await session.execute(text("SELECT count(*) FROM slot"))
        assert count.scalar_one() >= 1_000_000
        assert grown.full.status is SlotStatus.open
