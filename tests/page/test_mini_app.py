"""The page opened within Telegram is the chat of whom Telegram says; anything else is not believed."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from itsdangerous import TimestampSigner
from playwright.async_api import Browser
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.api import Api
from bot.conversation import respond
from bot.notices import PageNotices
from bot.page import chat_page
from bot.page.mini_app import COOKIE, HOLDS_S
from bot.replies import Incoming, Reply
from models.tables import ChannelIdentity
from models.vocabulary import Channel
from tests.api.test_init_data import TOKEN, telegrams
from tests.bot.chatting import api_over
from tests.page.serving import Served
from tests.scheduling.acting import stored
from tests.world import NOW, World

OPENED, MESSAGES = "/chat/telegram", "/chat/messages"


def page_over(api: Api) -> httpx.AsyncClient:
    """A browser without cookies, before the page over the real API."""

    async def answer(incoming: Incoming) -> list[Reply]:
        return await respond(incoming, api, NOW)

    page = chat_page(
        answer,
        PageNotices(api, lambda: NOW),
        signing_key=b"a key",
        stopping=asyncio.Event(),
        telegram=api.is_telegrams_word,
    )
    transport = httpx.ASGITransport(Starlette(routes=[Mount("/chat", page)]))
    return httpx.AsyncClient(transport=transport, base_url="http://page.example.org")


@pytest.fixture
async def browser_there(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with page_over(api_over(world.database, telegram_token=TOKEN)) as client:
        yield client


async def say(client: httpx.AsyncClient, text: str) -> httpx.Response:
    return await client.post(MESSAGES, json={"message_id": str(uuid4()), "text": text})


async def test_the_page_is_the_chat_of_whom_telegram_says(
    browser_there: httpx.AsyncClient, world: World
) -> None:
    opened = await browser_there.post(OPENED, json={"init_data": telegrams()})
    assert (opened.status_code, opened.content) == (204, b"")
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "4711" not in cookie.replace(f"{HOLDS_S}", ""), "sealed, and in no plain words"
    said = await say(browser_there, "/start")
    assert said.json()["replies"][0]["rows"]
    identities = await stored(world, ChannelIdentity)
    assert [(one.channel, one.address) for one in identities] == [(Channel.telegram, "4711")]


@pytest.mark.parametrize(
    "forged",
    ["", "nonsense", telegrams(token="another:token"), telegrams(at=int(NOW.timestamp()) - 3600)],
    ids=["nothing", "nonsense", "another bot", "an hour ago"],
)
async def test_whatever_telegram_did_not_say_just_now_is_not_believed(
    browser_there: httpx.AsyncClient, world: World, forged: str
) -> None:
    refused = await browser_there.post(OPENED, json={"init_data": forged})
    assert refused.status_code == (401 if forged else 422)
    assert "set-cookie" not in refused.headers
    assert (await say(browser_there, "/start")).status_code == 401, (
        "nor has it made an identity of another kind"
    )
    assert await stored(world, ChannelIdentity) == []


async def test_no_other_site_can_sign_somebody_in(browser_there: httpx.AsyncClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example.org"}):
        refused = await browser_there.post(OPENED, json={"init_data": telegrams()}, headers=headers)
        assert refused.status_code == 403


async def test_without_a_bot_and_without_the_api(world: World) -> None:
    async with page_over(api_over(world.database)) as client:
        assert (await client.post(OPENED, json={"init_data": telegrams()})).status_code == 401

    async def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    nowhere = Api(httpx.AsyncClient(transport=httpx.MockTransport(away), base_url="http://api"), "key")
    async with page_over(nowhere) as client:
        busy = await client.post(OPENED, json={"init_data": telegrams()})
        assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")


async def test_the_seal_holds_for_some_hours_and_for_nobody_else(
    browser_there: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as past:
        past.setattr(TimestampSigner, "get_timestamp", lambda _: int(time.time()) - HOLDS_S - 1)
        opened = await browser_there.post(OPENED, json={"init_data": telegrams()})
    assert opened.status_code == 204
    assert (await say(browser_there, "/start")).status_code == 401
    await browser_there.post(OPENED, json={"init_data": telegrams()})
    genuine = browser_there.cookies[COOKIE]
    assert (await say(browser_there, "/start")).status_code == 200
    browser_there.cookies.clear()
    browser_there.cookies.set(COOKIE, genuine[:-1] + ("A" if genuine[-1] != "A" else "B"))
    assert (await say(browser_there, "/start")).status_code == 401


@pytest.mark.browser
async def test_the_word_of_telegram_does_not_stay_in_the_address(browser: Browser, chat: Served) -> None:
    """The page hands it over by itself, and goes on as ever where nobody takes it."""
    said = telegrams()
    context = await browser.new_context()
    page = await context.new_page()
    sent: list[dict[str, str]] = []
    page.on(
        "request",
        lambda request: (
            sent.append(json.loads(request.post_data or "{}")) if request.url.endswith("/telegram") else None
        ),
    )
    await page.goto(f"{chat.url}#tgWebAppData={quote(said)}&tgWebAppVersion=9.1&tgWebAppPlatform=android")
    await page.locator(".turn").first.wait_for()
    assert sent == [{"init_data": said}]
    assert page.url.rstrip("/") == chat.url
    await context.close()
