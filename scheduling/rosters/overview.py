"""All that a volunteer has ahead, and all that waits for their answer, at once: what a first look shows."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from models.shapes.rosters import RosterView
from scheduling.actors import Actor
from scheduling.rosters import signups, stand_ins, standing, swaps, waits

SHOWN = 50
"""So many of each are shown: more than anybody has ahead within the hours that a week allows."""


async def overview(session: AsyncSession, *, actor: Actor, now: datetime) -> RosterView:
    """The actor's places, queues, asks and standing places, soonest first, and their swaps, latest first."""
    places, _ = await signups.mine(session, actor=actor, when="upcoming", now=now, limit=SHOWN, after=None)
    queues, _ = await waits.mine(session, actor=actor, limit=SHOWN, after=None)
    asks, _ = await stand_ins.mine(session, actor=actor, limit=SHOWN, after=None)
    exchanges, _ = await swaps.mine(session, actor=actor, limit=SHOWN, after=None)
    return RosterView(
        signups=places,
        waits=queues,
        asks=asks,
        swaps=exchanges,
        standing=await standing.mine(session, actor=actor),
    )
