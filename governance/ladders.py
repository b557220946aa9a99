"""Who could answer at a place today: the ladder of `governance/rules/ladder.py`, from cells, roles and absences."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.rules.ladder import Ladder
from models.ids import SIGNIFICANT_DIGITS
from models.request_words import OPEN_STATES, Rung
from models.shapes.base import local_day
from models.tables import Grant, GridCell, Request, WorkerAbsence
from models.vocabulary import Role, ScopeKind

ANSWERING = (Role.grid_worker, Role.staff, Role.administrator)
"""Roles of those who answer for requests."""


def around(division_code: str) -> dict[str, Rung]:
    """The divisions in which a place lies, by their codes, with the rung on which their staff stand."""
    rungs = {"community": Rung.community, "subdistrict": Rung.subdistrict, "district": Rung.district}
    found: dict[str, Rung] = {}
    for level, digits in sorted(SIGNIFICANT_DIGITS.items(), key=lambda each: each[1]):
        found.setdefault(division_code[:digits].ljust(12, "0"), rungs[level])
    return found


async def ladder_at(
    session: AsyncSession, *, division_code: str, cell: GridCell | None, now: datetime
) -> Ladder:
    """The ladder at a cell, or in a division where there is none. Three statements.

    Staff of one rung stand in the order of how much they have in hand, so that work spreads.
    """
    rungs: dict[Rung, list[UUID]] = {rung: [] for rung in Rung}
    if cell is not None:
        rungs[Rung.worker].append(cell.worker_id)
        rungs[Rung.community] += [] if cell.deputy_id is None else [cell.deputy_id]
    others = await session.execute(
        select(col(GridCell.worker_id), col(GridCell.deputy_id))
        .where(col(GridCell.community_code) == division_code, col(GridCell.ended_at).is_(None))
        .order_by(col(GridCell.number))
    )
    rows = others.all()
    rungs[Rung.community] += [row.worker_id for row in rows]
    rungs[Rung.community] += [row.deputy_id for row in rows if row.deputy_id is not None]
    for key, person_id in await _staff(session, around(division_code)):
        rungs[around(division_code)[key]].append(person_id)
    below: set[UUID] = set()
    for rung, people in rungs.items():
        rungs[rung] = [person for person in dict.fromkeys(people) if person not in below]
        below.update(rungs[rung])
    return Ladder(rungs, await away_on(session, below, local_day(now)))


async def _staff(session: AsyncSession, codes: Iterable[str]) -> Sequence[tuple[str, UUID]]:
    """Staff and administrators of some divisions, those with the least in hand first."""
    in_hand = (
        select(func.count())
        .where(col(Request.owner_id) == col(Grant.person_id), col(Request.state).in_(OPEN_STATES))
        .correlate(Grant)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(col(Grant.key), col(Grant.person_id))
        .where(
            col(Grant.key).in_(list(codes)),
            col(Grant.role).in_([Role.staff, Role.administrator]),
            col(Grant.scope).in_([ScopeKind.division, ScopeKind.district]),
        )
        .order_by(in_hand, col(Grant.person_id))
    )
    return [(row.key, row.person_id) for row in rows]


async def away_on(session: AsyncSession, person_ids: Iterable[UUID], day: date) -> frozenset[UUID]:
    """Which of these people are absent on a day."""
    wanted = list(set(person_ids))
    if not wanted:
        return frozenset()
    rows = await session.execute(
        select(col(WorkerAbsence.person_id)).where(
            col(WorkerAbsence.person_id).in_(wanted),
            col(WorkerAbsence.last_day) >= day,
            col(WorkerAbsence.first_day) <= day,
        )
    )
    return frozenset(rows.scalars())
