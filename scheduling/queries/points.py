"""Divisions, points and services as people see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    SQLColumnExpression,
    String,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import PointId, code_range
from models.shapes.base import Area, Coordinates
from models.shapes.openings import LONGEST_SLOT
from models.shapes.places import DivisionView, PointBrief, PointView, ProviderBrief, ServiceView
from models.tables import Division, Point, Provider, Service, Slot
from models.vocabulary import Category, DivisionLevel, SlotStatus
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.queries.ratings import rating_summaries
from scheduling.queries.slots import distance_m, in_box

Community = aliased(Division, name="community")
Subdistrict = aliased(Division, name="subdistrict")


async def divisions(
    session: AsyncSession, *, level: DivisionLevel | None, parent: str | None, limit: int, after: str | None
) -> tuple[list[DivisionView], str | None]:
    """Divisions by level and parent in the order of their codes, and where the next page begins."""
    statement = select(Division).order_by(col(Division.code)).limit(limit + 1)
    if level is not None:
        statement = statement.where(col(Division.level) == level)
    if parent is not None:
        statement = statement.where(col(Division.parent_code) == parent)
    if after is not None:
        statement = statement.where(col(Division.code) > after)
    rows = list((await session.execute(statement)).scalars())
    views = [DivisionView(**row.model_dump()) for row in rows[:limit]]
    return views, (views[-1].code if len(rows) > limit else None)


@dataclass(frozen=True, slots=True)
class PointSearch:
    """What points to look for. `open_at`: with a slot at that moment."""

    category: Category | None = None
    division: str | None = None
    near: Coordinates | None = None
    radius_m: int | None = None
    text: str | None = None
    open_at: datetime | None = None


Cursor = tuple[float | None, str, UUID]
"""Where a page of points ended: distance (when `near` is given), name, id."""


def _statement(near: Coordinates | None) -> Select[*tuple[Any, ...]]:
    distance: ColumnElement[Any] = func.round(distance_m(near)) if near else literal(None)
    categories = (
        select(func.array_agg(col(Service.category).distinct()))
        .where(col(Service.point_id) == col(Point.id))
        .scalar_subquery()
    )
    return (
        select(
            Point,
            col(Community.name).label("community_name"),
            col(Subdistrict.name).label("subdistrict_name"),
            distance.label("distance"),
            cast(categories, ARRAY(String)).label("categories"),
        )
        .join(Community, col(Community.code) == col(Point.community_code))
        .join(Subdistrict, col(Subdistrict.code) == col(Point.subdistrict_code))
    )


def _brief(row: Row[Any]) -> PointBrief:
    point: Point = row.Point
    return PointBrief(
        id=point.id,
        name=point.name,
        address=point.address,
        phone=point.phone,
        latitude=point.latitude,
        longitude=point.longitude,
        community=Area(code=point.community_code, name=row.community_name),
        subdistrict=Area(code=point.subdistrict_code, name=row.subdistrict_name),
    )


def _view(row: Row[Any]) -> PointView:
    return PointView(
        **dict(_brief(row)),
        categories=[Category(category) for category in sorted(row.categories or ())],
        distance_m=None if row.distance is None else int(row.distance),
        demo=row.Point.demo,
    )


async def search_points(
    session: AsyncSession, *, search: PointSearch, limit: int, after: Cursor | None
) -> tuple[list[PointView], Cursor | None]:
    """Points that match: nearest first when `near` is given, else by name."""
    statement = _statement(search.near)
    if search.category is not None:
        statement = statement.where(
            select(col(Service.id))
            .where(col(Service.point_id) == col(Point.id), col(Service.category) == search.category)
            .exists()
        )
    if search.division is not None:
        statement = statement.where(col(Point.community_code).between(*code_range(search.division)))
    if search.near is not None and search.radius_m is not None:
        statement = statement.where(
            *in_box(search.near, search.radius_m), distance_m(search.near) <= search.radius_m
        )
    if search.text:
        offers = (
            select(col(Service.id))
            .where(
                col(Service.point_id) == col(Point.id),
                col(Service.name).icontains(search.text, autoescape=True),
            )
            .exists()
        )
        statement = statement.where(
            or_(
                col(Point.name).icontains(search.text, autoescape=True),
                col(Point.address).icontains(search.text, autoescape=True),
                offers,
            )
        )
    if search.open_at is not None:
        statement = statement.where(
            select(col(Slot.id))
            .where(
                col(Slot.point_id) == col(Point.id),
                col(Slot.start) <= search.open_at,
                col(Slot.start) > search.open_at - LONGEST_SLOT,
                col(Slot.end) > search.open_at,
                col(Slot.status) == SlotStatus.open,
            )
            .exists()
        )
    key: tuple[SQLColumnExpression[Any], ...] = (col(Point.name), col(Point.id))
    if search.near is not None:
        key = (func.round(distance_m(search.near)), *key)
    statement = statement.order_by(*key)
    if after is not None:
        statement = statement.where(tuple_(*key) > tuple_(*(after if search.near is not None else after[1:])))
    rows = (await session.execute(statement.limit(limit + 1))).all()
    views = [_view(row) for row in rows[:limit]]
    if len(rows) <= limit:
        return views, None
    last = views[-1]
    return views, (None if last.distance_m is None else float(last.distance_m), last.name, last.id)


async def point_view(session: AsyncSession, *, point_id: UUID) -> PointView:
    """One point. Raises NotFoundError."""
    row = (await session.execute(_statement(None).where(col(Point.id) == point_id))).first()
    if row is None:
        raise NotFoundError(what="point")
    return _view(row)


async def managed_point(session: AsyncSession, *, actor: Actor, point_id: UUID) -> PointBrief:
    """One point, for somebody who manages it. Points are public: outsiders get ForbiddenError, not NotFoundError."""
    row = (await session.execute(_statement(None).where(col(Point.id) == point_id))).first()
    if row is None:
        raise NotFoundError(what="point")
    if not may_manage_point(actor, PointScope(PointId(row.Point.id), row.Point.community_code)):
        raise ForbiddenError
    return _brief(row)


async def managed_service(session: AsyncSession, *, actor: Actor, service_id: UUID) -> Service:
    """A service of a point that the actor manages. Raises NotFoundError, ForbiddenError."""
    service = await session.get(Service, service_id)
    if service is None:
        raise NotFoundError(what="service")
    await managed_point(session, actor=actor, point_id=service.point_id)
    return service


async def point_services(session: AsyncSession, *, point_id: UUID) -> Sequence[ServiceView]:
    """What a point offers, each service with the policy in force. Raises NotFoundError."""
    if await session.get(Point, point_id) is None:
        raise NotFoundError(what="point")
    return await _services(session, col(Service.point_id) == point_id)


async def service_view(session: AsyncSession, *, service_id: UUID) -> ServiceView:
    """One service, with the policy in force. Raises NotFoundError."""
    found = await _services(session, col(Service.id) == service_id)
    if not found:
        raise NotFoundError(what="service")
    return found[0]


async def _services(session: AsyncSession, condition: ColumnElement[bool]) -> Sequence[ServiceView]:
    rows = (
        await session.execute(
            select(Service, Provider)
            .join(Provider, col(Provider.id) == col(Service.provider_id))
            .where(condition)
            .order_by(col(Service.category), col(Service.id))
        )
    ).all()
    policies = await policies_for(
        session,
        [
            ServiceScope(service.id, service.point_id, service.district_code, service.category)
            for service, _ in rows
        ],
    )
    ratings = await rating_summaries(session, policies)
    return [
        ServiceView(
            id=service.id,
            name=service.name,
            category=service.category,
            point_id=service.point_id,
            description=service.description,
            provider=ProviderBrief(id=provider.id, name=provider.name, zone=provider.zone),
            policy=policies[service.id].model_dump(),
            rating=ratings.get(service.id),
            demo=service.demo,
        )
        for service, provider in rows
    ]
