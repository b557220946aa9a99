"""Consents that were taken back, where they count: nothing new is done that needs one (product: People 1).

Asking for a consent is the client's, who has the words; that one is never gone against is the use cases'. People who were
registered at a desk, and were never asked by a client, gave theirs there: only what was taken back speaks against them.
"""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ARRAY, String, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Consent, Person
from scheduling.errors import ConsentWithdrawnError
from scheduling.locks import LockedPerson
from scheduling.rules.consents import SERVICE


def withdrawn(people: Iterable[LockedPerson], purpose: str = SERVICE) -> ConsentWithdrawnError | None:
    """The refusal, when one of these people, who are locked, agrees to a purpose no more."""
    for person in people:
        if purpose in person.withdrawn:
            return ConsentWithdrawnError(purpose=purpose, person_id=str(person.id))
    return None


def require_standing(people: Iterable[LockedPerson], purpose: str = SERVICE) -> None:
    """Raises ConsentWithdrawnError when one of these people, who are locked, agrees to a purpose no more."""
    if (refusal := withdrawn(people, purpose)) is not None:
        raise refusal


async def reckon_withdrawn(session: AsyncSession, person_id: UUID) -> None:
    """Sets anew what a person agrees to no more, from their consents. Their lock is held."""
    gone = (
        select(col(Consent.purpose))
        .where(col(Consent.person_id) == person_id)
        .group_by(col(Consent.purpose))
        .having(func.bool_and(col(Consent.withdrawn_at).is_not(None)))
    )
    await session.execute(
        update(Person)
        .where(col(Person.id) == person_id)
        .values(withdrawn=func.array(gone.scalar_subquery(), type_=ARRAY(String(40))))
        .execution_options(synchronize_session=False)
    )
