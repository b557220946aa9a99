"""Visits: past ones and the same again, saying that one comes or comes late, and what it was worth."""

from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import AskBook, AskCancel, Mine, ShowTicket, Slots
from bot.conversation.actions.ordering import SeriesList
from bot.conversation.actions.visits import (
    Again,
    AskLate,
    AskRating,
    Coming,
    Late,
    Past,
    Rate,
    SayComment,
    Stars,
)
from bot.conversation.labels import booking_row, kind_of, slot_row
from bot.conversation.refusal import reasons_text
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.ticket import (
    CONFIRMED,
    MOST_STARS,
    again_rows,
    show_past,
    show_ticket,
    stars_text,
    visit_text,
)
from bot.conversation.turn import MOST_ITEMS, Row, Turn, button, leaf, limit_for, page_row
from bot.replies import Incoming, Reply
from bot.resident import SlotQuery
from bot.visitor import Visitor

PAGE = 6
"""Bookings or slots on a screen."""

COMMENT = "visit_words"
"""The draft that waits for words to a rating, and then keeps them."""

LONGEST_COMMENT = 1000


async def show_past_bookings(turn: Turn, wanted: Past) -> Reply:
    """My past bookings, latest first."""
    _ = turn.words
    size = turn.fits(PAGE)
    found = await turn.acting_as(Visitor).past(limit_for(wanted.page, size))
    shown, more = leaf(found, wanted.page, size)
    onward: list[Row] = [(button(_("🎫 My bookings"), Mine()), button(_("📆 My series"), SeriesList()))]
    if not shown:
        return turn.screen(_("There is no past booking yet."), onward)
    rows = [booking_row(turn, one, ShowTicket(one.id)) for one in shown]
    text = _("Your past bookings. Tap one to rate it or to book the same again.")
    return turn.screen(text, [*rows, *page_row(_, wanted.page, Past, more=more), *onward])


async def again(turn: Turn, wanted: Again) -> Reply:
    """Free times of the same service, for the same people."""
    _ = turn.words
    size = turn.fits(PAGE)
    booking = await turn.resident.booking(wanted.booking)
    query = SlotQuery(turn.now, service=booking.service.id, party=booking.party)
    found = await turn.resident.slots(query, min(MOST_ITEMS, limit_for(wanted.page, size)))
    slots, more = leaf(found, wanted.page, size)
    elsewhere = (button(_("🔁 Look elsewhere"), Slots(kind_of(booking.slot.category, booking.slot.start))),)
    if not slots:
        text = _("This service has no other free time just now.")
        return turn.screen(text, [elsewhere], point=booking.point.id)
    attendee = None if booking.attendee.id == turn.me.id else booking.attendee.id
    first = max(0, wanted.page) * size + 1
    rows = [
        slot_row(turn, number, slot, AskBook(slot.id, booking.party, attendee))
        for number, slot in enumerate(slots, first)
    ]
    onward = page_row(_, wanted.page, lambda page: Again(booking.id, page), more=more)
    text = _("{service}, {point}. Which time?", service=booking.service.name, point=booking.point.name)
    return turn.screen(text, [*rows, *onward, elsewhere], point=booking.point.id)


async def coming(turn: Turn, order: Coming) -> Reply:
    """Say that one comes."""
    _ = turn.words
    return await _said(turn, order.booking, _("Thank you, the point knows. See you there!"), late=False)


async def ask_late(turn: Turn, wanted: AskLate) -> Reply:
    """What coming late means, and the button that says it."""
    _ = turn.words
    booking = await turn.resident.booking(wanted.booking)
    if booking.status != CONFIRMED:
        return show_past(turn, booking)
    parts = [
        _("Shall I tell the point that you will be late?"),
        visit_text(turn, booking),
        _("They will keep your place as long as they can, and I will tell you until when."),
    ]
    rows = (
        (button(_("✅ Yes, tell them"), Late(booking.id)),),
        (button(_("✖️ I cannot come: cancel"), AskCancel(booking.id)),),
        (button(_("↩️ Leave it"), ShowTicket(booking.id)),),
    )
    return turn.screen("\n\n".join(parts), rows, point=booking.point.id)


async def late(turn: Turn, order: Late) -> Reply:
    """Say that one comes late; it says until when the place is kept."""
    _ = turn.words
    return await _said(turn, order.booking, _("The point has been told."), late=True)


async def _said(turn: Turn, booking_id: UUID, before: str, *, late: bool) -> Reply:
    _ = turn.words
    try:
        booking = await turn.acting_as(Visitor).answer(booking_id, "late" if late else "coming")
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        booking = await turn.resident.booking(booking_id)
        text = _("It is too late to tell the point; please call them.")
        rows = again_rows(turn, booking)
        return turn.screen(f"{text}\n\n{visit_text(turn, booking)}", rows, point=booking.point.id)
    return await show_ticket(turn, booking, before)


