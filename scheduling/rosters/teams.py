"""Organisations that volunteers come from, and their teams: the person asks to join, the leader admits."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, String, cast, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import new_id
from models.shapes.base import Named
from models.shapes.volunteers import MemberView, OrganisationOrder, OrganisationView, TeamOrder, TeamView
from models.tables import Organisation, Person, Team, TeamMember, Volunteer
from models.vocabulary import MembershipStatus, Role, ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, InvalidInputError, NotFoundError, Reason
from scheduling.rosters.managing import district_of
from scheduling.rosters.volunteers import works_in

Cursor = tuple[str, UUID]

CODE_LENGTH = 6
"""Signs of a team's code. In a district two teams seldom share one, and then their names tell them apart."""


def _district(actor: Actor) -> str:
    """The district whose staff the actor belongs to. Raises ForbiddenError for others."""
    for held in actor.permissions:
        if held.role in {Role.staff, Role.administrator} and held.scope is not ScopeKind.point:
            return f"{held.key[:6]}000000"
    raise ForbiddenError


async def add_organisation(
    session: AsyncSession, *, actor: Actor, wanted: OrganisationOrder, now: datetime
) -> OrganisationView:
    """Staff add an organisation. Raises ForbiddenError, ActionRefusedError when there is one of that name."""
    district = _district(actor)
    id_ = new_id()
    written = await session.execute(
        insert(Organisation)
        .values(id=id_, created_at=now, district_code=district, **wanted.model_dump())
        .on_conflict_do_nothing(index_elements=["district_code", "name"])
        .returning(col(Organisation.id))
    )
    if written.first() is None:
        raise ActionRefusedError([Reason("name-taken")])
    await record(session, [Deed("organisation.made", "organisation", id_, district)], actor=actor, now=now)
    return OrganisationView(id=id_, volunteers=0, **wanted.model_dump())


async def organisations(
    session: AsyncSession, *, actor: Actor, limit: int, after: Cursor | None
) -> tuple[list[OrganisationView], Cursor | None]:
    """The organisations of the actor's district by name, and where the next page begins."""
    district = await district_of(session, actor.require_person())
    size = (
        select(func.count())
        .where(col(Volunteer.organisation_id) == col(Organisation.id))
        .correlate(Organisation)
        .scalar_subquery()
    )
    name, id_ = col(Organisation.name), col(Organisation.id)
    statement = select(Organisation, size.label("size")).where(col(Organisation.district_code) == district)
    if after is not None:
        statement = statement.where(tuple_(name, id_) > tuple_(*after))
    rows = (await session.execute(statement.order_by(name, id_).limit(limit + 1))).all()
    views = [
        OrganisationView(
            id=row.Organisation.id,
            name=row.Organisation.name,
            kind=row.Organisation.kind,
            volunteers=row.size,
        )
        for row in rows[:limit]
    ]
    return views, ((views[-1].name, views[-1].id) if len(rows) > limit else None)


def code_of(team_id: UUID) -> str:
    """What a leader tells people who are to find the team: the end of its id, which is random."""
    return team_id.hex[-CODE_LENGTH:].upper()


async def add_team(session: AsyncSession, *, actor: Actor, wanted: TeamOrder, now: datetime) -> TeamView:
    """Staff make a team and say who leads it. Raises ForbiddenError, InvalidInputError, ActionRefusedError."""
    district = _district(actor)
    leader = await session.get(Person, wanted.leader_id)
    if leader is None or leader.district_code != district:
        raise InvalidInputError(field="leader_id", detail="nobody by this id")
    if wanted.organisation_id is not None:
        organisation = await session.get(Organisation, wanted.organisation_id)
        if organisation is None or organisation.district_code != district:
            raise InvalidInputError(field="organisation_id", detail="unknown organisation")
    id_ = new_id()
    written = await session.execute(
        insert(Team)
        .values(id=id_, created_at=now, district_code=district, **wanted.model_dump())
        .on_conflict_do_nothing(index_elements=["district_code", "name"])
        .returning(col(Team.id))
    )
    if written.first() is None:
        raise ActionRefusedError([Reason("name-taken")])
    await _set_member(session, id_, wanted.leader_id, MembershipStatus.member, now)
    await record(session, [Deed("team.made", "team", id_, district)], actor=actor, now=now)
    return (await team_views(session, [id_], with_members={id_}, me=actor.person_id))[0]


