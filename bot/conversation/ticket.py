"""A booking as the ticket that one shows at the door."""

from collections.abc import Sequence
from datetime import timedelta

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import AskCancel, Mine, MoveWhere, SetReminders, Slots
from bot.conversation.actions.ordering import ShowSeries
from bot.conversation.actions.visits import Again, AskLate, AskRating
from bot.conversation.labels import kind_of, name_of, place_of, visit_lines
from bot.conversation.turn import Row, Turn, button
from bot.replies import Reply, Ticket
from bot.visitor import Visitor

CONFIRMED = "confirmed"
CANCELLED = "cancelled"
ATTENDED = "attended"

COMING = "coming"
LATE = "late"

LATE_FROM = timedelta(hours=24)
"""So long before the start it is offered to say that one comes late: on the day itself, and the evening before."""

MOST_STARS = 5


async def show_ticket(turn: Turn, booking: wire.Booking, before: str = "") -> Reply:
    """A booking in whatever state it is. `before` is said first: what has just happened."""
    if booking.status != CONFIRMED:
        return show_past(turn, booking, before)
    return ticket_screen(turn, booking, before, qr=await _qr(turn, booking))


def ticket_screen(turn: Turn, booking: wire.Booking, before: str = "", *, qr: str | None = None) -> Reply:
    """The ticket of a booking that stands; `qr` is what its QR code says."""
    _ = turn.words
    parts = [before or _("Your booking:"), _("At the door, say the code on this ticket.")]
    parts += arrival_lines(turn, booking)
    rows: list[Row] = [
        (
            button(_("🕒 Change the time"), MoveWhere(booking.id)),
            button(_("✖️ Cancel it"), AskCancel(booking.id)),
        )
    ]
    if booking.arrival != LATE and turn.now > booking.slot.start - LATE_FROM:
        rows.append((button(_("🐢 I will be late"), AskLate(booking.id)),))
    if booking.series_id is not None:
        rows.append((button(_("📆 All days of this series"), ShowSeries(booking.series_id)),))
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
        ticket=ticket_of(turn, booking, qr),
    )


async def _qr(turn: Turn, booking: wire.Booking) -> str | None:
    """What the QR code says; a ticket without it still has its code."""
    try:
        return await turn.acting_as(Visitor).ticket(booking.id)
    except ApiProblem:
        return None


def arrival_lines(turn: Turn, booking: wire.Booking) -> list[str]:
    """What the point was told of the coming, and until when the place is kept."""
    _ = turn.words
    if booking.arrival == COMING:
        return [_("The point knows that you are coming.")]
    if booking.arrival == LATE:
        return [_("The point knows that you will be late."), kept_line(turn, booking)]
    return []


def kept_line(turn: Turn, booking: wire.Booking) -> str:
    """Until when the place is kept for whoever comes late."""
    _ = turn.words
    until = booking.kept_until or booking.slot.end
    if until >= booking.slot.end:
        return _("Your place is kept until the end, {moment}.", moment=_.clock(booking.slot.end))
    return _(
        "Your place is kept until {moment}; after that somebody else may get it.",
        moment=_.moment(until, turn.now),
    )


def ticket_of(turn: Turn, booking: wire.Booking, qr: str | None = None) -> Ticket:
    """What stands on the ticket."""
    _ = turn.words
    more = []
    if booking.point.phone:
        more.append(_("Telephone: {phone}", phone=booking.point.phone))
    if turn.now < booking.free_cancel_until:
        more.append(_("Free to cancel until {moment}", moment=_.moment(booking.free_cancel_until, turn.now)))
    lines = visit_lines(turn, booking.slot, booking.party, name_of(turn, booking.attendee), *more)
    return Ticket(booking.code, f"{booking.service.name} · {booking.point.name}", tuple(lines), qr)


def visit_text(turn: Turn, booking: wire.Booking) -> str:
    """A booking's facts as lines of a message."""
    return "\n".join(visit_lines(turn, booking.slot, booking.party, name_of(turn, booking.attendee)))


def show_past(turn: Turn, booking: wire.Booking, before: str = "") -> Reply:
    """A booking that is no ticket any more."""
    _ = turn.words
    match booking.status:
        case "cancelled":
            state = _("This booking has been cancelled.")
        case "attended":
            state = _("You have been there. Thank you for coming!")
        case _:
            state = _("This booking is over.")
    parts = [before or state, visit_text(turn, booking)]
    rows = list(again_rows(turn, booking))
    if booking.stars is not None:
        parts.append(_("You gave it {stars}.", stars=stars_text(booking.stars)))
    elif booking.status == ATTENDED:
        rows.insert(0, (button(_("⭐ How was it?"), AskRating(booking.id)),))
    return turn.screen("\n\n".join(parts), rows, point=booking.point.id)


def stars_text(stars: int) -> str:
    """Stars as they are drawn: ★★★★☆."""
    return "★" * stars + "☆" * (MOST_STARS - stars)


def again_rows(turn: Turn, booking: wire.Booking) -> Sequence[Row]:
    """Ways on from a booking that is over: the same again, another of its kind, and what else is booked."""
    _ = turn.words
    return (
        (button(_("↻ The same again"), Again(booking.id)),),
        (button(_("🔁 Book another time"), Slots(kind_of(booking.slot.category, booking.slot.start))),),
        (button(_("🎫 My bookings"), Mine()),),
    )
