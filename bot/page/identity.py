"""Who is on the other side of the page: a random token in a cookie, and a name for it that is no credential."""

import re
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "lastmetre_chat"
TOKEN_BYTES = 32
YEAR_SECONDS = 365 * 24 * 60 * 60

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser that has opened the page.

    `token` is the secret in its cookie. `address` names the browser: a hash of the token, so that whoever reads it in a log
    or in an API answer cannot take the person's place. The person is known by `user_id` in `channel`: the page's own, by
    the address, or Telegram's where the page was opened there.
    """

    token: str = field(repr=False)
    address: str
    channel: Literal["web", "telegram"]
    user_id: str


def new_visitor() -> Visitor:
    return _visitor(secrets.token_urlsafe(TOKEN_BYTES))


def visitor_of(request: Request) -> Visitor | None:
    """The visitor whose cookie came with this request; None without a cookie that we could have made."""
    token = request.cookies.get(COOKIE, "")
    return _visitor(token) if _TOKEN.fullmatch(token) else None


def remember(visitor: Visitor, request: Request, response: Response) -> None:
    """Keep the visitor for one year from now. Scripts cannot read the cookie, and other sites cannot post with it."""
    response.set_cookie(
        COOKIE,
        visitor.token,
        max_age=YEAR_SECONDS,
        path=request.scope.get("root_path") or "/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def _visitor(token: str) -> Visitor:
    address = sha256(f"last-metre chat page {token}".encode()).hexdigest()
    return Visitor(token=token, address=address, channel="web", user_id=address)
