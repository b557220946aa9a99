"""When bookings open and close, for whom earlier, and until when cancelling is free."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduling.policies import Policy
from scheduling.rules.windows import (
    PriorityFacts,
    age_on,
    closes_at,
    free_cancel_until,
    has_priority,
    opens_at,
    year_is_enough,
)

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PRIORITY = Policy(priority_hours=24)


@pytest.mark.parametrize(
    ("birth_date", "day", "age"),
    [
        (date(1966, 11, 23), date(2026, 11, 23), 60),
        (date(1966, 11, 24), date(2026, 11, 23), 59),
        (date(1964, 2, 29), date(2026, 2, 28), 61),
        (date(1964, 2, 29), date(2026, 3, 1), 62),
        (date(1964, 2, 29), date(2024, 2, 29), 60),
    ],
)
def test_age_is_completed_years(birth_date: date, day: date, age: int) -> None:
    assert age_on(birth_date, day) == age


@given(birth_date=st.dates(date(1900, 1, 1), date(2026, 1, 1)), days=st.integers(0, 30_000))
def test_age_never_falls_and_grows_by_one_a_year(birth_date: date, days: int) -> None:
    day = birth_date + timedelta(days=days)
    assert 0 <= age_on(birth_date, day + timedelta(days=1)) - age_on(birth_date, day) <= 1
    assert abs(age_on(birth_date, day) - days / 365.2425) < 1.01


def test_the_year_of_a_birth_is_enough_where_no_rule_asks_for_more() -> None:
    """Minors, and who turns 60 this year or the next, must say the day."""
    day = date(2026, 11, 23)
    enough = {year for year in range(1930, 2027) if year_is_enough(year, Policy(), day)}
    assert enough == {*range(1930, 1966), *range(1968, 2008)}
    assert year_is_enough(1966, Policy(priority_age=70), day)


def test_priority_begins_on_the_sixtieth_birthday_of_the_district() -> None:
    """Booking 3: residents aged 60+. The day is the district's: it begins at 16:00 UTC the day before."""
    person = PriorityFacts(birth_date=date(1966, 11, 24), disability=False)
    eve = datetime(2026, 11, 23, 15, 59, tzinfo=UTC)
    assert not has_priority(person, PRIORITY, eve)
    assert has_priority(person, PRIORITY, eve + timedelta(minutes=1))


def test_a_disability_gives_priority_at_any_age() -> None:
    """Booking 3: residents aged 60+ or with a disability."""
    assert has_priority(PriorityFacts(birth_date=date(2000, 1, 1), disability=True), PRIORITY, NOW)


def test_nobody_has_priority_where_the_policy_has_none_or_the_age_is_unknown() -> None:
    elder = PriorityFacts(birth_date=date(1940, 1, 1), disability=True)
    assert not has_priority(elder, Policy(), NOW)
    assert not has_priority(PriorityFacts(birth_date=None, disability=False), PRIORITY, NOW)


def test_the_age_of_priority_is_a_policy() -> None:
    person = PriorityFacts(birth_date=date(1956, 1, 1), disability=False)
    assert has_priority(person, PRIORITY, NOW)
    assert not has_priority(person, Policy(priority_hours=24, priority_age=75), NOW)


@given(
    opens=st.integers(0, 1000),
    priority=st.integers(0, 100),
    closes=st.integers(0, 5000),
    cancel=st.integers(0, 5000),
)
def test_windows_are_what_the_policy_says(opens: int, priority: int, closes: int, cancel: int) -> None:
    """Booking 3 and 5: every number is a policy field."""
    policy = Policy(
        opens_ahead_hours=opens,
        priority_hours=priority,
        closes_before_minutes=closes,
        free_cancel_minutes=cancel,
    )
    assert NOW - opens_at(NOW, policy) == timedelta(hours=opens)
    assert NOW - opens_at(NOW, policy, priority=True) == timedelta(hours=opens + priority)
    assert NOW - closes_at(NOW, policy) == timedelta(minutes=closes)
    assert NOW - free_cancel_until(NOW, policy) == timedelta(minutes=cancel)
