"""Every number of the product's rules, as a named policy field that a district, point or service can override."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from models.vocabulary import Category, ScopeKind
from scheduling.errors import InvalidInputError
from scheduling.request_policies import RequestPolicy
from scheduling.roster_policies import RosterPolicy
from scheduling.thread_policies import ThreadPolicy

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


class Policy(RequestPolicy, RosterPolicy, ThreadPolicy):
    """The policy of one service (product: Booking, Volunteers, Requests, People). Defaults are the product's."""

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
    """Booking 7: how long an offer is held."""
    offer_minutes_soon: Annotated[int, Field(ge=1, le=10_000)] = 10
    """Booking 7: how long an offer is held when the start is near."""
    offer_soon_hours: Annotated[int, NATURAL] = 3
    """Booking 7: the start is near from so many hours before."""
    most_passes: Annotated[int, NATURAL] = 3
    """Booking 7: so often a waiting party may be passed over before places are gathered for it."""
    no_show_after_minutes: Annotated[int, NATURAL] = 30
    """Booking 10: who was not checked in is set as not having come, so long after the end."""
    release_after_minutes: Annotated[int, NATURAL] | None = None
    """Booking 10: places not claimed so long after the start go to others; none: they are kept to the end."""
    late_keeps_minutes: Annotated[int, NATURAL] = 20
    """Booking 10: whoever says that they come late keeps their places so much longer than others, to the end at most."""
    no_show_limit: Annotated[int, Field(ge=1, le=1000)] = 3
    """Booking 5: so many no-shows pause booking ahead in their category."""
    no_show_window_days: Annotated[int, Field(ge=1, le=1000)] = 30
    """Booking 5: they count when they fall within so many days."""
    pause_days: Annotated[int, NATURAL] = 7
    """Booking 5: for so many days booking ahead is paused then."""
    pauses: bool = True
    """Booking 5: whether no-shows pause at all; in elders' meals and elder care they do not."""
    correction_hours: Annotated[int, NATURAL] = 24
    """Booking 10: so long after the end the point may still correct who came and who did not."""
    rating_days: Annotated[int, NATURAL] = 30
    """So many days after the end a visit can still be rated."""
    rating_asked_minutes: Annotated[int, NATURAL] = 180
    """So long after the end people are asked what their visit was worth; of each service at most once a month."""
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
    """Messages 1: from this local hour nothing is sent."""
    quiet_until_hour: Annotated[int, Field(ge=0, le=12)] = 8
    """Messages 1: until this local hour nothing is sent."""
    morning_hour: Annotated[int, Field(ge=5, le=12)] = 8
    """Messages 1: local hour at which managers are told what the day brings."""
    stale_days: Annotated[int, Field(ge=1, le=100)] = 7
    """Messages 1: bookings of so many days without anybody checked in tell a point's managers that its count is not kept."""
    stale_bookings: Annotated[int, Field(ge=1, le=1000)] = 5
    """Messages 1: so many bookings at least, before that is said."""
    keep_notices_days: Annotated[int, Field(ge=30, le=4000)] = 90
    """Kept so long after a notice was sent or given up. For the district as a whole."""
    keep_waiting_days: Annotated[int, Field(ge=30, le=4000)] = 180
    """Kept so long after their slot began: who waited for it, and what was offered. For the district as a whole."""
    keep_texts_days: Annotated[int, Field(ge=30, le=4000)] = 180
    """Kept so long after a visit: notes and answers that people gave when they booked. For the district as a whole."""
    keep_audit_days: Annotated[int, Field(ge=180, le=10_000)] = 1095
    """Kept so long: who did what to which row. For the district as a whole."""
    address_minutes: Annotated[int, Field(ge=1, le=1440)] = 15
    """How long the code that confirms an address holds. For the district as a whole."""
    address_tries: Annotated[int, Field(ge=1, le=100)] = 5
    """So many wrong codes one person may enter for an address. For the district as a whole."""
    invitation_hours: Annotated[int, Field(ge=1, le=24 * 30)] = 24
    """How long the code of a household invitation holds. For the district as a whole."""
    invitations_open: Annotated[int, Field(ge=1, le=100)] = 5
    """So many invitations one person may have open at a time. For the district as a whole."""
    invitation_tries: Annotated[int, Field(ge=1, le=100)] = 5
    """So many wrong invitation codes one person may enter within the time below. For the district as a whole."""
    invitation_pause_minutes: Annotated[int, Field(ge=1, le=10_000)] = 60
    """Within so many minutes wrong invitation codes are counted. For the district as a whole."""
    link_minutes: Annotated[int, Field(ge=1, le=1440)] = 10
    """How long the code that links a chat to an account holds. For the district as a whole."""
    link_codes: Annotated[int, Field(ge=1, le=100)] = 10
    """So many of these codes are made for one person within an hour. For the district as a whole."""
    link_tries: Annotated[int, Field(ge=1, le=100)] = 5
    """So many wrong ones may be entered in one chat within the time below. For the district as a whole."""
    link_pause_minutes: Annotated[int, Field(ge=1, le=10_000)] = 60
    """Within so many minutes wrong codes that link a chat are counted. For the district as a whole."""

    @property
    def quiet(self) -> tuple[int, int]:
        """The local hours from which and until which nothing is sent (Messages 1)."""
        return self.quiet_from_hour, self.quiet_until_hour

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


