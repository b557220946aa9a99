"""Services that need a shift shrink their free places rather than open without hands, and grow back (product:
Volunteers 3). Capacities change through `scheduling.places` only.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Result, delete, func, select, union
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.tables import Notice, Shift, ShiftService, Signup, Slot, SlotShrinkage
from models.vocabulary import NoticeKind, NoticeStatus, ShiftStatus, SlotStatus
from scheduling import notices, places
from scheduling.actors import SYSTEM
from scheduling.audit import Deed, record
from scheduling.locks import lock_shifts, lock_slots
from scheduling.policies import Policy
from scheduling.promotion import promote
from scheduling.queries.bookings import BookedRow
from scheduling.queries.household import key_for, told_about
from scheduling.queries.policies import policies_for
from scheduling.queries.rosters import COMING, ShiftRow, hands_of, roster_policies
from scheduling.queries.slots import SlotRow
from scheduling.rehousing import confirmed_in
from scheduling.rules.covering import reduced_capacity, share_of_hands
from scheduling.rules.waiting import told_at

A_SWEEP = 500
"""How many slots a sweep looks at in one transaction."""

LOOKED_AHEAD = timedelta(days=2)
"""No policy shrinks earlier than that."""

LONGEST_SHIFT = timedelta(days=1)


async def follow_hands(session: AsyncSession, *, now: datetime) -> int:
    """Shrinks the slots that depend on shifts short of hands, and grows back those whose hands came; returns how many
    slots changed. Free places go first; whoever may lose theirs is warned, and told when it is safe again.
    """
    slot_ids = await _slots_to_look_at(session, now=now)
    if not slot_ids:
        return 0
    needs = await _needs(session, slot_ids)
    shifts = await lock_shifts(session, {shift_id for some in needs.values() for shift_id in some})
    slots = await lock_slots(session, slot_ids)
    shares = await _shares(session, needs, shifts, now)
    policies = await policies_for(session, (slot.scope for slot in slots.values()))
    rows = await session.execute(
        select(SlotShrinkage)
        .where(col(SlotShrinkage.slot_id).in_(slot_ids))
        .execution_options(populate_existing=True)
    )
    shrunk = {row.slot_id: row for row in rows.scalars()}
    changed = 0
    for slot_id, slot in slots.items():
        policy = policies[slot.service_id]
        share = shares.get(slot_id, 1.0) if policy.dependants_shrink else 1.0
        changed += await _follow(session, slot, policy, share, shrunk.get(slot_id), now=now)
    return changed


async def _slots_to_look_at(session: AsyncSession, *, now: datetime) -> list[UUID]:
    """Slots to come that depend on a shift short of hands or cancelled, and those that are shrunk already."""
    hands = (
        select(func.count())
        .where(col(Signup.shift_id) == col(Shift.id), col(Signup.status).in_(COMING))
        .correlate(Shift)
        .scalar_subquery()
    )
    short = (
        select(col(Slot.id))
        .join(ShiftService, col(ShiftService.service_id) == col(Slot.service_id))
        .join(Shift, col(Shift.id) == col(ShiftService.shift_id))
        .where(
            col(Shift.status) != ShiftStatus.draft,
            col(Shift.start).between(now - LONGEST_SHIFT, now + LOOKED_AHEAD),
            col(Slot.start) > now,
            col(Slot.start) < col(Shift.end),
            col(Slot.end) > col(Shift.start),
            col(Slot.status) == SlotStatus.open,
            (hands < col(Shift.minimum)) | (col(Shift.status) == ShiftStatus.cancelled),
        )
        .order_by(col(Slot.start), col(Slot.id))
        .limit(A_SWEEP)
    )
    shrunk = (
        select(col(SlotShrinkage.slot_id))
        .join(Slot, col(Slot.id) == col(SlotShrinkage.slot_id))
        .where(col(Slot.start) > now)
        .limit(A_SWEEP)
    )
    either = union(short.subquery().select(), shrunk).subquery("either")
    return list((await session.execute(select(either.c[0]))).scalars())


async def _needs(session: AsyncSession, slot_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[UUID]]:
    """The shifts on whose hands each slot depends."""
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(col(Slot.id), col(Shift.id).label("shift_id"))
        .join(ShiftService, col(ShiftService.service_id) == col(Slot.service_id))
        .join(Shift, col(Shift.id) == col(ShiftService.shift_id))
        .where(
            col(Slot.id).in_(slot_ids),
            col(Shift.status) != ShiftStatus.draft,
            col(Slot.start) < col(Shift.end),
            col(Slot.end) > col(Shift.start),
        )
    )
    found: dict[UUID, list[UUID]] = {}
    for row in rows:
        found.setdefault(row.id, []).append(row.shift_id)
    return found


async def _shares(
    session: AsyncSession,
    needs: Mapping[UUID, Sequence[UUID]],
    shifts: Mapping[UUID, ShiftRow],
    now: datetime,
) -> dict[UUID, float]:
    """Which part of its places each slot can give: as the shift with the fewest hands allows.

    A cancelled shift counts only where no other one is there in its stead.
    """
    expected = await hands_of(session, list(shifts))
    policies = await roster_policies(session, shifts.values())
    shares: dict[UUID, float] = {}
    for slot_id, shift_ids in needs.items():
        published = [one for one in shift_ids if shifts[one].facts.status is ShiftStatus.published]
        shares[slot_id] = min(
            share_of_hands(expected[one], policies[shifts[one].facts.point_id], now)
            for one in published or shift_ids
        )
    return shares


async def _follow(
    session: AsyncSession,
    slot: SlotRow,
    policy: Policy,
    share: float,
    shrinkage: SlotShrinkage | None,
    *,
    now: datetime,
) -> int:
    """Brings one slot's capacity to its share; 1 when something changed.

    What a manager set meanwhile holds: the program does not come back to such a slot.
    """
    if shrinkage is not None and shrinkage.version != slot.version:
        return 0
    allowed = slot.slot.capacity if slot.target_capacity is None else slot.target_capacity
    full = allowed if shrinkage is None else shrinkage.capacity
    before = full if shrinkage is None else shrinkage.reduced
    after = reduced_capacity(full, share)
    if after == before:
        return 0
    slot_id = slot.slot.id
    bookings = await confirmed_in(session, [slot_id])
    version = await places.resize(session, slot_id=slot_id, capacity=after)
    if after < full:
        values = {"capacity": full, "reduced": after, "version": version}
        await session.execute(
            insert(SlotShrinkage)
            .values(slot_id=slot_id, created_at=now, **values)
            .on_conflict_do_update(index_elements=["slot_id"], set_=values)
        )
    else:
        await session.execute(delete(SlotShrinkage).where(col(SlotShrinkage.slot_id) == slot_id))
    deed = Deed("slot.followed_hands", "slot", slot_id, slot.district_code, {"from": before, "to": after})
    await record(session, [deed], actor=SYSTEM, now=now)
    at_risk = {row.booking.id: row for row in last_in(bookings, slot.slot.taken - after)}
    was_at_risk = {row.booking.id: row for row in last_in(bookings, slot.slot.taken - before)}
    await _warn(
        session,
        [row for id_, row in at_risk.items() if id_ not in was_at_risk],
        policy,
        version=version,
        now=now,
    )
    await _reassure(
        session,
        [row for id_, row in was_at_risk.items() if id_ not in at_risk],
        policy,
        version=version,
        now=now,
    )
    await promote(session, [slot_id], now=now)
    return 1


def last_in(bookings: Sequence[BookedRow], excess: int) -> list[BookedRow]:
    """The last to have booked, as many as it takes for the rest to fit; `bookings` come the last in first."""
    found: list[BookedRow] = []
    for row in bookings:
        if excess <= 0:
            break
        excess -= row.booking.party
        found.append(row)
    return found


async def _warn(
    session: AsyncSession, rows: Sequence[BookedRow], policy: Policy, *, version: int, now: datetime
) -> None:
    """Tells early that there may be too few hands for a booking. It stands; the point decides."""
    await _tell(session, rows, policy, kind=NoticeKind.booking_at_risk, version=version, now=now)


async def _reassure(
    session: AsyncSession, rows: Sequence[BookedRow], policy: Policy, *, version: int, now: datetime
) -> None:
    """Takes warnings back: those still owed are withdrawn; who has been told is told that all is well."""
    if not rows:
        return
    warned = await session.execute(
        select(col(Notice.booking_id), col(Notice.dedupe_key), col(Notice.status)).where(
            col(Notice.booking_id).in_([row.booking.id for row in rows]),
            col(Notice.kind) == NoticeKind.booking_at_risk,
        )
    )
    pending: list[str] = []
    told: set[UUID | None] = set()
    for row in warned:
        if row.status is NoticeStatus.pending:
            pending.append(row.dedupe_key)
        elif row.status is NoticeStatus.delivered:
            told.add(row.booking_id)
    await notices.withdraw_keys(session, pending, now=now)
    know = [row for row in rows if row.booking.id in told]
    await _tell(session, know, policy, kind=NoticeKind.booking_safe_again, version=version, now=now)


async def _tell(
    session: AsyncSession,
    rows: Collection[BookedRow],
    policy: Policy,
    *,
    kind: NoticeKind,
    version: int,
    now: datetime,
) -> None:
    told = await told_about(session, ((row.booking.booked_by_id, row.booking.attendee_id) for row in rows))
    owed = [
        notices.Owed(
            person_id=person_id,
            kind=kind,
            dedupe_key=key_for(f"{kind}:{row.booking.id}:{version}", person_id, row.booking.booked_by_id),
            due_at=told_at(now, policy),
            expires_at=row.booking.start,
            data={
                **notices.booking_data(row.view(policy)),
                "for_self": person_id == row.booking.attendee_id,
            },
            district_code=row.booking.district_code,
            booking_id=row.booking.id,
        )
        for row in rows
        for person_id in told[row.booking.booked_by_id, row.booking.attendee_id]
    ]
    await notices.owe(session, owed, now=now)
