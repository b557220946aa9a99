"""A Bot API server of our own, for tests: the methods that we use, with the true one's answers, limits and refusals.

    async with bot_api_server() as server:
        bot_api = server.new_bot()
        ... a bot with bot_api.token at bot_api.url ...
        user = bot_api.new_user("王阿姨")
        await user.send_text("/start")
        message = await user.next_message()
        await user.press("🍚 订午餐")

What can go wrong is ordered with `bot_api.faults`, `bot_api.updates.hooks.faults`, `bot_api.unreachable`,
`bot_api.redeliver` and `user.block`.
"""

import asyncio
import json
import secrets
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count

import uvicorn
from starlette.applications import Starlette
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.telegram.fake_board import Board
from tests.telegram.fake_calls import Call, Upload
from tests.telegram.fake_chats import BotMessage, Chat, ChatUser, JsonObject
from tests.telegram.fake_faults import Fault, Faults, Garbled, Hangs, Lost, Refused, TooMany
from tests.telegram.fake_media import Kept
from tests.telegram.fake_methods import Methods
from tests.telegram.fake_profile import Profile
from tests.telegram.fake_rules import Refusal
from tests.telegram.fake_updates import Updates

__all__ = [
    "BotApiServer",
    "BotMessage",
    "Chat",
    "ChatUser",
    "FakeBotApi",
    "Garbled",
    "Hangs",
    "Lost",
    "QuietServer",
    "Refused",
    "TooMany",
    "bot_api_server",
]


