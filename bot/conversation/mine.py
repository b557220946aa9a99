"""My bookings: see, cancel, move."""

import asyncio

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import (
    AskCancel,
    AskMove,
    Cancel,
    CancelWhich,
    Categories,
    Mine,
    Move,
    MoveWhere,
    ShowTicket,
    ShowWaiting,
    Slots,
)
from bot.conversation.actions.ordering import SeriesList
from bot.conversation.actions.visits import Past
from bot.conversation.labels import LUNCH, booking_row, kind_of, slot_row, waiting_row
from bot.conversation.refusal import reasons_text, show_refusal
from bot.conversation.ticket import CANCELLED, CONFIRMED, again_rows, show_past, show_ticket, visit_text
from bot.conversation.turn import MOST_ITEMS, Row, Turn, button, leaf, limit_for, page_row
from bot.replies import Reply
from bot.resident import SlotQuery

PAGE = 6
"""Bookings or slots on a screen."""


async def show_mine(turn: Turn, wanted: Mine) -> Reply:
    """My upcoming bookings and what I wait for, soonest first; what is offered to me comes before all, for it runs out."""
    _ = turn.words
    entries, booked = await asyncio.gather(
        turn.resident.waiting(), turn.resident.bookings(limit_for(wanted.page, turn.fits(PAGE)))
    )
    offered = [entry for entry in entries if entry.offer is not None]
    waiting = [entry for entry in entries if entry.offer is None]
    both: list[wire.Booking | wire.WaitlistEntry] = [*booked, *waiting]
    found = [*offered, *sorted(both, key=lambda one: one.slot.start)]
    shown, more = leaf(found, wanted.page, turn.fits(PAGE))
    if not shown:
        return nothing_booked(turn)
    rows = [
        booking_row(turn, one, ShowTicket(one.id))
        if isinstance(one, wire.Booking)
        else waiting_row(turn, one, ShowWaiting(one.id))
        for one in shown
    ]
    text = [_("Your bookings. Tap one to see its ticket, change or cancel it.")]
    if waiting:
        text.append(_("⏳ stands where you are waiting for a place."))
    if offered:
        text.append(_("🔔 A place is held for you: please say whether you take it."))
    onward = page_row(_, wanted.page, Mine, more=more)
    return turn.screen("\n".join(text), [*rows, *onward, past_row(turn)])


async def show_cancel_which(turn: Turn, wanted: CancelWhich) -> Reply:
    """Which booking to cancel; with only one, at once the question whether to."""
    _ = turn.words
    found = await turn.resident.bookings(limit_for(wanted.page, turn.fits(PAGE)))
    if len(found) == 1:
        return cancel_question(turn, found[0])
    bookings, more = leaf(found, wanted.page, turn.fits(PAGE))
    if not bookings:
        return nothing_booked(turn)
    rows = [booking_row(turn, booking, AskCancel(booking.id)) for booking in bookings]
    onward = page_row(_, wanted.page, CancelWhich, more=more)
    return turn.screen(_("Which booking would you like to cancel?"), [*rows, *onward])


async def ask_cancel(turn: Turn, wanted: AskCancel) -> Reply:
    """What cancelling would mean, and the button that does it."""
    return cancel_question(turn, await turn.resident.booking(wanted.booking))


async def cancel(turn: Turn, order: Cancel) -> Reply:
    """Cancel. Cancelled already is as good."""
    _ = turn.words
    try:
        booking = await turn.resident.cancel(order.booking)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        booking = await turn.resident.booking(order.booking)
        if booking.status != CANCELLED:
            text = _("I am sorry, that is not possible:")
            return turn.screen(
                f"{text}\n{reasons_text(turn, problem)}", again_rows(turn, booking), point=booking.point.id
            )
    text = _("It is cancelled. Thank you for saying so: somebody else can have the place.")
    return turn.screen(
        f"{text}\n\n{visit_text(turn, booking)}", again_rows(turn, booking), point=booking.point.id
    )


