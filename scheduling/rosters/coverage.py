"""No silent hole: asks in waves, alerts to managers, and the calendar of gaps (product: Volunteers 3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, Named
from models.shapes.rosters import CoverageView, ShiftGap
from models.tables import Shift, ShiftAsk, ShiftWait, Signup
from models.vocabulary import AskStatus, ShiftStatus, SignupStatus, WaitlistStatus
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import Value
from scheduling.locks import lock_persons, lock_shifts
from scheduling.policies import Policy
from scheduling.queries.points import managed_point
from scheduling.queries.rosters import ShiftRow, hands_of, roster_policies, shift_rows, shift_select
from scheduling.rosters.asking import ask, candidates, end_asks
from scheduling.rosters.telling import alert
from scheduling.rules.covering import Hands, alert_is_due, asks_for, wave_is_due

LOOKED_AHEAD = timedelta(days=14)
"""No policy asks earlier than that."""

A_WAVE = 10
"""For so many shifts people are asked in one transaction."""

A_SWEEP = 200
"""So many shifts or asks are looked at in one transaction of the other sweeps."""

A_LOOK = 1000
"""So many shifts with holes are looked at, the soonest first, to find those whose wave is due."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A place to be filled, or, with a signup, taken over: how many people a wave asks, and whether any is asked now."""

    signup_id: UUID | None
    asks: int
    is_asked: bool


async def send_waves(session: AsyncSession, *, now: datetime) -> int:
    """Asks matching people for shifts below their minimum, and for places that want a stand-in; returns for how many.

    A hole for which nobody is asked gets its wave at once; the next waves keep their distance. Where nobody can be asked
    the manager is told: no hole stays silent.
    """
    due = await _waves_due(session, now=now)
    if not due:
        return 0
    policies = await roster_policies(session, due.values())
    people: dict[UUID, list[UUID]] = {}
    for row in due.values():
        policy = policies[row.facts.point_id]
        count = max(1, row.facts.minimum) * policy.ask_wave_factor
        people[row.id] = await candidates(session, row, policy, count=count, now=now)
    await lock_persons(session, {one for some in people.values() for one in some})
    locked = await lock_shifts(session, due)
    expected = await hands_of(session, due)
    holes = await _holes(session, locked, expected, policies, now)
    for row in locked.values():
        if row.asked_at != now:
            await _wave(session, row, policies[row.facts.point_id], holes[row.id], people[row.id], now=now)
    await _mark(session, list(locked), {"asked_at": now})
    left = await _holes(session, locked, expected, policies, now)
    silent = {
        row.id: row
        for row in locked.values()
        if row.alerted_at is None and not all(hole.is_asked for hole in left[row.id])
    }
    await _alert(session, silent, policies, expected, what="nobody_to_ask", now=now)
    return len(locked)


async def _waves_due(session: AsyncSession, *, now: datetime) -> Mapping[UUID, ShiftRow]:
    """Shifts for which a wave is due, the soonest first; not locked."""
    sure = (
        select(func.count())
        .where(
            col(Signup.shift_id) == col(Shift.id),
            col(Signup.status).in_([SignupStatus.confirmed, SignupStatus.attended]),
        )
        .correlate(Shift)
        .scalar_subquery()
    )
    wanted = (
        select(func.count())
        .where(col(Signup.shift_id) == col(Shift.id), col(Signup.status) == SignupStatus.stand_in_wanted)
        .correlate(Shift)
        .scalar_subquery()
    )
    found = await shift_rows(
        session,
        shift_select()
        .where(
            col(Shift.status) == ShiftStatus.published,
            col(Shift.start) > now,
            col(Shift.start) <= now + LOOKED_AHEAD,
            or_(col(Shift.asked_at).is_(None), col(Shift.asked_at) < now),
            or_(sure + wanted < col(Shift.minimum), wanted > 0),
        )
        .order_by(col(Shift.start), col(Shift.id))
        .limit(A_LOOK),
    )
    rows = {row.id: row for row in found}
    policies = await roster_policies(session, found)
    holes = await _holes(session, rows, await hands_of(session, rows), policies, now)
    due = [row for row in found if _is_due(row, holes[row.id], policies[row.facts.point_id], now)]
    return {row.id: row for row in due[:A_WAVE]}


