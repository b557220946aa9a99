"""Linking chats to accounts; one's own data to take along, and to be forgotten."""

from functools import partial
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import HTMLResponse

from api.creation import OnceOnly
from api.dependencies import (
    CallerLanguage,
    Credential,
    CurrentPerson,
    Now,
    Session,
    State,
    authenticated,
    person_only,
)
from api.init_data import who_opened
from api.problems import problems
from api.readable import page
from api.words import Words
from models.database import AsyncSession, in_transaction
from models.shapes.identity import (
    ChatLinkView,
    ConsentsView,
    ConsentWithdrawn,
    Erasure,
    LinkCodeMade,
    LinkOrder,
    MeExport,
    MyChats,
    TelegramSignIn,
)
from models.shapes.people import Token
from scheduling import signing_in
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, NotFoundError, Reason
from scheduling.identity import chats, codes, consents, erasing, exporting, linking
from scheduling.signing_in import Identity

router = APIRouter()

FOLLOWS = {
    "service": Words(
        "已撤回。已经约好的照常保留；下次预约或提诉求前，我们会再征求您的同意。",
        "Taken back. What is booked stays booked; before the next booking or request you are asked again.",
    ),
    "volunteering": Words(
        "已撤回。已经报上的班次照常保留；下次报名前，我们会再征求您的同意。",
        "Taken back. The shifts that you have stay yours; before the next one you are asked again.",
    ),
}
"""What follows when a consent is taken back, by its purpose."""
FOLLOWS_ELSE = Words(
    "已撤回。以后需要时，会先征求您的同意。", "Taken back. Where it is needed again, you are asked first."
)


@router.post(
    "/v1/me/link-codes",
    operation_id="makeLinkCode",
    summary="A code that links a chat to my account",
    tags=["my data"],
    status_code=201,
    response_model=LinkCodeMade,
    responses=problems(
        "sign-in-required",
        "too-many-codes",
        "idempotency-key-in-flight",
        "idempotency-key-reused",
        "not-found",
        "busy",
    ),
)
async def make_link_code(once: OnceOnly, state: State, now: Now) -> Response:
    """Good once, for minutes. A newer code takes the place of an older one."""

    return await once(partial(codes.make_own, bot_name=state.bot_name(), now=now))


@router.post(
    "/v1/people/{person_id}/link-codes",
    operation_id="makeLinkCodeFor",
    summary="A code for somebody who was registered without a chat",
    tags=["point managers"],
    status_code=201,
    response_model=LinkCodeMade,
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "action-refused",
        "too-many-codes",
        "idempotency-key-in-flight",
        "idempotency-key-reused",
        "invalid-input",
        "busy",
    ),
)
async def make_link_code_for(person_id: UUID, once: OnceOnly, state: State, now: Now) -> Response:
    """For managers and staff, to be told to the person at the desk. Not for whom has a chat or a role already."""

    return await once(partial(codes.make_for, person_id=person_id, bot_name=state.bot_name(), now=now))


@router.post(
    "/v1/auth/link",
    operation_id="linkChat",
    summary="The bot links a chat to an account by a code",
    tags=["signing in"],
    responses=problems(
        "sign-in-required",
        "forbidden",
        "not-found",
        "action-refused",
        "too-many-tries",
        "invalid-input",
        "busy",
    ),
)
async def link_chat(state: State, credential: Credential, now: Now, wanted: LinkOrder) -> ChatLinkView:
    """With the service credential. Unless `confirmed`, only says whose account it is and what would come along.

    Sent again after it was done, with the same code, it answers the same.
    """

    async def work(session: AsyncSession) -> linking.Linked | None:
        actor = await authenticated(session, credential)
        return await linking.link(session, actor=actor, wanted=wanted, parts=state.parts, now=now)

    linked = await in_transaction(state.database, work)
    if linked is None:
        raise ActionRefusedError([Reason("link-code-unknown")])
    if linked.identity is None:
        return linked.view
    token = state.tokens.issue(linked.identity, now=now)
    return linked.view.model_copy(update={"token": token})


@router.get(
    "/v1/me/chats",
    operation_id="listMyChats",
    summary="The chats in which I am this person",
    tags=["my data"],
    responses=problems("sign-in-required"),
)
async def list_my_chats(session: Session, actor: CurrentPerson) -> MyChats:
    """The one that has been mine for the longest first. Every other chat is told when one is linked."""
    return MyChats(items=await chats.mine(session, actor=actor))


