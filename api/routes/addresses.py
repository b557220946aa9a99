"""Addresses besides the chat at which one is told things."""

from typing import Literal

from fastapi import APIRouter, Response

from api.dependencies import CurrentPerson, Now, Session, State
from api.problems import problems
from models.database import AsyncSession, in_transaction
from models.shapes.base import Page
from models.shapes.people import AddressCode, AddressOrder, AddressView
from models.vocabulary import Channel
from scheduling import addresses
from scheduling.errors import ActionRefusedError, Reason

router = APIRouter(prefix="/v1/me/addresses", tags=["my data"])


@router.get(
    "", operation_id="listMyAddresses", summary="My addresses", responses=problems("sign-in-required")
)
async def list_mine(session: Session, actor: CurrentPerson) -> Page[AddressView]:
    """E-mail addresses and phone numbers, confirmed or waiting for their code. All of them on one page."""
    return Page(items=await addresses.mine(session, actor=actor))


@router.post(
    "",
    operation_id="nameAddress",
    summary="Name an address",
    status_code=201,
    responses=problems("sign-in-required", "action-refused", "too-many-tries", "invalid-input"),
)
async def name(
    session: Session, state: State, actor: CurrentPerson, now: Now, wanted: AddressOrder
) -> AddressView:
    """A code of six digits is sent there. There is no Idempotency-Key here: naming it again sends another code."""
    return await addresses.name(session, actor=actor, wanted=wanted, offered=state.to_addresses, now=now)


@router.post(
    "/confirm",
    operation_id="confirmAddress",
    summary="Give the code back",
    responses=problems("sign-in-required", "not-found", "action-refused", "too-many-tries", "invalid-input"),
)
async def confirm(state: State, actor: CurrentPerson, now: Now, said: AddressCode) -> AddressView:
    """From now on the address is used when no chat of the caller can be reached. Wrong codes are counted."""

    async def work(session: AsyncSession) -> AddressView | None:
        return await addresses.confirm(session, actor=actor, said=said, now=now)

    confirmed = await in_transaction(state.database, work)
    if confirmed is None:
        raise ActionRefusedError([Reason("code-wrong")])
    return confirmed


@router.delete(
    "/{channel}",
    operation_id="forgetAddress",
    summary="Give an address up",
    status_code=204,
    responses=problems("sign-in-required", "not-found"),
)
async def forget(
    session: Session, actor: CurrentPerson, now: Now, channel: Literal[Channel.email, Channel.sms]
) -> Response:
    """Nothing is sent there any more."""
    await addresses.forget(session, actor=actor, channel=channel, now=now)
    return Response(status_code=204)
