"""One's own data."""

from fastapi import APIRouter, Response

from api.dependencies import CurrentPerson, Now, Session
from api.problems import problems
from models.shapes.people import (
    BirthdayDraft,
    BirthdayView,
    ConsentGiven,
    ConsentView,
    DraftOrder,
    DraftView,
    MeEdit,
    MeView,
)
from scheduling import birthdays, chat_drafts, people

router = APIRouter(prefix="/v1/me", tags=["my data"])


@router.get("", operation_id="getMe", summary="My data", responses=problems("sign-in-required"))
async def get_me(session: Session, actor: CurrentPerson, now: Now) -> MeView:
    """What is stored about the caller, and the roles and relatives they have."""
    return await people.me(session, actor=actor, now=now)


@router.patch(
    "",
    operation_id="editMe",
    summary="Change my data",
    responses=problems("sign-in-required", "invalid-input"),
)
async def edit_me(session: Session, actor: CurrentPerson, now: Now, edit: MeEdit) -> MeView:
    """Changes what the body names and leaves the rest."""
    return await people.edit_me(session, actor=actor, edit=edit, now=now)


@router.post(
    "/birthday/preview",
    operation_id="previewBirthday",
    summary="What being born on a day would mean",
    responses=problems("sign-in-required", "invalid-input"),
)
async def preview_birthday(
    session: Session, actor: CurrentPerson, now: Now, told: BirthdayDraft
) -> BirthdayView:
    """Says it before it is kept. Changes nothing."""
    return await birthdays.meaning(session, actor=actor, born=told.birth_date, now=now)


@router.post(
    "/consents",
    operation_id="giveConsent",
    summary="Agree to a purpose",
    status_code=201,
    responses=problems("sign-in-required", "invalid-input"),
)
async def give_consent(session: Session, actor: CurrentPerson, now: Now, given: ConsentGiven) -> ConsentView:
    """Records that the caller agreed to a version of a purpose; agreeing again changes nothing."""
    return await people.consent(session, actor=actor, given=given, now=now)


@router.put(
    "/draft",
    operation_id="keepDraft",
    summary="What the next thing I say in the chat is for",
    responses=problems("sign-in-required", "invalid-input"),
)
async def keep_draft(session: Session, actor: CurrentPerson, now: Now, order: DraftOrder) -> DraftView:
    """Keeps a draft in place of any that there is; it ends by itself."""
    return await chat_drafts.keep_draft(session, actor=actor, order=order, now=now)


@router.delete(
    "/draft",
    operation_id="dropDraft",
    summary="Forget my draft",
    status_code=204,
    responses=problems("sign-in-required"),
)
async def drop_draft(session: Session, actor: CurrentPerson) -> Response:
    """What is said next is for nothing in particular. Doing so again changes nothing."""
    await chat_drafts.drop_draft(session, actor=actor)
    return Response(status_code=204)
