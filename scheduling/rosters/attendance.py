"""On the day: checking in and out by code or QR, by a leader or manager; hours verified and corrected; absences (product:
Volunteers 4).
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.rosters import Scanned, ShiftCodes, SignupView, Verification
from models.tables import HoursCorrection, Shift, Signup, Volunteer
from models.vocabulary import HoursKind, SignupStatus, VerifiedBy
from scheduling import notices
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, InvalidInputError, Reason
from scheduling.locks import lock_persons
from scheduling.policies import Policy
from scheduling.queries.roster_views import signup_views
from scheduling.queries.rosters import ShiftRow, roster_policies, shifts_by_id
from scheduling.rosters import ledger
from scheduling.rosters.managing import Held, lock_signup, manages_shift, visible_shift
from scheduling.rosters.telling import news
from scheduling.rules.booking import when
from scheduling.rules.serving import Turnout, served_minutes, suspended_until

A_SWEEP = 100
"""How many signups a sweep notes in one transaction."""

SCANNED_BACK = timedelta(days=2)
"""Shifts that ended longer ago are over for every policy."""

Way = Literal["in", "out"]


async def codes(session: AsyncSession, *, actor: Actor, shift_id: UUID) -> ShiftCodes:
    """What to show at the point, for its manager and the shift's leader. Raises NotFoundError, ForbiddenError."""
    row = await visible_shift(session, actor=actor, shift_id=shift_id)
    if not manages_shift(actor, row) and (row.leader is None or row.leader.id != actor.person_id):
        raise ForbiddenError
    shift = await session.get_one(Shift, shift_id)
    return ShiftCodes(shift_id=shift_id, code_in=shift.code_in, code_out=shift.code_out)


async def is_shown_at(session: AsyncSession, *, signup_id: UUID, shift_id: UUID) -> bool:
    """Whether a QR code, which is for `shift_id`, is that of the signup's shift. Raises ActionRefusedError when not."""
    signup = await session.get(Signup, signup_id)
    if signup is None or signup.shift_id != shift_id:
        raise ActionRefusedError([Reason("wrong-code")])
    return True


@dataclass(frozen=True, slots=True)
class Shown:
    """What a QR code of this installation says: which shift it is for, and whether for coming or for going."""

    shift_id: UUID
    way: Way


async def scan(session: AsyncSession, *, actor: Actor, said: str | Shown, now: datetime) -> Scanned:
    """Checks the actor in or out by what is shown at the point alone: the code, or what its QR code says, tells both the
    shift, which must be one of theirs about now, and the way. Again, nothing changes.

    Raises ActionRefusedError: `no-shift-now` (with `check_in_from` of the next one, if any) when they have none about now,
    `wrong-code` when it is for none of those that they have; and as `check_in` and `check_out`.
    """
    rows = await session.execute(
        select(col(Signup.id), col(Signup.checked_in_at), Shift)
        .join(Shift, col(Shift.id) == col(Signup.shift_id))
        .where(
            col(Signup.person_id) == actor.require_person(),
            col(Signup.status).in_(
                [SignupStatus.confirmed, SignupStatus.stand_in_wanted, SignupStatus.attended]
            ),
            col(Signup.end) > now - SCANNED_BACK,
        )
        .order_by(col(Signup.start), col(Signup.id))
    )
    mine = rows.all()
    shifts = await shifts_by_id(session, {row.Shift.id for row in mine})
    policies = await roster_policies(session, shifts.values())
    near = [row for row in mine if _is_near(row.Shift, policies[row.Shift.point_id], now)]
    for row in near:
        way = _way(row.Shift, said)
        if way == "in":
            came = await check_in(session, actor=actor, signup_id=row.id, code=None, scanned=True, now=now)
            return Scanned(way=way, signup=came)
        if way == "out":
            went = await check_out(session, actor=actor, signup_id=row.id, code=None, scanned=True, now=now)
            return Scanned(way=way, signup=went)
    if near:
        raise ActionRefusedError([Reason("wrong-code")])
    ahead = [row.Shift for row in mine if row.Shift.start > now]
    opens = [when(shift.start - policies[shift.point_id].check_in_opens) for shift in ahead[:1]]
    raise ActionRefusedError([Reason("no-shift-now", {"check_in_from": opens[0]} if opens else {})])


