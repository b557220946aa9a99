"""The first screen, what is behind its "more", and all categories."""

from bot.conversation.actions import Categories, CategoriesOn, Help, Languages, Mine, More, MyPlace, Slots
from bot.conversation.doors import COMMON, MORE, WORK
from bot.conversation.labels import ELDER_CARE, LUNCH, category_label
from bot.conversation.place import subdistrict_of
from bot.conversation.turn import Row, Turn, button, footer, in_rows
from bot.replies import Button, Reply
from bot.texts import NEIGHBOUR

MOST_BUTTONS = 8
"""On the first screen, with what stands under it: what an eye takes in without reading on."""


def show_home(turn: Turn, before: str = "") -> Reply:
    """The greeting with the few things that most people come for, lunch first; work before it for those who work here.
    Everything else is one tap away, behind "more". `before` is said before the greeting."""
    _ = turn.words
    # Somebody without a name of their own is a neighbour in whatever language they speak now.
    name = NEIGHBOUR[turn.me.language] if turn.me.name in NEIGHBOUR.values() else turn.me.name
    greeting = _("Hello, {name}!", name=name) if name else _("Hello!")
    offer = _(
        "I book lunch and other services near your home, and remind you in time. Tap what you would like."
    )
    text = "\n".join((greeting, offer))
    rows, _left = _first_rows(turn)
    return turn.screen(f"{before}\n\n{text}" if before else text, rows, home=False)


def _first_rows(turn: Turn) -> tuple[list[Row], list[Button]]:
    """The rows of the first screen, and the buttons that it has no room for: work takes the room of what comes last."""
    _ = turn.words
    more, language = button(_("☰ More"), More()), button(_("🌐 中文 / English"), Languages())
    rows: list[Row] = [
        *(row for door in WORK for row in door(turn)),
        (button(_("🍚 Book lunch"), Slots(LUNCH)),),
        (button(_("🎫 My bookings"), Mine()), button(_("📋 All services"), Categories())),
        *(row for door in COMMON for row in door(turn)),
        (language,),
    ]
    shown: list[Row] = []
    left: list[Button] = []
    room = MOST_BUTTONS - len((more, *footer(_, home=False)))
    for row in rows:
        shown.append(row[:room])
        left += row[room:]
        room -= len(row[:room])
    last = (more, language) if language not in left else (more,)
    return [*(row for row in shown if row and language not in row), last], left


def show_more(turn: Turn) -> Reply:
    """Everything that is not on the first screen."""
    _ = turn.words
    _shown, left = _first_rows(turn)
    rows = [
        *in_rows(left, 2),
        (button(_("🧓 Elder care"), Slots(ELDER_CARE)), button(_("📍 Where I live"), MyPlace())),
        *(row for door in MORE for row in door(turn)),
        (button(_("❓ Help"), Help()),),
    ]
    return turn.screen(_("You can also do this here:"), rows)


async def show_categories(turn: Turn, when: CategoriesOn | None = None) -> Reply:
    """All categories, to choose one; where a day or a division was said, each leads to its times there and then."""
    _ = turn.words
    day = when.day if when is not None else None
    division = subdistrict_of(when.division) if when is not None and when.division is not None else None
    categories = await turn.resident.categories()
    buttons = [
        button(category_label(category, turn.me.language), Slots(category.code, division, day))
        for category in categories
    ]
    text = _("Which service would you like?")
    if day is not None:
        text = f"{_.day(day, turn.now)}\n{text}"
    return turn.screen(text, in_rows(buttons, 2))
