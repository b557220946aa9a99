"""Volunteers sign up, are replaced, swap, wait, answer, and check in and out."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Query, Response

from api.creation import CHANGING, OnceOnly
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
from models.shapes.rosters import (
    AskView,
    SignupOrder,
    Signups,
    SignupView,
    SwapOrder,
    SwapView,
    WaitView,
    Why,
)
from scheduling.actors import Actor
from scheduling.errors import SignupRefusedError
from scheduling.rosters import finding, signups, stand_ins, swaps, waits

router = APIRouter(prefix="/v1", tags=["volunteers"])

SIGNING_UP = (*CHANGING, "signup-refused")


@router.post(
    "/shifts/{shift_id}/signups",
    operation_id="signUp",
    summary="Sign up for a shift",
    status_code=201,
    response_model=Signups,
    responses=problems(*SIGNING_UP),
)
async def sign_up(
    once: OnceOnly, now: Now, shift_id: UUID, wanted: Annotated[SignupOrder | None, Body()] = None
) -> Response:
    """For oneself, or, as a team's leader, for named members, all or none. A refusal names every reason and up to three
    shifts that can be taken.
    """

    async def work(session: AsyncSession, actor: Actor) -> Signups:
        return await signups.sign_up(
            session, actor=actor, shift_id=shift_id, wanted=wanted or SignupOrder(), now=now
        )

    async def propose(session: AsyncSession, actor: Actor, refusal: SignupRefusedError) -> SignupRefusedError:
        found = await finding.takeable(session, actor=actor, shift_id=shift_id, now=now)
        return SignupRefusedError(refusal.reasons, found)

    return await once(work, propose=propose)


@router.get(
    "/shifts/{shift_id}/signups",
    operation_id="listShiftSignups",
    summary="Who is on a shift",
    responses=problems("sign-in-required", "not-found", "forbidden", "invalid-input"),
)
async def list_shift_signups(session: Session, actor: CurrentPerson, shift_id: UUID) -> Page[SignupView]:
    """For its manager and leader; a team's leader sees their own people."""
    return Page(items=await signups.on_shift(session, actor=actor, shift_id=shift_id))


