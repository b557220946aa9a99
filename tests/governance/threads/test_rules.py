"""The rules of conversations, without a database."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.threads.rules.emergencies import AMBULANCE, FIRE, LIFELINE, POLICE, WORDS, emergency_numbers
from governance.threads.rules.hours import (
    Span,
    after_work,
    another_day,
    answering_hours,
    hours_of_day,
    next_there,
    office_hours,
    open_now,
    usual_wait,
    worked,
)
from governance.threads.rules.turns import ThreadFacts, desks_of, goes_out_at, may_take, side_of
from models.ids import PersonId
from models.vocabulary import CalendarDayKind, DeskKind, Role, ScopeKind, ThreadSide, ThreadState
from scheduling.actors import Actor, Permission
from scheduling.policies import Policy
from tests.world import CANTEEN, DISTRICT, HILLS, READING_ROOM, TOWN, at, manager_of

WEEK = [date(2026, 11, 23) + timedelta(days=number) for number in range(7)]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("我妈晕倒了！怎么办", (AMBULANCE,)),
        ("隔壁 着 火 了", (FIRE,)),
        ("楼道里有煤气味", (FIRE,)),
        ("老伴走失了，找不到", (POLICE,)),
        ("我不想活了", (AMBULANCE, POLICE, LIFELINE)),
        ("厨房着火，奶奶昏迷", (AMBULANCE, FIRE)),
        ("My mother has FAINTED", (AMBULANCE,)),
        ("the kitchen is on\nfire", (FIRE,)),
        ("I want to die", (AMBULANCE, POLICE, LIFELINE)),
        ("明天的午餐可以改到十二点吗", ()),
        ("想预约理发，火气大", ()),
        ("When is the diet class?", ()),
        ("急救培训班还有名额吗", ()),
        ("my booking is missing", ()),
        ("Is the hall on Firehouse Road?", ()),
        ("", ()),
    ],
)
def test_words_of_an_emergency_bring_the_numbers_to_call(text: str, numbers: tuple[str, ...]) -> None:
    assert emergency_numbers(text) == numbers


@given(
    st.sampled_from(sorted({word for words in WORDS.values() for word in words})),
    st.text("好 ,。！\n1", max_size=20),
)
def test_every_listed_word_is_found_wherever_it_stands(word: str, around: str) -> None:
    wanted = {number for numbers, words in WORDS.items() if word in words for number in numbers}
    assert wanted <= set(emergency_numbers(f"{around}{word}{around}"))
    assert wanted <= set(emergency_numbers(word.upper()))


def test_offices_work_on_workdays_and_on_make_up_workdays_and_rest_on_holidays() -> None:
    hours = office_hours(WEEK, {}, Policy())
    assert [span.start.day for span in hours] == [23, 24, 25, 26, 27]
    assert (hours[0].start.hour, hours[0].end.hour) == (9, 17)
    entered = {WEEK[1]: CalendarDayKind.holiday, WEEK[5]: CalendarDayKind.makeup_workday}
    assert [span.start.day for span in office_hours(WEEK, entered, Policy())] == [23, 25, 26, 27, 28]


def test_a_points_people_are_there_while_it_is_open() -> None:
    opening = {WEEK[5]: Span(at(5, 10), at(5, 14))}
    assert answering_hours(WEEK, opening, {}, Policy()) == [Span(at(5, 10), at(5, 14))]
    assert answering_hours(WEEK, {}, {}, Policy()) == office_hours(WEEK, {}, Policy())


@pytest.mark.parametrize(
    ("moment", "is_open", "following"),
    [
        (at(0, 8), False, at(0, 9)),
        (at(0, 9), True, at(0, 9)),
        (at(0, 16, 59), True, at(0, 16, 59)),
        (at(0, 17), False, at(1, 9)),
        (at(4, 20), False, None),
    ],
)
def test_whether_somebody_is_there_and_when_next(
    moment: datetime, is_open: bool, following: datetime | None
) -> None:
    hours = office_hours(WEEK, {}, Policy())
    assert open_now(hours, moment) is is_open
    assert next_there(hours, moment) == following


def test_the_hours_of_today_and_the_next_day_of_work() -> None:
    hours = office_hours(WEEK, {}, Policy())
    assert hours_of_day(hours, at(1, 20)) == Span(at(1, 9), at(1, 17))
    assert hours_of_day(hours, at(5, 12)) is None
    assert another_day(hours, at(1, 8)) == at(2, 9)
    assert another_day(hours, at(4, 12)) is None


def test_only_time_of_work_counts() -> None:
    hours = office_hours(WEEK, {}, Policy())
    assert worked(hours, at(0, 16), at(1, 10)) == timedelta(hours=2)
    assert worked(hours, at(0, 18), at(1, 8)) == timedelta(0)
    assert after_work(hours, at(0, 16), timedelta(hours=2)) == at(1, 10)
    assert after_work(hours, at(0, 7), timedelta(hours=2)) == at(0, 11)
    assert after_work(hours, at(4, 16), timedelta(hours=2)) is None


@given(st.integers(0, 4 * 24 * 60), st.integers(1, 600))
def test_as_much_was_worked_as_was_asked_for(start: int, length: int) -> None:
    """`after_work` and `worked` are each other's opposite."""
    hours = office_hours(WEEK, {}, Policy())
    begins, wanted = at(0, 0) + start * MINUTE, length * MINUTE
    until = after_work(hours, begins, wanted)
    if until is not None:
        assert worked(hours, begins, until) == wanted


