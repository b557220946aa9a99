"""The way to the letters of residents, for those who answer some."""

from bot.conversation.actions.threads import Letters
from bot.conversation.turn import Row, Turn, button

ANSWERING = frozenset({"point_manager", "staff", "administrator", "grid_worker"})
"""The roles that answer letters."""


def letters_door(turn: Turn) -> list[Row]:
    """To the letters, for those who answer some."""
    _ = turn.words
    answers = any(held.role in ANSWERING for held in turn.me.roles)
    return [(button(_("💬 Letters"), Letters()),)] if answers else []
