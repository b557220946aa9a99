"""Sign-ins by name and password for people who work here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Division, Grant, GridCell, Person, Point, SignInFailures, StaffAccount
from models.vocabulary import DivisionLevel, Role, ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ForbiddenError, InvalidInputError, NotFoundError
from scheduling.passwords import PASSWORDS, name_hash
from scheduling.rules.administration import may_administer


@dataclass(frozen=True, slots=True)
class NewAccount:
    """A sign-in to be opened for a person."""

    username: str
    password: str
    person_id: UUID
    district_code: str


async def open_accounts(
    session: AsyncSession, *, actor: Actor, accounts: Sequence[NewAccount], now: datetime
) -> None:
    """Opens sign-ins. Equal passwords of one call are hashed once: hashing is slow by design.

    Raises ForbiddenError. A name or person that has a sign-in already breaks a constraint of the database.
    """
    if not all(may_administer(actor, account.district_code) for account in accounts):
        raise ForbiddenError
    hashes = {
        password: await asyncio.to_thread(PASSWORDS.hash, password)
        for password in {account.password for account in accounts}
    }
    if not accounts:
        return
    await session.execute(
        insert(StaffAccount),
        [
            {
                "username": account.username,
                "person_id": account.person_id,
                "password_hash": hashes[account.password],
            }
            for account in accounts
        ],
    )
    deeds = [
        Deed("staff.account_opened", "person", account.person_id, account.district_code)
        for account in accounts
    ]
    await record(session, deeds, actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Post:
    """A role at a place. `key` is what a grant names: a point's id, or a division's code; `place` is its name."""

    role: Role
    scope: ScopeKind
    key: str
    place: str
    district_code: str


async def post(session: AsyncSession, *, role: Role, key: str) -> Post:
    """The post of a role at a place, by the key that people use: the district's key of a point, or a division's code.

    Raises InvalidInputError when the place is none for the role: managers have a point; staff a sub-district or
    community; administrators a district. NotFoundError when there is no such place.
    """
    if role is Role.point_manager:
        points = (await session.execute(select(Point).where(col(Point.key) == key))).scalars().all()
        if not points:
            raise NotFoundError(what="point")
        if len(points) > 1:
            raise InvalidInputError(field="scope", detail="points of several districts have this key")
        point = points[0]
        return Post(role, ScopeKind.point, str(point.id), point.name, point.district_code)
    if role is Role.grid_worker:
        raise InvalidInputError(field="role", detail="grid workers are named by their cell")
    division = await session.get(Division, key)
    if division is None:
        raise NotFoundError(what="division")
    is_district = division.level is DivisionLevel.district
    if is_district is not (role is Role.administrator):
        raise InvalidInputError(field="scope", detail="administrators have a district, staff a part of one")
    scope = ScopeKind.district if is_district else ScopeKind.division
    return Post(role, scope, key, division.name, await _district_of(session, division))


async def _district_of(session: AsyncSession, division: Division) -> str:
    while division.parent_code is not None:
        division = await session.get_one(Division, division.parent_code)
    return division.code


@dataclass(frozen=True, slots=True)
class Account:
    """A sign-in as administrators see it. `places` are the roles held, each with the name of its place."""

    username: str
    person_id: UUID
    name: str
    district_code: str
    places: tuple[tuple[Role, str], ...]
    demo: bool


async def list_accounts(session: AsyncSession, *, actor: Actor, district_code: str) -> list[Account]:
    """The sign-ins of a district, by name. Raises ForbiddenError."""
    if not may_administer(actor, district_code):
        raise ForbiddenError
    rows = await session.execute(
        select(col(StaffAccount.username), Person)
        .join(Person, col(Person.id) == col(StaffAccount.person_id))
        .where(col(Person.district_code) == district_code)
        .order_by(col(StaffAccount.username))
    )
    accounts = [(row.username, row.Person) for row in rows]
    places = await _places(session, [person.id for _, person in accounts])
    return [
        Account(
            username, person.id, person.name, district_code, tuple(places.get(person.id, ())), person.demo
        )
        for username, person in accounts
    ]


async def _places(session: AsyncSession, person_ids: Sequence[UUID]) -> dict[UUID, list[tuple[Role, str]]]:
    """The roles that people hold, each with the name of its place."""
    grants = (
        (
            await session.execute(
                select(Grant)
                .where(col(Grant.person_id).in_(person_ids))
                .order_by(col(Grant.role), col(Grant.key))
            )
        )
        .scalars()
        .all()
    )
    point_ids = [UUID(grant.key) for grant in grants if grant.scope is ScopeKind.point]
    codes = [grant.key for grant in grants if grant.scope in {ScopeKind.division, ScopeKind.district}]
    points = await session.execute(select(col(Point.id), col(Point.name)).where(col(Point.id).in_(point_ids)))
    divisions = await session.execute(
        select(col(Division.code), col(Division.name)).where(col(Division.code).in_(codes))
    )
    cells = await session.execute(
        select(col(GridCell.id), col(GridCell.name)).where(
            col(GridCell.id).in_([UUID(grant.key) for grant in grants if grant.scope is ScopeKind.cell])
        )
    )
    names = {
        **{str(row.id): row.name for row in points},
        **{str(row.id): row.name for row in cells},
        **{row.code: row.name for row in divisions},
    }
    found: dict[UUID, list[tuple[Role, str]]] = {}
    for grant in grants:
        found.setdefault(grant.person_id, []).append((grant.role, names.get(grant.key, grant.key)))
    return found


async def set_password(
    session: AsyncSession, *, actor: Actor, username: str, password: str, now: datetime
) -> None:
    """Gives a sign-in another password, ends its rest after failures, and signs its person out everywhere.

    Raises NotFoundError, ForbiddenError.
    """
    account, person = await _administered(session, actor, username)
    account.password_hash = await asyncio.to_thread(PASSWORDS.hash, password)
    await session.execute(delete(SignInFailures).where(col(SignInFailures.name_hash) == name_hash(username)))
    person.token_epoch += 1
    session.add_all([account, person])
    deed = Deed("staff.password_set", "person", person.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)


async def close_account(session: AsyncSession, *, actor: Actor, username: str, now: datetime) -> None:
    """Ends a sign-in, the roles of its person, and whatever they are signed in with. The person stays, as a resident.

    Raises NotFoundError, ForbiddenError.
    """
    account, person = await _administered(session, actor, username)
    await session.delete(account)
    await session.execute(delete(Grant).where(col(Grant.person_id) == person.id))
    person.token_epoch += 1
    session.add(person)
    deed = Deed("staff.account_closed", "person", person.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)


async def _administered(session: AsyncSession, actor: Actor, username: str) -> tuple[StaffAccount, Person]:
    """A sign-in and its person, locked. Raises NotFoundError, ForbiddenError."""
    account = await session.get(StaffAccount, username, with_for_update=True)
    if account is None:
        raise NotFoundError(what="account")
    person = await session.get_one(Person, account.person_id, with_for_update=True)
    if not may_administer(actor, person.district_code):
        raise ForbiddenError
    return account, person
