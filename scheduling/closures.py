"""Closing a point, or one service of it, for a while, and opening it again (product: Booking 8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Result, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Named
from models.shapes.bookings import AffectedBooking
from models.shapes.openings import (
    LONGEST_SLOT,
    ClosureImpact,
    ClosureLifted,
    ClosureMade,
    ClosureOrder,
    ClosureView,
)
from models.tables import Closure, Point, Service, Slot, WaitlistEntry
from models.vocabulary import SlotStatus
from scheduling import entries
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, NotFoundError, Reason
from scheduling.locks import lock_openings, lock_slots
from scheduling.promotion import promote
from scheduling.queries.bookings import BookedRow
from scheduling.queries.points import managed_point
from scheduling.rehousing import Cause, cancel_by_point, confirmed_in, lock_booked
from scheduling.slots import generate_slots


async def close(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: ClosureOrder, now: datetime
) -> ClosureMade:
    """Closes all slots in a span: cancels every booking in them, ends the waiting for them, and tells everybody.

    Whoever booked is told why, with up to three slots that can really be booked instead. Who has come already, or came,
    stays as they are. Raises NotFoundError, ForbiddenError, ActionRefusedError when the span is over.
    """
    await managed_point(session, actor=actor, point_id=point_id)
    service = await _service(session, point_id, wanted.service_id)
    if wanted.end <= now:
        raise ActionRefusedError([Reason("closure-over")])
    await lock_openings(session, [point_id])
    closure = Closure(
        created_at=now,
        point_id=point_id,
        service_id=wanted.service_id,
        start=wanted.start,
        end=wanted.end,
        reason=wanted.reason,
    )
    session.add(closure)
    await session.flush()
    slot_ids = await _slots_in(session, point_id, wanted, now)
    locked = await lock_booked(session, slot_ids)
    closed = await session.execute(
        update(Slot)
        .where(col(Slot.id).in_(slot_ids), col(Slot.status) == SlotStatus.open)
        .values(status=SlotStatus.closed, closure_id=closure.id, version=col(Slot.version) + 1)
        .returning(col(Slot.id))
        .execution_options(synchronize_session=False)
    )
    slots_closed = len(closed.all())
    waiting = await entries.waiting_for(session, slot_ids)
    ended = await entries.end_entries(session, waiting, locked.slots, why="slot_closed", now=now)
    await cancel_by_point(
        session,
        locked.bookings,
        locked.people,
        cause=Cause("point_closed", wanted.reason),
        actor=actor,
        now=now,
    )
    point = await session.get_one(Point, point_id)
    deed = Deed(
        "closure.made",
        "closure",
        closure.id,
        point.district_code,
        {"slots": slots_closed, "bookings": len(locked.bookings), "waiting": ended},
    )
    await record(session, [deed], actor=actor, now=now)
    return ClosureMade(
        **dict(_view(closure, service)),
        slots_closed=slots_closed,
        cancelled=_affected(locked.bookings),
        waiting_ended=ended,
    )


async def impact(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: ClosureOrder, now: datetime
) -> ClosureImpact:
    """What closing would mean. Changes nothing. Raises NotFoundError, ForbiddenError."""
    await managed_point(session, actor=actor, point_id=point_id)
    await _service(session, point_id, wanted.service_id)
    slot_ids = await _slots_in(session, point_id, wanted, now)
    waiting = await session.execute(
        select(func.count()).where(
            col(WaitlistEntry.slot_id).in_(slot_ids), col(WaitlistEntry.status).in_(entries.ACTIVE)
        )
    )
    return ClosureImpact(
        slots=len(slot_ids),
        waiting=waiting.scalar_one(),
        affected=_affected(await confirmed_in(session, slot_ids)),
    )


async def _service(session: AsyncSession, point_id: UUID, service_id: UUID | None) -> Service | None:
    """The service of the point that is meant, or none for all of them. Raises NotFoundError."""
    if service_id is None:
        return None
    service = await session.get(Service, service_id)
    if service is None or service.point_id != point_id:
        raise NotFoundError(what="service")
    return service


async def _slots_in(session: AsyncSession, point_id: UUID, wanted: ClosureOrder, now: datetime) -> list[UUID]:
    """The slots of a span that have not ended, those closed by hand included: one may be opened meanwhile."""
    conditions: list[ColumnElement[bool]] = [
        col(Slot.point_id) == point_id,
        col(Slot.start) > max(wanted.start, now) - LONGEST_SLOT,
        col(Slot.start) < wanted.end,
        col(Slot.end) > wanted.start,
        col(Slot.end) > now,
        col(Slot.closure_id).is_(None),
    ]
    if wanted.service_id is not None:
        conditions.append(col(Slot.service_id) == wanted.service_id)
    rows = await session.execute(select(col(Slot.id)).where(*conditions))
    return list(rows.scalars())


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


def _view(closure: Closure, service: Service | None) -> ClosureView:
    return ClosureView(
        id=closure.id,
        point_id=closure.point_id,
        service=None if service is None else Named(id=service.id, name=service.name),
        start=closure.start,
        end=closure.end,
        reason=closure.reason,
        created_at=closure.created_at,
    )


Cursor = tuple[datetime, UUID]
"""Where a page of closures ended: start, id."""


async def closures(
    session: AsyncSession, *, actor: Actor, point_id: UUID, now: datetime, limit: int, after: Cursor | None
) -> tuple[list[ClosureView], Cursor | None]:
    """The closures of a point that are not over, soonest first, and where the next page begins."""
    await managed_point(session, actor=actor, point_id=point_id)
    start, id_ = col(Closure.start), col(Closure.id)
    statement = (
        select(Closure, Service)
        .outerjoin(Service, col(Service.id) == col(Closure.service_id))
        .where(col(Closure.point_id) == point_id, col(Closure.end) > now)
        .order_by(start, id_)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where((start > after[0]) | ((start == after[0]) & (id_ > after[1])))
    rows: Result[*tuple[Any, ...]] = await session.execute(statement)
    found = [_view(row.Closure, row.Service) for row in rows]
    page = found[:limit]
    return page, ((page[-1].start, page[-1].id) if len(found) > limit else None)


async def lift(session: AsyncSession, *, actor: Actor, closure_id: UUID, now: datetime) -> ClosureLifted:
    """Ends a closure: its slots open again, and those of the rules that were not made because of it are made.

    Nobody is booked again by itself. A slot that lies in another closure too stays closed for that one. Raises
    NotFoundError, ForbiddenError; ActionRefusedError when it is over.
    """
    closure = await session.get(Closure, closure_id)
    if closure is None:
        raise NotFoundError(what="closure")
    point = await managed_point(session, actor=actor, point_id=closure.point_id)
    await lock_openings(session, [point.id])
    # Somebody may have lifted it while the lock was waited for.
    closure = await session.get(Closure, closure_id, populate_existing=True)
    if closure is None:
        raise NotFoundError(what="closure")
    if closure.end <= now:
        raise ActionRefusedError([Reason("closure-over")])
    closed = await session.execute(select(col(Slot.id)).where(col(Slot.closure_id) == closure_id))
    slot_ids = list(closed.scalars())
    await lock_slots(session, slot_ids)
    reopened = await _reopen(session, closure_id, now)
    await session.execute(delete(Closure).where(col(Closure.id) == closure_id))
    services = await session.execute(select(col(Service.id)).where(col(Service.point_id) == point.id))
    made = await generate_slots(session, service_ids=list(services.scalars()), now=now)
    deed = Deed(
        "closure.lifted",
        "closure",
        closure_id,
        (await session.get_one(Point, point.id)).district_code,
        {"reopened": len(reopened), "made": made},
    )
    await record(session, [deed], actor=actor, now=now)
    await promote(session, reopened, now=now)
    return ClosureLifted(slots_reopened=len(reopened), slots_made=made)


async def _reopen(session: AsyncSession, closure_id: UUID, now: datetime) -> list[UUID]:
    """Opens what one closure closed, but for slots that are over or lie in another closure; returns which."""
    other = (
        select(col(Closure.id))
        .where(
            col(Closure.id) != closure_id,
            col(Closure.point_id) == col(Slot.point_id),
            col(Closure.start) < col(Slot.end),
            col(Closure.end) > col(Slot.start),
            col(Closure.service_id).is_(None) | (col(Closure.service_id) == col(Slot.service_id)),
        )
        .order_by(col(Closure.id))
        .limit(1)
        .correlate(Slot)
        .scalar_subquery()
    )
    left = await session.execute(
        update(Slot)
        .where(col(Slot.closure_id) == closure_id)
        .values(closure_id=other)
        .returning(col(Slot.id), col(Slot.closure_id))
        .execution_options(synchronize_session=False)
    )
    free = [row.id for row in left if row.closure_id is None]
    opened = await session.execute(
        update(Slot)
        .where(col(Slot.id).in_(free), col(Slot.end) > now)
        .values(status=SlotStatus.open, version=col(Slot.version) + 1)
        .returning(col(Slot.id))
        .execution_options(synchronize_session=False)
    )
    return list(opened.scalars())
