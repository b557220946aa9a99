"""What missed bookings lead to: pauses are made, told, and fall away when a miss is corrected (product: Booking 5).

Callers hold the attendees' locks, so that misses noted at the same time are counted one after another.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Booking, Notice, Pause
from models.vocabulary import BookingStatus, Category, NoticeKind, NoticeStatus
from scheduling import notices
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import Value
from scheduling.policies import Policy
from scheduling.queries.bookings import BookedRow, booked_rows
from scheduling.queries.policies import ServiceScope, policies_for
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS
from scheduling.rules.misses import Miss, pausing
from scheduling.rules.waiting import told_at


@dataclass(frozen=True, slots=True)
class Missed:
    """A booking that was just noted as missed, with the policy of its service."""

    booking_id: UUID
    attendee_id: UUID
    category: Category
    end: datetime
    district_code: str
    policy: Policy


async def judge(session: AsyncSession, missed: Sequence[Missed], *, now: datetime) -> int:
    """Makes a pause for each person and category that reached the limit, and tells them; returns how many."""
    counting = [one for one in missed if one.policy.pauses]
    counted = await _uncounted(session, counting) if counting else {}
    newest = {(one.attendee_id, one.category): one for one in sorted(counting, key=lambda one: one.end)}
    made: list[Made] = []
    for key, misses in counted.items():
        if bookings := pausing(misses, newest[key].policy):
            made.append((_pause(newest[key], bookings, now), newest[key].policy))
    session.add_all([pause for pause, _ in made])
    await session.flush()
    await _tell(session, made, now)
    deeds = [
        Deed("pause.made", "pause", pause.id, pause.district_code, {"bookings": pause.bookings})
        for pause, _ in made
    ]
    await record(session, deeds, actor=SYSTEM, now=now)
    return len(made)


Key = tuple[UUID, Category]
Made = tuple[Pause, Policy]


async def _uncounted(session: AsyncSession, missed: Sequence[Missed]) -> Mapping[Key, list[Miss]]:
    """The misses of these people that led to no pause yet, where the service knows pauses, by person and category."""
    keys = {(one.attendee_id, one.category) for one in missed}
    attendees = sorted({attendee_id for attendee_id, _ in keys})
    window = timedelta(days=max(one.policy.no_show_window_days for one in missed))
    since = min(one.end for one in missed) - window
    rows = (
        await session.execute(
            select(
                col(Booking.id),
                col(Booking.attendee_id),
                col(Booking.category),
                col(Booking.end),
                col(Booking.service_id),
                col(Booking.point_id),
                col(Booking.district_code),
            ).where(
                col(Booking.attendee_id).in_(attendees),
                col(Booking.status) == BookingStatus.no_show,
                col(Booking.end) > since,
            )
        )
    ).all()
    policies = await policies_for(
        session, (ServiceScope(row.service_id, row.point_id, row.district_code, row.category) for row in rows)
    )
    spent = await _spent(session, attendees, since)
    found: dict[Key, list[Miss]] = {}
    for row in rows:
        key = (row.attendee_id, row.category)
        if key in keys and policies[row.service_id].pauses and str(row.id) not in spent:
            found.setdefault(key, []).append(Miss(row.id, row.end))
    return found


async def _spent(session: AsyncSession, attendees: Sequence[UUID], since: datetime) -> set[str]:
    """Misses that led to a pause already. One that fell away (nobody lifted it) gives its other misses back."""
    pauses = await session.execute(
        select(col(Pause.bookings)).where(
            col(Pause.person_id).in_(attendees),
            col(Pause.created_at) > since,
            or_(col(Pause.lifted_at).is_(None), col(Pause.lifted_by_id).is_not(None)),
        )
    )
    return {booking_id for bookings in pauses.scalars() for booking_id in bookings}


def _pause(newest: Missed, bookings: Sequence[UUID], now: datetime) -> Pause:
    return Pause(
        created_at=now,
        district_code=newest.district_code,
        person_id=newest.attendee_id,
        category=newest.category,
        until=now + timedelta(days=newest.policy.pause_days),
        bookings=[str(booking_id) for booking_id in bookings],
    )


def _notice_key(kind: NoticeKind, pause_id: UUID, person_id: UUID) -> str:
    return f"{kind}:{pause_id}:{person_id}"


async def _tell(session: AsyncSession, made: Sequence[Made], now: datetime) -> None:
    """Tells the person, and whoever booked for them: until when, because of what, and that they may appeal; and in time,
    that it is over.

    Not before the last of the missed ones can no longer be claimed: who comes late after all is told nothing.
    """
    ids = [UUID(booking_id) for pause, _ in made for booking_id in pause.bookings]
    rows = {row.booking.id: row for row in await booked_rows(session, ids)}
    owed: list[notices.Owed] = []
    for pause, policy in made:
        behind = [rows[UUID(booking_id)] for booking_id in pause.bookings]
        settled = behind[-1].booking.end + timedelta(minutes=policy.no_show_after_minutes)
        for person_id in sorted({pause.person_id, *(row.booking.booked_by_id for row in behind)}):
            data = _data(pause, behind, for_self=person_id == pause.person_id)
            started = notices.Owed(
                person_id=person_id,
                kind=NoticeKind.pause_started,
                dedupe_key=_notice_key(NoticeKind.pause_started, pause.id, person_id),
                due_at=told_at(max(now, settled), policy),
                expires_at=pause.until,
                data=data,
                district_code=pause.district_code,
                quiet=policy.quiet,
            )
            over_at = told_at(pause.until, policy)
            ended = replace(
                started,
                kind=NoticeKind.pause_ended,
                dedupe_key=_notice_key(NoticeKind.pause_ended, pause.id, person_id),
                due_at=over_at,
                expires_at=over_at + KINDS[NoticeKind.pause_ended].worth,
                data={**data, "why": "over"},
            )
            owed += [started, ended]
    await notices.owe(session, owed, now=now)


def _data(pause: Pause, behind: Sequence[BookedRow], *, for_self: bool) -> dict[str, Value]:
    missed: list[Value] = [
        {
            "booking_id": str(row.booking.id),
            "service": row.slot.service_name,
            "point": row.slot.point.name,
            "start": when(row.booking.start),
        }
        for row in behind
    ]
    return {
        "pause_id": str(pause.id),
        "category": pause.category,
        "until": when(pause.until),
        "attendee": behind[-1].attendee_name,
        "for_self": for_self,
        "bookings": missed,
        "appeal": f"/v1/me/pauses/{pause.id}/appeal",
    }


async def reconsider(
    session: AsyncSession, booking: Booking, *, actor: Actor, policy: Policy, now: datetime
) -> None:
    """A miss was corrected: pauses that stood on it lose it, and fall away when fewer than the limit remain."""
    pauses = await session.execute(
        select(Pause).where(
            col(Pause.person_id) == booking.attendee_id,
            col(Pause.category) == booking.category,
            col(Pause.lifted_at).is_(None),
        )
    )
    for pause in pauses.scalars():
        remaining = [booking_id for booking_id in pause.bookings if booking_id != str(booking.id)]
        if len(remaining) == len(pause.bookings):
            continue
        if len(remaining) < policy.no_show_limit:
            await end_notices(session, pause, policy, why="corrected", now=now)
            pause.lifted_at = now
            deed = Deed(
                "pause.fell_away", "pause", pause.id, pause.district_code, {"corrected": str(booking.id)}
            )
            await record(session, [deed], actor=actor, now=now)
        pause.bookings = remaining
        session.add(pause)
    await session.flush()


async def end_notices(
    session: AsyncSession, pause: Pause, policy: Policy, *, why: str, now: datetime
) -> None:
    """A pause ended before its time: what is still owed about it is owed no more, and who was told of it is told so."""
    ids = [UUID(booking_id) for booking_id in pause.bookings]
    rows = await booked_rows(session, ids)
    people = sorted({pause.person_id, *(row.booking.booked_by_id for row in rows)})
    started = {_notice_key(NoticeKind.pause_started, pause.id, person): person for person in people}
    ended = [_notice_key(NoticeKind.pause_ended, pause.id, person) for person in people]
    await notices.withdraw_keys(session, [*started, *ended], now=now)
    told = await session.execute(
        select(col(Notice.dedupe_key)).where(
            col(Notice.dedupe_key).in_(list(started)), col(Notice.status) == NoticeStatus.delivered
        )
    )
    kind, due = NoticeKind.pause_ended, told_at(now, policy)
    behind = sorted(rows, key=lambda row: row.booking.end)
    owed = [
        notices.Owed(
            person_id=started[key],
            kind=kind,
            dedupe_key=f"{_notice_key(kind, pause.id, started[key])}:{why}",
            due_at=due,
            expires_at=due + KINDS[kind].worth,
            data={**_data(pause, behind, for_self=started[key] == pause.person_id), "why": why},
            district_code=pause.district_code,
            quiet=policy.quiet,
        )
        for key in told.scalars()
    ]
    await notices.owe(session, owed, now=now)
