"""What there is to know of each kind of notice besides its words: the one place where a new kind is declared.

Its words stand in `bot/news.py`, for the same kinds; `tests/bot/test_kinds.py` holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum

from models.vocabulary import NoticeGroup, NoticeKind


class Priority(IntEnum):
    """Which of several notices goes first. What one person waits for passes what thousands are told at once."""

    prompt = 0
    usual = 1
    bulk = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of notice.

    `worth`: so long after it became due it is still worth sending, where whoever owes it does not know better.
    `group`: with which others a person can do without it; none: it always comes. `may_wake`: it is sent in the quiet
    hours when whoever owes it made it due in them (Messages 1: a cancellation for the same night or next morning).
    """

    priority: Priority
    worth: timedelta
    group: NoticeGroup | None = None
    may_wake: bool = False


HALF_A_DAY, A_DAY, A_WEEK = timedelta(hours=12), timedelta(days=1), timedelta(days=7)

KINDS: Mapping[NoticeKind, Kind] = {
    NoticeKind.booking_confirmed: Kind(
        priority=Priority.prompt, worth=A_DAY, group=NoticeGroup.confirmations
    ),
    NoticeKind.booking_reminder_evening: Kind(
        priority=Priority.usual, worth=timedelta(hours=3), group=NoticeGroup.evening_reminders
    ),
    NoticeKind.booking_reminder_soon: Kind(
        priority=Priority.usual, worth=timedelta(hours=2), group=NoticeGroup.soon_reminders
    ),
    NoticeKind.booking_changed: Kind(priority=Priority.prompt, worth=HALF_A_DAY, may_wake=True),
    NoticeKind.booking_cancelled_by_point: Kind(priority=Priority.prompt, worth=HALF_A_DAY, may_wake=True),
    NoticeKind.booking_cancelled_by_relative: Kind(
        priority=Priority.prompt, worth=HALF_A_DAY, group=NoticeGroup.confirmations
    ),
    NoticeKind.series_result: Kind(priority=Priority.prompt, worth=A_WEEK, group=NoticeGroup.confirmations),
    NoticeKind.waitlist_offer: Kind(priority=Priority.prompt, worth=timedelta(minutes=30)),
    NoticeKind.waitlist_offer_withdrawn: Kind(priority=Priority.prompt, worth=HALF_A_DAY),
    NoticeKind.waitlist_closed: Kind(priority=Priority.usual, worth=HALF_A_DAY),
    NoticeKind.pause_started: Kind(priority=Priority.usual, worth=A_WEEK),
    NoticeKind.pause_ended: Kind(priority=Priority.usual, worth=A_WEEK),
    NoticeKind.point_over_capacity: Kind(
        priority=Priority.prompt, worth=HALF_A_DAY, group=NoticeGroup.alerts
    ),
    NoticeKind.point_counts_stale: Kind(priority=Priority.usual, worth=A_DAY, group=NoticeGroup.alerts),
    NoticeKind.point_morning: Kind(
        priority=Priority.usual, worth=timedelta(hours=4), group=NoticeGroup.summaries
    ),
    NoticeKind.shift_reminder_evening: Kind(
        priority=Priority.usual, worth=timedelta(hours=3), group=NoticeGroup.evening_reminders
    ),
    NoticeKind.shift_reminder_soon: Kind(
        priority=Priority.usual, worth=timedelta(hours=2), group=NoticeGroup.soon_reminders
    ),
    NoticeKind.shift_news: Kind(priority=Priority.prompt, worth=A_DAY),
    NoticeKind.shift_offer: Kind(priority=Priority.prompt, worth=timedelta(minutes=30)),
    NoticeKind.shift_ask: Kind(priority=Priority.usual, worth=HALF_A_DAY),
    NoticeKind.shift_swap: Kind(priority=Priority.prompt, worth=HALF_A_DAY),
    NoticeKind.shift_alert: Kind(priority=Priority.prompt, worth=HALF_A_DAY, group=NoticeGroup.alerts),
    NoticeKind.booking_at_risk: Kind(priority=Priority.usual, worth=HALF_A_DAY),
    NoticeKind.booking_safe_again: Kind(priority=Priority.usual, worth=HALF_A_DAY),
    NoticeKind.request_news: Kind(priority=Priority.usual, worth=A_WEEK),
    NoticeKind.request_work: Kind(priority=Priority.usual, worth=A_WEEK),
    NoticeKind.wish_news: Kind(priority=Priority.usual, worth=A_WEEK),
    NoticeKind.thread_message: Kind(priority=Priority.prompt, worth=A_WEEK, may_wake=True),
    NoticeKind.thread_handed: Kind(priority=Priority.prompt, worth=A_WEEK),
    NoticeKind.thread_alert: Kind(priority=Priority.prompt, worth=A_DAY),
    NoticeKind.thread_closed: Kind(priority=Priority.usual, worth=A_DAY),
    NoticeKind.point_message: Kind(priority=Priority.prompt, worth=A_DAY, may_wake=True),
    NoticeKind.job_overdue: Kind(priority=Priority.prompt, worth=A_DAY, may_wake=True),
    NoticeKind.rating_asked: Kind(priority=Priority.usual, worth=A_DAY, group=NoticeGroup.confirmations),
    NoticeKind.address_code: Kind(priority=Priority.prompt, worth=timedelta(minutes=15), may_wake=True),
    NoticeKind.chat_linked: Kind(priority=Priority.prompt, worth=A_WEEK, may_wake=True),
}
"""Every kind there is."""

REMINDERS = frozenset(
    kind
    for kind, about in KINDS.items()
    if about.group in {NoticeGroup.evening_reminders, NoticeGroup.soon_reminders}
)
"""The reminders of a booking: worth nothing once it is moved or cancelled."""


def group_of(kind: NoticeKind) -> NoticeGroup | None:
    """With which others a person can do without it."""
    return KINDS[kind].group


def groups_not_wanted(*, reminders: bool, opted_out: list[str]) -> frozenset[str]:
    """The groups that a person does without. Stopping reminders altogether is one tap (Messages 1)."""
    both = () if reminders else (NoticeGroup.evening_reminders, NoticeGroup.soon_reminders)
    return frozenset({*opted_out, *both})
