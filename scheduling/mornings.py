"""What managers are told each morning: the day of their point, and when its count does not seem to be kept.

Both are sweeps. Whoever was told today is not told again, however often they run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, local
from models.tables import Booking, Notice, Point, Slot
from models.vocabulary import BookingStatus, NoticeKind, SlotStatus
from scheduling import notices
from scheduling.alerting import managers_of
from scheduling.entries import places_waited_for
from scheduling.errors import Value
from scheduling.policies import Policy
from scheduling.queries.policies import district_policy
from scheduling.queries.slots import SlotRow, slot_rows, slot_select
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS

POINTS_AT_ONCE = 50
LINES = 12
"""So many slots of the day are named one by one; the others are counted."""
STILL_MORNING = timedelta(hours=3)
"""So long after the morning hour the day is still told; later it has been seen."""


@dataclass(frozen=True, slots=True)
class Morning:
    """One morning of a district, on its clock."""

    district: str
    policy: Policy
    day: date
    begins: datetime

    @property
    def midnight(self) -> datetime:
        """When the day began."""
        return datetime.combine(self.day, time(0), tzinfo=DISTRICT_ZONE)


def morning_of(district: str, policy: Policy, now: datetime) -> Morning | None:
    """The morning that it is; None at any other time of the day. Never in the quiet hours."""
    day = local(now).date()
    hour = max(policy.morning_hour, policy.quiet_until_hour)
    begins = datetime.combine(day, time(hour), tzinfo=DISTRICT_ZONE)
    return Morning(district, policy, day, begins) if begins <= now < begins + STILL_MORNING else None


async def districts_of_points(session: AsyncSession) -> list[str]:
    """The districts that have points."""
    return list((await session.execute(select(col(Point.district_code)).distinct())).scalars())


async def tell_mornings(session: AsyncSession, *, now: datetime) -> int:
    """Tells the managers of some points what their day brings; returns how many were told, none when all were.

    Points at which nothing is on today are left out.
    """
    told = 0
    for district in await districts_of_points(session):
        morning = morning_of(district, await district_policy(session, district), now)
        if morning is None:
            continue
        points = await _untold(session, morning, NoticeKind.point_morning)
        told += await _tell_day(session, points, morning, now)
    return told


async def _untold(session: AsyncSession, morning: Morning, kind: NoticeKind) -> list[UUID]:
    """Points of the district with something on today and managers who have not been told yet."""
    on_today = (
        select(col(Slot.point_id))
        .where(
            col(Slot.district_code) == morning.district,
            col(Slot.start) >= morning.midnight,
            col(Slot.start) < morning.midnight + timedelta(days=1),
        )
        .distinct()
    )
    points = list((await session.execute(on_today)).scalars())
    managers = await managers_of(session, points)
    keys = {_key(kind, point, morning, person): point for point in managers for person in managers[point]}
    known = set(
        (
            await session.execute(
                select(col(Notice.dedupe_key)).where(col(Notice.dedupe_key).in_(list(keys)))
            )
        ).scalars()
    )
    return sorted({point for key, point in keys.items() if key not in known})[:POINTS_AT_ONCE]


def _key(kind: NoticeKind, point_id: UUID, morning: Morning, person_id: UUID) -> str:
    return f"{kind}:{point_id}:{morning.day:%y%m%d}:{person_id}"


async def _tell_day(session: AsyncSession, point_ids: Sequence[UUID], morning: Morning, now: datetime) -> int:
    if not point_ids:
        return 0
    today = slot_select().where(
        col(Slot.point_id).in_(point_ids),
        col(Slot.start) >= morning.midnight,
        col(Slot.start) < morning.midnight + timedelta(days=1),
    )
    slots: dict[UUID, list[SlotRow]] = {}
    for row in await slot_rows(session, today.order_by(col(Slot.start), col(Slot.id))):
        slots.setdefault(row.point.id, []).append(row)
    waiting = await places_waited_for(session, [row.slot.id for rows in slots.values() for row in rows])
    kind = NoticeKind.point_morning
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=_key(kind, point_id, morning, person_id),
            due_at=morning.begins,
            expires_at=morning.begins + KINDS[kind].worth,
            data=_day(slots[point_id], waiting, morning),
            district_code=morning.district,
            quiet=morning.policy.quiet,
        )
        for point_id, managers in (await managers_of(session, slots)).items()
        for person_id in managers
    ]
    await notices.owe(session, owed, now=now)
    return len(owed)


def _day(slots: Sequence[SlotRow], waiting: Mapping[UUID, int], morning: Morning) -> dict[str, Value]:
    """The day of a point: sums, and its slots one by one as far as they can be told in one message."""
    open_ones = [row for row in slots if row.slot.status is SlotStatus.open and row.slot.capacity > 0]
    lines: list[Value] = [
        {
            "start": when(row.slot.start),
            "service": row.service_name,
            "taken": row.slot.taken,
            "capacity": row.slot.capacity,
            "waiting": waiting.get(row.slot.id, 0),
        }
        for row in open_ones[:LINES]
    ]
    return {
        "point": slots[0].point.name,
        "point_id": str(slots[0].point.id),
        "day": morning.day.isoformat(),
        "slots": len(open_ones),
        "closed": len(slots) - len(open_ones),
        "taken": sum(row.slot.taken for row in open_ones),
        "capacity": sum(row.slot.capacity for row in open_ones),
        "waiting": sum(waiting.get(row.slot.id, 0) for row in slots),
        "lines": lines,
    }


async def tell_of_stale_counts(session: AsyncSession, *, now: datetime) -> int:
    """Tells managers that people book at their point and nobody is checked in there; returns how many were told.

    Counts that nobody keeps make no-shows of people who came, and free places of none. Once in each span of so many
    days as the policy looks back.
    """
    told = 0
    for district in await districts_of_points(session):
        policy = await district_policy(session, district)
        morning = morning_of(district, policy, now)
        if morning is None:
            continue
        since = morning.day - timedelta(days=policy.stale_days)
        came = func.count().filter(col(Booking.status) == BookingStatus.attended)
        due = func.count().filter(
            col(Booking.status).in_([BookingStatus.confirmed, BookingStatus.no_show, BookingStatus.attended])
        )
        days = select(col(Booking.point_id), due.label("due"), came.label("came")).where(
            col(Booking.district_code) == district,
            col(Booking.day) >= since,
            col(Booking.day) < morning.day,
        )
        rows = await session.execute(
            days.group_by(col(Booking.point_id)).having(came == 0, due >= policy.stale_bookings)
        )
        booked = {row.point_id: row.due for row in rows}
        told += await _tell_stale(session, booked, morning, now)
    return told


async def _tell_stale(
    session: AsyncSession, booked: Mapping[UUID, int], morning: Morning, now: datetime
) -> int:
    kind = NoticeKind.point_counts_stale
    names = {
        row.id: row.name
        for row in await session.execute(
            select(col(Point.id), col(Point.name)).where(col(Point.id).in_(list(booked)))
        )
    }
    days = morning.policy.stale_days
    span = morning.day.toordinal() // days
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=f"{kind}:{point_id}:{days}x{span}:{person_id}",
            due_at=morning.begins,
            expires_at=morning.begins + KINDS[kind].worth,
            data={
                "point": names[point_id],
                "point_id": str(point_id),
                "days": days,
                "bookings": booked[point_id],
            },
            district_code=morning.district,
            quiet=morning.policy.quiet,
        )
        for point_id, managers in (await managers_of(session, names)).items()
        for person_id in managers
    ]
    known = select(col(Notice.dedupe_key)).where(col(Notice.dedupe_key).in_([one.dedupe_key for one in owed]))
    told = set((await session.execute(known)).scalars())
    fresh = [one for one in owed if one.dedupe_key not in told]
    await notices.owe(session, fresh, now=now)
    return len(fresh)
