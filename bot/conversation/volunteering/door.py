"""The way from the first screen to the volunteers."""

from collections.abc import Sequence

from bot.conversation.actions.volunteer_shifts import Volunteering
from bot.conversation.turn import Row, Turn, button


def door(turn: Turn) -> Sequence[Row]:
    """Everybody can help."""
    _ = turn.words
    return [(button(_("🤝 Volunteering"), Volunteering()),)]
