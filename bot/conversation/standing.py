"""What a person sets for themselves, what they are sent, pauses with their appeals, and the calendar."""

from uuid import UUID

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import Languages, Mine, MyPlace, SetReminders
from bot.conversation.actions.myself import AskErase, MyData, SetLargeText, Telling
from bot.conversation.actions.standing import (
    Appeal,
    AskAppeal,
    Calendar,
    DropCalendar,
    MakeCalendar,
    Pauses,
    Settings,
    Stopping,
)
from bot.conversation.labels import category_name, name_of
from bot.conversation.refusal import reasons_text
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.turn import Row, Turn, button
from bot.replies import Incoming, Reply
from bot.visitor import Visitor

APPEAL = "pause_appeal"
"""The draft that waits for the words of an appeal, and then keeps them."""

LONGEST_APPEAL = 1000


def show_settings(turn: Turn, _wanted: Settings) -> Reply:
    """What can be set."""
    _ = turn.words
    large = (
        button(_("🔡 Text as usual"), SetLargeText(0))
        if turn.me.large_text
        else button(_("🔠 Large text, short sentences"), SetLargeText(1))
    )
    rows = (
        (large,),
        (button(_("🔔 What I am told"), Telling()), button(_("🗓 My calendar"), Calendar())),
        (button(_("📍 Where I live"), MyPlace()), button(_("🌐 中文 / English"), Languages())),
        (button(_("⏸ Pauses"), Pauses()), button(_("🔐 My data"), MyData())),
    )
    return turn.screen(_("What would you like to change?"), rows)


def show_stopping(turn: Turn, _wanted: Stopping) -> Reply:
    """How to stop what one is sent: reminders in one tap, the rest one by one, and being forgotten altogether."""
    _ = turn.words
    reminders = (
        button(_("🔕 Stop reminders"), SetReminders(0))
        if turn.me.reminders
        else button(_("🔔 Remind me again"), SetReminders(1))
    )
    rows = (
        (reminders,),
        (button(_("🔔 What I am told"), Telling()),),
        (button(_("🗑 Erase me"), AskErase()),),
    )
    text = _(
        "One tap stops reminders. Your bookings stay. What costs you a place is always told: a cancellation, a change. "
        "Everything else is stopped under “What I am told”. To be forgotten altogether, tap “Erase me”."
    )
    return turn.screen(text, rows)


async def show_pauses(turn: Turn, _wanted: Pauses) -> Reply:
    """Pauses in force, of mine and of those for whom I act: until when, why, and how to say that it is a mistake."""
    _ = turn.words
    pauses = [pause for pause in await turn.acting_as(Visitor).pauses() if pause.active]
    if not pauses:
        rows: list[Row] = [(button(_("🎫 My bookings"), Mine()),)]
        return turn.screen(_("No pause. Everything can be booked."), rows)
    categories = {
        category.code: category_name(category, turn.me.language)
        for category in await turn.resident.categories()
    }
    parts = [_pause_text(turn, pause, categories.get(pause.category, pause.category)) for pause in pauses]
    parts.append(_("It ends by itself then. Until then you can still go there and ask for a free place."))
    rows = [
        (
            button(
                _("🙋 A mistake: {category}", category=categories.get(pause.category, "")),
                AskAppeal(pause.id),
            ),
        )
        for pause in pauses
    ]
    return turn.screen("\n\n".join(parts), rows)


def _pause_text(turn: Turn, pause: wire.Pause, category: str) -> str:
    _ = turn.words
    lines = [
        _(
            "{category}: booking ahead is paused for {name} until {moment}.",
            category=category,
            name=name_of(turn, pause.person),
            moment=_.moment(pause.until, turn.now),
        ),
        _("These were booked, and nobody came:"),
        *(
            _(
                "• {moment} {service}, {point}",
                moment=_.moment(miss.start, turn.now),
                service=miss.service,
                point=miss.point,
            )
            for miss in pause.missed
        ),
    ]
    if pause.appeal:
        lines.append(_("You wrote: “{words}”. A person will look at it.", words=pause.appeal))
    return "\n".join(lines)


