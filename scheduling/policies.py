"""Every number of the product's rules, as a named policy field that a district, point or service can override."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.vocabulary import Category, ScopeKind
from scheduling.errors import InvalidInputError

NATURAL = Field(ge=0, le=100_000)


class Policy(BaseModel):
    """The booking policy of one service (product: Booking). Defaults are the product's."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    opens_ahead_hours: Annotated[int, NATURAL] = 7 * 24
    """Booking 3: bookings open this long before the start."""
    priority_hours: Annotated[int, NATURAL] = 0
    """Booking 3: for people with priority they open this much earlier."""
    priority_age: Annotated[int, NATURAL] = 60
    """Booking 3: from this age on a person has priority; with a disability always."""
    closes_before_minutes: Annotated[int, NATURAL] = 60
    """Booking 3: bookings close this long before the start (meals: the kitchen's cut-off)."""
    max_party: Annotated[int, Field(ge=1, le=1000)] = 6
    """Booking 3: places in one booking at most."""
    max_upcoming: Annotated[int, Field(ge=1, le=1000)] = 3
    """Booking 3: upcoming bookings of one person in one category at most."""
    free_cancel_minutes: Annotated[int, NATURAL] = 120
    """Booking 5: cancelling later than this before the start counts as late."""
    reach_m: Annotated[int, NATURAL] = 3000
    """Booking 6: another point is within reach up to this distance, in metres."""
    alternatives: Annotated[int, Field(ge=0, le=10)] = 3
    """Booking 6: how many alternatives a refusal offers."""
    check_in_opens_minutes: Annotated[int, NATURAL] = 60
    """Booking 10: people may be checked in from this long before the start."""
    horizon_days: Annotated[int, Field(ge=1, le=400)] = 14
    """Opening rules are expanded into slots this many days ahead."""
    evening_reminder_hour: Annotated[int, Field(ge=8, le=20)] = 18
    """Messages 1: local hour of the reminder on the evening before."""
    soon_reminder_minutes: Annotated[int, NATURAL] = 120
    """Messages 1: the second reminder comes this long before the start."""
    quiet_from_hour: Annotated[int, Field(ge=12, le=24)] = 21
    """Messages 1: from this local hour nothing is sent …"""
    quiet_until_hour: Annotated[int, Field(ge=0, le=12)] = 8
    """… until this one."""

    @property
    def opens_ahead(self) -> timedelta:
        """How long before the start bookings open for everybody."""
        return timedelta(hours=self.opens_ahead_hours)

    @property
    def priority(self) -> timedelta:
        """How much earlier they open for people with priority."""
        return timedelta(hours=self.priority_hours)

    @property
    def closes_before(self) -> timedelta:
        """How long before the start they close."""
        return timedelta(minutes=self.closes_before_minutes)

    @property
    def free_cancel(self) -> timedelta:
        """Until how long before the start cancelling does not count as late."""
        return timedelta(minutes=self.free_cancel_minutes)

    @property
    def check_in_opens(self) -> timedelta:
        """From how long before the start people may be checked in."""
        return timedelta(minutes=self.check_in_opens_minutes)


CATEGORY_DEFAULTS: Mapping[Category, Mapping[str, int]] = {
    Category.elder_care: {"priority_hours": 24},
    Category.meals: {"priority_hours": 24},
}
"""Booking 3: the priority of older people and people with a disability is in these categories."""


@dataclass(frozen=True, slots=True)
class Override:
    """One field set for a district, point or service."""

    scope: ScopeKind
    key: str
    field: str
    value: Any  # a JSON value, validated by the policy field


NEAREST_LAST = (ScopeKind.district, ScopeKind.point, ScopeKind.service)


def effective_policy(category: Category, overrides: Sequence[Override] = ()) -> Policy:
    """The policy in force for a service of `category`: the product's defaults, then the category's, then what the
    district, the point and the service set, each over the one before.
    """
    ordered = sorted(overrides, key=lambda override: NEAREST_LAST.index(override.scope))
    return _merged(category, tuple((override.field, json.dumps(override.value)) for override in ordered))


@lru_cache(maxsize=4096)
def _merged(category: Category, fields: tuple[tuple[str, str], ...]) -> Policy:
    values: dict[str, Any] = dict(CATEGORY_DEFAULTS.get(category, {}))
    values.update((name, json.loads(value)) for name, value in fields)
    return Policy.model_validate(values)


def checked_override(field: str, value: object) -> None:
    """Refuses an override that is no policy field or no value for it.

    Raises InvalidInputError naming the field.
    """
    try:
        Policy.model_validate({field: value})
    except ValidationError as error:
        raise InvalidInputError(field=field, detail=error.errors()[0]["msg"]) from error
