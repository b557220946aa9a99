"""What channels tell the bot: any of its processes records it, and any deals with it."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import AnyActor, Now, Session
from api.problems import problems
from models.shapes.chats import (
    ChatReach,
    ChatUpdateClaim,
    ChatUpdateDone,
    ChatUpdateFailure,
    ChatUpdateNext,
    ChatUpdateReceipt,
    ChatUpdateReceived,
    ChatUpdatesClaimed,
    ChatUpdatesHeld,
    ChatUpdatesLost,
)
from scheduling import chat_updates, reach

router = APIRouter(prefix="/v1", tags=["the bot"])


@router.post(
    "/chat-updates",
    operation_id="recordChatUpdate",
    summary="A channel told the bot something",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def record(
    session: Session, actor: AnyActor, now: Now, received: ChatUpdateReceived
) -> ChatUpdateReceipt:
    """With the service credential. Its number is its key: recorded before, it is not recorded again, and that is well."""
    return await chat_updates.record(session, actor=actor, received=received, now=now)


@router.post(
    "/chat-updates/claim",
    operation_id="claimChatUpdates",
    summary="Take updates to deal with",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def claim(session: Session, actor: AnyActor, now: Now, wanted: ChatUpdateClaim) -> ChatUpdatesClaimed:
    """With the service credential: one update of each chat, in its order, under a lease. A chat with an update in hand gives
    no other. What is not reported on comes again.
    """
    return await chat_updates.claim(session, actor=actor, wanted=wanted, now=now)


@router.post(
    "/chat-updates/held",
    operation_id="holdChatUpdates",
    summary="These are still being dealt with",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def held(session: Session, actor: AnyActor, now: Now, claims: ChatUpdatesHeld) -> ChatUpdatesLost:
    """Their leases begin anew. Claims that were taken over, or are over, are named."""
    return ChatUpdatesLost(lost=await chat_updates.held(session, actor=actor, claims=claims, now=now))


@router.post(
    "/chat-updates/{update_row_id}/done",
    operation_id="finishChatUpdate",
    summary="An update was dealt with",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def done(
    session: Session, actor: AnyActor, now: Now, update_row_id: UUID, outcome: ChatUpdateDone
) -> ChatUpdateNext:
    """What it said is forgotten. Said of a claim that was taken over, it changes nothing."""
    taken = await chat_updates.done(
        session, actor=actor, update_row_id=update_row_id, outcome=outcome, now=now
    )
    return ChatUpdateNext(taken=taken)


@router.post(
    "/chat-updates/{update_row_id}/failed",
    operation_id="reportChatUpdateFailure",
    summary="An update could not be dealt with",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def failed(
    session: Session, actor: AnyActor, now: Now, update_row_id: UUID, failure: ChatUpdateFailure
) -> Response:
    """It comes again after a pause, in which its chat waits; or is set aside, when that is said."""
    await chat_updates.failed(session, actor=actor, update_row_id=update_row_id, failure=failure, now=now)
    return Response(status_code=204)


@router.post(
    "/chat-reach",
    operation_id="noteChatReach",
    summary="Somebody blocked the bot, or lets it write again",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def note_reach(session: Session, actor: AnyActor, now: Now, told: ChatReach) -> Response:
    """With the service credential. What is owed to them takes the way that is best now. Whoever has never spoken to the bot
    is not known, and nothing is noted.
    """
    await reach.note(session, actor=actor, told=told, now=now)
    return Response(status_code=204)
