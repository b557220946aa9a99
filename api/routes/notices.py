"""The bot claims due notices and says what became of them."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import AnyActor, Now, Session
from api.problems import problems
from models.shapes.base import Page
from models.shapes.notices import NoticeClaim, NoticeFailure, NoticeView
from scheduling import notices

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.post(
    "/claim",
    operation_id="claimNotices",
    summary="Take due notices",
    responses=problems("sign-in-required", "forbidden", "invalid-input"),
)
async def claim(session: Session, actor: AnyActor, now: Now, wanted: NoticeClaim) -> Page[NoticeView]:
    """With the service credential: due notices for one channel, under a lease. Unacknowledged ones come again."""
    return Page(items=await notices.claim(session, actor=actor, wanted=wanted, now=now))


@router.post(
    "/{notice_id}/delivered",
    operation_id="acknowledgeNotice",
    summary="A notice was sent",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "not-found"),
)
async def delivered(session: Session, actor: AnyActor, now: Now, notice_id: UUID) -> Response:
    """Ends the notice; saying it again changes nothing."""
    await notices.delivered(session, actor=actor, notice_id=notice_id, now=now)
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
    """It is tried again after a pause; when the person blocked the bot, their channel is marked."""
    await notices.failed(session, actor=actor, notice_id=notice_id, failure=failure, now=now)
    return Response(status_code=204)
