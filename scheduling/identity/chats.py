"""The chats that are one person: seen, told of a new one, and parted with.

Whoever gets hold of a link code is the account's person in their own chat. So every other chat of the account is told of a new
one at once, each by itself, and can part with it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.identity import MyChatView
from models.tables import ChannelIdentity, Notice, Person, StaffAccount
from models.vocabulary import NoticeKind, NoticeStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, NotFoundError, Reason
from scheduling.identity.codes import CHATS
from scheduling.people import locked_self
from scheduling.routing import reach_again
from scheduling.rules.kinds import KINDS


async def mine(session: AsyncSession, *, actor: Actor) -> list[MyChatView]:
    """The actor's chats, the one that has been theirs for the longest first."""
    me = actor.require_person()
    rows = await _chats(session, me)
    staying = await _staying(session, me, rows)
    return [
        MyChatView(
            id=one.id,
            channel=one.channel,
            since=one.created_at,
            last_seen_at=one.last_seen_at,
            can_be_unlinked=one is not staying,
        )
        for one in rows
    ]


async def tell_others(
    session: AsyncSession, person: Person, chat: ChannelIdentity, *, name: str, now: datetime
) -> None:
    """Tells every other chat of an account that this one, of somebody who calls themselves `name`, is the account's too."""
    kind = NoticeKind.chat_linked
    owed = [
        notices.Owed(
            person_id=person.id,
            kind=kind,
            dedupe_key=f"{kind}:{chat.id}:{other.id}:{int(now.timestamp())}",
            due_at=now,
            expires_at=now + KINDS[kind].worth,
            data={"chat_id": str(chat.id), "channel": chat.channel, "name": name.strip()},
            district_code=person.district_code,
            to=(other.channel, other.address),
        )
        for other in await _chats(session, person.id)
        if other.id != chat.id and other.blocked_at is None
    ]
    await notices.owe(session, owed, now=now)


async def unlink(session: AsyncSession, *, actor: Actor, chat_id: UUID, now: datetime) -> None:
    """Parts with a chat: whoever writes there is somebody new from then on, and everything that was signed in is signed out.

    The chat that has been the account's for the longest stays where there is no other way in, so that nobody with a stolen
    code can shut its person out.
    What came along with a chat stays. Raises NotFoundError for a chat that is not the actor's (any more), ActionRefusedError
    for the one that stays.
    """
    person = await locked_self(session, actor)
    rows = await _chats(session, person.id)
    chat = next((one for one in rows if one.id == chat_id), None)
    if chat is None:
        raise NotFoundError(what="chat")
    if chat is await _staying(session, person.id, rows):
        raise ActionRefusedError([Reason("first-chat-stays")])
    await session.execute(
        update(Notice)
        .where(
            col(Notice.person_id) == person.id,
            col(Notice.channel) == chat.channel,
            col(Notice.address) == chat.address,
            col(Notice.status) == NoticeStatus.pending,
        )
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    await session.execute(delete(ChannelIdentity).where(col(ChannelIdentity.id) == chat_id))
    person.token_epoch += 1
    session.add(person)
    await session.flush()
    await reach_again(session, person.id, now=now)
    deed = Deed("person.unlinked", "person", person.id, person.district_code, {"channel": chat.channel})
    await record(session, [deed], actor=actor, now=now)


async def _staying(
    session: AsyncSession, person_id: UUID, chats: Sequence[ChannelIdentity]
) -> ChannelIdentity | None:
    """The first of a person's chats, unless they have a sign-in besides."""
    account = select(col(StaffAccount.username)).where(col(StaffAccount.person_id) == person_id)
    if not chats or (await session.execute(account)).first() is not None:
        return None
    return chats[0]


async def _chats(session: AsyncSession, person_id: UUID) -> Sequence[ChannelIdentity]:
    rows = await session.execute(
        select(ChannelIdentity)
        .where(col(ChannelIdentity.person_id) == person_id, col(ChannelIdentity.channel).in_(CHATS))
        .order_by(col(ChannelIdentity.created_at), col(ChannelIdentity.id))
        .execution_options(populate_existing=True)
    )
    return rows.scalars().all()
