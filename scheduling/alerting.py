"""Whom a point's or the district's own matters concern, and what is owed to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Grant
from models.vocabulary import NoticeKind, Role, ScopeKind
from scheduling import notices
from scheduling.actors import Actor
from scheduling.policies import Policy
from scheduling.queries.slots import SlotRow
from scheduling.rules.kinds import KINDS
from scheduling.rules.waiting import told_at


async def managers_of(session: AsyncSession, point_ids: Iterable[UUID]) -> Mapping[UUID, list[UUID]]:
    """The people who manage each of these points, by the point's id."""
    rows = await session.execute(
        select(col(Grant.key), col(Grant.person_id))
        .where(
            col(Grant.role) == Role.point_manager,
            col(Grant.scope) == ScopeKind.point,
            col(Grant.key).in_([str(point_id) for point_id in point_ids]),
        )
        .order_by(col(Grant.person_id))
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(UUID(row.key), []).append(row.person_id)
    return found


async def tell_of_excess(
    session: AsyncSession, slot: SlotRow, *, capacity: int, policy: Policy, actor: Actor, now: datetime
) -> None:
    """Tells the other managers of a point that more people keep their places than there is room for (Booking 8, keep)."""
    kind = NoticeKind.point_over_capacity
    due = told_at(now, policy)
    managers = (await managers_of(session, [slot.point.id])).get(slot.point.id, [])
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=f"{kind}:{slot.slot.id}:{slot.version}:{person_id}",
            due_at=due,
            expires_at=max(slot.slot.end, due + KINDS[kind].worth),
            data={**notices.slot_data(slot), "taken": slot.slot.taken, "capacity": capacity},
            district_code=slot.district_code,
            quiet=policy.quiet,
        )
        for person_id in managers
        if person_id != actor.person_id
    ]
    await notices.owe(session, owed, now=now)