async def _set_member(
    session: AsyncSession, team_id: UUID, person_id: UUID, status: MembershipStatus, now: datetime
) -> None:
    await session.execute(
        insert(TeamMember)
        .values(id=new_id(), created_at=now, team_id=team_id, person_id=person_id, status=status)
        .on_conflict_do_update(index_elements=["team_id", "person_id"], set_={"status": status})
    )


async def _team(session: AsyncSession, team_id: UUID, *, actor: Actor) -> Team:
    """A team of the actor's district. Raises NotFoundError."""
    team = await session.get(Team, team_id, populate_existing=True)
    if team is None or team.district_code != await district_of(session, actor.require_person()):
        raise NotFoundError(what="team")
    return team


async def join(session: AsyncSession, *, actor: Actor, team_id: UUID, now: datetime) -> TeamView:
    """Asks to join a team. Asking again changes nothing. Raises NotFoundError."""
    me = actor.require_person()
    team = await _team(session, team_id, actor=actor)
    status = await _status(session, team_id, me)
    if status in {None, MembershipStatus.left}:
        await _set_member(session, team_id, me, MembershipStatus.asked, now)
        await record(
            session, [Deed("team.asked_to_join", "team", team_id, team.district_code)], actor=actor, now=now
        )
    return (await team_views(session, [team_id], me=me))[0]


async def _status(session: AsyncSession, team_id: UUID, person_id: UUID) -> MembershipStatus | None:
    return (
        await session.execute(
            select(col(TeamMember.status))
            .where(col(TeamMember.team_id) == team_id, col(TeamMember.person_id) == person_id)
            .with_for_update()
        )
    ).scalar()


async def admit(
    session: AsyncSession, *, actor: Actor, team_id: UUID, person_id: UUID, now: datetime
) -> TeamView:
    """The leader admits somebody who asked. Again, nothing changes. Raises NotFoundError, ForbiddenError."""
    team = await _team(session, team_id, actor=actor)
    if team.leader_id != actor.person_id:
        raise ForbiddenError
    if await _status(session, team_id, person_id) not in {
        MembershipStatus.asked,
        MembershipStatus.member,
    }:
        raise NotFoundError(what="team member")
    await _set_member(session, team_id, person_id, MembershipStatus.member, now)
    await record(session, [Deed("team.admitted", "team", team_id, team.district_code)], actor=actor, now=now)
    return (await team_views(session, [team_id], with_members={team_id}, me=actor.person_id))[0]


async def leave(
    session: AsyncSession, *, actor: Actor, team_id: UUID, person_id: UUID, now: datetime
) -> TeamView:
    """Leaves a team, or is let go by its leader; the leader stays. Places on shifts stay. Raises NotFoundError,
    ForbiddenError.
    """
    team = await _team(session, team_id, actor=actor)
    me = actor.require_person()
    if me not in {person_id, team.leader_id} or person_id == team.leader_id:
        raise ForbiddenError
    if await _status(session, team_id, person_id) is None:
        raise NotFoundError(what="team member")
    await session.execute(
        update(TeamMember)
        .where(col(TeamMember.team_id) == team_id, col(TeamMember.person_id) == person_id)
        .values(status=MembershipStatus.left)
        .execution_options(synchronize_session=False)
    )
    await record(session, [Deed("team.left", "team", team_id, team.district_code)], actor=actor, now=now)
    seen = {team_id} if me == team.leader_id else set()
    return (await team_views(session, [team_id], with_members=seen, me=me))[0]


