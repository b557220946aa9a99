"""Pauses after missed bookings: one's own, appeals, and staff who decide."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.creation import CHANGING_OWN, OnceOnly
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
from models.shapes.base import Page
from models.shapes.standing import Appeal, Lift, PauseView
from scheduling import pauses

router = APIRouter(prefix="/v1", tags=["pauses"])


@router.get(
    "/me/pauses",
    operation_id="listMyPauses",
    summary="My pauses",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_mine(
    session: Session, actor: CurrentPerson, now: Now, limit: Limit = 20, cursor: CursorText = None
) -> Page[PauseView]:
    """Pauses of the caller and of those for whom they may act, past ones too, newest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await pauses.mine(
        session, actor=actor, now=now, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/me/pauses/{pause_id}/appeal",
    operation_id="appealPause",
    summary="Say why a pause should not be",
    response_model=PauseView,
    responses=problems(*CHANGING_OWN),
)
async def appeal(once: OnceOnly, now: Now, pause_id: UUID, said: Appeal) -> Response:
    """Staff read it and may lift the pause. Saying more replaces what was said before."""

    return await once(partial(pauses.appeal, pause_id=pause_id, said=said, now=now), status=200)


@router.get(
    "/pauses",
    operation_id="listPauses",
    summary="Pauses to decide upon",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def list_pauses(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    appealed: Annotated[bool | None, Query(description="Only with, or only without, an appeal.")] = None,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[PauseView]:
    """Pauses in force of people who missed something at a place for which the caller answers, newest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await pauses.to_decide(
        session,
        actor=actor,
        appealed=appealed,
        now=now,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/pauses/{pause_id}/lift",
    operation_id="liftPause",
    summary="Lift a pause",
    response_model=PauseView,
    responses=problems(*CHANGING_OWN, "forbidden"),
)
async def lift(once: OnceOnly, now: Now, pause_id: UUID, why: Lift) -> Response:
    """The person can book ahead again at once. Lifting it twice changes nothing."""

    return await once(partial(pauses.lift, pause_id=pause_id, why=why, now=now), status=200)
