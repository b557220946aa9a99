"""Waiting for a full slot: joining, leaving, and answering offers (product: Booking 7)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, func, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import PersonId
from models.shapes.base import Named
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.waitlist import OfferView, WaitlistOrder, WaitlistView
from models.tables import Offer, Person, Slot, WaitlistEntry
from models.vocabulary import OfferStatus, WaitlistStatus
from scheduling import places
from scheduling.actors import SYSTEM, Actor
from scheduling.agreement import require_standing
from scheduling.audit import Deed, record
from scheduling.desk import book_many
from scheduling.entries import ACTIVE, end_entries, end_offers, tell_closed
from scheduling.errors import ActionRefusedError, BookingRefusedError, NotFoundError, Reason
from scheduling.grants import Order
from scheduling.locks import lock_persons, lock_slots
from scheduling.promotion import promote, slots_with_unoffered_places
from scheduling.queries.bookings import active_links, booking_views, engagements_of, pauses_of
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow, slot_rows, slot_select
from scheduling.rules.booking import Terms, Wish, refusals, when
from scheduling.rules.questions import answered
from scheduling.rules.windows import has_priority

A_SWEEP = 200
"""How many offers a sweep ends in one transaction."""


async def join(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: WaitlistOrder,
    now: datetime,
    series_id: UUID | None = None,
) -> WaitlistView:
    """Puts a party on a full slot's waitlist.

    Every rule but the free places is asked, so that nobody waits for what they could not take. Raises NotFoundError,
    ConsentWithdrawnError, BookingRefusedError: with `places-are-free` when it could just be booked, `already-waiting`
    when it waits already.
    """
    person_id = actor.require_person()
    attendee_id = wanted.attendee_id or person_id
    if attendee_id != person_id and not await active_links(session, [(person_id, attendee_id)]):
        raise NotFoundError(what="attendee")
    people = await lock_persons(session, [person_id, attendee_id])
    slot = (await lock_slots(session, [wanted.slot_id])).get(wanted.slot_id)
    if slot is None or attendee_id not in people:
        raise NotFoundError(what="slot" if slot is None else "attendee")
    require_standing(people.values())
    policy = (await policies_for(session, [slot.scope]))[slot.service_id]
    attendee = people[attendee_id]
    wish = Wish(
        slot=replace(slot.slot, taken=0),
        party=wanted.party,
        person=attendee.priority,
        engagements=(await engagements_of(session, [attendee_id], now=now)).get(attendee_id, []),
        policy=policy,
        now=now,
        answers=wanted.answers,
        pauses=(await pauses_of(session, [attendee_id], now=now)).get(attendee_id, ()),
        terms=Terms.order if series_id is None else Terms.series,
    )
    reasons = [reason for reason in refusals(wish) if reason.code != "series-share-full"]
    if wanted.party <= slot.slot.capacity - slot.slot.taken and series_id is None and not reasons:
        reasons.append(Reason("places-are-free", {"free": slot.slot.capacity - slot.slot.taken}))
    if await _active_entry(session, slot.slot.id, attendee_id) is not None:
        reasons.append(Reason("already-waiting"))
    if reasons:
        raise BookingRefusedError(reasons)
    entry = WaitlistEntry(
        created_at=now,
        district_code=slot.district_code,
        slot_id=slot.slot.id,
        person_id=person_id,
        attendee_id=attendee_id,
        start=slot.slot.start,
        party=wanted.party,
        priority=has_priority(attendee.priority, policy, now),
        note=wanted.note,
        answers=answered(policy.questions, wanted.answers)[0],
        series_id=series_id,
    )
    session.add(entry)
    await session.flush()
    deed = Deed("waitlist.joined", "waitlist_entry", entry.id, slot.district_code, {"party": wanted.party})
    await record(session, [deed], actor=actor, now=now)
    return (await entry_views(session, [entry.id]))[0]


async def _active_entry(session: AsyncSession, slot_id: UUID, attendee_id: UUID) -> UUID | None:
    return (
        await session.execute(
            select(col(WaitlistEntry.id)).where(
                col(WaitlistEntry.slot_id) == slot_id,
                col(WaitlistEntry.attendee_id) == attendee_id,
                col(WaitlistEntry.status).in_(ACTIVE),
            )
        )
    ).scalar()


async def _locked(
    session: AsyncSession, actor: Actor, entry_id: UUID
) -> tuple[WaitlistEntry, Offer | None, SlotRow]:
    """Fetches an entry of the actor's with its people and slot locked; NotFoundError for outsiders."""
    known = await session.get(WaitlistEntry, entry_id)
    person_id = actor.require_person()
    if known is None or (
        person_id not in {known.person_id, known.attendee_id}
        and not await active_links(session, [(person_id, known.attendee_id)])
    ):
        raise NotFoundError(what="waitlist entry")
    await lock_persons(session, [known.person_id, known.attendee_id])
    slot = (await lock_slots(session, [known.slot_id]))[known.slot_id]
    entry = await session.get_one(WaitlistEntry, entry_id, populate_existing=True)
    offer = (
        await session.execute(
            select(Offer)
            .where(col(Offer.entry_id) == entry_id, col(Offer.status) == OfferStatus.held)
            .execution_options(populate_existing=True)
        )
    ).scalar()
    return entry, offer, slot


