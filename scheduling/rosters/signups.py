"""Signing up for shifts, for oneself or a team; confirming, refusing, withdrawing (product: Volunteers 1 and 2)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.rosters import SignupOrder, Signups, SignupView
from models.tables import Shift, ShiftAsk, ShiftSwap, ShiftWait, Signup, Team, TeamMember
from models.tables.rosters import HOLDING
from models.vocabulary import (
    AskStatus,
    MembershipStatus,
    SignupSource,
    SignupStatus,
    SwapStatus,
    WaitlistStatus,
)
from scheduling import notices
from scheduling.actors import SYSTEM, Actor
from scheduling.agreement import require_standing
from scheduling.audit import Deed, record
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    NotFoundError,
    Reason,
    SignupRefusedError,
)
from scheduling.locks import lock_persons, lock_shifts
from scheduling.queries.roster_views import signup_views
from scheduling.queries.rosters import shifts_by_id
from scheduling.rosters import hands
from scheduling.rosters.enrolling import enrol, signup_columns, weigh
from scheduling.rosters.filling import fill
from scheduling.rosters.managing import Held, find_signup, lock_signup, manages_shift, policy_of, seen
from scheduling.rosters.telling import alert, forget_reminders, news, owed_reminders
from scheduling.rules.consents import VOLUNTEERING
from scheduling.rules.roster import Claim

A_SWEEP = 100
"""How many proposals a sweep ends in one transaction."""

ENDING = (
    SignupStatus.applied,
    SignupStatus.proposed,
    SignupStatus.confirmed,
    SignupStatus.stand_in_wanted,
)
"""The states from which a signup can be given up."""


async def sign_up(
    session: AsyncSession, *, actor: Actor, shift_id: UUID, wanted: SignupOrder, now: datetime
) -> Signups:
    """Takes places on a shift: one's own, or, as a team's leader, for named members, all or none.

    Where the manager confirms, they are applied for first. Raises NotFoundError; ForbiddenError for a team that the actor
    does not lead; ConsentWithdrawnError; SignupRefusedError with every reason, for a team with the person each is about.
    """
    me = actor.require_person()
    people = sorted(set(wanted.people)) if wanted.people is not None else [me]
    if wanted.team_id is not None:
        await _require_team(session, me, wanted.team_id, people)
    require_standing((await lock_persons(session, people)).values(), VOLUNTEERING)
    row = seen(actor, (await lock_shifts(session, [shift_id])).get(shift_id))
    policy = await policy_of(session, row)
    weighed = await weigh(session, people, row, policy, claim=Claim.own, now=now)
    reasons = [
        reason if wanted.team_id is None else replace(reason, data={**reason.data, "person_id": str(one)})
        for one in people
        for reason in weighed[one].reasons
    ]
    if reasons:
        raise SignupRefusedError(reasons)
    columns = [
        signup_columns(
            row,
            policy,
            weighed[one].known,
            status=SignupStatus.confirmed if row.facts.direct else SignupStatus.applied,
            source=SignupSource.person if wanted.team_id is None else SignupSource.team,
            signed_by_id=me,
            now=now,
            team_id=wanted.team_id,
        )
        for one in people
    ]
    ids = await enrol(session, columns, row, policy, actor=actor, now=now)
    await _leave_queue(session, people, shift_id, now=now)
    owed = [
        news(
            row, policy, what="signed_up_by_leader", person_id=one, key=str(id_), now=now, signup_id=str(id_)
        )
        for one, id_ in zip(people, ids, strict=True)
        if one != me
    ]
    await notices.owe(session, owed, now=now)
    return Signups(signups=await signup_views(session, ids))


async def _require_team(session: AsyncSession, me: UUID, team_id: UUID, people: Sequence[UUID]) -> None:
    team = await session.get(Team, team_id)
    if team is None:
        raise NotFoundError(what="team")
    if team.leader_id != me:
        raise ForbiddenError
    members = await session.execute(
        select(col(TeamMember.person_id)).where(
            col(TeamMember.team_id) == team_id, col(TeamMember.status) == MembershipStatus.member
        )
    )
    if set(people) - {*members.scalars(), me}:
        raise NotFoundError(what="team member")


async def _leave_queue(
    session: AsyncSession, people: Sequence[UUID], shift_id: UUID, *, now: datetime
) -> None:
    """Whoever has a place on a shift waits for it no more."""
    waits = await session.execute(
        select(col(ShiftWait.id)).where(
            col(ShiftWait.shift_id) == shift_id,
            col(ShiftWait.person_id).in_(people),
            col(ShiftWait.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
        )
    )
    ids = list(waits.scalars())
    await hands.let_go(session, ids, WaitlistStatus.left)
    await notices.withdraw_keys(session, [f"shift_offer:{wait_id}" for wait_id in ids], now=now)
    if ids:
        await fill(session, [shift_id], now=now)


async def confirm(session: AsyncSession, *, actor: Actor, signup_id: UUID, now: datetime) -> SignupView:
    """Makes a place certain: the manager's word on an application, the volunteer's on a proposal.

    Confirming again changes nothing. Raises NotFoundError, ForbiddenError for who has no say, ActionRefusedError when it
    is over, SignupRefusedError when a rule speaks against it by now.
    """
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    signup, row, policy = held.signup, held.row, held.policy
    if signup.status is SignupStatus.confirmed:
        return (await signup_views(session, [signup_id]))[0]
    if signup.status not in {SignupStatus.applied, SignupStatus.proposed}:
        raise ActionRefusedError([Reason("signup-over", {"status": signup.status})])
    if not (held.manages if signup.status is SignupStatus.applied else held.own):
        raise ForbiddenError
    was = signup.status
    claim = Claim.asked if was is SignupStatus.applied else Claim.swapped
    weighed = await weigh(session, [signup.person_id], row, policy, claim=claim, now=now, leaving=[signup_id])
    if weighed[signup.person_id].reasons:
        raise SignupRefusedError(weighed[signup.person_id].reasons)
    await hands.settle(session, signup_id, was=was, to=SignupStatus.confirmed)
    owed = owed_reminders(
        row,
        policy,
        person_id=signup.person_id,
        signup_id=signup_id,
        sequence=signup.sequence + 1,
        now=now,
    )
    if not held.own:
        owed.append(
            news(row, policy, what="confirmed", person_id=signup.person_id, key=str(signup_id), now=now)
        )
    await notices.owe(session, owed, now=now)
    deed = Deed("signup.confirmed", "signup", signup_id, row.district_code, {"was": was})
    await record(session, [deed], actor=actor, now=now)
    return (await signup_views(session, [signup_id]))[0]


async def refuse(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, reason: str, now: datetime
) -> SignupView:
    """The manager declines an application, or takes a place back; the person is told why. Raises as `confirm`."""
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    if not held.manages:
        raise ForbiddenError
    if held.signup.status is SignupStatus.refused:
        return (await signup_views(session, [signup_id]))[0]
    _require_open(held, now)
    await _end(session, held, SignupStatus.refused, reason=reason, late=False, actor=actor, now=now)
    told = news(
        held.row,
        held.policy,
        what="refused",
        person_id=held.signup.person_id,
        key=str(signup_id),
        now=now,
        loss=True,
        reason=reason,
    )
    await notices.owe(session, [told], now=now)
    return (await signup_views(session, [signup_id]))[0]


async def withdraw(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, reason: str, now: datetime
) -> SignupView:
    """Gives a place up: one's own, or a member's by their leader. It is offered to who waits; a late one alerts the
    manager (Volunteers 2). Withdrawing again changes nothing.

    Raises NotFoundError, ForbiddenError for the manager (who refuses instead), ActionRefusedError when it has begun.
    """
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    signup, row, policy = held.signup, held.row, held.policy
    if not (held.own or held.leads):
        raise ForbiddenError
    if signup.status is SignupStatus.withdrawn:
        return (await signup_views(session, [signup_id]))[0]
    _require_open(held, now)
    sure = signup.status in {SignupStatus.confirmed, SignupStatus.stand_in_wanted}
    late = sure and row.facts.start - now < timedelta(hours=policy.late_withdrawal_hours)
    await _end(session, held, SignupStatus.withdrawn, reason=reason, late=late, actor=actor, now=now)
    alone = await _first_timers_alone(session, row.id)
    for what, due in (("late_withdrawal", late), ("first_timer_alone", alone and sure)):
        if due:
            data = {row.id: {"reason": reason}}
            await alert(session, {row.id: row}, {row.facts.point_id: policy}, what=what, data=data, now=now)
    if not held.own:
        told = news(
            row,
            policy,
            what="withdrawn_by_leader",
            person_id=signup.person_id,
            key=str(signup_id),
            now=now,
            loss=True,
        )
        await notices.owe(session, [told], now=now)
    return (await signup_views(session, [signup_id]))[0]


def _require_open(held: Held, now: datetime) -> None:
    if held.signup.status not in ENDING or now >= held.row.facts.start:
        raise ActionRefusedError([Reason("signup-over", {"status": held.signup.status})])


async def _end(
    session: AsyncSession,
    held: Held,
    status: SignupStatus,
    *,
    reason: str,
    late: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Ends a signup: its place goes to who waits, else the hole is asked for; what hangs on it ends with it."""
    signup = held.signup
    values = {"status": status, "reason": reason, "late": late, "ended_at": now}
    await hands.leave(session, [signup.id], values)
    await end_what_hangs_on(session, [signup.id], now=now)
    await forget_reminders(session, [(signup.id, signup.sequence)], now=now)
    await session.execute(
        update(Shift)
        .where(col(Shift.id) == signup.shift_id)
        .values(alerted_at=None)
        .execution_options(synchronize_session=False)
    )
    deed = Deed(f"signup.{status}", "signup", signup.id, signup.district_code, {"late": late})
    await record(session, [deed], actor=actor, now=now)
    await fill(session, [signup.shift_id], now=now)


