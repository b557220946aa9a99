"""What channels tell the bot: recorded before the channel is answered, dealt with once, in each chat's order, by any
process (decision 0031).

A chat's row in `chat_lane` is its turn. Whoever changes what is next in a chat holds that row until commit.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Select, and_, func, literal, select, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import new_id
from models.shapes.chats import (
    ChatUpdateClaim,
    ChatUpdateDone,
    ChatUpdateFailure,
    ChatUpdateReceipt,
    ChatUpdateReceived,
    ChatUpdatesClaimed,
    ChatUpdatesHeld,
    ChatUpdateView,
)
from models.tables import ChatLane, ChatUpdate
from models.vocabulary import Channel, ChatUpdateStatus
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError, NotFoundError
from scheduling.rules.lanes import (
    LONGEST_PAUSE,
    MOST_ATTEMPTS,
    MOST_CLAIMS,
    MOST_COUNTED,
    lease,
    pause_after,
)

log = structlog.get_logger(__name__)

UNREPORTED = "its claimers never reported on it"


async def record(
    session: AsyncSession, *, actor: Actor, received: ChatUpdateReceived, now: datetime
) -> ChatUpdateReceipt:
    """Keeps an update until it is dealt with. One with the same number is the same, however often it comes.

    With `take`, claims what is next in its chat, unless somebody has something of it in hand. Raises ForbiddenError
    unless the actor is the bot's service.
    """
    if not actor.service:
        raise ForbiddenError
    made = await session.execute(
        insert(ChatUpdate)
        .values(
            id=new_id(),
            created_at=now,
            channel=received.channel,
            update_id=received.update_id,
            chat=received.chat,
            payload=received.payload,
            status=ChatUpdateStatus.waiting,
            attempts=0,
        )
        .on_conflict_do_nothing(index_elements=["channel", "update_id"])
        .returning(col(ChatUpdate.id))
    )
    if made.first() is None:
        return ChatUpdateReceipt(new=False, taken=None)
    lane = insert(ChatLane).values(
        channel=received.channel, chat=received.chat, next_at=now, used_at=now, answered_at=None
    )
    turn = (
        await session.execute(
            lane.on_conflict_do_update(
                index_elements=["channel", "chat"],
                set_={
                    "used_at": now,
                    "next_at": func.least(
                        func.coalesce(col(ChatLane.next_at), now), literal(now + LONGEST_PAUSE)
                    ),
                },
            ).returning(col(ChatLane.next_at))
        )
    ).scalar_one()
    taken = None
    if received.take and turn is not None and turn <= now:
        taken = await _next_of(session, received.channel, received.chat, now)
    return ChatUpdateReceipt(new=True, taken=taken)


async def claim(
    session: AsyncSession, *, actor: Actor, wanted: ChatUpdateClaim, now: datetime
) -> ChatUpdatesClaimed:
    """Takes the next updates of a channel under a lease: one a chat, the longest waiting chats first.

    A chat with an update in hand gives no other until that one is reported on, or its lease ran out. Raises
    ForbiddenError unless the actor is the bot's service.
    """
    if not actor.service:
        raise ForbiddenError
    turns = (
        select(col(ChatLane.chat))
        .where(col(ChatLane.channel) == wanted.channel, col(ChatLane.next_at) <= now)
        .order_by(col(ChatLane.next_at))
        .limit(wanted.limit)
        .with_for_update(skip_locked=True)
    )
    chats = list((await session.execute(turns)).scalars())
    return ChatUpdatesClaimed(items=await _taken(session, wanted.channel, chats, now))


async def held(session: AsyncSession, *, actor: Actor, claims: ChatUpdatesHeld, now: datetime) -> list[UUID]:
    """Their claimers are still at work: the leases of these run from now. Returns the updates that are not theirs any more:
    somebody else has taken them over, or they are done.
    """
    if not actor.service:
        raise ForbiddenError
    if not claims.items:
        return []
    await _lock_turns(session, [one.id for one in claims.items])
    mine: set[UUID] = set()
    for attempt in {one.attempt for one in claims.items}:
        these = [one.id for one in claims.items if one.attempt == attempt]
        prolonged = await session.execute(
            update(ChatLane)
            .where(
                col(ChatLane.channel) == col(ChatUpdate.channel),
                col(ChatLane.chat) == col(ChatUpdate.chat),
                col(ChatUpdate.status) == ChatUpdateStatus.waiting,
                col(ChatUpdate.attempts) == attempt,
                col(ChatUpdate.id).in_(these),
            )
            .values(next_at=now + lease(attempt))
            .returning(col(ChatUpdate.id))
            .execution_options(synchronize_session=False)
        )
        mine.update(prolonged.scalars())
    return [one.id for one in claims.items if one.id not in mine]


async def _lock_turns(session: AsyncSession, update_row_ids: Sequence[UUID]) -> None:
    """Waits for the turns of these updates' chats, in one order. A statement that waited for a turn would go on with what it
    had read of the update before, and give an update that was just done its lease anew: its chat would wait for the end of it.
    """
    turns = (
        select(col(ChatLane.chat))
        .join(
            ChatUpdate,
            and_(
                col(ChatUpdate.channel) == col(ChatLane.channel), col(ChatUpdate.chat) == col(ChatLane.chat)
            ),
        )
        .where(col(ChatUpdate.id).in_(update_row_ids))
        .order_by(col(ChatLane.channel), col(ChatLane.chat))
        .with_for_update(of=ChatLane)
    )
    await session.execute(turns)


async def done(
    session: AsyncSession, *, actor: Actor, update_row_id: UUID, outcome: ChatUpdateDone, now: datetime
) -> ChatUpdateView | None:
    """An update was dealt with: what it said is forgotten, and its chat's next one may be claimed; with `take` it is.

    A claim that somebody else has taken over changes nothing. Raises NotFoundError.
    """
    row = await _in_hand(session, actor, update_row_id, outcome.attempt)
    if row is None:
        return None
    await _finish(session, row, ChatUpdateStatus.done, now)
    if outcome.answered:
        await _set_lane(session, row.channel, row.chat, answered_at=now)
    if outcome.take:
        return await _next_of(session, row.channel, row.chat, now)
    await _set_lane(session, row.channel, row.chat, next_at=now)
    return None


async def failed(
    session: AsyncSession, *, actor: Actor, update_row_id: UUID, failure: ChatUpdateFailure, now: datetime
) -> None:
    """An update could not be dealt with: it is claimed again after a pause, in which its chat waits, or set aside.

    A claim that somebody else has taken over changes nothing. Raises NotFoundError.
    """
    row = await _in_hand(session, actor, update_row_id, failure.attempt)
    if row is None:
        return
    next_at = now
    if failure.set_aside:
        log.error("chat_update.set_aside", update_id=row.update_id, why=failure.error)
        await _finish(session, row, ChatUpdateStatus.set_aside, now, failure.error)
    else:
        await session.execute(
            update(ChatUpdate).where(col(ChatUpdate.id) == row.id).values(last_error=failure.error)
        )
        asked = None if failure.retry_after_s is None else timedelta(seconds=failure.retry_after_s)
        next_at = now + pause_after(row.attempts, asked)
    await _set_lane(session, row.channel, row.chat, next_at=next_at)


async def _in_hand(
    session: AsyncSession, actor: Actor, update_row_id: UUID, attempt: int
) -> ChatUpdate | None:
    """The update under its chat's turn, if this attempt still has it in hand. Raises NotFoundError."""
    if not actor.service:
        raise ForbiddenError
    row = await session.get(ChatUpdate, update_row_id)
    if row is None:
        raise NotFoundError(what="chat-update")
    turn = select(ChatLane).where(col(ChatLane.channel) == row.channel, col(ChatLane.chat) == row.chat)
    await session.execute(turn.with_for_update())
    await session.refresh(row)
    return row if row.status is ChatUpdateStatus.waiting and row.attempts == attempt else None


