"""The way of the busiest requests: past the router and its middleware, which take longer than the booking itself.

What stands on the way for everybody stands here too: problems instead of exceptions, and no body larger than allowed.
Everything else, and whatever is odd about a request, goes the ordinary way.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.datastructures import Headers
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.language import preferred
from api.problems import problem
from api.reading import CreatingRoute
from api.routes import attachments

MOST_BYTES = 1024 * 1024
"""A request's body is refused beyond this."""


LARGER: Mapping[str, int] = {"/v1/attachments": attachments.MOST_BYTES}
"""Paths that take more. Their routes say so to FastAPI as well."""


class Shortcut:
    """Answers the routes of `creating`, whose paths have no parameters, and hands everything else to `otherwise`."""

    def __init__(self, app: FastAPI, creating: APIRouter, otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._answers: dict[tuple[str, str], ASGIApp] = {
            (method, route.path): _with_problems(app, _answering(route))
            for route in creating.routes
            if isinstance(route, CreatingRoute)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        answer = self._otherwise
        if scope["type"] == "http" and (size := _declared_size(scope)) is not None:
            if size > LARGER.get(scope["path"], MOST_BYTES):
                answer = _too_large(scope)
            else:
                answer = self._answers.get((scope["method"], scope["path"]), answer)
        await answer(scope, receive, send)


def _declared_size(scope: Scope) -> int | None:
    """The length of the body as its header says; without one, the router's own limit counts what comes."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
    return None


def _too_large(scope: Scope) -> ASGIApp:
    return problem("body-too-large", preferred(Headers(scope=scope).get("accept-language")), {})


def _answering(route: CreatingRoute) -> ASGIApp:
    handle = route.get_route_handler()

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        response = await handle(Request(scope, receive, send))
        await response(scope, receive, send)

    return answer


def _with_problems(app: FastAPI, answer: ASGIApp) -> ASGIApp:
    handlers: Mapping[Any, Any] = app.exception_handlers  # as Starlette keeps them
    known = {of: handler for of, handler in handlers.items() if of not in (500, Exception)}
    unexpected = handlers.get(500) or handlers.get(Exception)
    return ServerErrorMiddleware(ExceptionMiddleware(answer, handlers=known), handler=unexpected)
