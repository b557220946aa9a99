"""How long an update of a chat is its claimer's, and when one that fails is given up. Pure."""

from datetime import timedelta

LEASE = timedelta(seconds=20)
"""How long a claimed update is its claimer's, who says again and again that it still has it in hand. So long a chat waits
when a process dies.
"""

LONGEST_LEASE = timedelta(seconds=60)
"""A further attempt has twice the time of the one before, up to this: who is only slow is not to be given up."""

MOST_ATTEMPTS = 4
"""After so many attempts an update is `spent`: it is not worked on again, only apologised for."""

MOST_CLAIMS = MOST_ATTEMPTS + 2
"""When not even the apology is ever reported, the update is set aside by whoever claims next."""

FIRST_PAUSE = timedelta(seconds=1)
"""The pause after a first failure; it grows fourfold with each further one. The chat's other updates wait as well: they
are answered in order.
"""

LONGEST_PAUSE = timedelta(seconds=60)
"""Where the growing ends, and the longest that a chat waits by a clock that was set back."""

MOST_COUNTED = 1000
"""Whoever has more updates waiting is counted no further."""


def lease(attempt: int) -> timedelta:
    """How long the claim of this attempt (1 or more) holds, from when it was made or last prolonged."""
    doubled: timedelta = LEASE * (1 << (min(attempt, 10) - 1))
    return min(doubled, LONGEST_LEASE)


def pause_after(attempts: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after so many failures (1 or more): as asked, or ever longer; never more than `LONGEST_PAUSE`."""
    pause = FIRST_PAUSE * 4 ** (min(attempts, 10) - 1) if asked is None else asked
    return min(pause, LONGEST_PAUSE)
