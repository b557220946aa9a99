"""When reminders are due (product: Messages 1)."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.shapes.base import DISTRICT_ZONE
from models.vocabulary import NoticeKind
from scheduling.policies import Policy
from scheduling.rules.reminders import in_quiet_hours, reminders

POLICY = Policy()
EVENING, SOON = NoticeKind.booking_reminder_evening, NoticeKind.booking_reminder_soon


def local(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of November 2026 on the district's clock."""
    return datetime(2026, 11, day, hour, minute, tzinfo=DISTRICT_ZONE)


def due(
    start: datetime, now: datetime, policy: Policy = POLICY
) -> list[tuple[NoticeKind, datetime, datetime]]:
    return [(one.kind, one.due_at, one.expires_at) for one in reminders(start, now=now, policy=policy)]


def test_the_evening_before_and_two_hours_before() -> None:
    """Messages 1: one at 18:00 the day before, one 2 h before; each worthless when its time has passed."""
    assert due(local(24, 11), local(20, 9)) == [
        (EVENING, local(23, 18), local(23, 21)),
        (SOON, local(24, 9), local(24, 11)),
    ]


def test_the_evening_is_the_districts() -> None:
    """A slot at 00:30 UTC is on the same local day at 8:30: its evening is the one before that day."""
    start = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    assert due(start, local(20, 9)) == [(EVENING, local(23, 18), local(23, 21))]


def test_whoever_books_later_gets_what_remains() -> None:
    assert [kind for kind, *_ in due(local(24, 11), local(23, 18))] == [SOON]
    assert due(local(24, 11), local(24, 9)) == []


def test_nothing_is_due_in_quiet_hours() -> None:
    """Messages 1: nothing between 21:00 and 08:00; of an early slot the evening's reminder is the only one."""
    assert [kind for kind, *_ in due(local(24, 9), local(20, 9))] == [EVENING]
    assert [kind for kind, *_ in due(local(24, 10), local(20, 9))] == [EVENING, SOON]


def test_a_late_reminder_is_not_sent_into_the_quiet_hours() -> None:
    """Messages 1: what is due at 20:30 and could not be sent by 21:00 is not sent any more."""
    assert due(local(24, 22, 30), local(24, 9)) == [(SOON, local(24, 20, 30), local(24, 21))]


def test_quiet_hours_begin_and_end_on_the_hour() -> None:
    assert not in_quiet_hours(local(24, 20, 59), POLICY)
    assert in_quiet_hours(local(24, 21), POLICY)
    assert in_quiet_hours(local(24, 7, 59), POLICY)
    assert not in_quiet_hours(local(24, 8), POLICY)


policies = st.builds(
    Policy,
    evening_reminder_hour=st.integers(8, 20),
    soon_reminder_minutes=st.integers(0, 3000),
    quiet_from_hour=st.integers(12, 24),
    quiet_until_hour=st.integers(0, 12),
)


@given(
    start=st.integers(0, 60 * 24 * 3).map(lambda minutes: local(24, 0) + timedelta(minutes=minutes)),
    ahead=st.integers(-120, 60 * 24 * 8),
    policy=policies,
)
def test_every_reminder_can_be_sent_in_time_and_in_peace(start: datetime, ahead: int, policy: Policy) -> None:
    """Messages 1, for any policy: still ahead, at most one of each kind, worth something for a while, and at no
    moment of that while in quiet hours or after the start.
    """
    now = start - timedelta(minutes=ahead)
    found = reminders(start, now=now, policy=policy)
    assert len({reminder.kind for reminder in found}) == len(found)
    for reminder in found:
        assert now < reminder.due_at < reminder.expires_at <= start
        last = reminder.expires_at - timedelta(microseconds=1)
        moment = reminder.due_at
        while moment <= last:
            assert not in_quiet_hours(moment, policy)
            moment += timedelta(minutes=30)
        assert not in_quiet_hours(last, policy)
