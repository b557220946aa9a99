"""What governance keeps about people, handed to whoever links, exports and erases them (see `scheduling/identity/parts.py`)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from governance.personal import RequestsPart
from governance.threads.personal import erase_threads_of_person, threads_of_person
from models.tables import PointMessage, PointMessageRecipient, Thread, ThreadMessage
from models.vocabulary import ThreadState
from scheduling.actors import Actor
from scheduling.errors import Reason
from scheduling.identity.parts import Parts, rename

_THREADS: tuple[Any, ...] = (
    Thread.resident_id,
    Thread.owner_id,
    ThreadMessage.author_id,
    PointMessage.author_id,
    PointMessageRecipient.person_id,
)
"""Every column that names somebody as writing, answering or told."""


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
        await rename(session, _THREADS, guest_id, host_id)

    async def show(
        self, session: AsyncSession, person_id: UUID, *, now: datetime, most: int
    ) -> Sequence[Mapping[str, object]]:
        """The person's threads, the latest first."""
        return list(reversed(await threads_of_person(session, person_id)))[: most + 1]

    async def erase(self, session: AsyncSession, person_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Ends and empties the person's threads."""
        await erase_threads_of_person(session, person_id, now=now)


PERSONAL_PARTS: Parts = (RequestsPart(), ThreadsPart())
"""Governance's own, for the program to hand in."""
