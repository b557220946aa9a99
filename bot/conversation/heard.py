"""Where a sentence leads: what it means decides the screen, and never more than a screen.

Whatever changes something is done by a button of that screen, which says what will happen.
"""

import asyncio
import re
from collections.abc import Mapping

from bot.conversation import changing, fitting, helping, home, mine, points
from bot.conversation.actions import CancelWhich, CategoriesOn, Fitting, Human, Mine, Points
from bot.conversation.relatives import for_whom
from bot.conversation.rooms import Heard
from bot.conversation.turn import Row, Turn, button
from bot.replies import Reply
from bot.understanding import Intent, Meaning, Place

SHORTEST_NAME = 4
"""Characters of a name that is understood for itself; what is shorter may be part of many."""

LONGEST_NAME = 12
"""Characters of a name that is looked for; what is longer is a sentence."""

_AROUND = " \t\r\n.,!?;:。，！？；：～~"
_WHERE = re.compile(
    r"请问|你好|您好|想问一?下|(?:我家)?附近|旁边|周边|周围|离我(?:家)?最?近的?|哪里|哪儿|哪个|哪些|哪|什么地方|在|有没有|有|可以|能够?|"
    r"怎么(?:走|去)|地址|地方|站点|的|吗|呢|啊|呀|我|要|想|去|找|个|一下|"
    r"\b(?:where|can|could|is|are|there|the|a|an|i|near|nearby|around|here|me|my|home|find|get|any|which|place|places|to)\b",
    re.IGNORECASE,
)
"""What is said around the thing that is looked for."""

_EVERY = re.compile(
    r"每天|天天|每日|每个?(?:工作日|星期|周|礼拜)|\bevery (?:day|weekday|week|\w+day)\b|\bdaily\b|\bweekly\b",
    re.IGNORECASE,
)

MOST_PLACES = 20
"""More than this nobody means to book at once; the question starts at what there is."""


async def book(turn: Turn, meaning: Meaning, said: str) -> Reply:
    """Times that fit what was said; without a category, all categories."""
    division = _division(meaning.place)
    if meaning.category is None:
        return await home.show_categories(turn, CategoriesOn(division, meaning.day))
    begins, ends = changing.minutes_of(meaning)
    relative, before = for_whom(turn, meaning, said)
    wanted = Fitting(
        meaning.category,
        division,
        meaning.day,
        begins,
        ends,
        min(meaning.party or 1, MOST_PLACES),
        relative,
    )
    repeated = _EVERY.search(said) is not None
    if not repeated and meaning.day is None and begins is None and ends is None:
        return await _named_or_fitting(turn, wanted, said.strip(_AROUND))
    return await fitting.propose(turn, wanted, before, repeated=repeated)


async def _named_or_fitting(turn: Turn, wanted: Fitting, said: str) -> Reply:
    """A point by its name, where that is all that was said: 幸福食堂 is a canteen, and no wish to eat anywhere. Else times."""
    if not SHORTEST_NAME <= len(said) <= LONGEST_NAME:
        return await fitting.show_fitting(turn, wanted)
    named, times = await asyncio.gather(
        points.show_called(turn, said, by_name=True), fitting.show_fitting(turn, wanted)
    )
    return named or times


async def by_the_point(turn: Turn, meaning: Meaning) -> Reply:
    """What only the people of a point do: who they are; and, where closing was said, that one's own booking can be cancelled."""
    _ = turn.words
    people = await helping.show_human(turn, Human())
    rows: list[Row] = list(people.rows[:-1])
    if meaning.intent is Intent.close_point:
        rows.append((button(_("✖️ Cancel a booking of mine"), CancelWhich()),))
    return turn.screen(_("Places and closing days are changed by the people of the point."), rows)


async def _cancel(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    return await changing.ask_which_to_cancel(turn, meaning)


async def _move(turn: Turn, meaning: Meaning, _said: str) -> Reply:
    return await changing.ask_which_to_move(turn, meaning)


async def _mine(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    return await mine.show_mine(turn, Mine())


async def _points(turn: Turn, meaning: Meaning, said: str) -> Reply:
    """By the word that is looked for, where a point or a service is called so; else by what kind of thing it is."""
    division = _division(meaning.place)
    word = _WHERE.sub("", said).strip(_AROUND)
    if division is None and 1 < len(word) <= LONGEST_NAME:
        called = await points.show_called(turn, word)
        if called is not None:
            return called
    return await points.show_points(turn, Points(meaning.category, division))


async def _human(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    return await helping.show_human(turn, Human())


async def _help(turn: Turn, _meaning: Meaning, _said: str) -> Reply:
    return helping.show_help(turn)


async def _unknown(turn: Turn, _meaning: Meaning, said: str) -> Reply:
    """It may be the name of a point or of a service."""
    _ = turn.words
    name = said.strip(_AROUND)
    if 1 < len(name) <= LONGEST_NAME and (called := await points.show_called(turn, name)) is not None:
        return called
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
    Intent.human: _human,
    Intent.help: _help,
    Intent.unknown: _unknown,
}
"""What residents say, and what nobody else in the house answers."""
