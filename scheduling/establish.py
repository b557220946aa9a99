"""Writing what a district handed in: divisions, providers, points, services and opening rules, all or nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlmodel import SQLModel, col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.ids import new_id
from models.tables import Division, Point, PolicyOverride, Provider, Service, Slot
from models.vocabulary import DivisionLevel, Role, ScopeKind
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.drafts import (
    DistrictPlan,
    DivisionDraft,
    Fault,
    Known,
    OpeningRuleDraft,
    Table,
    check_plan,
    wording,
)
from scheduling.errors import ForbiddenError
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
    service_ids: tuple[UUID, ...]
    slots_withdrawn: int
    slots_kept: int


def may_establish(actor: Actor, district_code: str) -> bool:
    """The program itself (the command line), and administrators of the whole district."""
    return actor == SYSTEM or any(
        permission.role is Role.administrator
        and permission.scope in {ScopeKind.district, ScopeKind.division}
        and permission.key == district_code
        for permission in actor.permissions
    )


Stored = Mapping[str, Mapping[str, object]]
"""Rows of one table by their key."""


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


async def standing(session: AsyncSession) -> Standing:
    """What this installation has already, so that a plan may name it."""
    return Standing(
        divisions=await _stored(session, Division, "code", DIVISION),
        providers=await _stored(session, Provider, "key", ("id", *PROVIDER)),
        points=await _stored(session, Point, "key", ("id", *POINT)),
        services=await _stored(session, Service, "key", ("id", *SERVICE)),
    )


DIVISION = ("code", "name", "level", "parent_code", "latitude", "longitude", "hotline")
PROVIDER = ("district_code", "key", "name", "zone")
POINT = (
    "district_code",
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
SERVICE = ("district_code", "key", "point_id", "provider_id", "category", "name", "description", "demo")


async def _stored(session: AsyncSession, table: type[SQLModel], key: str, columns: Sequence[str]) -> Stored:
    rows = await session.execute(select(*(getattr(table, name) for name in columns)))
    return {row[key]: dict(row) for row in rows.mappings()}


async def establish(session: AsyncSession, *, actor: Actor, plan: DistrictPlan, now: datetime) -> Established:
    """Writes a plan, in the caller's transaction. Rows are found again by their keys: the same plan twice changes
    nothing, a corrected one corrects. What the plan does not name stays as it is; a service's opening rules, where the
    plan has some for it, are replaced as a whole.

    Raises PlanRefusedError with everything that is wrong, ForbiddenError.
    """
    before = await standing(session)
    district_code = _district_of(plan, before)
    if not may_establish(actor, district_code):
        raise ForbiddenError
    await session.execute(
        select(col(Division.code)).where(col(Division.code) == district_code).with_for_update(key_share=True)
    )
    before = await standing(session)  # another import may have ended while this one waited for its turn
    if faults := (*check_plan(plan, before.known), *_contradictions(plan, before)):
        raise PlanRefusedError(faults)

    divisions = await _write_divisions(session, plan, before)
    providers = await _write(
        session,
        Provider,
        before.providers,
        ({"district_code": district_code, **draft.model_dump()} for draft in plan.providers),
        now,
    )
    points, point_ids = await _write_points(session, plan, before, district_code, now)
    services = await _write_services(session, plan, before, district_code, now)
    rules: defaultdict[UUID, list[OpeningRuleDraft]] = defaultdict(list)
    ...
