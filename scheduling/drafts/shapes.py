"""The drafts: rows that a district hands in, each valid in itself. Strict and frozen; texts are trimmed.

Rows name each other by keys, the district's own names for its points, providers and services. Keys last: a later
import finds the same row by the same key.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from models.vocabulary import Category, DayKind, DivisionLevel, Zone
from scheduling.drafts.faults import Table
from scheduling.drafts.recurrence import normal_rrule
from scheduling.errors import InvalidInputError
from scheduling.policies import Policy, checked_override
from scheduling.rules.recurrence import interval

SIGNIFICANT = {DivisionLevel.district: 6, DivisionLevel.subdistrict: 9, DivisionLevel.community: 12}

DECIMALS = 7
"""Of degrees: a centimetre. Spreadsheets keep no more than 15 digits, so finer ones would not come back the same."""


def _printable(text: str) -> str:
    """Refuses what neither a database nor a spreadsheet can keep: control characters, half surrogates, noncharacters."""
    for character in text:
        code = ord(character)
        odd = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} and character != "\n"
        if odd or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
            raise PydanticCustomError(
                "odd_character", "unreadable character {given}", {"given": f"U+{code:04X}"}
            )
    return text


def _one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("one_line", "a line break does not belong here")
    return text


def _half_width(value: object) -> object:
    """Full-width digits and dashes, as Chinese keyboards give them, to plain ones."""
    return unicodedata.normalize("NFKC", value) if isinstance(value, str) else value


def _dialled(phone: str) -> str:
    if not re.fullmatch(r"[0-9+()\-/ ,;转]{3,40}", phone) or not re.search(r"[0-9]{3}", phone):
        raise PydanticCustomError("phone", "not a phone number: {given}", {"given": phone})
    return phone


def _north(degrees: float) -> float:
    if not -90 <= degrees <= 90:
        raise PydanticCustomError("latitude", "a latitude lies within 90 degrees")
    return round(degrees, DECIMALS)


def _east(degrees: float) -> float:
    if not -180 <= degrees <= 180:
        raise PydanticCustomError("longitude", "a longitude lies within 180 degrees")
    return round(degrees, DECIMALS)


def _near(day: date) -> date:
    if not 2000 <= day.year <= 2199:
        raise PydanticCustomError("year", "a year between 2000 and 2199 is expected")
    return day


def _settings(policy: dict[str, JsonValue]) -> dict[str, JsonValue]:
    for name, value in policy.items():
        if name not in Policy.model_fields:
            expected = ", ".join(Policy.model_fields)
            raise PydanticCustomError(
                "policy_field", "no policy {given}", {"given": name, "expected": expected}
            )
        try:
            checked_override(name, value)
        except InvalidInputError as error:
            raise PydanticCustomError("policy_value", "{given} does not fit", {"given": name}) from error
    return policy


PRINTABLE = AfterValidator(_printable)
ONE_LINE = AfterValidator(_one_line)

Key = Annotated[str, Field(min_length=1, max_length=80), PRINTABLE, ONE_LINE]
Label = Annotated[str, Field(min_length=1, max_length=100), PRINTABLE, ONE_LINE]
PersonName = Annotated[str, Field(min_length=1, max_length=80), PRINTABLE, ONE_LINE]
Name = Annotated[str, Field(min_length=1, max_length=200), PRINTABLE, ONE_LINE]
Address = Annotated[str, Field(min_length=1, max_length=300), PRINTABLE, ONE_LINE]
Description = Annotated[str, Field(max_length=2000), PRINTABLE]
Phone = Annotated[str, BeforeValidator(_half_width), AfterValidator(_dialled)]
Settings = Annotated[dict[str, JsonValue], AfterValidator(_settings)]
Code = Annotated[str, Field(pattern=r"^[0-9]{12}$")]
Latitude = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_north)]
Longitude = Annotated[float, Field(allow_inf_nan=False), AfterValidator(_east)]
Day = Annotated[date, AfterValidator(_near)]
Recurrence = Annotated[str, Field(min_length=1, max_length=300), PRINTABLE, AfterValidator(normal_rrule)]


class Draft(BaseModel):
    """A row that is valid in itself."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", str_strip_whitespace=True)

    table: ClassVar[Table]

    @property
    def own_key(self) -> str | None:
        """The key by which other rows name this one; None for rows that nothing names."""
        return None


class DivisionDraft(Draft):
    """A district, sub-district or community. Coordinates are WGS84 degrees of its centre."""

    table = Table.divisions

    code: Code
    name: Label
    level: DivisionLevel
    parent_code: Code | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    hotline: Phone | None = None

    @property
    def own_key(self) -> str:
        """The division's code."""
        return self.code

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.code[SIGNIFICANT[self.level] :].strip("0"):
            raise PydanticCustomError("code_level", "the code is not of this level")
        if (self.parent_code is None) != (self.level is DivisionLevel.district):
            raise PydanticCustomError("parent", "all divisions but the district lie in another")
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("half_coordinates", "latitude and longitude go together")
        return self


