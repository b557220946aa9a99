"""A small district for tests, and short ways to put things into it and to act in it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import Database, in_transaction, transaction
from models.ids import PersonId, new_id
from models.shapes.bookings import BookingOrder, BookingView
from models.tables import Booking, Division, HouseholdLink, Person, Point, Provider, Service, Slot
from models.vocabulary import Category, DivisionLevel, LinkStatus, Role, ScopeKind, Zone
from scheduling import bookings
from scheduling.actors import Actor, Permission

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""The tests' present: Monday, 23 November 2026, 9:00 in the district."""

DISTRICT = "320115000000"
TOWN, HILLS = "320115001000", "320115003000"
COMMUNITIES = {"320115001001": TOWN, "320115001002": TOWN, "320115003001": HILLS}

CANTEEN, READING_ROOM, HILL_HOUSE = (UUID(int=number) for number in (1, 2, 3))
LUNCH, HAIRCUT, READING, HILL_LUNCH = (UUID(int=number) for number in (11, 12, 13, 14))


async def build_small_world(session: AsyncSession) -> None:
    """Divisions, three points and four services; no slots and no people."""
    session.add(_division(DISTRICT, "江宁区", DivisionLevel.district, None))
    await session.flush()
    session.add_all(
        [
            _division(TOWN, "东山街道", DivisionLevel.subdistrict, DISTRICT),
            _division(HILLS, "汤山街道", DivisionLevel.subdistrict, DISTRICT),
        ]
    )
    await session.flush()
    session.add_all(
        [
            _division(code, f"{code[-1]}号社区", DivisionLevel.community, parent)
            for code, parent in COMMUNITIES.items()
        ]
    )
    provider = Provider(
        created_at=NOW, district_code=DISTRICT, key="street", name="街道服务中心", zone=Zone.street
    )
    session.add(provider)
    await session.flush()
    session.add_all(
        [
            _point(CANTEEN, "幸福食堂", "320115001001", 31.95, 118.84),
            _point(READING_ROOM, "书香阅览室", "320115001002", 31.955, 118.845),
            _point(HILL_HOUSE, "山里驿站", "320115003001", 32.05, 119.04),
        ]
    )
    await session.flush()
    session.add_all(
        [
            _service(LUNCH, CANTEEN, provider.id, Category.meals, "长者午餐"),
            _service(HAIRCUT, CANTEEN, provider.id, Category.elder_care, "上门理发"),
            _service(READING, READING_ROOM, provider.id, Category.culture, "读书会"),
            _service(HILL_LUNCH, HILL_HOUSE, provider.id, Category.meals, "山里午餐"),
        ]
    )


def _division(code: str, name: str, level: DivisionLevel, parent: str | None) -> Division:
    return Division(code=code, name=name, level=level, parent_code=parent)


def _point(id_: UUID, name: str, community: str, latitude: float, longitude: float) -> Point:
    return Point(
        id=id_,
        created_at=NOW,
        district_code=DISTRICT,
        key=name,
        name=name,
        community_code=community,
        subdistrict_code=COMMUNITIES[community],
        address=f"{name}路1号",
        phone="025-00000000",
        latitude=latitude,
        longitude=longitude,
    )


def _service(id_: UUID, point_id: UUID, provider_id: UUID, category: Category, name: str) -> Service:
    return Service(
        id=id_,
        created_at=NOW,
        district_code=DISTRICT,
        key=name,
        point_id=point_id,
        provider_id=provider_id,
        category=category,
        name=name,
    )


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """A time on the district's clock, so many days after the tests' present."""
    return NOW.replace(hour=0, minute=0) + timedelta(days=days, hours=hour - 8, minutes=minute)


def manager_of(point_id: UUID, person_id: UUID | None = None) -> Actor:
    """Somebody who manages a point."""
    permission = Permission(Role.point_manager, ScopeKind.point, str(point_id))
    return Actor(PersonId(person_id or new_id()), frozenset({permission}))


@dataclass(frozen=True, slots=True)
class World:
    """The small district in a database."""

    database: Database

    async def slot(
        self,
        service_id: UUID = LUNCH,
        start: datetime | None = None,
        *,
        capacity: int = 10,
        minutes: int = 60,
        **more: Any,
    ) -> UUID:
        """Adds a slot; by default lunch at 11:00 tomorrow."""
        begin = start or at(1, 11)
        async with transaction(self.database) as session:
            service = await session.get_one(Service, service_id)
            point = await session.get_one(Point, service.point_id)
            slot = Slot(
                created_at=NOW,
                district_code=DISTRICT,
                service_id=service_id,
                point_id=service.point_id,
                category=service.category,
                community_code=point.community_code,
                start=begin,
                end=begin + timedelta(minutes=minutes),
                capacity=capacity,
                **more,
            )
            session.add(slot)
        return slot.id

    async def person(
        self, name: str = "王阿姨", *, birth_date: date | None = date(1990, 1, 1), **more: Any
    ) -> Actor:
        """Adds a resident and returns them as an actor."""
        async with transaction(self.database) as session:
            person = Person(created_at=NOW, district_code=DISTRICT, name=name, birth_date=birth_date, **more)
            session.add(person)
        return Actor(PersonId(person.id))

    async def people(self, count: int) -> list[Actor]:
        """Adds many residents."""
        async with transaction(self.database) as session:
            people = [Person(created_at=NOW, district_code=DISTRICT, name=f"居民{n}") for n in range(count)]
            session.add_all(people)
        return [Actor(PersonId(person.id)) for person in people]

    async def link(self, person: Actor, relative: Actor, *, status: LinkStatus = LinkStatus.active) -> None:
        """Lets one person act for another."""
        async with transaction(self.database) as session:
            session.add(
                HouseholdLink(
                    created_at=NOW,
                    person_id=person.require_person(),
                    relative_id=relative.require_person(),
                    relation="妈妈",
                    status=status,
                    consented_at=NOW if status is LinkStatus.active else None,
                )
            )

    async def book(
        self,
        actor: Actor,
        slot_id: UUID,
        party: int = 1,
        *,
        now: datetime = NOW,
        attendee: Actor | None = None,
    ) -> BookingView:
        """Books as the API would: in a transaction of its own, repeated when it lost a race."""
        wanted = BookingOrder(
            slot_id=slot_id, party=party, attendee_id=None if attendee is None else attendee.require_person()
        )

        async def work(session: AsyncSession) -> BookingView:
            return await bookings.book(session, actor=actor, wanted=wanted, now=now)

        return await in_transaction(self.database, work)

    async def counts(self, slot_id: UUID) -> tuple[int, int, int]:
        """What the slot says is taken, what its bookings add up to, and its capacity."""
        async with transaction(self.database) as session:
            slot = await session.get_one(Slot, slot_id)
            places = (
                await session.execute(
                    select(func.coalesce(func.sum(col(Booking.party)), 0)).where(
                        col(Booking.slot_id) == slot_id, col(Booking.status).in_(["confirmed", "attended"])
                    )
                )
            ).scalar_one()
            return slot.taken, int(places), slot.capacity
