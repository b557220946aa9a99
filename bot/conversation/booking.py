"""Booking: show what it would be and ask, then do it."""

from dataclasses import replace
from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import Action, AskBook, AskInstead, AskWait, Book, Slots
from bot.conversation.actions.ordering import AskAnswer, Repeat, SayWords
from bot.conversation.answers import answer_lines, name, unanswered
from bot.conversation.labels import attendee_name, kind_of, visit_lines
from bot.conversation.orders import about, askable, asking, booking, spoken
from bot.conversation.refusal import show_refusal, wait_button
from bot.conversation.ticket import show_ticket
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.orderer import Order, Orderer
from bot.replies import Button, Reply

CONSENT_PURPOSE = "service"
CONSENT_VERSION = "1"
"""The version of the words in `consent_text`. Raise it when they change their meaning: people are then asked anew."""


async def ask_book(turn: Turn, wanted: AskBook) -> Reply:
    """What the booking would be, changes of it, and the button that books."""
    slot = await turn.acting_as(Orderer).slot(wanted.slot)
    return order_question(turn, slot, Order(slot.id, wanted.party, wanted.attendee))


async def ask_instead(turn: Turn, wanted: AskInstead) -> Reply:
    """What booking another slot would be, for those who were to come to one that the point cancelled."""
    cancelled = await turn.resident.booking(wanted.booking)
    attendee = None if cancelled.attendee.id == turn.me.id else cancelled.attendee.id
    return await ask_book(turn, AskBook(wanted.slot, cancelled.party, attendee))


def order_question(
    turn: Turn, slot: wire.SlotDetail, order: Order, *, others: Action | None = None, before: str = ""
) -> Reply:
    """The question itself. With no place left it leads to the waitlist and to other times instead: `others`, or those of
    the same kind. `before` is said before it."""
    _ = turn.words
    others = others or Slots(kind_of(slot.category, slot.start))
    again = (button(_("🔁 Other times"), others),)
    attendee = known_attendee(turn.me, order.attendee)
    if slot.free < 1:
        text = _("This time has no free place any more.")
        wait = AskWait(slot.id, max(1, order.party), attendee)
        return turn.screen(text, [(wait_button(_, wait),), again], point=slot.point.id)
    order = replace(order, party=min(max(1, order.party), slot.free), attendee=attendee)
    parts = [
        *([before] if before else []),
        _("Please check that this is right:"),
        "\n".join(
            visit_lines(
                turn,
                slot,
                order.party,
                attendee_name(turn, attendee),
                *answer_lines(turn, slot.questions, order),
            )
        ),
    ]
    consent_needed = not has_consented(turn.me)
    missing = unanswered(slot.questions, order)
    if missing is not None:
        parts.append(_("The point needs an answer first: {question}.", question=name(turn, missing)))
    elif consent_needed:
        parts.append(consent_text(turn))
    else:
        parts.append(_("The booking is made when you press the first button."))
    first = (
        _do_button(turn, slot, order, consent_needed=consent_needed)
        if missing is None
        else _question_button(turn, slot, order, missing)
    )
    rows = [
        (first,),
        *_answer_rows(turn, slot, order, but_not=missing),
        *_party_rows(turn, slot, order),
        *_attendee_rows(turn, slot, order),
        (
            button(
                _("📆 Every day or every week"), Repeat(slot.id, order.party, about(order, slot.questions))
            ),
        ),
        again,
    ]
    return turn.screen("\n\n".join(parts), rows, point=slot.point.id)


async def book(turn: Turn, order: Book) -> Reply:
    """Book, after consent. Refused, it says why and what is possible; booked already, it shows that ticket."""
    if not await consents(turn, order.consent_shown):
        return await ask_book(turn, AskBook(order.slot, order.party, order.attendee))
    return await place(turn, Order(order.slot, order.party, order.attendee))


