"""Signing in: chat users, registered on first contact; staff by name and password; tokens become actors."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Query, Record, Running, Statement, ask
from models.ids import PersonId, new_id
from models.shapes.people import ChatSignIn
from models.tables import (
    ChannelIdentity,
    Division,
    Grant,
    Person,
    SignInFailures,
    StaffAccount,
)
from models.vocabulary import DivisionLevel, Role, ScopeKind
from scheduling.actors import Actor, Permission
from scheduling.audit import Deed, record
from scheduling.errors import (
    ForbiddenError,
    NotFoundError,
    SignInRequiredError,
    TooManySignInsError,
)
from scheduling.passwords import PASSWORDS, name_hash
from scheduling.routing import reach_again

MOST_FAILED_SIGN_INS = 5
LOCKED_FOR = timedelta(minutes=15)
FAILURES_KEPT = timedelta(days=1)
SEEN_AGAIN_AFTER = timedelta(minutes=5)
"""Where a person was last seen is written at most this often."""

UNNAMED = "居民"
"""The name of whom no channel names."""

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
            created_at=now, district_code=district, name=who.name.strip() or UNNAMED, language=who.language
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
        await reach_again(session, identity.person_id, now=now)
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

    A failure is counted, and must be committed, so it is not raised here. After five failures in a row the name rests
    for a quarter of an hour (TooManySignInsError), be there such a name or not: nobody learns which names there are.
    """
    failures = await _failures_with(session, username, now)
    if failures.locked_until is not None and failures.locked_until > now:
        raise TooManySignInsError(retry_after_s=int((failures.locked_until - now).total_seconds()) + 1)
    account = await session.get(StaffAccount, username)
    stored = account.password_hash if account is not None else _NOBODYS_HASH
    right = await asyncio.to_thread(PASSWORDS.verify, password, stored)
    if account is None or not right:
        failures.failures += 1
        if failures.failures >= MOST_FAILED_SIGN_INS:
            failures.failures = 0
            failures.locked_until = now + LOCKED_FOR
        session.add(failures)
        return None
    await session.delete(failures)
    person = await session.get_one(Person, account.person_id)
    deed = Deed("staff.signed_in", "person", person.id, person.district_code)
    await record(session, [deed], actor=Actor(PersonId(person.id)), now=now)
    return Identity(person.id, person.token_epoch)


async def _failures_with(session: AsyncSession, username: str, now: datetime) -> SignInFailures:
    """The count for a name, made where there is none, and locked: guesses at once are counted one by one."""
    made = insert(SignInFailures).values(name_hash=name_hash(username), failures=0, last_at=now)
    rows = await session.scalars(
        made.on_conflict_do_update(
            index_elements=["name_hash"], set_={"last_at": made.excluded.last_at}
        ).returning(SignInFailures),
        execution_options={"populate_existing": True},
    )
    return rows.one()


async def forget_failures(session: AsyncSession, *, now: datetime) -> int:
    """Deletes counts of names that nobody has tried for a day; returns how many."""
    old = await session.execute(
        delete(SignInFailures)
        .where(col(SignInFailures.last_at) < now - FAILURES_KEPT)
        .returning(col(SignInFailures.name_hash))
    )
    return len(old.all())


async def actor_of(session: AsyncSession, *, identity: Identity) -> Actor:
    """The actor behind a token, with the roles of this moment. Raises SignInRequiredError when it was revoked."""
    (actor,) = await actors_of(session, [identity])
    if isinstance(actor, SignInRequiredError):
        raise actor
    return actor


async def actors_of(running: Running, identities: Sequence[Identity]) -> list[Actor | SignInRequiredError]:
    """What `actor_of` would answer to each of several tokens, its error among it."""
    return await ask(running, naming(identities))


def naming(identities: Sequence[Identity]) -> Query[list[Actor | SignInRequiredError]]:
    """The query of `actors_of`."""

    def read(rows: Sequence[Record]) -> list[Actor | SignInRequiredError]:
        epochs: dict[UUID, int] = {}
        roles: dict[UUID, set[Permission]] = {}
        for person_id, epoch, role, scope, key in rows:
            epochs[person_id] = epoch
            if role is not None:
                roles.setdefault(person_id, set()).add(Permission(Role(role), ScopeKind(scope), key))
        return [
            Actor(PersonId(who.person_id), frozenset(roles.get(who.person_id, ())))
            if epochs.get(who.person_id) == who.token_epoch
            else SignInRequiredError()
            for who in identities
        ]

    return Query(_ROLES, {"ids": list({identity.person_id for identity in identities})}, read)


_ROLES = Statement(
    select(col(Person.id), col(Person.token_epoch), col(Grant.role), col(Grant.scope), col(Grant.key))
    .outerjoin(Grant, col(Grant.person_id) == col(Person.id))
    .where(col(Person.id) == func.any(bindparam("ids", type_=ARRAY(Uuid))))
)


async def revoke_tokens(session: AsyncSession, *, actor: Actor, now: datetime) -> None:
    """Makes every token given to the actor so far worthless."""
    person = await session.get_one(Person, actor.require_person())
    person.token_epoch += 1
    session.add(person)
    deed = Deed("person.tokens_revoked", "person", person.id, person.district_code)
    await record(session, [deed], actor=actor, now=now)
