"""What all public shapes share."""

from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Annotated, Generic, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone in which the district's days and times are reasoned about and shown."""


def local(moment: datetime) -> datetime:
    """The same moment on the district's clock."""
    return moment.astimezone(DISTRICT_ZONE)


def local_day(moment: datetime) -> date:
    """The district's date at a moment."""
    return local(moment).date()


@lru_cache(maxsize=8192)
def said(moment: datetime) -> str:
    """A moment as the API writes it: RFC 3339 with the district's offset, in whole seconds.

    The same few moments are said all the time: those at which slots begin and end.
    """
    return local(moment).isoformat(timespec="seconds")


Time = Annotated[datetime, PlainSerializer(said, return_type=str, when_used="json")]
"""A moment; in JSON it is RFC 3339 with the district's offset."""

D = TypeVar("D", bound=date)


def in_our_time(day: D) -> D:
    """A date or time that can be reckoned with. Raises ValueError for the ends of the calendar, where a day more or a
    few hours less would be no date any more.
    """
    if not 2000 <= day.year <= 2199:
        message = "a year between 2000 and 2199 is expected"
        raise ValueError(message)
    return day


Day = Annotated[date, AfterValidator(in_our_time)]
"""A local date that somebody asks for."""

Moment = Annotated[AwareDatetime, AfterValidator(in_our_time)]
"""A time, with its offset, that somebody asks for."""

T = TypeVar("T")


class Shape(BaseModel):
    """A public shape: what the API takes or answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @cached_property
    def written(self) -> orjson.Fragment:
        """Its JSON, to be put into that of others. For what is shown again and again: it is kept."""
        return orjson.Fragment(self.__pydantic_serializer__.to_json(self))


class Page(Shape, Generic[T]):
    """One page of a list; `next` is the cursor of the following page, null at the end."""

    items: list[T]
    next: str | None = None


class Named(Shape):
    """Something by its id and name."""

    id: UUID
    name: str


class BothLanguages(Shape):
    """How something is called in Chinese and in English."""

    zh: str
    en: str


class Area(Shape):
    """A division by its code and name."""

    code: str
    name: str


class Coordinates(Shape):
    """WGS84 degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
