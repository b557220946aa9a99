"""Booking, moving and cancelling (product: Booking 1 to 5).

Orders are decided upon in batches: persons and slots are locked once, every order is judged in turn on the counts that
the ones before it left, and all that was granted is written by a few statements. A single booking is a batch of one.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.ids import new_id
from models.shapes.base import Named, local_day
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.places import ServiceBrief
from models.vocabulary import BookingStatus, CancelReason
from scheduling import notices, places
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, BookingRefusedError, NotFoundError, Reason
from scheduling.locks import LockedPerson, lock_persons, lock_slots
from scheduling.policies import Policy
from scheduling.queries.bookings import (
    BookedRow,
    Cursor,
    When,
    active_links,
    booked_rows,
    booking_ids_of,
    booking_views,
    engagements_of,
)
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import Engagement, Wish, refusals
from scheduling.rules.reminders import reminders
from scheduling.rules.windows import free_cancel_until

CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Order:
    """An order and who places it."""

    actor: Actor
    wanted: BookingOrder

    @property
    def attendee_id(self) -> UUID:
        """For whom it is."""
        return self.wanted.attendee_id or self.actor.require_person()


Outcome = BookingView | BookingRefusedError | NotFoundError


async def book(session: AsyncSession, *, actor: Actor, wanted: BookingOrder, now: datetime) -> BookingView:
    """Books places in a slot.

    Raises NotFoundError for a slot or attendee that does not exist for the actor, BookingRefusedError with every
    reason. Alternatives are found afterwards, outside the locks (`scheduling.alternatives`).
    """
    outcome = (await book_many(session, [Order(actor, wanted)], now=now))[0]
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def book_many(session: AsyncSession, orders: Sequence[Order], *, now: datetime) -> list[Outcome]:
    """Decides upon orders in their sequence and writes what was granted; one outcome an order, in the same sequence."""
    for_others = {
        (order.actor.require_person(), order.attendee_id)
        for order in orders
        if order.attendee_id != order.actor.require_person()
    }
    links = await active_links(session, sorted(for_others))
    people = await lock_persons(
        session, {order.attendee_id for order in orders} | {order.actor.require_person() for order in orders}
    )
    engagements = dict(await engagements_of(session, [*people], now=now))
    slots = dict(await lock_slots(session, {order.wanted.slot_id for order in orders}))
    policies = await policies_for(session, (slot.scope for slot in slots.values()))

    outcomes: list[Outcome] = []
    granted: list[Granted] = []
    for order in orders:
        attendee, slot = people.get(order.attendee_id), slots.get(order.wanted.slot_id)
        pair = (order.actor.require_person(), order.attendee_id)
        if slot is None:
            outcomes.append(NotFoundError(what="slot"))
            continue
        if attendee is None or (pair in for_others and pair not in links):
            outcomes.append(NotFoundError(what="attendee"))
            continue
        policy = policies[slot.service_id]
        engaged = engagements.setdefault(attendee.id, [])
        wish = Wish(slot.slot, order.wanted.party, attendee.priority, engaged, policy, now)
        if reasons := refusals(wish):
            outcomes.append(BookingRefusedError(reasons))
            continue
        slot = _with_taken(slot, order.wanted.party)
        slots[order.wanted.slot_id] = slot
        grant = Granted(
            id=new_id(),
            order=order,
            attendee=attendee,
            booker=people[pair[0]],
            slot=slot,
            policy=policy,
            code=new_code(),
        )
        engaged.append(grant.engagement())
        granted.append(grant)
        outcomes.append(grant.view(now))

    await places.occupy(session, [grant.row(now) for grant in granted])
    owed = [notice for grant in granted for notice in grant.reminders(now)]
    await notices.owe(session, owed, now=now)
    await record(session, [grant.deed() for grant in granted], actor=Actor(), now=now)
    return outcomes


def _with_taken(slot: SlotRow, places_taken: int) -> SlotRow:
    return slot._replace(slot=replace(slot.slot, taken=slot.slot.taken + places_taken))


def new_code() -> str:
    """A random code to say at the door. Unique per point and day by constraint; a clash repeats the transaction."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An order that the rules allow, on its way into the tables."""

    id: UUID
    order: Order
    attendee: LockedPerson
    booker: LockedPerson
    slot: SlotRow
    policy: Policy
    code: str

    def engagement(self) -> Engagement:
        """For the judgement of the orders after it."""
        facts = self.slot.slot
        return Engagement(
            self.id,
            facts.id,
            facts.category,
            facts.start,
            facts.end,
            self.slot.service_name,
            self.slot.point.name,
        )

    def row(self, now: datetime) -> dict[str, Any]:
        """The booking's table row."""
        return {
            "id": self.id,
            "created_at": now,
            "attendee_id": self.attendee.id,
            "attendee_number": self.attendee.number,
            "booked_by_id": self.booker.id,
            "code": self.code,
            "party": self.order.wanted.party,
            "status": BookingStatus.confirmed,
            "note": self.order.wanted.note,
            "late_cancel": False,
            "sequence": 0,
            **slot_columns(self.slot),
            "slot_id": self.slot.slot.id,
            "district_code": self.slot.district_code,
        }

    def view(self, now: datetime) -> BookingView:
        """What the API answers, without asking the database again."""
        slot, wanted = self.slot, self.order.wanted
        return BookingView(
            id=self.id,
            code=self.code,
            status=BookingStatus.confirmed,
            party=wanted.party,
            slot=slot.view(self.policy),
            point=slot.point,
            service=ServiceBrief(id=slot.service_id, name=slot.service_name, category=slot.slot.category),
            attendee=Named(id=self.attendee.id, name=self.attendee.name),
            booked_by=Named(id=self.booker.id, name=self.booker.name),
            note=wanted.note,
            free_cancel_until=free_cancel_until(slot.slot.start, self.policy),
            created_at=now,
            checked_in_at=None,
            cancelled_at=None,
            late_cancel=False,
            demo=slot.demo,
        )

    def reminders(self, now: datetime) -> list[notices.Owed]:
        """What is owed to the one who booked."""
        return owed_reminders(self.view(now), self.slot, self.policy, sequence=0, now=now)

    def deed(self) -> Deed:
        """The audit row."""
        return Deed(
            "booking.made",
            "booking",
            self.id,
            self.slot.district_code,
            {
                "slot_id": str(self.slot.slot.id),
                "party": self.order.wanted.party,
                "for": str(self.attendee.id),
            },
            self.order.actor,
        )


