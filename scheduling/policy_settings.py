"""Setting policy fields for a district, a point or a service, and showing what is in force and since whose word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PointId, within
from models.shapes.policies import PolicyFieldView, PolicySetting, ServicePolicyView
from models.tables import Division, Point, PolicyOverride, Service
from models.vocabulary import Category, DivisionLevel, Role, ScopeKind
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.audit import Deed, record
from scheduling.errors import ForbiddenError, InvalidInputError, NotFoundError, Value
from scheduling.policies import (
    DISTRICT_FIELDS,
    Override,
    Policy,
    checked_override,
    contradictions,
    effective_policy,
    explained_policy,
)
from scheduling.queries.policies import ServiceScope, overrides_for


async def service_policy(session: AsyncSession, *, service_id: UUID) -> ServicePolicyView:
    """Every field in force for a service, with its origin. Policies are public. Raises NotFoundError."""
    service = await session.get(Service, service_id)
    if service is None:
        raise NotFoundError(what="service")
    overrides = (await overrides_for(session, [_scope_of(service)]))[service_id]
    return ServicePolicyView(
        service_id=service_id,
        category=service.category,
        fields=[
            PolicyFieldView(
                field=one.field,
                value=one.value,
                default=one.default,
                origin=one.origin,
                rule=one.rule,
                about=one.about,
            )
            for one in explained_policy(service.category, overrides)
        ],
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """Which field, for what: `key` is a district's code, a point's id or a service's id."""

    scope: ScopeKind
    key: str
    field: str


async def set_field(
    session: AsyncSession, *, actor: Actor, setting: Setting, value: JsonValue, now: datetime
) -> PolicySetting:
    """Sets a field. Managers for their points and services; staff and administrators for their division.

    Raises NotFoundError, ForbiddenError, and InvalidInputError when the value is none for this field, or makes no sense
    together with another field in any service that it concerns.
    """
    place = await _place(session, actor, setting)
    checked_override(setting.field, value)
    await _lock(session, place.district_code)
    known = await _known(session, place)
    await session.execute(
        insert(PolicyOverride)
        .values(
            scope=setting.scope,
            key=place.key,
            field=setting.field,
            value=value,
            set_at=now,
            set_by=actor.person_id,
        )
        .on_conflict_do_update(
            index_elements=["scope", "key", "field"],
            set_={"value": value, "set_at": now, "set_by": actor.person_id},
        )
    )
    await _require_sense(session, place, setting.field)
    data: dict[str, Value] = {"field": setting.field, "value": value, "before": known.get(setting.field)}
    deed = Deed("policy.set", setting.scope, place.subject_id, place.district_code, data)
    await record(session, [deed], actor=actor, now=now)
    return PolicySetting(scope=setting.scope, key=place.key, field=setting.field, value=value, set_at=now)


async def clear_field(session: AsyncSession, *, actor: Actor, setting: Setting, now: datetime) -> None:
    """Takes back what was set: the next wider scope's value holds again. Clearing what is not set changes nothing.

    Raises as `set_field`.
    """
    place = await _place(session, actor, setting)
    await _lock(session, place.district_code)
    known = await _known(session, place)
    if setting.field not in known:
        return
    await session.execute(
        delete(PolicyOverride).where(
            col(PolicyOverride.scope) == setting.scope,
            col(PolicyOverride.key) == place.key,
            col(PolicyOverride.field) == setting.field,
        )
    )
    await _require_sense(session, place, setting.field)
    data: dict[str, Value] = {"field": setting.field, "before": known[setting.field]}
    deed = Deed("policy.cleared", setting.scope, place.subject_id, place.district_code, data)
    await record(session, [deed], actor=actor, now=now)


@dataclass(frozen=True, slots=True)
class Place:
    """What a field is set for, found and authorised."""

    scope: ScopeKind
    key: str
    district_code: str
    subject_id: UUID | None


