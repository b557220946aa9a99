"""Persons and their own data, their roles, and for whom they may act."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.base import Area, Coordinates
from models.shapes.people import ConsentGiven, ConsentView, DraftView, MeEdit, MeView, RelativeView, RoleView
from models.tables import (
    ChatDraft,
    Consent,
    Division,
    Grant,
    GridCell,
    HouseholdLink,
    Person,
    Point,
)
from models.vocabulary import LinkStatus, NoticeGroup, Role, ScopeKind
from scheduling.actors import Actor
from scheduling.agreement import reckon_withdrawn
from scheduling.audit import Deed, record
from scheduling.errors import InvalidInputError, SignInRequiredError, Value
from scheduling.locks import lock_persons
from scheduling.rules.phones import masked_phone, normal_phone


async def me(session: AsyncSession, *, actor: Actor, now: datetime) -> MeView:
    """The actor's own data, and the draft that has not run out."""
    person_id = actor.require_person()
    person, division, draft = (
        await session.execute(
            select(Person, Division, ChatDraft)
            .outerjoin(Division, col(Division.code) == col(Person.home_division))
            .outerjoin(
                ChatDraft,
                and_(col(ChatDraft.person_id) == col(Person.id), col(ChatDraft.expires_at) > now),
            )
            .where(col(Person.id) == person_id)
        )
    ).one()
    consents = await session.execute(
        select(Consent).where(col(Consent.person_id) == person_id, col(Consent.withdrawn_at).is_(None))
    )
    relatives = await session.execute(
        select(col(HouseholdLink.relation), col(Person.id), col(Person.name))
        .join(Person, col(Person.id) == col(HouseholdLink.relative_id))
        .where(col(HouseholdLink.person_id) == person_id, col(HouseholdLink.status) == LinkStatus.active)
        .order_by(col(HouseholdLink.id))
    )
    home = None
    if person.home_latitude is not None and person.home_longitude is not None:
        home = Coordinates(latitude=person.home_latitude, longitude=person.home_longitude)
    return MeView(
        id=person.id,
        name=person.name,
        language=person.language,
        phone=masked_phone(person.phone),
        birth_date=person.birth_date,
        disability=person.disability,
        home_division=None if division is None else Area(code=division.code, name=division.name),
        home=home,
        reminders=person.reminders,
        opted_out=[NoticeGroup(group) for group in person.opted_out],
        large_text=person.large_text,
        consents=[
            ConsentView(purpose=consent.purpose, version=consent.version, given_at=consent.created_at)
            for consent in consents.scalars()
        ],
        roles=await roles_of(session, actor),
        household=[RelativeView(person_id=row.id, name=row.name, relation=row.relation) for row in relatives],
        draft=None
        if draft is None
        else DraftView(kind=draft.kind, data=draft.data, expires_at=draft.expires_at),
    )


async def roles_of(session: AsyncSession, actor: Actor) -> list[RoleView]:
    """The actor's roles, each with the name of its place."""
    points = [UUID(held.key) for held in actor.permissions if held.scope is ScopeKind.point]
    cells = [UUID(held.key) for held in actor.permissions if held.scope is ScopeKind.cell]
    apart = {ScopeKind.point, ScopeKind.cell}
    divisions = [held.key for held in actor.permissions if held.scope not in apart]
    names: dict[str, str] = {}
    if points:
        rows = await session.execute(select(col(Point.id), col(Point.name)).where(col(Point.id).in_(points)))
        names.update((str(row.id), row.name) for row in rows)
    if cells:
        held_cells = await session.execute(
            select(col(GridCell.id), col(GridCell.name)).where(col(GridCell.id).in_(cells))
        )
        names.update((str(row.id), row.name) for row in held_cells)
    if divisions:
        areas = await session.execute(
            select(col(Division.code), col(Division.name)).where(col(Division.code).in_(divisions))
        )
        names.update((row.code, row.name) for row in areas)
    held = sorted(actor.permissions, key=lambda permission: (permission.role, names.get(permission.key, "")))
    return [RoleView(role=p.role, scope=p.scope, key=p.key, name=names.get(p.key, p.key)) for p in held]


async def locked_self(session: AsyncSession, actor: Actor) -> Person:
    """The actor's own row, locked. Raises SignInRequiredError when they were erased while the lock was waited for."""
    person_id = actor.require_person()
    if person_id not in await lock_persons(session, [person_id]):
        raise SignInRequiredError
    return await session.get_one(Person, person_id, populate_existing=True)


