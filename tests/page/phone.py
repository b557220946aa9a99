"""A small phone with the page open, and what a person does with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from playwright.async_api import Browser, Page, expect

from tests.browser import PHONE, SCREENSHOTS
from tests.page.serving import Served

Scheme = Literal["light", "dark"]

QUIET_RETRIES = 2
"""How often the page tries again by itself before it says so."""


@asynccontextmanager
async def opened(
    browser: Browser, chat: Served, *, scheme: Scheme = "light", locale: str = "zh-CN"
) -> AsyncIterator[Page]:
    """The page, greeted. No foreign address is asked for and the page's own policy is never broken."""
    async with await browser.new_context(
        viewport=PHONE,
        color_scheme=scheme,
        locale=locale,
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        has_touch=True,
        is_mobile=True,
    ) as context:
        page = await context.new_page()
        asked: list[str] = []
        errors: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if "Content Security" in line.text else None)
        await page.goto(f"{chat.url}/")
        await expect(page.get_by_role("log").get_by_role("button").first).to_be_visible()
        yield page
        assert [url for url in asked if not url.startswith(chat.url)] == []
        assert errors == []


async def press(page: Page, name: str) -> None:
    await page.get_by_role("log").get_by_role("button", name=name).last.click()


async def say(page: Page, words: str) -> None:
    await page.get_by_role("textbox").fill(words)
    await page.get_by_role("textbox").press("Enter")


async def picture(page: Page, name: str) -> None:
    await page.screenshot(path=SCREENSHOTS / f"page-{name}.png")
