"""Notices: written by use cases in their own transaction, claimed under a lease, acknowledged (transactional outbox)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Insertion, insert_all
from models.ids import new_id
from models.shapes.bookings import BookingView
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticeView
from models.tables import ChannelIdentity, Notice, Person
from models.vocabulary import NoticeKind, NoticeStatus
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError, NotFoundError, Value
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import when

LEASE = timedelta(seconds=60)
"""How long a claimed notice is its claimer's."""

RETRY_PAUSE = timedelta(seconds=30)
"""The pause after the first failure; it doubles with each further one."""

REMINDERS = (
    NoticeKind.booking_reminder_evening,
    NoticeKind.booking_reminder_soon,
    NoticeKind.shift_reminder_evening,
    NoticeKind.shift_reminder_soon,
)
"""The kinds that a person can stop."""

MOST_ATTEMPTS = 8
"""After so many failures a notice is given up and shown to staff."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message owed to a person. `dedupe_key` names it: owed twice, it is owed once."""

    person_id: UUID
    kind: NoticeKind
    dedupe_key: str
    due_at: datetime
    expires_at: datetime
    data: dict[str, Value]
    district_code: str
    booking_id: UUID | None = None


async def owe(session: AsyncSession, notices: Sequence[Owed], *, now: datetime) -> None:
    """Writes what is owed, in one statement."""
    await insert_all(session, [owed(notices, now=now)])


def owed(notices: Sequence[Owed], *, now: datetime) -> Insertion:
    """The rows of what is owed, to be written together with others."""
    rows = [
        {
            "id": new_id(),
            "created_at": now,
            "district_code": notice.district_code,
            "person_id": notice.person_id,
            "booking_id": notice.booking_id,
            "kind": notice.kind,
            "dedupe_key": notice.dedupe_key,
            "due_at": notice.due_at,
            "expires_at": notice.expires_at,
            "data": notice.data,
            "status": NoticeStatus.pending,
            "attempts": 0,
        }
        for notice in notices
    ]
    return Insertion(table=Notice, rows=rows, unless=("dedupe_key",))


async def withdraw(session: AsyncSession, *, booking_ids: Sequence[UUID], now: datetime) -> None:
    """Cancels whatever is still owed about these bookings (they were cancelled or moved)."""
    await session.execute(
        update(Notice)
        .where(col(Notice.booking_id).in_(booking_ids), col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.cancelled, finished_at=now)
    )


async def withdraw_keys(session: AsyncSession, keys: Sequence[str], *, now: datetime) -> None:
    """Cancels what is still owed under these dedupe keys."""
    await session.execute(
        update(Notice)
        .where(col(Notice.dedupe_key).in_(keys), col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )


async def claim(
    session: AsyncSession, *, actor: Actor, wanted: NoticeClaim, now: datetime
) -> list[NoticeView]:
    """Takes up to `limit` due notices for one channel under a lease.

    A person is reached where they were last seen. Rows that another claimer holds are passed over; rows whose lease ran
    out are claimed again. Raises ForbiddenError unless the actor is the bot's service.
    """
    if not actor.service:
        raise ForbiddenError
    reached = (
        select(col(ChannelIdentity.channel), col(ChannelIdentity.address))
        .where(
            col(ChannelIdentity.person_id) == col(Notice.person_id), col(ChannelIdentity.blocked_at).is_(None)
        )
        .order_by(col(ChannelIdentity.last_seen_at).desc(), col(ChannelIdentity.id).desc())
        .limit(1)
        .lateral("reached")
    )
    conditions = [
        col(Notice.status) == NoticeStatus.pending,
        col(Notice.due_at) <= now,
        col(Notice.expires_at) > now,
        or_(col(Notice.lease_until).is_(None), col(Notice.lease_until) <= now),
        reached.c.channel == wanted.channel,
        # Who stopped reminders gets none; who wants them again gets those still ahead (Messages 1).
        or_(col(Person.reminders), col(Notice.kind).not_in(REMINDERS)),
    ]
    if wanted.addresses is not None:
        conditions.append(reached.c.address.in_(wanted.addresses))
    rows = (
        await session.execute(
            select(Notice, reached.c.address, col(Person.language), col(Person.large_text))
            .join(Person, col(Person.id) == col(Notice.person_id))
            .join(reached, true())
            .where(*conditions)
            .order_by(col(Notice.due_at), col(Notice.id))
            .limit(wanted.limit)
            .with_for_update(skip_locked=True, of=Notice)
        )
    ).all()
    lease_until = now + LEASE
    await session.execute(
        update(Notice)
        .where(col(Notice.id).in_([row.Notice.id for row in rows]))
        .values(lease_until=lease_until, attempts=col(Notice.attempts) + 1, channel=wanted.channel)
        .execution_options(synchronize_session=False)
    )
    return [
        NoticeView(
            id=row.Notice.id,
            kind=row.Notice.kind,
            channel=wanted.channel,
            address=row.address,
            language=row.language,
            large_text=row.large_text,
            person_id=row.Notice.person_id,
            due_at=row.Notice.due_at,
            lease_until=lease_until,
            data=row.Notice.data,
        )
        for row in rows
    ]


async def delivered(session: AsyncSession, *, actor: Actor, notice_id: UUID, now: datetime) -> None:
    """Records that a notice was sent. Saying it again changes nothing."""
    await _claimed(session, actor, notice_id)
    await session.execute(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.delivered, finished_at=now, lease_until=None)
    )


