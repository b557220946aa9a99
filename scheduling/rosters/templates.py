"""Recurring shifts: templates, and the shifts made from them up to the horizon (product: Volunteers)."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.base import local_day
from models.shapes.rosters import ShiftsMade, TemplateOrder, TemplateView
from models.tables import Point, Shift, ShiftTemplate
from models.vocabulary import DayKind, ShiftStatus
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.drafts.recurrence import normal_rrule
from scheduling.errors import InvalidInputError, NotFoundError
from scheduling.locks import lock_openings
from scheduling.queries.points import managed_point
from scheduling.queries.policies import point_policies
from scheduling.rosters.shifts import check_crew, crew_columns, link_services, new_codes, publish_drafts
from scheduling.rules.recurrence import Opening, occurrences

A_SWEEP = 50
"""So many templates are expanded in one transaction."""


async def add(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: TemplateOrder, now: datetime
) -> ShiftsMade:
    """Makes a recurring shift, and its shifts up to the horizon. Raises NotFoundError, ForbiddenError, InvalidInputError."""
    await managed_point(session, actor=actor, point_id=point_id)
    await check_crew(session, wanted, point_id=point_id)
    try:
        rrule = normal_rrule(wanted.rrule)
    except ValueError as error:
        raise InvalidInputError(field="rrule", detail=str(error)) from error
    point = await session.get_one(Point, point_id)
    template = ShiftTemplate(
        created_at=now,
        district_code=point.district_code,
        point_id=point_id,
        **wanted.model_dump(include={"start_time", "end_time", "valid_from", "valid_until"}),
        rrule=rrule,
        publishes_itself=wanted.publishes_itself,
        service_ids=[str(service_id) for service_id in wanted.service_ids],
        **crew_columns(wanted),
    )
    session.add(template)
    await session.flush()
    deed = Deed("shift_template.made", "shift_template", template.id, point.district_code)
    await record(session, [deed], actor=actor, now=now)
    made = await expand(session, [template], actor=actor, now=now)
    return ShiftsMade(template=view(template), shifts_made=made)


def view(template: ShiftTemplate) -> TemplateView:
    """A template as the API shows it."""
    values = {name: getattr(template, name) for name in TemplateOrder.model_fields}
    return TemplateView(id=template.id, point_id=template.point_id, **values)


async def of_point(session: AsyncSession, *, actor: Actor, point_id: UUID) -> list[TemplateView]:
    """A point's templates that go on. Raises NotFoundError, ForbiddenError."""
    await managed_point(session, actor=actor, point_id=point_id)
    rows = await session.execute(
        select(ShiftTemplate)
        .where(col(ShiftTemplate.point_id) == point_id, col(ShiftTemplate.ended_at).is_(None))
        .order_by(col(ShiftTemplate.start_time), col(ShiftTemplate.id))
    )
    return [view(template) for template in rows.scalars()]


async def end(session: AsyncSession, *, actor: Actor, template_id: UUID, now: datetime) -> TemplateView:
    """Makes no more shifts; those made stay. Raises NotFoundError, ForbiddenError."""
    template = await session.get(ShiftTemplate, template_id)
    if template is None:
        raise NotFoundError(what="shift template")
    await managed_point(session, actor=actor, point_id=template.point_id)
    await lock_openings(session, [template.point_id])
    template = await session.get_one(ShiftTemplate, template_id, populate_existing=True)
    if template.ended_at is None:
        template.ended_at = now
        session.add(template)
        deed = Deed("shift_template.ended", "shift_template", template_id, template.district_code)
        await record(session, [deed], actor=actor, now=now)
    return view(template)


def _days(template: ShiftTemplate) -> Opening:
    return Opening(
        rrule=template.rrule,
        start_time=template.start_time,
        end_time=template.end_time,
        slot_minutes=None,
        days=DayKind.any,
        valid_from=template.valid_from,
        valid_until=template.valid_until,
    )


async def expand(
    session: AsyncSession, templates: Sequence[ShiftTemplate], *, actor: Actor, now: datetime
) -> int:
    """Makes the shifts of templates up to the horizon that are not there yet; returns how many.

    Unique by template and start, so that any number of clocks may do so. Those that publish themselves are published.
    """
    points = sorted({template.point_id for template in templates})
    await lock_openings(session, points)
    policies = await point_policies(
        session, {(template.point_id, template.district_code) for template in templates}
    )
    today = local_day(now)
    made = 0
    for template in templates:
        horizon = today + timedelta(days=policies[template.point_id].shift_horizon_days)
        ids = await _make(session, template, today, horizon, now)
        made += len(ids)
        if ids and template.publishes_itself:
            await publish_drafts(session, point_id=template.point_id, shift_ids=ids, actor=actor, now=now)
    return made


async def _make(
    session: AsyncSession, template: ShiftTemplate, first: date, last: date, now: datetime
) -> list[UUID]:
    spans = [
        span
        for span in occurrences(_days(template), first, last, lambda _, falls: falls.on_day)
        if span.start > now
    ]
    if not spans:
        return []
    crew = {
        name: getattr(template, name)
        for name in (
            "role",
            "title",
            "note",
            "needed",
            "minimum",
            "required_skills",
            "minimum_age",
            "direct",
            "buddy_places",
            "leader_id",
        )
    }
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "created_at": now,
            "district_code": template.district_code,
            "point_id": template.point_id,
            "template_id": template.id,
            "start": span.start,
            "end": span.end,
            "taken": 0,
            "status": ShiftStatus.draft,
            "waves": 0,
            "version": 1,
            **crew,
            **new_codes(),
        }
        for span in spans
    ]
    written = await session.execute(
        insert(Shift)
        .on_conflict_do_nothing(index_elements=["template_id", "start"])
        .returning(col(Shift.id)),
        rows,
    )
    ids = list(written.scalars())
    services = [UUID(service_id) for service_id in template.service_ids]
    await link_services(session, dict.fromkeys(ids, services))
    deeds = [Deed("shift.made", "shift", id_, template.district_code) for id_ in ids]
    await record(session, deeds, actor=SYSTEM, now=now)
    return ids


async def templates_to_expand(session: AsyncSession, *, now: datetime) -> list[UUID]:
    """The templates that go on."""
    rows = await session.execute(
        select(col(ShiftTemplate.id))
        .where(
            col(ShiftTemplate.ended_at).is_(None),
            col(ShiftTemplate.valid_until) >= local_day(now),
        )
        .order_by(col(ShiftTemplate.id))
    )
    return list(rows.scalars())


async def make_shifts(session: AsyncSession, template_ids: Sequence[UUID], *, now: datetime) -> int:
    """Expands some templates; returns how many shifts were made."""
    rows = await session.execute(
        select(ShiftTemplate)
        .where(col(ShiftTemplate.id).in_(template_ids), col(ShiftTemplate.ended_at).is_(None))
        .order_by(col(ShiftTemplate.point_id), col(ShiftTemplate.id))
    )
    return await expand(session, list(rows.scalars()), actor=SYSTEM, now=now)
