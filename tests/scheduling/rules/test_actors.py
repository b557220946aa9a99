"""Who may manage which point."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import PersonId, PointId, code_range, within
from models.vocabulary import Role, ScopeKind
from scheduling.actors import SYSTEM, Actor, Permission, PointScope, may_manage_point
from tests.world import CANTEEN, COMMUNITIES, DISTRICT, HILL_HOUSE, HILLS, TOWN

CANTEEN_SCOPE = PointScope(PointId(CANTEEN), "320115001001")
SOMEBODY = PersonId(UUID(int=99))


def holding(role: Role, scope: ScopeKind, key: str) -> Actor:
    return Actor(SOMEBODY, frozenset({Permission(role, scope, key)}))


@pytest.mark.parametrize(
    ("actor", "may"),
    [
        (holding(Role.point_manager, ScopeKind.point, str(CANTEEN)), True),
        (holding(Role.point_manager, ScopeKind.point, str(HILL_HOUSE)), False),
        (holding(Role.staff, ScopeKind.division, TOWN), True),
        (holding(Role.staff, ScopeKind.division, HILLS), False),
        (holding(Role.staff, ScopeKind.division, "320115001001"), True),
        (holding(Role.staff, ScopeKind.division, "320115001002"), False),
        (holding(Role.administrator, ScopeKind.district, DISTRICT), True),
        (holding(Role.administrator, ScopeKind.district, "320114000000"), False),
        (holding(Role.point_manager, ScopeKind.division, DISTRICT), False),
        (holding(Role.staff, ScopeKind.point, str(CANTEEN)), False),
        (Actor(SOMEBODY), False),
        (Actor(service=True), False),
        (SYSTEM, False),
    ],
)
def test_managers_of_the_point_and_staff_of_the_divisions_around_it(actor: Actor, may: bool) -> None:
    assert may_manage_point(actor, CANTEEN_SCOPE) is may


def test_the_service_credential_is_nobody() -> None:
    with pytest.raises(TypeError):
        Actor(service=True).require_person()


codes = st.builds(
    lambda district, town, community: f"{district:06d}{town:03d}{community:03d}",
    st.integers(110_101, 659_999),
    st.integers(1, 999),
    st.integers(1, 999),
)


@given(codes)
def test_a_division_lies_in_those_around_it_and_in_itself(code: str) -> None:
    """National statistics codes nest: 6 digits the district, 9 the sub-district, 12 the community."""
    district, town = code[:6].ljust(12, "0"), code[:9].ljust(12, "0")
    assert within(code, code)
    assert within(code, town)
    assert within(code, district)
    assert within(town, district)
    assert not within(town, code)
    assert not within(district, town)


@given(codes, codes)
def test_divisions_apart_share_no_code(one: str, other: str) -> None:
    low, high = code_range(one)
    assert within(other, one) == (low <= other <= high)
    town, other_town = one[:9].ljust(12, "0"), other[:9].ljust(12, "0")
    assert within(other, town) == (town == other_town)


def test_the_tests_district_is_nested() -> None:
    assert all(within(code, town) and within(code, DISTRICT) for code, town in COMMUNITIES.items())
