"""Slots as people see them: search by category, division, distance, time and party, and single ones."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, null, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import code_range
from models.shapes.base import Area, Coordinates, Named
from models.shapes.bookings import SlotView
from models.shapes.places import PointBrief
from models.tables import Division, Point, Service, Slot
from models.vocabulary import Category, SlotStatus
from scheduling.policies import Policy
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.rules.booking import SlotFacts
from scheduling.rules.windows import closes_at, opens_at

METRES_PER_DEGREE = 111_195
"""Length of one degree of a meridian."""

Community = aliased(Division, name="community")
Subdistrict = aliased(Division, name="subdistrict")


def distance_m(near: Coordinates) -> ColumnElement[float]:
    """Metres from `near` to the point, on a plane around `near`: within a district its error is below 0.1 %."""
    north = (col(Point.latitude) - near.latitude) * METRES_PER_DEGREE
    east = (col(Point.longitude) - near.longitude) * METRES_PER_DEGREE * math.cos(math.radians(near.latitude))
    return func.sqrt(north * north + east * east)


def in_box(near: Coordinates, radius_m: float) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The square around the circle: what an ordinary index can serve."""
    north = radius_m / METRES_PER_DEGREE
    east = north / max(0.01, math.cos(math.radians(near.latitude)))
    return (
        col(Point.latitude).between(near.latitude - north, near.latitude + north),
        col(Point.longitude).between(near.longitude - east, near.longitude + east),
    )


class SlotRow(NamedTuple):
    """A slot with the names around it, before the policy is applied."""

    slot: SlotFacts
    district_code: str
    community_code: str
    target_capacity: int | None
    version: int
    service_id: UUID
    service_name: str
    point: PointBrief
    distance_m: int | None
    demo: bool

    @property
    def scope(self) -> ServiceScope:
        """Where its policy comes from."""
        return ServiceScope(self.service_id, self.point.id, self.district_code, self.slot.category)

    def view(self, policy: Policy) -> SlotView:
        """As the API shows it."""
        return SlotView(
            id=self.slot.id,
            start=self.slot.start,
            end=self.slot.end,
            capacity=self.slot.capacity,
            taken=self.slot.taken,
            free=max(0, self.slot.capacity - self.slot.taken),
            status=self.slot.status,
            category=self.slot.category,
            service=Named(id=self.service_id, name=self.service_name),
            point=self.point,
            opens_at=opens_at(self.slot.start, policy),
            closes_at=closes_at(self.slot.start, policy),
            distance_m=self.distance_m,
            demo=self.demo,
        )


SlotSelect = Select[*tuple[Any, ...]]  # a row type of twenty columns says nothing


def slot_select(near: Coordinates | None = None) -> SlotSelect:
    """The statement behind every slot that is shown; callers add conditions and order."""
    distance: ColumnElement[Any] = distance_m(near) if near else null()
    return (
        select(
            col(Slot.id),
            col(Slot.category),
            col(Slot.start),
            col(Slot.end),
            col(Slot.capacity),
            col(Slot.taken),
            col(Slot.status),
            col(Slot.target_capacity),
            col(Slot.version),
            col(Slot.district_code),
            col(Slot.community_code),
            col(Slot.service_id),
            col(Service.name).label("service_name"),
            col(Slot.point_id),
            col(Point.name).label("point_name"),
            col(Point.address),
            col(Point.phone),
            col(Point.latitude),
            col(Point.longitude),
            col(Point.subdistrict_code),
            col(Point.demo),
            col(Community.name).label("community_name"),
            col(Subdistrict.name).label("subdistrict_name"),
            distance.label("distance"),
        )
        .join(Service, col(Service.id) == col(Slot.service_id))
        .join(Point, col(Point.id) == col(Slot.point_id))
        .join(Community, col(Community.code) == col(Point.community_code))
        .join(Subdistrict, col(Subdistrict.code) == col(Point.subdistrict_code))
    )