def _is_due(row: ShiftRow, holes: Sequence[Hole], policy: Policy, now: datetime) -> bool:
    if not holes:
        return False
    silent = row.alerted_at is None and not all(hole.is_asked for hole in holes)
    return silent or wave_is_due(row.asked_at, policy, now)


async def _holes(
    session: AsyncSession,
    rows: Mapping[UUID, ShiftRow],
    expected: Mapping[UUID, Hands],
    policies: Mapping[UUID, Policy],
    now: datetime,
) -> dict[UUID, list[Hole]]:
    """The holes of each shift: first its places that want a stand-in, then those that nobody has."""
    leavers = await session.execute(
        select(col(Signup.shift_id), col(Signup.id))
        .where(col(Signup.shift_id).in_(rows), col(Signup.status) == SignupStatus.stand_in_wanted)
        .order_by(col(Signup.id))
    )
    asked = await session.execute(
        select(col(ShiftAsk.shift_id), col(ShiftAsk.signup_id))
        .where(col(ShiftAsk.shift_id).in_(rows), col(ShiftAsk.status) == AskStatus.open)
        .distinct()
    )
    open_for = {(row.shift_id, row.signup_id) for row in asked}
    holes: dict[UUID, list[Hole]] = {shift_id: [] for shift_id in rows}
    for leaver in leavers:
        factor = policies[rows[leaver.shift_id].facts.point_id].ask_wave_factor
        is_asked = (leaver.shift_id, leaver.id) in open_for
        holes[leaver.shift_id].append(Hole(leaver.id, factor, is_asked))
    for shift_id, row in rows.items():
        if asks := asks_for(expected[shift_id], policies[row.facts.point_id], now):
            holes[shift_id].append(Hole(None, asks, (shift_id, None) in open_for))
    return holes


async def _wave(
    session: AsyncSession,
    row: ShiftRow,
    policy: Policy,
    holes: Sequence[Hole],
    people: Sequence[UUID],
    *,
    now: datetime,
) -> None:
    """One wave for a shift: for all its holes when it is time, before that for those for which nobody is asked."""
    for_all = wave_is_due(row.asked_at, policy, now)
    asked: set[UUID] = set()
    for hole in holes:
        if hole.is_asked and not for_all:
            continue
        left = [one for one in people if one not in asked]
        chosen = await ask(
            session,
            left,
            row,
            policy,
            count=hole.asks,
            signup_id=hole.signup_id,
            actor=SYSTEM,
            now=now,
        )
        asked.update(chosen)


async def _mark(session: AsyncSession, shift_ids: Sequence[UUID], values: Mapping[str, datetime]) -> None:
    if shift_ids:
        await session.execute(
            update(Shift)
            .where(col(Shift.id).in_(shift_ids))
            .values(**values)
            .execution_options(synchronize_session=False)
        )


async def _alert(
    session: AsyncSession,
    rows: Mapping[UUID, ShiftRow],
    policies: Mapping[UUID, Policy],
    expected: Mapping[UUID, Hands],
    *,
    what: str,
    now: datetime,
) -> None:
    """Tells those answerable that hands are missing, and remembers that they know."""
    data: dict[UUID, dict[str, Value]] = {
        shift_id: {"missing": expected[shift_id].doubtful, "minimum": expected[shift_id].minimum}
        for shift_id in rows
    }
    await alert(session, rows, policies, what=what, data=data, now=now)
    await _mark(session, list(rows), {"alerted_at": now})
    deeds = [Deed("shift.alerted", "shift", row.id, row.district_code) for row in rows.values()]
    await record(session, deeds, actor=SYSTEM, now=now)


