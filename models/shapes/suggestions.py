"""Suggested rosters as the API takes and shows them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.shapes.base import Day, Named, Shape, Time
from models.shapes.rosters import SignupView


class SuggestionOrder(Shape):
    """Which days to fill, both included; two weeks at most."""

    first: Day
    last: Day


class Choice(Shape):
    """Somebody suggested for a shift, and what speaks for it.

    `wish`: they wish for this role or time. `known`: how often they served here before. `recent_minutes`: what they served
    lately. `distance_m` from their home, where known.
    """

    shift_id: UUID
    start: Time
    person: Named
    wish: int
    known: int
    recent_minutes: int
    unpopular: bool
    distance_m: int | None
    because: list[str]


class Measures(Shape):
    """What a roster is measured by. More is better of `filled`, `wishes` and `continuity`; less of the others.

    `most_minutes` and `most_unpopular` are the largest share that any one person carries.
    """

    filled: int
    shortfall: int
    wishes: int
    continuity: int
    most_minutes: int
    most_unpopular: int
    distance_m: int


class Suggestion(Shape):
    """A roster that every rule allows. `greedy` is what filling shift after shift with the first that fits would reach."""

    choices: list[Choice]
    measures: Measures
    greedy: Measures
    proven_best: bool


class Applied(Shape):
    """A choice to propose to its volunteer."""

    shift_id: UUID
    person_id: UUID


class SuggestionApplied(Shape):
    """Which choices of a suggestion to propose: all or part."""

    choices: Annotated[list[Applied], Field(min_length=1, max_length=200)]


class NotProposed(Shape):
    """A choice that the rules do not allow by now."""

    shift_id: UUID
    person_id: UUID
    reasons: list[str]


class Proposals(Shape):
    """What was proposed; each volunteer is asked to confirm."""

    proposed: list[SignupView]
    refused: list[NotProposed]