def slot_columns(slot: SlotRow) -> dict[str, Any]:
    """The columns of a booking that repeat its slot's."""
    return {
        "service_id": slot.service_id,
        "point_id": slot.point.id,
        "category": slot.slot.category,
        "start": slot.slot.start,
        "end": slot.slot.end,
        "day": local_day(slot.slot.start),
    }


def owed_reminders(
    booking: BookingView, slot: SlotRow, policy: Policy, *, sequence: int, now: datetime
) -> list[notices.Owed]:
    """The reminders of a booking, to the one who made it. A moved booking (higher sequence) owes new ones."""
    data = notices.booking_data(booking)
    return [
        notices.Owed(
            person_id=booking.booked_by.id,
            kind=due.kind,
            dedupe_key=f"{due.kind}:{booking.id}:{sequence}",
            due_at=due.due_at,
            expires_at=due.expires_at,
            data=data,
            district_code=slot.district_code,
            booking_id=booking.id,
        )
        for due in reminders(booking.slot.start, now=now, policy=policy)
    ]


async def cancel(session: AsyncSession, *, actor: Actor, booking_id: UUID, now: datetime) -> BookingView:
    """Gives a booking's places back. Cancelling what is cancelled already changes nothing and answers the same.

    Late cancelling is allowed and counted (Booking 5). Raises NotFoundError, or ActionRefusedError when it has begun.
    """
    found, policy = await _locked_own(session, actor, booking_id)
    booking = found.booking
    if booking.status is BookingStatus.cancelled:
        return found.view(policy)
    if booking.status is not BookingStatus.confirmed or now >= booking.start:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
    late = now > free_cancel_until(booking.start, policy)
    await places.vacate(
        session,
        [places.Vacated(booking.id, booking.slot_id, booking.party, late)],
        reason=CancelReason.by_person,
        by=actor.person_id,
        now=now,
    )
    await notices.withdraw(session, booking_ids=[booking.id], now=now)
    deed = Deed("booking.cancelled", "booking", booking.id, booking.district_code, {"late": late})
    await record(session, [deed], actor=actor, now=now)
    return (await booking_views(session, [booking.id]))[0]


