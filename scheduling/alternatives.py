"""What is possible instead of a refused booking (product: Booking 6), found outside the locks of the refusal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.bookings import Alternative, BookingOrder
from models.tables import Booking, Person, Slot
from scheduling.actors import Actor
from scheduling.finding import Choice, Seeker, find
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
    moved = None if moving is None else await session.get(Booking, moving)
    attendee_id = wanted.attendee_id or actor.require_person()
    (found,) = await propose_many(session, [(attendee_id, wanted)], now=now, moved=moved)
    return found


async def propose_many(
    session: AsyncSession,
    refused: Sequence[tuple[UUID, BookingOrder]],
    *,
    now: datetime,
    moved: Booking | None = None,
) -> list[list[Alternative]]:
    """The same for several refused orders at once, each by its attendee. Many who want one slot are spread."""
    attendees = list({attendee_id for attendee_id, _ in refused})
    wanted = {order.slot_id for _, order in refused}
    origins = {
        row.slot.id: row for row in await slot_rows(session, slot_select().where(col(Slot.id).in_(wanted)))
    }
    people = await _priorities(session, attendees)
    engaged = await engagements_of(session, attendees, now=now)
    pauses = await pauses_of(session, attendees, now=now)
    in_no_way = None if moved is None else moved.id
    seekers = [
        Seeker(
            key=UUID(int=place),
            origin=origins[order.slot_id],
            party=order.party,
            person=people[attendee_id],
            engagements=[other for other in engaged.get(attendee_id, ()) if other.booking_id != in_no_way],
            pauses=pauses.get(attendee_id, ()),
            answers=order.answers if moved is None else moved.answers,
            answered_at=None if moved is None else moved.service_id,
            not_wanted=frozenset() if moved is None else frozenset({moved.slot_id}),
        )
        for place, (attendee_id, order) in enumerate(refused)
        if order.slot_id in origins and attendee_id in people
    ]
    choices = await find(session, seekers, now=now)
    return [_alternatives(choices.get(UUID(int=place), ())) for place in range(len(refused))]


async def _priorities(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, PriorityFacts]:
    rows = await session.execute(
        select(col(Person.id), col(Person.birth_date), col(Person.disability)).where(col(Person.id).in_(ids))
    )
    return {row.id: PriorityFacts(row.birth_date, row.disability) for row in rows}


def _alternatives(choices: Sequence[Choice]) -> list[Alternative]:
    return [Alternative(kind=choice.kind, **dict(choice.row.view(choice.policy))) for choice in choices]
