"""How what is owed reaches people: a channel is chosen, due notices are claimed under a lease at the channel's pace,
acknowledged, retried, given up (product: Messages 2; docs/NOTICES.md).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Label, Row, Select, func, literal, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.notices import NoticeClaim, NoticeFailure, NoticesClaimed, NoticeView
from models.tables import ChannelAllowance, ChannelIdentity, Notice, Person
from models.vocabulary import Channel, NoticeStatus
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.routing import ROUTED_AT_ONCE, back_to_routing, by_priority, route
from scheduling.rules.kinds import group_of, groups_not_wanted
from scheduling.rules.pacing import (
    LEASE,
    MOST_ATTEMPTS,
    PACES,
    Pace,
    pause_after,
    quiet_end,
    refilled,
    wait_s,
)

NOT_SENT_AT_ONCE = 200
"""Rows looked at in one go while those that are not to be sent now are put aside …"""
MOST_ROUNDS = 10
"""… and how often in one claim. Each is put aside once, so the next claim finds the queue shorter."""

Rows = Sequence[Row[*tuple[Any, ...]]]


async def claim(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: NoticeClaim,
    now: datetime,
    paces: Mapping[Channel, Pace] = PACES,
) -> NoticesClaimed:
    """Takes up to `limit` due notices for one channel under a lease, no more than the channel's pace allows now.

    What one person waits for goes before what many are told at once. One address gets one notice at a time, in their
    order. Rows whose lease ran out are claimed again. What falls into its quiet hours waits for their end; what the
    person does without is cancelled. Raises ForbiddenError unless the actor is the bot's service.
    """
    if not actor.service:
        raise ForbiddenError
    pace = paces.get(wanted.channel)
    if pace is None:
        await route(session, now=now, limit=ROUTED_AT_ONCE)
        return NoticesClaimed(items=await _open_pages(session, wanted, now), wait_s=0)
    tokens, since = await _allowance(session, wanted.channel, pace, now)
    await route(session, now=now, limit=ROUTED_AT_ONCE)
    taken = await _pushed(session, wanted, pace, min(wanted.limit, int(tokens)), now)
    tokens -= len(taken)
    if taken or since > now:  # a clock that was set back begins to fill anew
        await session.execute(
            update(ChannelAllowance)
            .where(col(ChannelAllowance.channel) == wanted.channel)
            .values(tokens=tokens, refilled_at=now)
        )
    return NoticesClaimed(items=taken, wait_s=round(wait_s(tokens, pace), 3))


async def _allowance(
    session: AsyncSession, channel: Channel, pace: Pace, now: datetime
) -> tuple[float, datetime]:
    """How many messages the channel may be given now, and since when the bucket was filling. Its row stays locked: claims
    of one channel take turns.
    """
    held = select(ChannelAllowance).where(col(ChannelAllowance.channel) == channel).with_for_update()
    row = (await session.execute(held)).scalar()
    if row is None:
        full = insert(ChannelAllowance).values(channel=channel, tokens=pace.burst, refilled_at=now)
        await session.execute(full.on_conflict_do_nothing())
        row = (await session.execute(held)).scalar_one()
    return refilled(row.tokens, row.refilled_at, now, pace), row.refilled_at


async def _pushed(
    session: AsyncSession, wanted: NoticeClaim, pace: Pace, most: int, now: datetime
) -> list[NoticeView]:
    """Usually one look: further ones only where some of what is next is not to be sent now."""
    sendable: list[Row[*tuple[Any, ...]]] = []
    for number in range(MOST_ROUNDS):
        missing = most - len(sendable)
        if not missing:
            break
        size = missing if number == 0 else NOT_SENT_AT_ONCE
        have = [row.Notice.id for row in sendable]
        rows = (await session.execute(_queue(wanted, pace, size, have, now))).all()
        sendable += (await _sendable(session, rows, wanted.channel, now))[:missing]
        if len(rows) < size:
            break
    return await _leased(session, sendable, wanted.channel, pace.lease, now)


def _queue(
    wanted: NoticeClaim, pace: Pace, size: int, have: Sequence[UUID], now: datetime
) -> Select[*tuple[Any, ...]]:
    """What may be next, the longest due first: of each person only the first, and none who has just got one."""
    priorities = by_priority()
    due, earlier, recent = aliased(Notice), aliased(Notice), aliased(Notice)
    before = select(literal(1)).where(
        col(earlier.person_id) == col(due.person_id),
        col(earlier.status) == NoticeStatus.pending,
        col(earlier.due_at) <= now,
        or_(col(earlier.next_at) <= now, col(earlier.lease_until) > now),
        tuple_(col(earlier.priority), col(earlier.due_at), col(earlier.id))
        < tuple_(col(due.priority), col(due.due_at), col(due.id)),
        col(earlier.expires_at) > now,
        col(earlier.channel) == wanted.channel,
    )
    just_now = select(literal(1)).where(
        col(recent.person_id) == col(due.person_id),
        col(recent.finished_at) > now - pace.apart,
        col(recent.finished_at) <= now,
        col(recent.status) == NoticeStatus.delivered,
    )
    some = (
        select(col(due.id), col(due.next_at))
        .where(
            col(due.status) == NoticeStatus.pending,
            col(due.channel) == wanted.channel,
            col(due.priority) == priorities.c.priority,
            col(due.next_at) <= now,
            col(due.expires_at) > now,
            ~before.exists(),
            ~just_now.exists(),
        )
        .order_by(col(due.next_at))
        .limit(size)
        .with_for_update(skip_locked=True)
    )
    if have:
        some = some.where(col(due.id).not_in(have))
    found, address = some.lateral("found"), _address_of(wanted.channel)
    statement: Select[*tuple[Any, ...]] = (
        select(Notice, _address(address), *PERSONAL)
        .select_from(priorities.join(found, true()))
        .join(Notice, col(Notice.id) == found.c.id)
        .join(Person, col(Person.id) == col(Notice.person_id))
        .outerjoin(address, true())
        .order_by(priorities.c.priority, found.c.next_at)
        .limit(size)
        .execution_options(populate_existing=True)
    )
    if wanted.addresses is not None:
        statement = statement.where(_address(address).in_(wanted.addresses))
    return statement


PERSONAL = (
    col(Person.language),
    col(Person.large_text),
    col(Person.reminders),
    col(Person.opted_out),
)


def _address_of(channel: Channel) -> Any:
    """The person's address in a channel, where they have not blocked us, as a table to join."""
    return (
        select(col(ChannelIdentity.address))
        .where(
            col(ChannelIdentity.person_id) == col(Notice.person_id),
            col(ChannelIdentity.channel) == channel,
            col(ChannelIdentity.blocked_at).is_(None),
        )
        .order_by(col(ChannelIdentity.last_seen_at).desc(), col(ChannelIdentity.id).desc())
        .limit(1)
        .lateral("reached")
    )