async def ask_appeal(turn: Turn, wanted: AskAppeal) -> Reply:
    """Waits for the words of an appeal."""
    _ = turn.words
    await turn.resident.keep_draft(APPEAL, {"pause": str(wanted.pause)})
    rows = ((button(_("↩️ Back"), Pauses()),),)
    return turn.screen(_("Please write why nobody came, or what is wrong. A person reads it."), rows)


async def take_appeal(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """Keeps the words, shows them, and asks whether to send them."""
    _ = turn.words
    if "words" in draft.data:
        return None
    words = (incoming.text or "").strip()
    back = (button(_("↩️ Back"), Pauses()),)
    if not words or len(words) > LONGEST_APPEAL:
        text = _("Please write it in words, at most {number} characters.", number=LONGEST_APPEAL)
        return turn.screen(text, (back,))
    pause = UUID(str(draft.data.get("pause")))
    await turn.resident.keep_draft(APPEAL, {"pause": str(pause), "words": words})
    rows = (
        (button(_("✅ Send it"), Appeal(pause)),),
        (button(_("✍️ Write it again"), AskAppeal(pause)),),
        back,
    )
    return turn.screen(_("Shall I send this?\n\n“{words}”", words=words), rows)


async def appeal(turn: Turn, order: Appeal) -> Reply:
    """Send the appeal that was shown."""
    _ = turn.words
    draft = turn.me.draft
    kept = draft.data if draft is not None and draft.kind == APPEAL else {}
    words = kept.get("words")
    if not isinstance(words, str) or kept.get("pause") != str(order.pause):
        return await ask_appeal(turn, AskAppeal(order.pause))
    rows = ((button(_("⏸ Pauses"), Pauses()), button(_("🎫 My bookings"), Mine())),)
    try:
        await turn.acting_as(Visitor).appeal(order.pause, words)
    except ApiProblem as problem:
        if not problem.reasons:
            raise
        return turn.screen(reasons_text(turn, problem), rows)
    await turn.resident.drop_draft()
    return turn.screen(_("It is sent. A person looks at it and can end the pause; I tell you."), rows)


def show_calendar(turn: Turn, _wanted: Calendar) -> Reply:
    """What a calendar address is, and the buttons that make and shut it."""
    _ = turn.words
    text = _(
        "Your bookings can stand in the calendar of your telephone and keep themselves true. I make an address for it; "
        "whoever has it sees your bookings, so keep it to yourself. A new one ends the one before."
    )
    rows = (
        (button(_("✅ Make an address"), MakeCalendar()),),
        (button(_("✖️ Shut my address"), DropCalendar()),),
    )
    return turn.screen(text, rows)


async def make_calendar(turn: Turn, _order: MakeCalendar) -> Reply:
    """Make the address and show it, this once."""
    _ = turn.words
    url = await turn.acting_as(Visitor).make_calendar()
    text = _(
        "Your address, shown this once:\n{url}\n\nIn your calendar, choose “add subscription” and enter it.",
        url=url,
    )
    rows = ((button(_("✖️ Shut my address"), DropCalendar()),), (button(_("⚙️ Settings"), Settings()),))
    return turn.screen(text, rows)


async def drop_calendar(turn: Turn, _order: DropCalendar) -> Reply:
    """Shut it. Shut already is as good."""
    _ = turn.words
    await turn.acting_as(Visitor).drop_calendar()
    rows = ((button(_("🗓 My calendar"), Calendar()), button(_("⚙️ Settings"), Settings())),)
    return turn.screen(_("The address is shut: nobody sees your bookings by it any more."), rows)


ROOM = Room(
    screens=screens(
        shows(Settings, show_settings),
        shows(Stopping, show_stopping),
        shows(Pauses, show_pauses),
        shows(AskAppeal, ask_appeal),
        shows(Appeal, appeal),
        shows(Calendar, show_calendar),
        shows(MakeCalendar, make_calendar),
        shows(DropCalendar, drop_calendar),
    ),
    drafts={APPEAL: take_appeal},
)
