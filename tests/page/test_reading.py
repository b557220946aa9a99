"""Whether people with weak eyes, with a keyboard, or listening, can use the page."""

from typing import cast
from urllib.parse import quote
from uuid import uuid4

import pytest
from playwright.async_api import Browser, Page, expect

from bot.page import Owed
from tests.browser import PHONE
from tests.page.phone import QUIET_RETRIES, Scheme, opened, picture, press, say
from tests.page.script import REMINDER
from tests.page.serving import Served

pytestmark = pytest.mark.browser


async def test_large_text_enlarges_everything_and_still_fits(page: Page) -> None:
    size = "parseFloat(getComputedStyle(document.querySelector('.choice')).fontSize)"
    normal = cast("float", await page.evaluate(size))
    assert normal >= 18
    await say(page, "large")
    await expect(page.locator("html")).to_have_class("large")
    assert cast("float", await page.evaluate(size)) >= normal * 1.2
    await picture(page, "large-greeting")
    await say(page, "book-1")
    await expect(page.get_by_role("article")).to_be_visible()
    await picture(page, "large-ticket")
    await fits(page)
    # WCAG 2.2, 1.4.12: whoever sets words wider apart loses nothing.
    await page.evaluate("document.documentElement.style.letterSpacing = '0.12em'")
    await fits(page)
    await page.reload()
    await expect(page.locator("html")).to_have_class("large")


async def test_what_does_not_fit_is_announced_and_one_tap_away(page: Page) -> None:
    down = page.locator("#below")
    await expect(down).to_be_hidden()
    await press(page, "订午饭")
    await expect(down).to_be_visible()
    await expect(page.get_by_text("🍚 助餐")).to_be_in_viewport()
    await down.click()
    await expect(page.get_by_role("button", name="换一天")).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_the_keyboard_suffices(page: Page) -> None:
    order = []
    for _ in range(13):
        await page.keyboard.press("Tab")
        order.append(
            str(
                await page.evaluate(
                    "document.activeElement.textContent.trim() || document.activeElement.name"
                )
            )
        )
    greeting = [
        "🍚 订午饭",
        "🧓 养老服务",
        "📋 全部服务",
        "📍 我住哪里",
        "❓ 帮助",
        "🌐 中文 / English",
    ]
    assert order == ["English", *greeting, "🏠 首页", "🎫 我的预约", "☎️ 找人帮忙", "＋", "text", "发送"]
    await page.get_by_role("button", name="订午饭").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn").last).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("button", name="1. 明天")).to_be_focused()


async def test_what_is_done_by_keyboard_leaves_one_where_one_was(page: Page, chat: Served) -> None:
    await say(page, "diet")
    salt = page.get_by_role("checkbox", name="少盐")
    assert await salt.inner_text() == "☐ 少盐", "on one line, and apart"
    await expect(salt).not_to_be_checked()
    await salt.focus()
    await page.keyboard.press("Space")
    await expect(salt).to_be_checked()
    await expect(salt).to_be_focused()
    await expect(page.get_by_role("checkbox", name="软烂")).not_to_be_checked()
    more = page.get_by_role("button", name="照片、录音、位置")
    await more.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="照片", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    chat.script.broken = QUIET_RETRIES + 1
    await say(page, "book-1")
    again = page.get_by_role("alert").get_by_role("button")
    await expect(again).to_be_visible(timeout=15_000)
    await again.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator(".turn").filter(has_text="饮食要求")).to_be_focused()


async def test_what_was_seen_at_the_end_stays_in_sight_when_a_keyboard_opens(page: Page) -> None:
    await press(page, "订午饭")
    last = page.get_by_role("button", name="换一天")
    await page.locator("#below").click()
    await expect(last).to_be_in_viewport(ratio=1)
    await page.get_by_role("button", name="照片、录音、位置").click()
    await expect(last).to_be_in_viewport(ratio=1)
    await picture(page, "things")
    await page.set_viewport_size({"width": 360, "height": 560})
    await expect(last).to_be_in_viewport(ratio=1)


async def test_what_stands_under_a_picture_is_in_sight(page: Page) -> None:
    photo = "data:image/svg+xml," + quote(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="280"/>'
    )
    reply = {
        "text": "第 1 个附件",
        "rows": [[{"label": "↩️ 回到这件诉求", "data": "back", "url": None, "detail": []}]],
        "picture": {"url": photo, "alt": "路灯"},
    }
    await page.route("**/messages", lambda route: route.fulfill(json={"replies": [reply]}))
    await say(page, "看附件")
    await expect(page.get_by_role("img", name="路灯")).to_be_in_viewport(ratio=1)
    await expect(page.get_by_role("button", name="回到这件诉求")).to_be_in_viewport(ratio=1)


