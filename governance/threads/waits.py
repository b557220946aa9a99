"""When the people at a desk answer, and how long that usually takes: read from slots, the calendar and past threads."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Date, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.threads.rules.hours import Span, answering_hours, usual_wait
from models.shapes.base import DISTRICT_ZONE, local_day
from models.tables import Slot, Thread
from models.vocabulary import CalendarDayKind, SlotStatus
from scheduling.policies import Policy
from scheduling.queries.calendar import entered_days
from scheduling.queries.policies import district_policy, point_policies

DAYS_AHEAD = 14
"""Hours are looked for so many days ahead: beyond the longest holidays."""


@dataclass(frozen=True, slots=True)
class Where:
    """What decides on the hours of a desk: the point, if it is one, and the district."""

    district_code: str
    point_id: UUID | None


@dataclass(frozen=True, slots=True)
class Answering:
    """When the people at a desk answer, and by which policy."""

    hours: Sequence[Span]
    policy: Policy


async def answering(
    session: AsyncSession, places: Iterable[Where], *, now: datetime, since: datetime | None = None
) -> Mapping[Where, Answering]:
    """The hours of these desks from the day of `since` (today) on. A statement for slots and policies each, and one for the
    calendar of each district.
    """
    wanted = set(places)
    first = local_day(min(now, since or now))
    days = [first + timedelta(days=number) for number in range((local_day(now) - first).days + DAYS_AHEAD)]
    points = {where.point_id: where.district_code for where in wanted if where.point_id is not None}
    opening = await _opening(session, points, days)
    policies = await point_policies(session, points.items())
    entered: dict[str, Mapping[date, CalendarDayKind]] = {}
    general: dict[str, Policy] = {}
    for district in {where.district_code for where in wanted}:
        entered[district] = await entered_days(session, district_code=district, first=days[0], last=days[-1])
        general[district] = await district_policy(session, district)
    found: dict[Where, Answering] = {}
    for where in wanted:
        of_point = where.point_id is not None
        policy = policies[where.point_id] if where.point_id is not None else general[where.district_code]
        open_on = opening.get(where.point_id, {}) if of_point else {}
        found[where] = Answering(answering_hours(days, open_on, entered[where.district_code], policy), policy)
    return found


async def _opening(
    session: AsyncSession, points: Iterable[UUID], days: Sequence[date]
) -> dict[UUID | None, dict[date, Span]]:
    """From when until when each point is open, day by day: its first slot's start to its last one's end."""
    wanted = list(points)
    found: dict[UUID | None, dict[date, Span]] = {}
    if not wanted:
        return found
    first = datetime.combine(days[0], time(0), tzinfo=DISTRICT_ZONE)
    day = cast(func.timezone(str(DISTRICT_ZONE), col(Slot.start)), Date).label("day")
    rows = await session.execute(
        select(col(Slot.point_id), day, func.min(col(Slot.start)), func.max(col(Slot.end)))
        .where(
            col(Slot.point_id).in_(wanted),
            col(Slot.start) >= first,
            col(Slot.start) < first + timedelta(days=len(days)),
            col(Slot.status) == SlotStatus.open,
        )
        .group_by(col(Slot.point_id), day)
        .order_by(col(Slot.point_id), day)
    )
    for point_id, on_day, start, end in rows:
        found.setdefault(point_id, {})[on_day] = Span(start, end)
    return found


@dataclass(frozen=True, slots=True)
class Expected:
    """How long a first answer usually takes, in time of work, and whether that was measured at this desk or in the whole
    district.
    """

    wait: timedelta
    at_desk: bool


async def expected_wait(
    session: AsyncSession, *, desk_key: str, district_code: str, policy: Policy
) -> Expected | None:
    """The usual wait at a desk; where it has answered too little so far, that of the district; else nothing is known."""
    for at_desk, whose in (
        (True, col(Thread.desk_key) == desk_key),
        (False, col(Thread.district_code) == district_code),
    ):
        rows = await session.execute(
            select(col(Thread.waited_s))
            .where(whose, or_(col(Thread.waited_s).is_not(None), col(Thread.alerts) > 0))
            .order_by(col(Thread.answerable_from).desc())
            .limit(policy.wait_sample)
        )
        waits = [None if waited is None else timedelta(seconds=waited) for waited in rows.scalars()]
        wait = usual_wait(waits, policy.wait_sample_least)
        if wait is not None:
            return Expected(wait, at_desk)
        if len(waits) >= policy.wait_sample_least:
            return None
    return None