async def _finish(
    session: AsyncSession,
    row: ChatUpdate,
    status: ChatUpdateStatus,
    now: datetime,
    error: str | None = None,
) -> None:
    """Ends an update. Of what was said, and by whom, only the number is kept, by which a repeat is known (People 1)."""
    await session.execute(
        update(ChatUpdate)
        .where(col(ChatUpdate.id) == row.id)
        .values(status=status, finished_at=now, last_error=error, payload=None, chat="")
        .execution_options(synchronize_session=False)
    )


async def _set_lane(session: AsyncSession, channel: Channel, chat: str, **values: datetime) -> None:
    await session.execute(
        update(ChatLane)
        .where(col(ChatLane.channel) == channel, col(ChatLane.chat) == chat)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


async def _next_of(
    session: AsyncSession, channel: Channel, chat: str, now: datetime
) -> ChatUpdateView | None:
    """Claims what is next in one chat, whose turn the caller holds."""
    taken = await _taken(session, channel, [chat], now)
    return taken[0] if taken else None


async def _taken(
    session: AsyncSession, channel: Channel, chats: Sequence[str], now: datetime
) -> list[ChatUpdateView]:
    """Claims the first waiting update of each of these chats, whose turns the caller holds."""
    if not chats:
        return []
    firsts = (await session.execute(_firsts(channel, chats))).all()
    turns: dict[str, datetime] = {}
    taken: list[ChatUpdateView] = []
    for row, answered_at, behind in firsts:
        if row.attempts < MOST_CLAIMS:
            taken.append(_view(row, answered_at, behind, now))
            turns[row.chat] = taken[-1].lease_until
        else:
            log.error("chat_update.set_aside", update_id=row.update_id, why=UNREPORTED)
            await _finish(session, row, ChatUpdateStatus.set_aside, now, UNREPORTED)
            turns[row.chat] = now
    if taken:
        await session.execute(
            update(ChatUpdate)
            .where(col(ChatUpdate.id).in_([one.id for one in taken]))
            .values(attempts=col(ChatUpdate.attempts) + 1)
            .execution_options(synchronize_session=False)
        )
    for until in {turns.get(chat) for chat in chats}:
        await session.execute(
            update(ChatLane)
            .where(
                col(ChatLane.channel) == channel,
                col(ChatLane.chat).in_([chat for chat in chats if turns.get(chat) == until]),
            )
            .values(next_at=until)
            .execution_options(synchronize_session=False)
        )
    return taken


def _firsts(channel: Channel, chats: Sequence[str]) -> Select[ChatUpdate, datetime | None, int]:
    """The first waiting update of each chat, when the bot last spoke there, and how many more are waiting."""
    one, any_one = aliased(ChatUpdate), aliased(ChatUpdate)
    first = (
        select(col(one.id))
        .where(
            col(one.channel) == channel,
            col(one.chat) == col(ChatLane.chat),
            col(one.status) == ChatUpdateStatus.waiting,
        )
        .order_by(col(one.update_id))
        .limit(1)
        .lateral("first")
    )
    some = (
        select(col(any_one.id))
        .where(
            col(any_one.channel) == channel,
            col(any_one.chat) == col(ChatLane.chat),
            col(any_one.status) == ChatUpdateStatus.waiting,
        )
        .limit(MOST_COUNTED)
        .correlate(ChatLane)
        .subquery("some")
    )
    waiting = select(func.count().label("count")).select_from(some).lateral("waiting")
    return (
        select(ChatUpdate, col(ChatLane.answered_at), waiting.c.count - 1)
        .select_from(ChatLane)
        .join(first, true())
        .join(waiting, true())
        .join(ChatUpdate, col(ChatUpdate.id) == first.c.id)
        .where(col(ChatLane.channel) == channel, col(ChatLane.chat).in_(chats))
        .order_by(col(ChatLane.next_at))
        .execution_options(populate_existing=True)
    )


def _view(row: ChatUpdate, answered_at: datetime | None, behind: int, now: datetime) -> ChatUpdateView:
    return ChatUpdateView(
        id=row.id,
        update_id=row.update_id,
        chat=row.chat,
        payload=row.payload or "",
        attempt=row.attempts + 1,
        spent=row.attempts >= MOST_ATTEMPTS,
        behind=behind,
        spoke_s_ago=None if answered_at is None else (now - answered_at).total_seconds(),
        lease_until=now + lease(row.attempts + 1),
    )
