"""What rooms add to the first screen."""

from collections.abc import Callable, Sequence

from bot.conversation import keeping
from bot.conversation.actions.myself import MyData
from bot.conversation.letters_door import letters_door
from bot.conversation.turn import Row, Turn, button

Door = Callable[[Turn], Sequence[Row]]
"""Rows of buttons that lead into a room, for this person; none where it is not for them. It asks the API nothing."""

WORK: tuple[Door, ...] = (keeping.door, letters_door)
"""Of those who work here: they come first."""


def _my_data(turn: Turn) -> Sequence[Row]:
    return ((button(turn.words("🔐 My data"), MyData()),),)


MORE: tuple[Door, ...] = (_my_data,)
"""Of everybody: they come after what most people come for."""
