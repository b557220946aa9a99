"""Every number of the product's rules, as a named policy field that a district, point or service can override."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from models.vocabulary import Category, ScopeKind
from scheduling.errors import InvalidInputError

NATURAL = Field(ge=0, le=100_000)


class Choice(BaseModel):
    """One of the answers that a question offers."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Annotated[str, Field(pattern="^[a-z_]{1,30}$")]
    zh: Annotated[str, Field(min_length=1, max_length=40)]
    en: Annotated[str, Field(min_length=1, max_length=40)]


class Question(BaseModel):
    """A small question asked when booking: one choice, several, a number, yes or no, or a short text."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Annotated[str, Field(pattern="^[a-z_]{1,30}$")]
    zh: Annotated[str, Field(min_length=1, max_length=80)]
    en: Annotated[str, Field(min_length=1, max_length=80)]
    kind: Literal["choice", "choices", "number", "yes_no", "text"]
    choices: tuple[Choice, ...] = ()
    required: bool = False
    default: str | int | bool | None = None
    most: Annotated[int, Field(ge=1, le=100_000)] = 200
    """Largest number, or longest text in characters."""


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
    kitchen_cutoff_hour: Annotated[int, Field(ge=0, le=23)] | None = None
    """Booking 3: the kitchen's cut-off, a local hour; none where nobody cooks. Whichever cut-off comes first holds."""
    kitchen_cutoff_days_before: Annotated[int, Field(ge=0, le=7)] = 0
    """Booking 3: on which day that hour is meant: the meal's own, or so many days before."""
    offer_minutes: Annotated[int, Field(ge=1, le=10_000)] = 30
    """Booking 7: how long an offer is held …"""
    offer_minutes_soon: Annotated[int, Field(ge=1, le=10_000)] = 10
    """… and how long when the start is near."""
    offer_soon_hours: Annotated[int, NATURAL] = 3
    """Booking 7: the start is near from so many hours before."""
    most_passes: Annotated[int, NATURAL] = 3
    """Booking 7: so often a waiting party may be passed over before places are gathered for it."""
    no_show_after_minutes: Annotated[int, NATURAL] = 30
    """Booking 10: who was not checked in is set as not having come, so long after the end."""
    release_after_minutes: Annotated[int, NATURAL] | None = None
    """Booking 10: places not claimed so long after the start go to others; none: they are kept to the end."""
    no_show_limit: Annotated[int, Field(ge=1, le=1000)] = 3
    """Booking 5: so many no-shows …"""
    no_show_window_days: Annotated[int, Field(ge=1, le=1000)] = 30
    """… within so many days …"""
    pause_days: Annotated[int, NATURAL] = 7
    """… pause booking ahead in the category for so many days."""
    pauses: bool = True
    """Booking 5: whether no-shows pause at all; in elders' meals and elder care they do not."""
    correction_hours: Annotated[int, NATURAL] = 24
    """Booking 10: so long after the end the point may still correct who came and who did not."""
    rating_days: Annotated[int, NATURAL] = 30
    """So many days after the end a visit can still be rated."""
    ratings_shown_from: Annotated[int, Field(ge=1, le=1000)] = 5
    """A service's average is shown from so many ratings on, so that no single voice can be recognised."""
    series_days: Annotated[int, Field(ge=1, le=400)] = 92
    """How far ahead a series may reach."""
    series_share_percent: Annotated[int, Field(ge=0, le=100)] = 50
    """How much of a slot series may hold while its general window has not opened, so that others keep their chance."""
    questions: tuple[Question, ...] = ()
    """What is asked when booking."""
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

    @property
    def correction(self) -> timedelta:
        """Until how long after the end who came can be corrected."""
        return timedelta(hours=self.correction_hours)


MEAL_QUESTIONS = [
    {
        "key": "serving",
        "zh": "怎么用餐",
        "en": "How will you have it",
        "kind": "choice",
        "choices": [
            {"key": "eat_in", "zh": "堂食", "en": "Eat in"},
            {"key": "collect", "zh": "自取", "en": "Collect"},
            {"key": "deliver", "zh": "送餐上门", "en": "Deliver"},
        ],
        "default": "eat_in",
    },
    {
        "key": "diet",
        "zh": "饮食要求",
        "en": "Dietary needs",
        "kind": "choices",
        "choices": [
            {"key": "soft", "zh": "软烂", "en": "Soft"},
            {"key": "low_salt", "zh": "少盐", "en": "Low salt"},
            {"key": "no_sugar", "zh": "无糖", "en": "No sugar"},
            {"key": "halal", "zh": "清真", "en": "Halal"},
            {"key": "vegetarian", "zh": "素食", "en": "Vegetarian"},
        ],
    },
]
"""What a kitchen needs to know."""

CATEGORY_DEFAULTS: Mapping[Category, Mapping[str, Any]] = {
    Category.elder_care: {"priority_hours": 24, "pauses": False},
    Category.meals: {"priority_hours": 24, "pauses": False, "questions": MEAL_QUESTIONS},
}
"""Booking 3: priority of older people and people with a disability; Booking 5: no pause in elders' meals and care."""


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
    # By way of JSON, since strict validation takes a JSON list, but no Python list, for a tuple.
    return Policy.model_validate_json(json.dumps(values))


def checked_override(field: str, value: object) -> None:
    """Refuses an override that is no policy field or no value for it.

    Raises InvalidInputError naming the field.
    """
    try:
        Policy.model_validate_json(json.dumps({field: value}))
    except ValidationError as error:
        raise InvalidInputError(field=field, detail=error.errors()[0]["msg"]) from error
