"""Opening rules over days: recurrence, cutting into slots, validity."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.shapes.base import DISTRICT_ZONE
from models.vocabulary import DayKind
from scheduling.rules.recurrence import occurrences, recurring_days
from tests.scheduling.rules.openings import EVERY_DAY, WORKDAYS, open_days, opening


def test_a_span_is_cut_into_equal_slots_in_local_time() -> None:
    rule = opening(slot_minutes=30)
    found = list(occurrences(rule, date(2026, 11, 24), date(2026, 11, 24), lambda *_: True))
    assert [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in found] == [
        "09:00-09:30",
        "09:30-10:00",
        "10:00-10:30",
        "10:30-11:00",
    ]
    assert found[0].start == datetime(2026, 11, 24, 9, tzinfo=DISTRICT_ZONE)


def test_what_is_left_over_is_too_short_for_a_slot() -> None:
    found = occurrences(opening(slot_minutes=50), date(2026, 11, 24), date(2026, 11, 24), lambda *_: True)
    assert [f"{one.start:%H:%M}-{one.end:%H:%M}" for one in found] == ["09:00-09:50", "09:50-10:40"]


@given(minutes=st.integers(5, 300), start=st.integers(0, 1000), length=st.integers(1, 430))
def test_slots_of_a_day_follow_each_other_within_the_span(minutes: int, start: int, length: int) -> None:
    end = start + length
    rule = opening(
        start_time=time(start // 60, start % 60), end_time=time(end // 60, end % 60), slot_minutes=minutes
    )
    found = list(occurrences(rule, date(2026, 11, 24), date(2026, 11, 24), lambda *_: True))
    assert len(found) == length // minutes
    for before, after in pairwise(found):
        assert before.end == after.start
    assert all(one.end - one.start == timedelta(minutes=minutes) for one in found)


@pytest.mark.parametrize(
    ("rrule", "first", "last", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 1), date(2026, 11, 30), [3, 10, 17, 24]),
        ("FREQ=MONTHLY;BYDAY=1TU", date(2026, 11, 1), date(2026, 11, 30), [3]),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 11, 1), date(2026, 11, 30), [27]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", date(2026, 11, 1), date(2026, 11, 30), [15, 30]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2026, 11, 1), date(2026, 11, 30), [2, 16, 30]),
    ],
)
def test_recurrences_fall_where_the_standard_says(
    rrule: str, first: date, last: date, expected: list[int]
) -> None:
    """RFC 5545."""
    assert open_days(opening(rrule), first, last) == [date(2026, 11, day) for day in expected]


def test_a_rule_set_is_no_rule() -> None:
    with pytest.raises(TypeError):
        recurring_days(
            "RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 9)
        )


def test_validity_counts_both_its_ends() -> None:
    rule = opening(valid_from=date(2026, 11, 5), valid_until=date(2026, 11, 7))
    assert open_days(rule, date(2026, 11, 1), date(2026, 11, 30)) == [
        date(2026, 11, day) for day in (5, 6, 7)
    ]
    assert open_days(rule, date(2026, 11, 8), date(2026, 11, 30)) == []


@pytest.mark.parametrize("rrule", ["FREQ=DAILY;INTERVAL=3", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH,SA"])
@given(start=st.integers(0, 100), ahead=st.integers(0, 200))
def test_an_interval_counts_from_the_beginning_of_validity(rrule: str, start: int, ahead: int) -> None:
    """Whenever it is expanded, and however far ahead: the same days."""
    valid_from = date(2026, 1, 1) + timedelta(days=start)
    rule = opening(rrule, valid_from=valid_from)
    whole = open_days(rule, valid_from, date(2027, 1, 1))
    first = valid_from + timedelta(days=ahead)
    assert open_days(rule, first, date(2027, 1, 1)) == [day for day in whole if day >= first]
    assert all(0 < (after - before).days <= 12 for before, after in pairwise(whole))


@pytest.mark.parametrize("rrule", [WORKDAYS, EVERY_DAY])
@pytest.mark.parametrize("days_before", range(7))
def test_a_makeup_workday_in_the_first_week_of_validity_counts(rrule: str, days_before: int) -> None:
    """A rule that begins in the middle of the week of Sunday, 20 September 2026 is of workdays all the same."""
    sunday = date(2026, 9, 20)
    rule = opening(rrule, DayKind.workday, valid_from=sunday - timedelta(days=days_before))
    assert sunday in open_days(rule, sunday - timedelta(days=7), sunday)


def test_a_makeup_workday_in_the_last_week_of_validity_counts() -> None:
    sunday = date(2026, 9, 20)
    assert open_days(opening(WORKDAYS, DayKind.workday, valid_until=sunday), sunday, sunday) == [sunday]
