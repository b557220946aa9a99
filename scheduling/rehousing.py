"""Nobody loses a place silently (product: Booking 8): bookings that a point cannot keep are moved on or cancelled with an
apology and alternatives, and whoever booked is told in the same transaction.

Callers hold the locks that `lock_booked` takes: the attendees, then all slots concerned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import local_day
from models.tables import Booking, Offer, WaitlistEntry
from models.vocabulary import (
    AlternativeKind,
    BookingStatus,
    CancelReason,
    NoticeKind,
    OfferStatus,
    WaitlistStatus,
)
from scheduling import notices, places
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.entries import ACTIVE, end_offers
from scheduling.errors import BusyError, Value
from scheduling.finding import Choice, Seeker, find, nearby
from scheduling.grants import new_code, slot_columns
from scheduling.locks import LockedPerson, lock_persons, lock_slots, try_lock_persons
from scheduling.policies import Policy
from scheduling.queries.alternatives import nearness
from scheduling.queries.bookings import BookedRow, booked_rows, code_is_taken, engagements_of, pauses_of
from scheduling.queries.household import key_for, told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.reminders import owed_reminders
from scheduling.rules.booking import Engagement, when
from scheduling.rules.questions import answered
from scheduling.rules.telling import told_of_loss_at
from scheduling.rules.waiting import given_back, told_at
from scheduling.rules.windows import PriorityFacts

WORTH_TELLING = timedelta(hours=12)
"""So long at least it is worth telling somebody that a booking was changed or cancelled, even when it is over."""

NOBODY = PriorityFacts(None, disability=False)
"""Nobody in particular."""

BULK_FROM = 20
"""When so many at once lose their place, what they are told makes way for what single people wait for."""

LOOK = 24
"""So many slots of each span around a slot are looked at to move people to …"""
MOST_DESTINATIONS = 60
"""… and so many of them are locked at most."""

ORDER = (AlternativeKind.other_time, AlternativeKind.other_point, AlternativeKind.other_day)
"""Whom to ask first for room: the same service that day, another point within reach, another day."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a point cannot keep a booking: a code for those who find the words, and what the manager wrote."""

    why: Literal["fewer_places", "slot_closed", "point_closed"]
    reason: str = ""

    def data(self) -> dict[str, Value]:
        """As notices carry it."""
        return {"why": self.why, "reason": self.reason}


async def confirmed_in(session: AsyncSession, slot_ids: Sequence[UUID]) -> list[BookedRow]:
    """The confirmed bookings of these slots, the last to have booked first."""
    ids = await session.execute(
        select(col(Booking.id)).where(
            col(Booking.slot_id).in_(slot_ids), col(Booking.status) == BookingStatus.confirmed
        )
    )
    rows = await booked_rows(session, list(ids.scalars()))
    return sorted(rows, key=lambda row: (row.booking.created_at, row.booking.id), reverse=True)


@dataclass(frozen=True, slots=True)
class Locked:
    """What stands still until commit: slots, their confirmed bookings (the last in first), and the attendees."""

    slots: Mapping[UUID, SlotRow]
    bookings: Sequence[BookedRow]
    people: Mapping[UUID, LockedPerson]


async def lock_booked(
    session: AsyncSession, slot_ids: Sequence[UUID], *, destinations: Iterable[UUID] = ()
) -> Locked:
    """Locks everybody with a confirmed booking in these slots, then these slots and the possible destinations.

    Who booked while the locks were waited for has committed since and is locked as well, without waiting: persons come
    before slots. Raises BusyError when somebody else holds one of them; nothing was done then.
    """
    attendees = await session.execute(
        select(col(Booking.attendee_id)).where(
            col(Booking.slot_id).in_(slot_ids), col(Booking.status) == BookingStatus.confirmed
        )
    )
    people = dict(await lock_persons(session, set(attendees.scalars())))
    slots = await lock_slots(session, {*slot_ids, *destinations})
    bookings = await confirmed_in(session, slot_ids)
    newcomers = {row.booking.attendee_id for row in bookings} - people.keys()
    people.update(await try_lock_persons(session, newcomers) if newcomers else {})
    if newcomers - people.keys():
        raise BusyError(retry_after_s=1)
    return Locked(slots, bookings, people)


