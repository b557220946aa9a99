"""The way of the busiest requests: past the router and its middleware, which take longer than a booking or a search.

What stands on the way for everybody stands here too: problems instead of exceptions, and no body larger than allowed.
Everything else, and whatever is odd about a request, goes the ordinary way.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.datastructures import Headers
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api.language import preferred
from api.problems import problem
from api.reading import AskingRoute, CreatingRoute
from api.routes import attachments

MOST_BYTES = 1024 * 1024
"""A request's body is refused beyond this."""

LARGER: Mapping[str, int] = {"/v1/attachments": attachments.MOST_BYTES}
"""Paths that take more. Their routes say so to FastAPI as well."""


class Shortcut:
    """Answers the busy routes of some routers, whose paths have no parameters, and hands everything else to `otherwise`."""

    def __init__(self, app: FastAPI, routers: Iterable[APIRouter], otherwise: ASGIApp) -> None:
        self._otherwise = otherwise
        self._answers: dict[tuple[str, str], ASGIApp] = {
            (method, route.path): _answering(app, route)
            for router in routers
            for route in router.routes
            if isinstance(route, CreatingRoute | AskingRoute)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        answer = self._otherwise
        if scope["type"] == "http" and (size := _size(scope)) is not None:
            if size > LARGER.get(scope["path"], MOST_BYTES):
                answer = _too_large(scope)
            else:
                answer = self._answers.get((scope["method"], scope["path"]), answer)
        await answer(scope, receive, send)


def _size(scope: Scope) -> int | None:
    """The length of the body as its header says, nothing where there is none; where it is not said, the router's own limit
    counts what comes.
    """
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else None
        if name == b"transfer-encoding":
            return None
    return 0


def _too_large(scope: Scope) -> ASGIApp:
    return problem("body-too-large", preferred(Headers(scope=scope).get("accept-language")), {})


def _answering(app: FastAPI, route: CreatingRoute | AskingRoute) -> ASGIApp:
    handle = route.get_route_handler()
    said = _problems(app)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response: ASGIApp = await handle(Request(scope, receive, send))
        except Exception as error:  # whatever it is, it is said as on the ordinary way
            response = said(error)
        await response(scope, receive, send)

    return answer


def _problems(app: FastAPI) -> Callable[[Exception], ASGIApp]:
    """What answers an exception as the router's middleware would: only where there is one must that be passed through."""
    handlers: Mapping[Any, Any] = app.exception_handlers  # as Starlette keeps them
    known = {of: handler for of, handler in handlers.items() if of not in (500, Exception)}
    unexpected = handlers.get(500) or handlers.get(Exception)

    def said(error: Exception) -> ASGIApp:
        async def failed(_: Scope, __: Receive, ___: Send) -> None:
            raise error

        return ServerErrorMiddleware(ExceptionMiddleware(failed, handlers=known), handler=unexpected)

    return said
