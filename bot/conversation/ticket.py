"""A booking as the ticket that one shows at the door."""

from collections.abc import Sequence

from bot import wire
from bot.conversation.actions import AskCancel, Mine, MoveWhere, SetReminders, Slots
from bot.conversation.labels import kind_of, name_of, place_of, visit_lines
from bot.conversation.turn import Row, Turn, button
from bot.replies import Reply, Ticket

CONFIRMED = "confirmed"
CANCELLED = "cancelled"


def show_ticket(turn: Turn, booking: wire.Booking, before: str = "") -> Reply:
    """A booking in whatever state it is. `before` is said first: what has just happened."""
    if booking.status != CONFIRMED:
        return _show_past(turn, booking)
    _ = turn.words
    parts = [before or _("Your booking:"), _("At the door, say the code on this ticket.")]
    rows: list[Row] = [
        (
            button(_("🕒 Change the time"), MoveWhere(booking.id)),
            button(_("✖️ Cancel it"), AskCancel(booking.id)),
        )
    ]
    if turn.me.reminders:
        parts.append(_("Reminders are on."))
    else:
        parts.append(_("Reminders are off."))
        rows.append((button(_("🔔 Remind me again"), SetReminders(1)),))
    rows.append((button(_("🎫 My bookings"), Mine()),))
    return turn.screen(
        "\n".join(parts),
        rows,
        point=booking.point.id,
        place=place_of(booking.point),
        ticket=ticket_of(turn, booking),
    )


def ticket_of(turn: Turn, booking: wire.Booking) -> Ticket:
    """What stands on the ticket."""
    _ = turn.words
    lines = visit_lines(turn, booking.slot, booking.party, name_of(turn, booking.attendee))
    if booking.point.phone:
        lines.append(_("Telephone: {phone}", phone=booking.point.phone))
    if turn.now < booking.free_cancel_until:
        lines.append(_("Free to cancel until {moment}", moment=_.moment(booking.free_cancel_until, turn.now)))
    return Ticket(booking.code, f"{booking.service.name} · {booking.point.name}", tuple(lines))


def visit_text(turn: Turn, booking: wire.Booking) -> str:
    """A booking's facts as lines of a message."""
    return "\n".join(visit_lines(turn, booking.slot, booking.party, name_of(turn, booking.attendee)))


def _show_past(turn: Turn, booking: wire.Booking) -> Reply:
    """A booking that is no ticket any more."""
    _ = turn.words
    match booking.status:
        case "cancelled":
            state = _("This booking has been cancelled.")
        case "attended":
            state = _("You have been there. Thank you for coming!")
        case _:
            state = _("This booking is over.")
    return turn.screen(
        f"{state}\n\n{visit_text(turn, booking)}", again_rows(turn, booking), point=booking.point.id
    )


def again_rows(turn: Turn, booking: wire.Booking) -> Sequence[Row]:
    """Ways on from a booking that is over: another of its kind, and what else is booked."""
    _ = turn.words
    return (
        (button(_("🔁 Book another time"), Slots(kind_of(booking.slot.category, booking.slot.start))),),
        (button(_("🎫 My bookings"), Mine()),),
    )
