"""Signing in: chat users, registered on first contact; staff by name and password; tokens become actors."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId, new_id
from models.shapes.people import ChatSignIn
from models.tables import (
    ChannelIdentity,
    Division,
    Grant,
    Person,
    StaffAccount,
)
from models.vocabulary import DivisionLevel
from scheduling.actors import Actor, Permission
from scheduling.audit import Deed, record
from scheduling.errors import (
    ForbiddenError,
    NotFoundError,
    SignInRequiredError,
    TooManySignInsError,
)
from scheduling.passwords import PASSWORDS

MOST_FAILED_SIGN_INS = 5
LOCKED_FOR = timedelta(minutes=15)
SEEN_AGAIN_AFTER = timedelta(minutes=5)
"""Where a person was last seen is written at most this often."""

_NOBODYS_HASH = PASSWORDS.hash(
    "the password of nobody: checked so that an unknown name takes as long as a known one"
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a token is made for."""

    person_id: UUID
    token_epoch: int


async def sign_in_from_chat(
    session: AsyncSession, *, actor: Actor, who: ChatSignIn, now: datetime
) -> Identity:
    """Recognises a chat user, or registers them on first contact.

    Raises ForbiddenError unless the actor is the bot's service.
    """
    if not actor.service:
        raise ForbiddenError
    known = await _chat_identity(session, who)
    if known is None:
        district = await home_district(session)
        person = Person(
            created_at=now, district_code=district, name=who.name.strip() or "居民", language=who.language
        )
        session.add(person)
        await session.flush()
        made = await session.execute(
            insert(ChannelIdentity)
            .values(
                id=new_id(),
                created_at=now,
                person_id=person.id,
                channel=who.channel,
                address=who.user_id,
                last_seen_at=now,
            )
            .on_conflict_do_nothing(index_elements=["channel", "address"])
            .returning(col(ChannelIdentity.id))
        )
        if made.first() is None:
            # Another first contact of the same chat user committed meanwhile: the person made here is not needed.
            await session.delete(person)
            await session.flush()
        else:
            deed = Deed("person.registered", "person", person.id, district, {"channel": who.channel})
            await record(session, [deed], actor=Actor(PersonId(person.id)), now=now)
        known = await _chat_identity(session, who)
    if known is None:
        raise SignInRequiredError
    identity, token_epoch = known
    if identity.blocked_at is not None or now - identity.last_seen_at > SEEN_AGAIN_AFTER:
        await session.execute(
            update(ChannelIdentity)
            .where(col(ChannelIdentity.id) == identity.id)
            .values(last_seen_at=now, blocked_at=None)
        )
    return Identity(identity.person_id, token_epoch)


async def _chat_identity(session: AsyncSession, who: ChatSignIn) -> tuple[ChannelIdentity, int] | None:
    row = (
        await session.execute(
            select(ChannelIdentity, col(Person.token_epoch))
            .join(Person, col(Person.id) == col(ChannelIdentity.person_id))
            .where(col(ChannelIdentity.channel) == who.channel, col(ChannelIdentity.address) == who.user_id)
        )
    ).first()
    return None if row is None else (row.ChannelIdentity, row.token_epoch)


async def home_district(session: AsyncSession) -> str:
    """The district that this installation serves; new residents belong to it.

    Raises NotFoundError when no divisions were imported yet.
    """
    code = (
        await session.execute(
            select(col(Division.code))
            .where(col(Division.level) == DivisionLevel.district)
            .order_by(col(Division.code))
        )
    ).scalar()
    if code is None:
        raise NotFoundError(what="district")
    return str(code)


async def sign_in_staff(
    session: AsyncSession, *, username: str, password: str, now: datetime
) -> Identity | None:
    """The identity behind a name and password; None when they do not belong together.

    A failure is counted, and must be committed, so it is not raised here. After five failures the
    account rests for a quarter of an hour (TooManySignInsError).
    """
    account = await session.get(StaffAccount, username, with_for_update=True)
    if account is not None and account.locked_until is not None and account.locked_until > now:
        raise TooManySignInsError(retry_after_s=int((account.locked_until - now).total_seconds()) + 1)
    stored = account.password_hash if account is not None else _NOBODYS_HASH
    right = await asyncio.to_thread(PASSWORDS.verify, password, stored)
    if account is None:
        return None
    if not right:
        account.failed_sign_ins += 1
        if account.failed_sign_ins >= MOST_FAILED_SIGN_INS:
            account.failed_sign_ins = 0
            account.locked_until = now + LOCKED_FOR
        session.add(account)
        return None
    account.failed_sign_ins = 0
    account.locked_until = None
    session.add(account)
    person = await session.get_one(Person, account.person_id)
    deed = Deed("staff.signed_in", "person", person.id, person.district_code)
    await record(session, [deed], actor=Actor(PersonId(person.id)), now=now)
    return Identity(person.id, person.token_epoch)


async def actor_of(session: AsyncSession, *, identity: Identity) -> Actor:
    """The actor behind a token, with the roles of this moment. Raises SignInRequiredError when it was revoked."""
    rows = (
        await session.execute(
            select(col(Person.token_epoch), col(Grant.role), col(Grant.scope), col(Grant.key))
            .outerjoin(Grant, col(Grant.person_id) == col(Person.id))
            .where(col(Person.id) == identity.person_id)
        )
    ).all()
    if not rows or rows[0].token_epoch != identity.token_epoch:
        raise SignInRequiredError
    permissions = frozenset(Permission(row.role, row.scope, row.key) for row in rows if row.role is not None)
    return Actor(PersonId(identity.person_id), permissions)


async def revoke_tokens(session: AsyncSession, *, actor: Actor, now: datetime) -> None:
    """Makes every token given to the actor so far worthless."""
    person = await session.get_one(Person, actor.require_person())
    person.token_epoch += 1
    session.add(person)
    deed = Deed("person.tokens_revoked", "person", person.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)
