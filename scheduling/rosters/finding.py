"""Shifts that a volunteer can really take now: what a refusal proposes instead, and what `eligible` lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Coordinates, local_day
from models.shapes.rosters import OwnSignup, OwnWait, ReasonView, Recurrence, ShiftForMe, ShiftView
from models.shapes.volunteers import VolunteerEdit
from models.tables import Shift, ShiftAsk, ShiftWait, Signup, Volunteer
from models.vocabulary import AskStatus, Category, ShiftStatus, SignupStatus, WaitlistStatus
from scheduling.actors import Actor
from scheduling.errors import Reason
from scheduling.policies import Policy
from scheduling.queries.roster_views import recurrences
from scheduling.queries.rosters import (
    Known,
    ShiftRow,
    roster_policies,
    shift_rows,
    shift_select,
    shifts_by_id,
    volunteers_by_id,
)
from scheduling.rosters.managing import visible_shift
from scheduling.rosters.shifts import Cursor, Search, search_rows
from scheduling.rules.distance import metres
from scheduling.rules.roster import Claim, ShiftWish, refusals

PROPOSED = 3
"""So many shifts a refusal proposes."""

LOOK = 300
"""So many shifts with free places are looked at, the soonest first."""

LOOKED_AHEAD = timedelta(days=21)

AT_A_TIME = 100
"""The list of eligible shifts looks at so many at a time …"""
MOST_LOOKS = 10
"""… and so often for one page."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A shift, everything that speaks against signing up for it, and what somebody is to it already."""

    row: ShiftRow
    reasons: Sequence[Reason]
    signup: OwnSignup | None
    wait: OwnWait | None
    ask_id: UUID | None
    can_wait: bool
    template: Recurrence | None

    def shown(self, words: Callable[[str], str]) -> ShiftForMe:
        """As the API shows it; `words` says a reason's code in the caller's language."""
        return ShiftForMe(
            **self.row.shown(),
            reasons=[ReasonView(code=one.code, title=words(one.code), **one.data) for one in self.reasons],
            signup=self.signup,
            wait=self.wait,
            ask_id=self.ask_id,
            can_wait=self.can_wait,
            template=self.template,
        )


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
    known = await _me(session, actor, now)
    rows, following = await _eligible(session, actor, known, wanted, now=now, limit=limit, after=after)
    return [row.view() for row in rows], following


async def _me(session: AsyncSession, actor: Actor, now: datetime, for_shifts: Sequence[UUID] = ()) -> Known:
    me = actor.require_person()
    return (await volunteers_by_id(session, [me], now=now, for_shifts=for_shifts))[me]


async def _eligible(
    session: AsyncSession,
    actor: Actor,
    known: Known,
    wanted: Search,
    *,
    now: datetime,
    limit: int,
    after: Cursor | None,
) -> tuple[list[ShiftRow], Cursor | None]:
    wanted = replace(wanted, start=max(wanted.start, now))
    found: list[ShiftRow] = []
    for _ in range(MOST_LOOKS):
        rows, following = await search_rows(session, actor=actor, wanted=wanted, limit=AT_A_TIME, after=after)
        policies = await roster_policies(session, rows)
        fitting = [row for row in rows if may_take(known, row, policies[row.facts.point_id], now)]
        room = limit - len(found)
        found += fitting[:room]
        if len(fitting) > room:
            return found, (found[-1].facts.start, found[-1].id)
        after = following
        if following is None or len(found) == limit:
            break
    return found, after


async def search_for_me(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: Search,
    wished: bool,
    in_reach: bool,
    takeable: bool,
    now: datetime,
    limit: int,
    after: Cursor | None,
) -> tuple[list[Judged], Cursor | None]:
    """The shifts of a search, each with what the actor is to it and everything that speaks against it, and where the next
    page begins. `wished`: only of the categories that they wish for, of all when they named none; `in_reach`: only as far
    from the search's place as they would go; `takeable`: only those that they can take now.
    """
    if wished or in_reach:
        volunteer = await session.get(Volunteer, actor.require_person())
        # Whoever has no profile yet is as one who has just made it.
        profile = VolunteerEdit() if volunteer is None else volunteer
        codes = tuple(Category(code) for code in profile.categories_wished)
        wanted = replace(
            wanted,
            categories=codes or None if wished else wanted.categories,
            radius_m=profile.reach_m if in_reach else wanted.radius_m,
        )
    if takeable:
        known = await _me(session, actor, now)
        rows, following = await _eligible(session, actor, known, wanted, now=now, limit=limit, after=after)
    else:
        rows, following = await search_rows(session, actor=actor, wanted=wanted, limit=limit, after=after)
    return await _judged(session, actor, rows, now), following


async def show_for_me(session: AsyncSession, *, actor: Actor, shift_id: UUID, now: datetime) -> Judged:
    """One shift in the same way. Raises NotFoundError."""
    row = await visible_shift(session, actor=actor, shift_id=shift_id)
    return (await _judged(session, actor, [row], now))[0]


async def _judged(
    session: AsyncSession, actor: Actor, rows: Sequence[ShiftRow], now: datetime
) -> list[Judged]:
    me, ids = actor.require_person(), [row.id for row in rows]
    known = await _me(session, actor, now, ids)
    policies = await roster_policies(session, rows)
    signups = await session.execute(
        select(col(Signup.shift_id), col(Signup.id), col(Signup.status)).where(
            col(Signup.person_id) == me,
            col(Signup.shift_id).in_(ids),
            col(Signup.status).not_in([SignupStatus.withdrawn, SignupStatus.refused]),
        )
    )
    waits = await session.execute(
        select(col(ShiftWait.shift_id), col(ShiftWait.id), col(ShiftWait.status)).where(
            col(ShiftWait.person_id) == me,
            col(ShiftWait.shift_id).in_(ids),
            col(ShiftWait.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
        )
    )
    asks = await session.execute(
        select(col(ShiftAsk.shift_id), col(ShiftAsk.id)).where(
            col(ShiftAsk.person_id) == me,
            col(ShiftAsk.shift_id).in_(ids),
            col(ShiftAsk.status) == AskStatus.open,
        )
    )
    own = {row.shift_id: OwnSignup(id=row.id, status=row.status) for row in signups}
    waiting = {row.shift_id: OwnWait(id=row.id, status=row.status) for row in waits}
    asked = {row.shift_id: row.id for row in asks}
    templates = await recurrences(
        session, {row.template_id for row in rows if row.template_id is not None}, open_on=local_day(now)
    )
    found: list[Judged] = []
    for row in rows:
        policy = policies[row.facts.point_id]
        to_wait = ShiftWish(row.facts, known.facts, policy, now, Claim.waiting)
        queues = row.facts.direct and row.facts.free == 0 and row.id not in waiting
        found.append(
            Judged(
                row,
                refusals(ShiftWish(row.facts, known.facts, policy, now)),
                own.get(row.id),
                waiting.get(row.id),
                asked.get(row.id),
                can_wait=queues and not refusals(to_wait),
                template=None if row.template_id is None else templates.get(row.template_id),
            )
        )
    return found