async def leave(session: AsyncSession, *, actor: Actor, entry_id: UUID, now: datetime) -> WaitlistView:
    """Gives one's turn up; what was held for it is offered to the next. Leaving again changes nothing."""
    entry, offer, slot = await _locked(session, actor, entry_id)
    if entry.status in ACTIVE:
        await _give_back(session, entry, offer, now)
        deed = Deed("waitlist.left", "waitlist_entry", entry.id, entry.district_code)
        await record(session, [deed], actor=actor, now=now)
        await promote(session, [slot.slot.id], now=now)
    return (await entry_views(session, [entry_id]))[0]


async def _give_back(
    session: AsyncSession,
    entry: WaitlistEntry,
    offer: Offer | None,
    now: datetime,
) -> None:
    await places.hold(session, [places.Hold(entry.id, 0, WaitlistStatus.left)], slot_id=entry.slot_id)
    if offer is not None:
        await end_offers(session, [offer.id], OfferStatus.declined, now=now)


async def _of_offer(session: AsyncSession, offer_id: UUID) -> UUID:
    entry_id = (await session.execute(select(col(Offer.entry_id)).where(col(Offer.id) == offer_id))).scalar()
    if entry_id is None:
        raise NotFoundError(what="offer")
    return entry_id


async def decline(session: AsyncSession, *, actor: Actor, offer_id: UUID, now: datetime) -> WaitlistView:
    """Says no to an offer, and so leaves the waitlist; the places go to the next. Saying so again changes nothing.

    Raises NotFoundError, ActionRefusedError when the offer had another end.
    """
    entry_id = await _of_offer(session, offer_id)
    entry, offer, slot = await _locked(session, actor, entry_id)
    if offer is None or offer.id != offer_id:
        ended = await session.get_one(Offer, offer_id, populate_existing=True)
        if ended.status is OfferStatus.declined:
            return (await entry_views(session, [entry_id]))[0]
        raise ActionRefusedError([Reason("offer-over", {"status": ended.status})])
    await _give_back(session, entry, offer, now)
    deed = Deed("offer.declined", "offer", offer_id, entry.district_code)
    await record(session, [deed], actor=actor, now=now)
    await promote(session, [slot.slot.id], now=now)
    return (await entry_views(session, [entry_id]))[0]


async def accept(session: AsyncSession, *, actor: Actor, offer_id: UUID, now: datetime) -> BookingView:
    """Makes the booking from the places held. Saying so again answers with the same booking.

    Raises NotFoundError; ActionRefusedError when the offer has ended; BookingRefusedError when a rule speaks against it
    by now (another booking at that time): the offer stands then until it runs out or is declined.
    """
    entry_id = await _of_offer(session, offer_id)
    entry, offer, slot = await _locked(session, actor, entry_id)
    if offer is None or offer.id != offer_id or offer.expires_at <= now:
        ended = await session.get_one(Offer, offer_id, populate_existing=True)
        if ended.booking_id is not None:
            return (await booking_views(session, [ended.booking_id]))[0]
        raise ActionRefusedError(
            [Reason("offer-over", {"status": ended.status, "expires_at": when(ended.expires_at)})]
        )
    order = BookingOrder(
        slot_id=slot.slot.id,
        party=entry.party,
        attendee_id=entry.attendee_id,
        note=entry.note,
        answers=entry.answers,
    )
    booker = Actor(PersonId(entry.person_id))
    made = (
        await book_many(
            session, [Order(booker, order, Terms.offer, series_id=entry.series_id, vouched=True)], now=now
        )
    )[0]
    if isinstance(made, Exception):
        raise made
    await places.keep_for_booking(session, entry_id=entry.id)
    await session.execute(
        update(Offer)
        .where(col(Offer.id) == offer_id)
        .values(status=OfferStatus.accepted, answered_at=now, booking_id=made.id)
    )
    deed = Deed("offer.accepted", "offer", offer_id, entry.district_code, {"booking_id": str(made.id)})
    await record(session, [deed], actor=actor, now=now)
    return made


async def expire_offers(session: AsyncSession, *, now: datetime) -> int:
    """Ends offers that ran out and offers their places to the next; returns how many ended.

    Who let an offer run out has had their turn: the entry ends with it, and they are told.
    """
    due = (
        await session.execute(
            select(col(Offer.id), col(Offer.slot_id))
            .where(col(Offer.status) == OfferStatus.held, col(Offer.expires_at) <= now)
            .order_by(col(Offer.expires_at))
            .limit(A_SWEEP)
        )
    ).all()
    if not due:
        return 0
    slot_ids = sorted({row.slot_id for row in due})
    slots = await lock_slots(session, slot_ids)
    # Some may have been answered while the locks were waited for.
    rows = (
        await session.execute(
            select(Offer, WaitlistEntry)
            .join(WaitlistEntry, col(WaitlistEntry.id) == col(Offer.entry_id))
            .where(col(Offer.id).in_([row.id for row in due]), col(Offer.status) == OfferStatus.held)
            .execution_options(populate_existing=True)
        )
    ).all()
    await places.let_go(session, [row.WaitlistEntry.id for row in rows], WaitlistStatus.expired)
    await end_offers(session, [row.Offer.id for row in rows], OfferStatus.expired, now=now)
    await tell_closed(session, [row.WaitlistEntry for row in rows], slots, why="offer_ran_out", now=now)
    deeds = [Deed("offer.expired", "offer", row.Offer.id, row.Offer.district_code) for row in rows]
    await record(session, deeds, actor=SYSTEM, now=now)
    await promote(session, slot_ids, now=now)
    return len(rows)


