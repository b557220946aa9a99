"""Somebody with the chat page open on a small phone, in a real browser."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser import PHONE, SCREENSHOTS
from tests.chat.people import QUIET_S
from tests.chat.wording import Wording

PATIENCE_MS = 15_000
MOST_TABS = 25
"""Where a search by the Tab key ends: more steps than the page has places to stop at."""


@dataclass
class PagePerson:
    """A resident on the chat page. Every screen is photographed as `chat-<album>-<number>.png`."""

    page: Page
    album: str
    words: Wording
    taps: int = 0
    pictures: int = 0

    @property
    def screen(self) -> Locator:
        """The newest screen."""
        return self.page.locator(".turn").last

    async def greet(self) -> str:
        """The page greets by itself."""
        self.taps = 0
        await expect(self.screen.get_by_role("button").first).to_be_visible(timeout=PATIENCE_MS)
        return await self.look()

    async def tap(self, label: str) -> str:
        return await self._after(self.screen.get_by_role("button", name=label).first.tap)

    async def tap_above(self, label: str) -> str:
        """Tap a button of the page's own, in its head or its foot."""
        return await self._after(self.page.locator("header, footer").get_by_role("button", name=label).tap)

    async def reach(self, label: str) -> str:
        """The same with nothing but a keyboard: Tab until the button has the focus, then Enter."""
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            focused = self.page.locator(":focus")
            if label in await focused.inner_text():
                assert await focused.evaluate("one => one.matches(':focus-visible')")
                return await self._after(lambda: self.page.keyboard.press("Enter"))
        raise AssertionError(f"the keyboard does not reach {label!r}")

    async def code(self) -> str:
        ticket = self.screen.get_by_role("article", name=self.words.ticket)
        return await ticket.locator("strong").inner_text()

    async def await_reminder(self) -> str:
        await expect(self._reminders).to_be_visible(timeout=PATIENCE_MS)
        return await self.look()

    async def reminders(self) -> int:
        await asyncio.sleep(QUIET_S)
        return await self._reminders.count()

    async def look(self) -> str:
        """Take a picture of what the person sees now; the words of the newest screen."""
        self.pictures += 1
        await self.page.screenshot(path=SCREENSHOTS / f"chat-{self.album}-{self.pictures}.png")
        return await self.screen.inner_text()

    @property
    def _reminders(self) -> Locator:
        return self.page.get_by_role("region", name=self.words.notice)

    async def _after(self, act: Callable[[], Awaitable[None]]) -> str:
        before = await self.screen.get_attribute("data-key")
        self.taps += 1
        await act()
        await expect(self.screen).not_to_have_attribute("data-key", before or "", timeout=PATIENCE_MS)
        return await self.look()


@asynccontextmanager
async def phone(browser: Browser) -> AsyncIterator[BrowserContext]:
    """A small Chinese phone that asks nobody but this machine."""
    async with await browser.new_context(
        viewport=PHONE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        has_touch=True,
        is_mobile=True,
    ) as context:
        yield context