def effective_policy(category: Category | None, overrides: Sequence[Override] = ()) -> Policy:
    """The policy in force for a service of `category`: the product's defaults, then the category's, then what the
    district, the point and the service set, each over the one before. No category: for what is no service's matter.
    """
    ordered = sorted(overrides, key=lambda override: NEAREST_LAST.index(override.scope))
    return _merged(category, tuple((override.field, json.dumps(override.value)) for override in ordered))


@lru_cache(maxsize=4096)
def _merged(category: Category | None, fields: tuple[tuple[str, str], ...]) -> Policy:
    values: dict[str, Any] = dict(CATEGORY_DEFAULTS.get(category, {})) if category else {}
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


Origin = Literal["default", "category", "district", "point", "service"]
"""Whose word a value is: the product's, the category's, or that of the scope which set it."""

_RULE = re.compile(r"^(?:Booking|Messages|People|Requests|Volunteers) \d+(?=: )")


@dataclass(frozen=True, slots=True)
class Explained:
    """One policy field in force: its value, the product's own, where the value comes from, and the rule it carries."""

    field: str
    value: JsonValue
    default: JsonValue
    origin: Origin
    rule: str | None
    about: str


def explained_policy(category: Category, overrides: Sequence[Override] = ()) -> list[Explained]:
    """Every field of the policy in force, in the order of `Policy`, with its origin."""
    values = effective_policy(category, overrides).model_dump(mode="json")
    defaults = Policy().model_dump(mode="json")
    origins: dict[str, Origin] = dict.fromkeys(CATEGORY_DEFAULTS.get(category, {}), "category")
    origins.update(
        (override.field, _ORIGINS[override.scope])
        for override in sorted(overrides, key=lambda override: NEAREST_LAST.index(override.scope))
    )
    return [
        Explained(
            field=name,
            value=values[name],
            default=defaults[name],
            origin=origins.get(name, "default"),
            rule=found[0] if (found := _RULE.match(field.description or "")) else None,
            about=_RULE.sub("", field.description or "").removeprefix(": "),
        )
        for name, field in Policy.model_fields.items()
    ]


_ORIGINS: Mapping[ScopeKind, Origin] = {
    ScopeKind.district: "district",
    ScopeKind.point: "point",
    ScopeKind.service: "service",
}

DISTRICT_FIELDS = frozenset(
    name
    for name in Policy.model_fields
    if name.startswith(("invitation", "keep_", "address_", "request_", "wish_", "attachment_", "link_"))
)
"""Fields that are nobody's matter but the district's."""


def contradictions(policy: Policy) -> list[tuple[str, str]]:
    """Fields that make no sense together, each pair by the field to correct and what is wrong with it."""
    ahead_minutes = policy.opens_ahead_hours * 60
    cutoff_ahead = policy.kitchen_cutoff_days_before if policy.kitchen_cutoff_hour is not None else 0
    rules = (
        (
            "closes_before_minutes",
            policy.closes_before_minutes < ahead_minutes,
            "booking closes before it opens",
        ),
        (
            "kitchen_cutoff_days_before",
            cutoff_ahead * 24 * 60 < ahead_minutes,
            "the kitchen's cut-off lies before booking opens",
        ),
        (
            "horizon_days",
            policy.horizon_days * 24 >= policy.opens_ahead_hours + policy.priority_hours,
            "slots would be made after their booking has opened",
        ),
        (
            "offer_minutes_soon",
            policy.offer_minutes_soon <= policy.offer_minutes,
            "offers near the start would be held longer than others",
        ),
        ("quiet_until_hour", policy.quiet_until_hour < policy.quiet_from_hour, "it would be quiet all day"),
        (
            "evening_reminder_hour",
            policy.quiet_until_hour <= policy.evening_reminder_hour < policy.quiet_from_hour,
            "the evening's reminder would fall into the quiet hours",
        ),
        (
            "alert_hours",
            policy.alert_hours <= policy.coverage_hours,
            "the manager would be told of a hole before anybody is asked to fill it",
        ),
        (
            "request_resolve_days",
            policy.request_acknowledge_days <= policy.request_resolve_days,
            "a request would have to be resolved before it is acknowledged",
        ),
        (
            "answer_until_hour",
            policy.answer_from_hour < policy.answer_until_hour,
            "nobody would ever answer",
        ),
        (
            "correction_hours",
            policy.correction_hours * 60 >= policy.no_show_after_minutes,
            "a no-show could never be corrected",
        ),
    )
    return [(field, detail) for field, holds, detail in rules if not holds]
