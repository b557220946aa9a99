"""Being forgotten: everything open is ended as the person could have ended it, then what is about them is emptied.

What must stay for others stays without a person behind it: visits and stars that are counted, the double entries of the
time bank, and the ids in the audit (decision 0036).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.identity import Erasure
from models.tables import (
    Booking,
    HouseholdLink,
    Person,
    Series,
    ShiftAsk,
    ShiftSwap,
    ShiftWait,
    Signup,
    StandingPlace,
    WaitlistEntry,
)
from models.vocabulary import AskStatus, BookingStatus, LinkStatus, SwapStatus
from scheduling import bookings, series, waitlist
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.entries import ACTIVE
from scheduling.errors import ActionRefusedError, SignInRequiredError
from scheduling.identity.duties import held_duties
from scheduling.identity.emptying import empty_person
from scheduling.identity.parts import Parts
from scheduling.links import revoke_link
from scheduling.locks import lock_persons, lock_shifts, lock_slots
from scheduling.rosters import signups, stand_ins, standing, swaps, waits
from scheduling.rosters.signups import ENDING
from scheduling.signing_in import Identity


async def erased(session: AsyncSession, identity: Identity) -> Erasure | None:
    """What is answered to somebody who asks again with the token that they asked with first; None for whom is there."""
    person = await session.get(Person, identity.person_id)
    if person is None or person.erased_at is None:
        return None
    return Erasure(erased_at=person.erased_at, bookings=0, waiting=0, shifts=0, links=0)


async def erase(session: AsyncSession, *, actor: Actor, parts: Parts, now: datetime) -> Erasure:
    """Forgets the actor.

    Bookings ahead are cancelled and places on shifts given up by the ways that everybody takes, so that the places go to
    who waits and managers are told. Raises ActionRefusedError naming what must be handed over first.
    """
    me = actor.require_person()
    await _lock_everybody(session, me)
    person = await session.get_one(Person, me, populate_existing=True)
    if person.erased_at is not None:
        raise SignInRequiredError
    if reasons := await held_duties(session, me, parts, now=now):
        raise ActionRefusedError(reasons)
    open_now = await _whats_open(session, me, now)
    await _lock_places(session, open_now)
    await _end_everything(session, open_now, actor=actor, now=now)
    await _leave_to_relatives(session, me)
    for part in parts:
        await part.erase(session, me, actor=actor, now=now)
    counted = {
        "bookings": len(open_now.bookings),
        "waiting": len(open_now.entries) + len(open_now.waits),
        "shifts": len(open_now.signups),
        "links": len(open_now.links),
    }
    deed = Deed("person.erased", "person", me, person.district_code, {**counted})
    await record(session, [deed], actor=actor, now=now)
    await session.refresh(person)
    await empty_person(session, person, became=None, now=now)
    return Erasure(erased_at=now, **counted)


@dataclass(frozen=True, slots=True)
class Open:
    """What a person has open, by ids; slots and shifts are where it changes counts."""

    bookings: list[UUID]
    entries: list[UUID]
    series: list[UUID]
    signups: list[UUID]
    waits: list[UUID]
    asks: list[UUID]
    swaps: list[UUID]
    places: list[UUID]
    links: list[UUID]
    slots: set[UUID]
    shifts: set[UUID]


async def _lock_everybody(session: AsyncSession, me: UUID) -> None:
    """Locks the person together with all whose bookings, waiting and links end with theirs."""
    relatives: set[UUID] = set()
    for first, second, which in (
        (
            col(HouseholdLink.person_id),
            col(HouseholdLink.relative_id),
            col(HouseholdLink.status) == LinkStatus.active,
        ),
        (
            col(WaitlistEntry.person_id),
            col(WaitlistEntry.attendee_id),
            col(WaitlistEntry.status).in_(ACTIVE),
        ),
        (col(Series.person_id), col(Series.attendee_id), ~col(Series.cancelled)),
        (col(Booking.booked_by_id), col(Booking.attendee_id), col(Booking.status) == BookingStatus.confirmed),
    ):
        rows = await session.execute(
            select(first, second).where(or_(first == me, second == me), which).distinct()
        )
        relatives.update(one for row in rows for one in row)
    await lock_persons(session, {me, *relatives})


async def _whats_open(session: AsyncSession, me: UUID, now: datetime) -> Open:
    async def ids(statement: Select[*tuple[Any, ...]]) -> list[Any]:
        return list((await session.execute(statement)).all())

    booked = await ids(
        select(col(Booking.id), col(Booking.slot_id))
        .where(
            col(Booking.attendee_id) == me,
            col(Booking.start) > now,
            col(Booking.status) == BookingStatus.confirmed,
        )
        .order_by(col(Booking.start))
    )
    entries = await ids(
        select(col(WaitlistEntry.id), col(WaitlistEntry.slot_id), col(WaitlistEntry.attendee_id)).where(
            or_(col(WaitlistEntry.person_id) == me, col(WaitlistEntry.attendee_id) == me),
            col(WaitlistEntry.status).in_(ACTIVE),
        )
    )
    ordered = await ids(select(col(Series.id)).where(col(Series.attendee_id) == me, ~col(Series.cancelled)))
    signed = await ids(
        select(col(Signup.id), col(Signup.shift_id)).where(
            col(Signup.person_id) == me, col(Signup.start) > now, col(Signup.status).in_(ENDING)
        )
    )
    queued = await ids(
        select(col(ShiftWait.id), col(ShiftWait.shift_id)).where(
            col(ShiftWait.person_id) == me, col(ShiftWait.status).in_(ACTIVE)
        )
    )
    asked = await ids(
        select(col(ShiftAsk.id), col(ShiftAsk.shift_id)).where(
            col(ShiftAsk.person_id) == me, col(ShiftAsk.status) == AskStatus.open
        )
    )
    swapped = await ids(
        select(col(ShiftSwap.id)).where(
            col(ShiftSwap.asked_id) == me, col(ShiftSwap.status) == SwapStatus.proposed
        )
    )
    places = await ids(
        select(col(StandingPlace.id)).where(
            col(StandingPlace.person_id) == me, col(StandingPlace.ended_at).is_(None)
        )
    )
    links = await ids(
        select(col(HouseholdLink.id)).where(
            or_(col(HouseholdLink.person_id) == me, col(HouseholdLink.relative_id) == me),
            col(HouseholdLink.status) == LinkStatus.active,
        )
    )
    return Open(
        bookings=[row.id for row in booked],
        entries=[row.id for row in entries if row.attendee_id == me],
        series=[row.id for row in ordered],
        signups=[row.id for row in signed],
        waits=[row.id for row in queued],
        asks=[row.id for row in asked],
        swaps=[row.id for row in swapped],
        places=[row.id for row in places],
        links=[row.id for row in links],
        slots={row.slot_id for row in (*booked, *entries)},
        shifts={row.shift_id for row in (*signed, *queued, *asked)},
    )


async def _lock_places(session: AsyncSession, found: Open) -> None:
    """All shifts, then all slots: what ends them one by one asks for these locks again, which is free."""
    if found.shifts:
        await lock_shifts(session, found.shifts)
    if found.slots:
        await lock_slots(session, found.slots)


async def _end_everything(session: AsyncSession, found: Open, *, actor: Actor, now: datetime) -> None:
    for standing_id in found.places:
        await standing.end(session, actor=actor, standing_id=standing_id, now=now)
    for swap_id in found.swaps:
        await swaps.decline(session, actor=actor, swap_id=swap_id, now=now)
    for ask_id in found.asks:
        await stand_ins.decline(session, actor=actor, ask_id=ask_id, now=now)
    for wait_id in found.waits:
        await waits.leave(session, actor=actor, wait_id=wait_id, now=now)
    for signup_id in found.signups:
        await signups.withdraw(session, actor=actor, signup_id=signup_id, reason="", now=now)
    for series_id in found.series:
        await series.cancel(session, actor=actor, series_id=series_id, now=now)
    for entry_id in found.entries:
        await waitlist.leave(session, actor=actor, entry_id=entry_id, now=now)
    for booking_id in found.bookings:
        await bookings.cancel(session, actor=actor, booking_id=booking_id, now=now)
    for link_id in found.links:
        link = await session.get_one(HouseholdLink, link_id, populate_existing=True)
        await revoke_link(session, link, actor=actor, now=now)


async def _leave_to_relatives(session: AsyncSession, me: UUID) -> None:
    """What the person ordered for others is theirs from now on: they wait and are reminded themselves."""
    await session.execute(
        update(WaitlistEntry)
        .where(col(WaitlistEntry.person_id) == me, col(WaitlistEntry.status).in_(ACTIVE))
        .values(person_id=WaitlistEntry.attendee_id)
        .execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Series)
        .where(col(Series.person_id) == me, ~col(Series.cancelled))
        .values(person_id=Series.attendee_id)
        .execution_options(synchronize_session=False)
    )
