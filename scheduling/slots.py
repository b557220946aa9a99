"""Slots are rows: opening rules expanded for the booking horizon, idempotently."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.ids import new_id
from models.shapes.base import local_day
from models.tables import Closure, OpeningRule, Point, Service, Slot
from models.vocabulary import CalendarDayKind, SlotStatus
from scheduling.calendar import day_kind, entered_days, is_kept
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.rules.recurrence import Occurrence, Opening, occurrences

ROWS_A_STATEMENT = 2000


async def generate_slots(
    session: AsyncSession, *, now: datetime, service_ids: Sequence[UUID] | None = None
) -> int:
    """Makes the slots of the horizon that are not there yet, today's included; returns how many were new.

    Unique on service and start: any number of clocks may run it, and slots that are there, booked or edited by hand,
    are left as they are. Occurrences inside a closure are not made.
    """
    statement = (
        select(OpeningRule, Service, col(Point.community_code))
        .join(Service, col(Service.id) == col(OpeningRule.service_id))
        .join(Point, col(Point.id) == col(Service.point_id))
        .order_by(col(OpeningRule.id))
    )
    if service_ids is not None:
        statement = statement.where(col(OpeningRule.service_id).in_(service_ids))
    rules = (await session.execute(statement)).all()
    policies = await policies_for(
        session,
        (
            ServiceScope(
                row.Service.id, row.Service.point_id, row.Service.district_code, row.Service.category
            )
            for row in rules
        ),
    )
    today = local_day(now)
    furthest = today + timedelta(days=max((policy.horizon_days for policy in policies.values()), default=0))
    closures = await _closures(session, now)
    calendars: dict[str, dict[date, CalendarDayKind]] = {}
    made = 0
    rows: list[dict[str, Any]] = []
    for row in rules:
        rule, service = row.OpeningRule, row.Service
        if service.district_code not in calendars:
            calendars[service.district_code] = await _calendar(
                session, service.district_code, today, furthest
            )
        last = today + timedelta(days=policies[service.id].horizon_days)
        rows.extend(
            slot_values(rule, service, row.community_code, occurrence, now)
            for occurrence in rule_occurrences(rule, today, last, calendars[service.district_code])
            if not _is_closed(occurrence, closures.get(service.point_id, ()), service.id)
        )
        if len(rows) >= ROWS_A_STATEMENT:
            made += await _insert(session, rows)
            rows = []
    return made + await _insert(session, rows)


def rule_occurrences(
    rule: OpeningRule, first: date, last: date, calendar: dict[date, CalendarDayKind]
) -> Iterable[Occurrence]:
    """What a rule opens from `first` to `last`, by a calendar that covers those days."""
    opening = Opening(
        rule.rrule,
        rule.start_time,
        rule.end_time,
        rule.slot_minutes,
        rule.days,
        rule.valid_from,
        rule.valid_until,
    )
    return occurrences(
        opening,
        first,
        last,
        lambda day, falls: is_kept(day, days=rule.days, falls=falls, kind=calendar[day]),
    )


def slot_values(
    rule: OpeningRule, service: Service, community_code: str, occurrence: Occurrence, now: datetime
) -> dict[str, Any]:
    """The table row of a new slot."""
    return {
        "id": new_id(),
        "created_at": now,
        "district_code": service.district_code,
        "service_id": service.id,
        "point_id": service.point_id,
        "rule_id": rule.id,
        "category": service.category,
        "community_code": community_code,
        "start": occurrence.start,
        "end": occurrence.end,
        "capacity": rule.capacity,
        "taken": 0,
        "status": SlotStatus.open,
        "edited": False,
        "version": 1,
    }


async def _calendar(
    session: AsyncSession, district_code: str, first: date, last: date
) -> dict[date, CalendarDayKind]:
    entered = await entered_days(session, district_code=district_code, first=first, last=last)
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return {day: day_kind(day, entered) for day in days}


async def _closures(session: AsyncSession, now: datetime) -> dict[UUID, list[Closure]]:
    found: dict[UUID, list[Closure]] = {}
    rows = await session.execute(select(Closure).where(col(Closure.end) > now - timedelta(days=1)))
    for closure in rows.scalars():
        found.setdefault(closure.point_id, []).append(closure)
    return found


def _is_closed(occurrence: Occurrence, closures: Iterable[Closure], service_id: UUID) -> bool:
    return any(
        closure.start < occurrence.end
        and occurrence.start < closure.end
        and closure.service_id in {None, service_id}
        for closure in closures
    )


async def _insert(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> int:
    if not rows:
        return 0
    made = await session.execute(
        insert(Slot).on_conflict_do_nothing(index_elements=["service_id", "start"]).returning(col(Slot.id)),
        rows,
    )
    return len(made.all())
