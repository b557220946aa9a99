"""Grid cells and who answers for them, kept by staff; absences of those who answer."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.creation import OnceOnly
from api.dependencies import (
    CurrentPerson,
    CursorText,
    Limit,
    Now,
    Session,
    decode_cursor,
    encode_cursor,
    parse_cursor,
)
from api.problems import problems
from api.routes.managers import seen_version
from governance import absences
from governance import grid as use_cases
from models.shapes.base import Page
from models.shapes.requests import AbsenceOrder, AbsenceView, CellEdit, CellOrder, CellView
from scheduling.errors import InvalidInputError

router = APIRouter(prefix="/v1", tags=["grid"])


@router.get(
    "/cells",
    operation_id="listCells",
    summary="Grid cells",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def list_cells(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    division: Annotated[str | None, Query(pattern="^[0-9]{12}$")] = None,
    mine: Annotated[bool, Query(description="Only those for which I answer.")] = False,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[CellView]:
    """In the order of their communities. For those who work in the grid."""
    after = parse_cursor(decode_cursor(cursor), ("text", "number"))
    items, following = await use_cases.cells(
        session,
        actor=actor,
        division=division,
        mine=mine,
        limit=limit,
        after=_after(after),
        now=now,
    )
    return Page(items=items, next=encode_cursor(following))


def _after(parts: tuple[str, float] | None) -> tuple[str, int] | None:
    if parts is None:
        return None
    code, number = parts
    if not 0 <= number <= 1_000_000:
        raise InvalidInputError(field="cursor", detail="not a cursor of this list")
    return code, int(number)


@router.post(
    "/cells",
    operation_id="makeCell",
    summary="Make a grid cell",
    response_model=CellView,
    status_code=201,
    responses=problems("sign-in-required", "forbidden", "action-refused", "invalid-input", "busy"),
)
async def make(once: OnceOnly, now: Now, wanted: CellOrder) -> Response:
    """With its worker and deputy, who hold the role `grid_worker` for it from now on. By staff around its community."""

    return await once(partial(use_cases.create, wanted=wanted, now=now))


@router.get(
    "/cells/{cell_id}",
    operation_id="getCell",
    summary="A grid cell",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_cell(
    session: Session, response: Response, actor: CurrentPerson, now: Now, cell_id: UUID
) -> CellView:
    """For those who work in the grid. Its ETag is what an edit names."""
    view = await use_cases.one(session, actor=actor, cell_id=cell_id, now=now)
    response.headers["ETag"] = f'"{view.version}"'
    return view


@router.patch(
    "/cells/{cell_id}",
    operation_id="editCell",
    summary="Change a grid cell or who answers for it",
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "stale-version",
        "version-required",
        "invalid-input",
    ),
)
async def edit(
    session: Session,
    response: Response,
    actor: CurrentPerson,
    now: Now,
    cell_id: UUID,
    wanted: CellEdit,
    if_match: Annotated[str | None, Header(description="The ETag that was seen.")] = None,
) -> CellView:
    """Roles follow. Requests that somebody owns stay theirs until another accepts them (Requests 1)."""
    view = await use_cases.edit(
        session,
        actor=actor,
        cell_id=cell_id,
        wanted=wanted,
        version=seen_version(if_match),
        now=now,
    )
    response.headers["ETag"] = f'"{view.version}"'
    return view


@router.get(
    "/people/{person_id}/absences",
    operation_id="listAbsences",
    summary="When somebody who answers is away",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def list_absences(
    session: Session, actor: CurrentPerson, now: Now, person_id: UUID
) -> Page[AbsenceView]:
    """Those not over yet, all on one page. For themselves and for staff of their places."""
    return Page(items=await absences.list_absences(session, actor=actor, person_id=person_id, now=now))


@router.post(
    "/people/{person_id}/absences",
    operation_id="noteAbsence",
    summary="Note that somebody is away",
    response_model=AbsenceView,
    status_code=201,
    responses=problems("sign-in-required", "not-found", "invalid-input", "busy"),
)
async def note_absence(once: OnceOnly, now: Now, person_id: UUID, wanted: AbsenceOrder) -> Response:
    """New requests go to the deputy meanwhile, and above when both are away. What they own stays theirs."""

    return await once(partial(absences.add, person_id=person_id, wanted=wanted, now=now))


@router.delete(
    "/absences/{absence_id}",
    operation_id="removeAbsence",
    summary="Be there after all",
    status_code=204,
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def remove_absence(session: Session, actor: CurrentPerson, now: Now, absence_id: UUID) -> Response:
    """Requests come to them again."""
    await absences.remove(session, actor=actor, absence_id=absence_id, now=now)
    return Response(status_code=204)