async def ask_rating(turn: Turn, wanted: AskRating) -> Reply:
    """How many stars?"""
    _ = turn.words
    booking = await turn.resident.booking(wanted.booking)
    if booking.stars is not None:
        return show_past(turn, booking)
    text = _("How was it?")
    return turn.screen(
        f"{text}\n\n{visit_text(turn, booking)}", star_rows(turn, wanted.booking), point=booking.point.id
    )


def star_rows(turn: Turn, booking_id: UUID) -> list[Row]:
    """A button for each number of stars, the best first."""
    _ = turn.words
    return [
        (button(f"{stars_text(stars)} {worth}", Stars(booking_id, stars)),)
        for stars, worth in zip(range(MOST_STARS, 0, -1), _worths(turn), strict=True)
    ]


def _worths(turn: Turn) -> tuple[str, ...]:
    _ = turn.words
    return (_("Very good"), _("Good"), _("All right"), _("Not so good"), _("Bad"))


async def show_stars(turn: Turn, wanted: Stars) -> Reply:
    """The rating as it would be given, and the button that gives it."""
    if not 1 <= wanted.stars <= MOST_STARS:
        return await ask_rating(turn, AskRating(wanted.booking))
    return _rating_question(turn, wanted, "")


def _rating_question(turn: Turn, wanted: Stars, comment: str) -> Reply:
    _ = turn.words
    parts = [_("Your rating: {stars}.", stars=stars_text(wanted.stars))]
    if comment:
        parts.append(_("“{words}”", words=comment))
    parts.append(_("Those who run the service see it. You can rate only once."))
    rows = (
        (button(_("✅ Send it"), Rate(wanted.booking, wanted.stars, int(bool(comment)))),),
        (button(_("✍️ Add a few words"), SayComment(wanted.booking, wanted.stars)),),
        (button(_("↩️ Other stars"), AskRating(wanted.booking)),),
    )
    return turn.screen("\n\n".join(parts), rows)


async def say_comment(turn: Turn, wanted: SayComment) -> Reply:
    """Waits for words to the rating."""
    _ = turn.words
    await turn.resident.keep_draft(COMMENT, {"booking": str(wanted.booking), "stars": wanted.stars})
    rows = ((button(_("↩️ Without words"), Stars(wanted.booking, wanted.stars)),),)
    return turn.screen(_("Please write in a few words how it was."), rows)


async def take_comment(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """Keeps the words, and shows the rating with them."""
    _ = turn.words
    match draft.data:
        case {"booking": str(booking), "stars": int(stars)} if "words" not in draft.data:
            wanted = Stars(UUID(booking), stars)
        case _other:
            return None
    words = (incoming.text or "").strip()
    if not words or len(words) > LONGEST_COMMENT:
        rows = ((button(_("↩️ Without words"), wanted),),)
        return turn.screen(
            _("Please write it in words, at most {number} characters.", number=LONGEST_COMMENT), rows
        )
    await turn.resident.keep_draft(COMMENT, {**draft.data, "words": words})
    return _rating_question(turn, wanted, words)


async def rate(turn: Turn, order: Rate) -> Reply:
    """Give the rating. Given already is as good; the words must be those that were shown."""
    _ = turn.words
    comment = ""
    if order.with_words:
        draft = turn.me.draft
        kept = draft.data if draft is not None and draft.kind == COMMENT else {}
        comment = str(kept.get("words", "")) if kept.get("booking") == str(order.booking) else ""
        if not comment:
            return await say_comment(turn, SayComment(order.booking, order.stars))
    try:
        await turn.acting_as(Visitor).rate(order.booking, order.stars, comment)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        booking = await turn.resident.booking(order.booking)
        return show_past(turn, booking, reasons_text(turn, problem))
    if turn.me.draft is not None:
        await turn.resident.drop_draft()
    rows = (
        (button(_("↻ The same again"), Again(order.booking)),),
        (button(_("🎫 My bookings"), Mine()), button(_("🕘 Past bookings"), Past())),
    )
    return turn.screen(_("Thank you! It helps those who come after you."), rows)


ROOM = Room(
    screens=screens(
        shows(Past, show_past_bookings),
        shows(Again, again),
        shows(Coming, coming),
        shows(AskLate, ask_late),
        shows(Late, late),
        shows(AskRating, ask_rating),
        shows(Stars, show_stars),
        shows(SayComment, say_comment),
        shows(Rate, rate),
    ),
    drafts={COMMENT: take_comment},
)
