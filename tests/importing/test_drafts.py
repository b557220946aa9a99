"""Drafts are valid in themselves or say why not, in both languages."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.vocabulary import Category, DivisionLevel, Zone
from scheduling.drafts import (
    DivisionDraft,
    Draft,
    Fault,
    OpeningRuleDraft,
    PointDraft,
    ProviderDraft,
    ServiceDraft,
    faults_of,
)
from scheduling.drafts.faults import WORDS
from scheduling.rules.recurrence import recurring_days

POINT = {
    "key": "P1",
    "name": "食堂",
    "community_code": "990101001001",
    "address": "幸福路1号",
    "latitude": 31.9,
    "longitude": 118.8,
}
RULE = {
    "service_key": "S1",
    "rrule": "FREQ=DAILY",
    "start_time": time(9),
    "end_time": time(11),
    "capacity": 10,
}
SERVICE = {"key": "S1", "point_key": "P1", "provider_key": "X", "category": Category.meals, "name": "午餐"}
DIVISION = {"code": "990101000000", "name": "某区", "level": DivisionLevel.district}


def faults(kind: type[Draft], given: dict[str, object], **changes: object) -> list[Fault]:
    try:
        kind.model_validate({**given, **changes})
    except ValidationError as error:
        return list(faults_of(error, kind.table, 0))
    return []


@pytest.mark.parametrize(
    ("kind", "good", "changes", "field", "code"),
    [
        (PointDraft, POINT, {"key": " "}, "key", "string_too_short"),
        (PointDraft, POINT, {"key": "x" * 81}, "key", "string_too_long"),
        (PointDraft, POINT, {"name": "a\x00"}, "name", "odd_character"),
        (PointDraft, POINT, {"name": "a\ud800"}, "name", "string_unicode"),
        (PointDraft, POINT, {"name": "a\nb"}, "name", "one_line"),
        (PointDraft, POINT, {"community_code": "99010100100"}, "community_code", "string_pattern_mismatch"),
        (
            PointDraft,
            POINT,
            {"community_code": "９９0101001001"},
            "community_code",
            "string_pattern_mismatch",
        ),
        (PointDraft, POINT, {"phone": "call me"}, "phone", "phone"),
        (PointDraft, POINT, {"latitude": 118.8}, "latitude", "latitude"),
        (PointDraft, POINT, {"longitude": -181.0}, "longitude", "longitude"),
        (PointDraft, POINT, {"latitude": float("nan")}, "latitude", "finite_number"),
        (PointDraft, POINT, {"latitude": "31.9"}, "latitude", "float_type"),
        (PointDraft, POINT, {"demo": "yes"}, "demo", "bool_type"),
        (PointDraft, POINT, {"colour": "red"}, "colour", "extra_forbidden"),
        (OpeningRuleDraft, RULE, {"capacity": 0}, "capacity", "greater_than_equal"),
        (OpeningRuleDraft, RULE, {"capacity": 2001}, "capacity", "less_than_equal"),
        (OpeningRuleDraft, RULE, {"capacity": 2.5}, "capacity", "int_type"),
        (OpeningRuleDraft, RULE, {"start_time": "9"}, "start_time", "time_type"),
        (OpeningRuleDraft, RULE, {"end_time": time(9)}, "end_time", "end_after_start"),
        (OpeningRuleDraft, RULE, {"start_time": time(9, 0, 30)}, "start_time", "whole_minutes"),
        (OpeningRuleDraft, RULE, {"slot_minutes": 50}, "slot_minutes", "slots_divide"),
        (OpeningRuleDraft, RULE, {"slot_minutes": 1}, "slot_minutes", "greater_than_equal"),
        (OpeningRuleDraft, RULE, {"rrule": "sometimes"}, "rrule", "rrule"),
        (OpeningRuleDraft, RULE, {"rrule": "FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=6"}, "rrule", "rrule_never"),
        (OpeningRuleDraft, RULE, {"rrule": "FREQ=DAILY;INTERVAL=2"}, "valid_from", "interval_anchor"),
        (OpeningRuleDraft, RULE, {"valid_from": date(1900, 1, 1)}, "valid_from", "year"),
        (OpeningRuleDraft, RULE, {"valid_from": "2026"}, "valid_from", "date_type"),
        (
            OpeningRuleDraft,
            RULE,
            {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)},
            "valid_until",
            "validity",
        ),
        (ServiceDraft, SERVICE, {"policy": {"colour": 1}}, "policy", "policy_field"),
        (ServiceDraft, SERVICE, {"policy": {"max_party": "many"}}, "policy", "policy_value"),
        (ServiceDraft, SERVICE, {"policy": {"max_party": 0}}, "policy", "policy_value"),
        (DivisionDraft, DIVISION, {"code": "990101001000"}, "code", "code_level"),
        (DivisionDraft, DIVISION, {"parent_code": "990000000000"}, "parent_code", "parent"),
        (DivisionDraft, DIVISION, {"latitude": 31.0}, "longitude", "half_coordinates"),
    ],
)
def test_what_is_wrong_is_named(
    kind: type[Draft], good: dict[str, object], changes: dict[str, object], field: str, code: str
) -> None:
    assert faults(kind, good) == []
    (fault,) = faults(kind, good, **changes)
    assert (fault.field, fault.code) == (field, code)
    assert fault.zh.endswith("。")
    assert fault.en.endswith(".")


def test_all_that_is_wrong_is_said_at_once() -> None:
    found = faults(PointDraft, {}, latitude=100.0, longitude=200.0, phone="?")
    assert {fault.field for fault in found} == {
        "key",
        "name",
        "community_code",
        "address",
        "phone",
        "latitude",
        "longitude",
    }


def test_every_word_of_a_fault_exists_in_both_languages() -> None:
    for zh, en in WORDS.values():
        assert any("\u4e00" <= character <= "\u9fff" for character in zh)
        assert en.isascii() or "“" in en
        assert {part.split("}")[0] for part in zh.split("{")[1:]} == {
            part.split("}")[0] for part in en.split("{")[1:]
        }


def test_a_fault_of_a_kind_without_words_still_says_what_it_is() -> None:
    (fault,) = faults(ProviderDraft, {"key": "a", "name": "b", "zone": Zone.park}, zone="moon")
    assert fault.field == "zone"
    assert fault.zh


def test_texts_are_trimmed_and_phones_made_plain() -> None:
    point = PointDraft.model_validate({**POINT, "name": "  食堂　", "phone": "０２５－１２３４"})
    assert (point.name, point.phone) == ("食堂", "025-1234")


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("RRULE:freq=weekly; byday=mo,we ", "FREQ=WEEKLY;BYDAY=MO,WE"),
        ("FREQ=MONTHLY;BYDAY=-1SA;", "FREQ=MONTHLY;BYDAY=-1SA"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        ("FREQ=DAILY;BYMONTH=5,6,12", "FREQ=DAILY;BYMONTH=5,6,12"),
    ],
)
def test_recurrences_are_made_normal(given: str, normal: str) -> None:
    assert OpeningRuleDraft.model_validate({**RULE, "rrule": given}).rrule == normal


@pytest.mark.parametrize(
    "rrule",
    [
        "",
        "FREQ=HOURLY",
        "FREQ=YEARLY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=DAILY;UNTIL=20261231",
        "DTSTART=20260101;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=MO;BYDAY=TU",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYMONTHDAY=1;INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=2;BYMONTH=3",
        "FREQ=DAILY\nFREQ=DAILY",
    ],
)
def test_other_recurrences_are_refused(rrule: str) -> None:
    (fault,) = faults(OpeningRuleDraft, RULE, rrule=rrule)
    assert fault.field == "rrule"


PARTS = st.sampled_from(
    [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        "FREQ=MONTHLY",
        "INTERVAL=3",
        "BYDAY=MO",
        "BYDAY=5FR,-5SU",
        "BYMONTHDAY=31,-31",
        "BYMONTH=2",
        "BYSETPOS=5",
        "WKST=SU",
        "COUNT=1",
    ]
)


@given(st.one_of(st.text(max_size=40), st.lists(PARTS, max_size=5).map(";".join)))
def test_a_recurrence_that_is_taken_can_be_expanded(rrule: str) -> None:
    """Whatever people write either is refused, or has days, and finding them takes no time worth naming."""
    given = {**RULE, "rrule": rrule, "valid_from": date(2026, 1, 1)}
    if not faults(OpeningRuleDraft, given):
        normal = OpeningRuleDraft.model_validate(given).rrule
        assert recurring_days(normal, date(2026, 1, 1), date(2026, 1, 1), date(2053, 12, 31))
        assert OpeningRuleDraft.model_validate({**given, "rrule": normal}).rrule == normal
