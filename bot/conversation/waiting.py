"""Waiting for a full slot: ask and join, see how it stands, answer an offer, leave."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import (
    Accept,
    AskBook,
    AskDecline,
    AskLeave,
    AskWait,
    Categories,
    Decline,
    Leave,
    Mine,
    ShowWaiting,
    Slots,
    Wait,
)
from bot.conversation.booking import ask_book, consent_text, consents, has_consented, known_attendee
from bot.conversation.labels import attendee_name, kind_of, name_of, turn_text, visit_lines
from bot.conversation.refusal import reasons_text, show_refusal
from bot.conversation.ticket import show_ticket
from bot.conversation.turn import Row, Turn, button
from bot.replies import Button, Reply
from bot.texts import Words


async def ask_wait(turn: Turn, wanted: AskWait) -> Reply:
    """What waiting would be, and the button that joins the queue."""
    _ = turn.words
    slot = await turn.resident.slot(wanted.slot)
    party = max(1, wanted.party)
    attendee = known_attendee(turn.me, wanted.attendee)
    parts = [
        _("Wait for a place here?"),
        "\n".join(visit_lines(turn, slot, party, attendee_name(turn, attendee))),
        _("As soon as enough places are free, I will keep them for you for a while and ask you."),
    ]
    agreed = has_consented(turn.me)
    if agreed:
        label = _("✅ Yes, put me in the queue")
    else:
        parts.append(consent_text(turn))
        label = _("✅ I agree: put me in the queue")
    rows = (
        (button(label, Wait(slot.id, party, attendee, int(not agreed))),),
        (button(_("🔁 Other times"), Slots(kind_of(slot.category, slot.start))),),
    )
    return turn.screen("\n\n".join(parts), rows, point=slot.point.id)


async def wait(turn: Turn, order: Wait) -> Reply:
    """Join the queue, after consent. Places that have come free meanwhile are booked instead, after the usual question."""
    _ = turn.words
    if not await consents(turn, order.consent_shown):
        return await ask_wait(turn, AskWait(order.slot, order.party, order.attendee))
    try:
        entry = await turn.resident.wait(order.slot, order.party, order.attendee)
    except ApiProblem as problem:
        codes = {reason.code for reason in problem.reasons}
        if codes == {"places-are-free"}:
            return await ask_book(turn, AskBook(order.slot, order.party, order.attendee))
        if "already-waiting" in codes:
            there = await _find(turn, lambda entry: _is_of(turn, entry, order))
            if there is not None:
                return _waiting_screen(turn, there, _("You are in this queue already."))
        if not problem.reasons:
            raise
        return show_refusal(turn, problem, lambda slot: AskBook(slot, order.party, order.attendee))
    return _waiting_screen(
        turn, entry, _("You are in the queue. I will tell you as soon as there is a place.")
    )


async def show_waiting(turn: Turn, wanted: ShowWaiting) -> Reply:
    """How a waiting stands; with an offer out, the question whether to take it."""
    entry = await _find(turn, lambda entry: entry.id == wanted.entry)
    return _over(turn) if entry is None else _entry_screen(turn, entry)


async def ask_leave(turn: Turn, wanted: AskLeave) -> Reply:
    """What leaving would mean, and the button that leaves."""
    _ = turn.words
    entry = await _find(turn, lambda entry: entry.id == wanted.entry)
    if entry is None:
        return _over(turn)
    if entry.offer is not None:
        return _entry_screen(turn, entry)
    rows = (
        (button(_("✖️ Yes, stop waiting"), Leave(entry.id)),),
        (button(_("↩️ No, keep my turn"), ShowWaiting(entry.id)),),
    )
    parts = [_("Stop waiting for this? Your turn goes to the next."), _facts(turn, entry)]
    return turn.screen("\n\n".join(parts), rows, point=entry.slot.point.id)


async def leave(turn: Turn, order: Leave) -> Reply:
    """Give up the turn. Given up already is as good."""
    _ = turn.words
    entry = await turn.resident.leave(order.entry)
    return _left(turn, entry, _("You are not waiting for this any more."))


async def accept(turn: Turn, order: Accept) -> Reply:
    """Take the places. An offer that has ended is said kindly; one against which a rule speaks stands while it is held."""
    _ = turn.words
    try:
        booking = await turn.resident.accept(order.offer)
    except ApiProblem as problem:
        if _has_ended(problem):
            return _over(turn)
        if not problem.reasons:
            raise
        rows: list[Row] = [
            (button(_("🎫 My bookings"), Mine()),),
            (button(_("🔄 Try again"), order),),
            (_no_button(_, order.offer),),
        ]
        text = _("I am sorry, that is not possible:")
        stands = _("The place is still kept for you until the time that I named.")
        return turn.screen(f"{text}\n{reasons_text(turn, problem)}\n\n{stands}", rows)
    return await show_ticket(turn, booking, _("Booked. See you there!"))


async def ask_decline(turn: Turn, wanted: AskDecline) -> Reply:
    """What saying no would mean, and the button that says it."""
    _ = turn.words
    entry = await _find(turn, lambda entry: entry.offer is not None and entry.offer.id == wanted.offer)
    if entry is None:
        return _over(turn)
    rows = (
        (button(_("✖️ Yes, give it to the next"), Decline(wanted.offer)),),
        (accept_button(_, wanted.offer, entry.slot.start, entry.slot.service.name, entry.party, turn.now),),
    )
    parts = [_("You do not need this place? It then goes to the next."), _facts(turn, entry)]
    return turn.screen("\n\n".join(parts), rows, point=entry.slot.point.id)


async def decline(turn: Turn, order: Decline) -> Reply:
    """Say no to an offer. Said already is as good."""
    _ = turn.words
    try:
        entry = await turn.resident.decline(order.offer)
    except ApiProblem as problem:
        if _has_ended(problem):
            return _over(turn)
        raise
    return _left(turn, entry, _("Thank you for saying so: the place goes to the next."))


def offer_rows(_: Words, offer: UUID, start: datetime, service: str, party: int, now: datetime) -> list[Row]:
    """Yes and no to an offer. Yes does it at once, and says exactly what; no is asked once more."""
    return [(accept_button(_, offer, start, service, party, now),), (_no_button(_, offer),)]


def accept_button(_: Words, offer: UUID, start: datetime, service: str, party: int, now: datetime) -> Button:
    """The button that takes the places of an offer: ✅ 要：明天 11:00 长者午餐 1 位."""
    label = _.plural(
        "✅ Take it: {when} {service}, {number} place",
        "✅ Take it: {when} {service}, {number} places",
        party,
        when=_.short_moment(start, now),
        service=service,
    )
    return button(label, Accept(offer))


def _no_button(_: Words, offer: UUID) -> Button:
    return button(_("✖️ No, thank you"), AskDecline(offer))


def _entry_screen(turn: Turn, entry: wire.WaitlistEntry) -> Reply:
    _ = turn.words
    if entry.offer is None:
        return _waiting_screen(turn, entry, _("You are waiting for this:"))
    parts = [
        _("🔔 A place has come free, and I keep it for you:"),
        _facts(turn, entry),
        _(
            "Please answer by {moment}. After that it goes to the next in the queue.",
            moment=_.moment(entry.offer.expires_at, turn.now),
        ),
    ]
    slot = entry.slot
    rows = offer_rows(_, entry.offer.id, slot.start, slot.service.name, entry.party, turn.now)
    return turn.screen("\n\n".join(parts), rows, point=slot.point.id)


def _waiting_screen(turn: Turn, entry: wire.WaitlistEntry, first: str) -> Reply:
    _ = turn.words
    rows = (
        (button(_("🔁 Other times"), Slots(kind_of(entry.slot.category, entry.slot.start))),),
        (button(_("✖️ Stop waiting"), AskLeave(entry.id)), button(_("🎫 My bookings"), Mine())),
    )
    stands = _("You are {position}.", position=turn_text(_, entry.ahead))
    return turn.screen("\n\n".join([first, _facts(turn, entry), stands]), rows, point=entry.slot.point.id)


def _left(turn: Turn, entry: wire.WaitlistEntry, first: str) -> Reply:
    _ = turn.words
    rows = (
        (button(_("🔁 Book another time"), Slots(kind_of(entry.slot.category, entry.slot.start))),),
        (button(_("🎫 My bookings"), Mine()),),
    )
    return turn.screen(f"{first}\n\n{_facts(turn, entry)}", rows, point=entry.slot.point.id)


def _over(turn: Turn) -> Reply:
    """The offer or the waiting has ended: say so, and where to go on."""
    _ = turn.words
    text = _("I am sorry, this has ended meanwhile. There may be a free place at another time.")
    return turn.screen(
        text, [(button(_("📋 All services"), Categories()), button(_("🎫 My bookings"), Mine()))]
    )


def _has_ended(problem: ApiProblem) -> bool:
    return any(reason.code == "offer-over" for reason in problem.reasons)


async def _find(turn: Turn, wanted: Callable[[wire.WaitlistEntry], bool]) -> wire.WaitlistEntry | None:
    return next(filter(wanted, await turn.resident.waiting()), None)


def _is_of(turn: Turn, entry: wire.WaitlistEntry, order: Wait) -> bool:
    return entry.slot.id == order.slot and entry.attendee.id == (order.attendee or turn.me.id)


def _facts(turn: Turn, entry: wire.WaitlistEntry) -> str:
    return "\n".join(visit_lines(turn, entry.slot, entry.party, name_of(turn, entry.attendee)))
