"""The pages, beside the API in one application."""

from pathlib import Path

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from web.errors import draw_errors, on_http
from web.pages import chat, day, landing, points, requests, signing_in, slot
from web.visit import SAFE_HEADERS

STATIC = Path(__file__).with_name("static")


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers.update(SAFE_HEADERS)
        response.headers["Cache-Control"] = "no-cache"
        return response


def add_pages(app: FastAPI) -> None:
    """Adds the pages and their static files to an application whose `app.state.api` is, or will be, an ApiState.

    The pages are an application of their own, so that their errors are pages while the API's are problems. They do not
    stand in the OpenAPI document. Addresses that nobody serves get a page too, when it is a browser that asks.
    """
    pages = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pages.state = app.state  # the same object: what the program puts there is seen here
    draw_errors(pages)
    for room in (landing, signing_in, points, requests, chat, day, slot):
        pages.include_router(room.router)
    pages.mount("/manage/static", _Static(directory=STATIC))
    for path in ("/", "/manage", "/manage/{rest:path}"):
        app.router.routes.append(Route(path, pages, include_in_schema=False))
    _draw_unknown_addresses(app)


def _draw_unknown_addresses(app: FastAPI) -> None:
    otherwise = app.exception_handlers[HTTPException]

    async def on_unknown(request: Request, error: Exception) -> Response:
        wants_page = "text/html" in request.headers.get("accept", "")
        unknown = isinstance(error, HTTPException) and error.status_code == 404
        if unknown and wants_page and not request.url.path.startswith("/v1/"):
            return await on_http(request, error)
        answer = otherwise(request, error)
        return answer if isinstance(answer, Response) else await answer

    app.add_exception_handler(HTTPException, on_unknown)
