"""Whatever goes wrong becomes a kind page in the person's language, with a way back."""

from datetime import datetime

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.problems import KINDS
from api.reasons import REASONS
from api.state import ApiState
from models.database import DatabaseBusyError
from scheduling.errors import (
    ActionRefusedError,
    BusyError,
    DomainError,
    InvalidInputError,
    NotFoundError,
    SignInRequiredError,
)
from web.texts import Words, clock
from web.visit import HOME, FormRefusedError, Visit

RETRY_AFTER_S = 2


def reasons_text(error: ActionRefusedError, words: Words) -> str:
    """Why something cannot be done now, in a line."""
    _ = words
    told = []
    for reason in error.reasons:
        text = REASONS[reason.code].in_language(words.language)
        if opens_at := reason.data.get("opens_at"):
            text = _("{reason} (from {time})", reason=text, time=clock(datetime.fromisoformat(str(opens_at))))
        told.append(text)
    return "; ".join(told)


def _visit(request: Request) -> Visit:
    state: ApiState = request.app.state.api
    return Visit(request, state, state.clock())


def _trouble(visit: Visit, code: str, status: int | None = None) -> Response:
    kind = KINDS[code]
    return visit.page(
        "trouble.html",
        status=status or kind.status,
        title=kind.title.in_language(visit.language),
        detail=kind.detail.in_language(visit.language),
        again=not visit.looks or kind.status >= 500,
    )


async def on_domain_error(request: Request, error: Exception) -> Response:
    """Draws a refusal that no page has words of its own for."""
    visit = _visit(request)
    if isinstance(error, SignInRequiredError):
        return _sign_in(visit)
    if isinstance(error, DatabaseBusyError):
        error = BusyError(retry_after_s=RETRY_AFTER_S)
    if not isinstance(error, DomainError):
        raise error
    response = _trouble(visit, error.code)
    if "retry_after_s" in error.data:
        response.headers["Retry-After"] = str(error.data["retry_after_s"])
    return response


def _sign_in(visit: Visit) -> Response:
    """Whoever just comes is asked to sign in; whoever was in the middle of something is told that it was not done."""
    _ = visit.words
    if visit.looks and visit.here == HOME:
        return visit.sign_in_page(to=HOME)
    told = _("Please sign in.") if visit.looks else _("Please sign in again. Nothing was changed.")
    return visit.sign_in_page(status=401, to=visit.here, trouble=told)


async def on_form_refused(request: Request, _error: Exception) -> Response:
    """Draws that a form was too old, or not ours."""
    visit = _visit(request)
    _ = visit.words
    return visit.page(
        "trouble.html",
        status=403,
        title=_("This page has become too old"),
        detail=_("Nothing was changed. Please go back and try once more."),
        again=True,
    )


async def on_invalid(request: Request, error: Exception) -> Response:
    """Draws that an address leads nowhere, or that it asks for something impossible."""
    if not isinstance(error, RequestValidationError):
        raise error
    in_path = any(found["loc"][0] == "path" for found in error.errors())
    return _trouble(_visit(request), NotFoundError.code if in_path else InvalidInputError.code)


async def on_http(request: Request, error: Exception) -> Response:
    """Draws what the router itself refuses: unknown addresses, wrong methods, too much at once."""
    if not isinstance(error, HTTPException):
        raise error
    code = NotFoundError.code if error.status_code in {404, 405} else InvalidInputError.code
    return _trouble(_visit(request), code, error.status_code)


async def on_unexpected(request: Request, _error: Exception) -> Response:
    """Draws that something broke; the server logs what."""
    return _trouble(_visit(request), "internal-error")


def draw_errors(pages: FastAPI) -> None:
    """Teaches an application of pages to answer every error with a page."""
    pages.add_exception_handler(DomainError, on_domain_error)
    pages.add_exception_handler(DatabaseBusyError, on_domain_error)
    pages.add_exception_handler(FormRefusedError, on_form_refused)
    pages.add_exception_handler(RequestValidationError, on_invalid)
    pages.add_exception_handler(HTTPException, on_http)
    pages.add_exception_handler(Exception, on_unexpected)
