"""Who comes without a booking: one count with those who booked (product: Booking 10)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.door import WalkIn
from models.tables import Person
from scheduling.actors import Actor
from scheduling.arrivals import arrive
from scheduling.audit import Deed, record
from scheduling.desk import book_many
from scheduling.errors import (
    BookingRefusedError,
    ConsentWithdrawnError,
    ContendedError,
    NotFoundError,
    Reason,
)
from scheduling.grants import Order
from scheduling.managed import managed_slot
from scheduling.people import NewPerson, register
from scheduling.queries.bookings import booking_views
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import Terms, when


async def take(
    session: AsyncSession, *, actor: Actor, slot_id: UUID, walk_in: WalkIn, now: datetime
) -> BookingView:
    """Lets a party in that stands at the door: booked and checked in at once, with its queue number.

    Whoever is not known is registered by name. Raises NotFoundError, ForbiddenError, BookingRefusedError with every
    reason; nobody is registered then.
    """
    slot, policy = await managed_slot(session, actor=actor, slot_id=slot_id)
    attendee_id = walk_in.person_id or await _registered(session, actor, slot, walk_in, now)
    wanted = BookingOrder(slot_id=slot_id, party=walk_in.party, attendee_id=attendee_id)
    order = Order(actor, wanted, Terms.walk_in, vouched=True)
    outcome = (await book_many(session, [order], now=now))[0]
    if isinstance(outcome, NotFoundError | ContendedError | ConsentWithdrawnError):
        raise outcome
    reasons = list(outcome.reasons) if isinstance(outcome, BookingRefusedError) else []
    opens = slot.slot.start - policy.check_in_opens
    if now < opens:
        reasons.insert(0, Reason("too-early-to-check-in", {"opens_at": when(opens)}))
    if reasons or isinstance(outcome, BookingRefusedError):
        raise BookingRefusedError(reasons)
    await arrive(session, booking_id=outcome.id, slot_id=slot_id, now=now)
    deed = Deed("booking.checked_in", "booking", outcome.id, slot.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await booking_views(session, [outcome.id]))[0]


async def _registered(
    session: AsyncSession, actor: Actor, slot: SlotRow, walk_in: WalkIn, now: datetime
) -> UUID:
    person = Person(
        created_at=now,
        district_code=slot.district_code,
        name=(walk_in.name or "").strip(),
        phone=walk_in.phone,
        demo=slot.demo,
    )
    await register(session, actor=actor, people=[NewPerson(person)], now=now)
    return person.id
