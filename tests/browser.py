"""A real browser for tests: import the fixture `browser`, and mark the tests with `browser`."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, ViewportSize, async_playwright

SCREENSHOTS = Path(__file__).parent / "browser" / "screenshots"

PHONE: ViewportSize = {"width": 360, "height": 740}

_NAMES = ("chromium", "chromium-browser", "google-chrome")

# The sandbox needs rights that root in a container lacks; the rest keeps the browser from calling home.
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A microphone that hums by itself, for voice notes.
    "--use-fake-device-for-media-stream",
)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One headless chromium for the session; `make browser` installs it where there is none."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    assert program is not None, "no chromium here: run `make browser`"
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
        yield running
        await running.close()
