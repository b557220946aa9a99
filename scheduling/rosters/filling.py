"""The one path of freed places on shifts: whoever gives one back ends here, in the same transaction.

It works like the waitlist of bookings (docs/WAITLIST.md): the same pure rules, with parties of one.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Shift, ShiftWait
from models.vocabulary import NoticeKind, ShiftStatus, WaitlistStatus
from scheduling import notices
from scheduling.actors import SYSTEM
from scheduling.audit import Deed, record
from scheduling.locks import lock_shifts
from scheduling.queries.rosters import roster_policies
from scheduling.rosters import hands
from scheduling.rosters.telling import shift_data
from scheduling.rules.booking import when
from scheduling.rules.waiting import Waiting, offer_until, told_at, turns


async def fill(session: AsyncSession, shift_ids: Sequence[UUID], *, now: datetime) -> int:
    """Offers whatever is free on these shifts to those who wait for them; returns how many offers were made.

    One statement when nobody waits. Callers hold the shifts' locks.
    """
    rows = await session.execute(
        select(ShiftWait)
        .where(col(ShiftWait.shift_id).in_(set(shift_ids)), col(ShiftWait.status) == WaitlistStatus.waiting)
        .order_by(col(ShiftWait.created_at), col(ShiftWait.id))
        .execution_options(populate_existing=True)
    )
    queues: dict[UUID, list[ShiftWait]] = {}
    for wait in rows.scalars():
        queues.setdefault(wait.shift_id, []).append(wait)
    if not queues:
        return 0
    shifts = await lock_shifts(session, queues)
    policies = await roster_policies(session, shifts.values())
    made = 0
    for shift_id, queue in queues.items():
        row = shifts[shift_id]
        if row.facts.status is not ShiftStatus.published or now >= row.facts.start:
            continue
        policy = policies[row.facts.point_id]
        waiting = [Waiting(wait.id, 1, 0, 0) for wait in queue]
        offered = {
            turn.entry_id for turn in turns(waiting, row.facts.free, policy.most_passes) if turn.offered
        }
        if not offered:
            continue
        until = offer_until(row.facts.start, now, policy)
        await hands.hold(session, dict.fromkeys(offered, until), shift_id=shift_id)
        due = told_at(now, policy)
        owed = [
            notices.Owed(
                person_id=wait.person_id,
                kind=NoticeKind.shift_offer,
                dedupe_key=f"{NoticeKind.shift_offer}:{wait.id}",
                due_at=due,
                expires_at=until,
                data={**shift_data(row), "wait_id": str(wait.id), "expires_at": when(until)},
                district_code=row.district_code,
            )
            for wait in queue
            if wait.id in offered
        ]
        await notices.owe(session, owed, now=now)
        deeds = [
            Deed("shift_offer.made", "shift_wait", wait_id, row.district_code) for wait_id in sorted(offered)
        ]
        await record(session, deeds, actor=SYSTEM, now=now)
        made += len(offered)
    return made


async def shifts_with_unoffered_places(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Shifts with a free place that somebody waits for: none, unless something left the one path."""
    rows = await session.execute(
        select(col(Shift.id))
        .join(ShiftWait, col(ShiftWait.shift_id) == col(Shift.id))
        .where(
            col(ShiftWait.status) == WaitlistStatus.waiting,
            col(Shift.status) == ShiftStatus.published,
            col(Shift.start) > now,
            col(Shift.taken) < col(Shift.needed),
        )
        .distinct()
        .limit(limit)
    )
    return list(rows.scalars())
