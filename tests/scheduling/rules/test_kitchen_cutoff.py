"""The kitchen's cut-off, the evening before or the same morning (product: Booking 3)."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.shapes.base import DISTRICT_ZONE, local
from scheduling.policies import Policy
from scheduling.rules.booking import refusals
from scheduling.rules.windows import closes_at
from tests.scheduling.rules.wishes import START, wish

STARTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(DISTRICT_ZONE))  # noqa: DTZ001


def test_without_a_kitchen_bookings_close_an_hour_before() -> None:
    """Booking 3: closes 1 h before start (meals: the kitchen's cut-off)."""
    assert Policy().kitchen_cutoff_hour is None
    assert closes_at(START, Policy()) == START - timedelta(hours=1)


def test_the_evening_before_and_the_same_morning() -> None:
    """Booking 3: lunch at 11:00 on 24 November."""
    evening = closes_at(START, Policy(kitchen_cutoff_hour=18, kitchen_cutoff_days_before=1))
    assert local(evening).isoformat() == "2026-11-23T18:00:00+08:00"
    morning = closes_at(START, Policy(kitchen_cutoff_hour=9))
    assert local(morning).isoformat() == "2026-11-24T09:00:00+08:00"


@given(start=STARTS, hour=st.integers(0, 23), days=st.integers(0, 7), minutes=st.integers(0, 600))
def test_whichever_comes_first_closes(start: datetime, hour: int, days: int, minutes: int) -> None:
    """Never later than without a kitchen; and when earlier, at its hour on the district's clock, so many days before."""
    policy = Policy(kitchen_cutoff_hour=hour, kitchen_cutoff_days_before=days, closes_before_minutes=minutes)
    usual, closes = start - timedelta(minutes=minutes), closes_at(start, policy)
    assert closes <= usual
    if closes < usual:
        here = local(closes)
        assert (here.hour, here.minute, here.second) == (hour, 0, 0)
        assert (local(start).date() - here.date()).days == days


def test_a_booking_after_the_cut_off_is_told_when_it_was() -> None:
    policy = Policy(kitchen_cutoff_hour=18, kitchen_cutoff_days_before=1)
    closed = closes_at(START, policy)
    assert refusals(wish(policy=policy, now=closed)) == []
    (reason,) = refusals(wish(policy=policy, now=closed + timedelta(seconds=1)))
    assert (reason.code, reason.data["closed_at"]) == ("booking-closed", "2026-11-23T18:00:00+08:00")
