"""Opening rules to be expanded by the published calendar."""

from datetime import date, time, timedelta

from models.vocabulary import DayKind
from scheduling.rules.calendar import is_kept, published_kind
from scheduling.rules.recurrence import Opening, occurrences

EVERY_DAY = "FREQ=DAILY"
WORKDAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def opening(rrule: str = EVERY_DAY, days: DayKind = DayKind.any, **changes: object) -> Opening:
    """A rule from 9 to 11, one slot."""
    values: dict[str, object] = {
        "rrule": rrule,
        "start_time": time(9),
        "end_time": time(11),
        "slot_minutes": None,
        "days": days,
        "valid_from": None,
        "valid_until": None,
    }
    return Opening(**{**values, **changes})  # type: ignore[arg-type]  # tests say what they change


def open_days(rule: Opening, first: date, last: date) -> list[date]:
    """The days on which a rule opens, by the published calendar."""
    found = occurrences(
        rule,
        first,
        last,
        lambda day, falls: is_kept(day, days=rule.days, falls=falls, kind=published_kind(day)),
    )
    return [occurrence.start.date() for occurrence in found]


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
