"""Where demonstration points lie: how many in each real community, and around which made-up spot."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from random import Random

from models.vocabulary import DivisionLevel
from scheduling.demo.names import place_name
from scheduling.drafts import DivisionDraft

MOST_POINTS = 4
"""Points of one community at most."""

GOLDEN_ANGLE = pi * (3 - sqrt(5))
"""Turning by it from place to place spreads them evenly over a disc (a sunflower)."""

TOWN_KM, VILLAGE_KM = 4.0, 7.0
"""Communities lie within the first distance of their sub-district's centre, villages further out, to the second."""

TOWN_WEIGHT, VILLAGE_WEIGHT = (2.0, 5.0), (1.0, 3.0)
"""How much a community counts when points are shared out: least and most."""

KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Community:
    """A community with what is needed to put points into it. Coordinates are made up around its sub-district's."""

    division: DivisionDraft
    subdistrict: DivisionDraft
    place: str
    village: bool
    latitude: float
    longitude: float


def communities_of(divisions: Sequence[DivisionDraft]) -> tuple[Community, ...]:
    """All communities, each laid somewhere around the centre of its sub-district, in the order of their codes."""
    by_code = {division.code: division for division in divisions}
    siblings: defaultdict[str, list[DivisionDraft]] = defaultdict(list)
    for division in sorted(divisions, key=lambda division: division.code):
        if division.level is DivisionLevel.community:
            siblings[division.parent_code or ""].append(division)
    found = []
    for parent, children in siblings.items():
        subdistrict = by_code[parent]
        villages = [child for child in children if _is_village(child)]
        towns = [child for child in children if not _is_village(child)]
        for group, inner, outer in ((towns, 0.0, TOWN_KM), (villages, TOWN_KM, VILLAGE_KM)):
            for index, child in enumerate(group):
                share = (index + 0.5) / len(group)
                away = sqrt(inner**2 + share * (outer**2 - inner**2))
                latitude, longitude = moved(_centre(subdistrict, by_code), away, index * GOLDEN_ANGLE)
                found.append(
                    Community(
                        division=child,
                        subdistrict=subdistrict,
                        place=place_name(child.name),
                        village=group is villages,
                        latitude=latitude,
                        longitude=longitude,
                    )
                )
    return tuple(found)


def _is_village(community: DivisionDraft) -> bool:
    return place_name(community.name).endswith("村")


def _centre(division: DivisionDraft, by_code: Mapping[str, DivisionDraft]) -> tuple[float, float]:
    """Its centre, or that of the nearest division above whose centre is known."""
    here: DivisionDraft | None = division
    while here:
        if here.latitude is not None and here.longitude is not None:
            return here.latitude, here.longitude
        here = by_code.get(here.parent_code or "")
    message = f"no centre is known for {division.code} or any division above it"
    raise ValueError(message)


def moved(centre: tuple[float, float], kilometres: float, angle: float) -> tuple[float, float]:
    """Latitude and longitude so many kilometres from a centre, in a direction (radians from east)."""
    latitude = centre[0] + kilometres * sin(angle) / KM_PER_DEGREE
    longitude = centre[1] + kilometres * cos(angle) / (KM_PER_DEGREE * cos(radians(centre[0])))
    return round(latitude, 6), round(longitude, 6)


def shares(communities: Sequence[Community], random: Random, points: int) -> tuple[int, ...]:
    """How many of `points` each community gets: at least one, at most `MOST_POINTS`, towns more than villages.

    Highest averages (Webster): each further point goes where a point would still weigh most.
    Raises ValueError when the communities cannot hold that many, or there are fewer points than communities.
    """
    if not len(communities) <= points <= MOST_POINTS * len(communities):
        message = f"{points} points do not go into {len(communities)} communities"
        raise ValueError(message)
    weights = [
        random.uniform(*(VILLAGE_WEIGHT if community.village else TOWN_WEIGHT)) for community in communities
    ]
    found = [1] * len(communities)
    for _ in range(points - len(communities)):
        open_ones = (index for index, count in enumerate(found) if count < MOST_POINTS)
        found[max(open_ones, key=lambda index: weights[index] / (2 * found[index] + 1))] += 1
    return tuple(found)
