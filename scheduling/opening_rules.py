"""The opening rules of a service: read, added, replaced and deleted one by one by its manager (product: Booking 8).

Slots to come follow the rules in the same transaction; nobody's place is touched.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import local_day
from models.shapes.openings import KeptSlot, RuleOrder, RulesChanged, RuleView
from models.tables import Booking, OpeningRule, Service, Slot, WaitlistEntry
from models.vocabulary import SlotStatus
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.drafts import DistrictPlan, Known, OpeningRuleDraft, check_plan
from scheduling.entries import ACTIVE
from scheduling.errors import ActionRefusedError, InvalidInputError, NotFoundError, Reason, StaleVersionError
from scheduling.locks import lock_openings
from scheduling.queries.points import managed_service
from scheduling.queries.slots import slot_rows, slot_select, slot_views
from scheduling.slots import generate_slots, wanted_slots

FIELDS = tuple(RuleOrder.model_fields)
"""What a rule consists of."""

FAULTS = {"rules_overlap": "rule-overlaps", "never_open": "rule-never-opens"}
"""Reasons for what may be wrong between the rules of one service."""


def _view(rule: OpeningRule) -> RuleView:
    values = {name: getattr(rule, name) for name in FIELDS}
    return RuleView(id=rule.id, service_id=rule.service_id, version=version_of(rule), **values)


def version_of(rule: OpeningRule) -> str:
    """Changes whenever the rule does: a short hash of what it says."""
    said = "|".join(str(getattr(rule, name)) for name in FIELDS)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


async def rules_of(session: AsyncSession, *, actor: Actor, service_id: UUID) -> list[RuleView]:
    """The opening rules of a service, for those who manage its point. Raises NotFoundError, ForbiddenError."""
    await managed_service(session, actor=actor, service_id=service_id)
    return [_view(rule) for rule in await _rules(session, service_id)]


async def add_rule(
    session: AsyncSession, *, actor: Actor, service_id: UUID, wanted: RuleOrder, now: datetime
) -> RulesChanged:
    """Opens a service at more times.

    Raises NotFoundError, ForbiddenError; InvalidInputError for a rule that cannot be; ActionRefusedError when it would
    overlap another rule of the service, or never open.
    """
    service = await managed_service(session, actor=actor, service_id=service_id)
    draft = _draft(service, wanted)
    await lock_openings(session, [service.point_id])
    _check_together(service, [*await _rules(session, service_id)], draft)
    rule = OpeningRule(created_at=now, service_id=service_id, **_values(draft))
    session.add(rule)
    await session.flush()
    return await _follow(session, service, "rule.added", rule, actor=actor, now=now)


async def replace_rule(
    session: AsyncSession, *, actor: Actor, rule_id: UUID, wanted: RuleOrder, seen_version: str, now: datetime
) -> RulesChanged:
    """Changes a rule. Raises StaleVersionError when it is not the one that was seen, and what `add_rule` raises."""
    rule, service = await _locked(session, actor, rule_id, seen_version)
    draft = _draft(service, wanted)
    others = [other for other in await _rules(session, service.id) if other.id != rule_id]
    _check_together(service, others, draft)
    for name, value in _values(draft).items():
        setattr(rule, name, value)
    session.add(rule)
    await session.flush()
    return await _follow(session, service, "rule.replaced", rule, actor=actor, now=now)


async def delete_rule(
    session: AsyncSession, *, actor: Actor, rule_id: UUID, seen_version: str, now: datetime
) -> RulesChanged:
    """Takes a rule back. Raises NotFoundError, ForbiddenError, StaleVersionError."""
    rule, service = await _locked(session, actor, rule_id, seen_version)
    await session.delete(rule)
    await session.flush()
    return await _follow(session, service, "rule.deleted", None, actor=actor, now=now)


async def _locked(
    session: AsyncSession, actor: Actor, rule_id: UUID, seen_version: str
) -> tuple[OpeningRule, Service]:
    known = await session.get(OpeningRule, rule_id)
    if known is None:
        raise NotFoundError(what="opening rule")
    service = await managed_service(session, actor=actor, service_id=known.service_id)
    await lock_openings(session, [service.point_id])
    # Somebody may have changed or deleted it while the lock was waited for.
    rule = await session.get(OpeningRule, rule_id, populate_existing=True)
    if rule is None:
        raise NotFoundError(what="opening rule")
    if version_of(rule) != seen_version:
        raise StaleVersionError(version=version_of(rule))
    return rule, service


async def _rules(session: AsyncSession, service_id: UUID) -> list[OpeningRule]:
    rows = await session.execute(
        select(OpeningRule)
        .where(col(OpeningRule.service_id) == service_id)
        .order_by(col(OpeningRule.start_time), col(OpeningRule.id))
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


def _draft(service: Service, wanted: RuleOrder) -> OpeningRuleDraft:
    try:
        return OpeningRuleDraft.model_validate(
            {"service_key": service.key, **{name: getattr(wanted, name) for name in FIELDS}}
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = "/".join(map(str, first["loc"]))
        raise InvalidInputError(field=place, detail=first["msg"]) from error


def _values(draft: OpeningRuleDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in FIELDS}


def _check_together(service: Service, others: Iterable[OpeningRule], new: OpeningRuleDraft) -> None:
    """Refuses a rule that overlaps others of its service, or never opens. Raises ActionRefusedError."""
    drafts = [
        OpeningRuleDraft.model_construct(
            service_key=service.key, **{name: getattr(other, name) for name in FIELDS}
        )
        for other in others
    ]
    plan = DistrictPlan(rules=(*drafts, new))
    faults = [
        fault
        for fault in check_plan(plan, Known(services=frozenset({service.key})))
        if fault.row == len(drafts)
    ]
    if faults:
        raise ActionRefusedError(
            [Reason(FAULTS[fault.code], {"zh": fault.zh, "en": fault.en}) for fault in faults]
        )


async def _follow(
    session: AsyncSession,
    service: Service,
    action: str,
    rule: OpeningRule | None,
    *,
    actor: Actor,
    now: datetime,
) -> RulesChanged:
    became = await regenerate_slots(session, service_id=service.id, now=now)
    deed = Deed(
        action,
        "service",
        service.id,
        service.district_code,
        {
            "rule_id": None if rule is None else str(rule.id),
            "made": became.made,
            "changed": became.changed,
            "withdrawn": became.withdrawn,
            "kept": len(became.kept),
        },
    )
    await record(session, [deed], actor=actor, now=now)
    rows = await slot_rows(
        session, slot_select().where(col(Slot.id).in_(became.kept)).order_by(col(Slot.start), col(Slot.id))
    )
    return RulesChanged(
        rule=None if rule is None else _view(rule),
        slots_made=became.made,
        slots_changed=became.changed,
        slots_withdrawn=became.withdrawn,
        kept=[
            KeptSlot(slot=view, fits=view.id in became.kept_fitting)
            for view in await slot_views(session, rows)
        ],
    )


@dataclass(frozen=True, slots=True)
class Regenerated:
    """What became of the slots to come of a service. `kept` stay although the rules say otherwise."""

    made: int
    changed: int
    withdrawn: int
    kept: tuple[UUID, ...]
    kept_fitting: frozenset[UUID]


async def regenerate_slots(session: AsyncSession, *, service_id: UUID, now: datetime) -> Regenerated:
    """Makes the slots to come of a service follow its opening rules, as they are now.

    Slots that somebody booked, holds or waits for a place of, and slots edited by hand, are not touched. Of the others,
    those at a time of the rules take over their capacity, and those at no such time are taken back. Callers hold
    `lock_openings` of the point.
    """
    there = await _lock_to_come(session, service_id, now)
    last = max((local_day(slot.start) for slot in there), default=local_day(now))
    wanted = {
        (one.occurrence.start, one.occurrence.end): one
        for one in await wanted_slots(session, [service_id], now=now, until=last)
        if one.occurrence.start > now
    }
    touched = await _touched(session, there)
    kept: list[UUID] = []
    fitting: set[UUID] = set()
    gone: list[UUID] = []
    changes: dict[UUID, tuple[list[UUID], OpeningRule]] = {}
    for slot in there:
        one = wanted.get((slot.start, slot.end))
        if slot.id in touched:
            if slot.rule_id is not None and (one is None or one.rule.capacity != slot.capacity):
                kept.append(slot.id)
                fitting.update([slot.id] if one else [])
        elif one is None:
            gone.append(slot.id)
        elif slot.closure_id is None and (slot.capacity, slot.rule_id, slot.status) != (
            one.rule.capacity,
            one.rule.id,
            SlotStatus.open,
        ):
            changes.setdefault(one.rule.id, ([], one.rule))[0].append(slot.id)
    await _withdraw(session, gone)
    for slot_ids, rule in changes.values():
        await session.execute(
            update(Slot)
            .where(col(Slot.id).in_(slot_ids))
            .values(
                rule_id=rule.id, capacity=rule.capacity, status=SlotStatus.open, version=col(Slot.version) + 1
            )
            .execution_options(synchronize_session=False)
        )
    made = await generate_slots(session, service_ids=[service_id], now=now)
    changed = sum(len(slot_ids) for slot_ids, _ in changes.values())
    return Regenerated(made, changed, len(gone), tuple(kept), frozenset(fitting))


async def _lock_to_come(session: AsyncSession, service_id: UUID, now: datetime) -> list[Slot]:
    rows = await session.execute(
        select(Slot)
        .where(col(Slot.service_id) == service_id, col(Slot.start) > now)
        .order_by(col(Slot.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


async def _touched(session: AsyncSession, slots: Sequence[Slot]) -> set[UUID]:
    """Slots that somebody booked, holds or waits for a place of, or edited by hand."""
    waiting = await session.execute(
        select(col(WaitlistEntry.slot_id)).where(
            col(WaitlistEntry.slot_id).in_([slot.id for slot in slots]),
            col(WaitlistEntry.status).in_(ACTIVE),
        )
    )
    return {*waiting.scalars(), *(slot.id for slot in slots if slot.taken or slot.edited)}


async def _withdraw(session: AsyncSession, slot_ids: Sequence[UUID]) -> None:
    """Takes back slots of which nobody has a place. One that is part of somebody's history stays, closed.

    Callers hold their locks.
    """
    if not slot_ids:
        return
    known = or_(
        exists().where(col(Booking.slot_id) == col(Slot.id)),
        exists().where(col(WaitlistEntry.slot_id) == col(Slot.id)),
    )
    await session.execute(
        delete(Slot).where(col(Slot.id).in_(slot_ids), ~known).execution_options(synchronize_session=False)
    )
    await session.execute(
        update(Slot)
        .where(col(Slot.id).in_(slot_ids), col(Slot.status) == SlotStatus.open)
        .values(status=SlotStatus.closed, version=col(Slot.version) + 1)
        .execution_options(synchronize_session=False)
    )
