"""Waiting for a full shift, and answering offers of freed places (as docs/WAITLIST.md, with parties of one)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.rosters import SignupView, WaitView
from models.tables import ShiftWait
from models.vocabulary import SignupSource, SignupStatus, WaitlistStatus
from scheduling import notices
from scheduling.actors import SYSTEM, Actor
from scheduling.agreement import require_standing
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, NotFoundError, Reason, SignupRefusedError
from scheduling.locks import lock_persons, lock_shifts
from scheduling.queries.roster_views import signup_views, wait_views
from scheduling.queries.rosters import ShiftRow, roster_policies
from scheduling.rosters import hands
from scheduling.rosters.enrolling import enrol, signup_columns, weigh
from scheduling.rosters.filling import fill, shifts_with_unoffered_places
from scheduling.rosters.managing import policy_of, seen
from scheduling.rosters.telling import news
from scheduling.rules.booking import when
from scheduling.rules.consents import VOLUNTEERING
from scheduling.rules.roster import Claim

A_SWEEP = 200
"""How many people's waiting a sweep ends in one transaction."""

ACTIVE = (WaitlistStatus.waiting, WaitlistStatus.offered)


async def join(session: AsyncSession, *, actor: Actor, shift_id: UUID, now: datetime) -> WaitView:
    """Puts the actor into the queue for a full shift.

    Every rule but the free places is asked, so that nobody waits for what they could not take. Raises NotFoundError,
    ConsentWithdrawnError, SignupRefusedError: with `places-are-free` when they could just sign up, `already-waiting`
    when they wait already.
    """
    me = actor.require_person()
    require_standing((await lock_persons(session, [me])).values(), VOLUNTEERING)
    row = seen(actor, (await lock_shifts(session, [shift_id])).get(shift_id))
    policy = await policy_of(session, row)
    weighed = (await weigh(session, [me], row, policy, claim=Claim.waiting, now=now))[me]
    reasons = list(weighed.reasons)
    if not row.facts.direct:
        reasons.append(Reason("no-queue"))
    if row.facts.free and not reasons:
        reasons.append(Reason("places-are-free", {"free": row.facts.free}))
    if await _active(session, shift_id, me) is not None:
        reasons.append(Reason("already-waiting"))
    if reasons:
        raise SignupRefusedError(reasons)
    wait = ShiftWait(
        created_at=now,
        district_code=row.district_code,
        shift_id=shift_id,
        person_id=me,
        start=row.facts.start,
    )
    session.add(wait)
    await session.flush()
    deed = Deed("shift_wait.joined", "shift_wait", wait.id, row.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await wait_views(session, [wait.id]))[0]


async def _active(session: AsyncSession, shift_id: UUID, person_id: UUID) -> UUID | None:
    return (
        await session.execute(
            select(col(ShiftWait.id)).where(
                col(ShiftWait.shift_id) == shift_id,
                col(ShiftWait.person_id) == person_id,
                col(ShiftWait.status).in_(ACTIVE),
            )
        )
    ).scalar()


async def _locked(session: AsyncSession, actor: Actor, wait_id: UUID) -> tuple[ShiftWait, ShiftRow]:
    """The actor's own place in a queue, with person and shift locked; NotFoundError for outsiders."""
    known = await session.get(ShiftWait, wait_id)
    if known is None or known.person_id != actor.require_person():
        raise NotFoundError(what="place in the queue")
    await lock_persons(session, [known.person_id])
    row = (await lock_shifts(session, [known.shift_id]))[known.shift_id]
    return await session.get_one(ShiftWait, wait_id, populate_existing=True), row


async def leave(session: AsyncSession, *, actor: Actor, wait_id: UUID, now: datetime) -> WaitView:
    """Gives one's turn up, or declines an offer; what was held goes to the next. Leaving again changes nothing."""
    wait, row = await _locked(session, actor, wait_id)
    if wait.status in ACTIVE:
        await hands.let_go(session, [wait_id], WaitlistStatus.left)
        await notices.withdraw_keys(session, [f"shift_offer:{wait_id}"], now=now)
        deed = Deed("shift_wait.left", "shift_wait", wait_id, row.district_code)
        await record(session, [deed], actor=actor, now=now)
        await fill(session, [row.id], now=now)
    return (await wait_views(session, [wait_id]))[0]


