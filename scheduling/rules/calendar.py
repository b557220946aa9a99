"""Which days are holidays, make-up workdays (调休) or ordinary: a holiday library, and above it what staff entered."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache

import holidays

from models.vocabulary import CalendarDayKind, DayKind
from scheduling.rules.recurrence import Falls

SATURDAY = 5


@lru_cache(maxsize=8)
def _china(year: int) -> holidays.HolidayBase:
    return holidays.country_holidays("CN", years=year)


def published_kind(day: date) -> CalendarDayKind:
    """What the library knows of a day. For a year whose notice is not out yet it knows the statutory holidays only.

    It names the workdays that are off; the weekend days among and beside them are part of the holiday as well, as in
    "1 to 7 October".
    """
    if day in _china(day.year).weekend_workdays:
        return CalendarDayKind.makeup_workday
    off = _is_off(day) or (
        day.weekday() >= SATURDAY and any(_is_off(_past_weekend(day, towards)) for towards in (-1, 1))
    )
    return CalendarDayKind.holiday if off else CalendarDayKind.ordinary


def _is_off(day: date) -> bool:
    return day in _china(day.year)


def _past_weekend(day: date, towards: int) -> date:
    """The next day in a direction that is no weekend day without a say of its own."""
    step = timedelta(days=towards)
    day += step
    while day.weekday() >= SATURDAY and not _is_off(day) and day not in _china(day.year).weekend_workdays:
        day += step
    return day


def day_kind(day: date, entered: Mapping[date, CalendarDayKind]) -> CalendarDayKind:
    """What staff entered for a day, or else what the library knows."""
    return entered.get(day) or published_kind(day)


def is_kept(day: date, *, days: DayKind, falls: Falls, kind: CalendarDayKind) -> bool:
    """Whether an opening rule holds on a day.

    A rule of workdays that recurs from Monday to Friday holds on make-up workdays too, which fall on a weekend; one of
    Tuesdays only does not. A rule of rest days holds on holidays too.
    """
    recurs = falls.on_day
    weekend = day.weekday() >= SATURDAY
    if days is DayKind.any:
        return recurs
    if days is DayKind.not_holiday:
        return recurs and kind is not CalendarDayKind.holiday
    if days is DayKind.workday:
        return (kind is CalendarDayKind.makeup_workday and falls.on_its_workdays) or (
            recurs and not weekend and kind is not CalendarDayKind.holiday
        )
    return kind is CalendarDayKind.holiday or (
        recurs and weekend and kind is not CalendarDayKind.makeup_workday
    )
