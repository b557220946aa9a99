"""Staff sign in and out."""

from math import ceil
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Response

from api.dependencies import Now, Session, State
from models.vocabulary import ScopeKind
from scheduling import people, signing_in
from scheduling.errors import TooManySignInsError
from web.visit import HOME, CurrentVisit, our_address

router = APIRouter(prefix="/manage")


@router.get("/sign-in")
async def sign_in_page(*, visit: CurrentVisit, to: str = HOME) -> Response:
    """The form."""
    return visit.sign_in_page(to=to)


@router.post("/sign-in")
async def sign_in(
    *,
    visit: CurrentVisit,
    session: Session,
    state: State,
    now: Now,
    username: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    to: Annotated[str, Form()] = HOME,
    form: Annotated[str, Form()] = "",
) -> Response:
    """Keeps the token in a cookie that scripts cannot read. Whoever manages one point only begins there."""
    _, plural = visit.words, visit.words.plural
    visit.require_own_form(form, signing_in=True)
    name = username.strip().replace("\0", "")
    try:
        identity = await signing_in.sign_in_staff(session, username=name, password=password, now=now)
    except TooManySignInsError as error:
        minutes = ceil(int(str(error.data["retry_after_s"])) / 60)
        trouble = plural(
            "Too many tries. Please wait {number} minute, then sign in again.",
            "Too many tries. Please wait {number} minutes, then sign in again.",
            minutes,
        )
        response = visit.sign_in_page(status=429, username=name, to=to, trouble=trouble)
        response.headers["Retry-After"] = str(error.data["retry_after_s"])
        return response
    if identity is None:
        trouble = _("Name or password is wrong. Please check both and try again.")
        return visit.sign_in_page(status=401, username=name, to=to, trouble=trouble)
    address = our_address(to)
    if address == HOME:
        me = await people.me(session, actor=await signing_in.actor_of(session, identity=identity), now=now)
        if len(me.roles) == 1 and me.roles[0].scope is ScopeKind.point:
            address = f"{HOME}/points/{UUID(me.roles[0].key)}"
    return visit.signed_in(state.tokens.issue(identity, now=now), address)


@router.post("/sign-out")
async def sign_out(*, visit: CurrentVisit, form: Annotated[str, Form()] = "") -> Response:
    """Forgets the token in this browser; other browsers stay signed in."""
    _ = visit.words
    if visit.bearer:
        visit.require_own_form(form)
    return visit.signed_out(HOME, _("You are signed out."))
