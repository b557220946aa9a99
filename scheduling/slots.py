"""Slots are rows: opening rules expanded for the booking horizon, idempotently."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.base import DISTRICT_ZONE, local_day
from models.tables import Closure, OpeningRule, Point, Service, Slot
from models.vocabulary import CalendarDayKind, SlotStatus
from scheduling.queries.calendar import entered_days
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.rules.calendar import day_kind, is_kept
from scheduling.rules.recurrence import Occurrence, Opening, occurrences


async def generate_slots(
    session: AsyncSession, *, service_ids: Sequence[UUID], now: datetime, until: date | None = None
) -> int:
    """Makes the slots of these services that the horizon lacks, today's included; returns how many were new.

    Unique on service and start: any number of clocks may run it, and slots that are there, booked or edited by hand,
    are left as they are. Occurrences inside a closure are not made. `until` reaches beyond the horizon (a series).
    """
    rules = (
        await session.execute(
            select(OpeningRule, Service, col(Point.community_code))
            .join(Service, col(Service.id) == col(OpeningRule.service_id))
            .join(Point, col(Point.id) == col(Service.point_id))
            .where(col(OpeningRule.service_id).in_(service_ids))
            .order_by(col(OpeningRule.id))
        )
    ).all()
    if not rules:
        return 0
    services = {row.Service.id: row.Service for row in rules}
    policies = await policies_for(
        session,
        (ServiceScope(one.id, one.point_id, one.district_code, one.category) for one in services.values()),
    )
    today = local_day(now)
    lasts = {
        service_id: max(until or today, today + timedelta(days=policies[service_id].horizon_days))
        for service_id in services
    }
    furthest = max(lasts.values())
    calendars = {
        district: await _calendar(session, district, today, furthest)
        for district in {one.district_code for one in services.values()}
    }
    closures = await _closures(session, {one.point_id for one in services.values()}, now)
    there = await _starts(session, service_ids, today)
    rows: list[dict[str, Any]] = []
    for row in rules:
        rule, service = row.OpeningRule, row.Service
        rows.extend(
            slot_values(rule, service, row.community_code, occurrence, now)
            for occurrence in rule_occurrences(
                rule, today, lasts[service.id], calendars[service.district_code]
            )
            if (service.id, occurrence.start) not in there
            and not _is_closed(occurrence, closures.get(service.point_id, ()), service.id)
        )
    if not rows:
        return 0
    made = await session.execute(
        insert(Slot).on_conflict_do_nothing(index_elements=["service_id", "start"]).returning(col(Slot.id)),
        rows,
    )
    return len(made.all())


async def services_with_rules(session: AsyncSession) -> list[UUID]:
    """Every service that has an opening rule, in the order of the ids."""
    rules = select(col(OpeningRule.service_id)).distinct().order_by(col(OpeningRule.service_id))
    return list((await session.execute(rules)).scalars())


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


async def _closures(
    session: AsyncSession, point_ids: Iterable[UUID], now: datetime
) -> dict[UUID, list[Closure]]:
    found: dict[UUID, list[Closure]] = {}
    rows = await session.execute(
        select(Closure).where(
            col(Closure.point_id).in_(list(point_ids)), col(Closure.end) > now - timedelta(days=1)
        )
    )
    for closure in rows.scalars():
        found.setdefault(closure.point_id, []).append(closure)
    return found


async def _starts(
    session: AsyncSession, service_ids: Sequence[UUID], today: date
) -> set[tuple[UUID, datetime]]:
    midnight = datetime.combine(today, time(0), tzinfo=DISTRICT_ZONE)
    rows = await session.execute(
        select(col(Slot.service_id), col(Slot.start)).where(
            col(Slot.service_id).in_(service_ids), col(Slot.start) >= midnight
        )
    )
    return {(row.service_id, row.start) for row in rows}


def _is_closed(occurrence: Occurrence, closures: Iterable[Closure], service_id: UUID) -> bool:
    return any(
        closure.start < occurrence.end
        and occurrence.start < closure.end
        and closure.service_id in {None, service_id}
        for closure in closures
    )
