"""What somebody must hand over before they are erased: points without another manager, teams and shifts that they lead."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import local_day
from models.tables import Division, Grant, Point, Shift, ShiftTemplate, Team
from models.vocabulary import ScopeKind, ShiftStatus
from scheduling.errors import Reason
from scheduling.identity.parts import Parts
from scheduling.rules.booking import when


async def held_duties(session: AsyncSession, person_id: UUID, parts: Parts, *, now: datetime) -> list[Reason]:
    """Every duty that nobody else has. Callers hold the person's lock."""
    reasons = [
        *await _alone_in_a_role(session, person_id),
        *await _leads(session, person_id, now),
    ]
    for part in parts:
        reasons += await part.held(session, person_id, now=now)
    return reasons


async def _alone_in_a_role(session: AsyncSession, person_id: UUID) -> Sequence[Reason]:
    """Roles that nobody else holds at their place. The rows are locked: of two who leave at once, one stays."""
    mine = await session.execute(
        select(col(Grant.role), col(Grant.scope), col(Grant.key)).where(col(Grant.person_id) == person_id)
    )
    posts = [tuple(row) for row in mine]
    if not posts:
        return []
    same = or_(
        *(
            and_(col(Grant.role) == role, col(Grant.scope) == scope, col(Grant.key) == key)
            for role, scope, key in posts
        )
    )
    held = await _locked(session, select(Grant).where(same))
    others = {(one.role, one.scope, one.key) for one in held if one.person_id != person_id}
    alone = [post for post in posts if post not in others]
    points = [UUID(key) for _, scope, key in alone if scope is ScopeKind.point]
    codes = [key for _, scope, key in alone if scope is not ScopeKind.point]
    found = await session.execute(select(col(Point.id), col(Point.name)).where(col(Point.id).in_(points)))
    areas = await session.execute(
        select(col(Division.code), col(Division.name)).where(col(Division.code).in_(codes))
    )
    names = {**{str(row.id): row.name for row in found}, **{row.code: row.name for row in areas}}
    return [
        Reason("alone-in-a-role", {"role": role, "place": names.get(key, key)})
        for role, _, key in sorted(alone)
    ]


async def _locked(session: AsyncSession, roles: Select[Grant]) -> Sequence[Grant]:
    return (await session.execute(roles.order_by(col(Grant.id)).with_for_update())).scalars().all()


async def _leads(session: AsyncSession, person_id: UUID, now: datetime) -> Sequence[Reason]:
    teams = await session.execute(
        select(col(Team.name)).where(col(Team.leader_id) == person_id).order_by(col(Team.name))
    )
    shifts: Result[*tuple[Any, ...]] = await session.execute(
        select(col(Shift.title), col(Shift.start))
        .where(
            col(Shift.leader_id) == person_id,
            col(Shift.end) > now,
            col(Shift.status) != ShiftStatus.cancelled,
        )
        .order_by(col(Shift.start))
    )
    templates = await session.execute(
        select(col(ShiftTemplate.title))
        .where(
            col(ShiftTemplate.leader_id) == person_id,
            col(ShiftTemplate.ended_at).is_(None),
            col(ShiftTemplate.valid_until) >= local_day(now),
        )
        .order_by(col(ShiftTemplate.title))
    )
    return [
        *(Reason("leads-a-team", {"team": name}) for name in teams.scalars()),
        *(Reason("leads-a-shift", {"shift": row.title, "start": when(row.start)}) for row in shifts),
        *(Reason("leads-shifts", {"shift": title}) for title in templates.scalars()),
    ]