async def edit_me(session: AsyncSession, *, actor: Actor, edit: MeEdit, now: datetime) -> MeView:
    """Changes the actor's own data; what the edit does not name stays, what it sets to null is cleared.

    A new home shared as a place and a new home division replace each other. Raises InvalidInputError naming the field.
    """
    person = await locked_self(session, actor)
    values: dict[str, Any] = {name: getattr(edit, name) for name in edit.model_fields_set}
    for name in ("name", "language", "disability", "reminders", "opted_out", "large_text"):
        if name in values and values[name] is None:
            raise InvalidInputError(field=name, detail="cannot be null")
    if (
        values.get("home_division") is not None
        and await session.get(Division, values["home_division"]) is None
    ):
        raise InvalidInputError(field="home_division", detail="unknown division")
    if "opted_out" in values:
        values["opted_out"] = sorted(set(values["opted_out"]))
    if "phone" in values:
        values["phone"] = normal_phone(values["phone"])
    if "home" in values:
        home = values.pop("home")
        values["home_latitude"] = None if home is None else home.latitude
        values["home_longitude"] = None if home is None else home.longitude
        if home is not None:
            values.setdefault("home_division", None)
    elif values.get("home_division") is not None:
        values["home_latitude"] = values["home_longitude"] = None
    for name, value in values.items():
        setattr(person, name, value)
    session.add(person)
    deed = Deed("person.edited", "person", person.id, person.district_code, {"fields": sorted(values)})
    await record(session, [deed], actor=actor, now=now)
    await session.flush()
    return await me(session, actor=actor, now=now)


async def consent(session: AsyncSession, *, actor: Actor, given: ConsentGiven, now: datetime) -> ConsentView:
    """Records that the actor agreed to a version of a purpose; agreeing again changes nothing."""
    person = await locked_self(session, actor)
    person_id = person.id
    agreed = await session.execute(
        insert(Consent)
        .values(
            id=new_id(), created_at=now, person_id=person_id, purpose=given.purpose, version=given.version
        )
        .on_conflict_do_update(
            index_elements=["person_id", "purpose", "version"],
            set_={"withdrawn_at": None},
            where=col(Consent.withdrawn_at).is_not(None),
        )
        .returning(col(Consent.id))
    )
    if agreed.first() is not None:
        await reckon_withdrawn(session, person_id)
        said: dict[str, Value] = {"purpose": given.purpose, "version": given.version}
        deed = Deed("consent.given", "person", person_id, person.district_code, said)
        await record(session, [deed], actor=actor, now=now)
    stored = (
        await session.execute(
            select(Consent).where(
                col(Consent.person_id) == person_id,
                col(Consent.purpose) == given.purpose,
                col(Consent.version) == given.version,
            )
        )
    ).scalar_one()
    return ConsentView(purpose=stored.purpose, version=stored.version, given_at=stored.created_at)


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody that staff register, with or without a phone."""

    person: Person
    grants: Sequence[tuple[Role, ScopeKind, str]] = ()


async def register(
    session: AsyncSession, *, actor: Actor, people: Sequence[NewPerson], now: datetime
) -> None:
    """Registers people and their roles on behalf of staff or the program."""
    session.add_all([new.person for new in people])
    await session.flush()
    session.add_all(
        Grant(created_at=now, person_id=new.person.id, role=role, scope=scope, key=key)
        for new in people
        for role, scope, key in new.grants
    )
    deeds = [Deed("person.registered", "person", new.person.id, new.person.district_code) for new in people]
    await record(session, deeds, actor=actor, now=now)


async def link_household(
    session: AsyncSession, *, actor: Actor, links: Sequence[HouseholdLink], now: datetime
) -> None:
    """Records household links whose consent somebody vouches for (`evidence`)."""
    session.add_all(links)
    await session.flush()
    districts = {
        row.id: row.district_code
        for row in await session.execute(
            select(col(Person.id), col(Person.district_code)).where(
                col(Person.id).in_([link.relative_id for link in links])
            )
        )
    }
    deeds = [
        Deed(
            "household.linked",
            "household_link",
            link.id,
            districts[link.relative_id],
            {"for": str(link.relative_id)},
        )
        for link in links
    ]
    await record(session, deeds, actor=actor, now=now)
