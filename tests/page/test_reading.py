"""Whether people with weak eyes, with a keyboard, or listening, can use the page."""

from typing import cast
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

SMALL = """() => [...document.querySelectorAll("button, input, a.choice")]
  .filter((element) => element.checkVisibility())
  .filter((element) => element.getBoundingClientRect().height < 52 || element.getBoundingClientRect().width < 52)
  .map((element) => element.outerHTML)"""

NAMELESS = """() => [...document.querySelectorAll("button, input, a, [role=group], [role=log], nav, section.notice, article")]
  .filter((element) => !(element.getAttribute("aria-label") || element.textContent.trim() || element.labels?.[0]?.textContent))
  .filter((element) => element.checkVisibility())
  .map((element) => element.outerHTML)"""
