"""The district as it is stored, as a plan: what an export writes, and an import of it finds unchanged."""

from collections import defaultdict
from typing import Any
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Result, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import code_range
from models.tables import Division, OpeningRule, Point, PolicyOverride, Provider, Service
from models.vocabulary import ScopeKind
from scheduling.drafts import (
    DistrictPlan,
    DivisionDraft,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
)


async def district_plan(session: AsyncSession, *, district_code: str) -> DistrictPlan:
    """All divisions, providers, points, services and opening rules of a district, in the order of their keys.

    Policy fields that are set for a service go with it; those set for a point or the district have no column, and are
    left out. Rows go out as they are stored: whoever imports them judges them.
    """
    low, high = code_range(district_code)
    divisions = (
        await session.execute(
            select(Division).where(col(Division.code).between(low, high)).order_by(col(Division.code))
        )
    ).scalars()
    providers = (
        await session.execute(
            select(Provider)
            .where(col(Provider.district_code) == district_code)
            .order_by(col(Provider.key), col(Provider.id))
        )
    ).scalars()
    points = (
        await session.execute(
            select(Point)
            .where(col(Point.district_code) == district_code)
            .order_by(col(Point.key), col(Point.id))
        )
    ).scalars()
    return DistrictPlan(
        divisions=tuple(
            DivisionDraft.model_construct(
                None, **{name: getattr(row, name) for name in DivisionDraft.model_fields}
            )
            for row in divisions
        ),
        providers=tuple(
            ProviderDraft.model_construct(None, key=row.key, name=row.name, zone=row.zone)
            for row in providers
        ),
        points=tuple(
            PointDraft.model_construct(None, **{name: getattr(row, name) for name in PointDraft.model_fields})
            for row in points
        ),
        services=await _services(session, district_code),
        rules=await _rules(session, district_code),
    )


async def _services(session: AsyncSession, district_code: str) -> tuple[ServiceDraft, ...]:
    policies = await _policies(session)
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(Service, col(Point.key).label("point_key"), col(Provider.key).label("provider_key"))
        .join(Point, col(Point.id) == col(Service.point_id))
        .join(Provider, col(Provider.id) == col(Service.provider_id))
        .where(col(Service.district_code) == district_code)
        .order_by(col(Service.key), col(Service.id))
    )
    return tuple(
        ServiceDraft.model_construct(
            None,
            key=row.Service.key,
            point_key=row.point_key,
            provider_key=row.provider_key,
            category=row.Service.category,
            name=row.Service.name,
            description=row.Service.description,
            policy=policies[row.Service.id],
        )
        for row in rows
    )


async def _policies(session: AsyncSession) -> defaultdict[UUID, dict[str, JsonValue]]:
    """The policy fields that are set for services, by service id."""
    found: defaultdict[UUID, dict[str, JsonValue]] = defaultdict(dict)
    rows = await session.execute(
        select(col(PolicyOverride.key), col(PolicyOverride.field), col(PolicyOverride.value))
        .where(col(PolicyOverride.scope) == ScopeKind.service)
        .order_by(col(PolicyOverride.key), col(PolicyOverride.field))
    )
    for row in rows:
        found[UUID(row.key)][row.field] = row.value
    return found


async def _rules(session: AsyncSession, district_code: str) -> tuple[OpeningRuleDraft, ...]:
    rows = await session.execute(
        select(OpeningRule, col(Service.key))
        .join(Service, col(Service.id) == col(OpeningRule.service_id))
        .where(col(Service.district_code) == district_code)
        .order_by(col(Service.key), col(OpeningRule.start_time), col(OpeningRule.id))
    )
    names = [name for name in OpeningRuleDraft.model_fields if name != "service_key"]
    return tuple(
        OpeningRuleDraft.model_construct(
            None, service_key=row.key, **{name: getattr(row.OpeningRule, name) for name in names}
        )
        for row in rows
    )