def _is_near(shift: Shift, policy: Policy, now: datetime) -> bool:
    """Whether one may check in or out of a shift about now."""
    until = shift.end + timedelta(minutes=policy.check_out_minutes)
    return shift.start - policy.check_in_opens <= now <= until


def _way(shift: Shift, said: str | Shown) -> Way | None:
    """What something shown at a point is for, where it is for this shift."""
    if isinstance(said, Shown):
        return said.way if said.shift_id == shift.id else None
    if hmac.compare_digest(said.encode(), shift.code_in.encode()):
        return "in"
    return "out" if hmac.compare_digest(said.encode(), shift.code_out.encode()) else None


async def check_in(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, code: str | None, scanned: bool, now: datetime
) -> SignupView:
    """Records that somebody came: by the code shown at the point, or, without, by a leader or the manager.

    `scanned`: the QR code said it, and has been read by the caller. Again, nothing changes. Raises NotFoundError,
    ForbiddenError without code or role, ActionRefusedError.
    """
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    signup, row, policy = held.signup, held.row, held.policy
    proven = await _proven(session, held, code, scanned, "in")
    if signup.status is SignupStatus.attended and signup.checked_in_at is not None:
        return (await signup_views(session, [signup_id]))[0]
    reasons: list[Reason] = []
    if signup.status not in {SignupStatus.confirmed, SignupStatus.stand_in_wanted}:
        reasons.append(Reason("signup-over", {"status": signup.status}))
    if now < row.facts.start - policy.check_in_opens:
        reasons.append(
            Reason("too-early-to-check-in", {"opens_at": when(row.facts.start - policy.check_in_opens)})
        )
    if now >= row.facts.end:
        reasons.append(Reason("shift-over", {"status": row.facts.status}))
    if reasons:
        raise ActionRefusedError(reasons)
    await _write(
        session,
        signup,
        status=SignupStatus.attended,
        checked_in_at=now,
        scanned_in=proven,
    )
    deed = Deed("signup.checked_in", "signup", signup_id, row.district_code, {"by_scan": proven})
    await record(session, [deed], actor=actor, now=now)
    return (await signup_views(session, [signup_id]))[0]


async def check_out(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, code: str | None, scanned: bool, now: datetime
) -> SignupView:
    """Records that somebody went. With both scans their hours are verified at once; else by the manager.

    Raises as `check_in`.
    """
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    signup, row, policy = held.signup, held.row, held.policy
    proven = await _proven(session, held, code, scanned, "out")
    if signup.checked_out_at is not None:
        return (await signup_views(session, [signup_id]))[0]
    reasons: list[Reason] = []
    if signup.status is not SignupStatus.attended or signup.checked_in_at is None:
        reasons.append(Reason("not-checked-in", {"status": signup.status}))
    if now > row.facts.end + timedelta(minutes=policy.check_out_minutes):
        reasons.append(Reason("check-out-over"))
    if reasons or signup.checked_in_at is None:
        raise ActionRefusedError(reasons)
    minutes = served_minutes(row.facts.start, row.facts.end, signup.checked_in_at, now)
    await _write(session, signup, checked_out_at=now, scanned_out=proven, minutes=minutes)
    deed = Deed("signup.checked_out", "signup", signup_id, row.district_code, {"by_scan": proven})
    await record(session, [deed], actor=actor, now=now)
    if proven and signup.scanned_in:
        await _verify(session, held, minutes, VerifiedBy.scans, stars=None, actor=SYSTEM, now=now)
    return (await signup_views(session, [signup_id]))[0]


async def _proven(session: AsyncSession, held: Held, code: str | None, scanned: bool, way: Way) -> bool:
    """Whether a code proves that somebody is there. Raises ForbiddenError where nothing does: no code, and no role;
    ActionRefusedError for a wrong code.
    """
    if scanned:
        return True
    if code is not None:
        shift = await session.get_one(Shift, held.row.id)
        right = shift.code_in if way == "in" else shift.code_out
        if not hmac.compare_digest(code.encode(), right.encode()):
            raise ActionRefusedError([Reason("wrong-code")])
        return True
    if held.leads or held.manages:
        return False
    raise ForbiddenError


