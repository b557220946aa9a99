"""Micro-wishes: published by their owner, claimed by one volunteer, fulfilled, confirmed by the resident."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from api.creation import OnceOnly
from api.dependencies import (
    CallerLanguage,
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
from api.routes.requests import DOING
from governance import wishes as use_cases
from models.shapes.base import Page
from models.shapes.requests import (
    NoteOptional,
    NoteOrder,
    RequestDetail,
    WishOrder,
    WishView,
)

router = APIRouter(prefix="/v1", tags=["wishes"])

Code = Annotated[str | None, Query(pattern="^[0-9]{12}$", description="Only within this division.")]


@router.post(
    "/requests/{request_id}/publish-wish",
    operation_id="publishWish",
    summary="Let volunteers see a wish",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def publish(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, wanted: WishOrder
) -> Response:
    """In words that its owner has checked, by which nobody knows whose it is. Unclaimed, it goes back to its owner."""

    return await once(
        partial(use_cases.publish, request_id=request_id, wanted=wanted, language=language, now=now),
        status=200,
    )


@router.get(
    "/wishes",
    operation_id="listWishes",
    summary="Wishes to claim",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_wishes(
    session: Session,
    actor: CurrentPerson,
    division: Code = None,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[WishView]:
    """The oldest first: the words their owner checked, and the community."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await use_cases.published(
        session,
        actor=actor,
        division=division,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/me/wishes",
    operation_id="listMyWishes",
    summary="Wishes that I have in hand",
    responses=problems("sign-in-required"),
)
async def list_mine(session: Session, actor: CurrentPerson) -> Page[WishView]:
    """The next due first; all on one page, since nobody may have many."""
    return Page(items=await use_cases.claimed(session, actor=actor))


@router.post(
    "/wishes/{request_id}/claim",
    operation_id="claimWish",
    summary="Take a wish in hand",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def claim(once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID) -> Response:
    """One volunteer has a wish in hand at a time, and is told whose it is. Claiming it twice changes nothing."""

    return await once(partial(use_cases.claim, request_id=request_id, language=language, now=now), status=200)


@router.post(
    "/wishes/{request_id}/give-back",
    operation_id="giveWishBack",
    summary="Cannot fulfil it after all",
    status_code=204,
    responses=problems(*DOING),
)
async def give_back(
    session: Session, actor: CurrentPerson, now: Now, request_id: UUID, said: NoteOptional
) -> Response:
    """Others may claim it again."""
    await use_cases.give_back(session, actor=actor, request_id=request_id, text=said.text, now=now)
    return Response(status_code=204)


@router.post(
    "/wishes/{request_id}/fulfil",
    operation_id="fulfilWish",
    summary="Say that a wish is fulfilled",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def fulfil(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: NoteOrder
) -> Response:
    """The resident is asked. Silence for as long as one may reopen is a yes."""

    return await once(
        partial(
            use_cases.fulfil,
            request_id=request_id,
            text=said.text,
            attachments=said.attachments,
            language=language,
            now=now,
        ),
        status=200,
    )


@router.post(
    "/wishes/{request_id}/confirm",
    operation_id="confirmWish",
    summary="Say that my wish came true",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def confirm(once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID) -> Response:
    """By the resident; it can then be rated. A wish that did not come true is reopened instead."""

    return await once(
        partial(use_cases.confirm, request_id=request_id, language=language, now=now), status=200
    )
