"""Linking a chat to an account by a code: from then on whoever writes there is the account's person.

The chat's person until then, the guest, gives way to the account's, the host (decision 0035). When the guest can be
reached another way, by a sign-in or another chat, only this chat changes hands. Otherwise everything that is the
guest's becomes the host's, in one transaction under the locks of both, or nothing at all and the reasons are said; what
is left of the guest is erased. Whatever was signed in as the guest is signed out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId
from models.shapes.identity import Belongings, ChatLinkView, LinkOrder
from models.tables import AuditEntry, ChannelIdentity, LinkCode, Person, StaffAccount
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import (
    ActionRefusedError,
    BusyError,
    ForbiddenError,
    NotFoundError,
    TooManyTriesError,
    Value,
)
from scheduling.identity.belongings import belongings_of, clashes
from scheduling.identity.chats import tell_others
from scheduling.identity.codes import CHATS, hash_of, normal_code
from scheduling.identity.emptying import empty_person
from scheduling.identity.moving import lock_what_moves, move_everything, relatives_of
from scheduling.identity.parts import Parts
from scheduling.locks import lock_persons
from scheduling.people import roles_of
from scheduling.queries.policies import district_policy
from scheduling.routing import reach_again
from scheduling.signing_in import Identity, actor_of, sign_in_from_chat

CODE_REFUSED = "link_code.refused"
"""The audit's word for a wrong code; those of the last while are counted."""


NOTHING = Belongings(bookings=0, waiting=0, series=0, shifts=0, relatives=0)


@dataclass(frozen=True, slots=True)
class Linked:
    """What a code led to, and whom the chat is from now on, once it is done."""

    view: ChatLinkView
    identity: Identity | None


async def link(
    session: AsyncSession, *, actor: Actor, wanted: LinkOrder, parts: Parts, now: datetime
) -> Linked | None:
    """Enters a code in a chat; None when there is no such code that still holds.

    Looks only, unless it is confirmed. Entered again after it was done, it answers the same. A wrong code is counted, and
    must be committed, so it is not raised here. Raises ForbiddenError unless the actor is the bot's service;
    TooManyTriesError after as many as the district allows; ActionRefusedError with every reason why the guest's
    belongings cannot become the host's; BusyError when the chat changes hands at this moment.
    """
    if not actor.service:
        raise ForbiddenError
    guest_id = (await sign_in_from_chat(session, actor=actor, who=wanted, now=now)).person_id
    code = normal_code(wanted.code)
    code_hash = b"" if code is None else await hash_of(code)
    host_id = await _host_of(session, code_hash, now)
    relatives = set() if host_id is None else await relatives_of(session, guest_id)
    people = await lock_persons(session, {guest_id, *relatives, *({host_id} if host_id else ())})
    chat = await _chat(session, wanted)
    if chat.person_id != guest_id or guest_id not in people:
        raise BusyError(retry_after_s=1)
    guest = await session.get_one(Person, guest_id, populate_existing=True)
    await _require_tries_left(session, guest, now)
    row = await _code_row(session, code_hash, now)
    if row is None or row.person_id != host_id or host_id not in people:
        deed = Deed(CODE_REFUSED, "person", guest_id, guest.district_code)
        await record(session, [deed], actor=Actor(PersonId(guest_id)), now=now)
        return None
    host = await session.get_one(Person, host_id, populate_existing=True)
    if host_id == guest_id:
        await _spend(session, row, now)
        return await _linked(session, host, stays=False, along=NOTHING)
    if row.used_at is not None:
        return None
    stays = await _reached_otherwise(session, chat)
    along = NOTHING if stays else await belongings_of(session, guest_id, now=now)
    if not stays and (reasons := await clashes(session, guest_id, host_id, parts, now=now)):
        raise ActionRefusedError(reasons)
    if not wanted.confirmed:
        return Linked(await _view(session, host, stays=stays, along=along, done=False), None)
    await _spend(session, row, now)
    if stays:
        await _hand_over(session, chat, host_id, now)
        guest.token_epoch += 1
        session.add(guest)
        await session.flush()
        await reach_again(session, guest_id, now=now)
    else:
        await lock_what_moves(session, guest_id, now=now)
        await _hand_over(session, chat, host_id, now)
        await move_everything(session, guest, host, parts, now=now)
        await empty_person(session, guest, became=host_id, now=now)
    await reach_again(session, host_id, now=now)
    await tell_others(session, host, chat, name=wanted.name, now=now)
    said: dict[str, Value] = {"channel": wanted.channel, "from": str(guest_id), "joined": not stays}
    deed = Deed("person.linked", "person", host_id, host.district_code, {**said, **along.model_dump()})
    await record(session, [deed], actor=Actor(PersonId(host_id)), now=now)
    return await _linked(session, host, stays=stays, along=along)


