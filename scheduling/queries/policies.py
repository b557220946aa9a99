"""The policies in force for some services."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    SQLColumnExpression,
    String,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    union,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Query, Record, Running, Statement, ask
from models.tables import PolicyOverride, Slot
from models.vocabulary import Category, ScopeKind
from scheduling.policies import Override, Policy, effective_policy


@dataclass(frozen=True, slots=True)
class ServiceScope:
    """A service and the scopes around it."""

    service_id: UUID
    point_id: UUID
    district_code: str
    category: Category


async def policies_for(running: Running, scopes: Iterable[ServiceScope]) -> Mapping[UUID, Policy]:
    """The policy in force for each service, by service id. One statement, however many services."""
    wanted = {scope.service_id: scope for scope in scopes}
    found = await overrides_for(running, wanted.values())
    return {
        service_id: effective_policy(around.category, found[service_id])
        for service_id, around in wanted.items()
    }


async def district_policy(session: AsyncSession, district_code: str) -> Policy:
    """The policy for what is no service's matter: the product's defaults and what the district set."""
    return effective_policy(None, await _overrides_of_district(session, district_code))


async def district_policies(session: AsyncSession, district_code: str) -> Mapping[Category, Policy]:
    """The policy of each category where neither point nor service set anything."""
    overrides = await _overrides_of_district(session, district_code)
    return {category: effective_policy(category, overrides) for category in Category}


async def _overrides_of_district(session: AsyncSession, district_code: str) -> list[Override]:
    rows = await session.execute(
        select(PolicyOverride).where(
            col(PolicyOverride.scope) == ScopeKind.district, col(PolicyOverride.key) == district_code
        )
    )
    return [Override(row.scope, row.key, row.field, row.value) for row in rows.scalars()]


async def point_policies(session: AsyncSession, points: Iterable[tuple[UUID, str]]) -> Mapping[UUID, Policy]:
    """The policy in force at each of these points, given with their districts, for what is no service's matter."""
    wanted = dict(points)
    if not wanted:
        return {}
    rows = await session.execute(
        select(PolicyOverride).where(
            or_(
                and_(
                    col(PolicyOverride.scope) == ScopeKind.district,
                    col(PolicyOverride.key).in_(set(wanted.values())),
                ),
                and_(
                    col(PolicyOverride.scope) == ScopeKind.point,
                    col(PolicyOverride.key).in_([str(point_id) for point_id in wanted]),
                ),
            )
        )
    )
    found = [Override(row.scope, row.key, row.field, row.value) for row in rows.scalars()]
    return {
        point_id: effective_policy(
            None, [override for override in found if override.key in {district, str(point_id)}]
        )
        for point_id, district in wanted.items()
    }


async def overrides_for(running: Running, scopes: Iterable[ServiceScope]) -> Mapping[UUID, list[Override]]:
    """What is set for each service, its point and its district, by service id. One statement, none for no service."""
    wanted = {scope.service_id: scope for scope in scopes}
    if not wanted:
        return {}
    districts = {scope.district_code for scope in wanted.values()}
    points = {str(scope.point_id) for scope in wanted.values()}
    services = {str(service_id) for service_id in wanted}
    values = {"districts": list(districts), "points": list(points), "services": list(services)}
    found = await ask(running, Query(_OVERRIDES, values, Overrides.read))
    return {service_id: found.of(around) for service_id, around in wanted.items()}


@dataclass(frozen=True, slots=True)
class Overrides:
    """What is set, by scope and its key."""

    found: Mapping[tuple[ScopeKind, str], Sequence[Override]]

    @classmethod
    def read(cls, rows: Iterable[Record]) -> "Overrides":
        """From rows of scope, key, field and value as JSON text."""
        found: dict[tuple[ScopeKind, str], list[Override]] = {}
        for kind, key, field, value in rows:
            scope = ScopeKind(kind)
            found.setdefault((scope, key), []).append(Override(scope, key, field, json.loads(value)))
        return cls(found)

    def of(self, around: ServiceScope) -> list[Override]:
        """What is set for a service, its point and its district."""
        return [
            *self.found.get((ScopeKind.district, around.district_code), ()),
            *self.found.get((ScopeKind.point, str(around.point_id)), ()),
            *self.found.get((ScopeKind.service, str(around.service_id)), ()),
        ]

    def policy(self, around: ServiceScope) -> Policy:
        """The policy in force for a service."""
        return effective_policy(around.category, self.of(around))


def overriding(slot_ids: Iterable[UUID]) -> Query[Overrides]:
    """What is set for the services of these slots and around them."""
    return Query(_OVERRIDES_OF_SLOTS, {"ids": list(set(slot_ids))}, Overrides.read)


def _set_for(scope: ScopeKind, keys: str) -> ColumnElement[bool]:
    return and_(
        col(PolicyOverride.scope) == literal_column(f"'{scope}'"),
        col(PolicyOverride.key) == func.any(bindparam(keys, type_=ARRAY(String))),
    )


_OVERRIDES = Statement(
    select(
        col(PolicyOverride.scope),
        col(PolicyOverride.key),
        col(PolicyOverride.field),
        cast(col(PolicyOverride.value), Text),
    ).where(
        or_(
            _set_for(ScopeKind.district, "districts"),
            _set_for(ScopeKind.point, "points"),
            _set_for(ScopeKind.service, "services"),
        )
    )
)


def _of_slots(scope: ScopeKind, key: SQLColumnExpression[Any]) -> Select[*tuple[Any, ...]]:
    override = PolicyOverride
    return (
        select(col(override.scope), col(override.key), col(override.field), cast(col(override.value), Text))
        .select_from(Slot)
        .join(override, and_(col(override.scope) == literal_column(f"'{scope}'"), col(override.key) == key))
        .where(col(Slot.id) == func.any(bindparam("ids", type_=ARRAY(Uuid))))
    )


_OVERRIDES_OF_SLOTS = Statement(
    union(
        _of_slots(ScopeKind.district, col(Slot.district_code)),
        _of_slots(ScopeKind.point, cast(col(Slot.point_id), String)),
        _of_slots(ScopeKind.service, cast(col(Slot.service_id), String)),
    )
)
