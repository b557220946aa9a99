"""How the client signs people in, and what it makes of refusals and failures."""

import json
from collections.abc import Callable
from uuid import UUID

import httpx
import pytest

from bot.api import Api, ApiProblem, Unreachable
from bot.conversation import respond
from bot.replies import Incoming
from bot.resident import Resident
from tests.bot.samples import NOW

Answer = Callable[[httpx.Request], httpx.Response]

SOMEBODY = Incoming(
    channel="telegram", user_id="7", name="李明", language="en", update_key="99", text="/start"
)
ME = {"id": str(UUID(int=7)), "name": "李明", "language": "en", "a field of tomorrow": 1}


class Server:
    """Answers as it is told, and remembers what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.requests: list[httpx.Request] = []
        self.tokens = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.path == "/v1/auth/chat":
            self.tokens += 1
            return httpx.Response(200, json={"access_token": f"token-{self.tokens}", "expires_in": 3600})
        return self.answer(request)

    def asked(self, path: str) -> list[httpx.Request]:
        return [request for request in self.requests if request.url.path == path]


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def client(server: Server, clock: Clock | None = None, *, remember: int = 10) -> Api:
    clock = clock or Clock()
    http = httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://api")
    return Api(http, "service-key", remember=remember, monotonic=clock, sleep=clock.sleep)


def always(status: int, **extra: object) -> Answer:
    return lambda _: httpx.Response(status, **extra)  # type: ignore[arg-type] # one helper for json, text and headers


async def test_signs_in_with_the_service_key_and_then_uses_the_token() -> None:
    server = Server(always(200, json=ME))
    resident = Resident.of(client(server), SOMEBODY)
    assert (await resident.me()).name == "李明"
    await resident.me()
    (sign_in,) = server.asked("/v1/auth/chat")
    assert sign_in.headers["Authorization"] == "Bearer service-key"
    assert json.loads(sign_in.content) == {
        "channel": "telegram",
        "user_id": "7",
        "name": "李明",
        "language": "en",
    }
    first, second = server.asked("/v1/me")
    assert first.headers["Authorization"] == second.headers["Authorization"] == "Bearer token-1"
    assert first.headers["Accept-Language"] == "en"


async def test_a_token_is_renewed_before_it_expires() -> None:
    server, clock = Server(always(200, json=ME)), Clock()
    resident = Resident.of(client(server, clock), SOMEBODY)
    await resident.me()
    clock.now = 3600 - 1
    await resident.me()
    assert server.tokens == 2


async def test_a_refused_token_is_renewed_once() -> None:
    server = Server(
        lambda request: httpx.Response(
            200 if request.headers["Authorization"] == "Bearer token-2" else 401, json=ME
        )
    )
    await Resident.of(client(server), SOMEBODY).me()
    assert server.tokens == 2


async def test_a_token_that_is_refused_again_is_a_problem() -> None:
    server = Server(always(401, json={"code": "sign-in-required", "title": "Sign in"}))
    with pytest.raises(ApiProblem) as refused:
        await Resident.of(client(server), SOMEBODY).me()
    assert (refused.value.status, refused.value.code) == (401, "sign-in-required")
    assert server.tokens == 2


async def test_only_so_many_tokens_are_remembered() -> None:
    server = Server(always(200, json=ME))
    api = client(server, remember=1)
    other = Incoming("telegram", "8", "王芳", "en", "100", text="hi")
    for incoming in (SOMEBODY, other, SOMEBODY):
        await Resident.of(api, incoming).me()
    assert server.tokens == 3


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_failures_that_pass_are_unreachable(status: int) -> None:
    server = Server(always(status, text="<html>busy</html>", headers={"Retry-After": "3"}))
    with pytest.raises(Unreachable) as failure:
        await Resident.of(client(server), SOMEBODY).me()
    assert failure.value.retry_after_s == 3


@pytest.mark.parametrize("error", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_a_broken_line_is_unreachable(error: type[httpx.TransportError]) -> None:
    def broken(request: httpx.Request) -> httpx.Response:
        raise error("broken", request=request)

    with pytest.raises(Unreachable):
        await Resident.of(client(Server(broken)), SOMEBODY).me()


async def test_an_answer_that_cannot_be_read_is_unreachable() -> None:
    with pytest.raises(Unreachable):
        await Resident.of(client(Server(always(200, text="<html>hello</html>"))), SOMEBODY).me()


async def test_a_refusal_carries_reasons_and_alternatives() -> None:
    problem = {
        "type": "https://example.org/problems/booking-refused",
        "code": "booking-refused",
        "title": "This cannot be booked",
        "status": 409,
        "reasons": [
            {"code": "not-enough-places", "title": "Full", "free": 0, "party": 2},
            {"code": "new-one"},
        ],
        "alternatives": [],
        "waitlist": True,
    }
    with pytest.raises(ApiProblem) as refused:
        await Resident.of(client(Server(always(409, json=problem))), SOMEBODY).book(UUID(int=1), 2, None)
    assert [(reason.code, reason.free) for reason in refused.value.reasons] == [
        ("not-enough-places", 0),
        ("new-one", None),
    ]


async def test_a_problem_without_a_document_still_has_its_status() -> None:
    with pytest.raises(ApiProblem) as refused:
        await Resident.of(client(Server(always(404, text="nothing here"))), SOMEBODY).me()
    assert (refused.value.status, refused.value.title) == (404, "Not Found")


async def test_waits_while_the_first_delivery_of_a_request_is_being_answered() -> None:
    answers = iter(
        [
            httpx.Response(409, json={"code": "idempotency-key-in-flight"}, headers={"Retry-After": "1"}),
            httpx.Response(200, json={}),
        ]
    )
    server, clock = Server(lambda _: next(answers)), Clock()
    await Resident.of(client(server, clock), SOMEBODY).consent("service", "1")
    first, second = server.asked("/v1/me/consents")
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert clock.slept == [1]


async def test_does_not_wait_for_ever() -> None:
    server = Server(always(409, json={"code": "idempotency-key-in-flight"}, headers={"Retry-After": "60"}))
    clock = Clock()
    with pytest.raises(Unreachable):
        await Resident.of(client(server, clock), SOMEBODY).consent("service", "1")
    assert sum(clock.slept) < 10


async def test_the_same_update_has_the_same_keys_and_others_have_others() -> None:
    server = Server(always(200, json={}))
    api = client(server)
    again = Incoming("telegram", "7", "李明", "en", "100", text="/start")
    elsewhere = Incoming("web", "7", "李明", "en", "99", text="/start")
    for incoming in (SOMEBODY, SOMEBODY, again, elsewhere):
        await Resident.of(api, incoming).consent("service", "1")
    keys = [request.headers["Idempotency-Key"] for request in server.asked("/v1/me/consents")]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 3


async def test_claims_for_a_channel_or_for_some_addresses() -> None:
    server = Server(always(200, json={"items": []}))
    api = client(server)
    await api.claim("telegram", 20)
    await api.claim("web", 5, ["a", "b"])
    bodies = [json.loads(request.content) for request in server.asked("/v1/notices/claim")]
    assert bodies == [
        {"channel": "telegram", "limit": 20},
        {"channel": "web", "limit": 5, "addresses": ["a", "b"]},
    ]


async def test_when_the_api_is_away_a_person_gets_kind_words_another_try_and_a_number_to_call() -> None:
    pressed = Incoming("web", "7", "李明", "zh-CN", "100", data="1m.i0")
    for incoming, retry in ((pressed, "1m.i0"), (SOMEBODY, "1h")):
        (reply,) = await respond(incoming, client(Server(always(503))), NOW)
        buttons = [button for row in reply.rows for button in row]
        assert buttons[0].data == retry
        assert "tel:12345" in [button.url for button in buttons]
    assert reply.text.startswith("I am sorry")
    assert not reply.replace
