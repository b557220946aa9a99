"""Addresses besides the chat: an e-mail address or a phone number, used once the code that was sent there has come back."""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.shapes.people import AddressCode, AddressOrder, AddressView
from models.tables import AddressClaim, ChannelIdentity, Person
from models.vocabulary import Channel, NoticeKind
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, InvalidInputError, NotFoundError, Reason, TooManyTriesError
from scheduling.locks import lock_persons
from scheduling.queries.policies import district_policy
from scheduling.routing import reach_again

CODE_DIGITS = 6
ASKED_WITHIN = timedelta(hours=1)
MOST_ASKED = 5
"""So many codes are sent to addresses that one person names within an hour: nobody is flooded by a stranger's wish."""

_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+\.[^\s@<>,;:\"()\[\]\\.]{2,}")
_PHONE = re.compile(r"\+?[0-9]{5,20}")


def normal_address(channel: Channel, address: str) -> str:
    """The address as it is stored. Raises InvalidInputError for what is none."""
    text = address.strip()
    if channel is Channel.email:
        name, _, host = text.rpartition("@")
        text = f"{name}@{host.lower()}"
        right = _EMAIL.fullmatch(text) is not None and text.isascii()
    else:
        text = re.sub(r"[ -]", "", text)
        right = _PHONE.fullmatch(text) is not None
    if not right:
        raise InvalidInputError(field="address", detail="not an address of this channel")
    return text


async def _hash_of(code: str, person_id: UUID) -> bytes:
    """What is kept of a code. Six digits are soon tried out, so each try is made slow; and the code lives minutes."""
    return await asyncio.to_thread(
        hashlib.scrypt, code.encode(), salt=person_id.bytes, n=2**14, r=8, p=1, dklen=32
    )


async def mine(session: AsyncSession, *, actor: Actor) -> list[AddressView]:
    """The actor's addresses besides the chat, with those that wait for their code."""
    person_id = actor.require_person()
    known = (
        await session.execute(
            select(ChannelIdentity)
            .where(
                col(ChannelIdentity.person_id) == person_id,
                col(ChannelIdentity.channel).in_([Channel.email, Channel.sms]),
            )
            .order_by(col(ChannelIdentity.channel))
        )
    ).scalars()
    claims = (
        await session.execute(
            select(AddressClaim)
            .where(col(AddressClaim.person_id) == person_id)
            .order_by(col(AddressClaim.channel))
        )
    ).scalars()
    return [
        *(
            AddressView(
                channel=one.channel, address=one.address, confirmed=True, blocked=one.blocked_at is not None
            )
            for one in known
        ),
        *(
            AddressView(channel=claim.channel, address=claim.address, confirmed=False, blocked=False)
            for claim in claims
        ),
    ]


async def name(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: AddressOrder,
    offered: frozenset[Channel],
    now: datetime,
) -> AddressView:
    """Names an address and has a code sent there. Naming another one of the channel takes the place of the first.

    Raises InvalidInputError, ActionRefusedError when nothing is sent by this channel here, TooManyTriesError.
    """
    person_id = actor.require_person()
    address = normal_address(wanted.channel, wanted.address)
    if wanted.channel not in offered:
        raise ActionRefusedError([Reason("channel-not-offered", {"channel": wanted.channel})])
    await lock_persons(session, [person_id])
    person = await session.get_one(Person, person_id)
    policy = await district_policy(session, person.district_code)
    claim = await session.get(AddressClaim, (person_id, wanted.channel), populate_existing=True)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    until = now + timedelta(minutes=policy.address_minutes)
    if claim is None or claim.created_at <= now - ASKED_WITHIN:
        if claim is not None:
            await session.delete(claim)
            await session.flush()
        claim = AddressClaim(
            person_id=person_id,
            channel=wanted.channel,
            address=address,
            code_hash=b"",
            created_at=now,
            expires_at=until,
            asked=0,
        )
    if claim.asked >= MOST_ASKED:
        again = claim.created_at + ASKED_WITHIN
        raise TooManyTriesError(retry_after_s=int((again - now).total_seconds()) + 1)
    claim.address, claim.expires_at = address, until
    claim.code_hash = await _hash_of(code, person_id)
    claim.asked += 1
    session.add(claim)
    kind = NoticeKind.address_code
    owed = notices.Owed(
        person_id=person_id,
        kind=kind,
        dedupe_key=f"{kind}:{new_id()}",
        due_at=now,
        expires_at=until,
        data={"code": code, "minutes": policy.address_minutes},
        district_code=person.district_code,
        quiet=(24, 0),  # somebody is waiting for it
        to=(wanted.channel, address),
    )
    await notices.owe(session, [owed], now=now)
    deed = Deed("address.named", "person", person_id, person.district_code, {"channel": wanted.channel})
    await record(session, [deed], actor=actor, now=now)
    return AddressView(channel=wanted.channel, address=address, confirmed=False, blocked=False)


