"""Which channel a due notice takes: where the person was last seen. The chat page is a channel only while it is open, so
whoever has another one as well is told there when the page did not show it in time.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    case,
    column,
    func,
    literal,
    or_,
    select,
    true,
    update,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import ChannelIdentity, Notice
from models.vocabulary import Channel, NoticeStatus
from scheduling.rules.kinds import Priority

ROUTED_AT_ONCE = 100
"""Channels are chosen for so many notices of each priority in one claim; those that go first are chosen for first."""

PAGE_WAITS = timedelta(minutes=2)
"""So long a notice is left to the chat page before another channel of the person takes it."""


def by_priority() -> FromClause:
    """The priorities as rows: what is looked for in each is found by the index, most urgent first."""
    return values(column("priority", Integer), name="priorities").data([(int(one),) for one in Priority])


async def route(session: AsyncSession, *, now: datetime, limit: int) -> int:
    """Chooses channels for what is due and has none yet, and for what the page has not shown; returns how many.

    What is for one address only goes nowhere else. What has no channel at all stays owed until its person is seen
    somewhere (`reach_again`), or it is worth nothing.
    """
    fresh = (col(Notice.next_at).is_(None), col(Notice.due_at) <= now)
    unseen = (
        col(Notice.channel) == Channel.web,
        col(Notice.next_at) <= now,
        col(Notice.expires_at) > now,
        or_(col(Notice.lease_until).is_(None), col(Notice.lease_until) <= now),
        col(Notice.address).is_(None),
    )
    return await _route(session, fresh, now=now, limit=limit, but_page=False) + await _route(
        session, unseen, now=now, limit=limit, but_page=True
    )


async def _route(
    session: AsyncSession,
    which: tuple[ColumnElement[bool], ...],
    *,
    now: datetime,
    limit: int,
    but_page: bool,
) -> int:
    priorities = by_priority()
    some = (
        select(col(Notice.id), col(Notice.person_id))
        .where(
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.priority) == priorities.c.priority,
            *which,
        )
        .order_by(col(Notice.next_at) if but_page else col(Notice.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
        .lateral("some")
    )
    wanted = select(some.c.id, some.c.person_id).select_from(priorities.join(some, true())).cte("wanted")
    seen, pushed = (
        _reached(wanted, "seen"),
        _reached(wanted, "pushed", col(ChannelIdentity.channel) != Channel.web),
    )
    chosen = (
        select(wanted.c.id, seen.c.channel.label("seen"), pushed.c.channel.label("pushed"))
        .select_from(wanted)
        .outerjoin(seen, true())
        .outerjoin(pushed, true())
        .subquery("chosen")
    )
    best = func.coalesce(chosen.c.pushed, chosen.c.seen) if but_page else chosen.c.seen
    at_page = best == Channel.web
    next_at = case(
        (best.is_(None), col(Notice.expires_at)),
        (at_page & chosen.c.pushed.is_(None), col(Notice.expires_at)),
        (at_page, literal(now + PAGE_WAITS)),
        else_=func.greatest(col(Notice.due_at), col(Notice.lease_until)),
    )
    routed = await session.execute(
        update(Notice)
        .where(col(Notice.id) == chosen.c.id)
        .values(channel=best, next_at=next_at)
        .returning(col(Notice.id))
        .execution_options(synchronize_session=False)
    )
    return len(routed.all())


def _reached(wanted: Any, name: str, *which: ColumnElement[bool]) -> Any:
    """The channel in which a person was last seen, of those that they have not blocked."""
    return (
        select(col(ChannelIdentity.channel))
        .where(
            col(ChannelIdentity.person_id) == wanted.c.person_id,
            col(ChannelIdentity.blocked_at).is_(None),
            *which,
        )
        .order_by(col(ChannelIdentity.last_seen_at).desc(), col(ChannelIdentity.id).desc())
        .limit(1)
        .lateral(name)
    )


async def back_to_routing(session: AsyncSession, *which: ColumnElement[bool], now: datetime) -> None:
    """Lets a channel be chosen anew for these, but for what a bot has in hand and what is for one address only."""
    await session.execute(
        update(Notice)
        .where(
            *which,
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.next_at).is_not(None),
            col(Notice.address).is_(None),
            or_(col(Notice.lease_until).is_(None), col(Notice.lease_until) <= now),
        )
        .values(channel=None, next_at=None)
        .execution_options(synchronize_session=False)
    )


async def reach_again(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Somebody was seen in a channel: what is due to them takes the way that is best now."""
    await back_to_routing(session, col(Notice.person_id) == person_id, now=now)