async def close_entries(session: AsyncSession, *, now: datetime) -> int:
    """Ends entries whose slot has begun without a place for them; returns how many."""
    due = (
        await session.execute(
            select(col(WaitlistEntry.id), col(WaitlistEntry.slot_id))
            .where(col(WaitlistEntry.status) == WaitlistStatus.waiting, col(WaitlistEntry.start) <= now)
            .order_by(col(WaitlistEntry.start))
            .limit(A_SWEEP)
        )
    ).all()
    slots = await lock_slots(session, {row.slot_id for row in due})
    return await end_entries(session, [row.id for row in due], slots, why="slot_began", now=now)


async def offer_the_unoffered(session: AsyncSession, *, now: datetime) -> int:
    """The net below the one path: offers free places that somebody waits for, wherever there are any."""
    return await promote(session, await slots_with_unoffered_places(session, now=now, limit=A_SWEEP), now=now)


async def entry_views(session: AsyncSession, ids: Sequence[UUID]) -> list[WaitlistView]:
    """Entries as the API shows them, in the order of the ids."""
    attendee = aliased(Person)
    ahead_of = aliased(WaitlistEntry)
    ahead = (
        select(func.count())
        .where(
            col(ahead_of.slot_id) == col(WaitlistEntry.slot_id),
            col(ahead_of.status) == WaitlistStatus.waiting,
            tuple_(~col(ahead_of.priority), col(ahead_of.created_at), col(ahead_of.id))
            < tuple_(~col(WaitlistEntry.priority), col(WaitlistEntry.created_at), col(WaitlistEntry.id)),
        )
        .scalar_subquery()
    )
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(
            WaitlistEntry,
            col(attendee.name).label("attendee_name"),
            ahead.label("ahead"),
            col(Offer.id).label("offer_id"),
            col(Offer.expires_at),
        )
        .join(attendee, col(attendee.id) == col(WaitlistEntry.attendee_id))
        .outerjoin(
            Offer, (col(Offer.entry_id) == col(WaitlistEntry.id)) & (col(Offer.status) == OfferStatus.held)
        )
        .where(col(WaitlistEntry.id).in_(ids))
        .execution_options(populate_existing=True)
    )
    found = {row.WaitlistEntry.id: row for row in rows}
    slots = await slot_rows(
        session, slot_select().where(col(Slot.id).in_({row.WaitlistEntry.slot_id for row in found.values()}))
    )
    policies = await policies_for(session, (slot.scope for slot in slots))
    views = {slot.slot.id: slot.view(policies[slot.service_id]) for slot in slots}
    return [
        WaitlistView(
            id=row.WaitlistEntry.id,
            status=row.WaitlistEntry.status,
            slot=views[row.WaitlistEntry.slot_id],
            party=row.WaitlistEntry.party,
            attendee=Named(id=row.WaitlistEntry.attendee_id, name=row.attendee_name),
            ahead=row.ahead if row.WaitlistEntry.status is WaitlistStatus.waiting else 0,
            passed_over=row.WaitlistEntry.passed_over,
            offer=None if row.offer_id is None else OfferView(id=row.offer_id, expires_at=row.expires_at),
            created_at=row.WaitlistEntry.created_at,
        )
        for row in (found[id_] for id_ in ids if id_ in found)
    ]


Cursor = tuple[datetime, UUID]


async def mine(
    session: AsyncSession, *, actor: Actor, limit: int, after: Cursor | None
) -> tuple[list[WaitlistView], Cursor | None]:
    """The actor's active entries, soonest slot first, and where the next page begins."""
    person_id = actor.require_person()
    start, id_ = col(WaitlistEntry.start), col(WaitlistEntry.id)
    statement = (
        select(id_, start)
        .where(
            # Each side by its own index: asked as one OR, a planner may rather walk through everybody's entries.
            id_.in_(
                union(
                    select(id_).where(col(WaitlistEntry.person_id) == person_id),
                    select(id_).where(col(WaitlistEntry.attendee_id) == person_id),
                )
            ),
            col(WaitlistEntry.status).in_(ACTIVE),
        )
        .order_by(start, id_)
        .limit(limit + 1)
    )
    if after is not None:
        statement = statement.where(tuple_(start, id_) > tuple_(*after))
    rows = (await session.execute(statement)).all()
    views = await entry_views(session, [row.id for row in rows[:limit]])
    return views, ((rows[limit - 1].start, rows[limit - 1].id) if len(rows) > limit else None)
