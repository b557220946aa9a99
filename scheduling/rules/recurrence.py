"""Opening rules expanded into occurrences: pure RFC 5545 recurrence over local days, cut into slots."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateutil.rrule import rrule, rrulestr

from models.shapes.base import DISTRICT_ZONE
from models.vocabulary import DayKind

ANCHOR = date(2024, 1, 1)
"""A Monday: where recurrences without a beginning of their own begin, so that "every second week" is well defined."""


class Occurrence(NamedTuple):
    """One span of time that a rule opens."""

    start: datetime
    end: datetime


class Falls(NamedTuple):
    """Whether a recurrence falls on a day, and whether it falls on all workdays, Monday to Friday, of its week."""

    on_day: bool
    on_its_workdays: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opening rule says, free of its table."""

    rrule: str
    start_time: time
    end_time: time
    slot_minutes: int | None
    days: DayKind
    valid_from: date | None
    valid_until: date | None


def interval(rule: str) -> int:
    """Every how many days, weeks or months a rule recurs."""
    found = re.search(r"INTERVAL=(\d+)", rule)
    return int(found[1]) if found else 1


@lru_cache(maxsize=4096)
def recurring_days(rule: str, anchor: date, first: date, last: date) -> frozenset[date]:
    """The days from `first` to `last`, both inclusive, on which a recurrence that counts from `anchor` falls.

    It is carried on to before the anchor in the same rhythm: the first week of a rule that begins on a Thursday is a
    week of workdays all the same.
    """
    rhythm = timedelta(days=7 * interval(rule))
    anchor -= max(0, -((first - anchor) // rhythm)) * rhythm
    parsed = rrulestr(rule, dtstart=datetime.combine(anchor, time(0)))
    if not isinstance(parsed, rrule):
        message = "a rule set is not a rule"
        raise TypeError(message)
    found = parsed.between(datetime.combine(first, time(0)), datetime.combine(last, time(0)), inc=True)
    return frozenset(moment.date() for moment in found)


def occurrences(
    opening: Opening, first: date, last: date, is_kept: Callable[[date, Falls], bool]
) -> Iterator[Occurrence]:
    """The slots that a rule opens from `first` to `last`, both inclusive, in time order.

    `is_kept(day, falls)` decides by the calendar of holidays (`scheduling.rules.calendar`).
    """
    begin = max(first, opening.valid_from) if opening.valid_from else first
    finish = min(last, opening.valid_until) if opening.valid_until else last
    if begin > finish:
        return
    week = timedelta(days=7)
    recurs = recurring_days(opening.rrule, opening.valid_from or ANCHOR, begin - week, finish + week)
    day = begin
    while day <= finish:
        monday = day - timedelta(days=day.weekday())
        workdays = all(monday + timedelta(days=ahead) in recurs for ahead in range(5))
        if is_kept(day, Falls(day in recurs, workdays)):
            yield from _cut(opening, day)
        day += timedelta(days=1)


def _cut(opening: Opening, day: date) -> Iterator[Occurrence]:
    start = datetime.combine(day, opening.start_time, tzinfo=DISTRICT_ZONE)
    close = datetime.combine(day, opening.end_time, tzinfo=DISTRICT_ZONE)
    if opening.slot_minutes is None:
        yield Occurrence(start, close)
        return
    length = timedelta(minutes=opening.slot_minutes)
    while start + length <= close:
        yield Occurrence(start, start + length)
        start += length
