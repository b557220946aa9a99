"""Where a sentence leads: what it means decides the screen, and never more than a screen.

Whatever changes something is done by a button of that screen, which says what will happen.
"""

from collections.abc import Mapping

from bot.conversation import changing, fitting, helping, home, mine, points
from bot.conversation.actions import CancelWhich, CategoriesOn, Fitting, Human, Mine, Points, Slots
from bot.conversation.rooms import Heard
from bot.conversation.turn import Row, Turn, button
from bot.replies import Reply
from bot.understanding import Intent, Meaning, Place

MOST_PLACES = 20
"""More than this nobody means to book at once; the question starts at what there is."""


async def book(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    """Times that fit what was said; without a category, all categories."""
    division = _division(meaning.place)
    if meaning.category is None:
        return await home.show_categories(turn, CategoriesOn(division, meaning.day))
    begins, ends = changing.minutes_of(meaning)
    relative, before = _for_whom(turn, meaning)
    wanted = Fitting(
        meaning.category,
        division,
        meaning.day,
        begins,
        ends,
        min(meaning.party or 1, MOST_PLACES),
        relative,
    )
    if meaning.day is None and begins is None and ends is None:
        return await fitting.show_fitting(turn, wanted)
    return await fitting.propose(turn, wanted, before)


def _for_whom(turn: Turn, meaning: Meaning) -> tuple[int | None, str]:
    """Who of the household it is for, as the place among them, and what is to be said about it.

    The API does not say how they are related. With one relative it is them; with several, or none, one has to look.
    """
    _ = turn.words
    if meaning.relative is None or (meaning.party or 1) > 1:
        return None, ""
    if len(turn.me.household) == 1:
        return 0, ""
    if turn.me.household:
        return None, _("Please tap below for whom it is.")
    return None, _("I can only book for you: nobody has agreed yet that you book for them.")


async def by_a_person(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    """What people of the house do until the chat can: who they are, and what there is meanwhile."""
    _ = turn.words
    match meaning.intent:
        case Intent.request:
            text = _(
                "I cannot pass this on myself. The city hotline takes it, day and night, and answers you."
            )
        case Intent.close_point | Intent.manage_capacity:
            text = _("Places and closing days are changed on the pages for points, not here.")
        case _:
            text = _("Shifts are not yet arranged here. The people of the point do that gladly.")
    people = await helping.show_human(turn, Human())
    rows: list[Row] = list(people.rows[:-1])
    if meaning.intent in {Intent.volunteer, Intent.my_shifts, Intent.volunteer_swap, Intent.my_hours}:
        where = Slots("volunteering", _division(meaning.place), meaning.day)
        rows.append((button(_("🤝 Meet the volunteers"), where),))
    if meaning.intent is Intent.close_point:
        rows.append((button(_("✖️ Cancel a booking of mine"), CancelWhich()),))
    return turn.screen(text, rows)


async def _cancel(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    return await changing.ask_which_to_cancel(turn, meaning)


async def _move(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    return await changing.ask_which_to_move(turn, meaning)


async def _mine(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    return await mine.show_mine(turn, Mine())


async def _points(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    return await points.show_points(turn, Points(meaning.category, _division(meaning.place)))


async def _help(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    return helping.show_help(turn)


async def _unknown(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    _ = turn.words
    return home.show_home(turn, _("I did not quite understand that. These buttons will get you there."))


def _division(place: Place | None) -> str | None:
    """Where to look; the whole district is no narrower than anywhere."""
    if place is None or place.division is None or place.division.endswith("000000"):
        return None
    return place.division


HEARD: Mapping[Intent, Heard] = {
    Intent.book: book,
    Intent.cancel: _cancel,
    Intent.reschedule: _move,
    Intent.my_bookings: _mine,
    Intent.find_points: _points,
    Intent.help: _help,
    Intent.unknown: _unknown,
    **dict.fromkeys(
        (
            Intent.request,
            Intent.volunteer,
            Intent.my_shifts,
            Intent.my_hours,
            Intent.volunteer_swap,
        ),
        by_a_person,
    ),
}
"""What residents say, and what nobody else in the house answers."""
