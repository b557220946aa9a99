"""The way in: what volunteers can do here, becoming one, and what a sentence about it leads to."""

from bot.conversation.actions import MyPlace
from bot.conversation.actions.volunteer_shifts import MyShifts, Shifts, Volunteering
from bot.conversation.actions.volunteers import (
    Enlist,
    Guardians,
    Join,
    MyHours,
    ShowProfile,
    Teams,
    TellBirth,
)
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.consent import agrees, consent_text, has_agreed
from bot.replies import Reply
from bot.volunteer import Volunteer


def show_volunteering(turn: Turn, _asked: Volunteering) -> Reply:
    """What volunteers can do, one tap away. It asks the API nothing."""
    _ = turn.words
    rows: list[Row] = [
        (button(_("🙋 What help is wanted?"), Shifts()),),
        (button(_("🗓 My shifts"), MyShifts()), button(_("⏱ My hours"), MyHours())),
    ]
    if has_agreed(turn.me):
        text = _("Thank you for helping! What would you like to do?")
        rows.append((button(_("👤 About me"), ShowProfile()), button(_("👥 My teams"), Teams())))
    else:
        text = _(
            "A few hours of yours keep a canteen, a reading room or a class open for the neighbours. Look at what is wanted; "
            "becoming a volunteer takes a minute."
        )
        rows.append((button(_("✋ Become a volunteer"), Join()), button(_("👥 My teams"), Teams())))
    if turn.me.household:
        rows.append((button(_("👪 Agree that my child volunteers"), Guardians()),))
    return turn.screen(text, rows)


def ask_join(turn: Turn, _asked: Join) -> Reply:
    """What being a volunteer means, and the button that makes one."""
    _ = turn.words
    parts = [
        _("Become a volunteer?"),
        _(
            "It costs nothing and binds you to nothing: you choose each shift yourself, and your hours are written down for you."
        ),
        consent_text(turn),
    ]
    rows: list[Row] = [
        (button(_("✅ I agree: make me a volunteer"), Enlist()),),
        (button(_("🙋 Look at what is wanted first"), Shifts()),),
    ]
    return turn.screen("\n\n".join(parts), rows)


async def enlist(turn: Turn, _order: Enlist) -> Reply:
    """Make the person a volunteer. One already is as good."""
    _ = turn.words
    await agrees(turn, shown=1)
    profile = await turn.acting_as(Volunteer).profile()
    text = [_("You are a volunteer now. Thank you!")]
    rows: list[Row] = []
    if profile is None or profile.age is None:
        text.append(_("One thing is still needed: your birth date, because some shifts have an age."))
        rows.append((button(_("🎂 Tell my birth date"), TellBirth()),))
    rows.append((button(_("🙋 What help is wanted?"), Shifts()),))
    rows.append((button(_("👤 Say what I can do, and when"), ShowProfile()),))
    if turn.me.home is None and turn.me.home_division is None:
        rows.append((button(_("📍 Tell where I live"), MyPlace()),))
    return turn.screen("\n\n".join(text), rows)
