"""The page in a real browser, on a small phone: what a person sees, hears and can do."""

import json
from datetime import UTC, datetime
from typing import cast
from uuid import UUID, uuid4

import pytest
from playwright.async_api import Browser, Page, Route, expect

from bot.page import Owed
from tests.page.phone import QUIET_RETRIES, Scheme, opened, picture, press, say
from tests.page.script import CHINESE, ENGLISH, HOME, REMINDER
from tests.page.serving import Served

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_from_greeting_to_ticket_in_three_taps(browser: Browser, chat: Served, scheme: Scheme) -> None:
    async with opened(browser, chat, scheme=scheme) as page:
        await picture(page, f"{scheme}-greeting")
        await press(page, "订午饭")
        await expect(page.get_by_role("button", name="换一天")).to_be_attached()
        await picture(page, f"{scheme}-slots")
        await press(page, "1. 明天")
        await press(page, "好，帮我约上")
        ticket = page.get_by_role("article", name="预约凭证")
        await expect(ticket).to_contain_text("402917")
        await expect(ticket).to_contain_text("4 0 2 9 1 7")  # spelled, for those who listen
        await expect(ticket.get_by_role("link", name="025-52101234")).to_have_attribute(
            "href", "tel:02552101234"
        )
        await picture(page, f"{scheme}-ticket")
        map_link = page.get_by_role("link", name="在地图上看")
        await expect(map_link).to_have_attribute("rel", "noopener noreferrer")
        assert "position=118.84%2C31.953" in (await map_link.get_attribute("href") or "")
    assert [heard.text or heard.data for heard in chat.script.heard] == [
        "/start",
        "meals",
        "slot-1",
        "book-1",
    ]
    assert {heard.language for heard in chat.script.heard} == {"zh-CN"}


async def test_a_reload_loses_nothing_and_greets_no_second_time(page: Page, chat: Served) -> None:
    await say(page, "book-1")
    await expect(page.get_by_role("article", name="预约凭证")).to_be_visible()
    before = await page.get_by_role("log").inner_text()
    await page.reload()
    await expect(page.get_by_role("article", name="预约凭证")).to_be_visible()
    assert await page.get_by_role("log").inner_text() == before
    await press(page, "取消预约")
    await expect(page.get_by_role("log")).to_contain_text("您好")
    assert [heard.text or heard.data for heard in chat.script.heard] == ["/start", "book-1", "cancel"]


async def test_a_new_day_greets_anew(browser: Browser, chat: Served) -> None:
    async with opened(browser, chat) as page:
        await say(page, "book-1")
        await expect(page.get_by_role("article")).to_be_visible()
        await page.clock.set_fixed_time(datetime(2040, 5, 6, 9, tzinfo=UTC))
        await page.reload()
        await expect(page.get_by_role("log")).to_contain_text("5月6日")
        await expect(page.get_by_role("log")).to_contain_text("您好")
        await expect(page.get_by_role("article")).to_have_count(0)
    assert [heard.text for heard in chat.script.heard] == ["/start", "book-1", "/start"]


async def test_a_short_failure_is_bridged_unseen(page: Page, chat: Served) -> None:
    chat.script.broken = 1
    await press(page, "订午饭")
    await expect(page.get_by_role("button", name="1. 明天")).to_be_attached()
    assert len({heard.update_key for heard in chat.script.heard[1:]}) == 1
    assert len(chat.script.heard) == 3


async def test_a_longer_failure_is_said_kindly_and_tried_again_with_the_same_key(
    page: Page, chat: Served
) -> None:
    chat.script.broken = QUIET_RETRIES + 1
    await say(page, "book-1")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("不用重新输入", timeout=15_000)
    await expect(alert).to_be_in_viewport(ratio=1)
    await picture(page, "trouble")
    await alert.get_by_role("button", name="再试一次").click()
    await expect(page.get_by_role("article", name="预约凭证")).to_be_visible()
    await expect(alert).to_be_hidden()
    tries = chat.script.heard[1:]
    assert len(tries) == QUIET_RETRIES + 2
    assert len({heard.update_key for heard in tries}) == 1
    await expect(page.locator(".said")).to_have_count(1)


