"""Signing in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.security import OAuth2PasswordRequestForm

from api.dependencies import Credential, CurrentPerson, Now, Session, State, authenticated
from api.problems import problems
from models.database import AsyncSession, in_transaction
from models.shapes.people import ChatSignIn, Token
from scheduling import signing_in
from scheduling.errors import SignInFailedError
from scheduling.signing_in import Identity

router = APIRouter(prefix="/v1/auth", tags=["signing in"])


@router.post(
    "/token",
    operation_id="signInStaff",
    summary="Staff sign in by name and password",
    responses=problems("sign-in-failed", "too-many-sign-ins", "invalid-input"),
)
async def sign_in(state: State, now: Now, form: Annotated[OAuth2PasswordRequestForm, Depends()]) -> Token:
    """OAuth2 password form. After five failures the account rests for a quarter of an hour."""

    async def work(session: AsyncSession) -> Identity | None:
        return await signing_in.sign_in_staff(
            session, username=form.username, password=form.password, now=now
        )

    identity = await in_transaction(state.database, work)
    if identity is None:
        raise SignInFailedError
    return state.tokens.issue(identity, now=now)


@router.post(
    "/chat",
    operation_id="signInFromChat",
    summary="The bot signs a chat user in",
    responses=problems("sign-in-required", "forbidden", "not-found", "invalid-input"),
)
async def sign_in_from_chat(state: State, credential: Credential, now: Now, who: ChatSignIn) -> Token:
    """With the service credential: a token for the resident behind a chat user, registered on first contact."""

    async def work(session: AsyncSession) -> Identity:
        actor = await authenticated(session, credential)
        return await signing_in.sign_in_from_chat(session, actor=actor, who=who, now=now)

    return state.tokens.issue(await in_transaction(state.database, work), now=now)


@router.post(
    "/revoke",
    operation_id="revokeTokens",
    summary="Sign out everywhere",
    status_code=204,
    responses=problems("sign-in-required"),
)
async def revoke(session: Session, actor: CurrentPerson, now: Now) -> Response:
    """Makes every token given to the person so far worthless."""
    await signing_in.revoke_tokens(session, actor=actor, now=now)
    return Response(status_code=204)
