"""The one path of freed places: whoever gives places back ends here, in the same transaction (product: Booking 7).

Callers hold the slots' locks. Rules that depend on a waiting person (overlap, limit) are asked when they accept, where
person and slot are locked in order; here only places are counted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.tables import Offer, Slot, WaitlistEntry
from models.vocabulary import NoticeKind, OfferStatus, SlotStatus, WaitlistStatus
from scheduling import notices, places
from scheduling.actors import SYSTEM
from scheduling.audit import Deed, record
from scheduling.locks import lock_slots
from scheduling.policies import Policy
from scheduling.queries.household import key_for, told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import when
from scheduling.rules.waiting import Waiting, offer_until, told_at, turns


async def promote(session: AsyncSession, slot_ids: Sequence[UUID], *, now: datetime) -> int:
    """Offers whatever is free in these slots to those who wait for them; returns how many offers were made.

    One statement when nobody waits, which is the usual case.
    """
    queues = await _queues(session, slot_ids)
    if not queues:
        return 0
    slots = await lock_slots(session, queues)
    policies = await policies_for(session, (slot.scope for slot in slots.values()))
    made = 0
    for slot_id, queue in queues.items():
        slot = slots[slot_id]
        if slot.slot.status is SlotStatus.closed or now >= slot.slot.start:
            continue
        made += await _share(session, slot, queue, policies[slot.service_id], now)
    return made


Queue = Sequence[WaitlistEntry]


async def _queues(session: AsyncSession, slot_ids: Sequence[UUID]) -> dict[UUID, list[WaitlistEntry]]:
    rows = await session.execute(
        select(WaitlistEntry)
        .where(
            col(WaitlistEntry.slot_id).in_(sorted(set(slot_ids))),
            col(WaitlistEntry.status) == WaitlistStatus.waiting,
        )
        .order_by(
            col(WaitlistEntry.slot_id),
            col(WaitlistEntry.priority).desc(),
            col(WaitlistEntry.created_at),
            col(WaitlistEntry.id),
        )
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[WaitlistEntry]] = {}
    for entry in rows.scalars():
        found.setdefault(entry.slot_id, []).append(entry)
    return found


async def _share(session: AsyncSession, slot: SlotRow, queue: Queue, policy: Policy, now: datetime) -> int:
    free = slot.slot.capacity - slot.slot.taken
    waiting = [Waiting(entry.id, entry.party, entry.passed_over, entry.held) for entry in queue]
    changes = turns(waiting, free, policy.most_passes)
    if not changes:
        return 0
    entries = {entry.id: entry for entry in queue}
    held = [
        places.Hold(
            turn.entry_id, turn.held, WaitlistStatus.offered if turn.offered else WaitlistStatus.waiting
        )
        for turn in changes
        if turn.offered or turn.held != entries[turn.entry_id].held
    ]
    await places.hold(session, held, slot_id=slot.slot.id)
    passed = [turn.entry_id for turn in changes if turn.passed_over != entries[turn.entry_id].passed_over]
    if passed:
        await session.execute(
            update(WaitlistEntry)
            .where(col(WaitlistEntry.id).in_(passed))
            .values(passed_over=col(WaitlistEntry.passed_over) + 1)
            .execution_options(synchronize_session=False)
        )
    offered = [entries[turn.entry_id] for turn in changes if turn.offered]
    await _offer(session, slot, offered, policy, now)
    return len(offered)


async def _offer(session: AsyncSession, slot: SlotRow, entries: Queue, policy: Policy, now: datetime) -> None:
    if not entries:
        return
    until = offer_until(slot.slot.start, now, policy)
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "created_at": now,
            "district_code": slot.district_code,
            "entry_id": entry.id,
            "slot_id": slot.slot.id,
            "party": entry.party,
            "expires_at": until,
            "status": OfferStatus.held,
        }
        for entry in entries
    ]
    await session.execute(insert(Offer), rows)
    told = await told_about(session, ((entry.person_id, entry.attendee_id) for entry in entries))
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=NoticeKind.waitlist_offer,
            dedupe_key=key_for(f"{NoticeKind.waitlist_offer}:{row['id']}", person_id, entry.person_id),
            due_at=told_at(now, policy),
            expires_at=until,
            data={
                **notices.slot_data(slot),
                "offer_id": str(row["id"]),
                "entry_id": str(entry.id),
                "party": entry.party,
                "expires_at": when(until),
                "for_self": person_id == entry.attendee_id,
            },
            district_code=slot.district_code,
            quiet=policy.quiet,
        )
        for entry, row in zip(entries, rows, strict=True)
        for person_id in told[entry.person_id, entry.attendee_id]
    ]
    await notices.owe(session, owed, now=now)
    deeds = [
        Deed("offer.made", "offer", row["id"], slot.district_code, {"entry_id": str(row["entry_id"])})
        for row in rows
    ]
    await record(session, deeds, actor=SYSTEM, now=now)


async def slots_with_unoffered_places(session: AsyncSession, *, now: datetime, limit: int) -> list[UUID]:
    """Slots in which somebody waits whose party would fit into what is free. There are none, unless a process left
    the one path; the sweep that asks is the net below it.
    """
    rows = await session.execute(
        select(col(Slot.id))
        .join(WaitlistEntry, col(WaitlistEntry.slot_id) == col(Slot.id))
        .where(
            col(WaitlistEntry.status) == WaitlistStatus.waiting,
            col(WaitlistEntry.start) > now,
            col(Slot.status) == SlotStatus.open,
            col(Slot.capacity) - col(Slot.taken) >= col(WaitlistEntry.party) - col(WaitlistEntry.held),
        )
        .distinct()
        .limit(limit)
    )
    return list(rows.scalars())
