"""A manager has people asked for a shift now, without waiting for the next wave (product: Volunteers 3)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.rosters import AskImpact, AsksMade
from models.tables import ShiftAsk
from models.vocabulary import AskStatus, ShiftStatus
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, Reason
from scheduling.locks import lock_persons, lock_shifts
from scheduling.policies import Policy
from scheduling.queries.rosters import ShiftRow
from scheduling.rosters.asking import ask, asked_lately, candidates
from scheduling.rosters.enrolling import weigh
from scheduling.rosters.managing import authorised, managed_shift, policy_of
from scheduling.rules.roster import Claim

MOST = 50
"""So many people are asked at once at most."""


async def impact(session: AsyncSession, *, actor: Actor, shift_id: UUID, now: datetime) -> AskImpact:
    """Whom asking would reach. Changes nothing. Raises NotFoundError, ForbiddenError, ActionRefusedError as `ask_now`."""
    row = await managed_shift(session, actor=actor, shift_id=shift_id)
    policy = await policy_of(session, row)
    _require_room(row, now)
    people = await candidates(session, row, policy, count=MOST, now=now)
    weighed = await weigh(session, people, row, policy, claim=Claim.asked, now=now, apart=True)
    lately = await asked_lately(session, people, now=now)
    match = [one for one in people if not weighed[one].reasons and lately.get(one, 0) < policy.asks_a_week]
    return AskImpact(
        shift_id=shift_id,
        missing=row.facts.needed - row.facts.taken,
        people=len(match),
        would_ask=min(len(match), _wave(row, policy)),
        asked=await _open_asks(session, shift_id),
    )


async def ask_now(
    session: AsyncSession, *, actor: Actor, shift_id: UUID, people: int | None, now: datetime
) -> AsksMade:
    """Asks the best of those who match and may be asked; the policy's limits on asking hold for managers too.

    Raises NotFoundError, ForbiddenError; ActionRefusedError when the shift is no longer open, or full.
    """
    row = await managed_shift(session, actor=actor, shift_id=shift_id)
    policy = await policy_of(session, row)
    count = min(MOST, people or _wave(row, policy))
    found: Sequence[UUID] = await candidates(session, row, policy, count=max(1, count), now=now)
    await lock_persons(session, set(found))
    row = authorised(actor, (await lock_shifts(session, [shift_id])).get(shift_id))
    _require_room(row, now)
    chosen = await ask(session, found, row, policy, count=count, signup_id=None, actor=actor, now=now)
    return AsksMade(shift_id=shift_id, asked=len(chosen), open=await _open_asks(session, shift_id))


def _wave(row: ShiftRow, policy: Policy) -> int:
    """As many people as a wave asks, but for every free place: a manager may want more hands than the minimum."""
    return max(0, row.facts.needed - row.facts.taken) * policy.ask_wave_factor


def _require_room(row: ShiftRow, now: datetime) -> None:
    reasons: list[Reason] = []
    if row.facts.status is not ShiftStatus.published:
        reasons.append(Reason("shift-over", {"status": row.facts.status}))
    elif row.facts.start <= now:
        reasons.append(Reason("shift-started"))
    if row.facts.taken >= row.facts.needed:
        reasons.append(Reason("shift-full"))
    if reasons:
        raise ActionRefusedError(reasons)


async def _open_asks(session: AsyncSession, shift_id: UUID) -> int:
    counted = await session.execute(
        select(func.count()).where(col(ShiftAsk.shift_id) == shift_id, col(ShiftAsk.status) == AskStatus.open)
    )
    return counted.scalar_one()