async def _place(session: AsyncSession, actor: Actor, setting: Setting) -> Place:
    """Raises NotFoundError, ForbiddenError for those who may not set it, InvalidInputError for no such field."""
    if setting.scope is ScopeKind.district:
        place = await _district(session, actor, setting.key)
    elif setting.scope in {ScopeKind.point, ScopeKind.service}:
        place = await _point_or_service(session, actor, setting.scope, setting.key)
    else:
        raise NotFoundError(what="policy scope")
    if setting.field not in Policy.model_fields:
        raise NotFoundError(what="policy field")
    if setting.field in DISTRICT_FIELDS and setting.scope is not ScopeKind.district:
        raise InvalidInputError(field="scope", detail=f"{setting.field} holds for the district as a whole")
    return place


async def _district(session: AsyncSession, actor: Actor, code: str) -> Place:
    division = await session.get(Division, code)
    if division is None or division.level is not DivisionLevel.district:
        raise NotFoundError(what="district")
    if not any(
        held.role in {Role.staff, Role.administrator}
        and held.scope in {ScopeKind.division, ScopeKind.district}
        and within(code, held.key)
        for held in actor.permissions
    ):
        raise ForbiddenError
    return Place(ScopeKind.district, code, code, None)


async def _point_or_service(session: AsyncSession, actor: Actor, scope: ScopeKind, key: str) -> Place:
    try:
        id_ = UUID(key)
    except ValueError as error:
        raise NotFoundError(what=scope) from error
    statement = select(col(Point.id), col(Point.community_code), col(Point.district_code))
    if scope is ScopeKind.service:
        statement = statement.join(Service, col(Service.point_id) == col(Point.id)).where(
            col(Service.id) == id_
        )
    else:
        statement = statement.where(col(Point.id) == id_)
    row = (await session.execute(statement)).first()
    if row is None:
        raise NotFoundError(what=scope)
    if not may_manage_point(actor, PointScope(PointId(row.id), row.community_code)):
        raise ForbiddenError
    return Place(scope, str(id_), row.district_code, id_)


async def _lock(session: AsyncSession, district_code: str) -> None:
    """Settings of one district are made one after another: two that contradict each other are never both let in."""
    await session.execute(
        select(col(Division.code)).where(col(Division.code) == district_code).with_for_update(key_share=True)
    )


async def _known(session: AsyncSession, place: Place) -> Mapping[str, JsonValue]:
    rows = await session.execute(
        select(col(PolicyOverride.field), col(PolicyOverride.value)).where(
            col(PolicyOverride.scope) == place.scope, col(PolicyOverride.key) == place.key
        )
    )
    return {row.field: row.value for row in rows}


async def _require_sense(session: AsyncSession, place: Place, field: str) -> None:
    """Asks every policy that the change concerns. Raises InvalidInputError, which names the other field if need be."""
    for policy in await _concerned(session, place):
        for about, detail in contradictions(policy):
            raise InvalidInputError(field="value", detail=f"{field}: {detail} ({about})")


async def _concerned(session: AsyncSession, place: Place) -> Sequence[Policy]:
    """The policies in which a field of this scope counts.

    For a district: those of all its categories, and of the services for which something else is set.
    """
    statement = select(Service).where(col(Service.district_code) == place.district_code)
    if place.scope is ScopeKind.service:
        statement = statement.where(col(Service.id) == place.subject_id)
    elif place.scope is ScopeKind.point:
        statement = statement.where(col(Service.point_id) == place.subject_id)
    else:
        nearer = await session.execute(
            select(col(PolicyOverride.key)).where(
                col(PolicyOverride.scope).in_([ScopeKind.point, ScopeKind.service])
            )
        )
        ids = sorted({UUID(key) for key in nearer.scalars()})
        statement = statement.where(or_(col(Service.id).in_(ids), col(Service.point_id).in_(ids)))
    services = list((await session.execute(statement)).scalars())
    found = await overrides_for(session, [_scope_of(service) for service in services])
    policies = [effective_policy(service.category, found[service.id]) for service in services]
    if place.scope is ScopeKind.district:
        overrides = [
            Override(ScopeKind.district, place.key, field, value)
            for field, value in (await _known(session, place)).items()
        ]
        policies += [effective_policy(category, overrides) for category in Category]
    return policies


def _scope_of(service: Service) -> ServiceScope:
    return ServiceScope(service.id, service.point_id, service.district_code, service.category)
