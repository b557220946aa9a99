"""What the tests of the page share."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser import browser
from tests.page.phone import opened
from tests.page.serving import Served, served

__all__ = ["browser"]


@pytest.fixture
async def chat() -> AsyncIterator[Served]:
    """A page of its own for one test, behind a real server."""
    async with served() as running:
        yield running


@pytest.fixture
async def page(browser: Browser, chat: Served) -> AsyncIterator[Page]:
    """The page on a small phone, greeted."""
    async with opened(browser, chat) as greeted:
        yield greeted
