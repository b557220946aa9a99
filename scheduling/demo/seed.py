"""Laying the demonstration into a database, through the same use cases as everything else, so that all rules hold."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import cos, hypot, radians
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId, new_id
from models.shapes.base import DISTRICT_ZONE, local_day
from models.shapes.bookings import BookingOrder, BookingView
from models.tables import AuditEntry, HouseholdLink, Person, Slot
from models.vocabulary import Category, LinkStatus, Role, ScopeKind
from scheduling.accounts import NewAccount, open_accounts
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.demo.people import DemoPerson
from scheduling.demo.plan import DemoPlan
from scheduling.demo.volunteers import settle_volunteers
from scheduling.desk import book_many
from scheduling.drafts import ServiceDraft
from scheduling.establish import Standing, establish, standing
from scheduling.grants import Order
from scheduling.people import NewPerson, link_household, register
from scheduling.slots import generate_slots

DEMO_PASSWORD = "zui-hou-yi-mi"  # noqa: S105  # said aloud at every start: it opens demonstration accounts only

SEEDED = "demo.seeded"
SEED_LOCK = 0x6C6D7364  # "lmsd": the advisory lock under which a database is seeded once

BOOKED_AHEAD = (Category.meals, Category.elder_care, Category.fitness, Category.culture)
"""What the demonstration's old people have booked already, in turn."""

OLD_BORN_BEFORE = date(1966, 1, 1)


@dataclass(frozen=True, slots=True)
class SignIn:
    """A demonstration sign-in worth showing: who it is, and for what place (a point's or division's name)."""

    username: str
    password: str
    role: Role
    place: str


@dataclass(frozen=True, slots=True)
class Seeded:
    """What seeding did."""

    points: int
    slots: int
    people: int
    bookings: int


async def seed(session: AsyncSession, *, plan: DemoPlan, now: datetime) -> Seeded | None:
    """Lays the demonstration, in the caller's transaction. None when the district has it already: nothing changes then.

    Any number of processes may do so at once: the first one does, the others wait and find it done.
    """
    await session.execute(select(func.pg_advisory_xact_lock(SEED_LOCK)))
    if (await session.execute(select(col(AuditEntry.id)).where(col(AuditEntry.action) == SEEDED))).first():
        return None
    done = await establish(session, actor=SYSTEM, plan=plan.district, now=now)
    slots = await generate_slots(session, now=now, service_ids=done.service_ids)
    stored = await standing(session, district_code=done.district_code)
    people = await _settle(session, plan, stored, done.district_code, now)
    await open_accounts(
        session,
        actor=SYSTEM,
        accounts=[
            NewAccount(account.username, DEMO_PASSWORD, people[account.person_key].id, done.district_code)
            for account in plan.accounts
        ],
        now=now,
    )
    bookings = await _book(session, plan, stored, people, now)
    await settle_volunteers(
        session, plan=plan, stored=stored, people=people, district_code=done.district_code, now=now
    )
    await record(session, [Deed(SEEDED, "district", None, done.district_code)], actor=SYSTEM, now=now)
    return Seeded(points=len(plan.district.points), slots=slots, people=len(people), bookings=bookings)


async def _settle(
    session: AsyncSession, plan: DemoPlan, stored: Standing, district_code: str, now: datetime
) -> Mapping[str, Person]:
    """Registers the people with their roles, and links families. Returns them by their keys."""
    people = {person.key: _person(person, district_code, now) for person in plan.people}
    grants: defaultdict[str, list[tuple[Role, ScopeKind, str]]] = defaultdict(list)
    for grant in plan.grants:
        key = grant.scope_key
        if grant.scope is ScopeKind.point:
            key = str(stored.points[grant.scope_key]["id"])
        grants[grant.person_key].append((grant.role, grant.scope, key))
    await register(
        session,
        actor=SYSTEM,
        people=[NewPerson(person, grants[key]) for key, person in people.items()],
        now=now,
    )
    await link_household(
        session,
        actor=SYSTEM,
        links=[
            HouseholdLink(
                created_at=now,
                person_id=people[link.person_key].id,
                relative_id=people[link.relative_key].id,
                relation=link.relation,
                status=LinkStatus.active,
                evidence="演示数据",
                consented_at=now,
            )
            for link in plan.links
        ],
        now=now,
    )
    return people


