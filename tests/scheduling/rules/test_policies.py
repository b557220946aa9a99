"""Every number of the rules is a policy field that the district, a point or a service can override."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.vocabulary import Category, ScopeKind
from scheduling.errors import InvalidInputError
from scheduling.policies import Override, Policy, checked_override, effective_policy

DISTRICT, POINT, SERVICE = ScopeKind.district, ScopeKind.point, ScopeKind.service


def override(scope: ScopeKind, value: object, field: str = "max_party") -> Override:
    return Override(scope, "any", field, value)


def test_the_defaults_are_the_products() -> None:
    """Booking 3, 5, 6; Messages 1."""
    policy = effective_policy(Category.culture)
    assert policy.opens_ahead_hours == 7 * 24
    assert policy.closes_before_minutes == 60
    assert (policy.max_party, policy.max_upcoming) == (6, 3)
    assert policy.free_cancel_minutes == 120
    assert policy.alternatives == 3
    assert (policy.evening_reminder_hour, policy.soon_reminder_minutes) == (18, 120)
    assert (policy.quiet_from_hour, policy.quiet_until_hour) == (21, 8)


def test_priority_is_in_elder_care_and_meals_only() -> None:
    """Booking 3: 24 h of priority in elder_care and meals."""
    hours = {category: effective_policy(category).priority_hours for category in Category}
    assert {category for category, ahead in hours.items() if ahead} == {Category.elder_care, Category.meals}
    assert hours[Category.meals] == 24


@given(
    st.lists(
        st.builds(override, st.sampled_from([DISTRICT, POINT, SERVICE]), st.integers(1, 50)),
        unique_by=lambda one: one.scope,
    )
)
def test_the_nearest_scope_wins_in_whatever_order_they_come(overrides: list[Override]) -> None:
    by_scope = {one.scope: one.value for one in overrides}
    expected = next((by_scope[scope] for scope in (SERVICE, POINT, DISTRICT) if scope in by_scope), 6)
    assert effective_policy(Category.legal, overrides).max_party == expected


def test_an_override_stands_above_the_categorys_default_and_leaves_the_rest() -> None:
    policy = effective_policy(Category.meals, [override(SERVICE, 0, "priority_hours")])
    assert policy.priority_hours == 0
    assert policy == effective_policy(Category.meals).model_copy(update={"priority_hours": 0})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("no_such_field", 1),
        ("max_party", 0),
        ("max_party", "6"),
        ("max_party", 6.5),
        ("max_party", None),
        ("horizon_days", 401),
        ("quiet_from_hour", 25),
        ("closes_before_minutes", -1),
    ],
)
def test_an_override_that_means_nothing_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_override(field, value)
    assert refused.value.data["field"] == field
    assert refused.value.data["detail"]


@pytest.mark.parametrize("field", sorted(Policy.model_fields))
def test_each_default_is_a_value_that_could_be_set(field: str) -> None:
    checked_override(field, Policy().model_dump(mode="json")[field])


def test_a_policy_in_force_cannot_be_changed_by_those_who_read_it() -> None:
    policy = effective_policy(Category.meals)
    with pytest.raises(ValidationError):
        policy.max_party = 100  # type: ignore[misc]  # frozen is what is tested
