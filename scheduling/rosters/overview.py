"""All that a volunteer has ahead, and all that waits for their answer, at once: what a first look shows."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.shapes.rosters import RosterView, SignupView
from models.vocabulary import SignupStatus
from scheduling.actors import Actor
from scheduling.rosters import signups, stand_ins, standing, swaps, waits

SHOWN = 50
"""So many of each are shown: more than anybody has ahead within the hours that a week allows."""

LATELY = 5
"""So many of those that are over are looked at: whoever is to check out yet is among the latest."""


async def overview(session: AsyncSession, *, actor: Actor, now: datetime) -> RosterView:
    """The actor's places, queues, asks and standing places, soonest first, and their swaps, latest first. A shift that is
    over is among the places as long as one can still check out of it.
    """
    places, _ = await signups.mine(session, actor=actor, when="upcoming", now=now, limit=SHOWN, after=None)
    over, _ = await signups.mine(session, actor=actor, when="past", now=now, limit=LATELY, after=None)
    queues, _ = await waits.mine(session, actor=actor, limit=SHOWN, after=None)
    asks, _ = await stand_ins.mine(session, actor=actor, limit=SHOWN, after=None)
    exchanges, _ = await swaps.mine(session, actor=actor, limit=SHOWN, after=None)
    return RosterView(
        signups=[*(one for one in reversed(over) if _may_check_out(one, now)), *places],
        waits=queues,
        asks=asks,
        swaps=exchanges,
        standing=await standing.mine(session, actor=actor),
    )


def _may_check_out(signup: SignupView, now: datetime) -> bool:
    return (
        signup.status is SignupStatus.attended
        and signup.checked_out_at is None
        and signup.verified_at is None
        and now <= signup.check_out_until
    )