def _person(person: DemoPerson, district_code: str, now: datetime) -> Person:
    return Person(
        id=new_id(),
        created_at=now,
        district_code=district_code,
        name=person.name,
        phone=person.phone,
        birth_date=person.birth_date,
        disability=person.disability,
        home_division=person.home_division,
        home_latitude=person.home_latitude,
        home_longitude=person.home_longitude,
        large_text=person.birth_date < OLD_BORN_BEFORE,
        demo=True,
    )


async def _book(
    session: AsyncSession,
    plan: DemoPlan,
    stored: Standing,
    people: Mapping[str, Person],
    now: datetime,
) -> int:
    """Books near home, for today and tomorrow, for the old: by themselves, or by the child who acts for them.

    What the rules refuse is left out, as it would be for anybody.
    """
    children = {link.relative_key: link.person_key for link in reversed(plan.links)}
    old = [person for person in plan.people if person.birth_date < OLD_BORN_BEFORE]
    wishes = [
        (person, stored.services[_nearest(plan, person, BOOKED_AHEAD[number % len(BOOKED_AHEAD)])]["id"])
        for number, person in enumerate(old)
    ]
    slots = await _next_slots(session, {service_id for _, service_id in wishes}, now)
    orders = []
    for number, (person, service_id) in enumerate(wishes):
        if following := slots[service_id]:
            booker = people[children.get(person.key, person.key)]
            slot_id = following[number * 7 % len(following)]
            wanted = BookingOrder(slot_id=slot_id, attendee_id=people[person.key].id)
            orders.append(Order(Actor(PersonId(booker.id)), wanted))
    outcomes = await book_many(session, orders, now=now)
    return sum(isinstance(outcome, BookingView) for outcome in outcomes)


def _nearest(plan: DemoPlan, person: DemoPerson, category: Category) -> str:
    """The key of the service of a category that is nearest to a person's home."""
    points = {point.key: point for point in plan.district.points}

    def away(service: ServiceDraft) -> float:
        point = points[service.point_key]
        east = (point.longitude - person.home_longitude) * cos(radians(point.latitude))
        return hypot(point.latitude - person.home_latitude, east)

    return min((one for one in plan.district.services if one.category is category), key=away).key


async def _next_slots(
    session: AsyncSession, service_ids: Iterable[UUID], now: datetime
) -> Mapping[UUID, Sequence[UUID]]:
    """The slots of some services until the end of tomorrow."""
    end = datetime.combine(local_day(now) + timedelta(days=2), time(0), tzinfo=DISTRICT_ZONE)
    rows = await session.execute(
        select(col(Slot.service_id), col(Slot.id))
        .where(col(Slot.service_id).in_(service_ids), col(Slot.start).between(now, end))
        .order_by(col(Slot.start), col(Slot.id))
    )
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in rows:
        found[row.service_id].append(row.id)
    return found


def sign_ins(plan: DemoPlan) -> tuple[SignIn, ...]:
    """A few demonstration sign-ins to show: the district's, one of a sub-district's staff, one of a point's manager."""
    names = {
        **{division.code: division.name for division in plan.district.divisions},
        **{point.key: point.name for point in plan.district.points},
    }
    accounts = {account.person_key: account.username for account in plan.accounts}
    found: dict[Role, SignIn] = {}
    for grant in plan.grants:
        if grant.role not in found and grant.person_key in accounts:
            place = names[grant.scope_key]
            found[grant.role] = SignIn(accounts[grant.person_key], DEMO_PASSWORD, grant.role, place)
    return tuple(
        found[role] for role in (Role.administrator, Role.staff, Role.point_manager) if role in found
    )
