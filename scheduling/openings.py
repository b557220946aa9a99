"""What a point offers beyond its opening rules: extra openings, and its services themselves (product: Booking 8)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.openings import LONGEST_SLOT, ExtraOpening, ServiceEdit, ServiceOrder, SlotsMade
from models.shapes.places import ServiceView
from models.tables import Closure, Point, Provider, Service, Slot
from models.vocabulary import SlotStatus
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, InvalidInputError, NotFoundError, Reason
from scheduling.locks import lock_openings
from scheduling.queries.points import managed_point, managed_service, point_services
from scheduling.queries.slots import slot_rows, slot_select, slot_views
from scheduling.rules.booking import when


async def open_extra(
    session: AsyncSession, *, actor: Actor, service_id: UUID, wanted: ExtraOpening, now: datetime
) -> SlotsMade:
    """Makes slots by hand, which no rule changes or takes back.

    Raises NotFoundError, ForbiddenError; InvalidInputError for a span that cannot be cut; ActionRefusedError with all
    reasons: it has begun, it lies in a closure, it overlaps slots of the same service (each is named).
    """
    service = await managed_service(session, actor=actor, service_id=service_id)
    point = await session.get_one(Point, service.point_id)
    spans = _cut(wanted)
    await lock_openings(session, [point.id])
    reasons = [] if wanted.start > now else [Reason("slot-started", {"start": when(wanted.start)})]
    reasons += await _closures_in(session, service, wanted)
    reasons += await _overlaps(session, service_id, wanted, {start for start, _ in spans})
    if reasons:
        raise ActionRefusedError(reasons)
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "created_at": now,
            "district_code": service.district_code,
            "service_id": service.id,
            "point_id": point.id,
            "category": service.category,
            "community_code": point.community_code,
            "start": start,
            "end": end,
            "capacity": wanted.capacity,
            "edited": True,
        }
        for start, end in spans
    ]
    await session.execute(insert(Slot), rows)
    deeds = [Deed("slot.opened_extra", "slot", row["id"], service.district_code) for row in rows]
    await record(session, deeds, actor=actor, now=now)
    made = await slot_rows(
        session,
        slot_select().where(col(Slot.id).in_([row["id"] for row in rows])).order_by(col(Slot.start)),
    )
    return SlotsMade(slots=await slot_views(session, made))


def _cut(wanted: ExtraOpening) -> list[tuple[datetime, datetime]]:
    span = wanted.end - wanted.start
    if span > LONGEST_SLOT:
        raise InvalidInputError(field="end", detail="an extra opening lasts a day at most")
    if wanted.slot_minutes is None:
        return [(wanted.start, wanted.end)]
    length = timedelta(minutes=wanted.slot_minutes)
    if span % length:
        raise InvalidInputError(field="slot_minutes", detail="the span cannot be cut into such slots")
    return [(wanted.start + n * length, wanted.start + (n + 1) * length) for n in range(span // length)]


async def _closures_in(session: AsyncSession, service: Service, wanted: ExtraOpening) -> list[Reason]:
    rows = await session.execute(
        select(Closure)
        .where(
            col(Closure.point_id) == service.point_id,
            col(Closure.start) < wanted.end,
            col(Closure.end) > wanted.start,
            col(Closure.service_id).is_(None) | (col(Closure.service_id) == service.id),
        )
        .order_by(col(Closure.start))
    )
    return [
        Reason(
            "in-closure",
            {"closure_id": str(closure.id), "start": when(closure.start), "end": when(closure.end)},
        )
        for closure in rows.scalars()
    ]


async def _overlaps(
    session: AsyncSession, service_id: UUID, wanted: ExtraOpening, starts: set[datetime]
) -> Sequence[Reason]:
    """Open slots in the span, and closed ones that begin when a new one would: those can be opened again instead."""
    rows = await session.execute(
        select(col(Slot.id), col(Slot.start), col(Slot.end), col(Slot.status))
        .where(
            col(Slot.service_id) == service_id,
            col(Slot.start) < wanted.end,
            col(Slot.start) > wanted.start - LONGEST_SLOT,
            col(Slot.end) > wanted.start,
        )
        .order_by(col(Slot.start))
    )
    return [
        Reason(
            "overlaps-slot",
            {
                "slot_id": str(row.id),
                "start": when(row.start),
                "end": when(row.end),
                "status": row.status,
            },
        )
        for row in rows
        if row.status is SlotStatus.open or row.start in starts
    ]


async def add_service(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: ServiceOrder, now: datetime
) -> ServiceView:
    """Adds a service to a point; it opens once it has opening rules. Raises NotFoundError, ForbiddenError."""
    await managed_point(session, actor=actor, point_id=point_id)
    point = await session.get_one(Point, point_id)
    provider = await session.get(Provider, wanted.provider_id)
    if provider is None or provider.district_code != point.district_code:
        raise NotFoundError(what="provider")
    id_ = new_id()
    service = Service(
        id=id_,
        created_at=now,
        district_code=point.district_code,
        key=str(id_),
        point_id=point_id,
        provider_id=provider.id,
        category=wanted.category,
        name=wanted.name,
        description=wanted.description,
        demo=point.demo,
    )
    session.add(service)
    await session.flush()
    await record(session, [Deed("service.added", "service", id_, point.district_code)], actor=actor, now=now)
    return await _service_view(session, service)


async def edit_service(
    session: AsyncSession, *, actor: Actor, service_id: UUID, edit: ServiceEdit, now: datetime
) -> ServiceView:
    """Changes how a service is called and described. Raises NotFoundError, ForbiddenError."""
    service = await managed_service(session, actor=actor, service_id=service_id)
    if edit.name is not None:
        service.name = edit.name
    if edit.description is not None:
        service.description = edit.description
    session.add(service)
    await session.flush()
    deed = Deed("service.edited", "service", service.id, service.district_code)
    await record(session, [deed], actor=actor, now=now)
    return await _service_view(session, service)


async def _service_view(session: AsyncSession, service: Service) -> ServiceView:
    views = await point_services(session, point_id=service.point_id)
    return next(view for view in views if view.id == service.id)
