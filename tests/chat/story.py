"""The first way through the house, told once for every channel: from a greeting to a place that is free again."""

from models.tables import Booking
from models.vocabulary import BookingStatus, NoticeStatus
from tests.chat.people import Resident, manager_of
from tests.chat.town import Town
from tests.chat.wording import Wording

TAPS_TO_A_BOOKING = 3
"""The most that a booking may take (product: People 2)."""


async def books_lunch(person: Resident, town: Town, words: Wording) -> Booking:
    """From the greeting, already on the screen, to the ticket, in three taps."""
    assert words.lunches in await person.tap(words.lunch)
    await person.tap("1. ")
    assert words.booked in await person.tap(words.agree)
    assert person.taps == TAPS_TO_A_BOOKING
    booking = await town.booking(await person.code())
    assert (booking.status, booking.party) == (BookingStatus.confirmed, 1)
    return booking


async def is_seen_by_the_manager(booking: Booking, town: Town) -> None:
    """The point's manager finds the booking in the day's list and makes room for one more; an edit of what has changed
    meanwhile, or without having looked, is refused."""
    async with manager_of(town, booking.point_id) as manager:
        slots = await manager.day(booking.day)
        (slot,) = (slot for slot in slots if slot["id"] == str(booking.slot_id))
        (line,) = (line for line in slot["bookings"] if line["id"] == str(booking.id))
        assert (line["code"], line["party"], line["status"]) == (booking.code, 1, "confirmed")
        assert line["attendee"]["id"] == str(booking.attendee_id)

        seen = await manager.version(booking.slot_id)
        more = slot["capacity"] + 1
        changed = await manager.set_capacity(booking.slot_id, more, seen=seen)
        assert (changed.status_code, changed.json()["capacity"]) == (200, more)
        assert changed.headers["ETag"] == await manager.version(booking.slot_id) != seen
        assert (await manager.set_capacity(booking.slot_id, more + 1, seen=seen)).status_code == 412
        assert (await manager.set_capacity(booking.slot_id, more + 1, seen=None)).status_code == 428


async def is_reminded_once(person: Resident, booking: Booking, town: Town, words: Wording) -> None:
    """The reminder comes by itself when it is due, names the code, and never comes again."""
    notice_id = await town.bring_reminder_forward(booking)
    said = await person.await_reminder()
    assert words.reminder in said
    assert booking.code in said
    assert await person.reminders() == 1
    assert await town.outcome(notice_id) == (NoticeStatus.delivered, 1)


async def cancels(person: Resident, booking: Booking, town: Town, words: Wording) -> None:
    """One tap, on the reminder or the ticket, asks; a second one cancels. The place is free again, and
    nobody is reminded any more."""
    taken = await town.taken(booking.slot_id)
    assert booking.code not in await person.tap(words.cancel)
    assert await town.taken(booking.slot_id) == taken
    assert words.cancelled in await person.tap(words.really_cancel)
    assert await town.taken(booking.slot_id) == taken - booking.party
    assert (await town.booking(booking.code)).status is BookingStatus.cancelled
    assert NoticeStatus.pending not in await town.owed_about(booking)
