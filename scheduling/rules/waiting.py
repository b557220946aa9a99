"""Who is offered freed places, until when an offer holds, whose is withdrawn (product: Booking 7, docs/WAITLIST.md).

Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from models.shapes.base import DISTRICT_ZONE, local
from scheduling.policies import Policy
from scheduling.rules.reminders import in_quiet_hours


@dataclass(frozen=True, slots=True)
class Waiting:
    """A waiting party, without an offer. `held` places are being gathered for it already."""

    entry_id: UUID
    party: int
    passed_over: int
    held: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What freed places mean for one waiting party: how many are held for it now, whether it is offered them, and how
    often it was passed over by now.
    """

    entry_id: UUID
    held: int
    offered: bool
    passed_over: int


def turns(queue: Sequence[Waiting], free: int, most_passes: int) -> list[Turn]:
    """Shares `free` places among the queue, which is in its order: priority first, then first come.

    A party is offered places all or nothing. One that does not fit is passed over and keeps its place in the queue;
    passed over as often as the policy allows, places are gathered for it before anybody behind it gets any. Returns
    only the entries for which something changes; with nothing free nothing does.
    """
    found: list[Turn] = []
    for entry in queue:
        if free <= 0:
            break
        missing = entry.party - entry.held
        if missing <= free:
            free -= missing
            found.append(Turn(entry.entry_id, entry.party, True, entry.passed_over))
        elif entry.passed_over >= most_passes:
            found.append(Turn(entry.entry_id, entry.held + free, False, entry.passed_over))
            free = 0
        else:
            found.append(Turn(entry.entry_id, entry.held, False, entry.passed_over + 1))
    return found


def given_back(held: Sequence[int], excess: int) -> list[int]:
    """Which holds are given back, by position, for `excess` places to be free again: the first, as many as it takes, less
    those without which it is enough all the same.

    So what is left over is too little for any of them: no offer is withdrawn and made again in one moment.
    """
    found: list[int] = []
    freed = 0
    for position, places in enumerate(held):
        if freed >= excess:
            break
        found.append(position)
        freed += places
    needed: list[int] = []
    for position in reversed(found):
        if freed - held[position] >= excess:
            freed -= held[position]
        else:
            needed.append(position)
    return needed[::-1]


def offer_until(start: datetime, now: datetime, policy: Policy) -> datetime:
    """Until when an offer made now holds: half an hour, less when the start is near, and never past the start.

    In the quiet hours nobody is told; the time then runs from their end.
    """
    told = told_at(now, policy)
    near = start - told <= timedelta(hours=policy.offer_soon_hours)
    minutes = policy.offer_minutes_soon if near else policy.offer_minutes
    return min(start, told + timedelta(minutes=minutes))


def told_at(now: datetime, policy: Policy) -> datetime:
    """When somebody may be told of what happens now: at once, or at the end of the quiet hours."""
    if not in_quiet_hours(now, policy):
        return now
    here = local(now)
    day = here.date() + timedelta(days=1 if here.hour >= policy.quiet_from_hour else 0)
    return datetime.combine(day, time(policy.quiet_until_hour), tzinfo=DISTRICT_ZONE)