async def show(session: AsyncSession, *, actor: Actor, team_id: UUID) -> TeamView:
    """A team; its members for the leader, the members, and those who work for the district. Raises NotFoundError."""
    team = await _team(session, team_id, actor=actor)
    me = actor.require_person()
    inside = me == team.leader_id or await _status(session, team_id, me) is MembershipStatus.member
    inside = inside or await works_in(session, actor, team.district_code)
    return (await team_views(session, [team_id], with_members={team_id} if inside else set(), me=me))[0]


async def teams(
    session: AsyncSession,
    *,
    actor: Actor,
    limit: int,
    after: Cursor | None,
    said: str | None = None,
    mine: bool = False,
) -> tuple[list[TeamView], Cursor | None]:
    """The teams of the actor's district by name, without their members, and where the next page begins.

    `said` is a team's code or part of its name; `mine` leaves those that the actor is in, leads, or has asked to join.
    """
    me = actor.require_person()
    district = await district_of(session, me)
    name, id_ = col(Team.name), col(Team.id)
    statement = select(id_, name).where(col(Team.district_code) == district)
    if said:
        ends = func.right(cast(id_, String), CODE_LENGTH) == said.lower()
        statement = statement.where(or_(ends, name.icontains(said, autoescape=True)))
    if mine:
        joined = select(col(TeamMember.team_id)).where(
            col(TeamMember.person_id) == me, col(TeamMember.status) != MembershipStatus.left
        )
        statement = statement.where(or_(id_.in_(joined), col(Team.leader_id) == me))
    if after is not None:
        statement = statement.where(tuple_(name, id_) > tuple_(*after))
    rows = (await session.execute(statement.order_by(name, id_).limit(limit + 1))).all()
    views = await team_views(session, [row.id for row in rows[:limit]], me=me)
    return views, ((rows[limit - 1].name, rows[limit - 1].id) if len(rows) > limit else None)


async def team_views(
    session: AsyncSession,
    ids: Sequence[UUID],
    *,
    with_members: set[UUID] | None = None,
    me: UUID | None = None,
) -> list[TeamView]:
    """Teams in the order of the ids, with the members of some of them, and what `me` is to them."""
    leader = aliased(Person, name="leader")
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(Team, col(Organisation.name).label("organisation"), col(leader.name).label("leader"))
        .join(leader, col(leader.id) == col(Team.leader_id))
        .outerjoin(Organisation, col(Organisation.id) == col(Team.organisation_id))
        .where(col(Team.id).in_(ids))
    )
    found = {row.Team.id: row for row in rows}
    own = await session.execute(
        select(col(TeamMember.team_id), col(TeamMember.status)).where(
            col(TeamMember.person_id) == me,
            col(TeamMember.team_id).in_(ids),
            col(TeamMember.status) != MembershipStatus.left,
        )
    )
    mine = {row.team_id: row.status for row in own}
    members: dict[UUID, list[MemberView]] = {}
    if with_members:
        people = await session.execute(
            select(TeamMember, col(Person.name))
            .join(Person, col(Person.id) == col(TeamMember.person_id))
            .where(
                col(TeamMember.team_id).in_(with_members),
                col(TeamMember.status) != MembershipStatus.left,
            )
            .order_by(col(TeamMember.id))
            .execution_options(populate_existing=True)
        )
        for row in people:
            member: TeamMember = row.TeamMember
            members.setdefault(member.team_id, []).append(
                MemberView(person=Named(id=member.person_id, name=row.name), status=member.status)
            )
    return [
        TeamView(
            id=id_,
            name=row.Team.name,
            code=code_of(id_),
            mine=mine.get(id_),
            organisation=(
                None
                if row.Team.organisation_id is None
                else Named(id=row.Team.organisation_id, name=row.organisation)
            ),
            leader=Named(id=row.Team.leader_id, name=row.leader),
            members=members.get(id_, []),
        )
        for id_, row in ((id_, found[id_]) for id_ in ids if id_ in found)
    ]
