"""Two volunteers exchange their shifts: it takes both consents, and is checked as a whole (product: Volunteers 2)."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.rosters import SignupView, SwapView
from models.tables import Shift, ShiftSwap, Signup
from models.vocabulary import NoticeKind, SignupStatus, SwapStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    Reason,
    SignupRefusedError,
)
from scheduling.locks import lock_persons, lock_shifts
from scheduling.queries.roster_views import signup_views, swap_views
from scheduling.queries.rosters import ShiftRow, roster_policies, shifts_by_id
from scheduling.rosters import hands
from scheduling.rosters.enrolling import weigh
from scheduling.rosters.managing import find_signup
from scheduling.rosters.signups import end_what_hangs_on
from scheduling.rosters.telling import forget_reminders, news, owed_reminders, shift_data
from scheduling.rules.roster import Claim
from scheduling.rules.waiting import told_at

SWAPPABLE = (SignupStatus.confirmed, SignupStatus.stand_in_wanted)


async def propose(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, with_signup_id: UUID, now: datetime
) -> SwapView:
    """Offers one's own place for another volunteer's. Proposing the same again changes nothing.

    Every rule is asked for both at once. Raises NotFoundError, ForbiddenError for a signup that is not the actor's,
    InvalidInputError for two of the same person or shift, ActionRefusedError when one of them is over, SignupRefusedError.
    """
    found = await find_signup(session, actor=actor, signup_id=signup_id)
    if not found.own:
        raise ForbiddenError
    other = await session.get(Signup, with_signup_id)
    if other is None or other.district_code != found.signup.district_code:
        raise NotFoundError(what="signup")
    pair = await _locked(session, signup_id, with_signup_id)
    mine, theirs, shifts = pair
    if theirs.person_id == mine.person_id or theirs.shift_id == mine.shift_id:
        raise InvalidInputError(
            field="with_signup_id", detail="another person's place on another shift is meant"
        )
    await _require_fit(session, mine, theirs, shifts, now=now)
    known = (
        await session.execute(
            select(col(ShiftSwap.id)).where(
                col(ShiftSwap.mine_id) == signup_id,
                col(ShiftSwap.theirs_id) == with_signup_id,
                col(ShiftSwap.status) == SwapStatus.proposed,
            )
        )
    ).scalar()
    if known is not None:
        return (await swap_views(session, [known]))[0]
    swap = ShiftSwap(
        created_at=now,
        district_code=mine.district_code,
        mine_id=signup_id,
        theirs_id=with_signup_id,
        proposed_by_id=mine.person_id,
        asked_id=theirs.person_id,
    )
    session.add(swap)
    await session.flush()
    row = shifts[theirs.shift_id]
    policy = (await roster_policies(session, [row]))[row.facts.point_id]
    owed = notices.Owed(
        person_id=theirs.person_id,
        kind=NoticeKind.shift_swap,
        dedupe_key=f"{NoticeKind.shift_swap}:{swap.id}",
        due_at=told_at(now, policy),
        expires_at=min(mine.start, theirs.start),
        data={
            **shift_data(row),
            "swap_id": str(swap.id),
            "instead": shift_data(shifts[mine.shift_id]),
        },
        district_code=row.district_code,
    )
    await notices.owe(session, [owed], now=now)
    deed = Deed("swap.proposed", "shift_swap", swap.id, swap.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await swap_views(session, [swap.id]))[0]


Pair = tuple[Signup, Signup, dict[UUID, ShiftRow]]


async def _locked(session: AsyncSession, mine_id: UUID, theirs_id: UUID) -> Pair:
    """Two signups as they are under the locks of their people and shifts."""
    known = [await session.get_one(Signup, id_) for id_ in (mine_id, theirs_id)]
    await lock_persons(session, [one.person_id for one in known])
    mine, theirs = [
        await session.get_one(Signup, id_, populate_existing=True) for id_ in (mine_id, theirs_id)
    ]
    shifts = dict(await lock_shifts(session, [mine.shift_id, theirs.shift_id]))
    return mine, theirs, shifts


async def _require_fit(
    session: AsyncSession, mine: Signup, theirs: Signup, shifts: dict[UUID, ShiftRow], *, now: datetime
) -> None:
    """Each on the other's shift, without their own: every rule but the free places. Raises ActionRefusedError,
    SignupRefusedError naming whom each reason is about.
    """
    over = [one for one in (mine, theirs) if one.status not in SWAPPABLE or now >= one.start]
    if over:
        raise ActionRefusedError([Reason("signup-over", {"status": over[0].status})])
    policies = await roster_policies(session, shifts.values())
    reasons: list[Reason] = []
    for one, to in ((mine, theirs), (theirs, mine)):
        row = shifts[to.shift_id]
        weighed = await weigh(
            session,
            [one.person_id],
            row,
            policies[row.facts.point_id],
            claim=Claim.swapped,
            now=now,
            leaving=[mine.id, theirs.id],
        )
        reasons += [
            replace(reason, data={**reason.data, "person_id": str(one.person_id)})
            for reason in weighed[one.person_id].reasons
        ]
    if reasons:
        raise SignupRefusedError(reasons)


async def _swap_of(session: AsyncSession, actor: Actor, swap_id: UUID) -> ShiftSwap:
    swap = await session.get(ShiftSwap, swap_id, populate_existing=True)
    if swap is None or actor.require_person() not in {swap.proposed_by_id, swap.asked_id}:
        raise NotFoundError(what="swap")
    return swap


async def accept(session: AsyncSession, *, actor: Actor, swap_id: UUID, now: datetime) -> SwapView:
    """The second consent: both places change hands at once. Saying so again changes nothing.

    Raises NotFoundError, ForbiddenError for who proposed it, ActionRefusedError when it is over, SignupRefusedError when a
    rule speaks against it by now.
    """
    swap = await _swap_of(session, actor, swap_id)
    if actor.person_id != swap.asked_id:
        raise ForbiddenError
    mine, theirs, shifts = await _locked(session, swap.mine_id, swap.theirs_id)
    swap = await _swap_of(session, actor, swap_id)
    if swap.status is SwapStatus.accepted:
        return (await swap_views(session, [swap_id]))[0]
    if swap.status is not SwapStatus.proposed:
        raise ActionRefusedError([Reason("swap-over", {"status": swap.status})])
    await _require_fit(session, mine, theirs, shifts, now=now)
    sequences = [(one.id, one.sequence) for one in (mine, theirs)]
    await hands.exchange(session, mine, theirs)
    await session.execute(
        update(ShiftSwap)
        .where(col(ShiftSwap.id) == swap_id)
        .values(status=SwapStatus.accepted, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    await end_what_hangs_on(session, [mine.id, theirs.id], now=now)
    await forget_reminders(session, sequences, now=now)
    policies = await roster_policies(session, shifts.values())
    owed: list[notices.Owed] = []
    for one, to in ((mine, theirs), (theirs, mine)):
        row = shifts[to.shift_id]
        policy = policies[row.facts.point_id]
        owed += owed_reminders(
            row, policy, person_id=one.person_id, signup_id=one.id, sequence=one.sequence + 1, now=now
        )
        if one.person_id != actor.person_id:
            key = f"{swap_id}:{one.id}"
            owed.append(news(row, policy, what="swapped", person_id=one.person_id, key=key, now=now))
    await notices.owe(session, owed, now=now)
    deed = Deed(
        "swap.accepted",
        "shift_swap",
        swap_id,
        swap.district_code,
        {"one": str(mine.id), "other": str(theirs.id)},
    )
    await record(session, [deed], actor=actor, now=now)
    return (await swap_views(session, [swap_id]))[0]


async def decline(session: AsyncSession, *, actor: Actor, swap_id: UUID, now: datetime) -> SwapView:
    """Says no to a swap, or takes one's own proposal back. Again, or when it is over, changes nothing."""
    swap = await _swap_of(session, actor, swap_id)
    mine, _, _ = await _locked(session, swap.mine_id, swap.theirs_id)
    swap = await _swap_of(session, actor, swap_id)
    if swap.status is not SwapStatus.proposed:
        return (await swap_views(session, [swap_id]))[0]
    status = SwapStatus.declined if actor.person_id == swap.asked_id else SwapStatus.void
    await session.execute(
        update(ShiftSwap)
        .where(col(ShiftSwap.id) == swap_id)
        .values(status=status, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    await notices.withdraw_keys(session, [f"{NoticeKind.shift_swap}:{swap_id}"], now=now)
    if status is SwapStatus.declined:
        row = (await shifts_by_id(session, [mine.shift_id]))[mine.shift_id]
        policy = (await roster_policies(session, [row]))[row.facts.point_id]
        told = news(
            row,
            policy,
            what="swap_declined",
            person_id=swap.proposed_by_id,
            key=str(swap_id),
            now=now,
        )
        await notices.owe(session, [told], now=now)
    deed = Deed(f"swap.{status}", "shift_swap", swap_id, swap.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await swap_views(session, [swap_id]))[0]


LOOKED_AT = 30
"""So many places of others are looked at for a swap, the soonest first."""


async def partners(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, now: datetime
) -> list[SignupView]:
    """Places of others at the same point, in the same role, that each of the two could take instead of their own.

    Raises NotFoundError, ForbiddenError for a signup that is not the actor's, ActionRefusedError when it is over.
    """
    found = await find_signup(session, actor=actor, signup_id=signup_id)
    if not found.own:
        raise ForbiddenError
    mine = found.signup
    if mine.status not in SWAPPABLE or now >= mine.start:
        raise ActionRefusedError([Reason("signup-over", {"status": mine.status})])
    others = await session.execute(
        select(Signup)
        .join(Shift, col(Shift.id) == col(Signup.shift_id))
        .where(
            col(Signup.point_id) == mine.point_id,
            col(Signup.person_id) != mine.person_id,
            col(Signup.shift_id) != mine.shift_id,
            col(Signup.status).in_(SWAPPABLE),
            col(Signup.start) > now,
            col(Shift.role) == found.row.facts.role,
        )
        .order_by(col(Signup.start), col(Signup.id))
        .limit(LOOKED_AT)
    )
    fitting: list[UUID] = []
    for theirs in others.scalars().all():
        shifts = dict(await shifts_by_id(session, [mine.shift_id, theirs.shift_id]))
        try:
            await _require_fit(session, mine, theirs, shifts, now=now)
        except SignupRefusedError:
            continue
        fitting.append(theirs.id)
    return await signup_views(session, fitting)


Cursor = tuple[datetime, UUID]


async def mine(
    session: AsyncSession, *, actor: Actor, limit: int, after: Cursor | None
) -> tuple[list[SwapView], Cursor | None]:
    """Swaps that the actor proposed or is asked about, latest first, and where the next page begins."""
    me = actor.require_person()
    made, id_ = col(ShiftSwap.created_at), col(ShiftSwap.id)
    statement = (
        select(id_, made)
        .where(
            or_(col(ShiftSwap.proposed_by_id) == me, col(ShiftSwap.asked_id) == me),
            col(ShiftSwap.status) == SwapStatus.proposed,
        )
        .order_by(made.desc(), id_.desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(made, id_) < tuple_(*after))
    rows = (await session.execute(statement)).all()
    views = await swap_views(session, [row.id for row in rows[:limit]])
    return views, ((rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None)
