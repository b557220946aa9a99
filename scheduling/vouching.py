"""Where somebody may act for a person without a household link: at the points that they manage. So a person without a
phone is booked for, and can change their mind, like anybody else.
"""

from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlmodel import col

from models.driver import Running, Statement
from models.ids import PointId
from models.tables import Slot
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.queries.slots import SlotRow


def manages(actor: Actor, slot: SlotRow) -> bool:
    """Whether the actor manages the point of a slot."""
    return may_manage_point(actor, PointScope(PointId(slot.point.id), slot.community_code))


async def vouches(running: Running, *, actor: Actor, attendee_id: UUID | None, slot_id: UUID) -> bool:
    """Whether the actor may book this slot for anybody. Costs nothing where it is for oneself, or without a role."""
    if attendee_id in {None, actor.person_id} or not actor.permissions:
        return False
    return any(
        may_manage_point(actor, PointScope(PointId(point_id), community_code))
        for point_id, community_code in await _POINT(running, slot_id=slot_id)
    )


_POINT = Statement(
    select(col(Slot.point_id), col(Slot.community_code)).where(
        col(Slot.id) == bindparam("slot_id", type_=Uuid)
    )
)
