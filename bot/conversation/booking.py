"""Booking: show what it would be and ask, then do it."""

from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import Action, AskBook, AskInstead, AskWait, Book, Slots
from bot.conversation.labels import attendee_name, kind_of, visit_lines
from bot.conversation.refusal import show_refusal, wait_button
from bot.conversation.ticket import show_ticket
from bot.conversation.turn import Row, Turn, button
from bot.replies import Button, Reply

CONSENT_PURPOSE = "service"
CONSENT_VERSION = "1"
"""The version of the words in `consent_text`. Raise it when they change their meaning: people are then asked anew."""


async def ask_book(turn: Turn, wanted: AskBook) -> Reply:
    """What the booking would be, changes of party and attendee, and the button that books."""
    slot = await turn.resident.slot(wanted.slot)
    return booking_question(turn, slot, wanted)


async def ask_instead(turn: Turn, wanted: AskInstead) -> Reply:
    """What booking another slot would be, for those who were to come to one that the point cancelled."""
    cancelled = await turn.resident.booking(wanted.booking)
    attendee = None if cancelled.attendee.id == turn.me.id else cancelled.attendee.id
    return await ask_book(turn, AskBook(wanted.slot, cancelled.party, attendee))


def booking_question(
    turn: Turn, slot: wire.Slot, wanted: AskBook, *, others: Action | None = None, before: str = ""
) -> Reply:
    """The question itself. With no place left it leads to the waitlist and to other times instead: `others`, or those of
    the same kind. `before` is said before it."""
    _ = turn.words
    others = others or Slots(kind_of(slot.category, slot.start))
    again = (button(_("🔁 Other times"), others),)
    if slot.free < 1:
        text = _("All places of this time have just been taken.")
        wait = AskWait(slot.id, max(1, wanted.party), known_attendee(turn.me, wanted.attendee))
        return turn.screen(text, [(wait_button(_, wait),), again], point=slot.point.id)
    party = min(max(1, wanted.party), slot.free)
    attendee = known_attendee(turn.me, wanted.attendee)
    parts = [
        *([before] if before else []),
        _("Please look whether this is right:"),
        "\n".join(visit_lines(turn, slot, party, attendee_name(turn, attendee))),
    ]
    consent_needed = not has_consented(turn.me)
    if consent_needed:
        parts.append(consent_text(turn))
    else:
        parts.append(_("The booking is made when you press the first button."))
    rows = [
        (_do_button(turn, slot.id, party, attendee, consent_needed=consent_needed),),
        *_party_rows(turn, slot, party, attendee),
        *_attendee_rows(turn, slot.id, party, attendee),
        again,
    ]
    return turn.screen("\n\n".join(parts), rows, point=slot.point.id)


async def book(turn: Turn, order: Book) -> Reply:
    """Book, after consent. Refused, it says why and what is possible; booked already, it shows that ticket."""
    _ = turn.words
    if not await consents(turn, order.consent_shown):
        return await ask_book(turn, AskBook(order.slot, order.party, order.attendee))
    try:
        booking = await turn.resident.book(order.slot, order.party, order.attendee)
    except ApiProblem as problem:
        same = _booked_already(problem)
        if same is not None:
            existing = await turn.resident.booking(same)
            return show_ticket(turn, existing, _("This is booked already. Here is the ticket."))
        if not problem.reasons:
            raise
        return show_refusal(
            turn,
            problem,
            lambda slot: AskBook(slot, order.party, order.attendee),
            wait=AskWait(order.slot, order.party, order.attendee),
        )
    return show_ticket(turn, booking, _("Booked. See you there!"))


def consent_text(turn: Turn) -> str:
    """What is recorded and what for, in plain words (version 1)."""
    _ = turn.words
    return _(
        "Before your first booking: we keep your name, your bookings and the home that you tell us, only to keep your "
        "place and to remind you. The people of the point see your booking. You can have it erased at any time. "
        "Pressing “I agree” means that you agree."
    )


async def consents(turn: Turn, shown: int) -> bool:
    """Whether the person agrees to what booking needs: already, or by pressing a button that said so (`shown`)."""
    if has_consented(turn.me):
        return True
    if not shown:
        return False
    await turn.resident.consent(CONSENT_PURPOSE, CONSENT_VERSION)
    return True


def has_consented(me: wire.Me) -> bool:
    """Whether the person has agreed to these words already."""
    return wire.Consent(purpose=CONSENT_PURPOSE, version=CONSENT_VERSION) in me.consents


def known_attendee(me: wire.Me, attendee: UUID | None) -> UUID | None:
    """The attendee, when they belong to the household (still); else oneself, as the screen then says."""
    return attendee if any(relative.person_id == attendee for relative in me.household) else None


def _booked_already(problem: ApiProblem) -> UUID | None:
    """The booking of the very same slot that stands in the way, if that is what does."""
    for reason in problem.reasons:
        if reason.clash is not None and reason.clash.same_slot:
            return reason.clash.booking_id
    return None


def _do_button(turn: Turn, slot: UUID, party: int, attendee: UUID | None, *, consent_needed: bool) -> Button:
    """The button that books. It says what will happen, also that it means consent when it does."""
    _ = turn.words
    name = attendee_name(turn, attendee)
    match attendee, consent_needed:
        case None, False:
            label = _.plural("✅ Book {number} place for me", "✅ Book {number} places for me", party)
        case None, True:
            label = _.plural(
                "✅ I agree: book {number} place for me", "✅ I agree: book {number} places for me", party
            )
        case UUID(), False:
            label = _.plural(
                "✅ Book {number} place for {name}", "✅ Book {number} places for {name}", party, name=name
            )
        case _:
            label = _.plural(
                "✅ I agree: book {number} place for {name}",
                "✅ I agree: book {number} places for {name}",
                party,
                name=name,
            )
    return button(label, Book(slot, party, attendee, int(consent_needed)))


def _party_rows(turn: Turn, slot: wire.Slot, party: int, attendee: UUID | None) -> list[Row]:
    """One place fewer or more, as far as there are places; the service's own limit is the API's to say."""
    _ = turn.words
    row = [
        button(
            _.plural("👤 Only {number} place", "👥 {number} places", number),
            AskBook(slot.id, number, attendee),
        )
        for number in (party - 1, party + 1)
        if 1 <= number <= slot.free
    ]
    return [tuple(row)] if row else []


def _attendee_rows(turn: Turn, slot: UUID, party: int, attendee: UUID | None) -> list[Row]:
    """For whom it is, when there is a choice."""
    _ = turn.words
    rows: list[Row] = []
    if attendee is not None:
        rows.append((button(_("It is for me"), AskBook(slot, party)),))
    for relative in turn.me.household:
        if relative.person_id != attendee:
            label = _("It is for {name}", name=relative.name)
            rows.append((button(label, AskBook(slot, party, relative.person_id)),))
    return rows
