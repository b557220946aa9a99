"""Each booking checker by itself, and all of them together."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import Category, SlotStatus
from scheduling.policies import Policy
from scheduling.rules.booking import (
    CHECKERS,
    Engagement,
    attendee_is_free,
    party_is_allowed,
    places_are_free,
    refusals,
    slot_is_open,
    upcoming_are_few,
    when,
    window_has_not_closed,
    window_has_opened,
)
from scheduling.rules.windows import PriorityFacts
from tests.scheduling.rules.wishes import GRANTED, SLOT, START, engagement, slot, wish

ELDER = PriorityFacts(birth_date=date(1960, 1, 1), disability=False)
MINUTE = timedelta(minutes=1)


def test_a_plain_wish_is_granted() -> None:
    assert refusals(GRANTED) == []


def test_a_closed_slot_takes_nobody() -> None:
    reason = slot_is_open(wish(slot=slot(status=SlotStatus.closed)))
    assert reason is not None
    assert reason.code == "slot-closed"


def test_bookings_open_seven_days_ahead() -> None:
    """Booking 3: opens 7 days ahead, to the minute."""
    opens = START - timedelta(days=7)
    assert window_has_opened(wish(now=opens)) is None
    reason = window_has_opened(wish(now=opens - MINUTE))
    assert reason is not None
    assert reason.code == "not-yet-open"
    assert reason.data == {"opens_at": "2026-11-17T11:00:00+08:00"}


@pytest.mark.parametrize(
    "person", [ELDER, PriorityFacts(birth_date=None, disability=True)], ids=["60+", "disability"]
)
def test_bookings_open_a_day_earlier_for_people_with_priority(person: PriorityFacts) -> None:
    """Booking 3: 24 h of priority, where the policy has it."""
    policy = Policy(priority_hours=24)
    opens = START - timedelta(days=8)
    assert window_has_opened(wish(person=person, policy=policy, now=opens)) is None
    too_early = window_has_opened(wish(person=person, policy=policy, now=opens - MINUTE))
    assert too_early is not None
    assert too_early.data == {"opens_at": when(opens)}
    assert window_has_opened(wish(person=person, now=opens)) is not None, "no priority in this category"


def test_bookings_close_an_hour_before_the_start() -> None:
    """Booking 3: closes 1 h before start; the last minute still counts."""
    closes = START - timedelta(hours=1)
    assert window_has_not_closed(wish(now=closes)) is None
    reason = window_has_not_closed(wish(now=closes + MINUTE))
    assert reason is not None
    assert reason.code == "booking-closed"
    assert reason.data == {"closed_at": "2026-11-24T10:00:00+08:00"}


def test_what_has_begun_is_said_to_have_begun() -> None:
    """Booking 3: not once it has begun, even where bookings close at the start itself."""
    reason = window_has_not_closed(wish(now=START, policy=Policy(closes_before_minutes=0)))
    assert reason is not None
    assert reason.code == "slot-started"


def test_a_party_has_a_largest_size() -> None:
    """Booking 3: party up to 6."""
    assert party_is_allowed(wish(party=6)) is None
    reason = party_is_allowed(wish(party=7))
    assert reason is not None
    assert (reason.code, reason.data) == ("party-too-large", {"limit": 6})


def test_a_slot_never_takes_more_than_fit() -> None:
    """Booking 1."""
    assert places_are_free(wish(slot=slot(taken=8), party=2)) is None
    reason = places_are_free(wish(slot=slot(taken=8), party=3))
    assert reason is not None
    assert (reason.code, reason.data) == ("not-enough-places", {"free": 2, "party": 3})


def test_nobody_is_in_two_places_at_once_and_the_clash_is_named() -> None:
    """Booking 4: overlapping bookings are refused, with the clash named."""
    other = engagement(START + 30 * MINUTE, START + 90 * MINUTE)
    reason = attendee_is_free(wish(engagements=[other]))
    assert reason is not None
    assert reason.code == "overlapping-booking"
    assert reason.data == {
        "clash": {
            "booking_id": str(UUID(int=21)),
            "service": "读书会",
            "point": "书香阅览室",
            "start": "2026-11-24T11:30:00+08:00",
            "end": "2026-11-24T12:30:00+08:00",
            "same_slot": False,
        }
    }


def test_the_same_slot_twice_is_known_as_such() -> None:
    """Booking 4: whoever books the same slot again can be shown the ticket there is."""
    reason = attendee_is_free(wish(engagements=[engagement(SLOT.start, SLOT.end, slot_id=SLOT.id)]))
    assert reason is not None
    clash = reason.data["clash"]
    assert isinstance(clash, dict)
    assert clash["same_slot"] is True


def test_bookings_that_only_touch_do_not_overlap() -> None:
    """Booking 4: one may go from one place to the next."""
    before = engagement(START - timedelta(hours=1), START)
    after = engagement(SLOT.end, SLOT.end + timedelta(hours=1))
    assert attendee_is_free(wish(engagements=[before, after])) is None


def test_three_upcoming_bookings_a_person_and_category() -> None:
    """Booking 3: at most 3 upcoming bookings a person and category; others and what has begun do not count."""

    def meal(day: int) -> Engagement:
        start = START + timedelta(days=day)
        return engagement(start, start + timedelta(hours=1), category=Category.meals)

    elsewhere = engagement(START + timedelta(days=1), START + timedelta(days=2))
    running = engagement(GRANTED.now - MINUTE, GRANTED.now + MINUTE, category=Category.meals)
    assert upcoming_are_few(wish(engagements=[meal(1), meal(2), elsewhere, running])) is None
    reason = upcoming_are_few(wish(engagements=[meal(1), meal(2), meal(3)]))
    assert reason is not None
    assert (reason.code, reason.data) == ("too-many-upcoming", {"limit": 3, "category": "meals"})


def test_all_reasons_are_given_at_once_in_a_fixed_order() -> None:
    """Refusals return all reasons at once."""
    hopeless = wish(
        slot=slot(status=SlotStatus.closed, taken=10),
        party=7,
        engagements=[engagement(START, START + timedelta(hours=1), category=Category.meals)],
        policy=Policy(max_upcoming=1),
        now=START - timedelta(minutes=5),
    )
    assert [reason.code for reason in refusals(hopeless)] == [
        "slot-closed",
        "booking-closed",
        "party-too-large",
        "not-enough-places",
        "overlapping-booking",
        "too-many-upcoming",
    ]


moments = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 28)).map(  # noqa: DTZ001  # a zone follows
    lambda naive: naive.replace(tzinfo=START.tzinfo)
)
spans = st.tuples(moments, st.integers(1, 600)).map(
    lambda span: engagement(span[0], span[0] + timedelta(minutes=span[1]))
)


@given(
    party=st.integers(1, 12),
    taken=st.integers(0, 10),
    now=st.integers(-60 * 24 * 10, 120).map(lambda minutes: START + timedelta(minutes=minutes)),
    engagements=st.lists(spans, max_size=4),
)
def test_whatever_is_granted_keeps_every_promise(
    party: int, taken: int, now: datetime, engagements: list[Engagement]
) -> None:
    """Booking 1, 3, 4: no granted wish overfills a slot, overlaps another or lies outside the window; and a wish
    that breaks none of these is never refused.
    """
    asked = wish(slot=slot(taken=taken), party=party, now=now, engagements=engagements)
    fits = taken + party <= SLOT.capacity and party <= 6
    in_time = START - timedelta(days=7) <= now <= START - timedelta(hours=1)
    apart = all(other.end <= SLOT.start or SLOT.end <= other.start for other in engagements)
    assert (refusals(asked) == []) == (fits and in_time and apart)


@given(engagements=st.lists(spans, max_size=4), taken=st.integers(0, 10), party=st.integers(1, 9))
def test_refusals_are_what_the_checkers_say_one_by_one(
    engagements: list[Engagement], taken: int, party: int
) -> None:
    asked = wish(slot=slot(taken=taken), party=party, engagements=engagements)
    assert refusals(asked) == [reason for checker in CHECKERS if (reason := checker(asked))]


def test_residency_and_registration_are_not_even_known_to_the_rules() -> None:
    """Booking 9: no rule may depend on them; what the rules see of a person is this and nothing else."""
    assert set(PriorityFacts.__dataclass_fields__) == {"birth_date", "disability"}
