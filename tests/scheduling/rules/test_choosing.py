"""Which options are proposed (product: Booking 6): one of each kind first, then unlike ones, and never fewer than there are."""

from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import AlternativeKind
from scheduling.rules.choosing import mixed

TIME, POINT, DAY = AlternativeKind.other_time, AlternativeKind.other_point, AlternativeKind.other_day

Option = tuple[int, int]
"""An id, and at what time."""


def choose(found: dict[AlternativeKind, list[Option]], most: int = 3) -> list[tuple[AlternativeKind, int]]:
    return [(kind, option[0]) for kind, option in mixed(found, most, alike=lambda option: option[1])]


def test_one_of_each_kind_before_a_second_of_any() -> None:
    found = {TIME: [(1, 10), (2, 12)], POINT: [(3, 11), (4, 13)], DAY: [(5, 35), (6, 36)]}
    assert choose(found) == [(TIME, 1), (POINT, 3), (DAY, 5)]


def test_not_three_at_the_same_time() -> None:
    """Other points at the hour that is proposed already come last."""
    found = {TIME: [(1, 10)], POINT: [(2, 10), (3, 10), (4, 11), (5, 12)]}
    assert choose(found) == [(TIME, 1), (POINT, 4), (POINT, 5)]


def test_alike_is_better_than_nothing() -> None:
    assert choose({POINT: [(1, 10), (2, 10), (3, 10)]}) == [(POINT, 1), (POINT, 2), (POINT, 3)]


def test_what_is_not_allowed_is_passed_over() -> None:
    found = {TIME: [(1, 10), (2, 12)], DAY: [(3, 35)]}
    chosen = mixed(found, 3, alike=lambda option: option[1], allowed=lambda option: option[0] != 1)
    assert [option[0] for _, option in chosen] == [2, 3]


options = st.lists(
    st.tuples(st.integers(), st.integers(0, 4)), max_size=12, unique_by=lambda option: option[0]
)


@given(st.fixed_dictionaries({}, optional={TIME: options, POINT: options, DAY: options}), st.integers(0, 5))
def test_as_many_as_there_are_up_to_the_limit(found: dict[AlternativeKind, list[Option]], most: int) -> None:
    chosen = mixed(found, most, alike=lambda option: option[1])
    assert len(chosen) == min(most, sum(map(len, found.values())))
    for kind, option in chosen:
        assert option in found[kind]
    assert len({(kind, option) for kind, option in chosen}) == len(chosen)
    if most >= len(found):
        assert {kind for kind, _ in chosen} >= {kind for kind, some in found.items() if some}
