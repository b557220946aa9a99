"""Cancelling and moving what a sentence speaks of: which bookings are meant, and the question about them."""

from collections.abc import Sequence
from dataclasses import replace

from bot import wire
from bot.conversation.actions import AskCancel, AskMove, CancelWhich, MoveNear, MoveWhere, ShowTicket
from bot.conversation.fitting import nearest_in_time, window
from bot.conversation.labels import booking_row, slot_row
from bot.conversation.mine import ask_move, cancel_question, nothing_booked, show_move_where
from bot.conversation.ticket import CONFIRMED, show_ticket
from bot.conversation.turn import MOST_ITEMS, Row, Turn, button
from bot.replies import Reply
from bot.resident import SlotQuery
from bot.texts import DISTRICT_ZONE
from bot.understanding import Meaning

SHOWN = 6
"""Bookings or slots on a screen."""


async def ask_which_to_cancel(turn: Turn, meaning: Meaning) -> Reply:
    """The question whether to cancel the booking that is meant; with several, which."""
    _ = turn.words
    booked = await turn.resident.bookings(MOST_ITEMS)
    if not booked:
        return nothing_booked(turn)
    meant = [one for one in booked if _is_meant(one, meaning) and _is_then(one, meaning)]
    if len(meant) == 1:
        return cancel_question(turn, meant[0])
    text = _("Which booking would you like to cancel?")
    if not meant:
        text = _("I find no such booking. These are yours; which would you like to cancel?")
    rows = [booking_row(turn, one, AskCancel(one.id)) for one in (meant or booked)[: turn.fits(SHOWN)]]
    if len(rows) < len(booked):
        rows.append((button(_("🎫 All my bookings"), CancelWhich()),))
    return turn.screen(text, rows)


async def ask_which_to_move(turn: Turn, meaning: Meaning) -> Reply:
    """Other times for the booking that is meant; with several, which."""
    _ = turn.words
    booked = await turn.resident.bookings(MOST_ITEMS)
    if not booked:
        return nothing_booked(turn)
    meant = [one for one in booked if _is_meant(one, meaning)] or list(booked)
    begins, ends = minutes_of(meaning)

    def near(one: wire.Booking) -> MoveNear:
        return MoveNear(one.id, meaning.day, begins, ends)

    if len(meant) == 1:
        return await show_move_near(turn, near(meant[0]))
    rows = [booking_row(turn, one, near(one)) for one in meant[: turn.fits(SHOWN)]]
    return turn.screen(_("Which booking would you like to change?"), rows)


async def show_move_near(turn: Turn, wanted: MoveNear) -> Reply:
    """Other times of the same service about when it was said. Where just one fits, the question whether to move there; where
    none does, all other times."""
    _ = turn.words
    booking = await turn.resident.booking(wanted.booking)
    if booking.status != CONFIRMED:
        return await show_ticket(turn, booking)
    if wanted.day is None and wanted.begins is None and wanted.ends is None:
        return await show_move_where(turn, MoveWhere(booking.id))
    slots = await _slots_near(turn, booking, wanted)
    if not slots:
        text = _("At that time this service has no free place. These are its other times.")
        others = await show_move_where(turn, MoveWhere(booking.id))
        return replace(others, text=f"{text}\n\n{others.text}")
    if len(slots) == 1:
        return await ask_move(turn, AskMove(booking.id, slots[0].id))
    rows: list[Row] = [
        slot_row(turn, number, slot, AskMove(booking.id, slot.id)) for number, slot in enumerate(slots, 1)
    ]
    more = (button(_("🔁 Other times"), MoveWhere(booking.id)),)
    back = (button(_("↩️ Keep it as it is"), ShowTicket(booking.id)),)
    return turn.screen(
        _("To which time would you like to change?"), [*rows, more, back], point=booking.point.id
    )


def minutes_of(meaning: Meaning) -> tuple[int | None, int | None]:
    """From and until when, as minutes of the day."""
    begins, ends = meaning.start, meaning.end
    return (
        None if begins is None else begins.hour * 60 + begins.minute,
        None if ends is None else ends.hour * 60 + ends.minute,
    )


async def _slots_near(turn: Turn, booking: wire.Booking, wanted: MoveNear) -> Sequence[wire.Slot]:
    # Where only a time was said, it is another time of the same day.
    day = wanted.day or booking.slot.start.astimezone(DISTRICT_ZONE).date()
    start, before = window(day, wanted.begins, wanted.ends)
    if before <= turn.now:
        return ()
    query = SlotQuery(max(start, turn.now), before, service=booking.service.id, party=booking.party)
    found = [slot for slot in await turn.resident.slots(query, MOST_ITEMS) if slot.id != booking.slot.id]
    return nearest_in_time(found, wanted.begins, wanted.ends)[: turn.fits(SHOWN)]


def _is_meant(booking: wire.Booking, meaning: Meaning) -> bool:
    """Whether it is of the category that was said."""
    return meaning.category is None or booking.slot.category == meaning.category


def _is_then(booking: wire.Booking, meaning: Meaning) -> bool:
    """Whether it is on the day, and within the time, that was said."""
    begins = booking.slot.start.astimezone(DISTRICT_ZONE)
    if meaning.day is not None and begins.date() != meaning.day:
        return False
    if meaning.start is None:
        return True
    if meaning.end is None:
        return begins.time() == meaning.start
    return meaning.start <= begins.time() < meaning.end