async def destinations_of(session: AsyncSession, slot: SlotRow, *, now: datetime) -> list[SlotRow]:
    """Slots to which people of this one might be moved, the best first; not locked, and not judged."""
    anybody = Seeker(key=slot.slot.id, origin=slot, party=1, person=NOBODY)
    around, _ = await nearby(session, [anybody], now=now, count=LOOK)
    start = slot.slot.start
    options = sorted(around[slot.slot.id], key=lambda some: (ORDER.index(some.kind), *nearness(start, some)))
    return [option.row for option in options[:MOST_DESTINATIONS]]


async def move_on(
    session: AsyncSession,
    leaving: Sequence[BookedRow],
    locked: Locked,
    destinations: Sequence[SlotRow],
    *,
    cause: Cause,
    actor: Actor,
    now: datetime,
) -> list[BookedRow]:
    """Moves bookings, one after another, each to the first destination that every rule allows; tells who booked.

    Returns those for whom there is none. Who booked earlier chooses first.
    """
    if not leaving:
        return []
    slots = {row.slot.id: locked.slots[row.slot.id] for row in destinations if row.slot.id in locked.slots}
    policies = await policies_for(
        session, (row.scope for row in [*slots.values(), *(b.slot for b in leaving)])
    )
    seekers = await _seekers(session, leaving, locked.people, now)
    moved: list[BookedRow] = []
    stranded: list[BookedRow] = []
    for row in sorted(leaving, key=lambda row: (row.booking.created_at, row.booking.id)):
        booking, seeker = row.booking, seekers[row.booking.id]
        to = next((s for s in slots.values() if seeker.may_book(s, policies[s.service_id], now)), None)
        if to is None:
            stranded.append(row)
            continue
        slots[to.slot.id] = to._replace(slot=replace(to.slot, taken=to.slot.taken + booking.party))
        day, code = local_day(to.slot.start), booking.code
        if await code_is_taken(session, but=booking.id, code=code, point_id=to.point.id, day=day):
            code = new_code()
        answers = answered(policies[to.service_id].questions, seeker.answers_for(to.service_id))[0]
        await places.shift(
            session,
            booking_id=booking.id,
            party=booking.party,
            from_slot=row.slot.slot.id,
            to_slot=to.slot.id,
            values={**slot_columns(to), "answers": answers, "code": code},
        )
        moved.append(row)
    before = {row.booking.id: row.slot for row in moved}
    await notices.withdraw(session, booking_ids=list(before), now=now)
    after = await booked_rows(session, list(before))
    told = await _told(session, after)
    await notices.owe(session, _news_of_move(after, before, policies, told, cause=cause, now=now), now=now)
    deeds = [
        Deed(
            "booking.moved_by_point",
            "booking",
            row.booking.id,
            row.booking.district_code,
            {"from": str(before[row.booking.id].slot.id), "to": str(row.booking.slot_id)},
        )
        for row in after
    ]
    await record(session, deeds, actor=actor, now=now)
    return stranded


