"""Managers keep capacity true: what an edit would mean, and the edit (product: Booking 8)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PointId
from models.shapes.base import Named
from models.shapes.bookings import AffectedBooking, Impact, QuestionView, SlotDetail, SlotEdit, SlotView
from models.shapes.openings import SlotChange
from models.tables import Closure, Slot, WaitlistEntry
from models.vocabulary import Affected, SlotStatus
from scheduling import entries, places
from scheduling.actors import Actor, PointScope, may_manage_point
from scheduling.alerting import tell_of_excess
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
from scheduling.policies import Policy
from scheduling.promotion import promote
from scheduling.queries.bookings import BookedRow
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_rows, slot_select
from scheduling.rehousing import (
    Cause,
    Locked,
    cancel_by_point,
    confirmed_in,
    destinations_of,
    give_back_holds,
    lock_booked,
    move_on,
)
from scheduling.rules.booking import when


async def slot_with_version(session: AsyncSession, *, slot_id: UUID) -> tuple[SlotView, int]:
    """A slot and the version that an edit must name. Raises NotFoundError."""
    slot, policy = await _with_policy(session, slot_id)
    return slot.view(policy), slot.version


async def slot_detail(session: AsyncSession, *, slot_id: UUID) -> tuple[SlotDetail, int]:
    """The same, with what is asked when it is booked. Raises NotFoundError."""
    slot, policy = await _with_policy(session, slot_id)
    questions = [QuestionView.model_validate(question.model_dump()) for question in policy.questions]
    return SlotDetail(**dict(slot.view(policy)), questions=questions), slot.version


async def _with_policy(session: AsyncSession, slot_id: UUID) -> tuple[SlotRow, Policy]:
    slot = await _slot(session, slot_id)
    if slot is None:
        raise NotFoundError(what="slot")
    return slot, (await policies_for(session, [slot.scope]))[slot.service_id]


async def _slot(session: AsyncSession, slot_id: UUID) -> SlotRow | None:
    return next(iter(await slot_rows(session, slot_select().where(col(Slot.id) == slot_id))), None)


def _authorised(actor: Actor, slot: SlotRow | None) -> SlotRow:
    if slot is None:
        raise NotFoundError(what="slot")
    if not may_manage_point(actor, PointScope(PointId(slot.point.id), slot.community_code)):
        raise ForbiddenError
    return slot


def _check(slot: SlotRow, seen_version: int, now: datetime) -> None:
    if slot.version != seen_version:
        raise StaleVersionError(version=slot.version)
    if slot.slot.end <= now:
        raise ActionRefusedError([Reason("slot-over")])


async def impact(session: AsyncSession, *, actor: Actor, slot_id: UUID, capacity: int) -> Impact:
    """Who would no longer fit if the capacity were set: the last to have booked, until the rest fits.

    Places held for waiting parties would be given back first.
    """
    slot = _authorised(actor, await _slot(session, slot_id))
    held = await _held(session, slot_id)
    leaving, excess = _last_in(await confirmed_in(session, [slot_id]), slot.slot.taken - capacity, held)
    return Impact(
        slot_id=slot_id,
        capacity=capacity,
        taken=slot.slot.taken,
        held_given_back=min(held, max(0, excess)),
        affected=_affected(leaving),
    )


async def impact_of_closing(session: AsyncSession, *, actor: Actor, slot_id: UUID) -> Impact:
    """Whose booking would have to be moved or cancelled if the slot were closed: everybody's who has not come yet."""
    slot = _authorised(actor, await _slot(session, slot_id))
    return Impact(
        slot_id=slot_id,
        capacity=0,
        taken=slot.slot.taken,
        held_given_back=await _held(session, slot_id),
        affected=_affected(await confirmed_in(session, [slot_id])),
    )


async def _held(session: AsyncSession, slot_id: UUID) -> int:
    return int(
        (
            await session.execute(
                select(func.coalesce(func.sum(col(WaitlistEntry.held)), 0)).where(
                    col(WaitlistEntry.slot_id) == slot_id, col(WaitlistEntry.status).in_(entries.ACTIVE)
                )
            )
        ).scalar_one()
    )


