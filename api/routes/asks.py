"""Managers have matching people asked for a shift, now."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from api.creation import OnceOnly
from api.dependencies import CurrentPerson, Now, Session
from api.problems import problems
from models.shapes.rosters import AskImpact, AskOrder, AsksMade
from scheduling.rosters import calling

router = APIRouter(prefix="/v1/shifts/{shift_id}/asks", tags=["volunteers"])

MANAGING = ("sign-in-required", "forbidden", "not-found", "action-refused", "invalid-input")


@router.get(
    "/impact",
    operation_id="getAskImpact",
    summary="Whom asking now would reach",
    responses=problems(*MANAGING),
)
async def get_ask_impact(session: Session, actor: CurrentPerson, now: Now, shift_id: UUID) -> AskImpact:
    """How many people match and may be asked. For the shift's manager. Changes nothing."""
    return await calling.impact(session, actor=actor, shift_id=shift_id, now=now)


@router.post(
    "",
    operation_id="askForHands",
    summary="Ask matching people now",
    status_code=201,
    response_model=AsksMade,
    responses=problems(*MANAGING, "idempotency-key-in-flight", "idempotency-key-reused", "busy"),
)
async def ask_for_hands(
    once: OnceOnly, now: Now, shift_id: UUID, wanted: Annotated[AskOrder | None, Body()] = None
) -> Response:
    """Without waiting for the next wave. Nobody is asked more often than the policy allows; the first to say yes has the
    place.
    """
    people = None if wanted is None else wanted.people

    return await once(partial(calling.ask_now, shift_id=shift_id, people=people, now=now))