class FakeBotApi:
    """One bot, as Telegram sees it."""

    def __init__(self, server_url: str) -> None:
        self.url = server_url
        self.id = secrets.randbelow(10**9) + 10**9
        self.token = f"{self.id}:{secrets.token_urlsafe(26)[:35]}"
        self.username = "LastMetreTestBot"
        self.faults = Faults()
        self.unreachable = False
        """While True, every connection breaks before anything is done."""
        self.calls: list[Call] = []
        """All calls that arrived, in order."""
        self.updates = Updates()
        self.chats: dict[int, Chat] = {}
        self._people = count(700_000_001)
        self.kept = Kept()
        self._methods = Methods(self.as_json(), Board(self.as_json(), self.chats), self.updates, self.kept)

    def as_json(self) -> JsonObject:
        return {"id": self.id, "is_bot": True, "first_name": "最后一米", "username": self.username}

    def new_user(self, first_name: str = "王阿姨", *, language_code: str | None = "zh-hans") -> ChatUser:
        """A person who has not yet spoken to the bot."""
        chat = Chat(next(self._people), first_name)
        self.chats[chat.id] = chat
        return ChatUser(
            chat,
            chat.id,
            first_name,
            language_code,
            self.as_json(),
            self.updates.deliver,
            self._methods.press,
            self.kept.keep,
        )

    def new_channel(self, title: str = "社区通知") -> Chat:
        """A channel that the bot is in."""
        chat = Chat(-next(self._people), title, type="channel", started=True)
        self.chats[chat.id] = chat
        return chat

    def new_group(self, title: str = "居民群") -> Chat:
        """A group that the bot is in; people speak there by `user.within(group)`."""
        chat = Chat(-next(self._people), title, type="group", started=True)
        self.chats[chat.id] = chat
        return chat

    def post(self, channel: Chat, text: str) -> int:
        """Somebody posts in a channel that the bot is in; who, is not said."""
        post: JsonObject = {
            "message_id": next(channel.numbers),
            "chat": channel.as_json(),
            "date": 0,
            "text": text,
        }
        return self.updates.deliver("channel_post", post)

    def redeliver(self, update_id: int) -> None:
        """Show an update to the bot once more, though it was confirmed."""
        self.updates.redeliver(update_id)

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method that arrived, in order."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    @property
    def answered_presses(self) -> list[str]:
        """The ids of the button presses whose button has stopped turning."""
        return self._methods.answered_presses

    @property
    def commands(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """The bot's commands by scope and language code."""
        return self._methods.profile.commands

    @property
    def profile(self) -> Profile:
        """What is shown of the bot before anything is said."""
        return self._methods.profile

    def forget_presses(self) -> None:
        """Let the presses so far be too old to be answered."""
        self._methods.open_presses.clear()

    async def call(self, call: Call) -> Response:
        """Answer one call as Telegram would, or go wrong as ordered."""
        self.calls.append(call)
        if self.unreachable:
            return _BrokenConnection()
        if fault := self.faults.take(call.method, call.params.get("chat_id")):
            return await self._go_wrong(call, fault)
        try:
            result = await self._methods.run(call)
        except Refusal as refusal:
            return _refusal(refusal)
        return JSONResponse({"ok": True, "result": result})

    async def _go_wrong(self, call: Call, fault: Fault) -> Response:
        match fault:
            case TooMany(retry_after):
                return _refusal(Refusal(429, f"retry after {retry_after}", retry_after=retry_after))
            case Refused(code, reason):
                return _refusal(Refusal(code, reason))
            case Garbled():
                return JSONResponse({"ok": True})
            case Lost(done) | Hangs(_, done):
                if done:
                    await self._methods.run(call)
                if isinstance(fault, Hangs):
                    await self.updates.closing_within(fault.seconds)
        return _BrokenConnection()


class BotApiServer:
    """A server on loopback, for any number of bots."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bots: dict[str, FakeBotApi] = {}
        self.app = Starlette(
            routes=[
                Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/{path:path}", self._file),
            ],
        )

    def new_bot(self) -> FakeBotApi:
        """A bot with a token of its own and nothing in its chats."""
        bot = FakeBotApi(self.url)
        self.bots[bot.token] = bot
        return bot

    async def _answer(self, request: Request) -> Response:
        bot = self.bots.get(request.path_params["token"])
        if bot is None:
            return _refusal(Refusal(401))
        return await bot.call(await _call(request))

    async def _file(self, request: Request) -> Response:
        bot = self.bots.get(request.path_params["token"])
        content = None if bot is None else bot.kept.paths.get(request.path_params["path"])
        return _refusal(Refusal(404)) if content is None else Response(content)


@asynccontextmanager
async def bot_api_server() -> AsyncIterator[BotApiServer]:
    """A running server; its port is any free one."""
    # Saying TCP outright lets asyncio turn Nagle's algorithm off; else every answer would wait 40 ms for an ACK.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    api = BotApiServer(f"http://127.0.0.1:{listening.getsockname()[1]}")
    config = uvicorn.Config(
        api.app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
    )
    server = QuietServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event to wait for)
        await asyncio.sleep(0.002)
    try:
        yield api
    finally:
        for bot in api.bots.values():
            bot.updates.close()
        server.should_exit = True
        await serving


class QuietServer(uvicorn.Server):
    """A server within the test's own process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the test runner's."""
        yield


class _BrokenConnection(Response):
    """No answer at all: begins one and does not end it, upon which uvicorn closes the connection."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9999")]})


def _refusal(refusal: Refusal) -> Response:
    body: JsonObject = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    return JSONResponse(body, refusal.code)


async def _call(request: Request) -> Call:
    """A call's parameters, from wherever the Bot API takes them: query, form, multipart or JSON. All become strings:
    what is not a string is its JSON."""
    params = dict(request.query_params)
    files: dict[str, Upload] = {}
    if request.headers.get("content-type", "").startswith("application/json"):
        for name, value in json.loads(await request.body()).items():
            params[name] = value if isinstance(value, str) else json.dumps(value)
    else:
        async with request.form() as form:
            for name, value in form.items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(value.filename or name, await value.read())
                else:
                    params[name] = value
    return Call(request.path_params["method"], params, files, asyncio.get_running_loop().time())
