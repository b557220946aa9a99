"""What serving and staying away lead to: minutes, absences, suspensions (product: Volunteers 1 and 4). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduling.policies import Policy
from scheduling.rules.roster import minutes_between


def served_minutes(start: datetime, end: datetime, came: datetime, left: datetime) -> int:
    """How long somebody served: from check-in to check-out, within the shift."""
    return max(0, minutes_between(max(start, came), min(end, left)))


@dataclass(frozen=True, slots=True)
class Turnout:
    """Whether somebody came to a shift that they had a place on."""

    end: datetime
    came: bool


def absences_standing(turnouts: Sequence[Turnout], policy: Policy) -> list[datetime]:
    """The absences that are not forgiven, by the end of their shifts, in order.

    So many shifts served in a row forgive the latest absence before them.
    """
    standing: list[datetime] = []
    in_a_row = 0
    for turnout in sorted(turnouts, key=lambda one: one.end):
        if not turnout.came:
            standing.append(turnout.end)
            in_a_row = 0
            continue
        in_a_row += 1
        if in_a_row == policy.absence_forgiven_after:
            in_a_row = 0
            if standing:
                standing.pop()
    return standing


def suspended_until(turnouts: Sequence[Turnout], policy: Policy, now: datetime) -> datetime | None:
    """Until when signing up rests because of absences; None when it does not."""
    window = now - timedelta(days=policy.absence_window_days)
    counted = [end for end in absences_standing(turnouts, policy) if end > window]
    if len(counted) < policy.absence_limit:
        return None
    until = counted[-1] + timedelta(days=policy.suspension_days)
    return until if until > now else None


def credited(minutes: int, balance: int, cap: int) -> int:
    """How many of these minutes still fit into an account of the time bank (Volunteers 4)."""
    return min(minutes, max(0, cap - balance))