async def failed(
    session: AsyncSession, *, actor: Actor, notice_id: UUID, failure: NoticeFailure, now: datetime
) -> None:
    """Records that sending failed: it is tried again after a growing pause, or as long as the channel asked.

    When the person blocked the bot, the channel is marked, and the notice is owed on their next one.
    """
    notice = await _claimed(session, actor, notice_id)
    if notice.status is not NoticeStatus.pending:
        return
    notice.last_error = failure.error
    if failure.blocked:
        await session.execute(
            update(ChannelIdentity)
            .where(
                col(ChannelIdentity.person_id) == notice.person_id,
                col(ChannelIdentity.channel) == notice.channel,
            )
            .values(blocked_at=now)
        )
        notice.lease_until = now
    elif notice.attempts >= MOST_ATTEMPTS:
        notice.status = NoticeStatus.failed
        notice.finished_at = now
    else:
        pause = RETRY_PAUSE * 2 ** (notice.attempts - 1)
        if failure.retry_after_s is not None:
            pause = timedelta(seconds=failure.retry_after_s)
        notice.lease_until = now + pause
    session.add(notice)


async def _claimed(session: AsyncSession, actor: Actor, notice_id: UUID) -> Notice:
    if not actor.service:
        raise ForbiddenError
    notice = await session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFoundError(what="notice")
    return notice


async def expire(session: AsyncSession, *, now: datetime) -> int:
    """Ends notices that nobody could send in time; returns how many."""
    late = (
        select(col(Notice.id))
        .where(
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.due_at) <= now,
            col(Notice.expires_at) <= now,
        )
        .limit(10_000)
        .with_for_update(skip_locked=True)
    )
    ended = await session.execute(
        update(Notice)
        .where(col(Notice.id).in_(late))
        .values(status=NoticeStatus.expired, finished_at=now, lease_until=None)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())


def slot_data(slot: SlotRow) -> dict[str, Value]:
    """What every notice about a slot carries."""
    return {
        "slot_id": str(slot.slot.id),
        "service": slot.service_name,
        "category": slot.slot.category,
        "point": slot.point.name,
        "address": slot.point.address,
        "start": when(slot.slot.start),
        "end": when(slot.slot.end),
        "latitude": slot.point.latitude,
        "longitude": slot.point.longitude,
    }


def booking_data(booking: BookingView) -> dict[str, Value]:
    """What every notice about a booking carries: enough to be rendered, and no phone number."""
    return {
        "booking_id": str(booking.id),
        "code": booking.code,
        "service": booking.service.name,
        "category": booking.service.category,
        "point": booking.point.name,
        "address": booking.point.address,
        "start": when(booking.slot.start),
        "end": when(booking.slot.end),
        "party": booking.party,
        "attendee": booking.attendee.name,
        "for_self": booking.attendee.id == booking.booked_by.id,
        "latitude": booking.point.latitude,
        "longitude": booking.point.longitude,
    }
