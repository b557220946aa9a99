"""What rooms add to the first screen."""

from collections.abc import Callable, Sequence

from bot.conversation.actions.myself import MyData
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.door import door as volunteers_door

Door = Callable[[Turn], Sequence[Row]]
"""Rows of buttons that lead into a room, for this person; none where it is not for them. It asks the API nothing."""

WORK: tuple[Door, ...] = ()
"""Of those who work here: they come first."""


def _my_data(turn: Turn) -> Sequence[Row]:
    return ((button(turn.words("🔐 My data"), MyData()),),)


MORE: tuple[Door, ...] = (volunteers_door, _my_data)
"""Of everybody: they come after what most people come for."""