@router.get(
    "/signups",
    operation_id="listSignups",
    summary="My signups",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_signups(
    session: Session,
    actor: CurrentPerson,
    now: Now,
    when: Annotated[signups.When, Query(description="`past` also has those given up.")] = "upcoming",
    limit: Limit = 20,
    cursor: CursorText = None,
) -> Page[SignupView]:
    """Upcoming soonest first, past latest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await signups.mine(
        session, actor=actor, when=when, now=now, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.get(
    "/signups/{signup_id}",
    operation_id="getSignup",
    summary="One signup",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def get_signup(session: Session, actor: CurrentPerson, signup_id: UUID) -> SignupView:
    """One's own, of one's team or shift, or at a point that one manages."""
    return await signups.show(session, actor=actor, signup_id=signup_id)


@router.post(
    "/signups/{signup_id}/confirm",
    operation_id="confirmSignup",
    summary="Make a place certain",
    response_model=SignupView,
    responses=problems(*SIGNING_UP),
)
async def confirm_signup(once: OnceOnly, now: Now, signup_id: UUID) -> Response:
    """The manager's word on an application, the volunteer's on a proposal."""

    return await once(partial(signups.confirm, signup_id=signup_id, now=now), status=200)


@router.post(
    "/signups/{signup_id}/refuse",
    operation_id="refuseSignup",
    summary="Decline an application, or take a place back",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def refuse_signup(
    once: OnceOnly, now: Now, signup_id: UUID, why: Annotated[Why | None, Body()] = None
) -> Response:
    """For the manager; the person is told why."""

    return await once(
        partial(signups.refuse, signup_id=signup_id, reason=why.reason if why else "", now=now), status=200
    )


@router.post(
    "/signups/{signup_id}/withdraw",
    operation_id="withdrawSignup",
    summary="Give a place up",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def withdraw_signup(
    once: OnceOnly, now: Now, signup_id: UUID, why: Annotated[Why | None, Body()] = None
) -> Response:
    """It goes to who waits. A late one alerts the manager. Also declines a proposal."""

    return await once(
        partial(signups.withdraw, signup_id=signup_id, reason=why.reason if why else "", now=now), status=200
    )


@router.post(
    "/signups/{signup_id}/stand-in",
    operation_id="wantStandIn",
    summary="Look for a stand-in",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def want_stand_in(once: OnceOnly, now: Now, signup_id: UUID) -> Response:
    """Matching people are asked; until one of them takes it the place stays one's own."""

    return await once(partial(stand_ins.want, signup_id=signup_id, now=now), status=200)


@router.post(
    "/signups/{signup_id}/keep",
    operation_id="keepPlace",
    summary="Come after all",
    response_model=SignupView,
    responses=problems(*CHANGING),
)
async def keep_place(once: OnceOnly, now: Now, signup_id: UUID) -> Response:
    """No stand-in is wanted any more."""

    return await once(partial(stand_ins.keep, signup_id=signup_id, now=now), status=200)


@router.get(
    "/signups/{signup_id}/swap-partners",
    operation_id="listSwapPartners",
    summary="With whom one could swap",
    responses=problems("sign-in-required", "not-found", "forbidden", "invalid-input"),
)
async def list_swap_partners(
    session: Session, actor: CurrentPerson, now: Now, signup_id: UUID
) -> Page[SignupView]:
    """Places of others at the same point that each of the two could take instead of their own."""
    return Page(items=await swaps.partners(session, actor=actor, signup_id=signup_id, now=now))


@router.post(
    "/signups/{signup_id}/swap",
    operation_id="proposeSwap",
    summary="Offer one's place for another's",
    status_code=201,
    response_model=SwapView,
    responses=problems(*SIGNING_UP),
)
async def propose_swap(once: OnceOnly, now: Now, signup_id: UUID, wanted: SwapOrder) -> Response:
    """The other one is asked. It is checked as a whole."""

    return await once(
        partial(swaps.propose, signup_id=signup_id, with_signup_id=wanted.with_signup_id, now=now)
    )


@router.get(
    "/swaps",
    operation_id="listSwaps",
    summary="Swaps to decide upon",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_swaps(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[SwapView]:
    """Those that one proposed or is asked about, latest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await swaps.mine(
        session, actor=actor, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/swaps/{swap_id}/accept",
    operation_id="acceptSwap",
    summary="Agree to a swap",
    response_model=SwapView,
    responses=problems(*SIGNING_UP),
)
async def accept_swap(once: OnceOnly, now: Now, swap_id: UUID) -> Response:
    """The second consent: both places change hands at once."""

    return await once(partial(swaps.accept, swap_id=swap_id, now=now), status=200)


@router.post(
    "/swaps/{swap_id}/decline",
    operation_id="declineSwap",
    summary="Decline a swap",
    response_model=SwapView,
    responses=problems(*CHANGING),
)
async def decline_swap(once: OnceOnly, now: Now, swap_id: UUID) -> Response:
    """Or take one's own proposal back."""

    return await once(partial(swaps.decline, swap_id=swap_id, now=now), status=200)


@router.post(
    "/shifts/{shift_id}/wait",
    operation_id="waitForShift",
    summary="Wait for a full shift",
    status_code=201,
    response_model=WaitView,
    responses=problems(*SIGNING_UP),
)
async def wait_for_shift(once: OnceOnly, now: Now, shift_id: UUID) -> Response:
    """Freed places are offered first come first served; an offer is held for a while."""

    async def work(session: AsyncSession, actor: Actor) -> WaitView:
        return await waits.join(session, actor=actor, shift_id=shift_id, now=now)

    async def propose(session: AsyncSession, actor: Actor, refusal: SignupRefusedError) -> SignupRefusedError:
        found = await finding.takeable(session, actor=actor, shift_id=shift_id, now=now)
        return SignupRefusedError(refusal.reasons, found)

    return await once(work, propose=propose)


@router.get(
    "/shift-waits",
    operation_id="listShiftWaits",
    summary="Shifts that I wait for",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_shift_waits(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[WaitView]:
    """Soonest first, with the offers that are out."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await waits.mine(
        session, actor=actor, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/shift-waits/{wait_id}/accept",
    operation_id="acceptShiftOffer",
    summary="Take the place that is held",
    response_model=SignupView,
    responses=problems(*SIGNING_UP),
)
async def accept_shift_offer(once: OnceOnly, now: Now, wait_id: UUID) -> Response:
    """Saying so again answers with the same signup."""

    return await once(partial(waits.accept, wait_id=wait_id, now=now), status=200)


@router.post(
    "/shift-waits/{wait_id}/leave",
    operation_id="leaveShiftWait",
    summary="Give up one's turn, or decline an offer",
    response_model=WaitView,
    responses=problems(*CHANGING),
)
async def leave_shift_wait(once: OnceOnly, now: Now, wait_id: UUID) -> Response:
    """What was held goes to the next."""

    return await once(partial(waits.leave, wait_id=wait_id, now=now), status=200)


@router.get(
    "/shift-asks",
    operation_id="listShiftAsks",
    summary="What I am asked",
    responses=problems("sign-in-required", "invalid-input"),
)
async def list_shift_asks(
    session: Session, actor: CurrentPerson, limit: Limit = 20, cursor: CursorText = None
) -> Page[AskView]:
    """Shifts for which one is asked to come, soonest first."""
    after = parse_cursor(decode_cursor(cursor), ("moment", "id"))
    items, following = await stand_ins.mine(
        session, actor=actor, limit=limit, after=(after[0], after[1]) if after else None
    )
    return Page(items=items, next=encode_cursor(following))


@router.post(
    "/shift-asks/{ask_id}/accept",
    operation_id="acceptShiftAsk",
    summary="Come when asked",
    response_model=SignupView,
    responses=problems(*SIGNING_UP),
)
async def accept_shift_ask(once: OnceOnly, now: Now, ask_id: UUID) -> Response:
    """The first of those asked gets the place."""

    return await once(partial(stand_ins.accept, ask_id=ask_id, now=now), status=200)


@router.post(
    "/shift-asks/{ask_id}/decline",
    operation_id="declineShiftAsk",
    summary="Say no when asked",
    response_model=AskView,
    responses=problems(*CHANGING),
)
async def decline_shift_ask(once: OnceOnly, now: Now, ask_id: UUID) -> Response:
    """Saying so again changes nothing."""

    return await once(partial(stand_ins.decline, ask_id=ask_id, now=now), status=200)
