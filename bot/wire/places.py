"""Divisions, categories, points and slots, as the bot sees them."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import Area, Named, View


class Division(Area):
    """A division; coordinates of its centre (WGS84) and a telephone number where the API knows them."""

    latitude: float | None = None
    longitude: float | None = None
    hotline: str | None = None


class CategoryName(View):
    """What a category is called."""

    zh: str
    en: str


class Category(View):
    """A category of services."""

    code: str
    name: CategoryName


class PointBrief(View):
    """A point, as much as one needs to go there."""

    id: UUID
    name: str
    address: str
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Point(PointBrief):
    """A point found by a search; `distance_m` in metres from where one asked."""

    categories: tuple[str, ...] = ()
    distance_m: float | None = None


class Slot(View):
    """One bookable occurrence of a service."""

    id: UUID
    start: datetime
    end: datetime
    free: int
    status: str
    category: str
    service: Named
    point: PointBrief
    distance_m: float | None = None
    demo: bool = False
