"""On the day: volunteers check in and out, hours are verified and corrected."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Response

from api.creation import CHANGING, OnceOnly
from api.dependencies import (
    CurrentPerson,
    Now,
    Session,
    State,
)
from api.problems import problems
from api.tickets import read_shift_ticket
from models.database import AsyncSession
from models.shapes.base import Page
from models.shapes.hours import CorrectionView
from models.shapes.rosters import Scan, Scanned, SignupView, Verification, Why
from scheduling.actors import Actor
from scheduling.errors import InvalidInputError, NotFoundError
from scheduling.rosters import attendance, hours

router = APIRouter(prefix="/v1", tags=["volunteers"])


@router.get(
    "/signups/{signup_id}/corrections",
    operation_id="listHoursCorrections",
    summary="How verified hours were changed",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def list_hours_corrections(
    session: Session, actor: CurrentPerson, signup_id: UUID
) -> Page[CorrectionView]:
    """With the reasons and who changed them."""
    return Page(items=await hours.corrections(session, actor=actor, signup_id=signup_id))


@router.post(
    "/me/scans",
    operation_id="scanShift",
    summary="Check in or out by what is shown at the point",
    response_model=Scanned,
    responses=problems(*CHANGING),
)
async def scan_shift(once: OnceOnly, state: State, now: Now, scan: Scan) -> Response:
    """The code or QR code tells the shift, one of the caller's about now, and whether they come or go."""
    said = _shown(scan, state.tokens.key)

    return await once(partial(attendance.scan, said=said, now=now), status=200)


def _shown(scan: Scan, key: bytes) -> str | attendance.Shown:
    """What was typed or scanned. Raises InvalidInputError for neither, NotFoundError for a QR code that was not made here."""
    if scan.code is not None:
        return scan.code
    if scan.qr is None:
        raise InvalidInputError(field="code", detail="a code or a QR code is needed")
    try:
        return attendance.Shown(read_shift_ticket(scan.qr, "in", key), "in")
    except NotFoundError:
        return attendance.Shown(read_shift_ticket(scan.qr, "out", key), "out")


@router.post(
    "/signups/{signup_id}/check-in",
    operation_id="checkVolunteerIn",
    summary="Check in to a shift",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def check_volunteer_in(
    once: OnceOnly, state: State, now: Now, signup_id: UUID, scan: Annotated[Scan | None, Body()] = None
) -> Response:
    """By the code or QR code shown at the point; leaders and managers need neither."""
    said = scan or Scan()

    async def work(session: AsyncSession, actor: Actor) -> SignupView:
        scanned = said.qr is not None and await attendance.is_shown_at(
            session, signup_id=signup_id, shift_id=read_shift_ticket(said.qr, "in", state.tokens.key)
        )
        return await attendance.check_in(
            session, actor=actor, signup_id=signup_id, code=said.code, scanned=scanned, now=now
        )

    return await once(work, status=200)


@router.post(
    "/signups/{signup_id}/check-out",
    operation_id="checkVolunteerOut",
    summary="Check out of a shift",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def check_volunteer_out(
    once: OnceOnly, state: State, now: Now, signup_id: UUID, scan: Annotated[Scan | None, Body()] = None
) -> Response:
    """By the code or QR code shown at the point; leaders and managers need neither. With both scans the hours are verified."""
    said = scan or Scan()

    async def work(session: AsyncSession, actor: Actor) -> SignupView:
        scanned = said.qr is not None and await attendance.is_shown_at(
            session, signup_id=signup_id, shift_id=read_shift_ticket(said.qr, "out", state.tokens.key)
        )
        return await attendance.check_out(
            session, actor=actor, signup_id=signup_id, code=said.code, scanned=scanned, now=now
        )

    return await once(work, status=200)


@router.post(
    "/signups/{signup_id}/verify",
    operation_id="verifyHours",
    summary="Verify how long somebody served",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def verify_hours(once: OnceOnly, now: Now, signup_id: UUID, found: Verification) -> Response:
    """For the manager. Verified hours are changed with a reason only, and what they were is kept."""

    return await once(partial(attendance.verify, signup_id=signup_id, found=found, now=now), status=200)


@router.post(
    "/signups/{signup_id}/excuse",
    operation_id="excuseAbsence",
    summary="Excuse an absence",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def excuse_absence(once: OnceOnly, now: Now, signup_id: UUID, why: Why) -> Response:
    """For the manager. It no longer counts."""

    return await once(partial(attendance.excuse, signup_id=signup_id, reason=why.reason, now=now), status=200)
