"""Household links: for whom one may act, and who may act for one."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.dependencies import CurrentPerson, Now, Session, State
from api.problems import problems
from models.database import AsyncSession, in_transaction
from models.shapes.household import (
    HouseholdLinkView,
    HouseholdView,
    InvitationJoin,
    InvitationMade,
    InvitationOrder,
    InvitationSeen,
    LinkEdit,
    LinkRecorded,
    PaperConsent,
)
from scheduling import household, invitations
from scheduling.errors import ActionRefusedError, Reason

router = APIRouter(prefix="/v1", tags=["household"])


@router.get(
    "/me/household",
    operation_id="getHousehold",
    summary="Whom I act for, and who acts for me",
    responses=problems("sign-in-required"),
)
async def get_household(session: Session, actor: CurrentPerson, now: Now) -> HouseholdView:
    """The active links in both directions, and the invitations that nobody has joined yet."""
    return await household.show(session, actor=actor, now=now)


@router.post(
    "/me/household",
    operation_id="inviteToHousehold",
    summary="Invite somebody to a household link",
    status_code=201,
    responses=problems("sign-in-required", "action-refused", "invalid-input"),
)
async def invite(session: Session, actor: CurrentPerson, now: Now, wanted: InvitationOrder) -> InvitationMade:
    """Makes a code of six digits for the other one to enter. It is shown this once.

    There is no Idempotency-Key here: a stored answer would keep the code, of which only a hash may stay.
    """
    return await invitations.invite(session, actor=actor, wanted=wanted, now=now)


@router.post(
    "/me/household/join",
    operation_id="joinHousehold",
    summary="Enter somebody's code",
    status_code=201,
    responses=problems("sign-in-required", "action-refused", "too-many-tries", "invalid-input"),
)
async def join(state: State, actor: CurrentPerson, now: Now, said: InvitationJoin) -> HouseholdLinkView:
    """The second consent, which makes the link. Wrong codes are counted, and only so many are taken."""

    async def work(session: AsyncSession) -> HouseholdLinkView | None:
        return await invitations.join(session, actor=actor, code=said.code, now=now)

    link = await in_transaction(state.database, work)
    if link is None:
        raise ActionRefusedError([Reason("invitation-unknown")])
    return link


@router.post(
    "/me/household/see",
    operation_id="seeInvitation",
    summary="What somebody's code asks for",
    responses=problems("sign-in-required", "action-refused", "too-many-tries", "invalid-input"),
)
async def see_invitation(
    state: State, actor: CurrentPerson, now: Now, said: InvitationJoin
) -> InvitationSeen:
    """Who would act for whom, before one consents. Wrong codes are counted as when joining."""

    async def work(session: AsyncSession) -> InvitationSeen | None:
        return await invitations.see(session, actor=actor, code=said.code, now=now)

    seen = await in_transaction(state.database, work)
    if seen is None:
        raise ActionRefusedError([Reason("invitation-unknown")])
    return seen


@router.patch(
    "/me/household/{link_id}",
    operation_id="editHouseholdLink",
    summary="Say who is told",
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def edit_link(
    session: Session, actor: CurrentPerson, now: Now, link_id: UUID, edit: LinkEdit
) -> HouseholdLinkView:
    """Whether notices about what is booked for the relative go to both. Reminders still ahead follow."""
    return await household.edit_link(session, actor=actor, link_id=link_id, edit=edit, now=now)


@router.delete(
    "/me/household/{link_id}",
    operation_id="endHouseholdLink",
    summary="End a household link",
    status_code=204,
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def end_link(session: Session, actor: CurrentPerson, now: Now, link_id: UUID) -> Response:
    """Either of the two may, at any time. Bookings made stay."""
    await household.end_link(session, actor=actor, link_id=link_id, now=now)
    return Response(status_code=204)


@router.post(
    "/household-links",
    operation_id="recordHouseholdLink",
    summary="Record a consent given on paper",
    status_code=201,
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def record_link(session: Session, actor: CurrentPerson, now: Now, given: PaperConsent) -> LinkRecorded:
    """For people without a phone, by staff of their division. Recording it again changes the same link."""
    return await household.record_link(session, actor=actor, given=given, now=now)


@router.delete(
    "/household-links/{link_id}",
    operation_id="endRecordedHouseholdLink",
    summary="End a household link for somebody",
    status_code=204,
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def end_recorded_link(session: Session, actor: CurrentPerson, now: Now, link_id: UUID) -> Response:
    """Staff end it for somebody who asked them to. Bookings made stay."""
    await household.end_recorded_link(session, actor=actor, link_id=link_id, now=now)
    return Response(status_code=204)