async def _host_of(session: AsyncSession, code_hash: bytes, now: datetime) -> UUID | None:
    row = await _code_row(session, code_hash, now, lock=False)
    return None if row is None else row.person_id


async def _code_row(
    session: AsyncSession, code_hash: bytes, now: datetime, *, lock: bool = True
) -> LinkCode | None:
    """The code that still holds, used or not. Two of the same code are none: better a new one than a stranger's account."""
    statement = (
        select(LinkCode)
        .where(col(LinkCode.code_hash) == code_hash, col(LinkCode.expires_at) > now)
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update()
    match list((await session.execute(statement)).scalars()):
        case [row]:
            return row
        case _:
            return None


async def _chat(session: AsyncSession, who: LinkOrder) -> ChannelIdentity:
    """The chat's row, locked. It is there: whoever enters a code has just been signed in."""
    row = (
        await session.execute(
            select(ChannelIdentity)
            .where(col(ChannelIdentity.channel) == who.channel, col(ChannelIdentity.address) == who.user_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).scalar()
    if row is None:
        raise NotFoundError(what="chat")
    return row


async def _reached_otherwise(session: AsyncSession, chat: ChannelIdentity) -> bool:
    """Whether the chat's person has a sign-in, or another chat."""
    other = select(col(ChannelIdentity.id)).where(
        col(ChannelIdentity.person_id) == chat.person_id,
        col(ChannelIdentity.id) != chat.id,
        col(ChannelIdentity.channel).in_(CHATS),
    )
    account = select(col(StaffAccount.person_id)).where(col(StaffAccount.person_id) == chat.person_id)
    return any([(await session.execute(one.limit(1))).first() is not None for one in (other, account)])


async def _spend(session: AsyncSession, row: LinkCode, now: datetime) -> None:
    row.used_at = row.used_at or now
    session.add(row)
    await session.flush()


async def _hand_over(session: AsyncSession, chat: ChannelIdentity, host_id: UUID, now: datetime) -> None:
    """The chat is the host's, since now: the chats that were theirs before came first."""
    await session.execute(
        update(ChannelIdentity)
        .where(col(ChannelIdentity.id) == chat.id)
        .values(person_id=host_id, created_at=now, last_seen_at=now, blocked_at=None)
        .execution_options(synchronize_session=False)
    )


async def _linked(session: AsyncSession, host: Person, *, stays: bool, along: Belongings) -> Linked:
    view = await _view(session, host, stays=stays, along=along, done=True)
    return Linked(view, Identity(host.id, host.token_epoch))


async def _view(
    session: AsyncSession, host: Person, *, stays: bool, along: Belongings, done: bool
) -> ChatLinkView:
    as_host = await actor_of(session, identity=Identity(host.id, host.token_epoch))
    return ChatLinkView(
        done=done,
        person_id=host.id,
        name=host.name,
        roles=await roles_of(session, as_host),
        stays=stays,
        comes_along=along,
    )


async def _require_tries_left(session: AsyncSession, guest: Person, now: datetime) -> None:
    """Under the guest's lock: tries made at the same time are counted one after another."""
    policy = await district_policy(session, guest.district_code)
    pause = timedelta(minutes=policy.link_pause_minutes)
    tries = (
        await session.execute(
            select(col(AuditEntry.created_at))
            .where(
                col(AuditEntry.subject_id) == guest.id,
                col(AuditEntry.action) == CODE_REFUSED,
                col(AuditEntry.created_at) > now - pause,
            )
            .order_by(col(AuditEntry.created_at).desc())
            .limit(policy.link_tries)
        )
    ).scalars()
    counted = list(tries)
    if len(counted) == policy.link_tries:
        raise TooManyTriesError(retry_after_s=int((counted[-1] + pause - now).total_seconds()) + 1)
