"""Updates that Telegram brings by itself: an application of its own, to be mounted anywhere (the program mounts it at
`/telegram`).

Telegram repeats an update until it is answered with 200, and knows nothing of it from then on. So it is answered only
when the update is recorded, and nothing else is waited for.
"""

import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.api import ApiProblem, Unreachable

log = structlog.get_logger(__name__)

MOUNT = "/telegram"
"""Where the program mounts this application."""

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (the name of a header)
BODY_LIMIT = 256 * 1024
"""Bytes. The longest messages with all that hangs on them are a few dozen kilobytes."""

ASK_AGAIN_S = 2
"""When Telegram is to repeat what could not be recorded."""

Record = Callable[[int, str, str], Awaitable[None]]
"""Keeps an update: its number, the key of its chat, and the update as it came. Returns when it is kept durably."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram brings updates, and the secret by which it is known."""

    url: str
    secret: str


def webhook_at(base: str, token: str, secret: str | None) -> Webhook:
    """The webhook below a public address. Without a secret of one's own, all processes derive the same from the token."""
    derived = hmac.new(token.encode(), b"last metre webhook", hashlib.sha256).hexdigest()
    return Webhook(f"{base.rstrip('/')}{MOUNT}/updates", secret or derived)


def webhook_application(secret: str, record: Record) -> Starlette:
    """The application. 200: recorded, now or before. 403: whoever asks is not Telegram. 400 and 413: no update. 503: it
    could not be recorded just now.
    """
    expected = secret.encode()

    async def updates(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, expected):
            log.info("telegram_webhook_stranger")
            return Response(status_code=403)
        body = await _limited(request)
        if body is None:
            log.error("telegram_webhook_too_long")
            return Response(status_code=413)
        try:
            payload = body.decode()
            update_id, chat = key_of(json.loads(payload))
        except (ValueError, RecursionError):
            log.exception("telegram_webhook_unreadable")
            return Response(status_code=400)
        try:
            await record(update_id, chat, payload)
        except (Unreachable, ApiProblem) as error:
            log.warning("telegram_update_not_recorded", update_id=update_id, why=str(error))
            return Response(status_code=503, headers={"Retry-After": str(ASK_AGAIN_S)})
        return Response()

    return Starlette(routes=[Route("/updates", updates, methods=["POST"])])


def key_of(update: object) -> tuple[int, str]:
    """An update's number, and the chat whose order it belongs to. What belongs to no chat is a queue by itself, so that no
    kind of update that Telegram invents can hold up another. Raises ValueError when it is no update.
    """
    if not isinstance(update, dict) or type(update.get("update_id")) is not int:
        message = "an update has an update_id"
        raise ValueError(message)
    update_id: int = update["update_id"]
    for content in update.values():
        if isinstance(content, dict):
            message_of_press = content.get("message")
            holder = message_of_press if isinstance(message_of_press, dict) else content
            chat = holder.get("chat")
            if isinstance(chat, dict) and type(chat.get("id")) is int:
                return update_id, str(chat["id"])
    return update_id, f"update {update_id}"


async def _limited(request: Request) -> bytes | None:
    """The body; None when it is too long, of which no more than the limit is read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)
