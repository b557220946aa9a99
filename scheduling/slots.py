"""Slots are rows: opening rules expanded for the booking horizon, idempotently."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, DateTime, Uuid, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.base import DISTRICT_ZONE, local_day
from models.tables import Closure, OpeningRule, Point, Service, Slot
from models.vocabulary import CalendarDayKind, SlotStatus
from scheduling.locks import share_openings
from scheduling.queries.calendar import entered_days
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.rules.calendar import day_kind, is_kept
from scheduling.rules.recurrence import Occurrence, Opening, occurrences


@dataclass(frozen=True, slots=True)
class Wanted:
    """A slot that an opening rule asks for."""

    rule: OpeningRule
    service: Service
    occurrence: Occurrence


async def generate_slots(
    session: AsyncSession, *, service_ids: Sequence[UUID], now: datetime, until: date | None = None
) -> int:
    """Makes the slots of these services that the horizon lacks, today's included; returns how many were new.

    Unique on service and start: any number of clocks may run it, and slots that are there, booked or edited by hand,
    are left as they are. What lies inside a closure is not made, nor what would overlap an open slot of the same service
    (one opened by hand, or kept from earlier rules). `until` reaches beyond the horizon (a series).
    """
    await share_openings(session, await _points_of(session, service_ids))
    wanted = await wanted_slots(session, service_ids, now=now, until=until)
    if not wanted:
        return 0
    there = _There(await _from_today(session, service_ids, local_day(now)))
    new = [(slot.rule.id, slot.occurrence) for slot in wanted if there.has_room(slot)]
    return await _insert(session, new, now) if new else 0


async def _insert(session: AsyncSession, new: Sequence[tuple[UUID, Occurrence]], now: datetime) -> int:
    """Writes the occurrences of some rules as slots; returns how many were not there yet.

    One statement however many: only what differs is sent, the rest is read from the rules where they lie. In the order
    of the unique key, so that clocks which make the same slots at once wait for each other instead of deadlocking.
    """
    ids = literal([new_id() for _ in new], ARRAY(Uuid))
    rule_ids = literal([rule_id for rule_id, _ in new], ARRAY(Uuid))
    starts = literal([occurrence.start for _, occurrence in new], ARRAY(DateTime(timezone=True)))
    ends = literal([occurrence.end for _, occurrence in new], ARRAY(DateTime(timezone=True)))
    given = select(
        func.unnest(ids).label("id"),
        func.unnest(rule_ids).label("rule_id"),
        func.unnest(starts).label("start"),
        func.unnest(ends).label("end"),
    ).subquery("given")
    values = {
        "id": given.c.id,
        "created_at": literal(now, DateTime(timezone=True)),
        "district_code": col(Service.district_code),
        "service_id": col(Service.id),
        "point_id": col(Service.point_id),
        "rule_id": given.c.rule_id,
        "category": col(Service.category),
        "community_code": col(Point.community_code),
        "start": given.c.start,
        "end": given.c.end,
        "capacity": col(OpeningRule.capacity),
    }
    statement = (
        insert(Slot)
        .from_select(
            list(values),
            select(*values.values())
            .join_from(given, OpeningRule, col(OpeningRule.id) == given.c.rule_id)
            .join(Service, col(Service.id) == col(OpeningRule.service_id))
            .join(Point, col(Point.id) == col(Service.point_id))
            .order_by(col(Service.id), given.c.start, given.c.rule_id),
        )
        .on_conflict_do_nothing(index_elements=["service_id", "start"])
    )
    connection = await session.connection()
    return (await connection.execute(statement)).rowcount


async def _points_of(session: AsyncSession, service_ids: Sequence[UUID]) -> list[UUID]:
    points = select(col(Service.point_id)).where(col(Service.id).in_(service_ids)).distinct()
    return list((await session.execute(points)).scalars())


async def wanted_slots(
    session: AsyncSession, service_ids: Sequence[UUID], *, now: datetime, until: date | None
) -> list[Wanted]:
    """What the rules of these services ask for from today to the horizon, or to `until` if that is later."""
    rules = (
        await session.execute(
            select(OpeningRule, Service)
            .join(Service, col(Service.id) == col(OpeningRule.service_id))
            .where(col(OpeningRule.service_id).in_(service_ids))
            .order_by(col(OpeningRule.id))
            .execution_options(populate_existing=True)
        )
    ).all()
    if not rules:
        return []
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
    return [
        Wanted(row.OpeningRule, row.Service, occurrence)
        for row in rules
        for occurrence in rule_occurrences(
            row.OpeningRule, today, lasts[row.Service.id], calendars[row.Service.district_code]
        )
        if not _is_closed(occurrence, closures.get(row.Service.point_id, ()), row.Service.id)
    ]


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


Standing = tuple[UUID, datetime, datetime, SlotStatus]
"""Service, start, end and status of a slot that is there."""


async def _from_today(session: AsyncSession, service_ids: Sequence[UUID], today: date) -> list[Standing]:
    midnight = datetime.combine(today, time(0), tzinfo=DISTRICT_ZONE)
    rows = await session.execute(
        select(col(Slot.service_id), col(Slot.start), col(Slot.end), col(Slot.status)).where(
            col(Slot.service_id).in_(service_ids), col(Slot.start) >= midnight
        )
    )
    return [(row.service_id, row.start, row.end, row.status) for row in rows]


class _There:
    """What is there already, to be asked whether there is room for one more slot."""

    def __init__(self, standing: Iterable[Standing]) -> None:
        self._starts: set[tuple[UUID, datetime]] = set()
        self._open: dict[UUID, list[tuple[datetime, datetime]]] = {}
        for service_id, start, end, status in standing:
            self._starts.add((service_id, start))
            if status is SlotStatus.open:
                self._open.setdefault(service_id, []).append((start, end))
        for spans in self._open.values():
            spans.sort()

    def has_room(self, wanted: Wanted) -> bool:
        """Whether no slot begins at that time, and no open one overlaps it. Open ones do not overlap each other."""
        start, end = wanted.occurrence
        if (wanted.service.id, start) in self._starts:
            return False
        spans = self._open.get(wanted.service.id, [])
        after = bisect_left(spans, (start, start))
        return (after == 0 or spans[after - 1][1] <= start) and (
            after == len(spans) or end <= spans[after][0]
        )


def _is_closed(occurrence: Occurrence, closures: Iterable[Closure], service_id: UUID) -> bool:
    return any(
        closure.start < occurrence.end
        and occurrence.start < closure.end
        and closure.service_id in {None, service_id}
        for closure in closures
    )
