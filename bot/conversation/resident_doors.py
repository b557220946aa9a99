"""What residents find on the first screen besides what most people come for."""

from collections.abc import Sequence

from bot.conversation.actions.family import Family
from bot.conversation.actions.finding import Find
from bot.conversation.actions.standing import Settings
from bot.conversation.actions.visits import Past
from bot.conversation.turn import Row, Turn, button


def family_and_places(turn: Turn) -> Sequence[Row]:
    """To the household, and to finding a point."""
    _ = turn.words
    return ((button(_("👪 My family"), Family()), button(_("🔎 Find a place"), Find())),)


def past_and_settings(turn: Turn) -> Sequence[Row]:
    """To past bookings, and to what can be set."""
    _ = turn.words
    return ((button(_("🕘 Past bookings"), Past()), button(_("⚙️ Settings"), Settings())),)