async def accept(session: AsyncSession, *, actor: Actor, wait_id: UUID, now: datetime) -> SignupView:
    """Takes the place that is held. Saying so again answers with the same signup.

    Raises NotFoundError; ActionRefusedError when the offer has ended, or there is none; SignupRefusedError when a rule
    speaks against it by now: the offer stands until it runs out or is declined.
    """
    wait, row = await _locked(session, actor, wait_id)
    if wait.status is WaitlistStatus.accepted and wait.signup_id is not None:
        return (await signup_views(session, [wait.signup_id]))[0]
    if wait.status is not WaitlistStatus.offered or wait.expires_at is None or wait.expires_at <= now:
        data = {} if wait.expires_at is None else {"expires_at": when(wait.expires_at)}
        raise ActionRefusedError([Reason("offer-over", {"status": wait.status, **data})])
    policy = await policy_of(session, row)
    weighed = await weigh(session, [wait.person_id], row, policy, claim=Claim.offered, now=now)
    mine = weighed[wait.person_id]
    if mine.reasons:
        raise SignupRefusedError(mine.reasons)
    columns = signup_columns(
        row,
        policy,
        mine.known,
        status=SignupStatus.confirmed,
        source=SignupSource.waitlist,
        signed_by_id=wait.person_id,
        now=now,
    )
    await hands.keep_for_signup(session, wait_id, columns["id"])
    ids = await enrol(session, [columns], row, policy, actor=actor, now=now, held=True)
    return (await signup_views(session, ids))[0]


async def expire_offers(session: AsyncSession, *, now: datetime) -> int:
    """Ends offers that ran out and offers their places to the next; returns how many."""
    return await _sweep(
        session,
        (col(ShiftWait.status) == WaitlistStatus.offered, col(ShiftWait.expires_at) <= now),
        what="offer_ran_out",
        now=now,
    )


async def close(session: AsyncSession, *, now: datetime) -> int:
    """Ends the waiting for shifts that have begun; returns how many."""
    return await _sweep(
        session,
        (col(ShiftWait.status) == WaitlistStatus.waiting, col(ShiftWait.start) <= now),
        what="shift_began",
        now=now,
    )


async def _sweep(
    session: AsyncSession, due: tuple[ColumnElement[bool], ...], *, what: str, now: datetime
) -> int:
    found = (
        await session.execute(
            select(col(ShiftWait.id), col(ShiftWait.shift_id))
            .where(*due)
            .order_by(col(ShiftWait.start))
            .limit(A_SWEEP)
        )
    ).all()
    if not found:
        return 0
    shifts = await lock_shifts(session, {row.shift_id for row in found})
    current = (
        await session.execute(
            select(ShiftWait)
            .where(col(ShiftWait.id).in_([row.id for row in found]), *due)
            .execution_options(populate_existing=True)
        )
    ).scalars()
    waits = list(current)
    await hands.let_go(session, [wait.id for wait in waits], WaitlistStatus.expired)
    policies = await roster_policies(session, shifts.values())
    owed = [
        news(
            shifts[wait.shift_id],
            policies[shifts[wait.shift_id].facts.point_id],
            what=what,
            person_id=wait.person_id,
            key=str(wait.id),
            now=now,
        )
        for wait in waits
    ]
    await notices.owe(session, owed, now=now)
    deeds = [
        Deed("shift_wait.ended", "shift_wait", wait.id, wait.district_code, {"why": what}) for wait in waits
    ]
    await record(session, deeds, actor=SYSTEM, now=now)
    await fill(session, sorted(shifts), now=now)
    return len(found)


async def offer_the_unoffered(session: AsyncSession, *, now: datetime) -> int:
    """The net below the one path: offers free places that somebody waits for."""
    ids = await shifts_with_unoffered_places(session, now=now, limit=A_SWEEP)
    await lock_shifts(session, ids)
    return await fill(session, ids, now=now)


Cursor = tuple[datetime, UUID]


async def mine(
    session: AsyncSession, *, actor: Actor, limit: int, after: Cursor | None
) -> tuple[list[WaitView], Cursor | None]:
    """The actor's places in queues, soonest shift first, and where the next page begins."""
    start, id_ = col(ShiftWait.start), col(ShiftWait.id)
    statement = (
        select(id_, start)
        .where(col(ShiftWait.person_id) == actor.require_person(), col(ShiftWait.status).in_(ACTIVE))
        .order_by(start, id_)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(start, id_) > tuple_(*after))
    rows = (await session.execute(statement)).all()
    views = await wait_views(session, [row.id for row in rows[:limit]])
    return views, ((rows[limit - 1].start, rows[limit - 1].id) if len(rows) > limit else None)
