"""Waiting for full slots, and answering offers."""

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
from models.database import AsyncSession
from models.shapes.base import Page
from models.shapes.bookings import BookingOrder, BookingView
from models.shapes.waitlist import WaitlistOrder, WaitlistView
from scheduling import alternatives, waitlist
from scheduling.actors import Actor
from scheduling.errors import BookingRefusedError

router = APIRouter(prefix="/v1", tags=["waitlist"])


@router.post(
    "/waitlist",
    operation_id="joinWaitlist",
    summary="Wait for a full slot",
    status_code=201,
    response_model=WaitlistView,
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
async def join(once: OnceOnly, now: Now, wanted: WaitlistOrder) -> Response:
    """Freed places are offered to whole parties, priority first, then first come; nobody is offered less than asked."""

    async def work(session: AsyncSession, actor: Actor) -> WaitlistView:
        return await waitlist.join(session, actor=actor, wanted=wanted, now=now)

    async def enrich(
        session: AsyncSession, actor: Actor, refusal: BookingRefusedError
    ) -> BookingRefusedError:
        order = BookingOrder(slot_id=wanted.slot_id, party=wanted.party, attendee_id=wanted.attendee_id)
        found = await alternatives.propose(session, actor=actor, wanted=order, now=now)
        return BookingRefusedError(refusal.reasons, found)

    return await once(work, enrich=enrich)


@router.get(
    "/waitlist",
    operation_id="listWaitlist",
    summary="What I wait for",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_waitlist(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[WaitlistView]:
    """Entries still waiting or with an offer, soonest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await waitlist.mine(
        session, actor=actor, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/waitlist/{entry_id}/leave",
    operation_id="leaveWaitlist",
    summary="Give up one's turn",
    response_model=WaitlistView,
    responses=problems("sign-in-required", "not-found", "busy"),
)
async def leave(once: OnceOnly, now: Now, entry_id: UUID) -> Response:
    """What was held goes to the next. Leaving again changes nothing."""

    return await once(partial(waitlist.leave, entry_id=entry_id, now=now), status=200)


@router.post(
    "/offers/{offer_id}/accept",
    operation_id="acceptOffer",
    summary="Take the places offered",
    status_code=201,
    response_model=BookingView,
    responses=problems("sign-in-required", "not-found", "booking-refused", "action-refused", "busy"),
)
async def accept(once: OnceOnly, now: Now, offer_id: UUID) -> Response:
    """Makes the booking from the held places. Taking them again answers with the same booking."""

    return await once(partial(waitlist.accept, offer_id=offer_id, now=now))


@router.post(
    "/offers/{offer_id}/decline",
    operation_id="declineOffer",
    summary="Say no to an offer",
    response_model=WaitlistView,
    responses=problems("sign-in-required", "not-found", "action-refused", "busy"),
)
async def decline(once: OnceOnly, now: Now, offer_id: UUID) -> Response:
    """Leaves the waitlist; the places go to the next."""

    return await once(partial(waitlist.decline, offer_id=offer_id, now=now), status=200)
