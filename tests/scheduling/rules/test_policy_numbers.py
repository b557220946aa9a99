"""Every number of the product's rules is a named policy field with that number as its default (product: Booking,
Messages 1).
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import Category, ScopeKind
from scheduling.policies import (
    DISTRICT_FIELDS,
    Explained,
    Override,
    Policy,
    contradictions,
    effective_policy,
    explained_policy,
)
from scheduling.request_policies import RequestPolicy

HOURS = 60

NUMBERS: list[tuple[str, str, str, Any]] = [
    ("People 2", "a human, in the hours that staff keep", "answer_from_hour", 9),
    ("People 2", "until the afternoon", "answer_until_hour", 17),
    ("People 2", "never a dead end: the next level knows", "thread_alert_minutes", 120),
    ("Booking 3", "opens 7 days ahead", "opens_ahead_hours", 7 * 24),
    ("Booking 3", "residents aged 60+", "priority_age", 60),
    ("Booking 3", "closes 1 h before start", "closes_before_minutes", 60),
    ("Booking 3", "meals: the kitchen's cut-off", "kitchen_cutoff_hour", None),
    ("Booking 3", "the evening before or the same morning", "kitchen_cutoff_days_before", 0),
    ("Booking 3", "party up to 6", "max_party", 6),
    ("Booking 3", "at most 3 upcoming bookings a person and category", "max_upcoming", 3),
    ("Booking 5", "cancelling is free until 2 h before start", "free_cancel_minutes", 2 * HOURS),
    ("Booking 5", "three no-shows", "no_show_limit", 3),
    ("Booking 5", "in 30 days", "no_show_window_days", 30),
    ("Booking 5", "pause advance booking for 7 days", "pause_days", 7),
    ("Booking 5", "pauses at all", "pauses", True),
    ("Booking 6", "three alternatives", "alternatives", 3),
    ("Booking 6", "another point within reach", "reach_m", 3000),
    ("Booking 7", "passed over at most 3 times", "most_passes", 3),
    ("Booking 7", "an offer is held 30 minutes", "offer_minutes", 30),
    ("Booking 7", "10 when near", "offer_minutes_soon", 10),
    ("Booking 7", "near is within 3 h of the start", "offer_soon_hours", 3),
    ("Booking 10", "no-show is set 30 minutes after the end", "no_show_after_minutes", 30),
    ("Booking 10", "early release only where the policy says so", "release_after_minutes", None),
    ("Volunteers 1", "under 8 h rest", "rest_hours", 8),
    ("Volunteers 1", "over 24 h in the week", "week_hours", 24),
    ("Volunteers 1", "deadline", "signup_closes_minutes", 60),
    ("Volunteers 1", "age", "volunteer_age", 14),
    ("Volunteers 1", "minors", "adult_age", 18),
    ("Volunteers 1", "smaller groups first", "release_small_group", 50),
    ("Volunteers 1", "then larger ones", "release_middle_group", 200),
    ("Volunteers 1", "then all", "release_stage_hours", 12),
    ("Volunteers 1", "per-person cap", "release_cap", 2),
    ("Volunteers 1", "in the first 24 h", "release_cap_hours", 24),
    ("Volunteers 1", "a proposal waits for its answer", "proposal_hours", 48),
    ("Volunteers 1", "suspended", "absence_limit", 3),
    ("Volunteers 1", "absences that count", "absence_window_days", 90),
    ("Volunteers 1", "forgiven after good service", "absence_forgiven_after", 5),
    ("Volunteers 1", "for so long", "suspension_days", 14),
    ("Volunteers 2", "late withdrawal", "late_withdrawal_hours", 24),
    ("Volunteers 3", "48 h before", "coverage_hours", 48),
    ("Volunteers 3", "12 h before", "alert_hours", 12),
    ("Volunteers 3", "in waves", "ask_wave_minutes", 4 * HOURS),
    ("Volunteers 3", "of so many people", "ask_wave_factor", 3),
    ("Volunteers 3", "not asked more than twice a week", "asks_a_week", 2),
    ("Volunteers 3", "distance", "ask_reach_m", 10_000),
    ("Volunteers 3", "services shrink", "dependants_shrink", True),
    ("Volunteers 3", "shifts are made ahead", "shift_horizon_days", 28),
    ("Volunteers 4", "check-out", "check_out_minutes", 2 * HOURS),
    ("Volunteers 4", "absence is set 30 minutes after the end", "absent_after_minutes", 30),
    ("Volunteers 4", "corrections", "hours_correction_days", 30),
    ("Volunteers 4", "1,500 h a person at most", "bank_hours", 1500),
    ("Requests 1", "acknowledged in 1 working day", "request_acknowledge_days", 1),
    ("Requests 1", "resolved in 7", "request_resolve_days", 7),
    ("Requests 1", "overdue climbs one level", "request_climb_days", 1),
    ("Requests 1", "at the end of its last working day", "request_due_hour", 18),
    ("Requests 1", "the owner is warned", "request_warn_hours", 6),
    ("Requests 2", "can reopen within 7 days", "request_reopen_days", 7),
    ("Messages 1", "evening reminder the day before (18:00)", "evening_reminder_hour", 18),
    ("Messages 1", "one 2 h before", "soon_reminder_minutes", 2 * HOURS),
    ("Messages 1", "nothing from 21:00", "quiet_from_hour", 21),
    ("Messages 1", "until 08:00", "quiet_until_hour", 8),
]

OF_CATEGORIES: list[tuple[str, str, Category, str, Any]] = [
    ("Booking 3", "24 h of priority", Category.elder_care, "priority_hours", 24),
    ("Booking 3", "24 h of priority", Category.meals, "priority_hours", 24),
    ("Booking 5", "elders' meals excepted", Category.meals, "pauses", False),
    ("Booking 5", "elder care excepted", Category.elder_care, "pauses", False),
]

WITHOUT_NUMBERS = {"Booking 1", "Booking 2", "Booking 4", "Booking 8", "Booking 9"}
"""Rules that are promises, and leave nothing to set."""


def explained(category: Category, *overrides: Override) -> dict[str, Explained]:
    return {one.field: one for one in explained_policy(category, overrides)}


@pytest.mark.parametrize(("rule", "said", "field", "number"), NUMBERS)
def test_a_number_of_the_rules_is_a_policy_field(rule: str, said: str, field: str, number: object) -> None:
    """product.md: Booking 3, 5, 6, 7, 10, Volunteers 1 to 4, Requests 1 and 2 and Messages 1, number by number."""
    found = explained(Category.culture)[field]
    assert (found.rule, found.value, found.default) == (rule, number, number), said
    assert found.origin == "default"


@pytest.mark.parametrize(("rule", "said", "category", "field", "number"), OF_CATEGORIES)
def test_a_number_for_some_categories_is_their_default(
    rule: str, said: str, category: Category, field: str, number: object
) -> None:
    """product.md: Booking 3 (priority) and 5 (no pause), for elder care and meals only."""
    found = explained(category)[field]
    assert (found.rule, found.value, found.origin) == (rule, number, "category"), said
    elsewhere = explained(Category.legal)[field]
    assert (elsewhere.value, elsewhere.origin) == (elsewhere.default, "default")
    assert elsewhere.value != number


def test_every_rule_of_booking_is_found_or_has_no_number() -> None:
    """product.md: Booking 1 to 10, Volunteers 1 to 4, Requests 1 and 2, Messages 1 and People 2, none forgotten; and no field cites a rule that is not in the table."""
    cited = {one.rule for one in explained_policy(Category.meals) if one.rule}
    assert cited | WITHOUT_NUMBERS == {
        *(f"Booking {number}" for number in range(1, 11)),
        *(f"Volunteers {number}" for number in range(1, 5)),
        *(f"Requests {number}" for number in range(1, 3)),
        "Messages 1",
        "People 2",
    }
    assert cited.isdisjoint(WITHOUT_NUMBERS)
    assert {rule for rule, *_ in NUMBERS} | {rule for rule, *_ in OF_CATEGORIES} == cited


def test_every_field_says_what_it_means() -> None:
    for one in explained_policy(Category.meals):
        assert one.about, one.field
        assert not one.about.startswith(("Booking", "Messages", "Volunteers", "Requests", ":", "…")), (
            one.field
        )


def test_the_origin_is_the_nearest_scope_that_set_the_field() -> None:
    district = Override(ScopeKind.district, "d", "max_party", 5)
    point = Override(ScopeKind.point, "p", "max_party", 4)
    service = Override(ScopeKind.service, "s", "max_party", 3)
    assert explained(Category.legal)["max_party"].origin == "default"
    assert explained(Category.legal, district)["max_party"].origin == "district"
    found = explained(Category.legal, point, district)["max_party"]
    assert (found.origin, found.value, found.default) == ("point", 4, 6)
    assert explained(Category.legal, service, point, district)["max_party"].origin == "service"
    assert explained(Category.legal, service)["max_upcoming"].origin == "default"


def test_an_override_of_a_categorys_default_is_whose_it_is() -> None:
    found = explained(Category.meals, Override(ScopeKind.point, "p", "priority_hours", 0))["priority_hours"]
    assert (found.value, found.default, found.origin) == (0, 0, "point")


@given(st.sampled_from(Category), st.integers(1, 100), st.sampled_from(["max_party", "max_upcoming"]))
def test_what_is_explained_is_what_is_in_force(category: Category, value: int, field: str) -> None:
    overrides = [Override(ScopeKind.service, "s", field, value)]
    in_force = effective_policy(category, overrides).model_dump(mode="json")
    assert {one.field: one.value for one in explained_policy(category, overrides)} == in_force


@pytest.mark.parametrize("category", Category)
def test_the_products_own_policies_make_sense(category: Category) -> None:
    assert contradictions(effective_policy(category)) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_before_minutes": 7 * 24 * HOURS}, "closes_before_minutes"),
        ({"kitchen_cutoff_hour": 9, "kitchen_cutoff_days_before": 7}, "kitchen_cutoff_days_before"),
        ({"horizon_days": 6}, "horizon_days"),
        ({"horizon_days": 7, "priority_hours": 1}, "horizon_days"),
        ({"offer_minutes": 9}, "offer_minutes_soon"),
        ({"quiet_from_hour": 17}, "evening_reminder_hour"),
        ({"quiet_until_hour": 12, "evening_reminder_hour": 11}, "evening_reminder_hour"),
        ({"alert_hours": 49}, "alert_hours"),
        ({"correction_hours": 0}, "correction_hours"),
        ({"request_acknowledge_days": 8}, "request_resolve_days"),
    ],
)
def test_fields_that_contradict_each_other_are_found(changes: dict[str, Any], field: str) -> None:
    assert [found for found, _ in contradictions(Policy(**changes))] == [field]


@pytest.mark.parametrize(
    "changes",
    [
        {"closes_before_minutes": 7 * 24 * HOURS - 1},
        {"kitchen_cutoff_hour": 9, "kitchen_cutoff_days_before": 6},
        {"kitchen_cutoff_hour": None, "kitchen_cutoff_days_before": 7},
        {"horizon_days": 8, "priority_hours": 24},
        {"offer_minutes": 10},
        {"quiet_from_hour": 19},
        {"alert_hours": 48},
        {"correction_hours": 1},
        {"request_acknowledge_days": 7},
    ],
)
def test_fields_that_just_fit_are_let_be(changes: dict[str, Any]) -> None:
    assert contradictions(Policy(**changes)) == []


def test_a_day_that_is_quiet_throughout_is_found() -> None:
    quiet = Policy(quiet_from_hour=12, quiet_until_hour=12)
    assert "quiet_until_hour" in [field for field, _ in contradictions(quiet)]


def test_what_is_the_districts_alone_names_fields_that_exist() -> None:
    assert {
        "invitation_hours",
        "invitations_open",
        "invitation_tries",
        "invitation_pause_minutes",
        "keep_notices_days",
        "keep_waiting_days",
        "keep_texts_days",
        "keep_audit_days",
        "address_minutes",
        "address_tries",
        *RequestPolicy.model_fields,
        "link_minutes",
        "link_codes",
        "link_tries",
        "link_pause_minutes",
        "keep_threads_days",
    } == DISTRICT_FIELDS
    policy = effective_policy(None)
    assert (policy.invitation_hours, policy.invitation_tries) == (24, 5)
