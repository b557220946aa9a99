"""Replacement that works: wanting a stand-in, and answering asks, first come first served (product: Volunteers 2 and 3).

Until somebody takes it, the place stays with whoever has it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.rosters import AskView, SignupView
from models.tables import ShiftAsk, Signup
from models.vocabulary import AskStatus, SignupSource, SignupStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason, SignupRefusedError
from scheduling.locks import lock_persons, lock_shifts
from scheduling.policies import Policy
from scheduling.queries.roster_views import ask_views, signup_views
from scheduling.queries.rosters import ShiftRow
from scheduling.rosters import hands
from scheduling.rosters.asking import ask, candidates, end_asks
from scheduling.rosters.enrolling import Weighed, enrol, signup_columns, weigh
from scheduling.rosters.managing import find_signup, lock_signup, policy_of
from scheduling.rosters.signups import end_what_hangs_on
from scheduling.rosters.telling import forget_reminders, news, owed_reminders
from scheduling.rules.roster import Claim


async def want(session: AsyncSession, *, actor: Actor, signup_id: UUID, now: datetime) -> SignupView:
    """Looks for a stand-in: matching people are asked at once, in waves, until one of them takes the place.

    Wanting it again changes nothing. Raises NotFoundError, ForbiddenError for others than the volunteer and their leader,
    ActionRefusedError when it is over or has begun.
    """
    found = await find_signup(session, actor=actor, signup_id=signup_id)
    count = found.policy.ask_wave_factor
    people = await candidates(session, found.row, found.policy, count=count, now=now)
    await lock_persons(session, [found.signup.person_id, *people])
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    if not (held.own or held.leads):
        raise ForbiddenError
    if held.signup.status is SignupStatus.stand_in_wanted:
        return (await signup_views(session, [signup_id]))[0]
    if held.signup.status is not SignupStatus.confirmed or now >= held.row.facts.start:
        raise ActionRefusedError([Reason("signup-over", {"status": held.signup.status})])
    await hands.settle(session, signup_id, was=SignupStatus.confirmed, to=SignupStatus.stand_in_wanted)
    await _follow_reminders(session, held.signup, held.row, held.policy, now)
    if held.row.id == found.row.id:
        await ask(
            session,
            people,
            held.row,
            held.policy,
            count=count,
            signup_id=signup_id,
            actor=actor,
            now=now,
        )
    deed = Deed("signup.stand_in_wanted", "signup", signup_id, held.row.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await signup_views(session, [signup_id]))[0]


async def keep(session: AsyncSession, *, actor: Actor, signup_id: UUID, now: datetime) -> SignupView:
    """Comes after all: nobody is asked any more. Raises as `want`."""
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    if not (held.own or held.leads):
        raise ForbiddenError
    if held.signup.status is SignupStatus.confirmed:
        return (await signup_views(session, [signup_id]))[0]
    if held.signup.status is not SignupStatus.stand_in_wanted:
        raise ActionRefusedError([Reason("signup-over", {"status": held.signup.status})])
    await hands.settle(session, signup_id, was=SignupStatus.stand_in_wanted, to=SignupStatus.confirmed)
    await _follow_reminders(session, held.signup, held.row, held.policy, now)
    await end_what_hangs_on(session, [signup_id], now=now)
    deed = Deed("signup.kept", "signup", signup_id, held.row.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await signup_views(session, [signup_id]))[0]


async def _follow_reminders(
    session: AsyncSession, signup: Signup, row: ShiftRow, policy: Policy, now: datetime
) -> None:
    """The place is still theirs, so its reminders stay owed, under the sequence that it has now."""
    await forget_reminders(session, [(signup.id, signup.sequence)], now=now)
    owed = owed_reminders(
        row,
        policy,
        person_id=signup.person_id,
        signup_id=signup.id,
        sequence=signup.sequence + 1,
        now=now,
    )
    await notices.owe(session, owed, now=now)


async def _ask_of(session: AsyncSession, actor: Actor, ask_id: UUID) -> ShiftAsk:
    known = await session.get(ShiftAsk, ask_id, populate_existing=True)
    if known is None or known.person_id != actor.require_person():
        raise NotFoundError(what="ask")
    return known


async def accept(session: AsyncSession, *, actor: Actor, ask_id: UUID, now: datetime) -> SignupView:
    """Says yes to an ask: the place is theirs at once. The first of those asked gets it.

    Raises NotFoundError; ActionRefusedError (`ask-over`) when somebody else was first or nobody is needed any more;
    SignupRefusedError when a rule speaks against it by now: the ask stays open.
    """
    known = await _ask_of(session, actor, ask_id)
    leaver = await session.get(Signup, known.signup_id) if known.signup_id is not None else None
    await lock_persons(session, [known.person_id] + ([leaver.person_id] if leaver else []))
    row = (await lock_shifts(session, [known.shift_id]))[known.shift_id]
    known = await _ask_of(session, actor, ask_id)
    if known.status is AskStatus.accepted:
        mine = await _signup_on(session, row.id, known.person_id)
        if mine is not None:
            return (await signup_views(session, [mine]))[0]
    if known.status is not AskStatus.open:
        raise ActionRefusedError([Reason("ask-over", {"status": known.status})])
    policy = await policy_of(session, row)
    claim = Claim.asked if leaver is None else Claim.swapped
    leaving = () if leaver is None else (leaver.id,)
    weighed = await weigh(session, [known.person_id], row, policy, claim=claim, now=now, leaving=leaving)
    mine_weighed = weighed[known.person_id]
    if mine_weighed.reasons:
        raise SignupRefusedError(mine_weighed.reasons)
    if leaver is None:
        columns = signup_columns(
            row,
            policy,
            mine_weighed.known,
            status=SignupStatus.confirmed,
            source=SignupSource.ask,
            signed_by_id=known.person_id,
            now=now,
        )
        ids = await enrol(session, [columns], row, policy, actor=actor, now=now)
    else:
        leaver = await session.get_one(Signup, leaver.id, populate_existing=True)
        if leaver.status is not SignupStatus.stand_in_wanted or leaver.shift_id != row.id:
            raise ActionRefusedError([Reason("ask-over", {"status": AskStatus.over})])
        ids = [await _replace(session, leaver, mine_weighed, row, policy, actor=actor, now=now)]
    return (await signup_views(session, ids))[0]


async def _signup_on(session: AsyncSession, shift_id: UUID, person_id: UUID) -> UUID | None:
    return (
        await session.execute(
            select(col(Signup.id)).where(
                col(Signup.shift_id) == shift_id,
                col(Signup.person_id) == person_id,
                col(Signup.status).not_in([SignupStatus.withdrawn, SignupStatus.refused]),
            )
        )
    ).scalar()


async def _replace(
    session: AsyncSession,
    leaver: Signup,
    stand_in: Weighed,
    row: ShiftRow,
    policy: Policy,
    *,
    actor: Actor,
    now: datetime,
) -> UUID:
    """The stand-in has the place from now on; whoever left is told."""
    columns = signup_columns(
        row,
        policy,
        stand_in.known,
        status=SignupStatus.confirmed,
        source=SignupSource.stand_in,
        signed_by_id=stand_in.known.facts.person_id,
        now=now,
        replaces_id=leaver.id,
    )
    values = {"status": SignupStatus.withdrawn, "ended_at": now, "reason": ""}
    await hands.replace(session, leaver.id, values, columns)
    await enrol(session, [columns], row, policy, actor=actor, now=now, replacing=True)
    await end_what_hangs_on(session, [leaver.id], now=now)
    await forget_reminders(session, [(leaver.id, leaver.sequence)], now=now)
    told = news(
        row,
        policy,
        what="stand_in_found",
        person_id=leaver.person_id,
        key=str(leaver.id),
        now=now,
        stand_in=stand_in.known.name,
    )
    await notices.owe(session, [told], now=now)
    deed = Deed("signup.replaced", "signup", leaver.id, row.district_code, {"by_signup": str(columns["id"])})
    await record(session, [deed], actor=actor, now=now)
    new_id: UUID = columns["id"]
    return new_id


async def decline(session: AsyncSession, *, actor: Actor, ask_id: UUID, now: datetime) -> AskView:
    """Says no to an ask. Saying so again, or too late, changes nothing."""
    known = await _ask_of(session, actor, ask_id)
    await lock_shifts(session, [known.shift_id])
    await end_asks(session, [ask_id], AskStatus.declined, now=now)
    deed = Deed("shift_ask.declined", "shift_ask", ask_id, known.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await ask_views(session, [ask_id]))[0]


Cursor = tuple[datetime, UUID]


async def mine(
    session: AsyncSession, *, actor: Actor, limit: int, after: Cursor | None
) -> tuple[list[AskView], Cursor | None]:
    """What the actor is asked, soonest shift first, and where the next page begins."""
    start, id_ = col(ShiftAsk.start), col(ShiftAsk.id)
    statement = (
        select(id_, start)
        .where(col(ShiftAsk.person_id) == actor.require_person(), col(ShiftAsk.status) == AskStatus.open)
        .order_by(start, id_)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(start, id_) > tuple_(*after))
    rows = (await session.execute(statement)).all()
    views = await ask_views(session, [row.id for row in rows[:limit]])
    return views, ((rows[limit - 1].start, rows[limit - 1].id) if len(rows) > limit else None)
