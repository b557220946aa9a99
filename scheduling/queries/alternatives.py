"""Slots near ones that cannot be had, for many at once: one statement, whose every scan is a few steps in an index.

Around each origin some short spans are walked, outwards from its time: the same service before and after it on its day,
around the same hour on the days before and after, and on its day the services of the same category within reach. Only
the first few slots with enough places of each span are read; whoever needs more asks with a larger `count`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    CompoundSelect,
    DateTime,
    Double,
    Integer,
    SQLColumnExpression,
    String,
    Uuid,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.types import TypeEngine
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, local_day
from models.shapes.places import PointBrief
from models.tables import Point, Service, Slot
from models.vocabulary import AlternativeKind, SlotStatus
from scheduling.queries.slots import METRES_PER_DEGREE, SlotRow, slot_row, slot_select

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Origin:
    """A slot that cannot be had.

    `party` is the smallest that asks. Of the same service only starts from `open_from` to `open_until` can be booked by
    anybody who asks. Other points count up to `reach_m` metres away.
    """

    slot: SlotRow
    party: int
    open_from: datetime
    open_until: datetime
    reach_m: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A slot with enough free places near an origin; the booking rules have not been asked yet."""

    kind: AlternativeKind
    row: SlotRow
    away_m: float


async def candidates(
    session: AsyncSession, origins: Sequence[Origin], *, now: datetime, count: int
) -> Mapping[UUID, list[Candidate]]:
    """Up to `count` slots of each span around each origin (a third of it at each other point), nearest first."""
    found: dict[UUID, list[Candidate]] = {origin.slot.slot.id: [] for origin in origins}
    if not origins:
        return found
    near = _near(count).subquery("near")
    rows = await session.execute(
        slot_select()
        .join(near, near.c.slot_id == col(Slot.id))
        .add_columns(near.c.origin_id, near.c.kind)
        .params(**_spans(origins, now), **_circles(origins, now))
    )
    by_id = {origin.slot.slot.id: origin for origin in origins}
    for row in rows:
        origin, slot = by_id[row.origin_id].slot, slot_row(row)
        away = metres_between(origin.point, slot.point)
        found[row.origin_id].append(
            Candidate(AlternativeKind(row.kind), slot._replace(distance_m=round(away)), away)
        )
    for origin_id, some in found.items():
        start = by_id[origin_id].slot.slot.start
        some.sort(key=lambda candidate: nearness(start, candidate))
    return found


def nearness(start: datetime, candidate: Candidate) -> tuple[float, float, float, UUID]:
    """Orders candidates: by days away, then time of day, then distance."""
    slot = candidate.row.slot
    days = abs((local_day(slot.start) - local_day(start)).days)
    apart = abs((slot.start - start).total_seconds()) % DAY.total_seconds()
    return days, min(apart, DAY.total_seconds() - apart) if days else apart, candidate.away_m, slot.id


def metres_between(one: PointBrief, other: PointBrief) -> float:
    """Metres on a plane around `one`, as in searches."""
    north = (other.latitude - one.latitude) * METRES_PER_DEGREE
    east = (other.longitude - one.longitude) * METRES_PER_DEGREE * math.cos(math.radians(one.latitude))
    return math.hypot(north, east)


Span = tuple[UUID, str, UUID, datetime, datetime, int]
"""Origin, kind, service, from when (inclusive), until when (exclusive), party."""


def _spans(origins: Iterable[Origin], now: datetime) -> dict[str, list[Any]]:
    """The spans of the same service, as arrays: those walked forwards in time and those walked backwards."""
    instant = timedelta(microseconds=1)
    forward: list[Span] = []
    backward: list[Span] = []
    for origin in origins:
        slot, start = origin.slot.slot, origin.slot.slot.start
        day = datetime.combine(local_day(start), time(0), tzinfo=DISTRICT_ZONE)
        first = max(origin.open_from, now + instant)
        last = origin.open_until + instant
        time_, day_ = AlternativeKind.other_time, AlternativeKind.other_day
        for spans, kind, low, high in (
            (forward, time_, start + instant, day + DAY),
            (backward, time_, day, start),
            (forward, day_, start + DAY, last),
            (backward, day_, day + DAY, start + DAY),
            (backward, day_, first, start - DAY + instant),
            (forward, day_, start - DAY + instant, day),
        ):
            low_, high_ = max(low, first), min(high, last)
            if low_ < high_:
                spans.append((slot.id, kind, origin.slot.service_id, low_, high_, origin.party))
    return {**_columns("forward", SPAN, forward), **_columns("backward", SPAN, backward)}


