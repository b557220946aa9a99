"""At the door: check-in by code, ticket or name, walk-ins, the queue, who did not come, the kitchen's list."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from api.creation import CHANGING, OnceOnly
from api.dependencies import CurrentPerson, Now, Session, State
from api.problems import problems
from api.tickets import read_ticket
from models.database import AsyncSession
from models.shapes.bookings import BookingOrder, BookingView, CheckIn
from models.shapes.door import Correction, DoorCheckIn, KitchenList, QueueView, WalkIn
from scheduling import alternatives, door, kitchen, no_shows, queue, walk_ins
from scheduling.actors import Actor
from scheduling.errors import BookingRefusedError, InvalidInputError

router = APIRouter(prefix="/v1", tags=["door"])


@router.post(
    "/check-in",
    operation_id="checkInAtDoor",
    summary="Check in whoever stands at the door",
    response_model=BookingView,
    responses=problems(*CHANGING),
)
async def check_in_at_door(once: OnceOnly, state: State, now: Now, said: DoorCheckIn) -> Response:
    """By the code they say, the QR code of their ticket, or their name. Only today's bookings of points that the caller
    manages. Where several match a name, the refusal's reason `several-match` has the `matches` to choose from.
    """

    async def work(session: AsyncSession, actor: Actor) -> BookingView:
        if said.qr is not None:
            booking_id = read_ticket(said.qr, state.tokens.key)
            return await door.check_in_by_ticket(
                session, actor=actor, booking_id=booking_id, point_id=said.point_id, now=now
            )
        if said.code is not None:
            by_code = CheckIn(code=said.code, point_id=said.point_id)
            return await door.check_in_by_code(session, actor=actor, said=by_code, now=now)
        if said.name is None:
            raise InvalidInputError(field="code", detail="give one of code, qr and name")
        if said.point_id is None:
            raise InvalidInputError(field="point_id", detail="a name needs the point's id")
        return await door.check_in_by_name(
            session, actor=actor, point_id=said.point_id, name=said.name, now=now
        )

    return await once(work, status=200)


@router.post(
    "/bookings/{booking_id}/check-in",
    operation_id="checkIn",
    summary="Check in a booking",
    response_model=BookingView,
    responses=problems(*CHANGING),
)
async def check_in(
    once: OnceOnly, now: Now, booking_id: UUID, correction: Annotated[Correction | None, Body()] = None
) -> Response:
    """Records that the party came and gives it a queue number. Checking in twice changes nothing. After the end, as a
    correction with a `reason`, until `correct_until` of the refusal `slot-over`; what followed from a miss is
    reconsidered then.
    """
    reason = "" if correction is None else correction.reason

    return await once(partial(door.check_in, booking_id=booking_id, now=now, reason=reason), status=200)


@router.post(
    "/bookings/{booking_id}/no-show",
    operation_id="noteNoShow",
    summary="Note that nobody came",
    response_model=BookingView,
    responses=problems(*CHANGING),
)
async def note_no_show(once: OnceOnly, now: Now, booking_id: UUID) -> Response:
    """From the start on. Takes a mistaken check-in back as well. Noting it twice changes nothing."""

    return await once(partial(no_shows.no_show, booking_id=booking_id, now=now), status=200)


@router.post(
    "/slots/{slot_id}/walk-ins",
    operation_id="takeWalkIn",
    summary="Let in a party without a booking",
    status_code=201,
    response_model=BookingView,
    responses=problems(*CHANGING, "booking-refused"),
)
async def take_walk_in(once: OnceOnly, now: Now, slot_id: UUID, walk_in: WalkIn) -> Response:
    """Walk-ins and bookings are one count. The party is checked in at once and gets its queue number."""

    async def work(session: AsyncSession, actor: Actor) -> BookingView:
        return await walk_ins.take(session, actor=actor, slot_id=slot_id, walk_in=walk_in, now=now)

    async def enrich(
        session: AsyncSession, actor: Actor, refusal: BookingRefusedError
    ) -> BookingRefusedError:
        if walk_in.person_id is None:
            return refusal
        wanted = BookingOrder(slot_id=slot_id, party=walk_in.party, attendee_id=walk_in.person_id)
        found = await alternatives.propose(session, actor=actor, wanted=wanted, now=now)
        return BookingRefusedError(refusal.reasons, found)

    return await once(work, enrich=enrich)


@router.post(
    "/slots/{slot_id}/serve-next",
    operation_id="serveNext",
    summary="Call the next number",
    response_model=QueueView,
    responses=problems(*CHANGING),
)
async def serve_next(once: OnceOnly, now: Now, slot_id: UUID) -> Response:
    """Calls the next of those who came. With an Idempotency-Key a repeat calls nobody else."""

    return await once(partial(queue.serve_next, slot_id=slot_id, now=now), status=200)


@router.get(
    "/slots/{slot_id}/queue",
    operation_id="getQueue",
    summary="The queue at a slot",
    responses=problems("not-found", "invalid-input"),
)
async def get_queue(session: Session, slot_id: UUID) -> QueueView:
    """Which number is being served and how many wait. Open to all: numbers only."""
    return await queue.queue(session, slot_id=slot_id)


@router.get(
    "/slots/{slot_id}/kitchen-list",
    operation_id="getKitchenList",
    summary="What to cook for a meal",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def get_kitchen_list(session: Session, actor: CurrentPerson, slot_id: UUID) -> KitchenList:
    """Totals in portions by serving and dietary need, and a label for each party. For those who manage the point."""
    return await kitchen.kitchen_list(session, actor=actor, slot_id=slot_id)
