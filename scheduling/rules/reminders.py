"""When the reminders of a booking are due (product: Messages 1)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from models.shapes.base import DISTRICT_ZONE, local
from models.vocabulary import NoticeKind
from scheduling.policies import Policy


@dataclass(frozen=True, slots=True)
class DueReminder:
    """A reminder, when it is due and until when it is worth sending."""

    kind: NoticeKind
    due_at: datetime
    expires_at: datetime


SPARE = timedelta(hours=6)
"""So long before the first reminder is due at the latest, reminders are rows."""


def drawn_before(now: datetime, soon: timedelta) -> datetime:
    """Slots that start before this moment have their reminders drawn up: those of today and tomorrow.

    No evening's reminder is due earlier than the day before. `soon` is how long before the start the other one is due,
    by the policy: where that is days, its slots are drawn up so much earlier.
    """
    midnight = datetime.combine(local(now).date() + timedelta(days=2), time(0), tzinfo=DISTRICT_ZONE)
    return max(midnight, now + soon + SPARE)


def in_quiet_hours(moment: datetime, policy: Policy) -> bool:
    """Whether nothing may be sent at this moment."""
    hour = local(moment).hour
    return hour >= policy.quiet_from_hour or hour < policy.quiet_until_hour


def quiet_begins(moment: datetime, policy: Policy) -> datetime:
    """When the quiet hours of the evening after this moment of the day begin."""
    midnight = datetime.combine(local(moment).date(), time(0), tzinfo=DISTRICT_ZONE)
    return midnight + timedelta(hours=policy.quiet_from_hour)


def reminders(start: datetime, *, now: datetime, policy: Policy) -> list[DueReminder]:
    """The reminders still ahead: the evening before, and shortly before the start.

    A booking made after a reminder's time gets only those that remain. What would fall into the quiet hours is left
    out (the second one of an early slot is left to the evening's), and what could not be sent before they begin is
    not worth sending any more.
    """
    evening = datetime.combine(
        local(start).date() - timedelta(days=1), time(policy.evening_reminder_hour), tzinfo=DISTRICT_ZONE
    )
    soon = start - timedelta(minutes=policy.soon_reminder_minutes)
    wanted = ((NoticeKind.booking_reminder_evening, evening), (NoticeKind.booking_reminder_soon, soon))
    return [
        DueReminder(kind, due, min(start, quiet_begins(due, policy)))
        for kind, due in wanted
        if now < due < start and not in_quiet_hours(due, policy)
    ]
