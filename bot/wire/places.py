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


class ServiceOffered(Named):
    """A service of a point."""

    category: str
    description: str = ""


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


class Choice(View):
    """One of the answers that a question offers."""

    key: str
    zh: str
    en: str


class Question(View):
    """What a service asks when it is booked; `most` is the largest number or the longest text."""

    key: str
    zh: str
    en: str
    kind: str
    choices: tuple[Choice, ...] = ()
    required: bool = False
    default: str | int | bool | None = None
    most: int = 200


class SlotDetail(Slot):
    """A slot by itself, with its service's questions."""

    questions: tuple[Question, ...] = ()