def _last_in(bookings: Sequence[BookedRow], excess: int, held: int) -> tuple[list[BookedRow], int]:
    """The last in, as many as it takes for the rest to fit once all that is `held` for others is given back; and how
    many places of that have to be, since parties leave as a whole. Who has come already stays.
    """
    found: list[BookedRow] = []
    for row in bookings:
        if excess <= held:
            break
        excess -= row.booking.party
        found.append(row)
    return found, excess


def _affected(rows: Sequence[BookedRow]) -> list[AffectedBooking]:
    return [
        AffectedBooking(
            id=row.booking.id,
            code=row.booking.code,
            party=row.booking.party,
            attendee=Named(id=row.booking.attendee_id, name=row.attendee_name),
        )
        for row in rows
    ]


async def change_slot(
    session: AsyncSession,
    *,
    actor: Actor,
    slot_id: UUID,
    change: SlotChange,
    seen_version: int,
    now: datetime,
) -> tuple[SlotView, int]:
    """Sets a slot's capacity, or closes or opens it: see `edit_slot` and `set_status`."""
    if change.capacity is not None:
        edit = SlotEdit(capacity=change.capacity, affected=change.affected)
        return await edit_slot(
            session, actor=actor, slot_id=slot_id, edit=edit, seen_version=seen_version, now=now
        )
    return await set_status(
        session,
        actor=actor,
        slot_id=slot_id,
        status=change.status or SlotStatus.open,
        affected=change.affected,
        seen_version=seen_version,
        now=now,
    )


async def edit_slot(
    session: AsyncSession, *, actor: Actor, slot_id: UUID, edit: SlotEdit, seen_version: int, now: datetime
) -> tuple[SlotView, int]:
    """Sets a slot's capacity and returns it with its new version. More places are offered to those who wait.

    Raises StaleVersionError when somebody changed it since `seen_version`; CapacityBelowTakenError, with who is affected,
    when fewer places are wanted than are taken and `affected` does not say what becomes of them. With `keep` everybody
    stays and nobody new gets in until the count has fallen. With `move` places held for waiting parties are given back, as
    many as it takes; when all of them are too few, the last in are moved to the nearest slot that every rule allows, or
    else cancelled with an apology; with `cancel` they are cancelled at once.
    """
    known = _authorised(actor, await _slot(session, slot_id))
    evicts = edit.affected in {Affected.move, Affected.cancel}
    destinations = await _destinations(session, known, edit.affected, now)
    if evicts:
        locked = await lock_booked(session, [slot_id], destinations=[row.slot.id for row in destinations])
    else:
        locked = Locked(await lock_slots(session, [slot_id]), [], {})
    slot = _authorised(actor, locked.slots.get(slot_id))
    _check(slot, seen_version, now)
    if edit.capacity < slot.slot.taken and edit.affected is not Affected.keep:
        if not evicts:
            raise await _below_taken(session, slot, edit.capacity)
        held = await _held(session, slot_id)
        leaving, excess = _last_in(locked.bookings, slot.slot.taken - edit.capacity, held)
        await give_back_holds(session, slot, excess, now=now)
        await _evict(
            session, leaving, locked, destinations, cause=Cause("fewer_places"), actor=actor, now=now
        )
    await places.resize(session, slot_id=slot_id, capacity=edit.capacity)
    deed = Deed(
        "slot.capacity_set",
        "slot",
        slot_id,
        slot.district_code,
        {"from": slot.slot.capacity, "to": edit.capacity},
    )
    await record(session, [deed], actor=actor, now=now)
    if edit.capacity < slot.slot.taken and edit.affected is Affected.keep:
        policy = (await policies_for(session, [slot.scope]))[slot.service_id]
        await tell_of_excess(session, slot, capacity=edit.capacity, policy=policy, actor=actor, now=now)
    await promote(session, [slot_id], now=now)
    return await slot_with_version(session, slot_id=slot_id)