def _circles(origins: Iterable[Origin], now: datetime) -> dict[str, list[Any]]:
    """The day and surroundings of each origin, as arrays."""
    rows = []
    for origin in origins:
        slot, point = origin.slot.slot, origin.slot.point
        day = datetime.combine(local_day(slot.start), time(0), tzinfo=DISTRICT_ZONE)
        rows.append(
            (
                slot.id,
                slot.category.value,
                point.id,
                max(day, now + timedelta(microseconds=1)),
                slot.start,
                day + DAY,
                origin.party,
                point.latitude,
                point.longitude,
                math.cos(math.radians(point.latitude)) * METRES_PER_DEGREE,
                float(origin.reach_m),
            )
        )
    return _columns("circle", CIRCLE, rows)


_MOMENT = DateTime(timezone=True)
SPAN: Mapping[str, TypeEngine[Any]] = {
    "origin_id": Uuid(),
    "kind": String(),
    "service_id": Uuid(),
    "low": _MOMENT,
    "high": _MOMENT,
    "party": Integer(),
}
CIRCLE: Mapping[str, TypeEngine[Any]] = {
    "origin_id": Uuid(),
    "category": String(),
    "point_id": Uuid(),
    "low": _MOMENT,
    "start": _MOMENT,
    "high": _MOMENT,
    "party": Integer(),
    "latitude": Double(),
    "longitude": Double(),
    "east": Double(),
    "reach": Double(),
}


def _columns(
    name: str, types: Mapping[str, TypeEngine[Any]], rows: Sequence[tuple[Any, ...]]
) -> dict[str, list[Any]]:
    return {f"{name}_{column}": [row[place] for row in rows] for place, column in enumerate(types)}


def _table(name: str, types: Mapping[str, TypeEngine[Any]]) -> CTE:
    """Arrays given as parameters, as a table."""
    return select(
        *(
            func.unnest(bindparam(f"{name}_{column}", type_=ARRAY(type_))).label(column)
            for column, type_ in types.items()
        )
    ).cte(name)


def _near(count: int) -> CompoundSelect[*tuple[Any, ...]]:
    forward, backward, circle = _table("forward", SPAN), _table("backward", SPAN), _table("circle", CIRCLE)
    return union_all(
        *(
            _walk_service(spans, onwards=onwards, count=count)
            for spans, onwards in ((forward, True), (backward, False))
        ),
        *(_walk_circle(circle, onwards=onwards, count=-(-count // 3)) for onwards in (True, False)),
    )


def _walk_service(spans: CTE, *, onwards: bool, count: int) -> Any:
    c = spans.c
    step = _step(c.service_id, c.low, c.high, c.party, onwards=onwards, count=count)
    return select(c.origin_id, c.kind, step.c.slot_id).select_from(spans).join(step, true())


def _walk_circle(circle: CTE, *, onwards: bool, count: int) -> Any:
    c = circle.c
    point, service = aliased(Point), aliased(Service)
    north = (col(point.latitude) - c.latitude) * METRES_PER_DEGREE
    east = (col(point.longitude) - c.longitude) * c.east
    low, high = (c.start, c.high) if onwards else (c.low, c.start)
    step = _step(col(service.id), func.greatest(low, c.low), high, c.party, onwards=onwards, count=count)
    return (
        select(c.origin_id, literal(AlternativeKind.other_point.value), step.c.slot_id)
        .select_from(circle)
        .join(
            point,
            col(point.latitude).between(
                c.latitude - c.reach / METRES_PER_DEGREE, c.latitude + c.reach / METRES_PER_DEGREE
            )
            & col(point.longitude).between(c.longitude - c.reach / c.east, c.longitude + c.reach / c.east)
            & (north * north + east * east <= c.reach * c.reach)
            & (col(point.id) != c.point_id),
        )
        .join(service, (col(service.point_id) == col(point.id)) & (col(service.category) == c.category))
        .join(step, true())
    )


def _step(
    service_id: SQLColumnExpression[UUID],
    low: ColumnElement[datetime],
    high: ColumnElement[datetime],
    party: ColumnElement[int],
    *,
    onwards: bool,
    count: int,
) -> Any:
    """The first slots of a span that have enough places, walked through the index of service and start."""
    slot = aliased(Slot)
    start = col(slot.start)
    return (
        select(col(slot.id).label("slot_id"))
        .where(
            col(slot.service_id) == service_id,
            start >= low,
            start < high,
            col(slot.status) == SlotStatus.open,
            col(slot.capacity) - col(slot.taken) >= party,
        )
        .order_by(start if onwards else start.desc())
        .limit(count)
        .lateral()
    )
