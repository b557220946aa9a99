"""One's bookings as a calendar to subscribe to."""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Header, Query, Request, Response

from api.dependencies import CurrentPerson, Now, Session, State
from api.problems import problems
from models.shapes.people import CalendarAddress
from scheduling import calendar_feed

router = APIRouter(prefix="/v1/me", tags=["my data"])

CALENDAR = "text/calendar"


@router.post(
    "/calendar-key",
    operation_id="makeCalendarKey",
    summary="An address to subscribe to my bookings",
    status_code=201,
    responses=problems("sign-in-required"),
)
async def make_key(
    request: Request, state: State, session: Session, actor: CurrentPerson, now: Now
) -> CalendarAddress:
    """Whoever has the address sees the bookings. It is shown this once; an earlier one stops working.

    There is no Idempotency-Key here: a stored answer would keep the key, of which only a hash may stay.
    """
    key = await calendar_feed.new_key(session, actor=actor, now=now)
    # The bot asks within the program, by a name that nobody else can reach.
    base = state.public_url or str(request.base_url)
    bookings, shifts = (
        f"{base.rstrip('/')}{request.app.url_path_for(name)}?key={key}"
        for name in ("get_calendar", "get_my_shift_calendar")
    )
    return CalendarAddress(url=bookings, shifts_url=shifts)


@router.delete(
    "/calendar-key",
    operation_id="dropCalendarKey",
    summary="Shut my calendar's address",
    status_code=204,
    responses=problems("sign-in-required"),
)
async def drop_key(session: Session, actor: CurrentPerson, now: Now) -> Response:
    """The address stops working. Doing so again changes nothing."""
    await calendar_feed.drop_key(session, actor=actor, now=now)
    return Response(status_code=204)


@router.get(
    "/calendar.ics",
    operation_id="getCalendar",
    summary="My bookings as a calendar",
    response_class=Response,
    responses={
        200: {
            "description": "What is ahead and the last 30 days (RFC 5545).",
            "content": {f"{CALENDAR}; charset=utf-8": {"schema": {"type": "string"}}},
        },
        304: {"description": "Nothing has changed since the ETag sent along."},
        **problems("not-found", "invalid-input"),
    },
)
async def get_calendar(
    session: Session,
    now: Now,
    key: Annotated[
        str, Query(max_length=100, description="The key in the address; it stands for signing in.")
    ],
    if_none_match: Annotated[str | None, Header(description="ETags that the caller has.")] = None,
) -> Response:
    """Bookings for oneself and for whom one may act, the cancelled ones as cancelled. A wrong key opens nothing."""
    text = await calendar_feed.feed(session, key=key, now=now)
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=CALENDAR, headers=headers)