async def alert_managers(session: AsyncSession, *, now: datetime) -> int:
    """Tells managers of shifts that are below their minimum shortly before, once for each hole; returns of how many."""
    sure = (
        select(func.count())
        .where(
            col(Signup.shift_id) == col(Shift.id),
            col(Signup.status).in_([SignupStatus.confirmed, SignupStatus.attended]),
        )
        .correlate(Shift)
        .scalar_subquery()
    )
    rows = await shift_rows(
        session,
        shift_select()
        .where(
            col(Shift.status) == ShiftStatus.published,
            col(Shift.start) > now,
            col(Shift.start) <= now + LOOKED_AHEAD,
            col(Shift.alerted_at).is_(None),
            sure < col(Shift.minimum),
        )
        .order_by(col(Shift.start), col(Shift.id))
        .limit(A_SWEEP),
    )
    policies = await roster_policies(session, rows)
    expected = await hands_of(session, [row.id for row in rows])
    near = [row.id for row in rows if alert_is_due(expected[row.id], policies[row.facts.point_id], now)]
    locked = await lock_shifts(session, near)
    expected = await hands_of(session, near)
    due = {
        row.id: row
        for row in locked.values()
        if row.alerted_at is None and alert_is_due(expected[row.id], policies[row.facts.point_id], now)
    }
    await _alert(session, due, policies, expected, what="understaffed", now=now)
    return len(due)


async def end_asks_in_vain(session: AsyncSession, *, now: datetime) -> int:
    """Ends asks for shifts that have begun, were cancelled or are filled; returns how many."""
    open_asks = col(ShiftAsk.status) == AskStatus.open
    begun = await session.execute(
        select(col(ShiftAsk.id))
        .join(Shift, col(Shift.id) == col(ShiftAsk.shift_id))
        .where(open_asks, or_(col(ShiftAsk.start) <= now, col(Shift.status) != ShiftStatus.published))
        .limit(A_SWEEP)
    )
    ids = list(begun.scalars())
    await end_asks(session, ids, AskStatus.over, now=now)
    return len(ids)


async def coverage(
    session: AsyncSession, *, actor: Actor, point_id: UUID, first: date, last: date, now: datetime
) -> CoverageView:
    """A point's shifts between two days with their gaps, drafts too. Raises NotFoundError, ForbiddenError."""
    point = await managed_point(session, actor=actor, point_id=point_id)
    rows = await shift_rows(
        session,
        shift_select()
        .where(
            col(Shift.point_id) == point_id,
            col(Shift.start) >= datetime.combine(first, time(0), tzinfo=DISTRICT_ZONE),
            col(Shift.start) < datetime.combine(last + timedelta(days=1), time(0), tzinfo=DISTRICT_ZONE),
        )
        .order_by(col(Shift.start), col(Shift.id)),
    )
    gaps = await gaps_of(session, rows)
    return CoverageView(
        point=Named(id=point.id, name=point.name),
        first=first,
        last=last,
        shifts=gaps,
        uncovered=sum(
            gap.missing > 0 for gap in gaps if gap.status is ShiftStatus.published and gap.end > now
        ),
    )


async def gaps_of(session: AsyncSession, rows: Sequence[ShiftRow]) -> list[ShiftGap]:
    """Shifts as their manager sees them."""
    ids = [row.id for row in rows]
    expected = await hands_of(session, ids)
    asks = await session.execute(
        select(col(ShiftAsk.shift_id), func.count())
        .where(col(ShiftAsk.shift_id).in_(ids), col(ShiftAsk.status) == AskStatus.open)
        .group_by(col(ShiftAsk.shift_id))
    )
    waits = await session.execute(
        select(col(ShiftWait.shift_id), func.count())
        .where(
            col(ShiftWait.shift_id).in_(ids),
            col(ShiftWait.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
        )
        .group_by(col(ShiftWait.shift_id))
    )
    asked = {row[0]: row[1] for row in asks}
    waiting = {row[0]: row[1] for row in waits}
    return [
        ShiftGap(
            **row.shown(),
            hands=expected[row.id].sure + expected[row.id].leaving,
            leaving=expected[row.id].leaving,
            missing=expected[row.id].missing,
            asks=asked.get(row.id, 0),
            waiting=waiting.get(row.id, 0),
            alerted_at=row.alerted_at,
            version=row.version,
        )
        for row in rows
    ]
