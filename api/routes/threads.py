"""Conversations with the people who answer for a place (转人工), and who would answer."""

from functools import partial
from typing import Annotated, Literal
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
from governance.threads import conversing, reading
from models.shapes.base import Page
from models.shapes.threads import (
    HandOn,
    HelpDeskView,
    MessageOrder,
    SeenUpTo,
    ThreadDetail,
    ThreadOrder,
    ThreadSaid,
    ThreadView,
)

router = APIRouter(prefix="/v1", tags=["threads"])


@router.get(
    "/help-desk",
    operation_id="getHelpDesk",
    summary="Who would answer me, when, and whom to call instead",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_help_desk(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point: Annotated[UUID | None, Query(description="The point that it is about.")] = None,
    booking: Annotated[UUID | None, Query(description="The booking that it is about.")] = None,
) -> HelpDeskView:
    """About the point or booking; named neither, about the caller's next booking, or where they live."""
    return await reading.help_desk(session, actor=actor, point_id=point, booking_id=booking, now=now)


@router.post(
    "/threads",
    operation_id="openThread",
    summary="Write to whoever answers",
    status_code=201,
    response_model=ThreadSaid,
    responses=problems(*CHANGING_OWN, "too-many-messages"),
)
async def open_thread(once: OnceOnly, now: Now, wanted: ThreadOrder) -> Response:
    """Goes into the caller's open thread with that desk, or opens one. Words of an emergency are answered with the numbers
    to call at once.
    """

    return await once(partial(conversing.open_thread, wanted=wanted, now=now))


@router.get(
    "/threads",
    operation_id="listThreads",
    summary="My conversations",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def list_threads(
    session: Session,
    actor: CurrentPerson,
    role: Annotated[
        Literal["resident", "owner"],
        Query(description="Those that I began, or those that I and my colleagues answer."),
    ] = "resident",
    which: Annotated[
        reading.Which, Query(description="Not closed; waiting for an answer of mine; closed; all.")
    ] = "open",
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[ThreadView]:
    """The last used first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await reading.threads_of(
        session,
        actor=actor,
        role=role,
        which=which,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/threads/{thread_id}",
    operation_id="getThread",
    summary="A conversation, with what was said",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_thread(
    session: Session,
    actor: CurrentPerson,
    thread_id: UUID,
    limit: Limit = 20,
    cursor: CursorText = None,
) -> ThreadDetail:
    """The newest first. Only its two sides know of it."""
    after = parse_cursor(decode_cursor(cursor), ("number",))
    thread, items, following, handing = await reading.show(
        session, actor=actor, thread_id=thread_id, limit=limit, before=int(after[0]) if after else None
    )
    return ThreadDetail(
        thread=thread,
        items=items,
        next=encode_cursor(None if following is None else (following,)),
        colleagues=handing.colleagues,
        above=handing.above,
    )


@router.post(
    "/threads/{thread_id}/messages",
    operation_id="writeInThread",
    summary="Say something in a conversation",
    status_code=201,
    response_model=ThreadSaid,
    responses=problems(*CHANGING_OWN, "too-many-messages"),
)
async def write(once: OnceOnly, now: Now, thread_id: UUID, wanted: MessageOrder) -> Response:
    """In a closed one it opens it again. The first of the staff to answer owns it; then the others cannot."""

    return await once(partial(conversing.write, thread_id=thread_id, wanted=wanted, now=now))


@router.post(
    "/threads/{thread_id}/seen",
    operation_id="seeThread",
    summary="I have read so far",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def seen(
    session: Session, actor: CurrentPerson, now: Now, thread_id: UUID, up_to: SeenUpTo
) -> ThreadView:
    """The other side sees it. What was read stays read."""
    return await conversing.seen(session, actor=actor, thread_id=thread_id, up_to=up_to, now=now)


@router.post(
    "/threads/{thread_id}/take",
    operation_id="takeThread",
    summary="Answer for a conversation",
    response_model=ThreadView,
    responses=problems(*CHANGING_OWN, "forbidden"),
)
async def take(once: OnceOnly, now: Now, thread_id: UUID) -> Response:
    """Before answering, so that colleagues need not. Of several at once one gets it."""

    return await once(partial(conversing.take, thread_id=thread_id, now=now), status=200)


@router.post(
    "/threads/{thread_id}/hand-on",
    operation_id="handThreadOn",
    summary="Hand a conversation on",
    response_model=ThreadView,
    responses=problems(*CHANGING_OWN, "forbidden"),
)
async def hand_on(once: OnceOnly, now: Now, thread_id: UUID, to: HandOn) -> Response:
    """To one of its `colleagues`, or to the staff of the next level. The resident sees it."""

    return await once(partial(conversing.hand_on, thread_id=thread_id, to=to, now=now), status=200)


@router.post(
    "/threads/{thread_id}/close",
    operation_id="closeThread",
    summary="End a conversation",
    response_model=ThreadView,
    responses=problems(*CHANGING_OWN),
)
async def close(once: OnceOnly, now: Now, thread_id: UUID, up_to: SeenUpTo) -> Response:
    """By either side, which says how far it has read: nothing is closed unread. Writing opens it again."""

    return await once(partial(conversing.close, thread_id=thread_id, up_to=up_to, now=now), status=200)