@router.delete(
    "/v1/me/chats/{chat_id}",
    operation_id="unlinkChat",
    summary="Part with a chat",
    tags=["my data"],
    status_code=204,
    responses=problems("sign-in-required", "not-found", "action-refused", "invalid-input"),
)
async def unlink_chat(session: Session, actor: CurrentPerson, now: Now, chat_id: UUID) -> None:
    """Whoever writes there is somebody new from then on; what came along with it stays. Every token of the caller ends, so
    sign in again. The chat that has been theirs for the longest stays, unless they have a sign-in by name.
    """
    await chats.unlink(session, actor=actor, chat_id=chat_id, now=now)


@router.post(
    "/v1/auth/telegram",
    operation_id="signInFromTelegram",
    summary="A Telegram Mini App signs its user in",
    tags=["signing in"],
    responses=problems("sign-in-required", "not-found", "invalid-input"),
)
async def sign_in_from_telegram(state: State, now: Now, given: TelegramSignIn) -> Token:
    """Takes Telegram's `initData` within ten minutes. 404 where this installation has no Telegram bot."""
    if state.telegram_token is None:
        raise NotFoundError(what="telegram")
    who = who_opened(given.init_data, bot_token=state.telegram_token, now=now)

    async def work(session: AsyncSession) -> Identity:
        # Telegram itself says who it is, as the bot does elsewhere.
        return await signing_in.sign_in_from_chat(session, actor=Actor(service=True), who=who, now=now)

    return state.tokens.issue(await in_transaction(state.database, work), now=now)


@router.get(
    "/v1/me/consents",
    operation_id="listConsents",
    summary="What I agreed to",
    tags=["my data"],
    responses=problems("sign-in-required"),
)
async def list_consents(session: Session, actor: CurrentPerson) -> ConsentsView:
    """Every version, the latest first, with what was taken back."""
    return ConsentsView(items=await consents.given(session, actor=actor))


@router.delete(
    "/v1/me/consents/{purpose}",
    operation_id="withdrawConsent",
    summary="Take a consent back",
    tags=["my data"],
    responses=problems("sign-in-required", "not-found"),
)
async def withdraw_consent(
    session: Session, actor: CurrentPerson, now: Now, language: CallerLanguage, purpose: str
) -> ConsentWithdrawn:
    """Takes back every version of a purpose, and says what follows. Again, it changes nothing."""
    versions = await consents.withdraw(session, actor=actor, purpose=purpose, now=now)
    follows = FOLLOWS.get(purpose, FOLLOWS_ELSE).in_language(language)
    return ConsentWithdrawn(purpose=purpose, versions=versions, follows=follows)


@router.get(
    "/v1/me/export",
    operation_id="exportMe",
    summary="Everything that is stored about me",
    tags=["my data"],
    responses=problems("sign-in-required"),
)
async def export_me(
    session: Session, state: State, actor: CurrentPerson, now: Now, response: Response
) -> MeExport:
    """One document, to keep or to take elsewhere."""
    response.headers["Content-Disposition"] = 'attachment; filename="last-metre-my-data.json"'
    response.headers["Cache-Control"] = "no-store"
    return await exporting.export(session, actor=actor, parts=state.parts, now=now)


@router.get(
    "/v1/me/export.html",
    operation_id="exportMeToRead",
    summary="Everything that is stored about me, to read",
    tags=["my data"],
    response_class=Response,
    responses={
        200: {
            "description": "The page.",
            "content": {"text/html; charset=utf-8": {"schema": {"type": "string"}}},
        },
        **problems("sign-in-required"),
    },
)
async def export_me_to_read(
    session: Session, state: State, actor: CurrentPerson, now: Now, language: CallerLanguage
) -> Response:
    """The same as a page in one file, in the caller's language."""
    exported = await exporting.export(session, actor=actor, parts=state.parts, now=now)
    headers = {
        "Content-Disposition": 'attachment; filename="last-metre-my-data.html"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return HTMLResponse(page(exported, language), headers=headers)


@router.delete(
    "/v1/me",
    operation_id="eraseMe",
    summary="Forget me",
    tags=["my data"],
    responses=problems("sign-in-required", "action-refused", "invalid-input", "busy"),
)
async def erase_me(
    state: State,
    credential: Credential,
    now: Now,
    confirm: Annotated[Literal["erase"], Query(description="That it is meant: there is no way back.")],
) -> Erasure:
    """Cancels what is ahead by the usual ways, ends links, and empties whatever is stored about the caller.

    Refused while there is something to hand over first, with every reason. Sent again, it answers that it is done.
    """

    async def work(session: AsyncSession) -> Erasure:
        if isinstance(credential, Identity):
            done = await erasing.erased(session, credential)
            if done is not None:
                return done
        actor = person_only(await authenticated(session, credential))
        return await erasing.erase(session, actor=actor, parts=state.parts, now=now)

    return await in_transaction(state.database, work)
