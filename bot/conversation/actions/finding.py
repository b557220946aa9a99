"""What buttons do about finding a point. Verbs begin with kd. Coordinates are WGS84, hundred-thousandths of a degree."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Find(Action):
    """Show the ways to find a point, and wait for words."""


@dataclass(frozen=True, slots=True)
class ShowPoint(Action):
    """Show a point: where, when, what, and its next free times."""

    point: UUID


@dataclass(frozen=True, slots=True)
class ServiceSlots(Action):
    """Show the next times of a service, full ones too."""

    service: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class PointsAt(Action):
    """Show the points around a place that was shared."""

    latitude: int
    longitude: int


@dataclass(frozen=True, slots=True)
class LiveAt(Action):
    """Keep a place that was shared as my home."""

    latitude: int
    longitude: int


VERBS: Mapping[str, type[Action]] = {
    "kd": Find,
    "kdp": ShowPoint,
    "kds": ServiceSlots,
    "kdn": PointsAt,
    "kdh": LiveAt,
}
