"""What people act upon, fetched and authorised in one call: shifts, and signups under their locks."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PointId
from models.tables import Person, Signup, Team
from models.vocabulary import ShiftStatus
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.locks import lock_persons, lock_shifts
from scheduling.policies import Policy
from scheduling.queries.rosters import ShiftRow, roster_policies, shifts_by_id


def manages_shift(actor: Actor, row: ShiftRow) -> bool:
    """Whether the actor manages the point of a shift."""
    return may_manage_point(actor, PointScope(PointId(row.facts.point_id), row.community_code))


def seen(actor: Actor, row: ShiftRow | None) -> ShiftRow:
    """A shift that the actor may know of: drafts only who manages the point. Raises NotFoundError."""
    if row is None or (row.facts.status is ShiftStatus.draft and not manages_shift(actor, row)):
        raise NotFoundError(what="shift")
    return row


def authorised(actor: Actor, row: ShiftRow | None) -> ShiftRow:
    """A shift of a point that the actor manages. Raises NotFoundError, ForbiddenError."""
    row = seen(actor, row)
    if not manages_shift(actor, row):
        raise ForbiddenError
    return row


async def policy_of(session: AsyncSession, row: ShiftRow) -> Policy:
    """The policy in force at a shift's point."""
    return (await roster_policies(session, [row]))[row.facts.point_id]


async def visible_shift(session: AsyncSession, *, actor: Actor, shift_id: UUID) -> ShiftRow:
    """A shift that the actor may know of; not locked. Raises NotFoundError."""
    return seen(actor, (await shifts_by_id(session, [shift_id])).get(shift_id))


async def managed_shift(session: AsyncSession, *, actor: Actor, shift_id: UUID) -> ShiftRow:
    """A shift of a point that the actor manages; not locked. Raises NotFoundError, ForbiddenError."""
    return authorised(actor, (await shifts_by_id(session, [shift_id])).get(shift_id))


async def lock_managed_shift(session: AsyncSession, *, actor: Actor, shift_id: UUID) -> ShiftRow:
    """The same, locked."""
    return authorised(actor, (await lock_shifts(session, [shift_id])).get(shift_id))


@dataclass(frozen=True, slots=True)
class Held:
    """A signup under the locks of its person and shift, and what the actor is to it."""

    signup: Signup
    row: ShiftRow
    policy: Policy
    own: bool
    leads: bool
    manages: bool


async def lock_signup(session: AsyncSession, *, actor: Actor, signup_id: UUID) -> Held:
    """A signup that is the actor's own, of a team that they lead, of a shift that they lead, or at a point that they
    manage, with its person and shift locked. Raises NotFoundError for anybody else.
    """
    known = await session.get(Signup, signup_id)
    if known is None:
        raise NotFoundError(what="signup")
    await lock_persons(session, [known.person_id])
    # A swap may have moved it to another shift while the lock was waited for; under it, it moves no more.
    signup = await session.get_one(Signup, signup_id, populate_existing=True)
    row = (await lock_shifts(session, [signup.shift_id]))[signup.shift_id]
    signup = await session.get_one(Signup, signup_id, populate_existing=True)
    return await _held(session, actor, signup, row)


async def find_signup(session: AsyncSession, *, actor: Actor, signup_id: UUID) -> Held:
    """The same, to be looked at only: nothing is locked."""
    signup = await session.get(Signup, signup_id)
    if signup is None:
        raise NotFoundError(what="signup")
    row = (await shifts_by_id(session, [signup.shift_id]))[signup.shift_id]
    return await _held(session, actor, signup, row)


async def _held(session: AsyncSession, actor: Actor, signup: Signup, row: ShiftRow) -> Held:
    own = actor.person_id is not None and actor.person_id == signup.person_id
    leads = await leads_signup(session, actor, signup, row)
    manages = manages_shift(actor, row)
    if not (own or leads or manages):
        raise NotFoundError(what="signup")
    return Held(signup, row, await policy_of(session, row), own, leads, manages)


async def leads_signup(session: AsyncSession, actor: Actor, signup: Signup, row: ShiftRow) -> bool:
    """Whether the actor leads the shift, or the team with which somebody signed up."""
    if actor.person_id is None:
        return False
    if row.leader is not None and row.leader.id == actor.person_id:
        return True
    if signup.team_id is None:
        return False
    team = await session.get(Team, signup.team_id)
    return team is not None and team.leader_id == actor.person_id


async def district_of(session: AsyncSession, person_id: UUID) -> str:
    """The district that a person belongs to."""
    code = (
        await session.execute(select(col(Person.district_code)).where(col(Person.id) == person_id))
    ).scalar()
    if code is None:
        raise NotFoundError(what="person")
    return code
