"""Writing what a district handed in: divisions, providers, points, services and opening rules, all or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from models.ids import new_id
from models.tables import Division, Point, PolicyOverride, Provider, Service, Slot
from models.vocabulary import DivisionLevel, ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.drafts import (
    DistrictPlan,
    DivisionDraft,
    Draft,
    Fault,
    Known,
    OpeningRuleDraft,
    Table,
    check_plan,
    wording,
)
from scheduling.errors import ForbiddenError, Value
from scheduling.rules.administration import may_administer
from scheduling.timetables import replace_rules


class PlanRefusedError(Exception):
    """The plan cannot be written; `faults` say everything that is wrong. Nothing was written.

    Not a DomainError: plans come by the command line, never over the API.
    """

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults, the first: {faults[0].en}")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows of one table were new, changed, or there already just so."""

    created: int
    updated: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Established:
    """What establishing did. `service_ids` have other opening rules now: slots are to be generated for them.

    `slots_withdrawn` had followed from rules that are gone; `slots_kept` too, but somebody had booked or edited them.
    """

    district_code: str
    divisions: Changes
    providers: Changes
    points: Changes
    services: Changes
    rules: Changes
    rules_removed: int
    service_ids: tuple[UUID, ...]
    slots_withdrawn: int
    slots_kept: int

    def counts(self) -> dict[str, Value]:
        """The numbers, for the audit."""
        numbers: dict[str, Value] = {}
        for name in ("divisions", "providers", "points", "services", "rules"):
            changes: Changes = getattr(self, name)
            numbers[name] = [changes.created, changes.updated, changes.unchanged]
        return {**numbers, "rules_removed": self.rules_removed, "slots_withdrawn": self.slots_withdrawn}


KeyedTable = type[Provider] | type[Point] | type[Service]
Row = dict[str, Any]  # a table row: each column has its own type
Stored = Mapping[str, Row]
"""Rows of one table by their key."""

DIVISION = ("code", "name", "level", "parent_code", "latitude", "longitude", "hotline")
PROVIDER = ("id", "key", "name", "zone")
POINT = (
    "id",
    "key",
    "name",
    "community_code",
    "subdistrict_code",
    "address",
    "phone",
    "latitude",
    "longitude",
    "demo",
)
SERVICE = ("id", "key", "point_id", "provider_id", "category", "name", "description", "demo")


@dataclass(frozen=True, slots=True)
class Standing:
    """What a district has already."""

    divisions: Stored
    providers: Stored
    points: Stored
    services: Stored

    @property
    def known(self) -> Known:
        """The same, as far as checking a plan needs it."""
        return Known(
            divisions=tuple(DivisionDraft.model_construct(None, **row) for row in self.divisions.values()),
            providers=frozenset(self.providers),
            points=frozenset(self.points),
            services=frozenset(self.services),
        )


async def standing(session: AsyncSession, *, district_code: str | None = None) -> Standing:
    """What is there already, so that a plan may name it; of the whole installation when no district is named."""
    divisions = await session.execute(select(*(getattr(Division, name) for name in DIVISION)))

    async def keyed(table: KeyedTable, columns: Sequence[str]) -> Stored:
        statement = select(*(getattr(table, name) for name in columns))
        if district_code:
            statement = statement.where(col(table.district_code) == district_code)
        return {row["key"]: dict(row) for row in (await session.execute(statement)).mappings()}

    return Standing(
        divisions={row["code"]: dict(row) for row in divisions.mappings()},
        providers=await keyed(Provider, PROVIDER),
        points=await keyed(Point, POINT),
        services=await keyed(Service, SERVICE),
    )


async def establish(session: AsyncSession, *, actor: Actor, plan: DistrictPlan, now: datetime) -> Established:
    """Writes a plan, in the caller's transaction.

    Rows are found again by their keys: the same plan twice changes nothing, a corrected one corrects. What the plan
    does not name stays. The opening rules of a service are replaced as a whole where the plan has some for it; policy
    fields that it does not name stay.

    Raises PlanRefusedError with everything that is wrong, ForbiddenError.
    """
    district_code = _district_of(plan, (await standing(session)).known)
    if not may_administer(actor, district_code):
        raise ForbiddenError
    # Imports into one district take turns: each judges by what the one before has written.
    await session.execute(
        select(col(Division.code)).where(col(Division.code) == district_code).with_for_update(key_share=True)
    )
    before = await standing(session, district_code=district_code)
    if faults := (*check_plan(plan, before.known), *_contradictions(plan, before)):
        raise PlanRefusedError(faults)

    divisions = [_columns(draft) for draft in plan.divisions]
    providers = _identified(before.providers, map(_columns, plan.providers))
    points = _identified(before.points, _point_rows(plan, before))
    services = _identified(before.services, _service_rows(plan, before, points, providers))
    service_ids = _ids(before.services, services)
    rules: defaultdict[UUID, list[OpeningRuleDraft]] = defaultdict(list)
    for rule in plan.rules:
        rules[service_ids[rule.service_key]].append(rule)

    stamp: Row = {"district_code": district_code, "created_at": now}
    changes = {
        "divisions": await _write(session, Division, before.divisions, divisions, {}),
        "providers": await _write(session, Provider, before.providers, providers, stamp),
        "points": await _write(session, Point, before.points, points, stamp),
        "services": await _write(session, Service, before.services, services, stamp),
    }
    await _move_slots(session, before, points, now)
    await _set_policies(session, plan, service_ids, actor=actor, now=now)
    replaced = await replace_rules(session, rules=rules, now=now)
    done = Established(
        district_code=district_code,
        rules=Changes(replaced.added, 0, replaced.unchanged),
        rules_removed=replaced.removed,
        service_ids=replaced.service_ids,
        slots_withdrawn=replaced.slots_withdrawn,
        slots_kept=replaced.slots_kept,
        **changes,
    )
    deed = Deed("district.established", "district", None, district_code, done.counts())
    await record(session, [deed], actor=actor, now=now)
    return done


