"""Short ways to put volunteers and shifts into the small world, and to act as they would."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.database import in_transaction, transaction
from models.shapes.rosters import SignupOrder, SignupView
from models.tables import (
    Certificate,
    Notice,
    Organisation,
    Person,
    Shift,
    ShiftService,
    Signup,
    Team,
    TeamMember,
    Volunteer,
)
from models.vocabulary import (
    CertificateStatus,
    MembershipStatus,
    NoticeKind,
    OrganisationKind,
    ShiftStatus,
    SignupSource,
    SignupStatus,
)
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.check import check
from scheduling.rosters import signups
from tests.world import CANTEEN, DISTRICT, NOW, World, at

P = ParamSpec("P")
T = TypeVar("T")

HOME = (31.951, 118.841)
"""Near the canteen."""

PUBLISHED = NOW - timedelta(days=3)
"""So long ago that every stage of the release is over."""


async def run(
    world: World,
    use_case: Callable[Concatenate[AsyncSession, P], Awaitable[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Runs a use case as the API would: in a transaction of its own, repeated when it lost a race."""

    async def work(session: AsyncSession) -> T:
        return await use_case(session, *args, **kwargs)

    return await in_transaction(world.database, work)


async def volunteer(
    world: World,
    name: str = "志愿者",
    *,
    served: int = 1,
    birth_date: date | None = date(2000, 1, 1),
    home: tuple[float, float] | None = HOME,
    **profile: Any,
) -> Actor:
    """Adds a volunteer, by default one who has served before and lives near the canteen."""
    place = {} if home is None else {"home_latitude": home[0], "home_longitude": home[1]}
    actor = await world.person(name, birth_date=birth_date, **place)
    async with transaction(world.database) as session:
        session.add(Volunteer(id=actor.require_person(), created_at=NOW, district_code=DISTRICT, **profile))
    for number in range(served):
        await past_service(world, actor, days_ago=20 + number)
    return actor


async def past_service(
    world: World, actor: Actor, *, days_ago: int, status: SignupStatus = SignupStatus.attended
) -> None:
    """Puts a shift into the past that somebody came to, or not."""
    start = at(-days_ago, 9)
    shift_id = await shift(world, start, needed=1, minimum=0, taken=1)
    await place(world, actor, shift_id, status=status)


async def place(
    world: World, actor: Actor, shift_id: UUID, *, status: SignupStatus, first_timer: bool = False
) -> UUID:
    """Writes a signup by hand, past all rules; the shift's count is the caller's matter."""
    async with transaction(world.database) as session:
        row = await session.get_one(Shift, shift_id)
        number = await person_number(session, actor)
        signup = Signup(
            created_at=NOW,
            district_code=DISTRICT,
            shift_id=shift_id,
            point_id=row.point_id,
            person_id=actor.require_person(),
            person_number=number,
            start=row.start,
            end=row.end,
            rest_until=row.end + timedelta(hours=8),
            status=status,
            source=SignupSource.person,
            signed_by_id=actor.require_person(),
            first_timer=first_timer,
        )
        session.add(signup)
        await record(session, [Deed("signup.made", "signup", signup.id, DISTRICT)], actor=actor, now=NOW)
    return signup.id


async def person_number(session: AsyncSession, actor: Actor) -> int:
    """The number by which constraints know a person."""
    person = await session.get_one(Person, actor.require_person())
    assert person.number is not None
    return person.number


async def shift(
    world: World,
    start: datetime | None = None,
    *,
    point_id: UUID = CANTEEN,
    hours: float = 2,
    needed: int = 2,
    minimum: int = 1,
    services: tuple[UUID, ...] = (),
    status: ShiftStatus = ShiftStatus.published,
    published_at: datetime | None = PUBLISHED,
    **more: Any,
) -> UUID:
    """Adds a shift; by default serving lunch at the canteen at 11:00 tomorrow, published some days ago."""
    begin = start or at(1, 11)
    async with transaction(world.database) as session:
        row = Shift(
            created_at=NOW,
            district_code=DISTRICT,
            point_id=point_id,
            start=begin,
            end=begin + timedelta(hours=hours),
            role=more.pop("role", "serving"),
            title=more.pop("title", "食堂打饭"),
            needed=needed,
            minimum=minimum,
            status=status,
            published_at=published_at if status is not ShiftStatus.draft else None,
            code_in="111111",
            code_out="222222",
            **more,
        )
        session.add(row)
        await session.flush()
        session.add_all(ShiftService(shift_id=row.id, service_id=service_id) for service_id in services)
    return row.id


async def sign_up(world: World, actor: Actor, shift_id: UUID, *, now: datetime = NOW) -> SignupView:
    """Signs somebody up for themselves."""
    made = await run(world, signups.sign_up, actor=actor, shift_id=shift_id, wanted=SignupOrder(), now=now)
    return made.signups[0]


async def certified(world: World, actor: Actor, skill: str, *, until: date | None = None) -> None:
    """Gives somebody a verified certificate."""
    async with transaction(world.database) as session:
        session.add(
            Certificate(
                created_at=NOW,
                district_code=DISTRICT,
                person_id=actor.require_person(),
                skill=skill,
                title=skill,
                issuer="红十字会",
                issued_on=date(2020, 1, 1),
                expires_on=until,
                status=CertificateStatus.verified,
            )
        )


async def team(world: World, leader: Actor, *members: Actor, name: str = "青年志愿队") -> UUID:
    """Adds a team with its members."""
    async with transaction(world.database) as session:
        row = Team(created_at=NOW, district_code=DISTRICT, name=name, leader_id=leader.require_person())
        session.add(row)
        await session.flush()
        session.add_all(
            TeamMember(
                created_at=NOW,
                team_id=row.id,
                person_id=one.require_person(),
                status=MembershipStatus.member,
            )
            for one in (leader, *members)
        )
    return row.id


async def organisation(world: World, name: str = "江宁大学") -> UUID:
    """Adds a university."""
    async with transaction(world.database) as session:
        row = Organisation(
            created_at=NOW, district_code=DISTRICT, name=name, kind=OrganisationKind.university
        )
        session.add(row)
    return row.id


async def signup_of(world: World, signup_id: UUID) -> Signup:
    """A signup as it is now."""
    async with transaction(world.database) as session:
        return await session.get_one(Signup, signup_id)


async def shift_of(world: World, shift_id: UUID) -> Shift:
    """A shift as it is now."""
    async with transaction(world.database) as session:
        return await session.get_one(Shift, shift_id)


async def told(world: World, actor: Actor, kind: NoticeKind) -> list[dict[str, Any]]:
    """What somebody is owed of a kind, in the order of making."""
    async with transaction(world.database) as session:
        rows = await session.execute(
            select(col(Notice.data))
            .where(
                col(Notice.person_id) == actor.person_id,
                col(Notice.kind) == kind,
                col(Notice.status) == "pending",
            )
            .order_by(col(Notice.id))
        )
        return list(rows.scalars())


async def assert_sound(world: World, now: datetime = NOW) -> None:
    """Every invariant holds."""
    async with transaction(world.database) as session:
        assert await check(session, now=now) == []
