"""Consents: shown with their versions, and taken back (product: People 1)."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.identity import ConsentRecord
from models.tables import Consent, Person
from scheduling.actors import Actor
from scheduling.agreement import reckon_withdrawn
from scheduling.audit import Deed, record
from scheduling.errors import NotFoundError
from scheduling.locks import lock_persons


async def given(session: AsyncSession, *, actor: Actor) -> list[ConsentRecord]:
    """Everything that the actor agreed to, the latest first, with what was taken back since."""
    rows = await session.execute(
        select(Consent)
        .where(col(Consent.person_id) == actor.require_person())
        .order_by(col(Consent.created_at).desc(), col(Consent.id).desc())
        .execution_options(populate_existing=True)
    )
    return [
        ConsentRecord(
            purpose=one.purpose,
            version=one.version,
            given_at=one.created_at,
            withdrawn_at=one.withdrawn_at,
        )
        for one in rows.scalars()
    ]


async def withdraw(session: AsyncSession, *, actor: Actor, purpose: str, now: datetime) -> list[str]:
    """Takes back every version of a purpose that is still agreed to, and answers which. Again, it changes nothing.

    What was done meanwhile stays done. Nothing more that needs it is done (`scheduling.agreement`) until the person agrees
    again; seeing, taking along, correcting, cancelling and being erased need none. Raises NotFoundError for a purpose
    that was never agreed to.
    """
    me = actor.require_person()
    await lock_persons(session, [me])
    known = await session.execute(
        select(col(Consent.id)).where(col(Consent.person_id) == me, col(Consent.purpose) == purpose).limit(1)
    )
    if known.first() is None:
        raise NotFoundError(what="consent")
    taken_back = await session.execute(
        update(Consent)
        .where(
            col(Consent.person_id) == me,
            col(Consent.purpose) == purpose,
            col(Consent.withdrawn_at).is_(None),
        )
        .values(withdrawn_at=now)
        .returning(col(Consent.version))
        .execution_options(synchronize_session=False)
    )
    versions = sorted(taken_back.scalars())
    if versions:
        await reckon_withdrawn(session, me)
        person = await session.get_one(Person, me)
        deed = Deed(
            "consent.withdrawn",
            "person",
            me,
            person.district_code,
            {"purpose": purpose, "versions": versions},
        )
        await record(session, [deed], actor=actor, now=now)
    return versions
