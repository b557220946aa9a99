"""What managers write to those booked at their point."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

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
from governance.threads import announcing
from models.shapes.base import Day, Page
from models.shapes.threads import PointMessageImpact, PointMessageOrder, PointMessageView

router = APIRouter(prefix="/v1/points/{point_id}/messages", tags=["point managers"])

MANAGING = ("sign-in-required", "forbidden", "not-found", "invalid-input")


@router.get(
    "/impact",
    operation_id="getPointMessageImpact",
    summary="Whom a message would reach",
    responses=problems(*MANAGING),
)
async def get_impact(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    point_id: UUID,
    slot: Annotated[UUID | None, Query(description="Those booked in this slot.")] = None,
    day: Annotated[Day | None, Query(description="Those booked on this day.")] = None,
    service: Annotated[UUID | None, Query(description="Of the day only this service.")] = None,
) -> PointMessageImpact:
    """How many people, how many of them can be reached, and when it would go out. Changes nothing."""
    wanted = PointMessageOrder(text="-", slot_id=slot, day=day, service_id=service)
    return await announcing.impact(session, actor=actor, point_id=point_id, wanted=wanted, now=now)


@router.post(
    "",
    operation_id="sendPointMessage",
    summary="Write to those booked",
    status_code=201,
    response_model=PointMessageView,
    responses=problems(
        *MANAGING, "action-refused", "idempotency-key-in-flight", "idempotency-key-reused", "busy"
    ),
)
async def send(once: OnceOnly, now: Now, point_id: UUID, wanted: PointMessageOrder) -> Response:
    """One notice a person; in the quiet hours held back, but for what is about the same day."""

    return await once(partial(announcing.send, point_id=point_id, wanted=wanted, now=now))


@router.get(
    "",
    operation_id="listPointMessages",
    summary="What the point has written, and how many have got it",
    responses=problems(*MANAGING),
)
async def list_sent(
    session: Session, actor: CurrentPerson, point_id: UUID, limit: Limit = 20, cursor: CursorText = None
) -> Page[PointMessageView]:
    """The newest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await announcing.sent(
        session,
        actor=actor,
        point_id=point_id,
        limit=limit,
        after=(after[0], after[1]) if after else None,
    )
    return Page(items=items, next=encode_cursor(following))
