"""Photos and voice notes in threads: whoever is on one of its sides sees them."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance import attachments
from governance.attached import attachment_view
from governance.threads.rules.turns import side_of
from governance.threads.views import facts_of
from models.shapes.requests import AttachmentView
from models.tables import Attachment, Thread, ThreadMessage
from scheduling.actors import Actor


async def readable(session: AsyncSession, *, actor: Actor, attachment_id: UUID) -> Attachment:
    """An attachment that the actor may see: their own, of a request as it shows them, or of a thread on one of whose sides
    they are. Raises NotFoundError.
    """
    attachment = await session.get(Attachment, attachment_id)
    if attachment is not None and attachment.thread_id is not None:
        thread = await session.get_one(Thread, attachment.thread_id)
        if side_of(actor, facts_of(thread)) is not None:
            return attachment
    return await attachments.readable(session, actor=actor, attachment_id=attachment_id)


async def files_of(
    session: AsyncSession, messages: Iterable[ThreadMessage]
) -> Mapping[int, list[AttachmentView]]:
    """What came with messages of one thread, by their numbers."""
    wanted = {message.number: [UUID(id_) for id_ in message.attachments] for message in messages}
    ids = [id_ for some in wanted.values() for id_ in some]
    if not ids:
        return {}
    rows = await session.execute(select(Attachment).where(col(Attachment.id).in_(ids)))
    known = {row.id: attachment_view(row) for row in rows.scalars()}
    return {number: [known[id_] for id_ in some if id_ in known] for number, some in wanted.items()}
