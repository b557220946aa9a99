"""What sentences about volunteering lead to."""

from bot.conversation.actions.volunteer_shifts import Shifts, Volunteering
from bot.conversation.changing import minutes_of
from bot.conversation.turn import Turn
from bot.conversation.volunteering.entrance import show_volunteering
from bot.conversation.volunteering.looking import show_shifts
from bot.replies import Reply
from bot.understanding import Meaning


async def heard_volunteer(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    """Shifts of the day, time, place and category that were said; without any of them, what volunteers can do here."""
    division = None
    if meaning.place is not None and meaning.place.division is not None:
        # The whole district is no narrower than anywhere.
        division = None if meaning.place.division.endswith("000000") else meaning.place.division
    # Whoever wants to volunteer says so; it is no kind of help by itself.
    category = None if meaning.category == "volunteering" else meaning.category
    if meaning.day is None and division is None and category is None:
        return show_volunteering(turn, Volunteering())
    begins, ends = minutes_of(meaning)
    return await show_shifts(turn, Shifts(category, division, meaning.day, begins, ends))
