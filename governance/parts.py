"""What governance keeps about people, handed to whoever links, exports and erases them (see `scheduling/identity/parts.py`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from governance.personal import erase_requests_of, requests_of, still_answers
from governance.threads.personal import erase_threads_of_person, threads_of_person
from models.tables import (
    Attachment,
    GridCell,
    PointMessage,
    PointMessageRecipient,
    Request,
    RequestFollower,
    RequestStep,
    Thread,
    ThreadMessage,
    WishClaim,
    WorkerAbsence,
)
from models.vocabulary import ThreadState
from scheduling.actors import Actor
from scheduling.errors import Reason
from scheduling.identity.parts import Parts

_REQUESTS: tuple[Any, ...] = (
    GridCell.worker_id,
    GridCell.deputy_id,
    WorkerAbsence.person_id,
    Request.asker_id,
    Request.owner_id,
    Request.transfer_to_id,
    RequestStep.actor_id,
    RequestStep.owner_id,
    RequestStep.about_id,
    RequestFollower.person_id,
    WishClaim.person_id,
    Attachment.uploader_id,
)
"""Every column that names somebody as asking, answering, following or giving."""

_THREADS: tuple[Any, ...] = (
    Thread.resident_id,
    Thread.owner_id,
    ThreadMessage.author_id,
    PointMessage.author_id,
    PointMessageRecipient.person_id,
)
"""Every column that names somebody as writing, answering or told."""


class RequestsPart:
    """Requests, wishes and the grid."""

    name = "requests"
    columns: Sequence[Any] = _REQUESTS

    async def held(self, session: AsyncSession, person_id: UUID, *, now: datetime) -> Sequence[Reason]:
        """Open requests that the person answers for, and cells whose worker they are."""
        reasons = []
        if count := await still_answers(session, person_id=person_id):
            reasons.append(Reason("answers-requests", {"count": count}))
        cells = await session.execute(select(col(GridCell.name)).where(col(GridCell.worker_id) == person_id))
        reasons += [Reason("works-a-cell", {"cell": name}) for name in cells.scalars()]
        return reasons

    async def clashes(
        self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime
    ) -> Sequence[Reason]:
        """None: whatever two people asked and answered, one may have."""
        return ()

    async def move(self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime) -> None:
        """Makes the host's what the guest asked, answers, follows and claimed."""
        asked = select(col(Request.id)).where(col(Request.asker_id).in_([guest_id, host_id]))
        follows = aliased(RequestFollower)
        followed = select(col(follows.request_id)).where(col(follows.person_id) == host_id)
        await session.execute(
            delete(RequestFollower)
            .where(
                col(RequestFollower.person_id) == guest_id,
                col(RequestFollower.request_id).in_(asked.union(followed)),
            )
            .execution_options(synchronize_session=False)
        )
        await _rename(session, _REQUESTS, guest_id, host_id)

    async def show(
        self, session: AsyncSession, person_id: UUID, *, now: datetime, most: int
    ) -> Sequence[Mapping[str, object]]:
        """What the person sent, wrote, follows and claimed, as one entry; none when there is nothing of it."""
        found = await requests_of(session, person_id=person_id)
        shown = found.model_dump(mode="json")
        return [shown] if any(shown.values()) else []

    async def erase(self, session: AsyncSession, person_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Empties it; files that nothing names any more go with the next sweep of strays."""
        await erase_requests_of(session, actor=actor, person_id=person_id, now=now)
        await session.execute(
            update(GridCell)
            .where(col(GridCell.deputy_id) == person_id)
            .values(deputy_id=None)
            .execution_options(synchronize_session=False)
        )


class ThreadsPart:
    """What was written with people of points and cells."""

    name = "threads"
    columns: Sequence[Any] = _THREADS

    async def held(self, session: AsyncSession, person_id: UUID, *, now: datetime) -> Sequence[Reason]:
        """Open threads of others that the person answers."""
        owned = await session.execute(
            select(col(Thread.id)).where(
                col(Thread.owner_id) == person_id, col(Thread.state) != ThreadState.closed
            )
        )
        count = len(owned.all())
        return [Reason("answers-threads", {"count": count})] if count else []

    async def clashes(
        self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime
    ) -> Sequence[Reason]:
        """Both talk with the same people just now, or one of them with the other."""
        other = aliased(Thread)
        twice = (
            select(col(Thread.id))
            .join(
                other,
                (col(other.desk) == col(Thread.desk)) & (col(other.desk_key) == col(Thread.desk_key)),
            )
            .where(
                col(Thread.resident_id) == guest_id,
                col(Thread.state) != ThreadState.closed,
                col(other.resident_id) == host_id,
                col(other.state) != ThreadState.closed,
            )
        )
        between = select(col(Thread.id)).where(
            col(Thread.state) != ThreadState.closed,
            col(Thread.resident_id).in_([guest_id, host_id]),
            col(Thread.owner_id).in_([guest_id, host_id]),
        )
        open_ones = (await session.execute(twice.union(between))).all()
        return [Reason("both-in-a-thread")] if open_ones else []

    async def move(self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime) -> None:
        """Makes the host's what the guest wrote and answers."""
        told = aliased(PointMessageRecipient)
        heard = select(col(told.message_id)).where(col(told.person_id) == host_id)
        await session.execute(
            delete(PointMessageRecipient)
            .where(
                col(PointMessageRecipient.person_id) == guest_id,
                col(PointMessageRecipient.message_id).in_(heard),
            )
            .execution_options(synchronize_session=False)
        )
        await _rename(session, _THREADS, guest_id, host_id)

    async def show(
        self, session: AsyncSession, person_id: UUID, *, now: datetime, most: int
    ) -> Sequence[Mapping[str, object]]:
        """The person's threads, the latest first."""
        return list(reversed(await threads_of_person(session, person_id)))[: most + 1]

    async def erase(self, session: AsyncSession, person_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Ends and empties the person's threads."""
        await erase_threads_of_person(session, person_id, now=now)


async def _rename(session: AsyncSession, columns: Sequence[Any], was: UUID, to: UUID) -> None:
    for column in columns:
        await session.execute(
            update(column.class_)
            .where(column == was)
            .values({column.key: to})
            .execution_options(synchronize_session=False)
        )


PERSONAL_PARTS: Parts = (RequestsPart(), ThreadsPart())
"""Governance's own, for the program to hand in."""