async def test_a_message_on_its_way_survives_a_reload(page: Page, chat: Served) -> None:
    keys: list[str] = []

    async def lose(route: Route) -> None:
        keys.append(cast("dict[str, str]", json.loads(route.request.post_data or "{}"))["message_id"])
        await route.abort()

    await page.route("**/messages", lose)
    await say(page, "book-1")
    await expect(page.get_by_role("alert")).to_contain_text("网络", timeout=15_000)
    await page.unroute("**/messages")
    await page.reload()
    await expect(page.get_by_role("article", name="预约凭证")).to_be_visible()
    assert {chat.script.heard[-1].update_key} == set(keys)


async def test_waiting_is_seen_and_a_second_tap_does_nothing(page: Page, chat: Served) -> None:
    chat.script.slow_s = 1.0
    await press(page, "订午饭")
    await press(page, "养老服务")
    await expect(page.get_by_role("status")).to_contain_text("请稍等")
    await expect(page.get_by_role("button", name="1. 明天")).to_be_attached()
    await expect(page.get_by_role("status")).to_be_hidden()
    assert [heard.data for heard in chat.script.heard[1:]] == ["meals"]


async def test_without_its_cookie_the_page_offers_to_reopen_and_then_goes_on(
    page: Page, chat: Served
) -> None:
    await page.context.clear_cookies()
    await say(page, "book-1")
    await page.get_by_role("alert").get_by_role("button", name="重新打开").click()
    await expect(page.get_by_role("article", name="预约凭证")).to_be_visible()
    assert [heard.text for heard in chat.script.heard] == ["/start", "book-1"]
    assert len({heard.user_id for heard in chat.script.heard}) == 2


async def test_a_place_is_shared_when_the_person_wants_to(page: Page, chat: Served) -> None:
    await page.context.grant_permissions(["geolocation"])
    await page.context.set_geolocation({"latitude": 31.95, "longitude": 118.84})
    await press(page, "我住哪里")
    await press(page, "发送我的位置")
    await expect(page.get_by_role("log")).to_contain_text("记住了")
    assert chat.script.heard[-1].location == (31.95, 118.84)


async def test_without_a_place_there_is_another_way(page: Page, chat: Served) -> None:
    await press(page, "我住哪里")
    await press(page, "发送我的位置")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text("直接输入")
    await alert.get_by_role("button", name="知道了").click()
    await expect(page.get_by_role("textbox")).to_be_focused()
    assert [heard.text or heard.data for heard in chat.script.heard] == ["/start", "place"]


async def test_the_switch_changes_the_language_of_page_and_conversation(page: Page, chat: Served) -> None:
    await page.get_by_role("banner").get_by_role("button", name="English").click()
    await expect(page.get_by_role("log")).to_contain_text("Hello!")
    await expect(page.locator("html")).to_have_attribute("lang", "en")
    await expect(page.get_by_role("textbox", name="What would you like to say")).to_be_visible()
    await page.reload()
    await page.get_by_role("navigation").get_by_role("button", name="Home").click()
    await expect(page.get_by_role("banner").get_by_role("button", name="中文")).to_be_visible()
    await expect(page.locator(".turn")).to_have_count(3)
    await picture(page, "english")
    assert [(heard.data, heard.language) for heard in chat.script.heard[1:]] == [
        (ENGLISH, "zh-CN"),
        (HOME, "en"),
    ]
    await page.get_by_role("banner").get_by_role("button", name="中文").click()
    await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert chat.script.heard[-1].data == CHINESE


async def test_an_english_browser_is_greeted_in_english(browser: Browser, chat: Served) -> None:
    async with opened(browser, chat, locale="en-GB") as page:
        await expect(page.get_by_role("log")).to_contain_text("Hello!")
    assert chat.script.heard[0].language == "en"


