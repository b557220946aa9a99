"""Every checker of a wish for a shift, alone and together (product: Volunteers 1)."""

import ast
import inspect
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import ShiftStatus
from scheduling.policies import Policy
from scheduling.rules import roster
from scheduling.rules.roster import CHECKERS, Claim, Duty, ShiftFacts, ShiftWish, VolunteerFacts, refusals
from tests.world import NOW, at

POINT, OTHER_POINT = UUID(int=1), UUID(int=2)
POLICY = Policy()
SHIFT = ShiftFacts(
    id=UUID(int=9),
    point_id=POINT,
    start=at(1, 11),
    end=at(1, 13),
    role="serving",
    needed=2,
    minimum=1,
    taken=0,
    status=ShiftStatus.published,
    published_at=NOW - timedelta(days=3),
)
VETERAN = VolunteerFacts(
    person_id=UUID(int=5),
    birth_date=date(2000, 1, 1),
    guardian_agreed=False,
    certified={},
    served=3,
    suspended_until=None,
    group=0,
)
WISH = ShiftWish(SHIFT, VETERAN, POLICY, NOW)


def duty(
    start: datetime, hours: float, *, shift: int = 77, point: UUID = OTHER_POINT, new: bool = False
) -> Duty:
    """A place elsewhere, with the usual rest after it."""
    end = start + timedelta(hours=hours)
    published = NOW - timedelta(hours=1 if new else 100)
    return Duty(UUID(int=3), UUID(int=shift), point, start, end, end + POLICY.rest, "别处", published)


def with_shift(**changes: object) -> ShiftWish:
    return replace(WISH, shift=replace(SHIFT, **changes))  # type: ignore[arg-type]  # fields by name


def with_volunteer(**changes: object) -> ShiftWish:
    return replace(WISH, volunteer=replace(VETERAN, **changes))  # type: ignore[arg-type]  # fields by name


def codes(wish: ShiftWish) -> list[str]:
    return [reason.code for reason in refusals(wish)]


def test_nothing_speaks_against_an_experienced_volunteer_with_time() -> None:
    assert codes(WISH) == []


CASES: list[tuple[str, ShiftWish, list[str]]] = [
    ("a draft", with_shift(status=ShiftStatus.draft), ["shift-not-open"]),
    ("cancelled", with_shift(status=ShiftStatus.cancelled), ["shift-not-open"]),
    ("full", with_shift(taken=2), ["shift-full"]),
    ("the last place", with_shift(taken=1), []),
    ("begun", replace(WISH, now=at(1, 11)), ["shift-started"]),
    ("a minute too late", replace(WISH, now=at(1, 10, 1)), ["signup-closed"]),
    ("just in time", replace(WISH, now=at(1, 10)), []),
    ("on it already", with_volunteer(duties=(duty(at(1, 11), 2, shift=9),)), ["already-on-it"]),
    ("overlapping", with_volunteer(duties=(duty(at(1, 12), 2),)), ["overlapping-shift"]),
    ("right before", with_volunteer(duties=(duty(at(1, 9), 2),)), ["too-little-rest"]),
    ("eight hours after", with_volunteer(duties=(duty(at(1, 21), 2),)), []),
    ("less than eight hours after", with_volunteer(duties=(duty(at(1, 20, 59), 2),)), ["too-little-rest"]),
    ("eight hours before", with_volunteer(duties=(duty(at(1, 1), 2),)), []),
    ("22 hours in the week", with_volunteer(duties=(duty(at(3, 0), 22),)), []),
    ("23 hours in the week", with_volunteer(duties=(duty(at(3, 0), 23),)), ["week-is-full"]),
    ("23 hours in the next week", with_volunteer(duties=(duty(at(7, 0), 23),)), []),
    ("thirteen", with_volunteer(birth_date=date(2012, 11, 25)), ["too-young", "guardian-consent-missing"]),
    ("fourteen on the day", with_volunteer(birth_date=date(2012, 11, 24)), ["guardian-consent-missing"]),
    ("with consent", with_volunteer(birth_date=date(2012, 11, 24), guardian_agreed=True), []),
    ("agrees no more, of their own accord", with_volunteer(withdrawn=True), []),
    (
        "agrees no more, and is asked",
        replace(with_volunteer(withdrawn=True), claim=Claim.asked),
        ["consent-withdrawn"],
    ),
    ("of age", with_volunteer(birth_date=date(2008, 11, 24)), []),
    ("of unknown age", with_volunteer(birth_date=None), ["too-young"]),
    (
        "where nobody asks for the age",
        replace(with_shift(minimum_age=0), volunteer=replace(VETERAN, birth_date=None)),
        [],
    ),
    ("eighteen asked", replace(with_shift(minimum_age=30)), ["too-young"]),
    ("without the certificate", with_shift(required_skills=("first_aid",)), ["certificate-missing"]),
    (
        "with one for good",
        replace(with_shift(required_skills=("a",)), volunteer=replace(VETERAN, certified={"a": None})),
        [],
    ),
    (
        "with one that expires that day",
        replace(
            with_shift(required_skills=("a",)),
            volunteer=replace(VETERAN, certified={"a": date(2026, 11, 24)}),
        ),
        [],
    ),
    (
        "with one that expires the day before",
        replace(
            with_shift(required_skills=("a",)),
            volunteer=replace(VETERAN, certified={"a": date(2026, 11, 23)}),
        ),
        ["certificate-missing"],
    ),
    ("a first-timer alone", with_volunteer(served=0), ["first-timer-alone"]),
    ("a first-timer in company", replace(with_volunteer(served=0), shift=replace(SHIFT, experienced=1)), []),
    ("a first-timer with a leader", replace(with_volunteer(served=0), shift=replace(SHIFT, led=True)), []),
    (
        "one first-timer too many",
        replace(with_volunteer(served=0), shift=replace(SHIFT, experienced=1, first_timers=1)),
        ["first-timer-alone"],
    ),
    ("a team brings its own company", replace(with_volunteer(served=0), party=2, veterans=1, novices=1), []),
    ("suspended", with_volunteer(suspended_until=NOW + timedelta(minutes=1)), ["suspended"]),
    ("no longer suspended", with_volunteer(suspended_until=NOW), []),
]