async def _write(session: AsyncSession, signup: Signup, **values: object) -> None:
    """Changes what happened on the day: within the states that have a place, so that no count changes."""
    await session.execute(
        update(Signup)
        .where(col(Signup.id) == signup.id)
        .values(**values, sequence=col(Signup.sequence) + 1)
        .execution_options(synchronize_session=False)
    )


def _require_time(held: Held, now: datetime) -> None:
    over = held.row.facts.end + timedelta(days=held.policy.hours_correction_days)
    if now < held.row.facts.start:
        raise ActionRefusedError([Reason("not-started", {"start": when(held.row.facts.start)})])
    if now > over:
        raise ActionRefusedError([Reason("correction-over", {"until": when(over)})])


async def verify(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, found: Verification, now: datetime
) -> SignupView:
    """The manager's word on the hours of a signup: somebody served so long, or as the scans say.

    It also mends an absence noted by mistake. Changing verified hours needs a reason and keeps what they were; the
    difference is moved in the ledger. Raises NotFoundError, ForbiddenError, InvalidInputError, ActionRefusedError.
    """
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    signup, row = held.signup, held.row
    if not held.manages:
        raise ForbiddenError
    _require_time(held, now)
    if signup.status not in {
        SignupStatus.confirmed,
        SignupStatus.stand_in_wanted,
        SignupStatus.attended,
        SignupStatus.absent,
        SignupStatus.excused,
    }:
        raise ActionRefusedError([Reason("signup-over", {"status": signup.status})])
    minutes = found.minutes if found.minutes is not None else signup.minutes
    longest = served_minutes(row.facts.start, row.facts.end, row.facts.start, row.facts.end)
    if minutes is None:
        raise InvalidInputError(field="minutes", detail="nobody scanned: say how long they served")
    if minutes > longest:
        raise InvalidInputError(field="minutes", detail=f"the shift lasts {longest} minutes")
    changes = signup.verified_at is not None and minutes != signup.minutes
    if changes and not found.reason:
        raise InvalidInputError(field="reason", detail="verified hours are changed with a reason only")
    await _verify(
        session,
        held,
        minutes,
        VerifiedBy.manager if changes or signup.verified_by is None else signup.verified_by,
        stars=found.stars,
        actor=actor,
        now=now,
        reason=found.reason,
    )
    return (await signup_views(session, [signup_id]))[0]


