"""The policies in force for some services."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Running, Statement
from models.tables import PolicyOverride
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
    rows = await session.execute(
        select(PolicyOverride).where(
            col(PolicyOverride.scope) == ScopeKind.district, col(PolicyOverride.key) == district_code
        )
    )
    return effective_policy(
        None, [Override(row.scope, row.key, row.field, row.value) for row in rows.scalars()]
    )


async def overrides_for(running: Running, scopes: Iterable[ServiceScope]) -> Mapping[UUID, list[Override]]:
    """What is set for each service, its point and its district, by service id. One statement, none for no service."""
    wanted = {scope.service_id: scope for scope in scopes}
    if not wanted:
        return {}
    districts = {scope.district_code for scope in wanted.values()}
    points = {str(scope.point_id) for scope in wanted.values()}
    services = {str(service_id) for service_id in wanted}
    rows = await _OVERRIDES(running, districts=list(districts), points=list(points), services=list(services))
    found: dict[tuple[ScopeKind, str], list[Override]] = {}
    for kind, key, field, value in rows:
        scope = ScopeKind(kind)
        found.setdefault((scope, key), []).append(Override(scope, key, field, json.loads(value)))
    return {
        service_id: [
            *found.get((ScopeKind.district, around.district_code), []),
            *found.get((ScopeKind.point, str(around.point_id)), []),
            *found.get((ScopeKind.service, str(service_id)), []),
        ]
        for service_id, around in wanted.items()
    }


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
