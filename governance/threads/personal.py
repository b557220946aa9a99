"""What threads hold of one person: given out, and erased (product: People 1). For whoever exports and erases a person."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.threads.telling import withdraw_from
from models.shapes.base import local
from models.tables import Attachment, Notice, PointMessageRecipient, Thread, ThreadMessage
from models.vocabulary import NoticeStatus, ThreadEvent, ThreadSide, ThreadState


async def threads_of_person(session: AsyncSession, person_id: UUID) -> list[dict[str, JsonValue]]:
    """Every thread that the person has had as a resident, oldest first, with all that was said in it by either side. Photos
    and voice notes are named by their ids (`GET /v1/attachments/{id}`).
    """
    found = await session.execute(
        select(Thread).where(col(Thread.resident_id) == person_id).order_by(col(Thread.id))
    )
    threads = list(found.scalars())
    said: dict[UUID, list[JsonValue]] = {thread.id: [] for thread in threads}
    messages = await session.execute(
        select(ThreadMessage)
        .where(col(ThreadMessage.thread_id).in_(list(said)), col(ThreadMessage.event) == ThreadEvent.said)
        .order_by(col(ThreadMessage.thread_id), col(ThreadMessage.number))
    )
    for message in messages.scalars():
        said[message.thread_id].append(
            {
                "at": _told(message.created_at),
                "by": message.side.value,
                "text": message.text,
                "attachments": list(message.attachments),
            }
        )
    return [
        {
            "thread_id": str(thread.id),
            "opened_at": _told(thread.created_at),
            "closed_at": None if thread.closed_at is None else _told(thread.closed_at),
            "about": thread.subject.value,
            "about_id": None if thread.subject_id is None else str(thread.subject_id),
            "with": thread.desk.value,
            "with_key": thread.desk_key,
            "messages": said[thread.id],
        }
        for thread in threads
    ]


def _told(moment: datetime) -> str:
    return local(moment).isoformat(timespec="seconds")


async def erase_threads_of_person(session: AsyncSession, person_id: UUID, *, now: datetime) -> int:
    """Ends the person's open threads and empties everything said in their threads, and what they said in those of others
    as staff stays: it belongs to those residents. Returns how many messages were emptied.

    The rows themselves stay, without a text, for what is counted. Notices not yet sent are taken back.
    """
    open_ones = await session.execute(
        select(Thread)
        .where(col(Thread.resident_id) == person_id, col(Thread.state) != ThreadState.closed)
        .order_by(col(Thread.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for thread in open_ones.scalars():
        await withdraw_from(session, thread.id, but=None, resident_id=person_id, now=now)
        thread.last_number += 1
        thread.state, thread.closed_at, thread.last_at = ThreadState.closed, now, now
        thread.alert_at = thread.raised_to = None
        session.add(thread)
        session.add(
            ThreadMessage(
                created_at=now,
                district_code=thread.district_code,
                thread_id=thread.id,
                number=thread.last_number,
                event=ThreadEvent.closed,
                side=ThreadSide.house,
            )
        )
    await session.flush()
    theirs = select(col(Thread.id)).where(col(Thread.resident_id) == person_id)
    emptied = await session.execute(
        update(ThreadMessage)
        .where(col(ThreadMessage.thread_id).in_(theirs), col(ThreadMessage.event) == ThreadEvent.said)
        .values(text="", attachments=[])
        .returning(col(ThreadMessage.notice_ids))
        .execution_options(synchronize_session=False)
    )
    notice_ids = list(emptied.scalars())
    await forget_files_of(session, col(Attachment.thread_id).in_(theirs))
    await empty_notices(session, {one for ids in notice_ids for one in ids}, now=now)
    await session.execute(
        delete(PointMessageRecipient).where(col(PointMessageRecipient.person_id) == person_id)
    )
    return len(notice_ids)


async def forget_files_of(session: AsyncSession, which: ColumnElement[bool]) -> None:
    """Deletes the rows of photos and voice notes in threads; their files go by the sweep of those that no row names."""
    await session.execute(delete(Attachment).where(which).execution_options(synchronize_session=False))


async def empty_notices(session: AsyncSession, notice_ids: Iterable[UUID], *, now: datetime) -> None:
    """Empties the texts in notices, and takes those back that were not sent."""
    wanted = list(notice_ids)
    if not wanted:
        return
    await session.execute(
        update(Notice)
        .where(col(Notice.id).in_(wanted), col(Notice.status) == NoticeStatus.pending)
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Notice)
        .where(col(Notice.id).in_(wanted))
        .values(data=col(Notice.data).concat({"items": []}))
        .execution_options(synchronize_session=False)
    )
