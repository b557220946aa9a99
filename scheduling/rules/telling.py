"""When people are told that the point had to cancel or change their booking (product: Messages 1). Pure."""

from datetime import datetime, time

from models.shapes.base import DISTRICT_ZONE, local
from scheduling.policies import Policy
from scheduling.rules.waiting import told_at

NOON = time(12)
"""Where the morning ends."""


def told_of_loss_at(start: datetime, now: datetime, policy: Policy) -> datetime:
    """At once by day. In the quiet hours only when the booking was for the same night or the next morning; else at
    their end.
    """
    morning = told_at(now, policy)
    if morning == now:
        return now
    noon = datetime.combine(local(morning).date(), NOON, tzinfo=DISTRICT_ZONE)
    return now if start < noon else morning