def test_the_usual_wait_is_the_median_and_nothing_is_made_up() -> None:
    assert usual_wait([], 3) is None
    assert usual_wait([5 * MINUTE, 6 * MINUTE], 3) is None
    assert usual_wait([5 * MINUTE, 12 * MINUTE, 300 * MINUTE], 3) == 15 * MINUTE
    assert usual_wait([0 * MINUTE] * 3, 3) == 5 * MINUTE
    assert usual_wait([5 * MINUTE, None, 5 * MINUTE, None, 6 * MINUTE], 3) == 10 * MINUTE
    assert usual_wait([None, None, 5 * MINUTE], 3) is None, "most waited in vain"


def staff_of(code: str) -> Actor:
    scope = ScopeKind.district if code == DISTRICT else ScopeKind.division
    return Actor(PersonId(uuid4()), frozenset({Permission(Role.staff, scope, code)}))


RESIDENT = UUID(int=77)


def thread(**changes: object) -> ThreadFacts:
    values: dict[str, object] = {
        "resident_id": RESIDENT,
        "owner_id": None,
        "desk": DeskKind.point,
        "desk_key": str(CANTEEN),
        "division_code": "320115001001",
        "raised_to": None,
    }
    return ThreadFacts(**{**values, **changes})  # type: ignore[arg-type]  # tests say what they change


def test_only_the_two_sides_know_of_a_thread() -> None:
    assert side_of(Actor(PersonId(RESIDENT)), thread()) is ThreadSide.resident
    assert side_of(manager_of(CANTEEN, RESIDENT), thread()) is ThreadSide.resident
    assert side_of(manager_of(CANTEEN), thread()) is ThreadSide.staff
    assert (
        side_of(Actor(PersonId(RESIDENT)), thread(resident_id=uuid4(), owner_id=RESIDENT)) is ThreadSide.staff
    )
    for outsider in (manager_of(READING_ROOM), Actor(PersonId(uuid4())), Actor(service=True), Actor()):
        assert side_of(outsider, thread()) is None
    for staff in (staff_of(TOWN), staff_of(DISTRICT)):
        assert side_of(staff, thread()) is None, "not before it was raised to them"


def test_a_raised_thread_is_known_to_the_levels_up_to_there() -> None:
    to_town, to_district = thread(raised_to=TOWN), thread(raised_to=DISTRICT)
    assert side_of(staff_of(TOWN), to_town) is ThreadSide.staff
    assert side_of(staff_of(DISTRICT), to_town) is None
    assert side_of(staff_of(TOWN), to_district) is ThreadSide.staff
    assert side_of(staff_of(DISTRICT), to_district) is ThreadSide.staff
    assert side_of(staff_of(HILLS), to_district) is None


def test_who_may_take_it() -> None:
    mine, other = manager_of(CANTEEN), uuid4()
    waiting, answered = ThreadState.waiting_for_staff, ThreadState.waiting_for_resident
    assert may_take(mine, thread(), ThreadState.open)
    assert may_take(mine, thread(owner_id=mine.person_id), waiting)
    assert not may_take(mine, thread(owner_id=other), waiting)
    assert may_take(staff_of(TOWN), thread(owner_id=other, raised_to=TOWN), waiting)
    assert not may_take(staff_of(TOWN), thread(owner_id=other, raised_to=TOWN), answered)
    assert not may_take(mine, thread(owner_id=other, raised_to=TOWN), waiting)


def test_the_desks_of_an_actor() -> None:
    held = frozenset(
        {
            Permission(Role.point_manager, ScopeKind.point, str(CANTEEN)),
            Permission(Role.staff, ScopeKind.division, TOWN),
            Permission(Role.administrator, ScopeKind.district, DISTRICT),
        }
    )
    assert desks_of(Actor(PersonId(uuid4()), held)) == {str(CANTEEN), TOWN, DISTRICT}


@pytest.mark.parametrize(
    ("now", "wrote_at", "urgent", "due"),
    [
        (at(0, 12), None, False, at(0, 12)),
        (at(0, 22), None, False, at(1, 8)),
        (at(0, 22), at(0, 21, 45), False, at(0, 22)),
        (at(0, 22), at(0, 21, 15), False, at(1, 8)),
        (at(0, 22), None, True, at(0, 22)),
        (at(1, 3), None, False, at(1, 8)),
    ],
)
def test_nobody_is_woken_but_by_an_emergency(
    now: datetime, wrote_at: datetime | None, urgent: bool, due: datetime
) -> None:
    """Messages 1. Whoever wrote just now is awake."""
    assert goes_out_at(now, wrote_at=wrote_at, urgent=urgent, policy=Policy()) == due