async def confirm(
    session: AsyncSession, *, actor: Actor, said: AddressCode, now: datetime
) -> AddressView | None:
    """Confirms an address by the code that was sent there. None for a wrong code.

    A wrong code is counted, and must be committed, so it is not raised here. Raises NotFoundError when no address waits
    for a code, TooManyTriesError, ActionRefusedError for an address that is somebody else's.
    """
    person_id = actor.require_person()
    await lock_persons(session, [person_id])
    person = await session.get_one(Person, person_id)
    policy = await district_policy(session, person.district_code)
    claim = await session.get(AddressClaim, (person_id, said.channel), populate_existing=True)
    if claim is None or claim.expires_at <= now:
        raise NotFoundError(what="address")
    if claim.tries >= policy.address_tries:
        again = claim.created_at + ASKED_WITHIN
        raise TooManyTriesError(retry_after_s=max(1, int((again - now).total_seconds()) + 1))
    if not secrets.compare_digest(claim.code_hash, await _hash_of(said.code, person_id)):
        claim.tries += 1
        session.add(claim)
        await session.flush()
        return None
    address = claim.address
    await session.delete(claim)
    await session.flush()
    await _replace(session, person_id, said.channel, address, now)
    await reach_again(session, person_id, now=now)
    deed = Deed("address.confirmed", "person", person_id, person.district_code, {"channel": said.channel})
    await record(session, [deed], actor=actor, now=now)
    return AddressView(channel=said.channel, address=address, confirmed=True, blocked=False)


async def _replace(
    session: AsyncSession, person_id: UUID, channel: Channel, address: str, now: datetime
) -> None:
    """Whose address it is now. Where a person was last seen stays the chat: an address is where they are told when no
    chat of theirs can be reached.
    """
    earlier = await session.execute(
        delete(ChannelIdentity)
        .where(col(ChannelIdentity.person_id) == person_id, col(ChannelIdentity.channel) == channel)
        .returning(col(ChannelIdentity.id))
    )
    earlier.all()
    made = await session.execute(
        insert(ChannelIdentity)
        .values(
            id=new_id(),
            created_at=now,
            person_id=person_id,
            channel=channel,
            address=address,
            last_seen_at=SEEN_LONG_AGO,
        )
        .on_conflict_do_nothing(index_elements=["channel", "address"])
        .returning(col(ChannelIdentity.id))
    )
    if made.first() is None:
        raise ActionRefusedError([Reason("address-in-use")])


SEEN_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
"""When somebody was seen at an address: never. So a chat comes first, whenever it was last used."""


async def forget(session: AsyncSession, *, actor: Actor, channel: Channel, now: datetime) -> None:
    """Gives an address up; what is owed takes another way. Raises NotFoundError when there is none."""
    person_id = actor.require_person()
    await lock_persons(session, [person_id])
    person = await session.get_one(Person, person_id)
    gone: Sequence[object] = [
        *(
            await session.execute(
                delete(ChannelIdentity)
                .where(col(ChannelIdentity.person_id) == person_id, col(ChannelIdentity.channel) == channel)
                .returning(col(ChannelIdentity.id))
            )
        ).all(),
        *(
            await session.execute(
                delete(AddressClaim)
                .where(col(AddressClaim.person_id) == person_id, col(AddressClaim.channel) == channel)
                .returning(col(AddressClaim.person_id))
            )
        ).all(),
    ]
    if not gone:
        raise NotFoundError(what="address")
    await reach_again(session, person_id, now=now)
    deed = Deed("address.forgotten", "person", person_id, person.district_code, {"channel": channel})
    await record(session, [deed], actor=actor, now=now)
