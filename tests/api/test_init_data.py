"""Signing in from a Telegram Mini App. What Telegram would send is made here by the words of its documentation alone."""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import pytest

from api.state import ApiState
from tests.api.calling import APP, Caller, problem_of
from tests.world import NOW

TOKEN = "700:the-bots-token"
USER = {
    "id": 4711,
    "first_name": "芳",
    "last_name": "王",
    "language_code": "zh-hans",
    "allows_write_to_pm": True,
}


@pytest.fixture
def telegram(api: Caller) -> Caller:
    """An installation with a bot."""
    state: ApiState = APP.state.api
    APP.state.api = replace(state, telegram_token=TOKEN)
    return api


def telegrams(
    user: object = USER,
    *,
    at: datetime | int = NOW,
    token: str = TOKEN,
    key: bytes = b"WebAppData",
    **more: str,
) -> str:
    """What Telegram puts into `initData`."""
    stamp = at if isinstance(at, int) else int(at.timestamp())
    fields = {
        "query_id": "AAF9tpYRAAAAAH22lhHyC",
        "user": json.dumps(user, ensure_ascii=False),
        "auth_date": str(stamp),
    }
    fields |= {"signature": "not for bots", **more}
    lines = [name + "=" + fields[name] for name in sorted(fields)]
    secret = hmac.new(key, token.encode(), hashlib.sha256).digest()
    digest = hmac.new(secret, "\n".join(lines).encode("utf-8"), hashlib.sha256).hexdigest()
    return urlencode({**fields, "hash": digest}, quote_via=quote)


async def test_the_same_person_as_in_the_chat(telegram: Caller) -> None:
    answer = await telegram.post("/v1/auth/telegram", json={"init_data": telegrams()})
    assert answer.status_code == 200
    me = (await telegram.get("/v1/me", answer.json()["access_token"])).json()
    assert (me["name"], me["language"]) == ("芳 王", "zh-CN")
    said = {"channel": "telegram", "user_id": "4711"}
    in_chat = await telegram.post("/v1/auth/chat", "service", json=said)
    assert in_chat.json()["person_id"] == me["id"]


async def test_a_digest_worked_out_elsewhere(telegram: Caller) -> None:
    """Fixed: reckoned with OpenSSL on the command line, so that this file and the program cannot err alike."""
    fields = 'auth_date=1795395600\nuser={"id":42,"first_name":"Li"}'
    assert int(NOW.timestamp()) == 1795395600
    digest = "66805dbeaa6e1256e9337c797018d3093273fbe706445dee290cfd4a94eb7b2b"
    data = "&".join(
        name + "=" + quote(value) for name, _, value in (line.partition("=") for line in fields.split("\n"))
    )
    answer = await telegram.post("/v1/auth/telegram", json={"init_data": f"{data}&hash={digest}"})
    assert answer.status_code == 200


FORGED: dict[str, Callable[[], str]] = {
    "another bot's": lambda: telegrams(token="701:other"),
    "signed with the token itself": lambda: telegrams(key=TOKEN.encode()),
    "of somebody else": lambda: telegrams().replace("4711", "4712"),
    "with a field more": lambda: telegrams() + "&more=1",
    "with a field twice": lambda: telegrams() + "&auth_date=1",
    "without a hash": lambda: telegrams().partition("&hash=")[0],
    "with an odd hash": lambda: telegrams().partition("&hash=")[0] + "&hash=%F0%9F%98%80",
    "too old": lambda: telegrams(at=NOW - timedelta(minutes=11)),
    "from tomorrow": lambda: telegrams(at=NOW + timedelta(minutes=2)),
    "of the end of time": lambda: telegrams(at=10**18),
    "without a user": lambda: telegrams(None),
    "of a user without an id": lambda: telegrams({"first_name": "x"}),
    "of a user with an odd id": lambda: telegrams({"id": "4711"}),
    "of a bot": lambda: telegrams({**USER, "is_bot": True}),
    "no form at all": lambda: "hello",
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_nothing_else_is_taken(telegram: Caller, forged: Callable[[], str]) -> None:
    answer = await telegram.post("/v1/auth/telegram", json={"init_data": forged()})
    problem_of(answer, 401, "sign-in-required")


async def test_just_in_time_and_in_english(telegram: Caller) -> None:
    english = telegrams({**USER, "language_code": "de", "id": 5}, at=NOW - timedelta(minutes=10))
    answer = await telegram.post("/v1/auth/telegram", json={"init_data": english})
    assert (await telegram.get("/v1/me", answer.json()["access_token"])).json()["language"] == "en"


async def test_without_a_bot_there_is_no_such_way(api: Caller) -> None:
    answer = await api.post("/v1/auth/telegram", json={"init_data": telegrams()})
    problem_of(answer, 404, "not-found")
