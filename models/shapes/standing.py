"""Pauses and ratings as the API shows and takes them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.shapes.base import Named, Shape, Time
from models.vocabulary import Category


class MissView(Shape):
    """A missed booking behind a pause."""

    booking_id: UUID
    service: str
    point: str
    start: Time


class PauseView(Shape):
    """A time in which a person cannot book ahead in a category. It ends by itself at `until`, or when it is lifted."""

    id: UUID
    person: Named
    category: Category
    created_at: Time
    until: Time
    active: bool
    missed: list[MissView]
    appeal: str | None
    appealed_at: Time | None
    lifted_at: Time | None
    lift_reason: str | None


class Appeal(Shape):
    """Why a pause should not be."""

    text: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S")]


class Lift(Shape):
    """Why staff lift a pause."""

    reason: Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]


class RatingOrder(Shape):
    """What a visit was worth: 1 to 5 stars, and a comment if one likes."""

    stars: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[str, Field(max_length=1000)] = ""


class RatingView(RatingOrder):
    """A rating that was given."""

    id: UUID
    booking_id: UUID
    created_at: Time
