"""Notices as staff see them: what became of each, and dead letters sent again (product: Messages 2).

Who answers for the whole district sees all of its notices; who answers for a division or a point those about bookings
there. What a notice says is not shown.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import code_range
from models.shapes.base import Named
from models.shapes.notices import NoticeRecord
from models.tables import Booking, Notice, Person, Point
from models.vocabulary import NoticeStatus, Role, ScopeKind
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS, REMINDERS

Cursor = tuple[datetime, UUID]


async def records(
    session: AsyncSession, *, actor: Actor, status: NoticeStatus, limit: int, after: Cursor | None
) -> tuple[list[NoticeRecord], Cursor | None]:
    """The notices of one status for which the actor answers, the newest first, and where the next page begins.

    What is pending is listed by when it is due, the rest by when it ended. Raises ForbiddenError for those who answer
    for no place.
    """
    moment = col(Notice.due_at) if status is NoticeStatus.pending else col(Notice.finished_at)
    statement = (
        select(Notice, col(Person.name))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(col(Notice.status) == status, _scope(actor))
        .order_by(moment.desc(), col(Notice.id).desc())
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(moment, col(Notice.id)) < tuple_(*after))
    rows = (await session.execute(statement)).all()
    views = [_record(row.Notice, row.name) for row in rows[:limit]]
    if len(rows) <= limit:
        return views, None
    last = rows[limit - 1].Notice
    return views, (last.due_at if status is NoticeStatus.pending else last.finished_at, last.id)


async def show(session: AsyncSession, *, actor: Actor, notice_id: UUID) -> NoticeRecord:
    """One notice for which the actor answers. Raises NotFoundError, ForbiddenError."""
    notice, name = await _found(session, actor, notice_id)
    return _record(notice, name)


async def replay(session: AsyncSession, *, actor: Actor, notice_id: UUID, now: datetime) -> NoticeRecord:
    """Owes a dead letter again: due now, as if it had never been tried. One that is owed already stays as it is.

    One that is worth nothing any more is not: a reminder whose time has passed, an offer that has run out. Raises
    NotFoundError, ForbiddenError, ActionRefusedError.
    """
    await _found(session, actor, notice_id)
    notice = await session.get_one(Notice, notice_id, with_for_update=True, populate_existing=True)
    if notice.status is not NoticeStatus.pending:
        if notice.status not in {NoticeStatus.failed, NoticeStatus.expired}:
            raise ActionRefusedError([Reason("notice-over", {"status": notice.status})])
        if notice.expires_at <= now and (notice.kind in REMINDERS or "expires_at" in notice.data):
            raise ActionRefusedError([Reason("notice-worthless", {"expired_at": when(notice.expires_at)})])
        notice.status, notice.finished_at, notice.attempts = NoticeStatus.pending, None, 0
        notice.lease_until = None
        notice.expires_at = max(notice.expires_at, now + KINDS[notice.kind].worth)
        if notice.address is None:
            notice.channel = notice.next_at = None
        else:
            notice.next_at = now
        session.add(notice)
        deed = Deed("notice.replayed", "notice", notice.id, notice.district_code)
        await record(session, [deed], actor=actor, now=now)
        await session.flush()
    return await show(session, actor=actor, notice_id=notice_id)


async def _found(session: AsyncSession, actor: Actor, notice_id: UUID) -> tuple[Notice, str]:
    row = (
        await session.execute(
            select(Notice, col(Person.name))
            .join(Person, col(Person.id) == col(Notice.person_id))
            .where(col(Notice.id) == notice_id, _scope(actor))
            .execution_options(populate_existing=True)
        )
    ).first()
    if row is None:
        raise NotFoundError(what="notice")
    return row.Notice, row.name


def _scope(actor: Actor) -> ColumnElement[bool]:
    """The notices for which the actor answers. Raises ForbiddenError for those who answer for no place."""
    if actor is SYSTEM:
        return true()
    whole: list[ColumnElement[bool]] = []
    parts: list[ColumnElement[bool]] = []
    for held in actor.permissions:
        if held.role is Role.point_manager and held.scope is ScopeKind.point:
            parts.append(col(Point.id) == UUID(held.key))
        elif held.role in {Role.staff, Role.administrator} and held.scope is ScopeKind.district:
            whole.append(col(Notice.district_code) == held.key)
        elif held.role in {Role.staff, Role.administrator} and held.scope is ScopeKind.division:
            whole.append(col(Notice.district_code) == held.key)
            parts.append(col(Point.community_code).between(*code_range(held.key)))
    if not whole and not parts:
        raise ForbiddenError
    about = (
        select(col(Booking.id))
        .join(Point, col(Point.id) == col(Booking.point_id))
        .where(and_(col(Booking.id) == col(Notice.booking_id), or_(false(), *parts)))
        .correlate(Notice)
    )
    return or_(false(), *whole, about.exists()) if parts else or_(false(), *whole)


def _record(notice: Notice, name: str) -> NoticeRecord:
    return NoticeRecord(
        id=notice.id,
        kind=notice.kind,
        status=notice.status,
        person=Named(id=notice.person_id, name=name),
        channel=notice.channel,
        booking_id=notice.booking_id,
        due_at=notice.due_at,
        expires_at=notice.expires_at,
        attempts=notice.attempts,
        finished_at=notice.finished_at,
        last_error=notice.last_error,
    )
