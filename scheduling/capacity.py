"""Managers keep capacity true: what an edit would mean, and the edit (product: Booking 8)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import PointId
from models.shapes.base import Named
from models.shapes.bookings import AffectedBooking, Impact, SlotEdit, SlotView
from models.tables import Booking, Person, Slot
from models.vocabulary import Affected
from scheduling import places
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.audit import Deed, record
from scheduling.errors import (
    ActionRefusedError,
    CapacityBelowTakenError,
    ForbiddenError,
    NotFoundError,
    Reason,
    StaleVersionError,
)
from scheduling.locks import lock_slots
from scheduling.queries.bookings import OCCUPYING
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_rows, slot_select


async def slot_with_version(session: AsyncSession, *, slot_id: UUID) -> tuple[SlotView, int]:
    """A slot and the version that an edit must name. Raises NotFoundError."""
    rows = await slot_rows(session, slot_select().where(col(Slot.id) == slot_id))
    if not rows:
        raise NotFoundError(what="slot")
    policies = await policies_for(session, [rows[0].scope])
    return rows[0].view(policies[rows[0].service_id]), rows[0].version


def _authorised(actor: Actor, slot: SlotRow | None) -> SlotRow:
    if slot is None:
        raise NotFoundError(what="slot")
    if not may_manage_point(actor, PointScope(PointId(slot.point.id), slot.community_code)):
        raise ForbiddenError
    return slot


async def impact(session: AsyncSession, *, actor: Actor, slot_id: UUID, capacity: int) -> Impact:
    """Who would no longer fit if the capacity were set: the last to have booked, until the rest fits."""
    rows = await slot_rows(session, slot_select().where(col(Slot.id) == slot_id))
    slot = _authorised(actor, rows[0] if rows else None)
    affected = await affected_by(session, slot=slot, capacity=capacity)
    return Impact(slot_id=slot_id, capacity=capacity, taken=slot.slot.taken, affected=affected)


async def affected_by(session: AsyncSession, *, slot: SlotRow, capacity: int) -> list[AffectedBooking]:
    """The last in, as many as it takes for the rest to fit."""
    excess = slot.slot.taken - capacity
    if excess <= 0:
        return []
    attendee = aliased(Person)
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(
            col(Booking.id),
            col(Booking.code),
            col(Booking.party),
            col(attendee.id).label("person_id"),
            col(attendee.name),
        )
        .join(attendee, col(attendee.id) == col(Booking.attendee_id))
        .where(col(Booking.slot_id) == slot.slot.id, col(Booking.status).in_(OCCUPYING))
        .order_by(col(Booking.created_at).desc(), col(Booking.id).desc())
    )
    found: list[AffectedBooking] = []
    for row in rows:
        if excess <= 0:
            break
        excess -= row.party
        who = Named(id=row.person_id, name=row.name)
        found.append(AffectedBooking(id=row.id, code=row.code, party=row.party, attendee=who))
    return found


async def edit_slot(
    session: AsyncSession, *, actor: Actor, slot_id: UUID, edit: SlotEdit, seen_version: int, now: datetime
) -> tuple[SlotView, int]:
    """Sets a slot's capacity and returns it with its new version.

    Raises StaleVersionError when somebody changed it since `seen_version`; CapacityBelowTakenError, with who is affected,
    when fewer places are wanted than are taken and `affected` does not say what becomes of them. With `keep` everybody
    stays and nobody new gets in until the count has fallen.
    """
    slot = _authorised(actor, (await lock_slots(session, [slot_id])).get(slot_id))
    if slot.version != seen_version:
        raise StaleVersionError(version=slot.version)
    if slot.slot.end <= now:
        raise ActionRefusedError([Reason("slot-over")])
    if edit.capacity < slot.slot.taken and edit.affected is not Affected.keep:
        affected = await affected_by(session, slot=slot, capacity=edit.capacity)
        raise CapacityBelowTakenError(slot.slot.taken, affected)
    await places.resize(session, slot_id=slot_id, capacity=edit.capacity)
    deed = Deed(
        "slot.capacity_set",
        "slot",
        slot_id,
        slot.district_code,
        {"from": slot.slot.capacity, "to": edit.capacity},
    )
    await record(session, [deed], actor=actor, now=now)
    return await slot_with_version(session, slot_id=slot_id)
