"""Whose held places are taken back when a point has fewer (product: Booking 7, 8)."""

from hypothesis import given
from hypothesis import strategies as st

from scheduling.rules.waiting import given_back

HELD = st.lists(st.integers(1, 6), max_size=8)


@given(HELD, st.integers(-2, 50))
def test_enough_is_given_back_and_nothing_without_need(held: list[int], excess: int) -> None:
    back = given_back(held, excess)
    freed = sum(held[position] for position in back)
    assert freed >= min(excess, sum(held))
    assert back == sorted(set(back))
    assert all(freed - held[position] < excess for position in back)


@given(HELD, st.integers(1, 20))
def test_nobody_later_in_the_list_is_asked_than_it_takes(held: list[int], excess: int) -> None:
    """The first to give back are enough: what comes after them is never touched."""
    enough = next((n for n in range(len(held) + 1) if sum(held[:n]) >= excess), len(held))
    assert set(given_back(held, excess)) <= set(range(enough))


def test_one_large_hold_goes_rather_than_all_before_it() -> None:
    assert given_back([1, 1, 3], 3) == [2]
    assert given_back([1, 1, 3], 4) == [0, 2]
    assert given_back([1, 2, 3], 2) == [1]
    assert given_back([2, 2], 9) == [0, 1]
    assert given_back([2, 2], 0) == []
