"""Divisions, categories, points and services as the API shows them."""

from typing import Any
from uuid import UUID

from models.shapes.base import Area, Named, Shape
from models.vocabulary import Category, DivisionLevel, Zone


class DivisionView(Shape):
    """A division. Coordinates are of its centre, where known."""

    code: str
    name: str
    level: DivisionLevel
    parent_code: str | None
    latitude: float | None
    longitude: float | None
    hotline: str | None


class CategoryName(Shape):
    """A category's name in both languages."""

    zh: str
    en: str


class CategoryView(Shape):
    """A category of services."""

    code: Category
    name: CategoryName


class PointBrief(Shape):
    """A point, as much as is needed to go there."""

    id: UUID
    name: str
    address: str
    phone: str | None
    latitude: float
    longitude: float
    community: Area
    subdistrict: Area


class PointView(PointBrief):
    """A point with what it offers. `distance_m` is metres from the place asked about, null when none was."""

    categories: list[Category]
    distance_m: int | None
    demo: bool


class ProviderBrief(Named):
    """Who gives a service."""

    zone: Zone


class ServiceBrief(Named):
    """A service by name and category."""

    category: Category


class RatingSummary(Shape):
    """The average of all ratings of a service, 1 to 5 stars, and how many there are."""

    average: float
    count: int


class ServiceView(ServiceBrief):
    """A service with its provider and the booking policy in force. `rating` is null until enough people have rated."""

    point_id: UUID
    description: str
    provider: ProviderBrief
    policy: dict[str, Any]
    rating: RatingSummary | None
    demo: bool