async def move(
    session: AsyncSession, *, actor: Actor, booking_id: UUID, slot_id: UUID, now: datetime
) -> BookingView:
    """Moves a booking to another slot: it stays the same booking, and is never without a place in between.

    All booking rules hold for the new slot; the booking itself is not in its own way. Leaving the old slot is bound by
    its start only. Raises NotFoundError, ActionRefusedError when it has begun, BookingRefusedError for the new slot.
    """
    found, _ = await _locked_own(session, actor, booking_id, slot_id)
    booking = found.booking
    if booking.status is not BookingStatus.confirmed or now >= booking.start:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
    if booking.slot_id == slot_id:
        return (await booking_views(session, [booking.id]))[0]
    slot = (await lock_slots(session, [slot_id])).get(slot_id)
    if slot is None:
        raise NotFoundError(what="slot")
    policy = (await policies_for(session, [slot.scope]))[slot.service_id]
    attendee = (await lock_persons(session, [booking.attendee_id]))[booking.attendee_id]
    engaged = (await engagements_of(session, [attendee.id], now=now)).get(attendee.id, [])
    others = [other for other in engaged if other.booking_id != booking.id]
    if reasons := refusals(Wish(slot.slot, booking.party, attendee.priority, others, policy, now)):
        raise BookingRefusedError(reasons)
    await places.shift(
        session,
        booking_id=booking.id,
        party=booking.party,
        from_slot=booking.slot_id,
        to_slot=slot_id,
        values=slot_columns(slot),
    )
    await notices.withdraw(session, booking_ids=[booking.id], now=now)
    moved = (await booking_views(session, [booking.id]))[0]
    await notices.owe(
        session, owed_reminders(moved, slot, policy, sequence=booking.sequence, now=now), now=now
    )
    deed = Deed("booking.moved", "booking", booking.id, booking.district_code, {"to": str(slot_id)})
    await record(session, [deed], actor=actor, now=now)
    return moved


async def _locked_own(
    session: AsyncSession, actor: Actor, booking_id: UUID, *other_slots: UUID
) -> tuple[BookedRow, Policy]:
    """Fetches a booking that the actor may change, with its people and slot locked; NotFoundError for outsiders."""
    known = await booked_rows(session, [booking_id])
    if not known:
        raise NotFoundError(what="booking")
    booking = known[0].booking
    person_id = actor.require_person()
    if person_id not in {booking.attendee_id, booking.booked_by_id}:
        links = await active_links(session, [(person_id, booking.attendee_id)])
        if not links:
            raise NotFoundError(what="booking")
    await lock_persons(session, [booking.attendee_id, booking.booked_by_id])
    # It may have been moved or cancelled while the lock was waited for: what counts is what is there now. Under the
    # attendee's lock it changes no more.
    row = (await booked_rows(session, [booking_id]))[0]
    await lock_slots(session, [row.booking.slot_id, *other_slots])
    policy = (await policies_for(session, [row.slot.scope]))[row.slot.service_id]
    return row, policy


async def show(session: AsyncSession, *, actor: Actor, booking_id: UUID) -> BookingView:
    """One booking of the actor's, or of somebody for whom the actor may act."""
    found = await booking_views(session, [booking_id])
    if not found:
        raise NotFoundError(what="booking")
    booking, person_id = found[0], actor.require_person()
    if person_id not in {booking.attendee.id, booking.booked_by.id} and not await active_links(
        session, [(person_id, booking.attendee.id)]
    ):
        raise NotFoundError(what="booking")
    return booking


async def mine(
    session: AsyncSession, *, actor: Actor, when: When, now: datetime, limit: int, after: Cursor | None
) -> tuple[list[BookingView], Cursor | None]:
    """A page of the actor's bookings and where the next page begins."""
    ids = await booking_ids_of(
        session, person_id=actor.require_person(), when=when, now=now, limit=limit + 1, after=after
    )
    views = await booking_views(session, [id_ for id_, _ in ids[:limit]])
    following = (ids[limit - 1][1], ids[limit - 1][0]) if len(ids) > limit else None
    return views, following
