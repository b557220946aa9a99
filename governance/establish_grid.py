"""Many cells at once, as imports and the demonstration bring them: made where there is none of that number, else changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.driver import Insertion, insert_all
from models.ids import new_id
from models.tables import Grant, GridCell
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, recorded


@dataclass(frozen=True, slots=True)
class CellDraft:
    """A cell to be: in which community, its number there, its name and centre, and who answers."""

    community_code: str
    number: int
    name: str
    latitude: float
    longitude: float
    worker_id: UUID
    deputy_id: UUID | None


@dataclass(frozen=True, slots=True)
class GridChanges:
    """What establishing did."""

    created: int
    updated: int
    unchanged: int


async def establish_grid(
    session: AsyncSession, *, actor: Actor, drafts: Sequence[CellDraft], now: datetime
) -> GridChanges:
    """Makes and changes cells, and gives their people the role. Whoever calls has checked the drafts and may do so.

    Each cell is named once. Cells that are not named stay as they are.
    """
    if not drafts:
        return GridChanges(0, 0, 0)
    before = await session.execute(
        select(GridCell).where(
            tuple_(col(GridCell.community_code), col(GridCell.number)).in_(
                [(draft.community_code, draft.number) for draft in drafts]
            )
        )
    )
    known = {(cell.community_code, cell.number): cell for cell in before.scalars()}
    changed = [
        draft
        for draft in drafts
        if (cell := known.get((draft.community_code, draft.number))) is None or not _same(cell, draft)
    ]
    if changed:
        await _write(session, changed, actor=actor, now=now)
    created = sum((draft.community_code, draft.number) not in known for draft in changed)
    return GridChanges(created, len(changed) - created, len(drafts) - len(changed))


def _same(cell: GridCell, draft: CellDraft) -> bool:
    return cell.ended_at is None and all(
        getattr(cell, name) == getattr(draft, name) for name in CellDraft.__dataclass_fields__
    )


async def _write(session: AsyncSession, drafts: Sequence[CellDraft], *, actor: Actor, now: datetime) -> None:
    rows = [
        {
            "id": new_id(),
            "created_at": now,
            "district_code": draft.community_code[:6].ljust(12, "0"),
            "version": 1,
            **{name: getattr(draft, name) for name in CellDraft.__dataclass_fields__},
        }
        for draft in drafts
    ]
    made = insert(GridCell).values(rows)
    renewed: dict[str, Any] = {
        name: made.excluded[name] for name in ("name", "latitude", "longitude", "worker_id", "deputy_id")
    }
    written = await session.execute(
        made.on_conflict_do_update(
            index_elements=["community_code", "number"],
            set_={**renewed, "ended_at": None, "version": col(GridCell.version) + 1},
        ).returning(
            col(GridCell.id), col(GridCell.district_code), col(GridCell.worker_id), col(GridCell.deputy_id)
        )
    )
    cells = written.all()
    await session.execute(
        delete(Grant).where(
            col(Grant.role) == Role.grid_worker,
            col(Grant.key) == func.any([str(cell.id) for cell in cells]),
        )
    )
    grants = [
        {
            "id": new_id(),
            "created_at": now,
            "person_id": person_id,
            "role": Role.grid_worker,
            "scope": ScopeKind.cell,
            "key": str(cell.id),
        }
        for cell in cells
        for person_id in (cell.worker_id, cell.deputy_id)
        if person_id is not None
    ]
    deeds = [Deed("cell.established", "grid_cell", cell.id, cell.district_code) for cell in cells]
    await insert_all(session, [Insertion(table=Grant, rows=grants), recorded(deeds, actor=actor, now=now)])