async def end_what_hangs_on(session: AsyncSession, signup_ids: Sequence[UUID], *, now: datetime) -> None:
    """Ends the asks for a stand-in and the swaps of these signups, which are theirs no more."""
    asks = await session.execute(
        update(ShiftAsk)
        .where(col(ShiftAsk.signup_id).in_(signup_ids), col(ShiftAsk.status) == AskStatus.open)
        .values(status=AskStatus.over, answered_at=now)
        .returning(col(ShiftAsk.id))
        .execution_options(synchronize_session=False)
    )
    swaps = await session.execute(
        update(ShiftSwap)
        .where(
            col(ShiftSwap.mine_id).in_(signup_ids) | col(ShiftSwap.theirs_id).in_(signup_ids),
            col(ShiftSwap.status) == SwapStatus.proposed,
        )
        .values(status=SwapStatus.void, answered_at=now)
        .returning(col(ShiftSwap.id))
        .execution_options(synchronize_session=False)
    )
    keys = [f"shift_ask:{id_}" for id_ in asks.scalars()] + [f"shift_swap:{id_}" for id_ in swaps.scalars()]
    await notices.withdraw_keys(session, keys, now=now)


async def _first_timers_alone(session: AsyncSession, shift_id: UUID) -> bool:
    facts = (await shifts_by_id(session, [shift_id]))[shift_id].facts
    return facts.first_timers > 0 and facts.experienced == 0 and not facts.led


