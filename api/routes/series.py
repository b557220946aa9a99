"""Standing orders."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.creation import OnceOnly
from api.dependencies import CurrentPerson, Now, Session
from api.problems import problems
from models.database import AsyncSession
from models.shapes.waitlist import SeriesOrder, SeriesView
from scheduling import series
from scheduling.actors import Actor

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

    async def work(session: AsyncSession, actor: Actor) -> SeriesView:
        return await series.order(session, actor=actor, wanted=wanted, now=now)

    return await once(work)


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

    async def work(session: AsyncSession, actor: Actor) -> SeriesView:
        return await series.cancel(session, actor=actor, series_id=series_id, now=now)

    return await once(work, status=200)
