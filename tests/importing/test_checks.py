"""What only shows between rows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.data import read_divisions
from models.vocabulary import DayKind
from scheduling.drafts import Fault, Known, OpeningRuleDraft, Table, check_plan, division_drafts
from scheduling.rules.calendar import day_kind, is_kept
from scheduling.rules.recurrence import Falls, Occurrence, Opening, occurrences
from tests.demo.drafts import DISTRICT, PLAN, POINT, SERVICE, STREET, TOWN, rule, with_rules


def where(faults: tuple[Fault, ...]) -> list[tuple[Table, int, str]]:
    return [(fault.table, fault.row, fault.code) for fault in faults]


def test_a_good_plan_has_no_faults() -> None:
    assert check_plan(PLAN) == ()


def test_the_divisions_that_come_with_the_program_are_good() -> None:
    assert (
        check_plan(
            replace(PLAN, divisions=division_drafts(read_divisions()), points=(), services=(), rules=())
        )
        == ()
    )


def test_every_kind_of_fault_is_found_at_once_and_named_by_row() -> None:
    plan = replace(
        PLAN,
        points=(
            POINT,
            POINT.model_copy(update={"community_code": "990101001999"}),
            POINT.model_copy(update={"key": "P3", "community_code": STREET}),
            POINT.model_copy(update={"key": "P4", "latitude": 42.0}),
        ),
        services=(
            SERVICE,
            SERVICE.model_copy(update={"key": "tea", "point_key": "P9", "provider_key": "nobody"}),
        ),
        rules=(*PLAN.rules, rule(service_key="nothing"), rule("11:30", "12:30")),
    )
    assert where(check_plan(plan)) == [
        (Table.points, 1, "duplicate"),
        (Table.points, 1, "unknown_community"),
        (Table.points, 2, "not_a_community"),
        (Table.points, 3, "far_away"),
        (Table.services, 1, "unknown_point"),
        (Table.services, 1, "unknown_provider"),
        (Table.rules, 2, "unknown_service"),
        (Table.rules, 3, "rules_overlap"),
    ]


def test_a_division_needs_a_parent_of_the_level_above() -> None:
    town = next(division for division in PLAN.divisions if division.code == TOWN)
    plan = replace(PLAN, divisions=(*PLAN.divisions[:2], town.model_copy(update={"parent_code": DISTRICT})))
    assert (Table.divisions, 2, "unknown_parent") in where(check_plan(plan))


def test_what_exists_may_be_named() -> None:
    known = Known(PLAN.divisions, frozenset({"office"}), frozenset({"P1"}), frozenset({"lunch"}))
    assert check_plan(replace(PLAN, divisions=(), providers=(), points=(), services=()), known) == ()
    assert check_plan(replace(PLAN, divisions=(), providers=(), points=()), known) == ()


def test_a_rule_that_never_opens_while_valid_is_found() -> None:
    monday_only = OpeningRuleDraft.model_validate(
        {
            **rule(rrule="FREQ=WEEKLY;BYDAY=MO").model_dump(),
            "valid_from": date(2026, 11, 24),
            "valid_until": date(2026, 11, 28),
        }
    )
    assert where(check_plan(with_rules(monday_only))) == [(Table.rules, 0, "never_open")]


WEEKDAYS, WEEKEND = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=WEEKLY;BYDAY=SA,SU"


@pytest.mark.parametrize(
    ("first", "second", "overlap"),
    [
        (rule("09:00", "10:00"), rule("10:00", "11:00"), False),
        (rule("09:00", "10:01"), rule("10:00", "11:00"), True),
        (rule(rrule=WEEKDAYS), rule(rrule=WEEKEND), False),
        (rule(rrule=WEEKDAYS), rule(rrule="FREQ=MONTHLY;BYMONTHDAY=1"), True),
        (rule(days=DayKind.workday), rule(days=DayKind.restday), False),
        # A make-up workday is a weekend day on which the rule of all workdays holds.
        (rule(rrule=WEEKDAYS, days=DayKind.workday), rule(rrule=WEEKEND), True),
        (rule(rrule="FREQ=WEEKLY;BYDAY=TU", days=DayKind.workday), rule(rrule=WEEKEND), False),
        # A public holiday from Monday to Friday is a rest day.
        (rule(rrule=WEEKDAYS), rule(rrule=WEEKEND, days=DayKind.restday), True),
        (rule(rrule=WEEKDAYS, days=DayKind.not_holiday), rule(rrule=WEEKEND, days=DayKind.restday), False),
        (rule(rrule="FREQ=MONTHLY;BYDAY=1TU"), rule(rrule="FREQ=MONTHLY;BYDAY=2TU"), False),
        (rule(rrule="FREQ=DAILY;BYMONTH=5,6"), rule(rrule="FREQ=DAILY;BYMONTH=7,8"), False),
    ],
)
def test_rules_overlap_when_some_day_could_have_both(
    first: OpeningRuleDraft, second: OpeningRuleDraft, overlap: bool
) -> None:
    for pair in ((first, second), (second, first)):
        assert [fault.code for fault in check_plan(with_rules(*pair))] == ["rules_overlap"] * overlap


def test_rules_of_different_times_of_validity_do_not_overlap() -> None:
    spring = rule().model_copy(update={"valid_until": date(2026, 5, 31)})
    summer = rule().model_copy(update={"valid_from": date(2026, 6, 1)})
    assert check_plan(with_rules(spring, summer)) == ()
    assert check_plan(with_rules(spring, summer.model_copy(update={"valid_from": date(2026, 5, 31)}))) != ()


def test_every_second_week_counts_from_its_own_beginning() -> None:
    def fortnightly(day: int) -> OpeningRuleDraft:
        return OpeningRuleDraft.model_validate(
            {
                **rule().model_dump(),
                "rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
                "valid_from": date(2026, 1, day),
            }
        )

    assert check_plan(with_rules(fortnightly(3), fortnightly(10))) == ()
    assert check_plan(with_rules(fortnightly(3), fortnightly(17))) != ()


RULES = st.builds(
    rule,
    start=st.sampled_from(["09:00", "10:00"]),
    end=st.sampled_from(["10:30", "11:00"]),
    rrule=st.sampled_from(
        [
            "FREQ=DAILY",
            WEEKDAYS,
            WEEKEND,
            "FREQ=WEEKLY;BYDAY=TU",
            "FREQ=WEEKLY;BYDAY=MO,SA",
            "FREQ=MONTHLY;BYDAY=1SA",
            "FREQ=MONTHLY;BYMONTHDAY=1,2",
            "FREQ=DAILY;BYMONTH=2",
        ]
    ),
    days=st.sampled_from(DayKind),
)


@given(RULES, RULES)
def test_rules_without_fault_never_open_at_one_time(
    first: OpeningRuleDraft, second: OpeningRuleDraft
) -> None:
    """Held against the expansion that slots are really made by, over a year with its true holidays."""
    if check_plan(with_rules(first, second)):
        return
    spans = sorted(span for one in (first, second) for span in opened_in_2026(one))
    assert all(earlier.end <= later.start for earlier, later in pairwise(spans))


def opened_in_2026(one: OpeningRuleDraft) -> Iterator[Occurrence]:
    def kept(day: date, falls: Falls) -> bool:
        return is_kept(day, days=one.days, falls=falls, kind=day_kind(day, {}))

    opening = Opening(one.rrule, one.start_time, one.end_time, None, one.days, None, None)
    return occurrences(opening, date(2026, 1, 1), date(2026, 12, 31), kept)