async def show_move_where(turn: Turn, wanted: MoveWhere) -> Reply:
    """Other times of the same service that have room for the whole party."""
    _ = turn.words
    booking = await turn.resident.booking(wanted.booking)
    if booking.status != CONFIRMED:
        return await show_ticket(turn, booking)
    query = SlotQuery(turn.now, service=booking.service.id, party=booking.party)
    # One more than the page needs, because the booking's own slot may be among them.
    found = await turn.resident.slots(query, min(MOST_ITEMS, limit_for(wanted.page, turn.fits(PAGE)) + 1))
    slots, more = leaf([slot for slot in found if slot.id != booking.slot.id], wanted.page, turn.fits(PAGE))
    back = (button(_("↩️ Keep it as it is"), ShowTicket(booking.id)),)
    if not slots:
        text = _("This service has no other free time just now.")
        elsewhere = (
            button(_("🔁 Look elsewhere"), Slots(kind_of(booking.slot.category, booking.slot.start))),
        )
        return turn.screen(text, [elsewhere, back], point=booking.point.id)
    first = max(0, wanted.page) * turn.fits(PAGE) + 1
    rows = [
        slot_row(turn, number, slot, AskMove(booking.id, slot.id)) for number, slot in enumerate(slots, first)
    ]
    onward = page_row(_, wanted.page, lambda page: MoveWhere(booking.id, page), more=more)
    text = _("To which time would you like to change?")
    return turn.screen(text, [*rows, *onward, back], point=booking.point.id)


async def ask_move(turn: Turn, wanted: AskMove) -> Reply:
    """What moving would mean, and the button that does it."""
    _ = turn.words
    booking = await turn.resident.booking(wanted.booking)
    if booking.status != CONFIRMED:
        return await show_ticket(turn, booking)
    slot = await turn.resident.slot(wanted.slot)
    text = _(
        "Change this booking?\n\nUntil now:\n{old}\n\nFrom now on:\n{new}\n\n"
        "Your old place is given up only when the new one is yours.",
        old=_visit(turn, booking.slot),
        new=_visit(turn, slot),
    )
    label = _("✅ Change to {when}", when=_.short_moment(slot.start, turn.now))
    rows = (
        (button(label, Move(booking.id, slot.id)),),
        (button(_("🔁 Other times"), MoveWhere(booking.id)),),
        (button(_("↩️ Keep it as it is"), ShowTicket(booking.id)),),
    )
    return turn.screen(text, rows, point=booking.point.id)


async def move(turn: Turn, order: Move) -> Reply:
    """Move. Refused, the booking stays as it is, and other times of the same service are offered."""
    _ = turn.words
    try:
        booking = await turn.resident.move(order.booking, order.slot)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        present = await turn.resident.booking(order.booking)
        return show_refusal(turn, problem, lambda slot: AskMove(order.booking, slot), but_not=present.slot.id)
    return await show_ticket(turn, booking, _("The time is changed. See you there!"))


def cancel_question(turn: Turn, booking: wire.Booking) -> Reply:
    """What cancelling this booking would mean, and the button that does it."""
    if booking.status != CONFIRMED:
        return show_past(turn, booking)
    _ = turn.words
    until = _.moment(booking.free_cancel_until, turn.now)
    if turn.now < booking.free_cancel_until:
        means = _("Cancelling is free until {moment}.", moment=until)
    else:
        means = _(
            "It was free until {moment}; now it is noted as late. It is still better than an empty place.",
            moment=until,
        )
    rows = (
        (button(_("✖️ Yes, cancel this booking"), Cancel(booking.id)),),
        (button(_("↩️ No, keep it"), ShowTicket(booking.id)),),
        (button(_("🕒 Change the time instead"), MoveWhere(booking.id)),),
    )
    parts = [_("Cancel this booking?"), visit_text(turn, booking), means]
    return turn.screen("\n\n".join(parts), rows, point=booking.point.id)


def _visit(turn: Turn, slot: wire.Slot) -> str:
    return f"{turn.words.span(slot.start, slot.end, turn.now)} {slot.service.name}\n{slot.point.name}"


def nothing_booked(turn: Turn) -> Reply:
    """That there is no booking, and how to make one."""
    _ = turn.words
    rows = (
        (button(_("🍚 Book lunch"), Slots(LUNCH)),),
        (button(_("📋 All services"), Categories()),),
        past_row(turn),
    )
    return turn.screen(_("You have no upcoming booking."), rows)


def past_row(turn: Turn) -> Row:
    """To what is booked besides what is ahead one by one."""
    _ = turn.words
    return (button(_("🕘 Past bookings"), Past()), button(_("📆 My series"), SeriesList()))
