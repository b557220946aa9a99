"""Outlines of grid cells: GeoJSON polygons in WGS84 degrees, checked and asked what they hold. Pure."""

from dataclasses import dataclass
from typing import Any

from shapely.errors import GEOSException
from shapely.geometry import Point, Polygon, mapping
from shapely.validation import explain_validity

from models.shapes.base import Coordinates
from scheduling.errors import InvalidInputError

MOST_CORNERS = 2000
Json = dict[str, Any]  # a GeoJSON object


@dataclass(frozen=True, slots=True)
class Bounds:
    """The box around an outline, in degrees."""

    south: float
    north: float
    west: float
    east: float


def checked_outline(rings: list[list[list[float]]]) -> Polygon:
    """A polygon from GeoJSON rings (longitude first). Raises InvalidInputError when they are none.

    Rings must be closed in themselves, on the map, and not cross; the first is the outside, the others are holes.
    """
    if not rings or sum(len(ring) for ring in rings) > MOST_CORNERS:
        raise InvalidInputError(field="outline", detail=f"expected 1 ring and at most {MOST_CORNERS} corners")
    for ring in rings:
        if any(len(corner) < 2 or abs(corner[0]) > 180 or abs(corner[1]) > 90 for corner in ring):
            raise InvalidInputError(field="outline", detail="a corner is not [longitude, latitude]")
    try:
        polygon = Polygon(rings[0], rings[1:])
    except (ValueError, GEOSException) as error:
        raise InvalidInputError(field="outline", detail="not a polygon") from error
    if polygon.is_empty or not polygon.is_valid:
        raise InvalidInputError(field="outline", detail=explain_validity(polygon))
    return polygon


def stored(polygon: Polygon) -> Json:
    """The polygon as GeoJSON."""
    found: Json = mapping(polygon)
    return {
        "type": "Polygon",
        "coordinates": [[list(corner) for corner in ring] for ring in found["coordinates"]],
    }


def bounds_of(polygon: Polygon) -> Bounds:
    """The box around it."""
    west, south, east, north = polygon.bounds
    return Bounds(south, north, west, east)


def centre_of(polygon: Polygon) -> Coordinates:
    """A point within it, near its middle."""
    inside = polygon.centroid if polygon.contains(polygon.centroid) else polygon.representative_point()
    return Coordinates(latitude=inside.y, longitude=inside.x)


def holds(outline: Json, place: Coordinates) -> bool:
    """Whether a stored outline holds a place; its edge belongs to it."""
    rings = outline["coordinates"]
    return bool(Polygon(rings[0], rings[1:]).covers(Point(place.longitude, place.latitude)))
