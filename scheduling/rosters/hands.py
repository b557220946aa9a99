"""The only module that changes who has a place on a shift: `shift.taken` together with the rows that take the places.

Callers hold the locks of the persons and shifts concerned. Each change of a count is a conditional statement all the same,
and behind it stand the table's CHECK, and the exclusion constraint on the person's time (product: Volunteers 1).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Shift, ShiftWait, Signup
from models.tables.rosters import HOLDING
from models.vocabulary import SignupStatus, WaitlistStatus
from scheduling.places import CountDriftedError

Values = Mapping[str, Any]  # columns of a signup


async def place(session: AsyncSession, rows: Sequence[Values], *, held: bool = False) -> None:
    """Writes new signups and counts the places that they take; `held` ones were counted already."""
    if not rows:
        return
    await session.execute(insert(Signup), list(rows))
    taking = [row["shift_id"] for row in rows if row["status"] in HOLDING]
    if taking and not held:
        await _count(session, _sum((shift_id, 1) for shift_id in taking))


async def settle(session: AsyncSession, signup_id: UUID, *, was: SignupStatus, to: SignupStatus) -> None:
    """Changes one signup from one state to another, and the count with it where that gives or takes a place."""
    shift_id = await _changed(session, [signup_id], was=(was,), values={"status": to, "answer_by": None})
    change = (to in HOLDING) - (was in HOLDING)
    if change:
        await _count(session, {shift_id[0]: change})


async def leave(session: AsyncSession, signup_ids: Sequence[UUID], values: Values) -> None:
    """Ends signups (withdrawn or refused) and gives their places back."""
    if not signup_ids:
        return
    rows = await session.execute(
        select(col(Signup.shift_id), col(Signup.status)).where(col(Signup.id).in_(signup_ids))
    )
    freed = [row.shift_id for row in rows if row.status in HOLDING]
    before = (
        SignupStatus.applied,
        SignupStatus.proposed,
        SignupStatus.confirmed,
        SignupStatus.stand_in_wanted,
    )
    await _changed(session, signup_ids, was=before, values={**values, "answer_by": None})
    if freed:
        await _count(session, _sum((shift_id, -1) for shift_id in freed))


async def replace(session: AsyncSession, signup_id: UUID, values: Values, row: Values) -> None:
    """Hands a place that wants a stand-in to somebody else: taken before and after, so no count changes."""
    await _changed(session, [signup_id], was=(SignupStatus.stand_in_wanted,), values=values)
    await session.execute(insert(Signup), [dict(row)])


async def exchange(session: AsyncSession, first: Signup, second: Signup) -> None:
    """Two people exchange their places: each keeps their row, which moves to the other's shift. No count changes."""
    moves = {
        one.id: {
            "shift_id": to.shift_id,
            "point_id": to.point_id,
            "start": to.start,
            "end": to.end,
            "rest_until": to.rest_until,
            "status": SignupStatus.confirmed,
            "team_id": None,
            "standing_id": None,
        }
        for one, to in ((first, second), (second, first))
    }
    for signup_id, values in moves.items():
        was = (SignupStatus.confirmed, SignupStatus.stand_in_wanted)
        await _changed(session, [signup_id], was=was, values=values)


async def hold(session: AsyncSession, waits: Mapping[UUID, Any], *, shift_id: UUID) -> None:  # id to moment
    """Holds a place of a shift for each of these waiting people, until the moment given."""
    for wait_id, until in waits.items():
        changed = await session.execute(
            update(ShiftWait)
            .where(col(ShiftWait.id) == wait_id, col(ShiftWait.status) == WaitlistStatus.waiting)
            .values(status=WaitlistStatus.offered, expires_at=until)
            .returning(col(ShiftWait.id))
            .execution_options(synchronize_session=False)
        )
        if changed.first() is None:
            raise CountDriftedError
    await _count(session, {shift_id: len(waits)})


async def let_go(session: AsyncSession, wait_ids: Sequence[UUID], status: WaitlistStatus) -> None:
    """Ends the waiting of some people, or their offers, and gives back what was held for them."""
    if not wait_ids:
        return
    rows = await session.execute(
        select(col(ShiftWait.shift_id), col(ShiftWait.status))
        .where(
            col(ShiftWait.id).in_(wait_ids),
            col(ShiftWait.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
        )
        .with_for_update()
    )
    found = rows.all()
    if len(found) != len(set(wait_ids)):
        raise CountDriftedError
    await session.execute(
        update(ShiftWait)
        .where(col(ShiftWait.id).in_(wait_ids))
        .values(status=status, expires_at=None)
        .execution_options(synchronize_session=False)
    )
    if freed := [row.shift_id for row in found if row.status is WaitlistStatus.offered]:
        await _count(session, _sum((shift_id, -1) for shift_id in freed))


async def keep_for_signup(session: AsyncSession, wait_id: UUID, signup_id: UUID) -> None:
    """The place held for an accepted offer becomes its signup's: counted before and after."""
    changed = await session.execute(
        update(ShiftWait)
        .where(col(ShiftWait.id) == wait_id, col(ShiftWait.status) == WaitlistStatus.offered)
        .values(status=WaitlistStatus.accepted, expires_at=None, signup_id=signup_id)
        .returning(col(ShiftWait.id))
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise CountDriftedError


async def resize(session: AsyncSession, *, shift_id: UUID, needed: int, minimum: int) -> None:
    """Sets how many are needed; the caller has seen that it is no fewer than have a place."""
    changed = await session.execute(
        update(Shift)
        .where(col(Shift.id) == shift_id, col(Shift.taken) <= needed)
        .values(needed=needed, minimum=minimum)
        .returning(col(Shift.id))
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise CountDriftedError


async def _changed(
    session: AsyncSession, signup_ids: Sequence[UUID], *, was: Sequence[SignupStatus], values: Values
) -> list[UUID]:
    changed = await session.execute(
        update(Signup)
        .where(col(Signup.id).in_(signup_ids), col(Signup.status).in_(was))
        .values(**values, sequence=col(Signup.sequence) + 1)
        .returning(col(Signup.shift_id))
        .execution_options(synchronize_session=False)
    )
    found = list(changed.scalars())
    if len(found) != len(set(signup_ids)):
        raise CountDriftedError
    return found


def _sum(changes: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    totals: dict[UUID, int] = {}
    for shift_id, places in changes:
        totals[shift_id] = totals.get(shift_id, 0) + places
    return totals


async def _count(session: AsyncSession, changes: Mapping[UUID, int]) -> None:
    change = (
        select(
            func.unnest(bindparam("shifts", type_=ARRAY(Uuid))).label("shift_id"),
            func.unnest(bindparam("places", type_=ARRAY(Integer))).label("places"),
        )
    ).subquery("change")
    after = col(Shift.taken) + change.c.places
    changed = await session.execute(
        update(Shift)
        .where(
            col(Shift.id) == change.c.shift_id,
            after >= 0,
            (change.c.places <= 0) | (after <= col(Shift.needed)),
        )
        .values(taken=after)
        .returning(col(Shift.id)),
        {"shifts": list(changes), "places": list(changes.values())},
        execution_options={"synchronize_session": False},
    )
    if len(changed.all()) != len(changes):
        raise CountDriftedError
