"""What rooms add to the first screen, and to what is behind its "more"."""

from collections.abc import Callable, Sequence

from bot.conversation import keeping
from bot.conversation.actions.grid import Work
from bot.conversation.actions.myself import MyData
from bot.conversation.actions.requests import MyRequests, Tell
from bot.conversation.letters_door import letters_door
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


WORK: tuple[Door, ...] = (keeping.door, _my_grid, letters_door)
"""Of those who work here: they come first."""


def _tell(turn: Turn) -> Sequence[Row]:
    _ = turn.words
    return ((button(_("📣 Report something"), Tell()),),)


def _my_requests_and_data(turn: Turn) -> Sequence[Row]:
    _ = turn.words
    return ((button(_("📂 My requests"), MyRequests()), button(_("🔐 My data"), MyData())),)


COMMON: tuple[Door, ...] = (_tell, volunteers_door)
"""Of everybody, on the first screen after lunch and bookings, as far as there is room for them beside work."""

MORE: tuple[Door, ...] = (family_and_places, _my_requests_and_data, past_and_settings)
"""Of everybody, behind "more"."""
