"""Residents book, change and cancel."""

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
    State,
    decode_cursor,
    encode_cursor,
    parse_cursor,
)
from api.problems import problems
from api.reading import CreatingRoute
from api.tickets import ticket_svg, ticket_text
from models.database import AsyncSession
from models.shapes.base import Page
from models.shapes.bookings import BookingAnswer, BookingMove, BookingOrder, BookingView, TicketView
from models.shapes.standing import RatingOrder, RatingView
from scheduling import alternatives, bookings, coming, ratings
from scheduling.actors import Actor
from scheduling.errors import BookingRefusedError
from scheduling.queries.bookings import When

creating = APIRouter(prefix="/v1/bookings", tags=["bookings"], route_class=CreatingRoute)
router = APIRouter(prefix="/v1/bookings", tags=["bookings"])

CREATING = (
    "sign-in-required",
    "not-found",
    "booking-refused",
    "idempotency-key-in-flight",
    "invalid-input",
    "busy",
)


@creating.post(
    "",
    operation_id="createBooking",
    summary="Book places in a slot",
    status_code=201,
    response_model=BookingView,
    responses=problems(*CREATING, "idempotency-key-reused"),
)
async def create_booking(once: OnceOnly, wanted: BookingOrder) -> Response:
    """Books for oneself, for a relative who agreed to it, or for anybody at a point one manages.

    A refusal names every reason and three alternatives.
    """
    return await once.order(wanted)


@router.get(
    "",
    operation_id="listBookings",
    summary="My bookings",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_bookings(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    when: Annotated[When, Query(description="`past` also has the cancelled ones.")] = "upcoming",
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[BookingView]:
    """Bookings for the caller or made by them: upcoming soonest first, past latest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await bookings.mine(
        session, actor=actor, when=when, now=now, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/{booking_id}",
    operation_id="getBooking",
    summary="One booking",
    responses=problems("sign-in-required", "not-found"),
)
async def get_booking(session: Session, actor: CurrentPerson, booking_id: UUID) -> BookingView:
    """One booking of the caller, of somebody for whom they may act, or at a point that they manage."""
    return await bookings.show(session, actor=actor, booking_id=booking_id)


@router.post(
    "/{booking_id}/cancel",
    operation_id="cancelBooking",
    summary="Cancel a booking",
    response_model=BookingView,
    responses=problems("sign-in-required", "not-found", "action-refused", "busy"),
)
async def cancel_booking(once: OnceOnly, now: Now, booking_id: UUID) -> Response:
    """Gives the places back. After `free_cancel_until` it counts as late. Cancelling again changes nothing."""

    return await once(partial(bookings.cancel, booking_id=booking_id, now=now), status=200)


@router.post(
    "/{booking_id}/move",
    operation_id="moveBooking",
    summary="Move a booking to another slot",
    response_model=BookingView,
    responses=problems(*CREATING, "forbidden", "action-refused"),
)
async def move_booking(once: OnceOnly, now: Now, booking_id: UUID, to: BookingMove) -> Response:
    """The booking stays the same one and is never without a place in between. Managers move within their points."""

    async def work(session: AsyncSession, actor: Actor) -> BookingView:
        return await bookings.move(session, actor=actor, booking_id=booking_id, slot_id=to.slot_id, now=now)

    async def enrich(
        session: AsyncSession, actor: Actor, refusal: BookingRefusedError
    ) -> BookingRefusedError:
        booking = await bookings.show(session, actor=actor, booking_id=booking_id)
        wanted = BookingOrder(slot_id=to.slot_id, party=booking.party, attendee_id=booking.attendee.id)
        found = await alternatives.propose(session, actor=actor, wanted=wanted, now=now, moving=booking_id)
        return BookingRefusedError(refusal.reasons, found)

    return await once(work, status=200, enrich=enrich)


@router.post(
    "/{booking_id}/answer",
    operation_id="answerBooking",
    summary="Say that one comes, or comes late",
    response_model=BookingView,
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "action-refused",
        "idempotency-key-in-flight",
        "idempotency-key-reused",
        "invalid-input",
        "busy",
    ),
)
async def answer_booking(once: OnceOnly, now: Now, booking_id: UUID, said: BookingAnswer) -> Response:
    """The point sees it. Who comes late keeps the places until `kept_until` of the answer."""

    return await once(partial(coming.answer, booking_id=booking_id, said=said, now=now), status=200)


@router.get(
    "/{booking_id}/ticket",
    operation_id="getTicketText",
    summary="What the ticket's QR code says",
    responses=problems("sign-in-required", "forbidden", "not-found", "action-refused"),
)
async def get_ticket_text(
    session: Session, actor: CurrentPerson, state: State, response: Response, booking_id: UUID
) -> TicketView:
    """For the attendee, whoever booked, and who may act for the attendee. Who draws it chooses how."""
    booking = await coming.own_ticket(session, actor=actor, booking_id=booking_id)
    response.headers["Cache-Control"] = "private, no-store"
    return TicketView(booking_id=booking.id, code=booking.code, qr=ticket_text(booking.id, state.tokens.key))


@router.post(
    "/{booking_id}/rating",
    operation_id="rateBooking",
    summary="Rate a visit",
    status_code=201,
    response_model=RatingView,
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "action-refused",
        "idempotency-key-in-flight",
        "idempotency-key-reused",
        "invalid-input",
        "busy",
    ),
)
async def rate_booking(once: OnceOnly, now: Now, booking_id: UUID, given: RatingOrder) -> Response:
    """Once for each booking, after the check-in, by the attendee or whoever booked."""

    return await once(partial(ratings.rate, booking_id=booking_id, given=given, now=now))


@router.get(
    "/{booking_id}/ticket.svg",
    operation_id="getTicket",
    summary="The ticket as a QR code",
    response_class=Response,
    responses={
        200: {
            "description": "A signed QR code to show at the door.",
            "content": {"image/svg+xml": {"schema": {"type": "string"}}},
        },
        **problems("sign-in-required", "not-found", "action-refused"),
    },
)
async def get_ticket(session: Session, actor: CurrentPerson, state: State, booking_id: UUID) -> Response:
    """For whoever may see the booking. A booking that was cancelled or missed has no ticket."""
    booking = await bookings.show_ticket(session, actor=actor, booking_id=booking_id)
    drawn = ticket_svg(booking.id, state.tokens.key)
    return Response(drawn, media_type="image/svg+xml", headers={"Cache-Control": "private, no-store"})
