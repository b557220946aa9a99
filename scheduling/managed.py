"""What a manager acts upon, fetched and authorised in one call: a slot, or a booking under its locks."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Slot
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.locks import lock_persons, lock_slots
from scheduling.policies import Policy
from scheduling.queries.bookings import BookedRow, booked_rows
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_rows, slot_select
from scheduling.vouching import manages


async def managed_slot(session: AsyncSession, *, actor: Actor, slot_id: UUID) -> tuple[SlotRow, Policy]:
    """A slot of a point that the actor manages, not locked. Slots are public: others get ForbiddenError.

    Raises NotFoundError when there is no such slot.
    """
    rows = await slot_rows(session, slot_select().where(col(Slot.id) == slot_id))
    if not rows:
        raise NotFoundError(what="slot")
    if not manages(actor, rows[0]):
        raise ForbiddenError
    return rows[0], (await policies_for(session, [rows[0].scope]))[rows[0].service_id]


async def managed_booking(
    session: AsyncSession, *, actor: Actor, booking_id: UUID
) -> tuple[BookedRow, Policy]:
    """A booking at a point that the actor manages, its attendee and slot locked, as it is under these locks.

    Raises NotFoundError for outsiders, ForbiddenError for those whose booking it is.
    """
    known = await booked_rows(session, [booking_id])
    if not known or not manages(actor, known[0].slot):
        if known and actor.person_id in {known[0].booking.attendee_id, known[0].booking.booked_by_id}:
            raise ForbiddenError
        raise NotFoundError(what="booking")
    await lock_persons(session, [known[0].booking.attendee_id])
    # It may have been moved or cancelled while the lock was waited for; under it, it changes no more.
    row = (await booked_rows(session, [booking_id]))[0]
    if not manages(actor, row.slot):
        raise NotFoundError(what="booking")
    slots = await lock_slots(session, [row.booking.slot_id])
    row = replace(row, slot=slots[row.booking.slot_id])
    return row, (await policies_for(session, [row.slot.scope]))[row.slot.service_id]
