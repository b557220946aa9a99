"""Replacing the opening rules of services, and taking back the slots that follow from them no more."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import new_id
from models.tables import Booking, OpeningRule, Service, Slot, WaitlistEntry
from models.vocabulary import SlotStatus
from scheduling.drafts import OpeningRuleDraft
from scheduling.entries import ACTIVE
from scheduling.locks import lock_openings

RULE_COLUMNS = (
    "rrule",
    "start_time",
    "end_time",
    "slot_minutes",
    "capacity",
    "days",
    "valid_from",
    "valid_until",
)


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of rules and slots. `service_ids` have other rules now: their slots are to be made anew."""

    added: int
    removed: int
    unchanged: int
    service_ids: tuple[UUID, ...]
    slots_withdrawn: int
    slots_kept: int


async def replace_rules(
    session: AsyncSession, *, rules: Mapping[UUID, Sequence[OpeningRuleDraft]], now: datetime
) -> Replaced:
    """Makes `rules` the only opening rules of each service named; rules that stay the same keep their rows.

    Slots to come of a rule that is gone are taken back where nobody has booked. Where somebody has, they stay as they
    are, and are counted in `slots_kept`: nobody loses a place silently (product: Booking 8).
    """
    points = await session.execute(select(col(Service.point_id)).where(col(Service.id).in_(list(rules))))
    await lock_openings(session, points.scalars())
    stored: defaultdict[UUID, list[OpeningRule]] = defaultdict(list)
    for rule in (
        await session.execute(select(OpeningRule).where(col(OpeningRule.service_id).in_(list(rules))))
    ).scalars():
        stored[rule.service_id].append(rule)
    new: list[dict[str, object]] = []
    gone: list[UUID] = []
    changed: list[UUID] = []
    unchanged = 0
    for service_id, drafts in rules.items():
        left = {tuple(getattr(rule, name) for name in RULE_COLUMNS): rule.id for rule in stored[service_id]}
        wanted = [{name: getattr(draft, name) for name in RULE_COLUMNS} for draft in drafts]
        missing = [values for values in wanted if left.pop(tuple(values.values()), None) is None]
        unchanged += len(wanted) - len(missing)
        new.extend({"id": new_id(), "created_at": now, "service_id": service_id, **row} for row in missing)
        gone.extend(left.values())
        if missing or left:
            changed.append(service_id)
    withdrawn, kept = await _withdraw_slots(session, gone, now) if gone else (0, 0)
    if gone:
        await session.execute(delete(OpeningRule).where(col(OpeningRule.id).in_(gone)))
    if new:
        await session.execute(insert(OpeningRule), new)
    return Replaced(
        added=len(new),
        removed=len(gone),
        unchanged=unchanged,
        service_ids=tuple(changed),
        slots_withdrawn=withdrawn,
        slots_kept=kept,
    )


async def _withdraw_slots(session: AsyncSession, rule_ids: Sequence[UUID], now: datetime) -> tuple[int, int]:
    """Takes back slots to come that nobody booked, waits for or edited; returns how many, and how many stay.

    They are locked first, in the order of all locks, so that no booking slips in between.
    """
    to_come = (
        await session.execute(
            select(col(Slot.id), col(Slot.taken), col(Slot.edited))
            .where(col(Slot.rule_id).in_(rule_ids), col(Slot.start) > now)
            .order_by(col(Slot.id))
            .with_for_update()
        )
    ).all()
    waiting = await session.execute(
        select(col(WaitlistEntry.slot_id)).where(
            col(WaitlistEntry.slot_id).in_([row.id for row in to_come]), col(WaitlistEntry.status).in_(ACTIVE)
        )
    )
    waited_for = set(waiting.scalars())
    free = [row.id for row in to_come if row.taken == 0 and not row.edited and row.id not in waited_for]
    known = or_(
        exists().where(col(Booking.slot_id) == col(Slot.id)),
        exists().where(col(WaitlistEntry.slot_id) == col(Slot.id)),
    )
    await session.execute(delete(Slot).where(col(Slot.id).in_(free), ~known))
    # A slot with cancelled bookings or an ended waiting is part of their history: it stays, closed.
    await session.execute(
        update(Slot)
        .where(col(Slot.id).in_(free))
        .values(status=SlotStatus.closed, version=col(Slot.version) + 1)
    )
    return len(free), len(to_come) - len(free)
