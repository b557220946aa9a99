"""Webhooks of the fake Bot API are brought as the true one brings them."""

import json

import httpx
import pytest

from tests.telegram.asking import Asking
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.running import until


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "http://example.org/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.org", "secret_token": "a b"}, "secret token contains unallowed characters"),
        ({"url": "https://example.org", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_webhooks_are_refused_in_telegrams_words(
    ask: Asking, params: dict[str, object], reason: str
) -> None:
    assert (await ask("setWebhook", **params)).description == f"Bad Request: {reason}"


async def test_a_webhook_is_brought_each_chats_updates_in_order_until_it_answers(
    ask: Asking, bot_api: FakeBotApi
) -> None:
    """Also those from before it was set; chats do not wait for each other; kinds that nobody wants do not come."""
    heard: list[tuple[str, object]] = []
    refuse = 3

    async def hook(request: httpx.Request) -> httpx.Response:
        nonlocal refuse
        update = json.loads(request.content)
        if "first" in request.content.decode() and refuse:
            refuse -= 1
            return httpx.Response(500)
        heard.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update["update_id"]))
        return httpx.Response(200)

    one, other = bot_api.new_user(), bot_api.new_user()
    ids = [await one.send_text("first")]
    async with httpx.AsyncClient(transport=httpx.MockTransport(hook), base_url="https://example.org") as door:
        bot_api.updates.hooks.doors = [door]
        hooked = await ask(
            "setWebhook", url="https://example.org", secret_token="s", allowed_updates=["message"]
        )
        assert hooked.ok
        ids.append(await one.send_text("second"))
        quick = await other.send_text("other")
        await one.block()
        await until(lambda: bot_api.updates.hooks.idle)
    assert heard == [("s", quick), *(("s", each) for each in ids)]
    assert bot_api.updates.pending == []
    info = (await ask("getWebhookInfo")).result
    assert isinstance(info, dict)
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert (await ask("deleteWebhook")).ok
