"""Giving attachments to what they belong to: they are the giver's own, and go to one thing only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Attachment
from scheduling.errors import InvalidInputError


async def give(
    session: AsyncSession,
    ids: Sequence[UUID],
    *,
    giver_id: UUID | None,
    most: int,
    request_id: UUID | None = None,
    step_number: int | None = None,
    thread_id: UUID | None = None,
) -> None:
    """Gives attachments to a step of a request, or to a thread. They must be the giver's and not yet given, `most` at once.

    Raises InvalidInputError.
    """
    wanted = set(ids)
    if len(wanted) > most:
        raise InvalidInputError(field="attachments", detail=f"at most {most}")
    if not wanted:
        return
    taken = await session.execute(
        update(Attachment)
        .where(
            col(Attachment.id).in_(wanted),
            col(Attachment.uploader_id) == giver_id,
            col(Attachment.request_id).is_(None),
            col(Attachment.thread_id).is_(None),
        )
        .values(request_id=request_id, step_number=step_number, thread_id=thread_id)
        .returning(col(Attachment.id))
        .execution_options(synchronize_session=False)
    )
    if len(taken.all()) != len(wanted):
        raise InvalidInputError(field="attachments", detail="unknown, not yours, or given already")
