"""How fast a channel may be given messages, when nothing is sent, and how long to wait after a failure. Pure.

One bucket a channel, shared by all processes: it fills at `a_second` and holds at most `burst`. One address gets its
next message `apart` after the one before was taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from models.shapes.base import DISTRICT_ZONE, local
from models.vocabulary import Channel

LEASE = timedelta(seconds=60)
"""How long a claimed notice is its claimer's, where nothing else is said."""

FIRST_PAUSE = timedelta(seconds=30)
"""The pause after the first failure; it doubles with each further one."""

MOST_ATTEMPTS = 8
"""After so many failures a notice is given up and shown to staff: a dead letter."""


@dataclass(frozen=True, slots=True)
class Pace:
    """The rate of a channel: messages a second over all addresses, how many at once, and the pause within one. A claimed
    notice is its claimer's for the `lease`.
    """

    a_second: float
    burst: float
    apart: timedelta
    lease: timedelta = LEASE


PACES: Mapping[Channel, Pace] = {
    # Telegram takes about 30 a second of one bot, and one a second in a chat. Some are left for answers.
    Channel.telegram: Pace(a_second=25, burst=5, apart=timedelta(seconds=1)),
    Channel.email: Pace(a_second=10, burst=10, apart=timedelta(0)),
    Channel.sms: Pace(a_second=20, burst=20, apart=timedelta(seconds=1)),
    Channel.wechat: Pace(a_second=20, burst=20, apart=timedelta(seconds=1)),
}
"""Channels that are pushed to. The chat page is not among them: what is open there asks for its own."""


def refilled(tokens: float, since: datetime, now: datetime, pace: Pace) -> float:
    """What is in the bucket by now. A clock that went back takes nothing away."""
    passed = max(0.0, (now - since).total_seconds())
    return min(pace.burst, tokens + passed * pace.a_second)


def wait_s(tokens: float, pace: Pace) -> float:
    """Seconds until it is worth asking again: the bucket is half full, or holds a whole message at least."""
    return max(0.0, (max(1.0, pace.burst / 2) - tokens) / pace.a_second)


def pause_after(attempts: int, asked: timedelta | None = None) -> timedelta:
    """How long to wait after so many failures: as long as the channel asked, or twice as long as before."""
    return asked if asked is not None else FIRST_PAUSE * 2 ** (attempts - 1)


def quiet_end(moment: datetime, quiet_from: int, quiet_until: int) -> datetime | None:
    """The end of the quiet hours that a moment falls into; None when it falls into none."""
    here = local(moment)
    if quiet_until <= here.hour < quiet_from:
        return None
    day = here.date() + timedelta(days=1 if here.hour >= quiet_from else 0)
    return datetime.combine(day, time(quiet_until), tzinfo=DISTRICT_ZONE)