def _address(found: Any) -> Label[str]:
    return func.coalesce(col(Notice.address), found.c.address).label("reached_at")


async def _open_pages(session: AsyncSession, wanted: NoticeClaim, now: datetime) -> list[NoticeView]:
    """What is owed to the pages that are open, all of it, in its order."""
    statement: Select[*tuple[Any, ...]] = (
        select(Notice, col(ChannelIdentity.address).label("reached_at"), *PERSONAL)
        .join(ChannelIdentity, col(ChannelIdentity.person_id) == col(Notice.person_id))
        .join(Person, col(Person.id) == col(Notice.person_id))
        .where(
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.channel) == wanted.channel,
            col(Notice.next_at).is_not(None),
            col(Notice.expires_at) > now,
            or_(col(Notice.lease_until).is_(None), col(Notice.lease_until) <= now),
            col(ChannelIdentity.channel) == wanted.channel,
            col(ChannelIdentity.blocked_at).is_(None),
            or_(col(Notice.address).is_(None), col(Notice.address) == col(ChannelIdentity.address)),
        )
        .order_by(col(Notice.priority), col(Notice.due_at), col(Notice.id))
        .limit(wanted.limit)
        .with_for_update(skip_locked=True, of=Notice)
        .execution_options(populate_existing=True)
    )
    if wanted.addresses is not None:
        statement = statement.where(col(ChannelIdentity.address).in_(wanted.addresses))
    rows = (await session.execute(statement)).all()
    sendable = await _sendable(session, rows, wanted.channel, now)
    return await _leased(session, sendable, wanted.channel, LEASE, now)


async def _sendable(session: AsyncSession, rows: Rows, channel: Channel, now: datetime) -> Rows:
    """Those that are to be sent now. The others are put aside: until the quiet hours end, until another channel is
    chosen, or for good when the person does without them.
    """
    sendable: list[Row[*tuple[Any, ...]]] = []
    astray: list[UUID] = []
    unwanted: list[UUID] = []
    held: dict[datetime, list[UUID]] = {}
    for row in rows:
        notice = row.Notice
        quiet = None
        if notice.quiet_from is not None and notice.quiet_until is not None:
            quiet = quiet_end(now, notice.quiet_from, notice.quiet_until)
        if row.reached_at is None:
            astray.append(notice.id)
        elif group_of(notice.kind) in groups_not_wanted(reminders=row.reminders, opted_out=row.opted_out):
            unwanted.append(notice.id)
        elif quiet is not None:
            held.setdefault(quiet, []).append(notice.id)
        else:
            sendable.append(row)
    if astray:
        await back_to_routing(session, col(Notice.id).in_(astray), now=now)
    if unwanted:
        await _set(session, unwanted, status=NoticeStatus.cancelled, finished_at=now, last_error="not wanted")
    if channel is not Channel.web:
        for until, ids in held.items():
            await _set(session, ids, next_at=until, lease_until=None)
    return sendable


