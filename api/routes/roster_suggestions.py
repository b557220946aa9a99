"""Suggested rosters, and shifts as calendars."""

import hashlib
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response

from api.creation import CHANGING, OnceOnly
from api.dependencies import (
    Credential,
    Now,
    Session,
    State,
    authenticated,
    person_only,
)
from api.problems import problems
from models.database import AsyncSession, in_transaction
from models.shapes.suggestions import Proposals, Suggestion, SuggestionApplied, SuggestionOrder
from scheduling.rosters import calendars, suggestion

router = APIRouter(prefix="/v1", tags=["volunteers"])


@router.post(
    "/points/{point_id}/roster-suggestion",
    operation_id="suggestRoster",
    summary="Suggest a roster",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input", "busy"),
)
async def suggest_roster(
    state: State, credential: Credential, now: Now, point_id: UUID, wanted: SuggestionOrder
) -> Suggestion:
    """Fills the free places of some days, by every rule, and explains each choice. Nothing is changed: the manager applies
    all or part of it. Takes some seconds.
    """

    async def read(session: AsyncSession) -> suggestion.Prepared:
        actor = person_only(await authenticated(session, credential))
        return await suggestion.prepare(session, actor=actor, point_id=point_id, wanted=wanted, now=now)

    # Solved outside the transaction: nothing is locked, and no connection waits, while it is thought about.
    return await suggestion.solve(await in_transaction(state.database, read))


@router.post(
    "/points/{point_id}/roster-suggestion/apply",
    operation_id="applySuggestion",
    summary="Propose a suggestion to its volunteers",
    response_model=Proposals,
    responses=problems(*CHANGING),
)
async def apply_suggestion(once: OnceOnly, now: Now, point_id: UUID, wanted: SuggestionApplied) -> Response:
    """All or part. Each is asked to confirm; what the rules do not allow by now is left out."""

    return await once(partial(suggestion.apply, point_id=point_id, wanted=wanted, now=now), status=200)


CALENDAR = "text/calendar"
CalendarKey = Annotated[
    str, Query(max_length=100, description="The key in the address; it stands for signing in.")
]
Tags = Annotated[str | None, Header(description="ETags that the caller has.")]


def _calendar(text: bytes, known_tags: str | None) -> Response:
    """A calendar, or that it has not changed."""
    etag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    known = {tag.strip().removeprefix("W/") for tag in (known_tags or "").split(",")}
    if known & {etag, "*"}:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=CALENDAR, headers=headers)


@router.get(
    "/me/shifts.ics",
    operation_id="getMyShiftCalendar",
    summary="My shifts as a calendar",
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
async def get_my_shift_calendar(
    session: Session, now: Now, key: CalendarKey, if_none_match: Tags = None
) -> Response:
    """Places given up as cancelled. The key is that of one's calendar of bookings; a wrong one opens nothing."""
    return _calendar(await calendars.my_shifts(session, key=key, now=now), if_none_match)


@router.get(
    "/points/{point_id}/shifts.ics",
    operation_id="getPointShiftCalendar",
    summary="A point's shifts as a calendar",
    response_class=Response,
    responses={
        200: {
            "description": "What is ahead and the last 30 days (RFC 5545).",
            "content": {f"{CALENDAR}; charset=utf-8": {"schema": {"type": "string"}}},
        },
        304: {"description": "Nothing has changed since the ETag sent along."},
        **problems("not-found", "forbidden", "invalid-input"),
    },
)
async def get_point_shift_calendar(
    session: Session, now: Now, point_id: UUID, key: CalendarKey, if_none_match: Tags = None
) -> Response:
    """With their gaps, for whoever's key it is and manages the point now."""
    return _calendar(
        await calendars.point_shifts(session, key=key, point_id=point_id, now=now), if_none_match
    )
