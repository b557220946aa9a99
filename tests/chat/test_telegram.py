"""A resident books from Telegram: real program, real library, real database; only Telegram's server is ours."""

import pytest

from tests.chat.story import (
    books_lunch,
    cancels,
    is_reminded_once,
    is_seen_by_the_manager,
)
from tests.chat.telegram_person import TelegramPerson
from tests.chat.town import Town
from tests.chat.wording import CHINESE, ENGLISH, Wording
from tests.program.running import Program


@pytest.fixture
async def person(town: Town) -> TelegramPerson:
    """Somebody who has never spoken to the bot."""
    return TelegramPerson(town.bot_api.new_user("王桂英"))


@pytest.mark.parametrize("words", [CHINESE, ENGLISH], ids=["Chinese", "English"])
async def test_the_whole_way(town: Town, person: TelegramPerson, words: Wording) -> None:
    assert CHINESE.greeting in await person.greet()
    if words is ENGLISH:
        await person.tap("English")
        assert words.greeting in await person.tap("English")
        person.taps = 0
    booking = await books_lunch(person, town, words)
    await is_seen_by_the_manager(booking, town)
    await is_reminded_once(person, booking, town, words)
    await cancels(person, booking, town, words)
    await person.user.send_text("/bookings")
    assert words.nothing_booked in await person.answer()


async def test_an_update_shown_twice_changes_nothing_more(town: Town, person: TelegramPerson) -> None:
    await person.greet()
    await person.tap(CHINESE.lunch)
    await person.tap("1. ")
    update = person.press(CHINESE.agree)
    await person.answer()
    booking = await town.booking(await person.code())
    ticket = person.user.messages[0]
    looks = (ticket.text, ticket.data, ticket.labels)
    town.bot_api.redeliver(update)
    await person.user.send_text("/bookings")
    await person.answer()
    assert town.bot_api.updates.shown.count(update) > 1
    ticket = person.user.messages[0]
    assert (ticket.text, ticket.data, ticket.labels) == looks
    assert [each.id for each in await town.bookings_of(booking.booked_by_id)] == [booking.id]


async def test_killed_between_taps_the_buttons_still_work(town: Town, person: TelegramPerson) -> None:
    """Killed before the tap, while the person waits, and after the booking but before Telegram learns that the tap was
    heard: it is shown again to a process that knows nothing of it, and there is still one booking."""
    await person.greet()
    await town.program.kill()
    person.press(CHINESE.lunch)
    await town.start_again()
    await person.answer(CHINESE.lunches)
    await person.tap("1. ")
    update = person.press(CHINESE.agree)
    assert CHINESE.booked in await person.answer()
    await town.program.kill()
    booking = await town.booking(await person.code())

    town.bot_api.redeliver(update)
    await town.start_again()
    assert CHINESE.booked in await person.answer()
    assert CHINESE.booked in person.user.messages[0].text
    assert person.user.messages[0].bold() == [booking.code]
    assert [each.id for each in await town.bookings_of(booking.booked_by_id)] == [booking.id]
    await cancels(person, booking, town, CHINESE)


async def test_with_two_programs_on_one_database_the_reminder_still_comes_once(
    town: Town, other_program: Program, person: TelegramPerson
) -> None:
    await person.greet()
    booking = await books_lunch(person, town, CHINESE)
    assert other_program.process.returncode is None
    await is_reminded_once(person, booking, town, CHINESE)
