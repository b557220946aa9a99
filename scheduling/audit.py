"""Audit rows, written in the transaction that did the thing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.driver import Insertion, insert_all
from models.ids import new_id
from models.tables import AuditEntry
from scheduling.actors import Actor
from scheduling.errors import Value


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to what. `data` holds ids and numbers, never names or phone numbers."""

    action: str
    subject: str
    subject_id: UUID | None
    district_code: str
    data: dict[str, Value] = field(default_factory=dict)
    actor: Actor | None = None


async def record(session: AsyncSession, deeds: Sequence[Deed], *, actor: Actor, now: datetime) -> None:
    """Writes one audit row a deed, in one statement."""
    await insert_all(session, [recorded(deeds, actor=actor, now=now)])


def recorded(deeds: Sequence[Deed], *, actor: Actor, now: datetime, behind: Sequence[UUID] = ()) -> Insertion:
    """The audit rows, to be written together with others, each only with the row that it stands `behind`. A deed may name
    its own actor (gathered writes).
    """
    rows = [
        {
            "id": new_id(),
            "created_at": now,
            "district_code": deed.district_code,
            "actor_id": (deed.actor or actor).person_id,
            "action": deed.action,
            "subject": deed.subject,
            "subject_id": deed.subject_id,
            "data": deed.data,
        }
        for deed in deeds
    ]
    return Insertion(table=AuditEntry, rows=rows, behind=behind)