def _district_of(plan: DistrictPlan, known: Known) -> str:
    """The one district that a plan is about: that of its divisions and points, or else the only one there is."""
    divisions = {division.code: division for division in (*known.divisions, *plan.divisions)}

    def top(code: str | None) -> str | None:
        for _ in DivisionLevel:
            division = divisions.get(code or "")
            if division is None or division.level is DivisionLevel.district:
                return code if division else None
            code = division.parent_code
        return None

    named = [
        *(draft.code for draft in plan.divisions),
        *(point.community_code for point in plan.points),
        *(cell.community_code for cell in plan.cells),
    ]
    found = {district for code in named or divisions if (district := top(code))}
    if len(found) != 1:
        table = Table.points if plan.points else Table.divisions
        raise PlanRefusedError([_fault(table, 0, None, "one_district")])
    return found.pop()


def _contradictions(plan: DistrictPlan, before: Standing) -> Iterable[Fault]:
    """Rows whose key exists, but names another thing."""
    for row, division in enumerate(plan.divisions):
        stored = before.divisions.get(division.code)
        if stored and (stored["level"], stored["parent_code"]) != (division.level, division.parent_code):
            yield _fault(Table.divisions, row, "code", "division_moved", given=division.code)
    point_keys = {stored["id"]: key for key, stored in before.points.items()}
    for row, service in enumerate(plan.services):
        stored = before.services.get(service.key)
        if stored is None:
            continue
        here = point_keys[stored["point_id"]]
        if (here, stored["category"]) != (service.point_key, service.category):
            yield _fault(
                Table.services,
                row,
                "key",
                "service_moved",
                given=service.key,
                point=here,
                category=stored["category"],
            )


def _fault(table: Table, row: int, field: str | None, code: str, **data: object) -> Fault:
    zh, en = wording(code, data)
    return Fault(table=table, row=row, field=field, code=code, zh=zh, en=en)


def _columns(draft: Draft) -> Row:
    return dict(draft)


def _identified(before: Stored, rows: Iterable[Row]) -> list[Row]:
    """The rows with the ids that they have already, or new ones."""
    return [{"id": before[row["key"]]["id"] if row["key"] in before else new_id(), **row} for row in rows]


def _ids(before: Stored, rows: Iterable[Row]) -> dict[object, UUID]:
    """Ids by key, of rows stored before and of those now written."""
    return {row["key"]: row["id"] for row in (*before.values(), *rows)}


def _point_rows(plan: DistrictPlan, before: Standing) -> Iterable[Row]:
    parents = {code: stored["parent_code"] for code, stored in before.divisions.items()}
    parents.update((draft.code, draft.parent_code) for draft in plan.divisions)
    for draft in plan.points:
        yield {**_columns(draft), "subdistrict_code": parents[draft.community_code]}


def _service_rows(
    plan: DistrictPlan, before: Standing, points: Iterable[Row], providers: Iterable[Row]
) -> Iterable[Row]:
    """A service of a demonstration point is one itself."""
    by_key = {row["key"]: row for row in (*before.points.values(), *points)}
    provider_ids = _ids(before.providers, providers)
    for draft in plan.services:
        point = by_key[draft.point_key]
        yield {
            "key": draft.key,
            "point_id": point["id"],
            "provider_id": provider_ids[draft.provider_key],
            "category": draft.category,
            "name": draft.name,
            "description": draft.description,
            "demo": point["demo"],
        }


async def _write(
    session: AsyncSession, table: type[SQLModel], before: Stored, rows: Sequence[Row], stamp: Row
) -> Changes:
    """Inserts the rows that are new and updates those that differ, one statement each. `stamp` goes to new ones."""
    key = "code" if table is Division else "key"
    new = [{**row, **stamp} for row in rows if row[key] not in before]
    old = [row for row in rows if row[key] in before]
    changed = [row for row in old if row != before[row[key]]]
    if new:
        await session.execute(insert(table), new)
    if changed:
        await session.execute(update(table), changed)
    return Changes(len(new), len(changed), len(old) - len(changed))


async def _move_slots(session: AsyncSession, before: Standing, points: Iterable[Row], now: datetime) -> None:
    """Slots repeat the community of their point: those to come follow a point that changed its own."""
    moved = [
        row["id"]
        for row in points
        if (stored := before.points.get(row["key"])) and stored["community_code"] != row["community_code"]
    ]
    if moved:
        await session.execute(
            update(Slot)
            .where(col(Slot.point_id).in_(moved), col(Slot.point_id) == col(Point.id), col(Slot.start) > now)
            .values(community_code=col(Point.community_code))
        )


async def _set_policies(
    session: AsyncSession,
    plan: DistrictPlan,
    service_ids: Mapping[object, UUID],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    rows = [
        {
            "scope": ScopeKind.service,
            "key": str(service_ids[service.key]),
            "field": field,
            "value": value,
            "set_at": now,
            "set_by": actor.person_id,
        }
        for service in plan.services
        for field, value in service.policy.items()
    ]
    if not rows:
        return
    statement = upsert(PolicyOverride)
    new = statement.excluded
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["scope", "key", "field"],
            set_={"value": new.value, "set_at": new.set_at, "set_by": new.set_by},
            where=col(PolicyOverride.value).is_distinct_from(new.value),
        ),
        rows,
    )
