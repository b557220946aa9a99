"""Ending the waiting of parties, and the offers made to them, under the locks of their slots (product: Booking 7)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Offer, WaitlistEntry
from models.vocabulary import NoticeKind, OfferStatus, WaitlistStatus
from scheduling import notices, places
from scheduling.actors import SYSTEM
from scheduling.audit import Deed, record
from scheduling.queries.household import both_keys, key_for, told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.rules.waiting import told_at

ACTIVE = (WaitlistStatus.waiting, WaitlistStatus.offered)
"""The states in which an entry has its turn or holds places."""

TOLD_WITHIN = timedelta(hours=12)
"""How long it is worth telling somebody that their waiting has ended."""


async def end_offers(
    session: AsyncSession, offer_ids: Sequence[UUID], status: OfferStatus, *, now: datetime
) -> None:
    """Ends held offers, and what is still owed about them."""
    if not offer_ids:
        return
    await session.execute(
        update(Offer)
        .where(col(Offer.id).in_(offer_ids), col(Offer.status) == OfferStatus.held)
        .values(status=status, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    keys = [key for offer_id in offer_ids for key in both_keys(f"{NoticeKind.waitlist_offer}:{offer_id}")]
    await notices.withdraw_keys(session, keys, now=now)


async def held_offers(session: AsyncSession, entry_ids: Sequence[UUID]) -> list[UUID]:
    """The offers that hold places for these entries."""
    rows = await session.execute(
        select(col(Offer.id)).where(col(Offer.entry_id).in_(entry_ids), col(Offer.status) == OfferStatus.held)
    )
    return list(rows.scalars())


async def waiting_for(session: AsyncSession, slot_ids: Sequence[UUID]) -> list[UUID]:
    """The active entries of these slots."""
    rows = await session.execute(
        select(col(WaitlistEntry.id)).where(
            col(WaitlistEntry.slot_id).in_(slot_ids), col(WaitlistEntry.status).in_(ACTIVE)
        )
    )
    return list(rows.scalars())


async def places_waited_for(session: AsyncSession, slot_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How many places people wait for, by slot; slots for which nobody waits are left out."""
    rows = await session.execute(
        select(col(WaitlistEntry.slot_id), func.sum(col(WaitlistEntry.party)))
        .where(col(WaitlistEntry.slot_id).in_(slot_ids), col(WaitlistEntry.status).in_(ACTIVE))
        .group_by(col(WaitlistEntry.slot_id))
    )
    return {row[0]: int(row[1]) for row in rows}


async def end_entries(
    session: AsyncSession,
    entry_ids: Sequence[UUID],
    slots: Mapping[UUID, SlotRow],
    *,
    why: str,
    now: datetime,
) -> int:
    """Ends waiting entries and their offers, under the locks of their slots, and tells the people; returns how many.

    A handful of statements, however many they are.
    """
    entries = list(
        (
            await session.execute(
                select(WaitlistEntry)
                .where(col(WaitlistEntry.id).in_(entry_ids), col(WaitlistEntry.status).in_(ACTIVE))
                .execution_options(populate_existing=True)
            )
        ).scalars()
    )
    if not entries:
        return 0
    ids = [entry.id for entry in entries]
    await places.let_go(session, ids, WaitlistStatus.expired)
    await end_offers(session, await held_offers(session, ids), OfferStatus.expired, now=now)
    await tell_closed(session, entries, slots, why=why, now=now)
    deeds = [
        Deed("waitlist.ended", "waitlist_entry", entry.id, entry.district_code, {"why": why})
        for entry in entries
    ]
    await record(session, deeds, actor=SYSTEM, now=now)
    return len(entries)


async def tell_closed(
    session: AsyncSession,
    entries: Sequence[WaitlistEntry],
    slots: Mapping[UUID, SlotRow],
    *,
    why: str,
    now: datetime,
) -> None:
    """Tells people that their waiting has ended, and why: `slot_began`, `offer_ran_out` or `slot_closed`."""
    policies = await policies_for(session, (slot.scope for slot in slots.values()))
    told = await told_about(session, ((entry.person_id, entry.attendee_id) for entry in entries))
    owed: list[notices.Owed] = []
    for entry in entries:
        slot = slots[entry.slot_id]
        policy = policies[slot.service_id]
        due = told_at(now, policy)
        owed.extend(
            notices.Owed(
                person_id=person_id,
                kind=NoticeKind.waitlist_closed,
                dedupe_key=key_for(f"{NoticeKind.waitlist_closed}:{entry.id}", person_id, entry.person_id),
                due_at=due,
                expires_at=due + TOLD_WITHIN,
                data={**notices.slot_data(slot), "party": entry.party, "why": why},
                district_code=entry.district_code,
                quiet=policy.quiet,
            )
            for person_id in told[entry.person_id, entry.attendee_id]
        )
    await notices.owe(session, owed, now=now)
