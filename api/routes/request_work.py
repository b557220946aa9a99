"""Requests as work: what their owners do (product: Requests 1)."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

from api.creation import OnceOnly
from api.dependencies import CallerLanguage, CurrentPerson, Now, Session
from api.problems import problems
from api.routes.requests import DOING
from governance import handling
from models.shapes.base import Page
from models.shapes.requests import (
    KindOrder,
    NoteOptional,
    NoteOrder,
    RequestDetail,
    TakerView,
    TransferOrder,
)

router = APIRouter(prefix="/v1", tags=["requests"])


@router.post(
    "/requests/{request_id}/accept",
    operation_id="acceptRequest",
    summary="Acknowledge a request, or take it over",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def accept(once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID) -> Response:
    """By its owner; or by whoever was asked to take it over, who owns it from now on. Accepting twice changes nothing."""

    return await once(partial(handling.accept, request_id=request_id, language=language, now=now), status=200)


@router.post(
    "/requests/{request_id}/decline",
    operation_id="declineRequest",
    summary="Do not take it over",
    status_code=204,
    responses=problems("sign-in-required", "not-found", "forbidden", "invalid-input"),
)
async def decline(
    session: Session, actor: CurrentPerson, now: Now, request_id: UUID, said: NoteOptional
) -> Response:
    """It stays its owner's, who is told."""
    await handling.decline(session, actor=actor, request_id=request_id, text=said.text, now=now)
    return Response(status_code=204)


@router.post(
    "/requests/{request_id}/progress",
    operation_id="noteProgress",
    summary="Say how it goes",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def progress(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: NoteOrder
) -> Response:
    """The resident and the followers are told. It buys no time."""

    return await once(
        partial(handling.progress, request_id=request_id, said=said, language=language, now=now), status=200
    )


@router.post(
    "/requests/{request_id}/resolve",
    operation_id="resolveRequest",
    summary="Answer a request",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def resolve(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: NoteOrder
) -> Response:
    """In words, with photos if there are any. The resident can reopen it, and rates it."""

    return await once(
        partial(handling.resolve, request_id=request_id, said=said, language=language, now=now), status=200
    )


@router.post(
    "/requests/{request_id}/escalate",
    operation_id="escalateRequest",
    summary="Hand a request one level up",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def escalate(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: NoteOptional
) -> Response:
    """Whoever stands above owns it from now on. Its deadline stays."""

    return await once(
        partial(handling.escalate, request_id=request_id, text=said.text, language=language, now=now),
        status=200,
    )


@router.post(
    "/requests/{request_id}/transfer",
    operation_id="transferRequest",
    summary="Ask somebody to take a request over",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def transfer(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, wanted: TransferOrder
) -> Response:
    """Until they accept it stays its owner's, with its deadline. Asking another replaces the first."""

    return await once(
        partial(handling.transfer, request_id=request_id, wanted=wanted, language=language, now=now),
        status=200,
    )


@router.get(
    "/requests/{request_id}/takers",
    operation_id="listTakers",
    summary="Who could take a request over",
    responses=problems(*DOING),
)
async def takers(session: Session, actor: CurrentPerson, now: Now, request_id: UUID) -> Page[TakerView]:
    """Workers of the same community first, then of the sub-district, then those above. All on one page."""
    return Page(items=await handling.takers(session, actor=actor, request_id=request_id, now=now))


@router.post(
    "/requests/{request_id}/kind",
    operation_id="changeRequestKind",
    summary="Say what it is really about",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def change_kind(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, wanted: KindOrder
) -> Response:
    """By its owner or whoever asked, while it is open."""

    return await once(
        partial(handling.change_kind, request_id=request_id, wanted=wanted, language=language, now=now),
        status=200,
    )
