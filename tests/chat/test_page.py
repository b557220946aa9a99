"""A resident books on the chat page: a real browser, the real program, the real database."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext

from tests.chat.page_person import PagePerson, phone
from tests.chat.story import (
    books_lunch,
    cancels,
    is_reminded_once,
    is_seen_by_the_manager,
)
from tests.chat.town import Town
from tests.chat.wording import CHINESE, ENGLISH, Wording
from tests.program.running import Program

pytestmark = pytest.mark.browser


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    """Somebody's phone, which has never seen the page."""
    async with phone(browser) as context:
        yield context


async def opened(context: BrowserContext, program: Program, album: str, words: Wording) -> PagePerson:
    """The page as the program serves it."""
    page = await context.new_page()
    await page.goto(f"{program.url}/chat")
    return PagePerson(page, album, words)


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["Chinese", "English"])
async def test_the_whole_way(town: Town, context: BrowserContext, words: Wording) -> None:
    english = words is ENGLISH
    person = await opened(context, town.program, "english" if english else "chinese", words)
    assert CHINESE.greeting in await person.greet()
    if english:
        assert words.greeting in await person.tap_above("English")
        person.taps = 0
    booking = await books_lunch(person, town, words)
    await is_seen_by_the_manager(booking, town)
    await is_reminded_once(person, booking, town, words)

    transcript = await person.page.get_by_role("log").inner_text()
    await person.page.reload()
    await person.await_reminder()
    assert await person.page.get_by_role("log").inner_text() == transcript

    await cancels(person, booking, town, words)
    assert words.nothing_booked in await person.tap_above(words.bookings)


async def test_with_nothing_but_a_keyboard(town: Town, context: BrowserContext) -> None:
    person = await opened(context, town.program, "keyboard", CHINESE)
    await person.greet()
    await person.reach(CHINESE.lunch)
    await person.reach("1. ")
    assert CHINESE.booked in await person.reach(CHINESE.agree)
    booking = await town.booking(await person.code())
    await person.reach(CHINESE.cancel)
    assert CHINESE.cancelled in await person.reach(CHINESE.really_cancel)
    assert (await town.booking(booking.code)).cancelled_at is not None


async def test_a_page_open_at_two_programs_shows_a_reminder_once(
    town: Town, other_program: Program, context: BrowserContext
) -> None:
    """One person, one cookie, a page at each of two processes on one database: only one of them shows it."""
    here = await opened(context, town.program, "here", CHINESE)
    await here.greet()
    booking = await books_lunch(here, town, CHINESE)
    there = await opened(context, other_program, "there", CHINESE)
    await there.greet()
    await town.bring_reminder_forward(booking)
    counts = await asyncio.gather(here.reminders(), there.reminders())
    assert sorted(counts) == [0, 1]
