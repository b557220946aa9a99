"""The plug for gateways, plugged into one: an ASGI server on loopback that checks signatures as docs/GATEWAYS.md says."""

import asyncio
import hashlib
import hmac
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.gateway.sender import Gateway, GatewaySender
from bot.news import render
from bot.notices import About, Blocked, RetryLater, Undeliverable
from bot.replies import Reply
from tests.bot.notices_of_every_kind import notice
from tests.bot.samples import NOW
from tests.telegram.fake_bot_api import QuietServer

SECRET = "a secret that both know"
ABOUT = About(UUID(int=7), "booking_reminder_soon", "zh-CN")


@dataclass
class Provider:
    """A gateway: takes what is genuine, once, or answers as told."""

    answer: Response | None = None
    taken: dict[str, dict[str, object]] = field(default_factory=dict)
    again: int = 0

    async def take(self, request: Request) -> Response:
        body = await request.body()
        fields = dict(part.split("=", 1) for part in request.headers["Lastmetre-Signature"].split(","))
        expected = hmac.new(SECRET.encode(), f"{fields['t']}.".encode() + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, fields["v1"]) or abs(NOW.timestamp() - int(fields["t"])) > 300:
            return Response(status_code=401)
        if self.answer is not None:
            return self.answer
        key = request.headers["Idempotency-Key"]
        self.again += key in self.taken
        self.taken[key] = json.loads(body)
        return Response(status_code=202)


@asynccontextmanager
async def plugged(provider: Provider, *, secret: str = SECRET) -> AsyncIterator[GatewaySender]:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("127.0.0.1", 0))
    app = Starlette(routes=[Route("/send", provider.take, methods=["POST"])])
    server = QuietServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/send"
    async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
        yield GatewaySender(Gateway("sms", url, secret), http, lambda: NOW)
    server.should_exit = True
    await serving


async def test_a_message_is_handed_in_signed_and_once() -> None:
    told, provider = notice("booking_cancelled_by_point", channel="sms"), Provider()
    about = About(told.id, told.kind, "zh-CN")
    async with plugged(provider) as sender:
        for _ in range(2):
            await sender.send("13812345678", render(told, NOW), about)
    assert provider.again == 1, "sent again, it is known by its id"
    (message,) = provider.taken.values()
    text = message.pop("text")
    assert message == {
        "id": str(told.id),
        "kind": "booking_cancelled_by_point",
        "channel": "sms",
        "address": "13812345678",
        "language": "zh-CN",
        "large_text": False,
    }
    for said in ("对不起", "停水", "1. 明天（周二）11:00–11:30"):
        assert said in str(text)


async def test_a_wrong_secret_is_refused_and_a_failure() -> None:
    """The negative control: the signature is what lets a message in."""
    async with plugged(provider := Provider(), secret="another") as sender:
        with pytest.raises(httpx.HTTPStatusError):
            await sender.send("13812345678", Reply("⏰"), ABOUT)
    assert provider.taken == {}


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        (404, Blocked),
        (410, Blocked),
        (429, RetryLater),
        (503, RetryLater),
        (400, Undeliverable),
        (413, Undeliverable),
        (422, Undeliverable),
        (500, httpx.HTTPStatusError),
    ],
)
async def test_what_a_gateways_answer_means(status: int, meaning: type[Exception]) -> None:
    async with plugged(Provider(Response(status_code=status))) as sender:
        with pytest.raises(meaning):
            await sender.send("13812345678", Reply("⏰"), ABOUT)


@pytest.mark.parametrize(("said", "seconds"), [("17", 17), ("soon", 30), ("99999", 3600)])
async def test_a_gateway_says_how_long_to_wait(said: str, seconds: float) -> None:
    answer = Response(status_code=429, headers={"Retry-After": said})
    async with plugged(Provider(answer)) as sender:
        with pytest.raises(RetryLater) as later:
            await sender.send("13812345678", Reply("⏰"), ABOUT)
    assert later.value.seconds == seconds
