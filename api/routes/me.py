"""One's own data."""

from fastapi import APIRouter

from api.dependencies import CurrentPerson, Now, Session
from api.problems import problems
from models.shapes.people import ConsentGiven, ConsentView, MeEdit, MeView
from scheduling import people

router = APIRouter(prefix="/v1/me", tags=["my data"])


@router.get("", operation_id="getMe", summary="My data", responses=problems("sign-in-required"))
async def get_me(session: Session, actor: CurrentPerson) -> MeView:
    """What is stored about the caller, and the roles and relatives they have."""
    return await people.me(session, actor=actor)


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
    "/consents",
    operation_id="giveConsent",
    summary="Agree to a purpose",
    status_code=201,
    responses=problems("sign-in-required", "invalid-input"),
)
async def give_consent(session: Session, actor: CurrentPerson, now: Now, given: ConsentGiven) -> ConsentView:
    """Records that the caller agreed to a version of a purpose; agreeing again changes nothing."""
    return await people.consent(session, actor=actor, given=given, now=now)