async def test_no_line_parts_a_number_from_its_unit(page: Page) -> None:
    await say(page, "large")
    await expect(page.locator("html")).to_have_class("large")
    await say(page, "meals")
    await expect(page.get_by_role("button", name="换一天")).to_be_attached()
    for width in range(300, 400, 7):
        await page.set_viewport_size({"width": width, "height": 740})
        assert await page.evaluate(PARTED) == []


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
async def test_the_example_of_what_to_write_fits(browser: Browser, chat: Served, locale: str) -> None:
    async with opened(browser, chat, locale=locale) as page:
        assert await page.evaluate(EXAMPLE_IS_CUT) is False
        await say(page, "large")
        await expect(page.locator("html")).to_have_class("large")
        assert await page.evaluate(EXAMPLE_IS_CUT) is False


async def test_chinese_names_within_english_are_read_in_chinese(browser: Browser, chat: Served) -> None:
    async with opened(browser, chat, locale="en-GB") as page:
        await say(page, "book-1")
        await expect(page.get_by_role("article")).to_be_visible()
        await say(page, "diet")
        assert await page.evaluate(READ_IN_A_WRONG_LANGUAGE) == []
        await page.reload()
        await expect(page.get_by_role("article")).to_be_visible()
        assert await page.evaluate(READ_IN_A_WRONG_LANGUAGE) == []
        await expect(page.get_by_text("Hello!")).to_have_js_property("lang", "")
        await page.get_by_role("banner").get_by_role("button", name="中文").click()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
        await expect(page.locator(".turn").first).to_have_attribute("lang", "en")
        assert await page.evaluate(READ_IN_A_WRONG_LANGUAGE) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everything_can_be_read_named_and_hit(browser: Browser, chat: Served, scheme: Scheme) -> None:
    async with opened(browser, chat, scheme=scheme) as page:
        await press(page, "我住哪里")
        await expect(page.get_by_role("button", name="发送我的位置")).to_be_visible()
        await say(page, "book-1")
        await expect(page.get_by_role("article")).to_be_visible()
        chat.outbox.owe(Owed(uuid4(), chat.script.heard[0].user_id, (REMINDER,)))
        await expect(page.get_by_role("region", name="通知")).to_be_visible()
        chat.script.broken = QUIET_RETRIES + 1
        await say(page, "你好")
        await expect(page.get_by_role("alert")).to_be_visible(timeout=15_000)
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(SMALL) == []
        assert await page.evaluate(NAMELESS) == []
        number = await page.get_by_role("link", name="025-52101234").bounding_box()
        assert number is not None
        assert number["height"] >= 44
        await fits(page)


async def fits(page: Page) -> None:
    """Nothing sticks out sideways, and only the conversation scrolls."""
    sizes = await page.evaluate(
        """() => {
            const all = document.documentElement, room = document.getElementById("room");
            return [all.scrollWidth, all.scrollHeight, room.scrollWidth - room.clientWidth];
        }"""
    )
    assert sizes == [PHONE["width"], PHONE["height"], 0]


FAINT = """() => {
  // Words whose contrast with what is behind them is below WCAG 2.2 AA (1.4.3).
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => {
    const [r, g, b] = parse(color).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if ((parse(color)[3] ?? 1) === 1) return color;
    }
    return "rgb(255, 255, 255)";
  };
  const faint = [];
  for (const element of document.body.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if ((!own && element.tagName !== "INPUT") || !element.checkVisibility()) continue;
    const style = element.tagName === "INPUT" ? getComputedStyle(element, "::placeholder") : getComputedStyle(element);
    const [dim, bright] = [light(style.color), light(behind(element))].sort((one, other) => one - other);
    const contrast = (bright + 0.05) / (dim + 0.05);
    if (contrast < 4.5) faint.push([element.textContent.slice(0, 20), contrast]);
  }
  return faint;
}"""

PARTED = """() => {
  const parted = [];
  const walker = document.createTreeWalker(document.getElementById("log"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const found of walker.currentNode.data.matchAll(/\\d+\\s\\p{Script=Han}/gu)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, found.index);
      range.setEnd(walker.currentNode, found.index + found[0].length);
      if (range.getClientRects().length > 1) parted.push(`${innerWidth}: ${found[0]}`);
    }
  }
  return parted;
}"""

EXAMPLE_IS_CUT = """() => {
  const input = document.getElementById("text"), style = getComputedStyle(input), canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  pen.font = style.font;
  const room = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return pen.measureText(input.placeholder).width > room;
}"""

READ_IN_A_WRONG_LANGUAGE = """() => {
  const wrong = [];
  const walker = document.createTreeWalker(document.getElementById("log"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    const { lang } = parentElement.closest("[lang]");
    if (/\\p{Script=Han}/u.test(data) && lang !== "zh-CN") wrong.push(data);
    if (/[a-z]{3}/.test(data) && !/\\p{Script=Han}/u.test(data) && lang !== "en") wrong.push(data);
  }
  return wrong;
}"""

SMALL = """() => [...document.querySelectorAll("button, input, a.choice")]
  .filter((element) => element.checkVisibility())
  .filter((element) => element.getBoundingClientRect().height < 52 || element.getBoundingClientRect().width < 52)
  .map((element) => element.outerHTML)"""

NAMELESS = """() => [...document.querySelectorAll("button, input, a, [role=group], [role=log], nav, section.notice, article")]
  .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.[0]?.textContent))
  .filter((element) => element.checkVisibility())
  .map((element) => element.outerHTML)"""
