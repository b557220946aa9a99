"""What a visit was worth: said once for each booking, by whoever came or booked it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.standing import RatingOrder, RatingView
from models.tables import Rating
from models.vocabulary import BookingStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.locks import lock_persons
from scheduling.queries.bookings import booked_rows
from scheduling.queries.policies import policies_for
from scheduling.rules.booking import when
from scheduling.vouching import manages


async def rate(
    session: AsyncSession, *, actor: Actor, booking_id: UUID, given: RatingOrder, now: datetime
) -> RatingView:
    """Rates an attended booking, by its attendee or whoever booked it. Nobody rates a point that they manage.

    Raises NotFoundError for outsiders, ForbiddenError for the point's people, ActionRefusedError with every reason.
    """
    person_id = actor.require_person()
    known = await booked_rows(session, [booking_id])
    if not known or person_id not in {known[0].booking.attendee_id, known[0].booking.booked_by_id}:
        raise NotFoundError(what="booking")
    slot = known[0].slot
    if manages(actor, slot):
        raise ForbiddenError
    await lock_persons(session, [known[0].booking.attendee_id])
    booking = (await booked_rows(session, [booking_id]))[0].booking
    policy = (await policies_for(session, [slot.scope]))[slot.service_id]
    until = booking.end + timedelta(days=policy.rating_days)
    reasons: list[Reason] = []
    if booking.status is not BookingStatus.attended:
        reasons.append(Reason("not-attended", {"status": booking.status}))
    if now > until:
        reasons.append(Reason("rating-over", {"until": when(until)}))
    if (await session.execute(select(exists().where(col(Rating.booking_id) == booking_id)))).scalar():
        reasons.append(Reason("already-rated"))
    if reasons:
        raise ActionRefusedError(reasons)
    rating = Rating(
        created_at=now,
        district_code=booking.district_code,
        booking_id=booking_id,
        service_id=booking.service_id,
        point_id=booking.point_id,
        person_id=person_id,
        stars=given.stars,
        comment=given.comment.strip(),
    )
    session.add(rating)
    await session.flush()
    await notices.withdraw(session, booking_ids=[booking_id], now=now)
    deed = Deed("booking.rated", "rating", rating.id, booking.district_code, {"stars": given.stars})
    await record(session, [deed], actor=actor, now=now)
    return RatingView(
        id=rating.id, booking_id=booking_id, stars=rating.stars, comment=rating.comment, created_at=now
    )
