"""When missed bookings pause booking ahead (product: Booking 5). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from scheduling.policies import Policy


@dataclass(frozen=True, slots=True)
class Miss:
    """A booking to which nobody came; `at` is its end."""

    booking_id: UUID
    at: datetime


def pausing(misses: Sequence[Miss], policy: Policy) -> tuple[UUID, ...]:
    """The misses that lead to a pause, oldest first; none when they do not.

    `misses` are those of one person in one category that led to no pause yet: each counts once. Those count that fall
    into the window before the newest. At the limit booking ahead rests, unless the policy knows no pauses.
    """
    if not misses or not policy.pauses or policy.pause_days == 0:
        return ()
    newest = max(miss.at for miss in misses)
    since = newest - timedelta(days=policy.no_show_window_days)
    counted = sorted(
        (miss for miss in misses if miss.at > since), key=lambda miss: (miss.at, miss.booking_id)
    )
    return tuple(miss.booking_id for miss in counted) if len(counted) >= policy.no_show_limit else ()