def slot_row(row: Sequence[Any]) -> SlotRow:
    """One row of `slot_select`, from the session or the driver; columns that a caller added stand behind."""
    slot_id, category, start, end, capacity, taken, status, target, version, district, community, *around = (
        row
    )
    service_id, service, point_id, point, address, phone, latitude, longitude, subdistrict, demo, *names = (
        around
    )
    community_name, subdistrict_name, distance, *_ = names
    return SlotRow(
        slot=SlotFacts(slot_id, Category(category), start, end, capacity, taken, SlotStatus(status)),
        district_code=district,
        community_code=community,
        target_capacity=target,
        version=version,
        service_id=service_id,
        service_name=service,
        point=_point(
            (point_id, point),
            (address, phone),
            (latitude, longitude),
            (community, community_name),
            (subdistrict, subdistrict_name),
        ),
        distance_m=None if distance is None else round(distance),
        demo=demo,
    )


@lru_cache(maxsize=4096)
def _point(
    point: tuple[UUID, str],
    found: tuple[str, str | None],
    place: tuple[float, float],
    community: tuple[str, str],
    subdistrict: tuple[str, str],
) -> PointBrief:
    """Made once for the same values: thousands of slots are at one point."""
    return PointBrief(
        id=point[0],
        name=point[1],
        address=found[0],
        phone=found[1],
        latitude=place[0],
        longitude=place[1],
        community=Area(code=community[0], name=community[1]),
        subdistrict=Area(code=subdistrict[0], name=subdistrict[1]),
    )


async def slot_rows(session: AsyncSession, statement: SlotSelect) -> list[SlotRow]:
    """The rows of a statement made from `slot_select`."""
    return [slot_row(row) for row in await session.execute(statement)]


async def slot_views(session: AsyncSession, rows: Sequence[SlotRow]) -> list[SlotView]:
    """The rows as the API shows them, each with the policy of its service."""
    policies = await policies_for(session, (row.scope for row in rows))
    return [row.view(policies[row.service_id]) for row in rows]


@dataclass(frozen=True, slots=True)
class SlotSearch:
    """What to look for. `start_from` is inclusive, `start_before` exclusive."""

    start_from: datetime
    start_before: datetime
    category: Category | None = None
    service_id: UUID | None = None
    point_id: UUID | None = None
    division: str | None = None
    near: Coordinates | None = None
    radius_m: int | None = None
    party: int = 1
    available: bool = False
    nearest_first: bool = False


Cursor = tuple[float | None, datetime, UUID]
"""Where a page ended: distance (when nearest first), start, id."""


def _of_slots(search: SlotSearch, now: datetime, slot: type[Slot] = Slot) -> Iterable[ColumnElement[bool]]:
    """What slots must fulfil, without what is asked of their points."""
    yield col(slot.start) >= search.start_from
    yield col(slot.start) < search.start_before
    if search.category is not None:
        yield col(slot.category) == search.category
    if search.service_id is not None:
        yield col(slot.service_id) == search.service_id
    if search.point_id is not None:
        yield col(slot.point_id) == search.point_id
    if search.division is not None:
        low, high = code_range(search.division)
        yield col(slot.community_code).between(low, high)
    if search.available:
        yield col(slot.status) == SlotStatus.open
        yield col(slot.start) > now
        yield col(slot.capacity) - col(slot.taken) >= search.party


def _of_points(search: SlotSearch) -> Iterable[ColumnElement[bool]]:
    if search.near is not None and search.radius_m is not None:
        yield from in_box(search.near, search.radius_m)
        yield distance_m(search.near) <= search.radius_m


