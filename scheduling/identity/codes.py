"""Codes that link a chat to an account: made by whoever is signed in there, or by staff for somebody without a chat.

A code is eight signs that cannot be mistaken for one another, good once and for minutes; a newer one takes its place.
"""

import asyncio
import hashlib
import re
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.identity import LinkCodeMade
from models.tables import ChannelIdentity, Grant, LinkCode, Person, StaffAccount
from models.vocabulary import Channel
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, NotFoundError, Reason, TooManyCodesError
from scheduling.locks import lock_persons
from scheduling.queries.policies import district_policy
from scheduling.registration import districts_of

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters without those that look or sound alike: 0 O, 1 I L, U V."""
LENGTH = 8
CODES_COUNTED = timedelta(hours=1)
CHATS = (Channel.telegram, Channel.web, Channel.wechat)
"""Channels in which a person talks; at an address of the others they are only told."""
START = "link_"
"""What a deep link begins with."""

_CODE = re.compile(rf"[{SIGNS}]{{{LENGTH}}}")


def normal_code(text: str) -> str | None:
    """A code as it was made, from what somebody typed or a deep link carried; None for what is none."""
    code = re.sub(r"[\s-]", "", text.removeprefix(START)).upper()
    return code if _CODE.fullmatch(code) else None


def new_code() -> str:
    """A random code with letters and digits in it, so that it is taken neither for a word nor for a number."""
    while True:
        code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
        if any(sign.isdigit() for sign in code) and any(sign.isalpha() for sign in code):
            return code


async def hash_of(code: str) -> bytes:
    """What is stored of a code; each try is made slow, and the code lives minutes."""
    return await asyncio.to_thread(
        hashlib.scrypt, code.encode(), salt=b"link code", n=2**14, r=8, p=1, dklen=32
    )


async def make_own(
    session: AsyncSession, *, actor: Actor, bot_name: str | None, now: datetime
) -> LinkCodeMade:
    """A code for the actor's own account. Raises TooManyCodesError after as many in an hour as the district allows."""
    return await _make(session, actor.require_person(), actor=actor, bot_name=bot_name, now=now)


async def make_for(
    session: AsyncSession, *, actor: Actor, person_id: UUID, bot_name: str | None, now: datetime
) -> LinkCodeMade:
    """A code that those who work at a point give to somebody whom staff registered.

    Only for whom has no chat and no role: nobody gets into an account that somebody uses, nor into rights that are not
    theirs. Raises ForbiddenError without a role, NotFoundError for people of another district, ActionRefusedError,
    TooManyCodesError.
    """
    districts = await districts_of(session, actor)
    if person_id not in await lock_persons(session, [person_id]):
        raise NotFoundError(what="person")
    person = await session.get_one(Person, person_id)
    if person.district_code not in districts:
        raise NotFoundError(what="person")
    if reasons := await _used_by_themselves(session, person_id):
        raise ActionRefusedError(reasons)
    return await _make(session, person_id, actor=actor, bot_name=bot_name, now=now)


async def _used_by_themselves(session: AsyncSession, person_id: UUID) -> list[Reason]:
    chat = select(col(ChannelIdentity.id)).where(
        col(ChannelIdentity.person_id) == person_id, col(ChannelIdentity.channel).in_(CHATS)
    )
    if (await session.execute(chat.limit(1))).first() is not None:
        return [Reason("has-a-chat")]
    for holds in (
        select(col(Grant.id)).where(col(Grant.person_id) == person_id),
        select(col(StaffAccount.person_id)).where(col(StaffAccount.person_id) == person_id),
    ):
        if (await session.execute(holds.limit(1))).first() is not None:
            return [Reason("works-here")]
    return []


async def _make(
    session: AsyncSession, person_id: UUID, *, actor: Actor, bot_name: str | None, now: datetime
) -> LinkCodeMade:
    if person_id not in await lock_persons(session, [person_id]):
        raise NotFoundError(what="person")
    person = await session.get_one(Person, person_id)
    policy = await district_policy(session, person.district_code)
    made, first = (
        await session.execute(
            select(func.count(), func.min(col(LinkCode.created_at))).where(
                col(LinkCode.person_id) == person_id, col(LinkCode.created_at) > now - CODES_COUNTED
            )
        )
    ).one()
    if made >= policy.link_codes:
        raise TooManyCodesError(retry_after_s=int((first + CODES_COUNTED - now).total_seconds()) + 1)
    await end_codes(session, person_id, now=now)
    code, until = new_code(), now + timedelta(minutes=policy.link_minutes)
    row = LinkCode(
        created_at=now,
        person_id=person_id,
        made_by_id=actor.require_person(),
        code_hash=await hash_of(code),
        expires_at=until,
    )
    session.add(row)
    await session.flush()
    deed = Deed("link_code.made", "person", person_id, person.district_code)
    await record(session, [deed], actor=actor, now=now)
    start = f"{START}{code}"
    return LinkCodeMade(
        code=f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}",
        start=start,
        telegram_url=None if bot_name is None else f"https://t.me/{bot_name}?start={start}",
        expires_at=until,
    )


async def end_codes(session: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Makes the open codes of a person worthless."""
    await session.execute(
        update(LinkCode)
        .where(
            col(LinkCode.person_id) == person_id,
            col(LinkCode.used_at).is_(None),
            col(LinkCode.expires_at) > now,
        )
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
