"""The bot claims due notices and says what became of them; staff see what could not be sent, and have it sent again."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import (
    AnyActor,
    CurrentPerson,
    CursorText,
    Limit,
    Now,
    Session,
    State,
    decode_cursor,
    encode_cursor,
    parse_cursor,
)
from api.problems import problems
from models.shapes.base import Page
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticeRecord, NoticesClaimed
from models.vocabulary import NoticeStatus
from scheduling import delivery, letters

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.post(
    "/claim",
    operation_id="claimNotices",
    summary="Take due notices",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def claim(
    session: Session, state: State, actor: AnyActor, now: Now, wanted: NoticeClaim
) -> NoticesClaimed:
    """With the service credential: due notices for one channel, under a lease. Unacknowledged ones come again.

    No more than the channel's pace allows over all who claim; `wait_s` says when there can be more. Of one address there
    is one at a time.
    """
    return await delivery.claim(session, actor=actor, wanted=wanted, now=now, paces=state.paces)


@router.post(
    "/{notice_id}/delivered",
    operation_id="acknowledgeNotice",
    summary="A notice was sent",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "not-found"),
)
async def delivered(session: Session, actor: AnyActor, now: Now, notice_id: UUID) -> Response:
    """Ends the notice; saying it again changes nothing."""
    await delivery.delivered(session, actor=actor, notice_id=notice_id, now=now)
    return Response(status_code=204)


@router.post(
    "/{notice_id}/failed",
    operation_id="reportNoticeFailure",
    summary="A notice could not be sent",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def failed(
    session: Session, actor: AnyActor, now: Now, notice_id: UUID, failure: NoticeFailure
) -> Response:
    """It is tried again after a growing pause, or as long as the channel asked. When the person blocked the bot, their
    channel is marked and the next one takes it. What can never be sent is kept for staff.
    """
    await delivery.failed(session, actor=actor, notice_id=notice_id, failure=failure, now=now)
    return Response(status_code=204)


@router.get(
    "/dead",
    operation_id="listDeadLetters",
    summary="Notices that could not be sent",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def list_dead(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[NoticeRecord]:
    """Those for which the caller answers, the newest first: of the whole district, or about bookings at their places."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await letters.records(
        session,
        actor=actor,
        status=NoticeStatus.failed,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/{notice_id}",
    operation_id="getNotice",
    summary="What became of a notice",
    responses=problems("sign-in-required", "forbidden", "not-found"),
)
async def get_notice(session: Session, actor: CurrentPerson, notice_id: UUID) -> NoticeRecord:
    """For whoever answers for it. What it says is not shown."""
    return await letters.show(session, actor=actor, notice_id=notice_id)


@router.post(
    "/{notice_id}/replay",
    operation_id="replayNotice",
    summary="Send a dead letter again",
    responses=problems("sign-in-required", "forbidden", "not-found", "action-refused"),
)
async def replay(session: Session, actor: CurrentPerson, now: Now, notice_id: UUID) -> NoticeRecord:
    """It is owed again from now on, as if it had never been tried; replaying it twice changes nothing. Refused when it is
    worth nothing any more.
    """
    return await letters.replay(session, actor=actor, notice_id=notice_id, now=now)
