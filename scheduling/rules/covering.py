"""How holes are filled: how many are missing, how many are asked in a wave, how far dependent slots shrink (product:
Volunteers 3). Pure.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.vocabulary import ShiftStatus
from scheduling.policies import Policy


@dataclass(frozen=True, slots=True)
class Hands:
    """Who is expected on a shift: `sure` come, `leaving` wait for a stand-in and come if there is none, `held` are places
    offered to waiting people.
    """

    start: datetime
    needed: int
    minimum: int
    status: ShiftStatus
    sure: int
    leaving: int = 0
    held: int = 0

    @property
    def missing(self) -> int:
        """Hands below the minimum, apart from those that wait for a stand-in."""
        return max(0, self.minimum - self.sure - self.leaving)

    @property
    def doubtful(self) -> int:
        """Hands below the minimum if nobody takes the places of those who want to leave."""
        return max(0, self.minimum - self.sure)


def asks_for(hands: Hands, policy: Policy, now: datetime) -> int:
    """How many people a wave asks to fill the shift; 0 outside the time for it. Places held for waiting people count as
    filled until their offers run out.
    """
    if hands.status is not ShiftStatus.published or now >= hands.start:
        return 0
    if hands.start - now > timedelta(hours=policy.coverage_hours):
        return 0
    return max(0, hands.missing - hands.held) * policy.ask_wave_factor


def wave_is_due(asked_at: datetime | None, policy: Policy, now: datetime) -> bool:
    """Whether the next wave may go out."""
    return asked_at is None or now - asked_at >= timedelta(minutes=policy.ask_wave_minutes)


def alert_is_due(hands: Hands, policy: Policy, now: datetime) -> bool:
    """Whether the manager has to know that hands are missing."""
    near = now < hands.start <= now + timedelta(hours=policy.alert_hours)
    return near and hands.status is ShiftStatus.published and hands.doubtful > 0


def share_of_hands(hands: Hands, policy: Policy, now: datetime) -> float:
    """Which part of its places a dependent service can give: all of them unless hands are missing shortly before.

    A shift that was cancelled has no hands at all.
    """
    if now < hands.start - timedelta(hours=policy.alert_hours) or hands.minimum == 0:
        return 1.0
    if hands.status is not ShiftStatus.published:
        return 0.0
    return min(1.0, (hands.sure + hands.leaving) / hands.minimum)


def reduced_capacity(capacity: int, share: float) -> int:
    """The places that this part is, rounded down."""
    return int(capacity * share + 1e-9)
