"""Residents' requests: asking, joining, and what becomes of the answer (product: Requests 1, 2)."""

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
from governance import answering, asking, lists
from governance.lists import AsWhat
from governance.views import one_view
from models.request_words import RequestState
from models.shapes.base import Page
from models.shapes.requests import (
    AnswerRating,
    FollowOrder,
    NoteOptional,
    Preview,
    ReopenOrder,
    RequestDetail,
    RequestDraft,
    RequestOrder,
    RequestView,
)

router = APIRouter(prefix="/v1", tags=["requests"])

DOING = ("sign-in-required", "not-found", "forbidden", "action-refused", "invalid-input", "busy")


@router.post(
    "/requests",
    operation_id="sendRequest",
    summary="Send a request",
    response_model=RequestDetail,
    status_code=201,
    responses=problems("sign-in-required", "action-refused", "too-many-requests", "invalid-input", "busy"),
)
async def send(once: OnceOnly, now: Now, language: CallerLanguage, wanted: RequestOrder) -> Response:
    """It has a named owner from the first moment, who is told; the answer says who and by when."""

    return await once(partial(asking.ask, wanted=wanted, language=language, now=now))


@router.post(
    "/requests/similar",
    operation_id="previewRequest",
    summary="What would become of a request, and what was said already",
    responses=problems("sign-in-required", "action-refused", "invalid-input"),
)
async def similar(session: Session, actor: CurrentPerson, now: Now, draft: RequestDraft) -> Preview:
    """Who would get it, and by when it would be answered; and neighbours' open requests that may be the same, to be joined
    instead (`follow`). Nothing is kept.
    """
    return await asking.preview(session, actor=actor, draft=draft, now=now)


@router.get(
    "/requests",
    operation_id="listRequests",
    summary="Requests: mine, those I follow, my worklist",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def list_requests(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    role: Annotated[
        AsWhat, Query(description="As what: `owner` is a worker's worklist, what is due first.")
    ] = AsWhat.asker,
    state: Annotated[
        list[RequestState] | None,
        Query(description="Only in these states; work without it is what is open."),
    ] = None,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[RequestView]:
    """One's own and followed ones newest first; work with what is due first, so overdue ones lead."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await lists.requests_as(
        session,
        actor=actor,
        role=role,
        states=state or (),
        now=now,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/requests/{request_id}",
    operation_id="getRequest",
    summary="A request with its history",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_request(
    session: Session, actor: CurrentPerson, now: Now, language: CallerLanguage, request_id: UUID
) -> RequestDetail:
    """The history reads as a story in the caller's language. Neighbours who follow see what was answered, never who asked."""
    return await one_view(session, actor=actor, request_id=request_id, language=language, now=now)


@router.post(
    "/requests/{request_id}/follow",
    operation_id="followRequest",
    summary="Say the same, and be told each step",
    response_model=RequestDetail,
    responses=problems("sign-in-required", "not-found", "action-refused", "invalid-input", "busy"),
)
async def follow(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: FollowOrder
) -> Response:
    """Joins somebody else's request of the neighbourhood. Doing it twice changes nothing."""

    return await once(
        partial(asking.follow, request_id=request_id, said=said, language=language, now=now), status=200
    )


@router.post(
    "/requests/{request_id}/unfollow",
    operation_id="unfollowRequest",
    summary="Be told nothing more",
    status_code=204,
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def unfollow(session: Session, actor: CurrentPerson, now: Now, request_id: UUID) -> Response:
    """The request goes on without this follower."""
    await asking.unfollow(session, actor=actor, request_id=request_id, now=now)
    return Response(status_code=204)


@router.post(
    "/requests/{request_id}/reopen",
    operation_id="reopenRequest",
    summary="Say that the answer is none",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def reopen(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: ReopenOrder
) -> Response:
    """Within the policy's days after the answer. It is owed an acknowledgement and an answer again."""

    return await once(
        partial(answering.reopen, request_id=request_id, said=said, language=language, now=now), status=200
    )


@router.post(
    "/requests/{request_id}/rate",
    operation_id="rateRequest",
    summary="Rate the answer",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def rate(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, given: AnswerRating
) -> Response:
    """1 to 5 stars, which closes the request; within the policy's days it can still be reopened."""

    return await once(
        partial(answering.rate, request_id=request_id, given=given, language=language, now=now), status=200
    )


@router.post(
    "/requests/{request_id}/withdraw",
    operation_id="withdrawRequest",
    summary="Need it no more",
    response_model=RequestDetail,
    responses=problems(*DOING),
)
async def withdraw(
    once: OnceOnly, now: Now, language: CallerLanguage, request_id: UUID, said: NoteOptional
) -> Response:
    """While it is open. Withdrawing twice changes nothing."""

    return await once(
        partial(answering.withdraw, request_id=request_id, text=said.text, language=language, now=now),
        status=200,
    )
