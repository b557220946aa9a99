"""Standing orders."""

from functools import partial
from uuid import UUID

from fastapi import APIRouter, Response

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
from models.shapes.base import Page
from models.shapes.waitlist import SeriesOrder, SeriesPreview, SeriesSummary, SeriesView
from scheduling import series, series_looking

router = APIRouter(prefix="/v1/series", tags=["bookings"])


@router.post(
    "",
    operation_id="orderSeries",
    summary="Book on a repeating pattern",
    status_code=201,
    response_model=SeriesView,
    responses=problems(
        "sign-in-required",
        "not-found",
        "booking-refused",
        "idempotency-key-in-flight",
        "idempotency-key-reused",
        "invalid-input",
        "busy",
    ),
)
async def order_series(once: OnceOnly, now: Now, wanted: SeriesOrder) -> Response:
    """Answers every day at once: booked, waitlisted, refused and why, or skipped because nothing is open."""

    return await once(partial(series.order, wanted=wanted, now=now))


@router.get(
    "",
    operation_id="listSeries",
    summary="My series",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_series(
    session: Session, actor: CurrentPerson, now: Now, limit: Limit = 20, cursor: CursorText = None
) -> Page[SeriesSummary]:
    """Those that the caller placed or that are for them, neither cancelled nor over, newest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await series_looking.mine(
        session, actor=actor, now=now, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/preview",
    operation_id="previewSeries",
    summary="What a series would come to",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def preview_series(
    session: Session, actor: CurrentPerson, now: Now, wanted: SeriesOrder
) -> SeriesPreview:
    """The same days, by the same rules, as ordering it now would answer; nothing is booked."""
    return await series_looking.preview(session, actor=actor, wanted=wanted, now=now)


@router.get(
    "/{series_id}",
    operation_id="getSeries",
    summary="One series",
    responses=problems("sign-in-required", "not-found"),
)
async def get_series(session: Session, actor: CurrentPerson, series_id: UUID) -> SeriesView:
    """A series with all its days as they are now. Each booking of it can be changed alone."""
    return await series.show(session, actor=actor, series_id=series_id)


@router.post(
    "/{series_id}/cancel",
    operation_id="cancelSeries",
    summary="Cancel what is still ahead",
    response_model=SeriesView,
    responses=problems("sign-in-required", "not-found", "busy"),
)
async def cancel_series(once: OnceOnly, now: Now, series_id: UUID) -> Response:
    """All together; the waitlists are left as well. Cancelling again changes nothing."""

    return await once(partial(series.cancel, series_id=series_id, now=now), status=200)
