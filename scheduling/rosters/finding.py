"""Shifts that a volunteer can really take now: what a refusal proposes instead, and what `eligible` lists."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Coordinates
from models.shapes.rosters import ShiftView
from models.tables import Shift
from models.vocabulary import ShiftStatus
from scheduling.actors import Actor
from scheduling.policies import Policy
from scheduling.queries.rosters import (
    Known,
    ShiftRow,
    roster_policies,
    shift_rows,
    shift_select,
    shifts_by_id,
    volunteers_by_id,
)
from scheduling.rosters.shifts import Search
from scheduling.rosters.shifts import search as search_shifts
from scheduling.rules.distance import metres
from scheduling.rules.roster import ShiftWish, refusals

PROPOSED = 3
"""So many shifts a refusal proposes."""

LOOK = 300
"""So many shifts with free places are looked at, the soonest first."""

LOOKED_AHEAD = timedelta(days=21)

AT_A_TIME = 100
"""The list of eligible shifts looks at so many at a time …"""
MOST_LOOKS = 10
"""… and so often for one page."""


def may_take(known: Known, row: ShiftRow, policy: Policy, now: datetime) -> bool:
    """Whether every rule lets somebody sign up for a shift now."""
    return not refusals(ShiftWish(row.facts, known.facts, policy, now))


async def takeable(
    session: AsyncSession, *, actor: Actor, shift_id: UUID, now: datetime, person_id: UUID | None = None
) -> list[ShiftView]:
    """Up to three other shifts that a person can take: of the same point and role first, then near it, then soon."""
    me = person_id or actor.require_person()
    known = (await volunteers_by_id(session, [me], now=now)).get(me)
    origin = (await shifts_by_id(session, [shift_id])).get(shift_id)
    if known is None or origin is None:
        return []
    rows = await shift_rows(
        session,
        shift_select()
        .where(
            col(Shift.status) == ShiftStatus.published,
            col(Shift.start).between(now, now + LOOKED_AHEAD),
            col(Shift.taken) < col(Shift.needed),
            col(Shift.id) != shift_id,
            col(Shift.district_code) == known.district_code,
        )
        .order_by(col(Shift.start), col(Shift.id))
        .limit(LOOK),
    )
    policies = await roster_policies(session, rows)
    there = _place(origin)
    fitting = [row for row in rows if may_take(known, row, policies[row.facts.point_id], now)]
    fitting.sort(
        key=lambda row: (
            row.facts.point_id != origin.facts.point_id,
            row.facts.role != origin.facts.role,
            metres(there, _place(row)),
            row.facts.start,
            row.id,
        )
    )
    # Each of them must still be free to take when the first has been: that is for the person to choose.
    return [row.view() for row in fitting[:PROPOSED]]


def _place(row: ShiftRow) -> Coordinates:
    return Coordinates(latitude=row.point.latitude, longitude=row.point.longitude)


Cursor = tuple[datetime, UUID]


async def eligible(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: Search,
    now: datetime,
    limit: int,
    after: Cursor | None,
) -> tuple[list[ShiftView], Cursor | None]:
    """The shifts of a search that the actor can take now, and where the next page begins."""
    me = actor.require_person()
    known = (await volunteers_by_id(session, [me], now=now))[me]
    wanted = replace(wanted, start=max(wanted.start, now))
    found: list[ShiftView] = []
    for _ in range(MOST_LOOKS):
        views, following = await search_shifts(
            session, actor=actor, wanted=wanted, limit=AT_A_TIME, after=after
        )
        fitting = await _fitting(session, known, views, now)
        room = limit - len(found)
        found += fitting[:room]
        if len(fitting) > room:
            return found, (found[-1].start, found[-1].id)
        after = following
        if following is None or len(found) == limit:
            break
    return found, after


async def _fitting(
    session: AsyncSession, known: Known, views: Sequence[ShiftView], now: datetime
) -> list[ShiftView]:
    rows = await shifts_by_id(session, [view.id for view in views])
    policies = await roster_policies(session, rows.values())
    return [
        view for view in views if may_take(known, rows[view.id], policies[rows[view.id].facts.point_id], now)
    ]
