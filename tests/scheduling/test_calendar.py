"""Holidays and make-up workdays (调休): what is published, what staff enter above it, and what rules make of them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.database import transaction
from models.tables import CalendarDay
from models.vocabulary import CalendarDayKind, DayKind
from scheduling.queries.calendar import entered_days
from scheduling.rules.calendar import day_kind, published_kind
from tests.scheduling.rules.openings import EVERY_DAY, WORKDAYS, days_between, open_days, opening
from tests.world import DISTRICT, World

MAKEUP_WORKDAYS = [
    date(2026, 1, 4),
    date(2026, 2, 14),
    date(2026, 2, 28),
    date(2026, 5, 9),
    date(2026, 9, 20),
    date(2026, 10, 10),
]
"""Weekend days of 2026 that the State Council's notice made workdays."""

HOLIDAYS = [
    (date(2026, 1, 1), date(2026, 1, 3)),
    (date(2026, 2, 15), date(2026, 2, 23)),
    (date(2026, 4, 4), date(2026, 4, 6)),
    (date(2026, 5, 1), date(2026, 5, 5)),
    (date(2026, 6, 19), date(2026, 6, 21)),
    (date(2026, 9, 25), date(2026, 9, 27)),
    (date(2026, 10, 1), date(2026, 10, 7)),
]
"""Holidays of 2026 by the same notice, first and last days."""


@pytest.mark.parametrize("day", MAKEUP_WORKDAYS)
def test_workdays_include_the_makeup_workdays_of_2026(day: date) -> None:
    """调休: what is open on workdays is open on the weekend days that the notice makes workdays."""
    assert published_kind(day) is CalendarDayKind.makeup_workday
    assert open_days(opening(WORKDAYS, DayKind.workday), day, day) == [day]
    assert open_days(opening(EVERY_DAY, DayKind.workday), day, day) == [day]
    assert open_days(opening(EVERY_DAY, DayKind.restday), day, day) == []


@pytest.mark.parametrize("day", MAKEUP_WORKDAYS)
def test_a_rule_of_some_workdays_does_not_hold_on_a_makeup_workday(day: date) -> None:
    """A lawyer who comes on Tuesdays does not come on a Sunday because it is a workday."""
    for rrule in ("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", "FREQ=MONTHLY;BYDAY=1SU"):
        assert open_days(opening(rrule, DayKind.workday), day, day) == []


@pytest.mark.parametrize(("first", "last"), HOLIDAYS)
def test_the_holidays_of_2026_are_holidays_to_their_last_day(first: date, last: date) -> None:
    """By the notice, a holiday includes the weekend days that it embraces or adjoins."""
    whole = days_between(first, last)
    assert {day: published_kind(day) for day in whole} == dict.fromkeys(whole, CalendarDayKind.holiday)
    assert open_days(opening(EVERY_DAY, DayKind.not_holiday), first, last) == []
    assert open_days(opening(EVERY_DAY, DayKind.workday), first, last) == []
    assert open_days(opening(EVERY_DAY, DayKind.any), first, last) == whole
    assert open_days(opening("FREQ=WEEKLY;BYDAY=SA,SU", DayKind.restday), first, last) == whole


def test_every_other_day_of_2026_is_ordinary() -> None:
    special = {day for first, last in HOLIDAYS for day in days_between(first, last)} | {*MAKEUP_WORKDAYS}
    year = days_between(date(2026, 1, 1), date(2026, 12, 31))
    assert {day for day in year if published_kind(day) is not CalendarDayKind.ordinary} == special


def test_the_weekend_before_a_new_years_monday_belongs_to_it() -> None:
    """元旦 2024: 1 January, a Monday, was a holiday together with the weekend of the old year."""
    assert published_kind(date(2023, 12, 30)) is CalendarDayKind.holiday
    assert published_kind(date(2023, 12, 29)) is CalendarDayKind.ordinary


@given(ahead=st.integers(0, 364))
def test_each_day_of_2026_is_either_a_workday_or_a_restday(ahead: int) -> None:
    """A service open daily on workdays, and one open daily on rest days, share out the year between them."""
    day = date(2026, 1, 1) + timedelta(days=ahead)
    works = open_days(opening(EVERY_DAY, DayKind.workday), day, day)
    rests = open_days(opening(EVERY_DAY, DayKind.restday), day, day)
    assert works + rests == [day]
    weekend = day.weekday() >= 5
    holiday = any(first <= day <= last for first, last in HOLIDAYS)
    assert (rests == [day]) == (holiday or (weekend and day not in MAKEUP_WORKDAYS))


async def test_what_staff_entered_stands_above_what_is_published(world: World) -> None:
    """Facts: next year's notice may be missing in the library, so staff can say what a day is."""
    storm, worked = date(2026, 11, 25), date(2026, 10, 1)
    async with transaction(world.database) as session:
        session.add_all(
            [
                CalendarDay(district_code=DISTRICT, day=storm, kind=CalendarDayKind.holiday),
                CalendarDay(district_code=DISTRICT, day=worked, kind=CalendarDayKind.ordinary),
                CalendarDay(
                    district_code="320114000000", day=date(2026, 11, 26), kind=CalendarDayKind.holiday
                ),
            ]
        )
    async with transaction(world.database) as session:
        entered = await entered_days(
            session, district_code=DISTRICT, first=date(2026, 10, 1), last=date(2026, 11, 30)
        )
    assert entered == {storm: CalendarDayKind.holiday, worked: CalendarDayKind.ordinary}
    assert day_kind(storm, entered) is CalendarDayKind.holiday
    assert day_kind(worked, entered) is CalendarDayKind.ordinary
    assert day_kind(date(2026, 10, 2), entered) is CalendarDayKind.holiday
