"""What the page's server takes from a browser, and what it refuses."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import fields
from typing import cast
from uuid import uuid4

import httpx
import pytest

from bot.page import application
from bot.page.identity import COOKIE
from bot.page.messages import MAX_BODY_BYTES, as_json
from bot.replies import Document, Incoming, Picture, Reply, Ticket
from tests.page.script import GREETING, Outbox, Script
from tests.page.serving import mounted

SITE = "http://chat.test"

Json = dict[str, object]


def client_of(script: Script, site: str = SITE) -> httpx.AsyncClient:
    app = mounted(script, Outbox(), stopping=asyncio.Event())
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"{site}/chat/")


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
async def visitor(script: Script) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the page."""
    async with client_of(script) as client:
        assert (await client.get("")).is_success
        yield client


def message(**what: object) -> Json:
    return {"message_id": str(uuid4()), "language": "zh-CN", **what}


def problem(answer: httpx.Response) -> Json:
    assert answer.headers["content-type"] == "application/problem+json"
    body = cast("Json", answer.json())
    assert body["status"] == answer.status_code
    assert str(body["type"]).endswith(str(body["code"]))
    return body


async def test_a_visitor_is_known_by_a_cookie_that_scripts_and_other_sites_cannot_use(script: Script) -> None:
    async with client_of(script) as client:
        cookie = (await client.get("")).headers["set-cookie"].lower()
    assert {"httponly", "samesite=lax", "path=/chat", "max-age=31536000"} <= set(cookie.split("; "))
    assert "secure" not in cookie.split("; ")
    async with client_of(script, "https://chat.test") as client:
        assert "secure" in (await client.get("")).headers["set-cookie"].lower().split("; ")


async def test_the_channel_user_id_is_no_credential(visitor: httpx.AsyncClient, script: Script) -> None:
    token = visitor.cookies[COOKIE]
    await visitor.post("messages", json=message(text="你好"))
    user_id = script.heard[0].user_id
    assert len(user_id) == 64
    assert token not in repr(script.heard)
    stolen = {"Cookie": f"{COOKIE}={user_id}"}
    async with client_of(script) as stranger:
        assert (await stranger.post("messages", json=message(text="你好"), headers=stolen)).status_code == 401


async def test_a_visitor_stays_the_same_and_another_is_another(
    visitor: httpx.AsyncClient, script: Script
) -> None:
    token = visitor.cookies[COOKIE]
    await visitor.get("")
    assert visitor.cookies[COOKIE] == token
    await visitor.post("messages", json=message(text="一"))
    await visitor.post("messages", json=message(text="二"))
    async with client_of(script) as other:
        await other.get("")
        await other.post("messages", json=message(text="三"))
    first, second, third = (heard.user_id for heard in script.heard)
    assert first == second != third


async def test_a_message_becomes_what_the_conversation_hears(
    visitor: httpx.AsyncClient, script: Script
) -> None:
    sent = [
        message(text="  明天午饭 "),
        message(data="meals", language="en"),
        message(location={"latitude": 31.95, "longitude": 118.84}),
    ]
    for each in sent:
        assert (await visitor.post("messages", json=each)).status_code == 200
    who = script.heard[0].user_id
    keys = [str(each["message_id"]) for each in sent]
    assert script.heard == [
        Incoming("web", who, "邻居", "zh-CN", keys[0], text="明天午饭"),
        Incoming("web", who, "Neighbour", "en", keys[1], data="meals"),
        Incoming("web", who, "邻居", "zh-CN", keys[2], location=(31.95, 118.84)),
    ]


async def test_replies_carry_everything_that_is_drawn(visitor: httpx.AsyncClient) -> None:
    greeting = (await visitor.post("messages", json=message(text="/start"))).json()["replies"]
    assert [reply["text"] for reply in greeting] == [GREETING.text]
    assert greeting[0]["rows"][0] == [
        {"label": "🍚 订午饭", "data": "meals", "url": None, "detail": [], "app": False}
    ]
    [ticket] = (await visitor.post("messages", json=message(data="book-1"))).json()["replies"]
    assert ticket["ticket"]["code"] == "402917"
    assert set(ticket["place"]) == {"name", "address", "latitude", "longitude"}
    assert set(ticket) == {field.name for field in fields(Reply)}


async def test_a_retry_carries_the_same_key(visitor: httpx.AsyncClient, script: Script) -> None:
    script.broken = 1
    sent = message(data="book-1")
    failed = await visitor.post("messages", json=sent)
    assert failed.status_code == 500
    assert problem(failed)["code"] == "failed"
    assert (await visitor.post("messages", json=sent)).status_code == 200
    assert [heard.update_key for heard in script.heard] == [sent["message_id"]] * 2