async def end_proposals(session: AsyncSession, *, now: datetime) -> int:
    """Ends proposals that nobody answered in time; returns how many. Their places are free again."""
    due = (
        await session.execute(
            select(col(Signup.id), col(Signup.person_id))
            .where(col(Signup.status) == SignupStatus.proposed, col(Signup.answer_by) <= now)
            .order_by(col(Signup.answer_by))
            .limit(A_SWEEP)
        )
    ).all()
    if not due:
        return 0
    await lock_persons(session, {row.person_id for row in due})
    current = (
        await session.execute(
            select(Signup)
            .where(col(Signup.id).in_([row.id for row in due]), col(Signup.status) == SignupStatus.proposed)
            .execution_options(populate_existing=True)
        )
    ).scalars()
    signups = list(current)
    shift_ids = sorted({signup.shift_id for signup in signups})
    await lock_shifts(session, shift_ids)
    values = {"status": SignupStatus.withdrawn, "reason": "", "ended_at": now}
    await hands.leave(session, [signup.id for signup in signups], values)
    deeds = [Deed("signup.proposal_ran_out", "signup", signup.id, signup.district_code) for signup in signups]
    await record(session, deeds, actor=SYSTEM, now=now)
    await fill(session, shift_ids, now=now)
    return len(due)


async def show(session: AsyncSession, *, actor: Actor, signup_id: UUID) -> SignupView:
    """One signup of the actor's, of their team or shift, or at their point. Raises NotFoundError."""
    held = await find_signup(session, actor=actor, signup_id=signup_id)
    return (await signup_views(session, [held.signup.id]))[0]


When = Literal["upcoming", "past"]
Cursor = tuple[datetime, UUID]


async def mine(
    session: AsyncSession, *, actor: Actor, when: When, now: datetime, limit: int, after: Cursor | None
) -> tuple[list[SignupView], Cursor | None]:
    """The actor's signups, and where the next page begins: upcoming soonest first, past (and ended) latest first."""
    start, id_ = col(Signup.start), col(Signup.id)
    ahead = (col(Signup.end) > now) & col(Signup.status).in_([*ENDING, *HOLDING])
    statement = select(id_, start).where(col(Signup.person_id) == actor.require_person())
    if when == "upcoming":
        statement = statement.where(ahead).order_by(start, id_)
    else:
        statement = statement.where(~ahead).order_by(start.desc(), id_.desc())
    if after is not None:
        place = tuple_(start, id_)
        statement = statement.where(place > tuple_(*after) if when == "upcoming" else place < tuple_(*after))
    rows = (await session.execute(statement.limit(limit + 1))).all()
    views = await signup_views(session, [row.id for row in rows[:limit]])
    return views, ((rows[limit - 1].start, rows[limit - 1].id) if len(rows) > limit else None)


async def on_shift(session: AsyncSession, *, actor: Actor, shift_id: UUID) -> list[SignupView]:
    """Everybody on a shift, for its manager and leader; a team's leader sees their own people. Raises NotFoundError,
    ForbiddenError for others.
    """
    row = seen(actor, (await shifts_by_id(session, [shift_id])).get(shift_id))
    me = actor.require_person()
    statement = select(col(Signup.id)).where(col(Signup.shift_id) == shift_id).order_by(col(Signup.id))
    if not manages_shift(actor, row) and (row.leader is None or row.leader.id != me):
        teams = select(col(Team.id)).where(col(Team.leader_id) == me)
        statement = statement.where(col(Signup.team_id).in_(teams))
        found = list((await session.execute(statement)).scalars())
        if not found:
            raise ForbiddenError
        return await signup_views(session, found)
    return await signup_views(session, list((await session.execute(statement)).scalars()))
