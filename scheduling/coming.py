"""What people say of a booking before they come, and what they show at the door (product: Booking 10, Messages 1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.bookings import BookingAnswer, BookingView
from models.tables import Booking
from models.vocabulary import BookingStatus
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.locks import lock_persons
from scheduling.queries.bookings import OCCUPYING, BookedRow, active_links, booked_rows, booking_views
from scheduling.queries.policies import policies_for
from scheduling.vouching import manages


async def answer(
    session: AsyncSession, *, actor: Actor, booking_id: UUID, said: BookingAnswer, now: datetime
) -> BookingView:
    """Says that one comes, on time or late; the point sees it. Saying so again changes nothing, saying otherwise does.

    Late keeps the places past the moment at which they would be given on, for as long as the policy allows. Raises
    NotFoundError for outsiders, ForbiddenError for the point's people, ActionRefusedError when it is over or the places
    have been given on.
    """
    known = await _own(session, actor, booking_id)
    await lock_persons(session, [known.booking.attendee_id])
    # It may have been cancelled, given on or taken out of the actor's hands while the lock was waited for.
    row = await _own(session, actor, booking_id)
    booking = row.booking
    if booking.status is not BookingStatus.confirmed or now >= booking.end:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
    if booking.arrival is not said.answer:
        await session.execute(
            update(Booking)
            .where(col(Booking.id) == booking_id)
            .values(arrival=said.answer, arrival_said_at=now)
            .execution_options(synchronize_session=False)
        )
        deed = Deed(
            "booking.answered", "booking", booking_id, booking.district_code, {"answer": str(said.answer)}
        )
        await record(session, [deed], actor=actor, now=now)
    return (await booking_views(session, [booking_id]))[0]


async def own_ticket(session: AsyncSession, *, actor: Actor, booking_id: UUID) -> BookingView:
    """A booking whose ticket the actor may have: one's own, one made by oneself, or a relative's.

    Raises NotFoundError for outsiders, ForbiddenError for the point's people, who check tickets and have none;
    ActionRefusedError when it was cancelled or missed.
    """
    row = await _own(session, actor, booking_id)
    if row.booking.status not in OCCUPYING:
        raise ActionRefusedError([Reason("booking-over", {"status": row.booking.status})])
    return row.view((await policies_for(session, [row.slot.scope]))[row.slot.service_id])


async def _own(session: AsyncSession, actor: Actor, booking_id: UUID) -> BookedRow:
    """A booking that is the actor's own matter, or that of somebody for whom they may act."""
    row = next(iter(await booked_rows(session, [booking_id])), None)
    if row is None:
        raise NotFoundError(what="booking")
    booking, person_id = row.booking, actor.require_person()
    if person_id in {booking.attendee_id, booking.booked_by_id}:
        return row
    if await active_links(session, [(person_id, booking.attendee_id)]):
        return row
    if manages(actor, row.slot):
        raise ForbiddenError
    raise NotFoundError(what="booking")
