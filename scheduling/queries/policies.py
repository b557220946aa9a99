"""The policies in force for some services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

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


async def policies_for(session: AsyncSession, scopes: Iterable[ServiceScope]) -> Mapping[UUID, Policy]:
    """The policy in force for each service, by service id. One statement, however many services."""
    wanted = {scope.service_id: scope for scope in scopes}
    found = await overrides_for(session, wanted.values())
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


async def overrides_for(
    session: AsyncSession, scopes: Iterable[ServiceScope]
) -> Mapping[UUID, list[Override]]:
    """What is set for each service, its point and its district, by service id. One statement, none for no service."""
    wanted = {scope.service_id: scope for scope in scopes}
    if not wanted:
        return {}
    districts = {scope.district_code for scope in wanted.values()}
    points = {str(scope.point_id) for scope in wanted.values()}
    services = {str(service_id) for service_id in wanted}
    scope, key = col(PolicyOverride.scope), col(PolicyOverride.key)
    rows = await session.execute(
        select(scope, key, col(PolicyOverride.field), col(PolicyOverride.value)).where(
            or_(
                and_(scope == ScopeKind.district, key.in_(districts)),
                and_(scope == ScopeKind.point, key.in_(points)),
                and_(scope == ScopeKind.service, key.in_(services)),
            )
        )
    )
    found: dict[tuple[ScopeKind, str], list[Override]] = {}
    for row in rows:
        found.setdefault((row.scope, row.key), []).append(Override(row.scope, row.key, row.field, row.value))
    return {
        service_id: [
            *found.get((ScopeKind.district, around.district_code), []),
            *found.get((ScopeKind.point, str(around.point_id)), []),
            *found.get((ScopeKind.service, str(service_id)), []),
        ]
        for service_id, around in wanted.items()
    }
