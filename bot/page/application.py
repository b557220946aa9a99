"""The chat page as an application of its own, to be mounted anywhere (the program mounts it at `/chat`).

Addresses inside: `/` the page, `/messages` what the person does, `/messages/files` a photo or voice note, `/events` the stream of notices, `/events/shown` the
browser's receipt for one, `/telegram` who opened it within Telegram, `/static` what the page is made of.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from bot.api import Unreachable
from bot.conversation.actions import Home, Human, Mine, SetLanguage, data_of
from bot.page.headers import SafeHeaders
from bot.page.identity import Visitor, new_visitor, remember, visitor_of
from bot.page.languages import language_of
from bot.page.messages import TEXT_LIMIT, Message, Shown, as_json, incoming, read, read_file
from bot.page.mini_app import MiniApp, Opened, SignIn
from bot.page.notices import Hub, NoticeSource, Pace, Receipts
from bot.page.problems import Refused, on_http_error, on_refused
from bot.replies import Incoming, Reply

Respond = Callable[[Incoming], Awaitable[list[Reply]]]

FILES = Path(__file__).parent / "files"
ANSWER_WITHIN_S = 25.0
RETRY_AFTER_S = 5
CROWDED_RETRY_AFTER_S = 30

log = structlog.get_logger(__name__)


def chat_page(
    respond: Respond,
    notices: NoticeSource,
    *,
    signing_key: bytes,
    stopping: asyncio.Event,
    pace: Pace | None = None,
    telegram: SignIn | None = None,
) -> Starlette:
    """The page's application.

    `respond` answers what a person did. `notices` says what is owed to the open pages. `signing_key` seals receipts and
    is the same in all processes. `stopping` is set when the server is asked to stop, before it waits for open answers:
    streams end then, and nothing holds the server. `telegram` says whether the page was opened within Telegram by whom it is
    said; without it, it is everybody's page.
    """
    mini_app = None if telegram is None else MiniApp(telegram, signing_key)
    page = _Page(
        respond,
        notices,
        Receipts(signing_key),
        stopping=stopping,
        pace=pace or Pace(),
        mini_app=mini_app,
    )
    return Starlette(
        routes=[
            Route("/", page.home),
            Route("/messages", page.messages, methods=["POST"]),
            Route("/messages/files", page.files, methods=["POST"]),
            Route("/telegram", page.opened_in_telegram, methods=["POST"]),
            Route("/events", page.events),
            Route("/events/shown", page.shown, methods=["POST"]),
            Mount("/static", StaticFiles(directory=FILES / "static")),
        ],
        middleware=[Middleware(SafeHeaders)],
        exception_handlers={Refused: on_refused, HTTPException: on_http_error},
    )


class _Page:
    def __init__(
        self,
        respond: Respond,
        notices: NoticeSource,
        receipts: Receipts,
        *,
        stopping: asyncio.Event,
        pace: Pace,
        mini_app: MiniApp | None,
    ) -> None:
        self._respond = respond
        self._mini_app = mini_app
        self._notices = notices
        self._receipts = receipts
        self._hub = Hub(notices, receipts, stopping=stopping, pace=pace)
        environment = Environment(
            loader=FileSystemLoader(FILES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = environment.get_template("page.html")
        self._actions = {
            "home": data_of(Home()),
            "bookings": data_of(Mine()),
            "human": data_of(Human()),
            "chinese": data_of(SetLanguage("zh")),
            "english": data_of(SetLanguage("en")),
        }

    async def home(self, request: Request) -> Response:
        """The page. Its `<base>` makes every address in it right with or without a slash at the end of ours."""
        base = f"{request.scope.get('root_path', '')}/"
        html = self._template.render(
            base=base, language=language_of(request), text_limit=TEXT_LIMIT, **self._actions
        )
        response = HTMLResponse(
            html, headers={"Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
        )
        remember(visitor_of(request) or new_visitor(), request, response)
        return response

    async def messages(self, request: Request) -> Response:
        """What the person did, and the replies to it. A retry repeats `message_id`."""
        visitor = self._same_site_visitor(request)
        message = await read(request, Message)
        return await self._answer(incoming(message, visitor))

    async def files(self, request: Request) -> Response:
        """A photo or voice note that the person sent, as the body, and the replies to it."""
        return await self._answer(await read_file(request, self._same_site_visitor(request)))

    async def _answer(self, said: Incoming) -> Response:
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                replies = await self._respond(said)
        except TimeoutError:
            log.warning("chat_page.answer_too_slow", message_id=said.update_key)
            raise Refused("busy", retry_after_s=RETRY_AFTER_S) from None
        except Exception:
            # The edge of the page: the person is told kindly and may try again; the cause is in the log.
            log.exception("chat_page.answer_failed", message_id=said.update_key)
            raise Refused("failed") from None
        return JSONResponse({"replies": as_json(replies)}, headers={"Cache-Control": "no-store"})

    async def opened_in_telegram(self, request: Request) -> Response:
        """The page was opened within Telegram, which says by whom: from now on it is that user's chat."""
        _require_same_site(request)
        opened = await read(request, Opened)
        if self._mini_app is None:
            raise Refused("not-found")
        try:
            user_id = await self._mini_app.admits(opened)
        except Unreachable:
            log.warning("chat_page.telegram_not_asked")
            raise Refused("busy", retry_after_s=RETRY_AFTER_S) from None
        if user_id is None:
            raise Refused("no-identity")
        response = Response(status_code=204)
        self._mini_app.remember(user_id, request, response)
        return response

    async def events(self, request: Request) -> Response:
        visitor = self._visitor(request)
        if self._hub.crowded:
            raise Refused("busy", retry_after_s=CROWDED_RETRY_AFTER_S)
        return _EventStream(self._hub, visitor.address)

    async def shown(self, request: Request) -> Response:
        """The browser has shown a notice: it is owed no longer. Saying so twice is harmless."""
        visitor = self._same_site_visitor(request)
        shown = await read(request, Shown)
        notice_id = self._receipts.open(shown.id, visitor.address)
        if notice_id is None:
            raise Refused("not-found")
        try:
            await self._notices.delivered(notice_id)
        except Exception:
            # The notice stays owed; it comes again, the browser knows it and says so again.
            log.exception("chat_page.delivered_failed", notice_id=str(notice_id))
            raise Refused("busy", retry_after_s=RETRY_AFTER_S) from None
        return Response(status_code=204)

    def _visitor(self, request: Request) -> Visitor:
        """Who is on the other side: as Telegram said, or else the browser itself."""
        visitor = None if self._mini_app is None else self._mini_app.visitor_of(request)
        visitor = visitor or visitor_of(request)
        if visitor is None:
            raise Refused("no-identity")
        return visitor

    def _same_site_visitor(self, request: Request) -> Visitor:
        """The visitor behind a request that changes something."""
        _require_same_site(request)
        return self._visitor(request)


class _EventStream(StreamingResponse):
    """A stream is open exactly while it is being answered, however the answer ends."""

    def __init__(self, hub: Hub, address: str) -> None:
        super().__init__((), media_type="text/event-stream")
        self.headers["Cache-Control"] = "no-store"
        self.headers["X-Accel-Buffering"] = "no"  # nginx would hold events back
        self._hub = hub
        self._address = address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._hub.connected(self._address) as stream:
            self.body_iterator = self._hub.events(stream)
            await super().__call__(scope, receive, send)


def _require_same_site(request: Request) -> None:
    """Browsers say where a request that changes something comes from; the cookie alone proves nothing. A client that sends
    neither header is no browser and carries nobody else's cookie."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        same = site in {"same-origin", "none"}
    else:
        same = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    if not same:
        raise Refused("cross-site")