@pytest.mark.parametrize(("wish", "expected"), [pytest.param(w, e, id=name) for name, w, e in CASES])
def test_one_reason_at_a_time(wish: ShiftWish, expected: list[str]) -> None:
    assert codes(wish) == expected


NEW = replace(SHIFT, published_at=NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    ("group", "hours", "expected"),
    [
        (0, 0, []),
        (50, 0, []),
        (51, 11, ["not-yet-released"]),
        (51, 12, []),
        (200, 12, []),
        (201, 23, ["not-yet-released"]),
        (201, 24, []),
    ],
)
def test_smaller_groups_come_first_and_then_all(group: int, hours: int, expected: list[str]) -> None:
    """Volunteers 1: so that the quick do not take all."""
    shift = replace(SHIFT, start=at(5, 11), end=at(5, 13), published_at=NOW)
    wish = ShiftWish(shift, replace(VETERAN, group=group), POLICY, NOW + timedelta(hours=hours))
    assert codes(wish) == expected
    assert codes(replace(wish, claim=Claim.asked)) == []


def test_nobody_takes_more_than_two_new_shifts_of_a_point() -> None:
    """Volunteers 1: for 24 hours, and not of other points."""
    two = (duty(at(5, 8), 2, point=POINT, new=True), duty(at(6, 8), 2, shift=78, point=POINT, new=True))
    wish = ShiftWish(NEW, replace(VETERAN, duties=two), POLICY, NOW)
    assert codes(wish) == ["release-cap"]
    assert codes(replace(wish, volunteer=replace(VETERAN, duties=two[:1]))) == []
    assert codes(replace(wish, now=NOW + timedelta(hours=23))) == []
    assert codes(replace(wish, shift=replace(NEW, point_id=OTHER_POINT))) == []


@pytest.mark.parametrize("claim", [Claim.offered, Claim.swapped])
def test_a_place_that_is_held_is_free_for_whom_it_is_held(claim: Claim) -> None:
    full = with_shift(taken=2)
    assert codes(replace(full, claim=claim)) == []
    assert codes(replace(full, claim=Claim.asked)) == ["shift-full"]
    assert codes(replace(full, claim=Claim.waiting)) == []
    late = replace(full, now=at(1, 10, 30))
    assert codes(replace(late, claim=claim)) == []


def test_every_checker_is_a_small_function_and_in_the_list() -> None:
    tree = ast.parse(inspect.getsource(roster))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    checkers = [one for one in functions if ast.unparse(one.returns or ast.Constant(0)) == "Reason | None"]
    assert {one.name for one in checkers} == {checker.__name__ for checker in CHECKERS}
    assert len(checkers) == 15
    assert max((one.end_lineno or 0) - one.lineno for one in checkers) <= 24


@given(
    st.lists(st.tuples(st.integers(-30, 200), st.integers(1, 12)), max_size=3),
    st.booleans(),
    st.integers(0, 3),
)
def test_rest_is_what_the_constraint_excludes(
    spans: list[tuple[int, int]], reverse: bool, taken: int
) -> None:
    """Refused for overlap or rest exactly when the two ranges from start to rest's end overlap, as the table has it."""
    duties = tuple(
        duty(at(0, 0) + timedelta(hours=start), hours, shift=100 + n)
        for n, (start, hours) in enumerate(spans)
    )
    wish = replace(WISH, volunteer=replace(VETERAN, duties=duties[::-1] if reverse else duties))
    excluded = any(one.start < wish.rest_until and SHIFT.start < one.rest_until for one in duties)
    assert bool({"overlapping-shift", "too-little-rest"} & set(codes(wish))) == excluded