async def _leased(
    session: AsyncSession, rows: Rows, channel: Channel, lease: timedelta, now: datetime
) -> list[NoticeView]:
    lease_until = now + lease
    values: dict[str, object] = {"lease_until": lease_until, "attempts": col(Notice.attempts) + 1}
    if channel is not Channel.web:
        values["next_at"] = lease_until
    if rows:
        await _set(session, [row.Notice.id for row in rows], **values)
    return [
        NoticeView(
            id=row.Notice.id,
            kind=row.Notice.kind,
            channel=channel,
            address=row.reached_at,
            language=row.language,
            large_text=row.large_text,
            person_id=row.Notice.person_id,
            due_at=row.Notice.due_at,
            lease_until=lease_until,
            data=row.Notice.data,
        )
        for row in rows
    ]


async def _set(session: AsyncSession, ids: Sequence[UUID], **values: object) -> None:
    await session.execute(
        update(Notice)
        .where(col(Notice.id).in_(ids))
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def delivered(session: AsyncSession, *, actor: Actor, notice_id: UUID, now: datetime) -> None:
    """Records that a notice was sent. Saying it again changes nothing. Raises NotFoundError."""
    if not actor.service:
        raise ForbiddenError
    ended = await session.execute(
        update(Notice)
        .where(col(Notice.id) == notice_id, col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.delivered, finished_at=now, lease_until=None)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    if ended.first() is None and await session.get(Notice, notice_id) is None:
        raise NotFoundError(what="notice")


async def failed(
    session: AsyncSession, *, actor: Actor, notice_id: UUID, failure: NoticeFailure, now: datetime
) -> None:
    """Records that sending failed: it is tried again after a growing pause, or as long as the channel asked.

    When the person blocked the bot, the channel is marked, and what is owed goes to their next one. What can never be
    sent (`permanent`), and what failed too often, is a dead letter: kept for staff to see and to replay.
    """
    if not actor.service:
        raise ForbiddenError
    notice = await session.get(Notice, notice_id, with_for_update=True)
    if notice is None:
        raise NotFoundError(what="notice")
    if notice.status is not NoticeStatus.pending:
        return
    notice.last_error = failure.error
    if failure.blocked and notice.address is None:
        await _blocked(session, notice, now)
    elif failure.retry_after_s is not None:
        # The channel is too fast, not the notice at fault: that is no attempt, and the others wait a little as well.
        asked = timedelta(seconds=failure.retry_after_s)
        notice.attempts -= 1
        notice.lease_until = notice.next_at = now + pause_after(1, asked)
        await session.execute(
            update(ChannelAllowance)
            .where(col(ChannelAllowance.channel) == notice.channel)
            .values(tokens=0, refilled_at=now)
        )
    elif failure.blocked or failure.permanent or notice.attempts >= MOST_ATTEMPTS:
        notice.status = NoticeStatus.failed
        notice.finished_at = now
    else:
        notice.lease_until = notice.next_at = now + pause_after(notice.attempts)
    session.add(notice)
    await session.flush()


async def _blocked(session: AsyncSession, notice: Notice, now: datetime) -> None:
    await session.execute(
        update(ChannelIdentity)
        .where(
            col(ChannelIdentity.person_id) == notice.person_id,
            col(ChannelIdentity.channel) == notice.channel,
        )
        .values(blocked_at=now)
    )
    await back_to_routing(
        session,
        col(Notice.person_id) == notice.person_id,
        col(Notice.channel) == notice.channel,
        col(Notice.id) != notice.id,
        now=now,
    )
    notice.lease_until = notice.next_at = notice.channel = None


async def tidy(session: AsyncSession, *, now: datetime, limit: int = 10_000) -> int:
    """Chooses channels for what is due, and ends notices that nobody could send in time; returns how many."""
    routed = await route(session, now=now, limit=limit)
    late = (
        select(col(Notice.id))
        .where(
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.next_at).is_not(None),
            col(Notice.expires_at) <= now,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ended = await session.execute(
        update(Notice)
        .where(col(Notice.id).in_(late))
        .values(status=NoticeStatus.expired, finished_at=now, lease_until=None)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return routed + len(ended.all())
