"""When people answer, and how long that usually takes. Pure; what is not known is never made up."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median_high

from models.shapes.base import DISTRICT_ZONE, local_day
from models.vocabulary import CalendarDayKind
from scheduling.policies import Policy
from scheduling.rules.calendar import SATURDAY, day_kind

ROUNDED_TO = timedelta(minutes=5)
"""An expected wait is said no more precisely than this."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when somebody is there to answer."""

    start: datetime
    end: datetime


def is_workday(day: date, entered: Mapping[date, CalendarDayKind]) -> bool:
    """Whether offices work: Monday to Friday but for holidays, and make-up workdays (调休)."""
    kind = day_kind(day, entered)
    if kind is CalendarDayKind.makeup_workday:
        return True
    return day.weekday() < SATURDAY and kind is not CalendarDayKind.holiday


def office_hours(days: Sequence[date], entered: Mapping[date, CalendarDayKind], policy: Policy) -> list[Span]:
    """The hours of staff on these days, by the policy."""
    return [
        Span(_at(day, policy.answer_from_hour), _at(day, policy.answer_until_hour))
        for day in days
        if is_workday(day, entered)
    ]


def answering_hours(
    days: Sequence[date],
    opening: Mapping[date, Span],
    entered: Mapping[date, CalendarDayKind],
    policy: Policy,
) -> list[Span]:
    """When the people of a point answer on these days, soonest first: while the point is open.

    A point that is not open on any of them has people with office hours all the same.
    """
    there = [opening[day] for day in days if day in opening]
    return there or office_hours(days, entered, policy)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(0), tzinfo=DISTRICT_ZONE) + timedelta(hours=hour)


def open_now(hours: Sequence[Span], moment: datetime) -> bool:
    """Whether somebody is there at this moment."""
    return any(span.start <= moment < span.end for span in hours)


def next_there(hours: Sequence[Span], moment: datetime) -> datetime | None:
    """When somebody is there next: this moment, or the start of the next span; None when no span is known."""
    if open_now(hours, moment):
        return moment
    return min((span.start for span in hours if span.start > moment), default=None)


def hours_of_day(hours: Sequence[Span], moment: datetime) -> Span | None:
    """The hours of the day that a moment falls into."""
    day = local_day(moment)
    return next((span for span in hours if local_day(span.start) == day), None)


def worked(hours: Sequence[Span], start: datetime, end: datetime) -> timedelta:
    """How much of the time from `start` to `end` somebody was there."""
    parts = (min(span.end, end) - max(span.start, start) for span in hours)
    return sum((part for part in parts if part > timedelta(0)), timedelta(0))


def after_work(hours: Sequence[Span], start: datetime, length: timedelta) -> datetime | None:
    """The moment at which somebody has been there for `length` since `start`; None beyond the hours that are known."""
    left = length
    for span in sorted(hours, key=lambda span: span.start):
        begins = max(span.start, start)
        if begins >= span.end:
            continue
        if span.end - begins >= left:
            return begins + left
        left -= span.end - begins
    return None


def another_day(hours: Sequence[Span], moment: datetime) -> datetime | None:
    """When somebody is there first on a later day; None beyond the hours that are known."""
    day = local_day(moment)
    return min((span.start for span in hours if local_day(span.start) > day), default=None)


def usual_wait(waits: Sequence[timedelta | None], least: int) -> timedelta | None:
    """The median of the last first answers, in time of work, rounded up; None for a wait that was in vain.

    None when there are fewer than `least`, or when most were in vain: then nothing honest can be said.
    """
    if len(waits) < max(1, least):
        return None
    middle = median_high(math.inf if wait is None else wait.total_seconds() for wait in waits)
    if math.isinf(middle):
        return None
    steps = max(1, math.ceil(middle / ROUNDED_TO.total_seconds()))
    return steps * ROUNDED_TO