def _news_of_move(
    moved: Sequence[BookedRow],
    before: Mapping[UUID, SlotRow],
    policies: Mapping[UUID, Policy],
    told: Mapping[UUID, Sequence[UUID]],
    *,
    cause: Cause,
    now: datetime,
) -> list[notices.Owed]:
    """What is owed about moved bookings: the news, and reminders at the new time."""
    owed: list[notices.Owed] = []
    for row in moved:
        policy, booking, left = policies[row.slot.service_id], row.booking, before[row.booking.id]
        view = row.view(policy)
        was: dict[str, Value] = {
            "start": when(left.slot.start),
            "end": when(left.slot.end),
            "point": left.point.name,
        }
        due = told_of_loss_at(min(left.slot.start, row.slot.slot.start), now, policies[left.service_id])
        owed.extend(
            notices.Owed(
                person_id=person_id,
                kind=NoticeKind.booking_changed,
                dedupe_key=_key(NoticeKind.booking_changed, booking, person_id),
                due_at=due,
                expires_at=max(row.slot.slot.start, due + WORTH_TELLING),
                data={
                    **notices.booking_data(view),
                    **cause.data(),
                    "was": was,
                    "for_self": person_id == booking.attendee_id,
                },
                district_code=booking.district_code,
                booking_id=booking.id,
                quiet=policy.quiet,
                bulk=len(moved) >= BULK_FROM,
            )
            for person_id in told[booking.id]
        )
        owed.extend(
            owed_reminders(view, row.slot, policy, told=told[booking.id], sequence=booking.sequence, now=now)
        )
    return owed


async def cancel_by_point(
    session: AsyncSession,
    leaving: Sequence[BookedRow],
    people: Mapping[UUID, LockedPerson],
    *,
    cause: Cause,
    actor: Actor,
    now: datetime,
) -> None:
    """Cancels bookings with an apology: tells who booked why, and proposes to each what can really be booked instead.

    The same few statements for one booking and for hundreds.
    """
    if not leaving:
        return
    await places.vacate(
        session,
        [places.Vacated(row.booking.id, row.slot.slot.id, row.booking.party, late=False) for row in leaving],
        reason=CancelReason.by_point,
        by=actor.person_id,
        now=now,
    )
    await notices.withdraw(session, booking_ids=[row.booking.id for row in leaving], now=now)
    seekers = await _seekers(session, leaving, people, now)
    in_turn = sorted(leaving, key=lambda row: (row.booking.created_at, row.booking.id))
    found = await find(session, [seekers[row.booking.id] for row in in_turn], now=now)
    policies = await policies_for(session, (row.slot.scope for row in leaving))
    told = await _told(session, in_turn)
    owed = [
        apology
        for row in in_turn
        for apology in _apologies(
            row,
            policies[row.slot.service_id],
            found[row.booking.id],
            told[row.booking.id],
            cause=cause,
            now=now,
            bulk=len(leaving) >= BULK_FROM,
        )
    ]
    await notices.owe(session, owed, now=now)
    deeds = [
        Deed("booking.cancelled_by_point", "booking", row.booking.id, row.booking.district_code)
        for row in in_turn
    ]
    await record(session, deeds, actor=actor, now=now)


def _apologies(
    row: BookedRow,
    policy: Policy,
    choices: Sequence[Choice],
    told: Sequence[UUID],
    *,
    cause: Cause,
    now: datetime,
    bulk: bool,
) -> list[notices.Owed]:
    booking = row.booking
    due = told_of_loss_at(booking.start, now, policy)
    proposed: list[Value] = [
        {**notices.slot_data(choice.row), "kind": choice.kind, "distance_m": choice.row.distance_m}
        for choice in choices
    ]
    data = {**notices.booking_data(row.view(policy)), **cause.data(), "alternatives": proposed}
    kind = NoticeKind.booking_cancelled_by_point
    return [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=_key(kind, booking, person_id),
            due_at=due,
            expires_at=max(booking.start, due + WORTH_TELLING),
            data={**data, "for_self": person_id == booking.attendee_id},
            district_code=booking.district_code,
            booking_id=booking.id,
            quiet=policy.quiet,
            bulk=bulk,
        )
        for person_id in told
    ]


def _key(kind: NoticeKind, booking: Booking, person_id: UUID) -> str:
    return key_for(f"{kind}:{booking.id}:{booking.sequence}", person_id, booking.booked_by_id)