async def place(turn: Turn, order: Order) -> Reply:
    """Place an order that the person has just confirmed."""
    _ = turn.words
    try:
        booking = await turn.acting_as(Orderer).book(order)
    except ApiProblem as problem:
        same = _booked_already(problem)
        if same is not None:
            existing = await turn.resident.booking(same)
            before = _("This is booked already. Here is the ticket.")
            return await show_ticket(turn, existing, before)
        if not problem.reasons:
            raise
        if any(reason.code == "answer-invalid" for reason in problem.reasons):
            return await ask_book(turn, AskBook(order.slot, order.party, order.attendee))
        return show_refusal(
            turn,
            problem,
            lambda slot: AskBook(slot, order.party, order.attendee),
            wait=AskWait(order.slot, order.party, order.attendee),
        )
    return await show_ticket(turn, booking, _("Booked. See you there!"))


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


def _do_button(turn: Turn, slot: wire.SlotDetail, order: Order, *, consent_needed: bool) -> Button:
    """The button that books. It says what will happen, also that it means consent when it does."""
    _, party = turn.words, order.party
    name_ = attendee_name(turn, order.attendee)
    match order.attendee, consent_needed:
        case None, False:
            label = _.plural("✅ Book {number} place for me", "✅ Book {number} places for me", party)
        case None, True:
            label = _.plural(
                "✅ I agree: book {number} place for me", "✅ I agree: book {number} places for me", party
            )
        case UUID(), False:
            label = _.plural(
                "✅ Book {number} place for {name}", "✅ Book {number} places for {name}", party, name=name_
            )
        case _:
            label = _.plural(
                "✅ I agree: book {number} place for {name}",
                "✅ I agree: book {number} places for {name}",
                party,
                name=name_,
            )
    return button(label, booking(order, slot.questions, consent_needed=consent_needed))


def _question_button(turn: Turn, slot: wire.SlotDetail, order: Order, question: wire.Question) -> Button:
    """To the answers of a question."""
    said, asked = about(order, slot.questions), askable(slot.questions)
    label = f"✏️ {name(turn, question)}"
    if question in asked:
        return button(label, AskAnswer(slot.id, order.party, said, asked.index(question)))
    which = spoken(slot.questions).index(question) + 1
    return button(label, SayWords(slot.id, order.party, said, which))


def _answer_rows(
    turn: Turn, slot: wire.SlotDetail, order: Order, *, but_not: wire.Question | None
) -> list[Row]:
    """To each question, and to a word for the point where it asks at all: a kitchen must hear of an allergy."""
    _ = turn.words
    known = (*askable(slot.questions), *spoken(slot.questions))
    buttons = [_question_button(turn, slot, order, one) for one in known if one != but_not]
    if slot.questions:
        words = SayWords(slot.id, order.party, about(order, slot.questions), 0)
        buttons.append(button(_("✍️ Allergies, other wishes"), words))
    return in_rows(buttons, 2)


def _party_rows(turn: Turn, slot: wire.SlotDetail, order: Order) -> list[Row]:
    """One place fewer or more, as far as there are places; the service's own limit is the API's to say."""
    _ = turn.words
    row = [
        button(
            _.plural("👤 Only {number} place", "👥 {number} places", number),
            asking(replace(order, party=number), slot.questions),
        )
        for number in (order.party - 1, order.party + 1)
        if 1 <= number <= slot.free
    ]
    return [tuple(row)] if row else []


def _attendee_rows(turn: Turn, slot: wire.SlotDetail, order: Order) -> list[Row]:
    """For whom it is, when there is a choice."""
    _ = turn.words
    rows: list[Row] = []
    if order.attendee is not None:
        rows.append((button(_("It is for me"), asking(replace(order, attendee=None), slot.questions)),))
    for relative in turn.me.household:
        if relative.person_id != order.attendee:
            label = _("It is for {name}", name=relative.name)
            theirs = replace(order, attendee=relative.person_id)
            rows.append((button(label, asking(theirs, slot.questions)),))
    return rows
