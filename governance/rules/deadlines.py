"""By when something is due, in working days of the calendar of holidays and make-up workdays (product: Requests 1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from models.shapes.base import DISTRICT_ZONE, local_day
from models.vocabulary import CalendarDayKind
from scheduling.policies import Policy
from scheduling.rules.calendar import SATURDAY, day_kind

FARTHEST = timedelta(days=500)
"""Calendar days within which every number of working days that a policy allows has gone by."""


def is_workday(day: date, entered: Mapping[date, CalendarDayKind]) -> bool:
    """Whether offices work on a day: Monday to Friday but for holidays, and make-up workdays (调休)."""
    kind = day_kind(day, entered)
    if kind is CalendarDayKind.makeup_workday:
        return True
    return kind is CalendarDayKind.ordinary and day.weekday() < SATURDAY


@dataclass(frozen=True, slots=True)
class Terms:
    """What deadlines follow from: the district's policy, and what its staff entered into the calendar."""

    policy: Policy = field(default_factory=Policy)
    entered: Mapping[date, CalendarDayKind] = field(default_factory=dict)

    def working_days_after(self, moment: datetime, days: int) -> datetime:
        """The due hour of the last of so many working days after the day of `moment`, which does not count itself."""
        day = local_day(moment)
        while days > 0:
            day += timedelta(days=1)
            days -= is_workday(day, self.entered)
        return datetime.combine(day, time(self.policy.request_due_hour), tzinfo=DISTRICT_ZONE)

    def warning(self, due_at: datetime, now: datetime) -> datetime | None:
        """When the owner is warned of something due; None when that moment has passed: they have just been told."""
        warn_at = due_at - self.policy.request_warn
        return warn_at if warn_at > now else None
