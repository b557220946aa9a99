"""What rooms add to the first screen."""

from collections.abc import Callable, Sequence

from bot.conversation import keeping
from bot.conversation.actions.grid import Work
from bot.conversation.actions.myself import MyData
from bot.conversation.actions.requests import MyRequests, Tell
from bot.conversation.resident_doors import family_and_places, past_and_settings
from bot.conversation.turn import Row, Turn, button
from bot.conversation.volunteering.door import door as volunteers_door

Door = Callable[[Turn], Sequence[Row]]
"""Rows of buttons that lead into a room, for this person; none where it is not for them. It asks the API nothing."""

_ANSWERING = frozenset({"grid_worker", "staff", "administrator"})


def _my_grid(turn: Turn) -> Sequence[Row]:
    """Of those who answer for requests."""
    _ = turn.words
    if not any(held.role in _ANSWERING for held in turn.me.roles):
        return ()
    return ((button(_("🧭 My grid"), Work()),),)


WORK: tuple[Door, ...] = (keeping.door, _my_grid)
"""Of those who work here: they come first."""


def _requests(turn: Turn) -> Sequence[Row]:
    _ = turn.words
    return ((button(_("📣 Report something"), Tell()), button(_("📂 My requests"), MyRequests())),)


def _my_data(turn: Turn) -> Sequence[Row]:
    _ = turn.words
    return ((button(_("🔐 My data"), MyData()),),)


MORE: tuple[Door, ...] = (_requests, volunteers_door, family_and_places, past_and_settings, _my_data)
"""Of everybody: they come after what most people come for."""
