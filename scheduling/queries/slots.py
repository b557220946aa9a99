"""Slots as people see them."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, null, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.base import Area, Coordinates, Named, said
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
    reminders_drawn: bool

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

    def document(self, policy: Policy) -> dict[str, Any]:
        """What `view` says, to be written as JSON by orjson: without a model, which costs more than all the rest of it."""
        facts = self.slot
        return {
            "id": facts.id,
            "start": said(facts.start),
            "end": said(facts.end),
            "capacity": facts.capacity,
            "taken": facts.taken,
            "free": max(0, facts.capacity - facts.taken),
            "status": facts.status,
            "category": facts.category,
            "service": {"id": self.service_id, "name": self.service_name},
            "point": self.point.written,
            "opens_at": said(opens_at(facts.start, policy)),
            "closes_at": said(closes_at(facts.start, policy)),
            "distance_m": self.distance_m,
            "demo": self.demo,
        }


SlotSelect = Select[*tuple[Any, ...]]  # a row type of twenty columns says nothing


def slot_select(distance: ColumnElement[Any] | None = None) -> SlotSelect:
    """The statement behind every slot that is shown; callers add conditions and order, and may say how far it is."""
    away: ColumnElement[Any] = null() if distance is None else distance
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
            col(Slot.reminders_drawn),
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
            away.label("distance"),
        )
        .join(Service, col(Service.id) == col(Slot.service_id))
        .join(Point, col(Point.id) == col(Slot.point_id))
        .join(Community, col(Community.code) == col(Point.community_code))
        .join(Subdistrict, col(Subdistrict.code) == col(Point.subdistrict_code))
    )


def slot_row(row: Sequence[Any]) -> SlotRow:
    """One row of `slot_select`, from the session or the driver; columns that a caller added stand behind."""
    slot_id, category, start, end, capacity, taken, status, target, version, drawn, *around = row
    district, community, *around = around
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
        reminders_drawn=drawn,
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
