"""When a slot takes bookings, and for whom earlier (product: Booking 3), until when cancelling is free (5), and until when
places are kept (10)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.shapes.base import DISTRICT_ZONE, local_day
from scheduling.policies import Policy


@dataclass(frozen=True, slots=True)
class PriorityFacts:
    """What decides on priority. Residency and registration are deliberately not among it (Booking 9)."""

    birth_date: date | None
    disability: bool


def age_on(birth_date: date, day: date) -> int:
    """Completed years. Who was born on 29 February has their birthday on 1 March in other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def has_priority(person: PriorityFacts, policy: Policy, now: datetime) -> bool:
    """Whether bookings open earlier for this person (Booking 3)."""
    if policy.priority_hours == 0:
        return False
    if person.disability:
        return True
    return person.birth_date is not None and age_on(person.birth_date, local_day(now)) >= policy.priority_age


def year_is_enough(year: int, policy: Policy, day: date) -> bool:
    """Whether no rule asks on which day of a year somebody was born: they are surely of age (Volunteers 1), and reach the
    age of priority (Booking 3) neither in this year nor in the next.
    """
    turning = day.year - year
    return turning > policy.adult_age and turning not in {policy.priority_age - 1, policy.priority_age}


def opens_at(start: datetime, policy: Policy, *, priority: bool = False) -> datetime:
    """When a slot begins to take bookings."""
    return start - policy.opens_ahead - (policy.priority if priority else timedelta(0))


def closes_at(start: datetime, policy: Policy) -> datetime:
    """When a slot stops taking bookings: some time before its start, or at the kitchen's cut-off if that is earlier."""
    closes = start - policy.closes_before
    if policy.kitchen_cutoff_hour is None:
        return closes
    day = local_day(start) - timedelta(days=policy.kitchen_cutoff_days_before)
    return min(closes, datetime.combine(day, time(policy.kitchen_cutoff_hour), tzinfo=DISTRICT_ZONE))


def free_cancel_until(start: datetime, policy: Policy) -> datetime:
    """Until when cancelling does not count as late (Booking 5)."""
    return start - policy.free_cancel


def kept_until(start: datetime, end: datetime, policy: Policy, *, late: bool) -> datetime:
    """Until when the places of a booking are kept for a party that has not come: to the end, or until they are given on
    (Booking 10). Whoever said that they come late keeps them longer.
    """
    if policy.release_after_minutes is None:
        return end
    more = policy.late_keeps_minutes if late else 0
    return min(end, start + timedelta(minutes=policy.release_after_minutes + more))
