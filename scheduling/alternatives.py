"""What is possible instead of a refused booking (product: Booking 6), found outside the locks of the refusal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.bookings import Alternative, BookingOrder
from models.tables import Booking, Person, Slot
from scheduling.actors import Actor
from scheduling.finding import Seeker, find
from scheduling.queries.bookings import engagements_of, pauses_of
from scheduling.queries.slots import slot_rows, slot_select
from scheduling.rules.windows import PriorityFacts


async def propose(
    session: AsyncSession, *, actor: Actor, wanted: BookingOrder, now: datetime, moving: UUID | None = None
) -> list[Alternative]:
    """Slots that the same attendee and party can really book now, near the one wanted and unlike each other.

    First one of each kind: the same service at another time that day, another point within reach, another day; then
    more of whichever there are. Every rule is asked, so that the same order for what is proposed is not refused again.
    `moving` names a booking that is to be moved and so is in nobody's way.
    """
    attendee_id = wanted.attendee_id or actor.require_person()
    origin = next(iter(await slot_rows(session, slot_select().where(col(Slot.id) == wanted.slot_id))), None)
    person = (
        await session.execute(
            select(col(Person.birth_date), col(Person.disability)).where(col(Person.id) == attendee_id)
        )
    ).first()
    if origin is None or person is None:
        return []
    engaged = (await engagements_of(session, [attendee_id], now=now)).get(attendee_id, [])
    moved = None if moving is None else await session.get(Booking, moving)
    seeker = Seeker(
        key=attendee_id,
        origin=origin,
        party=wanted.party,
        person=PriorityFacts(person.birth_date, person.disability),
        engagements=[other for other in engaged if other.booking_id != moving],
        pauses=(await pauses_of(session, [attendee_id], now=now)).get(attendee_id, ()),
        answers=wanted.answers if moved is None else moved.answers,
        answered_at=None if moved is None else moved.service_id,
        not_wanted=frozenset() if moved is None else frozenset({moved.slot_id}),
    )
    choices = (await find(session, [seeker], now=now))[attendee_id]
    return [Alternative(kind=choice.kind, **dict(choice.row.view(choice.policy))) for choice in choices]
