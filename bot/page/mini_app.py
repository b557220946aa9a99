"""The page opened within Telegram (a Mini App): Telegram says who opened it, and the page believes that for some hours.

Telegram puts a signed text, `initData`, behind the # of the page's address. Its script from telegram.org is not needed to
read it, and not loaded: the page loads nothing from outside.
"""

import json
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import parse_qs

from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import BaseModel, ConfigDict, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from bot.page.identity import Visitor

COOKIE = "lastmetre_telegram"
HOLDS_S = 12 * 60 * 60
"""So long a browser stays who Telegram said. Opening the page from the chat says it anew."""

SignIn = Callable[[str], Awaitable[bool]]
"""Whether `initData` is Telegram's word. Raises what `bot.api.Api` raises when that cannot be asked."""


class Opened(BaseModel):
    """What the page was opened with."""

    model_config = ConfigDict(extra="forbid")

    init_data: Annotated[str, StringConstraints(min_length=1, max_length=8192)]


class MiniApp:
    """Who opened the page within Telegram. `sign_in` asks whether it is so; the seal keeps it in a cookie."""

    def __init__(self, sign_in: SignIn, signing_key: bytes) -> None:
        self._sign_in = sign_in
        self._seal = URLSafeTimedSerializer(signing_key, salt="opened within Telegram")

    async def admits(self, opened: Opened) -> str | None:
        """The id of the user who opened the page; None when Telegram does not say so."""
        if not await self._sign_in(opened.init_data):
            return None
        return _user_of(opened.init_data)

    def remember(self, user_id: str, request: Request, response: Response) -> None:
        """Keep who it is. Scripts cannot read the cookie, and other sites cannot post with it."""
        response.set_cookie(
            COOKIE,
            str(self._seal.dumps(user_id)),
            max_age=HOLDS_S,
            path=request.scope.get("root_path") or "/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )

    def visitor_of(self, request: Request) -> Visitor | None:
        """The Telegram user whose cookie came with this request, if it is one of ours and still holds."""
        try:
            user_id = self._seal.loads(request.cookies.get(COOKIE, ""), max_age=HOLDS_S)
        except BadData:
            return None
        return Visitor(token="", address=f"telegram {user_id}", channel="telegram", user_id=str(user_id))


def _user_of(init_data: str) -> str:
    """The user that `initData`, known to be Telegram's, is about."""
    (user,) = parse_qs(init_data, strict_parsing=True)["user"]
    return str(json.loads(user)["id"])
