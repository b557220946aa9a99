"""Booking, moving and cancelling (product: Booking 1 to 5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.driver import Running
from models.shapes.base import local_day
from models.shapes.bookings import BookingOrder, BookingView
from models.tables import Booking
from models.vocabulary import BookingStatus, CancelReason, NoticeKind
from scheduling import notices, places
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.desk import Also, Judged, grant_many, nothing_else
from scheduling.errors import ActionRefusedError, BookingRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.grants import Order, new_code, slot_columns
from scheduling.locks import LockedPerson, lock_persons, lock_slots
from scheduling.policies import Policy
from scheduling.promotion import promote
from scheduling.queries.bookings import (
    OCCUPYING,
    BookedRow,
    Cursor,
    When,
    active_links,
    booked_rows,
    booking_ids_of,
    booking_views,
    code_is_taken,
    engagements_of,
    pauses_of,
)
from scheduling.queries.household import key_for, told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.reminders import owed_reminders
from scheduling.rules.booking import Wish, refusals, when
from scheduling.rules.questions import answered
from scheduling.rules.telling import told_of_loss_at
from scheduling.rules.waiting import told_at
from scheduling.rules.windows import free_cancel_until
from scheduling.vouching import manages, vouches

WORTH_TELLING = timedelta(hours=12)
"""So long at least it is worth telling what the point did with a booking."""


async def book(session: AsyncSession, *, actor: Actor, wanted: BookingOrder, now: datetime) -> BookingView:
    """Books places in a slot: for oneself, for a relative who agreed to it, or for anybody at a point one manages.

    Raises NotFoundError for a slot or attendee that does not exist for the actor, BookingRefusedError with every
    reason. Alternatives are found afterwards, outside the locks (`scheduling.alternatives`).
    """
    (outcome,) = await grant_together(session, [(actor, wanted)], now=now)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome.view()


async def grant_together(
    running: Running,
    orders: Sequence[tuple[Actor, BookingOrder]],
    *,
    now: datetime,
    wait: bool = True,
    people: Mapping[UUID, LockedPerson] | None = None,
    also: Also = nothing_else,
) -> list[Judged]:
    """What `book` does, for the orders of several people at once, each with an outcome of its own.

    Without `wait` those that meet a lock are left undecided, as ContendedError. `people` have been locked before, as
    well as could be without waiting. `also` says what more is to be written with the bookings.
    """
    placed = [
        Order(
            actor,
            wanted,
            vouched=await vouches(
                running, actor=actor, attendee_id=wanted.attendee_id, slot_id=wanted.slot_id
            ),
        )
        for actor, wanted in orders
    ]
    return await grant_many(running, placed, now=now, wait=wait, people=people, also=also) if placed else []


async def cancel(session: AsyncSession, *, actor: Actor, booking_id: UUID, now: datetime) -> BookingView:
    """Gives a booking's places back. Cancelling what is cancelled already changes nothing and answers the same.

    Late cancelling is allowed and counted (Booking 5). Whoever the point cancels for is told (Booking 8). Raises
    NotFoundError, or ActionRefusedError when it has begun.
    """
    found, policy, by_point = await _locked(session, actor, booking_id)
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
    due, kind = told_at(now, policy), NoticeKind.booking_cancelled_by_relative
    if by_point:
        due, kind = told_of_loss_at(booking.start, now, policy), NoticeKind.booking_cancelled_by_point
    await _tell(session, found.view(policy), policy, actor=actor, row=booking, kind=kind, due=due, now=now)
    deed = Deed(
        "booking.cancelled",
        "booking",
        booking.id,
        booking.district_code,
        {"late": late, "at_the_point": by_point},
    )
    await record(session, [deed], actor=actor, now=now)
    await promote(session, [booking.slot_id], now=now)
    return (await booking_views(session, [booking.id]))[0]


async def move(
    session: AsyncSession, *, actor: Actor, booking_id: UUID, slot_id: UUID, now: datetime
) -> BookingView:
    """Moves a booking to another slot: it stays the same booking, and is never without a place in between.

    All booking rules hold for the new slot; the booking itself is not in its own way. Leaving the old slot is bound by
    its start only. Whoever the point moves is told (Booking 8). Raises NotFoundError, ForbiddenError for a manager who
    does not manage the new slot's point, ActionRefusedError when it has begun, BookingRefusedError for the new slot.
    """
    found, _, by_point = await _locked(session, actor, booking_id, slot_id)
    booking = found.booking
    if booking.status is not BookingStatus.confirmed or now >= booking.start:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
    if booking.slot_id == slot_id:
        return (await booking_views(session, [booking.id]))[0]
    slot = (await lock_slots(session, [slot_id])).get(slot_id)
    if slot is None:
        raise NotFoundError(what="slot")
    if by_point and not manages(actor, slot):
        raise ForbiddenError
    policy = (await policies_for(session, [slot.scope]))[slot.service_id]
    attendee = (await lock_persons(session, [booking.attendee_id]))[booking.attendee_id]
    engaged = (await engagements_of(session, [attendee.id], now=now)).get(attendee.id, [])
    wish = Wish(
        slot=slot.slot,
        party=booking.party,
        person=attendee.priority,
        engagements=[other for other in engaged if other.booking_id != booking.id],
        policy=policy,
        now=now,
        answers=booking.answers if slot.service_id == booking.service_id else {},
        pauses=(await pauses_of(session, [attendee.id], now=now)).get(attendee.id, ()),
    )
    if reasons := refusals(wish):
        raise BookingRefusedError(reasons)
    left = booking.slot_id
    await places.shift(
        session,
        booking_id=booking.id,
        party=booking.party,
        from_slot=left,
        to_slot=slot_id,
        values={
            **slot_columns(slot),
            "answers": answered(policy.questions, wish.answers)[0],
            "code": await _code_at(session, booking, slot),
        },
    )
    await notices.withdraw(session, booking_ids=[booking.id], now=now)
    moved = (await booking_views(session, [booking.id]))[0]
    pair = (booking.booked_by_id, booking.attendee_id)
    told = (await told_about(session, [pair]))[pair]
    await notices.owe(
        session, owed_reminders(moved, slot, policy, told=told, sequence=booking.sequence, now=now), now=now
    )
    due, kind = told_at(now, policy), NoticeKind.booking_changed
    await _tell(session, moved, policy, actor=actor, row=booking, kind=kind, due=due, now=now, was=found.slot)
    deed = Deed(
        "booking.moved",
        "booking",
        booking.id,
        booking.district_code,
        {"to": str(slot_id), "at_the_point": by_point},
    )
    await record(session, [deed], actor=actor, now=now)
    await promote(session, [left], now=now)
    return moved


async def _code_at(session: AsyncSession, booking: Booking, slot: SlotRow) -> str:
    """The code for another slot's door: the booking's own, or a new one where somebody has that already."""
    taken = await code_is_taken(
        session, but=booking.id, code=booking.code, point_id=slot.point.id, day=local_day(slot.slot.start)
    )
    return new_code() if taken else booking.code


async def _tell(
    session: AsyncSession,
    booking: BookingView,
    policy: Policy,
    *,
    actor: Actor,
    row: Booking,
    kind: NoticeKind,
    due: datetime,
    now: datetime,
    was: SlotRow | None = None,
) -> None:
    """Tells what the point, or one of the household, did with a booking to all whom it concerns but the one who did it.

    `was` is the slot that a moved one has left.
    """
    pair = (booking.booked_by.id, booking.attendee.id)
    told = (await told_about(session, [pair]))[pair]
    data = notices.booking_data(booking)
    names = {booking.booked_by.id: booking.booked_by.name, booking.attendee.id: booking.attendee.name}
    if actor.person_id in names:
        data["by"] = names[actor.person_id]
    if was is not None:
        data["was"] = {
            "start": when(was.slot.start),
            "end": when(was.slot.end),
            "point": was.point.name,
        }
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=key_for(f"{kind}:{booking.id}:{row.sequence}", person_id, pair[0]),
            due_at=due,
            expires_at=max(booking.slot.end, due + WORTH_TELLING),
            data={**data, "for_self": person_id == booking.attendee.id},
            district_code=row.district_code,
            booking_id=booking.id if kind is NoticeKind.booking_changed else None,
            quiet=policy.quiet,
        )
        for person_id in told
        if person_id != actor.person_id
    ]
    await notices.owe(session, owed, now=now)


async def _concern(session: AsyncSession, actor: Actor, row: BookedRow) -> Literal["own", "point"]:
    """Whether a booking is the actor's own matter (or that of somebody for whom they may act) or their point's.

    Raises NotFoundError for outsiders.
    """
    booking, person_id = row.booking, actor.require_person()
    if person_id == booking.attendee_id:
        return "own"
    if manages(actor, row.slot):
        return "point"
    if person_id == booking.booked_by_id or await active_links(session, [(person_id, booking.attendee_id)]):
        return "own"
    raise NotFoundError(what="booking")


async def _locked(
    session: AsyncSession, actor: Actor, booking_id: UUID, *other_slots: UUID
) -> tuple[BookedRow, Policy, bool]:
    """Fetches a booking that the actor may change, with its people and slot locked, its policy, and whether it is
    changed as the point's; NotFoundError for outsiders.
    """
    known = await booked_rows(session, [booking_id])
    if not known:
        raise NotFoundError(what="booking")
    await _concern(session, actor, known[0])
    await lock_persons(session, [known[0].booking.attendee_id, known[0].booking.booked_by_id])
    # It may have been moved or cancelled, or a link ended, while the lock was waited for: what counts is what is there
    # now. Under the attendee's lock it changes no more.
    row = (await booked_rows(session, [booking_id]))[0]
    concern = await _concern(session, actor, row)
    await lock_slots(session, [row.booking.slot_id, *other_slots])
    policy = (await policies_for(session, [row.slot.scope]))[row.slot.service_id]
    return row, policy, concern == "point"


async def show(session: AsyncSession, *, actor: Actor, booking_id: UUID) -> BookingView:
    """One booking of the actor's, of somebody for whom the actor may act, or at a point that the actor manages."""
    found = await booked_rows(session, [booking_id])
    if not found:
        raise NotFoundError(what="booking")
    await _concern(session, actor, found[0])
    policies = await policies_for(session, [found[0].slot.scope])
    return found[0].view(policies[found[0].slot.service_id])


async def show_ticket(session: AsyncSession, *, actor: Actor, booking_id: UUID) -> BookingView:
    """A booking to let in with. Raises NotFoundError, ActionRefusedError when it was cancelled or missed."""
    booking = await show(session, actor=actor, booking_id=booking_id)
    if booking.status not in OCCUPYING:
        raise ActionRefusedError([Reason("booking-over", {"status": booking.status})])
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
