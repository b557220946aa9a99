"""Grid cells and the absences of those who answer for them, kept by staff of their division."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.ladders import away_on
from governance.rules.outlines import bounds_of, centre_of, checked_outline, stored
from models.ids import code_range, new_id, within
from models.request_words import OPEN_STATES, Rung
from models.shapes.base import Area, Coordinates, Named, local_day
from models.shapes.requests import (
    CellEdit,
    CellOrder,
    CellView,
    Outline,
    OwnerView,
)
from models.tables import Division, Grant, GridCell, Person, Request
from models.vocabulary import DivisionLevel, Role, ScopeKind
from scheduling.actors import SYSTEM, Actor
from scheduling.audit import Deed, record
from scheduling.errors import (
    ActionRefusedError,
    ForbiddenError,
    InvalidInputError,
    NotFoundError,
    Reason,
    StaleVersionError,
)

Cursor = tuple[str, int]
STAFF = frozenset({Role.staff, Role.administrator})


def manages_division(actor: Actor, code: str) -> bool:
    """Whether somebody keeps the grid of a division: staff and administrators around it, and the program itself."""
    return actor == SYSTEM or any(
        held.role in STAFF
        and held.scope in {ScopeKind.division, ScopeKind.district}
        and within(code, held.key)
        for held in actor.permissions
    )


def _works(actor: Actor) -> bool:
    return actor == SYSTEM or any(held.role in {*STAFF, Role.grid_worker} for held in actor.permissions)


async def create(session: AsyncSession, *, actor: Actor, wanted: CellOrder, now: datetime) -> CellView:
    """Makes a cell with its worker and deputy. By staff around its community.

    Raises ForbiddenError, InvalidInputError, ActionRefusedError when the community has one of that number.
    """
    community = await session.get(Division, wanted.community)
    if community is None or community.level is not DivisionLevel.community:
        raise InvalidInputError(field="community", detail="unknown community")
    if not manages_division(actor, community.code):
        raise ForbiddenError
    cell = GridCell(
        id=new_id(),
        created_at=now,
        district_code=community.code[:6].ljust(12, "0"),
        community_code=community.code,
        number=wanted.number,
        name=wanted.name.strip(),
        latitude=0,
        longitude=0,
        worker_id=wanted.worker_id,
        deputy_id=wanted.deputy_id,
    )
    _place(cell, wanted.centre, wanted.outline)
    await _require_people(session, cell)
    made = await session.execute(
        insert(GridCell)
        .values(cell.model_dump())
        .on_conflict_do_nothing(index_elements=["community_code", "number"])
        .returning(col(GridCell.id))
    )
    if made.first() is None:
        raise ActionRefusedError([Reason("cell-number-taken", {"number": wanted.number})])
    await _grant(session, cell, now)
    deed = Deed("cell.made", "grid_cell", cell.id, cell.district_code, {"number": cell.number})
    await record(session, [deed], actor=actor, now=now)
    return await one(session, actor=actor, cell_id=cell.id, now=now)


def _place(cell: GridCell, centre: Coordinates | None, outline: Outline | None) -> None:
    """Puts a cell on the map. Raises InvalidInputError when the outline is none."""
    if outline is not None:
        polygon = checked_outline(outline.coordinates)
        bounds = bounds_of(polygon)
        cell.outline = stored(polygon)
        cell.south, cell.north, cell.west, cell.east = (
            bounds.south,
            bounds.north,
            bounds.west,
            bounds.east,
        )
        centre = centre or centre_of(polygon)
    if centre is not None:
        cell.latitude, cell.longitude = centre.latitude, centre.longitude


async def _require_people(session: AsyncSession, cell: GridCell) -> None:
    """Raises InvalidInputError when worker and deputy are not two people of the district who are still there."""
    if cell.deputy_id == cell.worker_id:
        raise InvalidInputError(field="deputy_id", detail="the deputy must be somebody else")
    for field, person_id in (("worker_id", cell.worker_id), ("deputy_id", cell.deputy_id)):
        if person_id is not None:
            person = await session.get(Person, person_id)
            if person is None or person.erased_at is not None or person.district_code != cell.district_code:
                raise InvalidInputError(field=field, detail="unknown person")


async def _grant(session: AsyncSession, cell: GridCell, now: datetime) -> None:
    """Roles follow the cell: its worker and deputy hold `grid_worker` for it, and nobody else does."""
    people = [] if cell.ended_at is not None else [cell.worker_id, cell.deputy_id]
    keep = [person_id for person_id in people if person_id is not None]
    key = str(cell.id)
    await session.execute(
        delete(Grant).where(
            col(Grant.key) == key, col(Grant.role) == Role.grid_worker, col(Grant.person_id).not_in(keep)
        )
    )
    for person_id in keep:
        await session.execute(
            insert(Grant)
            .values(
                id=new_id(),
                created_at=now,
                person_id=person_id,
                role=Role.grid_worker,
                scope=ScopeKind.cell,
                key=key,
            )
            .on_conflict_do_nothing(index_elements=["person_id", "role", "scope", "key"])
        )


async def edit(
    session: AsyncSession,
    *,
    actor: Actor,
    cell_id: UUID,
    wanted: CellEdit,
    version: int,
    now: datetime,
) -> CellView:
    """Changes a cell; roles follow. Requests that its people own stay theirs (首问负责).

    Raises NotFoundError, ForbiddenError, StaleVersionError, InvalidInputError.
    """
    cell = await session.get(GridCell, cell_id, with_for_update={"key_share": True}, populate_existing=True)
    if cell is None or not _works(actor):
        raise NotFoundError(what="cell")
    if not manages_division(actor, cell.community_code):
        raise ForbiddenError
    if cell.version != version:
        raise StaleVersionError(version=cell.version)
    given = wanted.model_fields_set
    _change(cell, wanted, now)
    await _require_people(session, cell)
    cell.version += 1
    session.add(cell)
    await session.flush()
    await _grant(session, cell, now)
    deed = Deed("cell.edited", "grid_cell", cell.id, cell.district_code, {"fields": sorted(given)})
    await record(session, [deed], actor=actor, now=now)
    return await one(session, actor=actor, cell_id=cell.id, now=now)


def _change(cell: GridCell, wanted: CellEdit, now: datetime) -> None:
    """What an edit names. Raises InvalidInputError."""
    given = wanted.model_fields_set
    for field in ("name", "worker_id", "ended", "centre"):
        if field in given and getattr(wanted, field) is None:
            raise InvalidInputError(field=field, detail="cannot be null")
    if wanted.name is not None:
        cell.name = wanted.name.strip()
    if wanted.worker_id is not None:
        cell.worker_id = wanted.worker_id
    if "deputy_id" in given:
        cell.deputy_id = wanted.deputy_id
    if "outline" in given and wanted.outline is None:
        cell.outline = cell.south = cell.north = cell.west = cell.east = None
    _place(cell, wanted.centre, wanted.outline)
    if wanted.ended is not None:
        cell.ended_at = (cell.ended_at or now) if wanted.ended else None


async def one(session: AsyncSession, *, actor: Actor, cell_id: UUID, now: datetime) -> CellView:
    """One cell, for those who work in the grid. Raises NotFoundError for anybody else."""
    cell = await session.get(GridCell, cell_id)
    if cell is None or not _works(actor):
        raise NotFoundError(what="cell")
    return (await _views(session, [cell], now))[0]


async def cells(
    session: AsyncSession,
    *,
    actor: Actor,
    division: str | None,
    mine: bool,
    limit: int,
    after: Cursor | None,
    now: datetime,
) -> tuple[list[CellView], Cursor | None]:
    """Cells in the order of their communities: of a division, or those for which the actor answers.

    Raises ForbiddenError for those who do not work in the grid.
    """
    if not _works(actor):
        raise ForbiddenError
    key = tuple_(col(GridCell.community_code), col(GridCell.number))
    statement = (
        select(GridCell)
        .where(col(GridCell.ended_at).is_(None))
        .order_by(col(GridCell.community_code), col(GridCell.number))
        .limit(limit + 1)
    )
    if division is not None:
        statement = statement.where(col(GridCell.community_code).between(*code_range(division)))
    if mine:
        person_id = actor.require_person()
        statement = statement.where(
            or_(col(GridCell.worker_id) == person_id, col(GridCell.deputy_id) == person_id)
        )
    if after is not None:
        statement = statement.where(key > tuple_(*after))
    rows = list((await session.execute(statement)).scalars())
    last = rows[limit - 1] if len(rows) > limit else None
    following = None if last is None else (last.community_code, last.number)
    return await _views(session, rows[:limit], now), following


async def _views(session: AsyncSession, found: Sequence[GridCell], now: datetime) -> list[CellView]:
    """Four statements, however many cells."""
    people = {one for cell in found for one in (cell.worker_id, cell.deputy_id) if one is not None}
    rows = await session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(people)))
    names = {row.id: row.name for row in rows}
    divisions = await session.execute(
        select(col(Division.code), col(Division.name)).where(
            col(Division.code).in_({cell.community_code for cell in found})
        )
    )
    called = {row.code: row.name for row in divisions}
    counts = await session.execute(
        select(col(Request.cell_id), func.count())
        .where(col(Request.cell_id).in_([cell.id for cell in found]), col(Request.state).in_(OPEN_STATES))
        .group_by(col(Request.cell_id))
    )
    opened: dict[UUID | None, int] = {row[0]: row[1] for row in counts}
    away = await away_on(session, people, local_day(now))
    return [
        CellView(
            id=cell.id,
            division=Area(code=cell.community_code, name=called[cell.community_code]),
            number=cell.number,
            name=cell.name,
            centre=Coordinates(latitude=cell.latitude, longitude=cell.longitude),
            outline=None if cell.outline is None else Outline(**cell.outline),
            worker=Named(id=cell.worker_id, name=names[cell.worker_id]),
            deputy=None if cell.deputy_id is None else Named(id=cell.deputy_id, name=names[cell.deputy_id]),
            answers=_answering(cell, names, away),
            open=opened.get(cell.id, 0),
            version=cell.version,
            ended=cell.ended_at is not None,
        )
        for cell in found
    ]


def _answering(cell: GridCell, names: Mapping[UUID, str], away: Collection[UUID]) -> OwnerView | None:
    """Which of the cell's own people answers today; None when both are away, or it is given up: then those above do."""
    posts = ((cell.worker_id, Rung.worker), (cell.deputy_id, Rung.community))
    for person_id, rung in posts if cell.ended_at is None else ():
        if person_id is not None and person_id not in away:
            return OwnerView(id=person_id, name=names[person_id], rung=rung)
    return None
