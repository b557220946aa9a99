"""Drafts: what the next thing that a person says in a chat is for. A chat keeps nothing itself.

A draft is a note that people write to themselves: nothing is decided by it, nobody else sees it, and it ends by itself. So
it leaves no trace in the audit.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.people import DraftOrder, DraftView
from models.tables import ChatDraft
from scheduling.actors import Actor


async def keep_draft(session: AsyncSession, *, actor: Actor, order: DraftOrder, now: datetime) -> DraftView:
    """Keeps the actor's draft in place of any that there was."""
    values = {
        "kind": order.kind,
        "data": order.data,
        "expires_at": now + timedelta(minutes=order.minutes),
    }
    await session.execute(
        insert(ChatDraft)
        .values(person_id=actor.require_person(), **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )
    return DraftView.model_validate(values)


async def drop_draft(session: AsyncSession, *, actor: Actor) -> None:
    """Forgets the actor's draft. Having none is as good."""
    await session.execute(delete(ChatDraft).where(col(ChatDraft.person_id) == actor.require_person()))
