"""Where somebody may act for a person without a household link: at the points that they manage. So a person without a
phone is booked for, and can change their mind, like anybody else.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PointId
from models.tables import Slot
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.queries.slots import SlotRow


def manages(actor: Actor, slot: SlotRow) -> bool:
    """Whether the actor manages the point of a slot."""
    return may_manage_point(actor, PointScope(PointId(slot.point.id), slot.community_code))


async def vouches(session: AsyncSession, *, actor: Actor, attendee_id: UUID | None, slot_id: UUID) -> bool:
    """Whether the actor may book this slot for anybody. Costs nothing where it is for oneself, or without a role."""
    if attendee_id in {None, actor.person_id} or not actor.permissions:
        return False
    row = (
        await session.execute(
            select(col(Slot.point_id), col(Slot.community_code)).where(col(Slot.id) == slot_id)
        )
    ).first()
    return row is not None and may_manage_point(actor, PointScope(PointId(row.point_id), row.community_code))