async def _verify(
    session: AsyncSession,
    held: Held,
    minutes: int,
    by: VerifiedBy,
    *,
    stars: int | None,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """Writes verified hours, and moves what they differ by from those verified before."""
    signup, row = held.signup, held.row
    before = 0 if signup.verified_at is None or signup.minutes is None else signup.minutes
    first = signup.verified_at is None
    values: dict[str, object] = {
        "status": SignupStatus.attended,
        "minutes": minutes,
        "verified_at": now if first or minutes != before else signup.verified_at,
        "verified_by": by,
    }
    if signup.checked_in_at is None:
        values["checked_in_at"] = row.facts.start
    if stars is not None:
        values["stars"] = stars
    await _write(session, signup, **values)
    if not first and minutes != before:
        session.add(
            HoursCorrection(
                id=new_id(),
                created_at=now,
                district_code=row.district_code,
                signup_id=signup.id,
                minutes_before=before,
                minutes_after=minutes,
                reason=reason,
                by_id=actor.person_id,
            )
        )
        await session.flush()
    await ledger.credit(
        session,
        person_id=signup.person_id,
        minutes=minutes - before,
        kind=HoursKind.service if first else HoursKind.correction,
        signup_id=signup.id,
        district_code=row.district_code,
        cap=held.policy.bank_hours * 60,
        by_id=actor.person_id,
        now=now,
    )
    if signup.status in {SignupStatus.absent, SignupStatus.excused}:
        await judge(session, signup.person_id, held.policy, now=now)
    deed = Deed(
        "hours.verified" if first else "hours.corrected",
        "signup",
        signup.id,
        row.district_code,
        {"minutes": minutes, "before": before, "by": by},
    )
    await record(session, [deed], actor=actor, now=now)


async def excuse(
    session: AsyncSession, *, actor: Actor, signup_id: UUID, reason: str, now: datetime
) -> SignupView:
    """The manager excuses an absence: it no longer counts. Again, nothing changes. Raises as `verify`."""
    held = await lock_signup(session, actor=actor, signup_id=signup_id)
    signup = held.signup
    if not held.manages:
        raise ForbiddenError
    _require_time(held, now)
    if signup.status is SignupStatus.excused:
        return (await signup_views(session, [signup_id]))[0]
    if signup.status not in {
        SignupStatus.absent,
        SignupStatus.confirmed,
        SignupStatus.stand_in_wanted,
    }:
        raise ActionRefusedError([Reason("signup-over", {"status": signup.status})])
    await _write(session, signup, status=SignupStatus.excused, reason=reason)
    await judge(session, signup.person_id, held.policy, now=now)
    deed = Deed("signup.excused", "signup", signup_id, held.row.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await signup_views(session, [signup_id]))[0]


async def judge(session: AsyncSession, person_id: UUID, policy: Policy, *, now: datetime) -> None:
    """Suspends signing up where absences ask for it, and ends a suspension that has lost its ground.

    What staff set by hand stays. Callers hold the person's lock.
    """
    volunteer = await session.get(Volunteer, person_id, populate_existing=True)
    if volunteer is None or _set_by_staff(volunteer, now):
        return
    rows = await session.execute(
        select(col(Signup.end), col(Signup.status)).where(
            col(Signup.person_id) == person_id,
            col(Signup.status).in_([SignupStatus.attended, SignupStatus.absent]),
        )
    )
    turnouts = [Turnout(row.end, row.status is SignupStatus.attended) for row in rows]
    until = suspended_until(turnouts, policy, now)
    if until == volunteer.suspended_until:
        return
    volunteer.suspended_until = until
    volunteer.suspension_reason = ""
    session.add(volunteer)
    await session.flush()
    deed = Deed(
        "volunteer.suspended" if until else "volunteer.suspension_ended",
        "volunteer",
        person_id,
        volunteer.district_code,
        {"until": when(until) if until else None},
    )
    await record(session, [deed], actor=SYSTEM, now=now)


def _set_by_staff(volunteer: Volunteer, now: datetime) -> bool:
    """Whether staff suspended somebody, with a reason, and it holds still."""
    until = volunteer.suspended_until
    return bool(volunteer.suspension_reason) and until is not None and until > now


async def note_absences(session: AsyncSession, *, now: datetime) -> int:
    """Notes who did not come, some time after the end, and what follows from it; returns how many."""
    open_states = (SignupStatus.confirmed, SignupStatus.stand_in_wanted)
    due = (
        await session.execute(
            select(col(Signup.id), col(Signup.person_id), col(Signup.shift_id), col(Signup.end))
            .where(col(Signup.status).in_(open_states), col(Signup.end) < now)
            .order_by(col(Signup.end), col(Signup.id))
            .limit(A_SWEEP)
        )
    ).all()
    shifts = await shifts_by_id(session, {row.shift_id for row in due})
    policies = await roster_policies(session, shifts.values())

    def policy_at(shift_id: UUID) -> Policy:
        return policies[shifts[shift_id].facts.point_id]

    late = [
        row for row in due if now >= row.end + timedelta(minutes=policy_at(row.shift_id).absent_after_minutes)
    ]
    await lock_persons(session, {row.person_id for row in late})
    changed = await session.execute(
        update(Signup)
        .where(col(Signup.id).in_([row.id for row in late]), col(Signup.status).in_(open_states))
        .values(status=SignupStatus.absent, sequence=col(Signup.sequence) + 1)
        .returning(col(Signup.id), col(Signup.person_id), col(Signup.shift_id), col(Signup.district_code))
        .execution_options(synchronize_session=False)
    )
    noted = changed.all()
    owed = [
        _missed(shifts[row.shift_id], policy_at(row.shift_id), row.person_id, row.id, now) for row in noted
    ]
    await notices.owe(session, owed, now=now)
    deeds = [Deed("signup.absent", "signup", row.id, row.district_code) for row in noted]
    await record(session, deeds, actor=SYSTEM, now=now)
    for person_id, shift_id in {row.person_id: row.shift_id for row in noted}.items():
        await judge(session, person_id, policy_at(shift_id), now=now)
    return len(noted)


def _missed(row: ShiftRow, policy: Policy, person_id: UUID, signup_id: UUID, now: datetime) -> notices.Owed:
    return news(row, policy, what="absent", person_id=person_id, key=str(signup_id), now=now)
