"""When misses pause booking ahead (product: Booking 5)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import Category
from scheduling.policies import Policy, effective_policy
from scheduling.rules.misses import Miss, pausing

DAY_0 = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


def missed(*days: float) -> list[Miss]:
    """Misses on these days; their ids tell them apart."""
    return [Miss(UUID(int=number), DAY_0 + timedelta(days=day)) for number, day in enumerate(days, start=1)]


def behind(*numbers: int) -> tuple[UUID, ...]:
    return tuple(UUID(int=number) for number in numbers)


def test_the_third_miss_in_thirty_days_pauses() -> None:
    """Booking 5: three no-shows in 30 days pause advance booking for 7 days."""
    policy = Policy()
    assert (policy.no_show_limit, policy.no_show_window_days, policy.pause_days) == (3, 30, 7)
    assert pausing(missed(0, 5), policy) == ()
    assert pausing(missed(0, 5, 9), policy) == behind(1, 2, 3)


def test_the_window_reaches_back_from_the_newest_miss() -> None:
    """Booking 5: in 30 days; what is exactly 30 days old counts no more."""
    assert pausing(missed(0, 15, 30), Policy()) == ()
    assert pausing(missed(0.001, 15, 30), Policy()) == behind(1, 2, 3)
    assert pausing(missed(0, 15, 30, 31), Policy()) == behind(2, 3, 4)


def test_they_are_told_in_the_order_in_which_they_happened() -> None:
    assert pausing(missed(9, 0, 5), Policy()) == behind(2, 3, 1)


@pytest.mark.parametrize("policy", [Policy(pauses=False), Policy(pause_days=0)])
def test_where_the_policy_knows_no_pauses_there_are_none(policy: Policy) -> None:
    assert pausing(missed(0, 1, 2, 3), policy) == ()


def test_elders_meals_and_care_do_not_pause() -> None:
    """Booking 5: elders' meals and elder care excepted."""
    unpaused = {category for category in Category if not effective_policy(category).pauses}
    assert unpaused == {Category.meals, Category.elder_care}


@given(
    days=st.lists(st.integers(0, 120), max_size=12),
    limit=st.integers(1, 5),
    window=st.integers(1, 60),
)
def test_it_pauses_just_when_enough_fall_into_the_window(days: list[int], limit: int, window: int) -> None:
    """Against the rule said the long way; every number is the policy's."""
    policy = Policy(no_show_limit=limit, no_show_window_days=window)
    recent = [day for day in days if day > max(days) - window]
    found = pausing(missed(*days), policy)
    assert len(found) == (len(recent) if days and len(recent) >= limit else 0)
    assert sorted(days[id_.int - 1] for id_ in found) == [days[id_.int - 1] for id_ in found]