async def test_an_answer_that_takes_too_long_is_said_to_be_late(
    visitor: httpx.AsyncClient, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application, "ANSWER_WITHIN_S", 0.05)
    script.slow_s = 5
    late = await visitor.post("messages", json=message(text="你好"))
    assert late.status_code == 503
    assert problem(late)["code"] == "busy"
    assert int(late.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": SITE},
        {"Origin": "http://elsewhere.test"},
        {"Origin": "null"},
    ],
)
@pytest.mark.parametrize("path", ["messages", "events/shown"])
async def test_other_sites_cannot_speak_for_a_visitor(
    visitor: httpx.AsyncClient, script: Script, headers: dict[str, str], path: str
) -> None:
    refused = await visitor.post(path, json=message(text="你好"), headers=headers)
    assert refused.status_code == 403
    assert problem(refused)["code"] == "cross-site"
    assert script.heard == []


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": SITE}, {}])
async def test_the_page_itself_may_speak(visitor: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await visitor.post("messages", json=message(text="你好"), headers=headers)).status_code == 200


async def test_without_its_cookie_nobody_is_known(script: Script) -> None:
    async with client_of(script) as client:
        for answer in (
            await client.post("messages", json=message(text="你好")),
            await client.post("events/shown", json={"id": "x"}),
            await client.get("events"),
            await client.post("messages", json=message(text="你好"), headers={"Cookie": f"{COOKIE}=short"}),
        ):
            assert answer.status_code == 401
            assert problem(answer)["code"] == "no-identity"
    assert script.heard == []


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"text": "一", "data": "meals"},
        {"text": "   "},
        {"text": "长" * 1001},
        {"data": ""},
        {"data": "d" * 65},
        {"data": "汉" * 22},
        {"location": {"latitude": 91, "longitude": 118}},
        {"location": {"latitude": 31}},
        {"text": "一", "language": "fr"},
        {"text": "一", "message_id": "1"},
        {"text": "一", "user_id": "somebody else"},
    ],
)
async def test_a_message_that_is_not_one_is_refused_with_the_reason(
    visitor: httpx.AsyncClient, script: Script, wrong: Json
) -> None:
    refused = await visitor.post("messages", json={**message(), **wrong})
    assert refused.status_code == 422
    body = problem(refused)
    assert body["code"] == "invalid-message"
    assert body["errors"]
    assert script.heard == []


async def test_numbers_that_are_none_are_no_place(visitor: httpx.AsyncClient, script: Script) -> None:
    body = json.dumps(message(location={"latitude": float("nan"), "longitude": 1}))
    refused = await visitor.post("messages", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code == 422
    assert script.heard == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 10_000, b"1" * 5000])
async def test_what_is_not_json_is_refused(visitor: httpx.AsyncClient, body: bytes) -> None:
    refused = await visitor.post("messages", content=body, headers={"Content-Type": "application/json"})
    assert refused.status_code in {400, 422}
    problem(refused)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_only_json_is_taken(visitor: httpx.AsyncClient, script: Script, kind: str) -> None:
    refused = await visitor.post(
        "messages", content=json.dumps(message(text="你好")), headers={"Content-Type": kind}
    )
    assert refused.status_code == 415
    assert problem(refused)["code"] == "not-json"
    assert script.heard == []


async def test_a_body_too_large_is_refused_whether_or_not_it_says_its_size(
    visitor: httpx.AsyncClient,
) -> None:
    large = b" " * (MAX_BODY_BYTES + 1)

    async def in_pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(large), 1024):
            yield large[start : start + 1024]

    for body in (large, in_pieces()):
        refused = await visitor.post("messages", content=body, headers={"Content-Type": "application/json"})
        assert refused.status_code == 413
        assert problem(refused)["code"] == "body-too-large"


@pytest.mark.parametrize(
    ("accepts", "title"),
    [
        ("en-GB,en;q=0.9", "There is nothing here."),
        ("zh-CN,zh;q=0.9,en;q=0.8", "这里没有这样的内容。"),
        ("en;q=0.3,zh;q=0.7", "这里没有这样的内容。"),
        ("fr,en;q=0.5,zh;q=0", "There is nothing here."),
        ("fr", "这里没有这样的内容。"),
        ("en;q=much", "这里没有这样的内容。"),
    ],
)
async def test_refusals_speak_the_persons_language(
    visitor: httpx.AsyncClient, accepts: str, title: str
) -> None:
    missing = await visitor.get("nowhere", headers={"Accept-Language": accepts})
    assert missing.status_code == 404
    assert problem(missing)["title"] == title


async def test_a_wrong_method_is_named(visitor: httpx.AsyncClient) -> None:
    wrong = await visitor.get("messages")
    assert wrong.status_code == 405
    assert problem(wrong)["code"] == "method-not-allowed"


def test_pictures_files_and_codes_are_addresses_that_a_browser_draws() -> None:
    (drawn,) = as_json(
        [
            Reply(
                "here",
                picture=Picture(b"\x89PNG", "image/png", "a map"),
                document=Document("hours.pdf", "application/pdf", b"%PDF"),
                ticket=Ticket("402917", "lunch", (), qr="LM1:ABC"),
            )
        ]
    )
    assert drawn["picture"] == {"url": "data:image/png;base64,iVBORw==", "alt": "a map"}
    assert drawn["document"] == {"url": "data:application/pdf;base64,JVBERg==", "name": "hours.pdf"}
    assert str(cast("dict[str, object]", drawn["ticket"])["qr"]).startswith("data:image/svg+xml")
    json.dumps(drawn)