async def test_a_reminder_appears_once_and_is_acknowledged(page: Page, chat: Served) -> None:
    await page.route("**/events/shown", lambda route: route.abort())
    async with page.expect_request("**/events/shown"):
        chat.outbox.owe(owed := Owed(uuid4(), chat.script.heard[0].user_id, (REMINDER,)))
    reminder = page.get_by_role("region", name="通知")
    await expect(reminder).to_contain_text("402917")
    await page.unroute("**/events/shown")
    async with page.expect_response("**/events/shown"):
        chat.outbox.run_out_leases()
    await expect(reminder).to_have_count(1)
    assert owed.id not in chat.outbox.owed
    await picture(page, "reminder")


async def test_a_reminder_that_came_while_away_is_there_on_return(page: Page, chat: Served) -> None:
    await see(page, hidden=True)
    await page.wait_for_timeout(700)
    asked = len(chat.outbox.asked)
    chat.outbox.owe(Owed(uuid4(), chat.script.heard[0].user_id, (REMINDER,)))
    await page.wait_for_timeout(500)
    assert len(chat.outbox.asked) == asked
    async with page.expect_response("**/events/shown"):
        await see(page, hidden=False)
    await expect(page.get_by_role("region", name="通知")).to_be_visible()
    assert chat.outbox.owed == {}


async def test_the_stream_is_taken_up_again_after_the_server_was_away(page: Page, chat: Served) -> None:
    await page.route("**/events", lambda route: route.fulfill(status=503, body="{}"))
    await see(page, hidden=True)
    await see(page, hidden=False)
    await page.wait_for_timeout(300)
    await page.unroute("**/events")
    async with page.expect_response("**/events/shown", timeout=10_000):
        chat.outbox.owe(Owed(UUID(int=1), chat.script.heard[0].user_id, (REMINDER,)))


async def see(page: Page, *, hidden: bool) -> None:
    """As when the person turns to another app, and back."""
    await page.evaluate(
        """hidden => {
            Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


async def test_a_number_to_call_is_a_link_that_calls(page: Page) -> None:
    await page.get_by_role("navigation").get_by_role("button", name="找人帮忙").click()
    hotline = page.get_by_role("link", name="政务服务热线", exact=False)
    await expect(hotline).to_have_attribute("href", "tel:12345")
    await expect(hotline).not_to_have_attribute("target", "_blank")
    for name, number in (("12345", "tel:12345"), ("025-52100000", "tel:02552100000")):
        await expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("href", number)


async def test_words_are_never_taken_for_html_nor_scripts_for_links(page: Page) -> None:
    await say(page, "odd")
    await expect(page.get_by_role("log")).to_contain_text("<b>粗</b>")
    await expect(page.get_by_role("button", name="<i>斜</i>")).to_be_visible()
    assert await page.locator("#log img, #log b, #log i, #log a").count() == 0
    await expect(page.get_by_text("坏链接")).to_have_count(0)
    assert await page.title() == "最后一米 · Last Metre"


async def test_older_choices_step_back_but_still_work(page: Page, chat: Served) -> None:
    await say(page, "随便说说")
    await expect(page.locator(".turn")).to_have_count(2)
    old, new = (page.get_by_role("button", name="订午饭").nth(index) for index in (0, 1))
    await expect(old).not_to_have_css("font-weight", "600")
    await expect(new).to_have_css("font-weight", "600")
    await old.click()
    await expect(page.get_by_role("button", name="1. 明天")).to_be_attached()
    assert chat.script.heard[-1].data == "meals"
    await expect(page.locator(".turn")).to_have_count(2)  # the answer took the old one's place, and came last
    await expect(page.locator(".turn").last).to_contain_text("助餐")


async def test_buttons_that_only_repeat_the_bar_below_are_left_out(page: Page) -> None:
    await press(page, "订午饭")
    await expect(page.get_by_role("button", name="1. 明天")).to_be_attached()
    await expect(page.get_by_role("button", name="首页")).to_have_count(1)
    await expect(page.get_by_role("button", name="找人帮忙")).to_have_count(1)
    await expect(page.get_by_role("button", name="换一天")).to_have_count(1)
