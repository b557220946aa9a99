"""Whether a person can be reached in a channel, as the channel itself says (product: Messages 2)."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId
from models.shapes.chats import ChatReach
from models.tables import ChannelIdentity, Person
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ForbiddenError
from scheduling.routing import reach_again


async def note(session: AsyncSession, *, actor: Actor, told: ChatReach, now: datetime) -> None:
    """Notes that somebody blocked the bot, or lets it write to them again: what is owed to them changes its channel.

    Who is not known, and what is known already, changes nothing. Raises ForbiddenError unless the actor is the bot's
    service.
    """
    if not actor.service:
        raise ForbiddenError
    found = await session.execute(
        select(ChannelIdentity, col(Person.district_code))
        .join(Person, col(Person.id) == col(ChannelIdentity.person_id))
        .where(col(ChannelIdentity.channel) == told.channel, col(ChannelIdentity.address) == told.user_id)
        .with_for_update(of=ChannelIdentity)
    )
    row = found.first()
    if row is None:
        return
    identity, district = row
    if (identity.blocked_at is not None) == told.blocked:
        return
    identity.blocked_at = now if told.blocked else None
    session.add(identity)
    await session.flush()
    await reach_again(session, identity.person_id, now=now)
    action = "channel.blocked" if told.blocked else "channel.unblocked"
    deed = Deed(action, "person", identity.person_id, district, {"channel": told.channel})
    await record(session, [deed], actor=Actor(PersonId(identity.person_id)), now=now)