async def _destinations(
    session: AsyncSession, slot: SlotRow, affected: Affected | None, now: datetime
) -> list[SlotRow]:
    return await destinations_of(session, slot, now=now) if affected is Affected.move else []


async def _below_taken(session: AsyncSession, slot: SlotRow, capacity: int) -> CapacityBelowTakenError:
    held = await _held(session, slot.slot.id)
    leaving, _ = _last_in(await confirmed_in(session, [slot.slot.id]), slot.slot.taken - capacity, held)
    return CapacityBelowTakenError(slot.slot.taken, _affected(leaving))


async def _evict(
    session: AsyncSession,
    leaving: Sequence[BookedRow],
    locked: Locked,
    destinations: Sequence[SlotRow],
    *,
    cause: Cause,
    actor: Actor,
    now: datetime,
) -> None:
    stranded = await move_on(session, leaving, locked, destinations, cause=cause, actor=actor, now=now)
    await cancel_by_point(session, stranded, locked.people, cause=cause, actor=actor, now=now)


async def set_status(
    session: AsyncSession,
    *,
    actor: Actor,
    slot_id: UUID,
    status: SlotStatus,
    affected: Affected | None,
    seen_version: int,
    now: datetime,
) -> tuple[SlotView, int]:
    """Closes a slot, or opens it again, and returns it with its new version. What is so already only gets a version.

    Closing ends the waiting for it. When somebody has booked, `affected` must say what becomes of them, `move` or
    `cancel`; else CapacityBelowTakenError names them. Raises StaleVersionError; ActionRefusedError when it is over, or
    to be opened inside a closure, which must be lifted first.
    """
    known = _authorised(actor, await _slot(session, slot_id))
    if status is SlotStatus.open:
        slot = _authorised(actor, (await lock_slots(session, [slot_id])).get(slot_id))
        _check(slot, seen_version, now)
        await _refuse_in_closure(session, slot)
    else:
        destinations = await _destinations(session, known, affected, now)
        locked = await lock_booked(session, [slot_id], destinations=[row.slot.id for row in destinations])
        slot = _authorised(actor, locked.slots.get(slot_id))
        _check(slot, seen_version, now)
        if locked.bookings and affected not in {Affected.move, Affected.cancel}:
            raise CapacityBelowTakenError(slot.slot.taken, _affected(locked.bookings))
    await session.execute(
        update(Slot)
        .where(col(Slot.id) == slot_id)
        .values(status=status, closure_id=None, edited=True, version=col(Slot.version) + 1)
        .execution_options(synchronize_session=False)
    )
    deed = Deed(f"slot.{status}", "slot", slot_id, slot.district_code)
    await record(session, [deed], actor=actor, now=now)
    if status is SlotStatus.closed:
        waiting = await entries.waiting_for(session, [slot_id])
        await entries.end_entries(session, waiting, locked.slots, why="slot_closed", now=now)
        await _evict(
            session, locked.bookings, locked, destinations, cause=Cause("slot_closed"), actor=actor, now=now
        )
    await promote(session, [slot_id], now=now)
    return await slot_with_version(session, slot_id=slot_id)


async def _refuse_in_closure(session: AsyncSession, slot: SlotRow) -> None:
    closure = (
        await session.execute(
            select(Closure)
            .where(
                col(Closure.point_id) == slot.point.id,
                col(Closure.start) < slot.slot.end,
                col(Closure.end) > slot.slot.start,
                col(Closure.service_id).is_(None) | (col(Closure.service_id) == slot.service_id),
            )
            .limit(1)
        )
    ).scalar()
    if closure is not None:
        raise ActionRefusedError(
            [
                Reason(
                    "in-closure",
                    {
                        "closure_id": str(closure.id),
                        "start": when(closure.start),
                        "end": when(closure.end),
                    },
                )
            ]
        )
