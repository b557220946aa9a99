"""Where a request lies: from a location, a point, a community, or the asker's home, to a cell and its division."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.rules.outlines import holds
from models.shapes.base import Coordinates
from models.shapes.requests import RequestDraft
from models.tables import Division, GridCell, Person, Point
from scheduling.errors import InvalidInputError
from scheduling.rules.distance import METRES_PER_DEGREE

REACH_M = 5000
"""The nearest centre decides up to so many metres: what is farther from every cell lies in none."""


@dataclass(frozen=True, slots=True)
class Located:
    """A place: the cell in which it lies, if any, and the smallest division known."""

    division_code: str
    cell: GridCell | None
    location: Coordinates | None
    point_id: UUID | None = None


async def locate(session: AsyncSession, draft: RequestDraft, *, asker: Person) -> Located:
    """Finds the place of a request. A location counts most, then a point, then a community, then the asker's home.

    Raises InvalidInputError when nothing says where it is, or it lies outside the district.
    """
    if draft.community is not None and await session.get(Division, draft.community) is None:
        raise InvalidInputError(field="community", detail="unknown division")
    if draft.location is not None:
        return await _at(session, draft.location, community=draft.community, field="location")
    if draft.point_id is not None:
        point = await session.get(Point, draft.point_id)
        if point is None:
            raise InvalidInputError(field="point_id", detail="unknown point")
        here = Coordinates(latitude=point.latitude, longitude=point.longitude)
        cell = await cell_at(session, here, community=point.community_code)
        return Located(point.community_code, cell, here, point.id)
    if draft.community is not None:
        return await _within(session, draft.community, asker)
    home = _home_of(asker)
    if home is not None:
        return await _at(session, home, community=asker.home_division, field="location")
    if asker.home_division is not None:
        return await _within(session, asker.home_division, asker)
    raise InvalidInputError(
        field="location", detail="where is it? a location, a point or a community is needed"
    )


def _home_of(asker: Person) -> Coordinates | None:
    if asker.home_latitude is None or asker.home_longitude is None:
        return None
    return Coordinates(latitude=asker.home_latitude, longitude=asker.home_longitude)


async def _at(session: AsyncSession, here: Coordinates, *, community: str | None, field: str) -> Located:
    cell = await cell_at(session, here, community=community) or await cell_at(session, here)
    if cell is not None:
        return Located(cell.community_code, cell, here)
    near = await _nearest_community(session, here)
    if near is None:
        raise InvalidInputError(field=field, detail="this place lies outside the district")
    return Located(near, None, here)


async def _within(session: AsyncSession, code: str, asker: Person) -> Located:
    """A division without a place in it: its only cell, or the one nearest to the asker's home, or its first."""
    home = _home_of(asker)
    if home is not None and (cell := await cell_at(session, home, community=code)) is not None:
        return Located(code, cell, None)
    cells = await session.execute(
        select(GridCell)
        .where(col(GridCell.community_code) == code, col(GridCell.ended_at).is_(None))
        .order_by(col(GridCell.number))
        .limit(1)
    )
    return Located(code, cells.scalar(), None)


async def cell_at(
    session: AsyncSession, here: Coordinates, *, community: str | None = None
) -> GridCell | None:
    """The cell that holds a place: by outline where there is one, else by the nearest centre within reach.

    With `community` only cells of it count.
    """
    cell, lat, lon = GridCell, here.latitude, here.longitude
    known: list[ColumnElement[bool]] = [col(cell.ended_at).is_(None)]
    if community is not None:
        known.append(col(cell.community_code) == community)
    outlined = await session.execute(
        select(cell)
        .where(
            *known,
            col(cell.outline).is_not(None),
            col(cell.south) <= lat,
            col(cell.north) >= lat,
            col(cell.west) <= lon,
            col(cell.east) >= lon,
        )
        .order_by(col(cell.community_code), col(cell.number))
    )
    for found in outlined.scalars():
        if found.outline is not None and holds(found.outline, here):
            return found
    nearest = await session.execute(
        select(cell)
        .where(*known, *_box(cell.latitude, cell.longitude, here))
        .order_by(_metres(cell.latitude, cell.longitude, here), col(cell.id))
        .limit(1)
    )
    return nearest.scalar()


async def home_cell(session: AsyncSession, person: Person) -> GridCell | None:
    """The cell in which somebody lives, as far as they have said; None where there is none."""
    home = _home_of(person)
    if home is not None:
        return await cell_at(session, home, community=person.home_division) or await cell_at(session, home)
    if person.home_division is None:
        return None
    return (await _within(session, person.home_division, person)).cell


async def _nearest_community(session: AsyncSession, here: Coordinates) -> str | None:
    """The community of the nearest point within reach: a district without cells there still knows whose it is."""
    rows = await session.execute(
        select(col(Point.community_code))
        .where(*_box(Point.latitude, Point.longitude, here))
        .order_by(_metres(Point.latitude, Point.longitude, here), col(Point.id))
        .limit(1)
    )
    return rows.scalar()


def _box(latitude: Any, longitude: Any, here: Coordinates) -> Sequence[ColumnElement[bool]]:  # columns
    north = REACH_M / METRES_PER_DEGREE
    east = north / max(0.01, math.cos(math.radians(here.latitude)))
    return (
        col(latitude).between(here.latitude - north, here.latitude + north),
        col(longitude).between(here.longitude - east, here.longitude + east),
    )


def _metres(latitude: Any, longitude: Any, here: Coordinates) -> ColumnElement[float]:  # columns
    north = (col(latitude) - here.latitude) * METRES_PER_DEGREE
    east = (col(longitude) - here.longitude) * METRES_PER_DEGREE * math.cos(math.radians(here.latitude))
    return func.sqrt(north * north + east * east)
