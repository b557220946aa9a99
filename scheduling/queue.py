"""The queue at a slot: who came gets a number, and the point calls one after another (product: Booking 10)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.door import QueueView
from models.tables import Booking, Slot
from models.vocabulary import BookingStatus
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, NotFoundError, Reason
from scheduling.locks import lock_slots
from scheduling.managed import managed_slot


async def queue(session: AsyncSession, *, slot_id: UUID) -> QueueView:
    """The queue at a slot, for everybody: numbers, no names. Raises NotFoundError."""
    waiting = (
        select(func.count())
        .where(
            col(Booking.slot_id) == col(Slot.id),
            col(Booking.status) == BookingStatus.attended,
            col(Booking.queue_number) > col(Slot.now_serving),
        )
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(col(Slot.now_serving), col(Slot.last_queue_number), waiting.label("waiting")).where(
                col(Slot.id) == slot_id
            )
        )
    ).first()
    if row is None:
        raise NotFoundError(what="slot")
    return QueueView(
        slot_id=slot_id, now_serving=row.now_serving, last_number=row.last_queue_number, waiting=row.waiting
    )


async def serve_next(session: AsyncSession, *, actor: Actor, slot_id: UUID, now: datetime) -> QueueView:
    """Calls the next number of those who came; numbers that were taken back are skipped.

    Raises NotFoundError, ForbiddenError, ActionRefusedError when nobody waits.
    """
    slot, _ = await managed_slot(session, actor=actor, slot_id=slot_id)
    await lock_slots(session, [slot_id])
    number = (
        await session.execute(
            select(func.min(col(Booking.queue_number)))
            .join(Slot, col(Slot.id) == col(Booking.slot_id))
            .where(
                col(Booking.slot_id) == slot_id,
                col(Booking.status) == BookingStatus.attended,
                col(Booking.queue_number) > col(Slot.now_serving),
            )
        )
    ).scalar()
    if number is None:
        raise ActionRefusedError([Reason("nobody-waiting")])
    await session.execute(
        update(Slot)
        .where(col(Slot.id) == slot_id)
        .values(now_serving=number)
        .execution_options(synchronize_session=False)
    )
    deed = Deed("slot.served_next", "slot", slot_id, slot.district_code, {"number": number})
    await record(session, [deed], actor=actor, now=now)
    return await queue(session, slot_id=slot_id)
