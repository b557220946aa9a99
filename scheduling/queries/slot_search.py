"""Slots by category, division, distance, time and party. Each shape of search is one statement, compiled once."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Double,
    Integer,
    SQLColumnExpression,
    String,
    Uuid,
    bindparam,
    func,
    literal_column,
    null,
    select,
    text,
    true,
    tuple_,
)
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from models.driver import Running, Statement
from models.ids import code_range
from models.shapes.base import Coordinates
from models.tables import Point, Service, Slot
from models.vocabulary import Category
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import METRES_PER_DEGREE, SlotRow, SlotSelect, slot_row, slot_select
from scheduling.rules.windows import closes_at, opens_at


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

    @property
    def walks_services(self) -> bool:
        """Whether it goes from service to service around a place, instead of through time."""
        if self.near is None:
            return False
        return self.nearest_first or (self.radius_m is not None and self.radius_m <= WIDE_M)

    @property
    def given(self) -> frozenset[str]:
        """The conditions that it has, which decide on its statement."""
        optional = ("category", "service_id", "point_id", "division", "near", "radius_m")
        return frozenset(name for name in optional if getattr(self, name) is not None)


Cursor = tuple[float | None, datetime, UUID]
"""Where a page ended: distance (when nearest first), start, id."""

WIDE_M = 10_000
"""Within a circle wider than this enough of a district lies to walk through time and leave out what lies outside. Within
a smaller one its services are walked, each through its own time."""

FIRST_SLICE = timedelta(hours=24)
"""The soonest slots around a place are looked for in slices of time, each twice as long as the one before, so that not
the slots of all days must be sorted. The first is enough for most."""


Found = dict[str, Any]  # a slot as `SlotRow.document` says it


async def search_slots(
    running: Running, *, search: SlotSearch, now: datetime, limit: int, after: Cursor | None = None
) -> tuple[list[Found], Cursor | None]:
    """Slots that match, soonest or nearest first, as JSON documents, and where the next page begins.

    With `available` only those that take a party of the size wanted right now: open, with enough free places, inside
    their booking window.
    """
    found: list[Found] = []
    while True:
        rows = await _page(running, search, now, limit + 1, after)
        policies = await policies_for(running, (row.scope for row in rows))
        for row in rows:
            if len(found) == limit:
                return found, after
            policy, start = policies[row.service_id], row.slot.start
            after = (float(row.distance_m or 0) if search.nearest_first else None, start, row.slot.id)
            if not search.available or (
                opens_at(start, policy) <= now <= closes_at(start, policy)
                and search.party <= policy.max_party
            ):
                found.append(row.document(policy))
        if len(rows) <= limit:
            return found, None


async def _page(
    running: Running, search: SlotSearch, now: datetime, limit: int, after: Cursor | None
) -> list[SlotRow]:
    shape = Shape(
        search.given, search.available, search.walks_services, search.nearest_first, after is not None
    )
    statement = _statement(shape)
    values = _values(search, now, after)
    if not shape.walks or shape.nearest:
        return [slot_row(row) for row in await statement(running, **values, limit=limit)]
    rows: list[SlotRow] = []
    first = search.start_from if after is None else max(search.start_from, after[1])
    for start_from, start_before in _slices(first, search.start_before):
        sliced = {**values, "start_from": start_from, "start_before": start_before}
        some = await statement(running, **sliced, limit=limit - len(rows))
        rows += [slot_row(row) for row in some]
        if len(rows) == limit:
            break
    return rows


def _slices(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    width = FIRST_SLICE
    while start < end:
        yield start, min(start + width, end)
        start += width
        width *= 2


def _values(search: SlotSearch, now: datetime, after: Cursor | None) -> dict[str, object]:
    """The values of a search, under the names that its statement has for them."""
    values: dict[str, object] = {
        "start_from": search.start_from,
        "start_before": search.start_before,
        "category": search.category,
        "service_id": search.service_id,
        "point_id": search.point_id,
        "party": search.party,
        "now": now,
    }
    if search.division is not None:
        values["lowest"], values["highest"] = code_range(search.division)
    if (near := search.near) is not None:
        shrink = math.cos(math.radians(near.latitude))
        values |= {"latitude": near.latitude, "longitude": near.longitude, "shrink": shrink}
        if search.radius_m is not None:
            north = search.radius_m / METRES_PER_DEGREE
            values |= {"radius_m": search.radius_m, "north": north, "east": north / max(0.01, shrink)}
    if after is not None:
        values |= {"after_away": after[0], "after_start": after[1], "after_id": after[2]}
    return values


_MOMENT = DateTime(timezone=True)
_TYPES: Mapping[str, TypeEngine[Any]] = {
    "start_from": _MOMENT,
    "start_before": _MOMENT,
    "now": _MOMENT,
    "category": String(),
    "service_id": Uuid(),
    "point_id": Uuid(),
    "lowest": String(),
    "highest": String(),
    "party": Integer(),
    "latitude": Double(),
    "longitude": Double(),
    "shrink": Double(),
    "radius_m": Double(),
    "north": Double(),
    "east": Double(),
    "after_away": Double(),
    "after_start": _MOMENT,
    "after_id": Uuid(),
    "limit": Integer(),
}


def _given(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=_TYPES[name])


class Shape(NamedTuple):
    """What a search's statement depends on, its values apart."""

    given: frozenset[str]
    available: bool
    walks: bool
    nearest: bool
    continued: bool


