"""The demonstration as a plan: deterministic, made from divisions and a seed alone, without a clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from models.data import DivisionRow
from models.vocabulary import DivisionLevel
from scheduling.demo.layout import lay_points
from scheduling.demo.names import hotline
from scheduling.demo.people import DemoAccount, DemoGrant, DemoLink, DemoPerson, Population
from scheduling.demo.places import communities_of
from scheduling.drafts import DistrictPlan, DivisionDraft, division_drafts

SEED = "last metre"
POINTS = 500


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """Everything that the demonstration lays over a district's real divisions."""

    district: DistrictPlan
    people: tuple[DemoPerson, ...]
    links: tuple[DemoLink, ...]
    grants: tuple[DemoGrant, ...]
    accounts: tuple[DemoAccount, ...]


def demo_plan(divisions: Sequence[DivisionRow], *, points: int = POINTS, seed: str = SEED) -> DemoPlan:
    """The demonstration for a district. The same arguments make the same plan, on any machine, on any day.

    Raises ValueError when `points` cannot be spread over the communities (1 to 4 each), or when neither a
    sub-district nor the district has coordinates.
    """
    random = Random(seed)  # noqa: S311  # made-up data, no secret
    drafts = _with_hotlines(division_drafts(divisions))
    district = lay_points(drafts, random, points)
    population = Population(random, communities_of(drafts))
    population.settle(district.points, drafts)
    return DemoPlan(
        district=district,
        people=tuple(population.people),
        links=tuple(population.links),
        grants=tuple(population.grants),
        accounts=tuple(population.accounts),
    )


def _with_hotlines(divisions: Sequence[DivisionDraft]) -> tuple[DivisionDraft, ...]:
    """The divisions with made-up numbers to call for the district and its sub-districts."""
    return tuple(
        division
        if division.level is DivisionLevel.community
        else division.model_copy(update={"hotline": hotline(number)})
        for number, division in enumerate(divisions)
    )