class ProviderDraft(Draft):
    """Who gives services."""

    table = Table.providers

    key: Key
    name: Name
    zone: Zone

    @property
    def own_key(self) -> str:
        """The provider's key."""
        return self.key


class PointDraft(Draft):
    """A place where services are given. Coordinates are WGS84 degrees."""

    table = Table.points

    key: Key
    name: Name
    community_code: Code
    address: Address
    phone: Phone | None = None
    latitude: Latitude
    longitude: Longitude
    demo: bool = False

    @property
    def own_key(self) -> str:
        """The point's key."""
        return self.key


class ServiceDraft(Draft):
    """What a point offers in one category; `policy` holds the booking rules that differ here, by field name."""

    table = Table.services

    key: Key
    point_key: Key
    provider_key: Key
    category: Category
    name: Name
    description: Description = ""
    policy: Settings = Field(default_factory=dict)

    @property
    def own_key(self) -> str:
        """The service's key."""
        return self.key


class OpeningRuleDraft(Draft):
    """When a service is open, in local time. A lunch break is two rules.

    With `slot_minutes` the span is cut into equal slots, without it is one slot. `capacity` is places a slot. `days`
    says which days of the recurrence hold: all, all but public holidays, statutory workdays (make-up workdays
    included), or the days that are not workdays. `valid_from` and `valid_until` are both inclusive.
    """

    table = Table.rules

    service_key: Key
    rrule: Recurrence
    start_time: time
    end_time: time
    slot_minutes: Annotated[int, Field(ge=5, le=1440)] | None = None
    capacity: Annotated[int, Field(ge=1, le=2000)]
    days: DayKind = DayKind.any
    valid_from: Day | None = None
    valid_until: Day | None = None

    @property
    def minutes(self) -> int:
        """Length of the whole span."""
        return (
            (self.end_time.hour - self.start_time.hour) * 60 + self.end_time.minute - self.start_time.minute
        )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for moment in (self.start_time, self.end_time):
            if moment.tzinfo or moment.second or moment.microsecond:
                raise PydanticCustomError("whole_minutes", "local times in whole minutes")
        if self.minutes <= 0:
            raise PydanticCustomError("end_after_start", "the end is not after the start")
        if self.slot_minutes and self.minutes % self.slot_minutes:
            raise PydanticCustomError(
                "slots_divide",
                "{minutes} minutes cannot be cut into slots of {slot}",
                {"minutes": self.minutes, "slot": self.slot_minutes},
            )
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise PydanticCustomError("validity", "the validity ends before it begins")
        if interval(self.rrule) > 1 and self.valid_from is None:
            raise PydanticCustomError("interval_anchor", "an interval needs a date to count from")
        return self


class GridCellDraft(Draft):
    """A grid cell: part of a community, by its number there, and who answers for it. Without coordinates it lies in the middle
    of its community. People are named by their phones; with a name, whoever is not known yet is registered.
    """

    table = Table.cells

    community_code: Code
    number: Annotated[int, Field(ge=1, le=9999)]
    name: Label
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    worker_phone: Phone
    worker_name: PersonName | None = None
    deputy_phone: Phone | None = None
    deputy_name: PersonName | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise PydanticCustomError("half_coordinates", "latitude and longitude go together")
        if self.deputy_name is not None and self.deputy_phone is None:
            raise PydanticCustomError("deputy_phone", "a deputy's name needs their phone")
        return self


DRAFTS: dict[Table, type[Draft]] = {
    draft.table: draft
    for draft in (DivisionDraft, ProviderDraft, PointDraft, ServiceDraft, OpeningRuleDraft, GridCellDraft)
}
"""The draft of each table."""


@dataclass(frozen=True, slots=True)
class DistrictPlan:
    """All that a district hands in at once. Valid as a whole only when `check_plan` finds no fault."""

    divisions: tuple[DivisionDraft, ...] = ()
    providers: tuple[ProviderDraft, ...] = ()
    points: tuple[PointDraft, ...] = ()
    services: tuple[ServiceDraft, ...] = ()
    rules: tuple[OpeningRuleDraft, ...] = ()
    cells: tuple[GridCellDraft, ...] = ()

    def rows(self, table: Table) -> tuple[Draft, ...]:
        """The rows of one table."""
        return {
            Table.divisions: self.divisions,
            Table.providers: self.providers,
            Table.points: self.points,
            Table.services: self.services,
            Table.rules: self.rules,
            Table.cells: self.cells,
        }[table]
