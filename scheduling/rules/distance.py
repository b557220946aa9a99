"""How far it is between two places of a district. Pure."""

from math import cos, hypot, radians

from models.shapes.base import Coordinates

METRES_PER_DEGREE = 111_195
"""Length of one degree of a meridian."""


def metres(one: Coordinates, other: Coordinates) -> float:
    """Metres on a plane around the first: within a district the error is below 0.1 %."""
    north = (other.latitude - one.latitude) * METRES_PER_DEGREE
    east = (other.longitude - one.longitude) * METRES_PER_DEGREE * cos(radians(one.latitude))
    return hypot(north, east)
