"""What the two sides of a thread are told: each message once, in order, several in a row as one (docs/THREADS.md)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import insert_all
from models.tables import Notice, Thread, ThreadMessage
from models.vocabulary import NoticeKind, NoticeStatus
from scheduling import notices
from scheduling.errors import Value
from scheduling.policies import Policy
from scheduling.rules.booking import when
from scheduling.rules.kinds import KINDS

MOST_TEXT = 2400
"""So many characters one notice carries at most: with what stands around them they fit into one message of a chat."""
MOST_ITEMS = 10
"""So many messages one notice carries at most."""


def about_thread(thread: Thread, *, desk: str, resident: str) -> dict[str, Value]:
    """What every notice of a thread carries."""
    return {
        "thread_id": str(thread.id),
        "desk": desk,
        "resident": resident,
        "urgent": thread.urgent,
        "number": thread.last_number,
    }


async def carry(
    session: AsyncSession,
    thread: Thread,
    message: ThreadMessage,
    *,
    to: Sequence[UUID],
    data: dict[str, Value],
    due: datetime,
    policy: Policy,
    now: datetime,
) -> list[UUID]:
    """Owes a message to each of these people; returns the notices that carry it.

    Where the last notice of this thread has not been sent yet, the message joins it: one knock, in order. One that a bot
    has in hand is left alone, and so is one that is full.
    """
    item = _item(message)
    waiting = await _not_sent(session, thread.id, to, now)
    carried: list[UUID] = []
    fresh: list[notices.Owed] = []
    for person_id in to:
        notice = waiting.get(person_id)
        if notice is not None and _fits([*notice.data["items"], item]):
            notice.data = {**notice.data, **data, "items": [*notice.data["items"], item]}
            if due < notice.due_at:
                # The person is awake, or it became urgent: what was kept for the morning goes with it.
                notice.due_at, notice.next_at, notice.channel = due, None, None
                notice.quiet_from = notice.quiet_until = None
            session.add(notice)
            carried.append(notice.id)
        else:
            fresh.append(
                _owed(
                    NoticeKind.thread_message,
                    thread,
                    person_id,
                    data={**data, "items": [item]},
                    due=due,
                    policy=policy,
                )
            )
    await session.flush()
    return carried + await _owe(session, fresh, now)


def _item(message: ThreadMessage) -> dict[str, Value]:
    """A message as a notice carries it; `files` are the ids of what came with it."""
    return {
        "number": message.number,
        "text": message.text,
        "at": when(message.created_at),
        "files": list(message.attachments),
    }


def _fits(items: Sequence[Mapping[str, Any]]) -> bool:  # items of a notice's JSON
    return len(items) <= MOST_ITEMS and sum(len(item["text"]) for item in items) <= MOST_TEXT


async def _not_sent(
    session: AsyncSession, thread_id: UUID, to: Iterable[UUID], now: datetime
) -> dict[UUID, Notice]:
    """The last notice of this thread to each of these people that nobody has in hand; it stays locked."""
    rows = await session.execute(
        select(Notice)
        .where(
            col(Notice.person_id).in_(list(to)),
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.kind) == NoticeKind.thread_message,
            col(Notice.data)["thread_id"].astext == str(thread_id),
            col(Notice.expires_at) > now,
            or_(col(Notice.lease_until).is_(None), col(Notice.lease_until) <= now),
        )
        .order_by(col(Notice.id))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return {notice.person_id: notice for notice in rows.scalars()}


def _owed(
    kind: NoticeKind,
    thread: Thread,
    person_id: UUID,
    *,
    data: dict[str, Value],
    due: datetime,
    policy: Policy,
    mark: int | None = None,
) -> notices.Owed:
    number = thread.last_number if mark is None else mark
    return notices.Owed(
        person_id=person_id,
        kind=kind,
        dedupe_key=f"{kind}:{thread.id}:{number}:{person_id}",
        due_at=due,
        expires_at=due + KINDS[kind].worth,
        data=data,
        district_code=thread.district_code,
        quiet=policy.quiet,
    )


async def _owe(session: AsyncSession, owed: Sequence[notices.Owed], now: datetime) -> list[UUID]:
    insertion = notices.owed(owed, now=now)
    await insert_all(session, [insertion])
    return [row["id"] for row in insertion.rows]


async def tell(
    session: AsyncSession,
    kind: NoticeKind,
    thread: Thread,
    *,
    to: Iterable[UUID],
    data: dict[str, Value],
    due: datetime,
    policy: Policy,
    now: datetime,
    mark: int | None = None,
) -> list[UUID]:
    """Owes something about a thread to some people: that it was handed on, raised, or closed; returns the notices.

    `mark` tells apart what is said about the same state of the thread; by default it is the number of its last row.
    """
    owed = [
        _owed(kind, thread, person_id, data=data, due=due, policy=policy, mark=mark)
        for person_id in sorted(set(to))
    ]
    return await _owe(session, owed, now)


async def withdraw_from(
    session: AsyncSession, thread_id: UUID, *, but: UUID | None, resident_id: UUID, now: datetime
) -> None:
    """Takes back what staff other than `but` have not been sent yet: somebody answers already."""
    sent_by = select(col(ThreadMessage.notice_ids)).where(col(ThreadMessage.thread_id) == thread_id)
    ids = {notice_id for found in (await session.execute(sent_by)).scalars() for notice_id in found}
    keep = [resident_id] if but is None else [resident_id, but]
    await session.execute(
        update(Notice)
        .where(
            col(Notice.id).in_(ids),
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.person_id).not_in(keep),
        )
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )


async def withdraw_seen(
    session: AsyncSession, thread_id: UUID, *, person_id: UUID, number: int, now: datetime
) -> None:
    """Takes back what this person has not been sent yet of what they have seen, up to a number."""
    await session.execute(
        update(Notice)
        .where(
            col(Notice.person_id) == person_id,
            col(Notice.status) == NoticeStatus.pending,
            col(Notice.kind).in_([NoticeKind.thread_message, NoticeKind.thread_handed]),
            col(Notice.data)["thread_id"].astext == str(thread_id),
            col(Notice.data)["number"].as_integer() <= number,
        )
        .values(status=NoticeStatus.cancelled, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def last_words(messages: Sequence[ThreadMessage]) -> list[Value]:
    """What was said last, oldest first, as much as one notice carries."""
    items: list[dict[str, Value]] = []
    for message in messages:
        item = _item(message)
        if not _fits([item, *items]):
            break
        items.insert(0, item)
    return list(items)