async def search_slots(
    session: AsyncSession, *, search: SlotSearch, now: datetime, limit: int, after: Cursor | None = None
) -> tuple[list[SlotView], Cursor | None]:
    """Slots that match, soonest or nearest first, and where the next page begins.

    With `available` only those that take a party of the size wanted right now: open, with enough free places, inside
    their booking window.
    """
    found: list[SlotView] = []
    while True:
        rows = await _page(session, search, now, limit + 1, after)
        policies = await policies_for(session, (row.scope for row in rows))
        for row in rows:
            if len(found) == limit:
                return found, after
            view = row.view(policies[row.service_id])
            after = (
                float(row.distance_m or 0) if search.nearest_first else None,
                row.slot.start,
                row.slot.id,
            )
            if not search.available or (
                view.opens_at <= now <= view.closes_at and search.party <= policies[row.service_id].max_party
            ):
                found.append(view)
        if len(rows) <= limit:
            return found, None


async def _page(
    session: AsyncSession, search: SlotSearch, now: datetime, limit: int, after: Cursor | None
) -> list[SlotRow]:
    if search.near is not None and search.nearest_first:
        return await slot_rows(session, _around(search, search.near, now, limit, after))
    start, id_ = col(Slot.start), col(Slot.id)
    if search.near is None or search.radius_m is None or search.radius_m > WIDE_M:
        statement = slot_select(search.near).where(*_of_slots(search, now), *_of_points(search))
        if after is not None:
            statement = statement.where(tuple_(start, id_) > tuple_(*after[1:]))
        return await slot_rows(session, statement.order_by(start, id_).limit(limit))
    rows: list[SlotRow] = []
    first = search.start_from if after is None else max(search.start_from, after[1])
    for from_, before in _slices(first, search.start_before):
        sliced = replace(search, start_from=from_, start_before=before)
        rows += await slot_rows(session, _around(sliced, search.near, now, limit - len(rows), after))
        if len(rows) == limit:
            break
    return rows


WIDE_M = 10_000
"""Within a circle wider than this enough of a district lies to walk through time and leave out what lies outside. Within
a smaller one its services are walked, each through its own time."""

FIRST_SLICE = timedelta(hours=3)
"""The soonest slots around a place are looked for in slices of time, each twice as long as the one before, so that not
the slots of all days must be sorted."""


def _slices(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    width = FIRST_SLICE
    while start < end:
        yield start, min(start + width, end)
        start += width
        width *= 2


def _around(
    search: SlotSearch, near: Coordinates, now: datetime, limit: int, after: Cursor | None
) -> SlotSelect:
    """Nearest or soonest first. Goes from service to service, nearest first, and reads no more slots of each than could
    be needed; for the nearest it ends as soon as there are enough.
    """
    away = func.round(distance_m(near)).label("away")
    services = (
        select(col(Service.id), away)
        .join(Point, col(Point.id) == col(Service.point_id))
        .where(*_of_points(search))
        .order_by(away)
    )
    if search.category is not None:
        services = services.where(col(Service.category) == search.category)
    around = services.subquery("around")
    slot = aliased(Slot)
    step = select(col(slot.id), col(slot.start)).where(
        col(slot.service_id) == around.c.id, *_of_slots(search, now, slot)
    )
    if after is not None and search.nearest_first:
        step = step.where(tuple_(around.c.away, col(slot.start), col(slot.id)) > tuple_(*after))
    elif after is not None:
        step = step.where(tuple_(col(slot.start), col(slot.id)) > tuple_(*after[1:]))
    # A service has one slot at a time: the start alone orders them, and its own index gives that order.
    of_service = step.order_by(col(slot.start)).limit(limit).lateral("of_service")
    order: list[ColumnElement[Any]] = [of_service.c.start, of_service.c.id]
    if search.nearest_first:
        order.insert(0, around.c.away)
    page = (
        select(of_service.c.id, around.c.away)
        .select_from(around)
        .join(of_service, true())
        .order_by(*order)
        .limit(limit)
        .subquery("page")
    )
    shown: list[SQLColumnExpression[Any]] = [col(Slot.start), col(Slot.id)]
    if search.nearest_first:
        shown.insert(0, page.c.away)
    return slot_select(near).join(page, page.c.id == col(Slot.id)).order_by(*shown)