async def _told(session: AsyncSession, rows: Sequence[BookedRow]) -> dict[UUID, Sequence[UUID]]:
    """Who is told about each booking: who made it, whom it is for, or both."""
    pairs = {row.booking.id: (row.booking.booked_by_id, row.booking.attendee_id) for row in rows}
    told = await told_about(session, pairs.values())
    return {booking_id: told[pair] for booking_id, pair in pairs.items()}


async def _seekers(
    session: AsyncSession,
    leaving: Sequence[BookedRow],
    people: Mapping[UUID, LockedPerson],
    now: datetime,
) -> dict[UUID, Seeker]:
    attendees = sorted({row.booking.attendee_id for row in leaving})
    engagements = await engagements_of(session, attendees, now=now)
    pauses = await pauses_of(session, attendees, now=now)

    def kept(row: BookedRow) -> list[Engagement]:
        return [
            other
            for other in engagements.get(row.booking.attendee_id, [])
            if other.booking_id != row.booking.id
        ]

    return {
        row.booking.id: Seeker(
            key=row.booking.id,
            origin=row.slot,
            party=row.booking.party,
            person=people[row.booking.attendee_id].priority,
            engagements=kept(row),
            pauses=pauses.get(row.booking.attendee_id, ()),
            answers=row.booking.answers,
            answered_at=row.slot.service_id,
            not_wanted=frozenset({row.slot.slot.id}),
        )
        for row in leaving
    }


async def give_back_holds(session: AsyncSession, slot: SlotRow, excess: int, *, now: datetime) -> None:
    """Takes back places held for waiting parties until `excess` of them are free again, and no hold without need.

    What is being gathered for somebody goes first, then offers, the latest first. The parties keep their turn; who had
    an offer is told.
    """
    if excess <= 0:
        return
    rows = (
        await session.execute(
            select(WaitlistEntry, Offer)
            .outerjoin(
                Offer,
                (col(Offer.entry_id) == col(WaitlistEntry.id)) & (col(Offer.status) == OfferStatus.held),
            )
            .where(
                col(WaitlistEntry.slot_id) == slot.slot.id,
                col(WaitlistEntry.status).in_(ACTIVE),
                col(WaitlistEntry.held) > 0,
            )
            .order_by(
                col(Offer.created_at).desc().nulls_first(),
                col(Offer.id).desc(),
                col(WaitlistEntry.created_at).desc(),
                col(WaitlistEntry.id).desc(),
            )
            .execution_options(populate_existing=True)
        )
    ).all()
    needed = [rows[position] for position in given_back([row.WaitlistEntry.held for row in rows], excess)]
    entries = [row.WaitlistEntry for row in needed]
    offers = [(row.WaitlistEntry, row.Offer) for row in needed if row.Offer is not None]
    await places.let_go(session, [entry.id for entry in entries], WaitlistStatus.waiting)
    await end_offers(session, [offer.id for _, offer in offers], OfferStatus.expired, now=now)
    policy = (await policies_for(session, [slot.scope]))[slot.service_id]
    told = await told_about(session, ((entry.person_id, entry.attendee_id) for entry, _ in offers))
    kind = NoticeKind.waitlist_offer_withdrawn
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=key_for(f"{kind}:{offer.id}", person_id, entry.person_id),
            due_at=told_at(now, policy),
            expires_at=slot.slot.start,
            data={
                **notices.slot_data(slot),
                "entry_id": str(entry.id),
                "party": entry.party,
                "for_self": person_id == entry.attendee_id,
            },
            district_code=entry.district_code,
            quiet=policy.quiet,
        )
        for entry, offer in offers
        for person_id in told[entry.person_id, entry.attendee_id]
    ]
    await notices.owe(session, owed, now=now)
    deeds = [Deed("offer.withdrawn", "offer", offer.id, offer.district_code) for _, offer in offers]
    await record(session, deeds, actor=SYSTEM, now=now)
