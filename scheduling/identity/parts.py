"""What floors above this one keep about people: each hands in a part, so that linking, exporting and erasing reach it.

The composition root puts the parts together; nothing here knows who they are.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from scheduling.actors import Actor
from scheduling.errors import Reason


class PersonalPart(Protocol):
    """What one part of the program keeps about people. Callers hold the locks of the persons named."""

    name: str
    """How the export calls it: a word of the table in ARCHITECTURE.md, in the plural."""

    columns: Sequence[Any]
    """Every column by which it names a person."""

    async def held(self, session: AsyncSession, person_id: UUID, *, now: datetime) -> Sequence[Reason]:
        """The duties that a person must hand over before they can be erased; each is a code with its words in
        `api/problems.py`.
        """
        ...

    async def clashes(
        self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime
    ) -> Sequence[Reason]:
        """Why what the guest has cannot become the host's."""
        ...

    async def move(self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime) -> None:
        """Makes the host's what is the guest's."""
        ...

    async def show(
        self, session: AsyncSession, person_id: UUID, *, now: datetime, most: int
    ) -> Sequence[Mapping[str, object]]:
        """Everything about a person as JSON values, the latest first, one entry more than `most` at the most."""
        ...

    async def erase(self, session: AsyncSession, person_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Ends what is open, and empties whatever the person said; what others count stays without them."""
        ...


Parts = Sequence[PersonalPart]


async def rename(session: AsyncSession, columns: Sequence[Any], was: UUID, to: UUID) -> None:
    """Wherever one of these columns names the one person, it names the other from now on."""
    for column in columns:
        await session.execute(
            update(column.class_)
            .where(column == was)
            .values({column.key: to})
            .execution_options(synchronize_session=False)
        )