@lru_cache
def _statement(shape: Shape) -> Statement:
    return Statement(_around(shape) if shape.walks else _through_time(shape))


def _through_time(shape: Shape) -> SlotSelect:
    start, id_ = col(Slot.start), col(Slot.id)
    statement = _with_distance(shape).where(*_of_slots(shape, Slot), *_of_points(shape))
    if shape.continued:
        statement = statement.where(tuple_(start, id_) > tuple_(_given("after_start"), _given("after_id")))
    return statement.order_by(start, id_).limit(_given("limit"))


def _around(shape: Shape) -> SlotSelect:
    """Nearest or soonest first. Goes from service to service, nearest first, and reads no more slots of each than could
    be needed; for the nearest it ends as soon as there are enough.
    """
    away = func.round(_distance()).label("away")
    services = (
        select(col(Service.id), away)
        .join(Point, col(Point.id) == col(Service.point_id))
        .where(*_of_points(shape))
        .order_by(away)
    )
    if "category" in shape.given:
        services = services.where(col(Service.category) == _given("category"))
    around = services.subquery("around")
    slot = aliased(Slot)
    step = select(col(slot.id), col(slot.start)).where(
        col(slot.service_id) == around.c.id, *_of_slots(shape, slot)
    )
    last = (_given("after_start"), _given("after_id"))
    if shape.continued and shape.nearest:
        ends = tuple_(_given("after_away"), *last)
        step = step.where(tuple_(around.c.away, col(slot.start), col(slot.id)) > ends)
    elif shape.continued:
        step = step.where(tuple_(col(slot.start), col(slot.id)) > tuple_(*last))
    # A service has one slot at a time: the start alone orders them, and its own index gives that order.
    of_service = step.order_by(col(slot.start)).limit(_given("limit")).lateral("of_service")
    order: list[ColumnElement[Any]] = [of_service.c.start, of_service.c.id]
    if shape.nearest:
        order.insert(0, around.c.away)
    page = (
        select(of_service.c.id, around.c.away)
        .select_from(around)
        .join(of_service, true())
        .order_by(*order)
        .limit(_given("limit"))
        .subquery("page")
    )
    shown: list[SQLColumnExpression[Any]] = [col(Slot.start), col(Slot.id)]
    if shape.nearest:
        shown.insert(0, page.c.away)
    return _with_distance(shape).join(page, page.c.id == col(Slot.id)).order_by(*shown)


def _with_distance(shape: Shape) -> SlotSelect:
    return slot_select(_distance() if "near" in shape.given else null())


def _distance() -> ColumnElement[float]:
    """Metres from the place to the point, as `distance_m`."""
    degree: ColumnElement[float] = literal_column(str(METRES_PER_DEGREE))
    north = (col(Point.latitude) - _given("latitude")) * degree
    east = (col(Point.longitude) - _given("longitude")) * degree * _given("shrink")
    return func.sqrt(north * north + east * east)


def _of_points(shape: Shape) -> Iterable[ColumnElement[bool]]:
    if "near" in shape.given and "radius_m" in shape.given:
        latitude, longitude, north, east = map(_given, ("latitude", "longitude", "north", "east"))
        yield col(Point.latitude).between(latitude - north, latitude + north)
        yield col(Point.longitude).between(longitude - east, longitude + east)
        yield _distance() <= _given("radius_m")


def _of_slots(shape: Shape, slot: type[Slot]) -> Sequence[ColumnElement[bool]]:
    """What slots must fulfil, without what is asked of their points."""
    conditions: list[ColumnElement[bool]] = [
        col(slot.start) >= _given("start_from"),
        col(slot.start) < _given("start_before"),
    ]
    named = {"category": slot.category, "service_id": slot.service_id, "point_id": slot.point_id}
    conditions += [col(column) == _given(name) for name, column in named.items() if name in shape.given]
    if "division" in shape.given:
        conditions.append(col(slot.community_code).between(_given("lowest"), _given("highest")))
    if shape.available:
        conditions += [
            col(slot.status) == text("'open'"),
            col(slot.start) > _given("now"),
            col(slot.capacity) - col(slot.taken) >= _given("party"),
        ]
    return conditions
