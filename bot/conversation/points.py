"""Where things are: the points that offer something, near home or in a division."""

from bot import wire
from bot.conversation.actions import Categories, MyPlace, Points, Slots
from bot.conversation.labels import category_label
from bot.conversation.place import near_of, point_text, subdistrict_of
from bot.conversation.turn import Row, Turn, button, in_rows
from bot.replies import Reply

SHOWN = 5
"""Points on a screen."""


async def show_points(turn: Turn, wanted: Points) -> Reply:
    """The points, each with its address, and the way to their times."""
    _ = turn.words
    points = await _points(turn, wanted.category, wanted.division)
    area = None if wanted.division is None else subdistrict_of(wanted.division)
    if not points and area != wanted.division:
        points = await _points(turn, wanted.category, area)
    categories = await turn.resident.categories()
    rows: list[Row] = []
    if turn.me.home is None and turn.me.home_division is None and wanted.division is None:
        rows.append((button(_("📍 Tell where I live"), MyPlace()),))
    if not points:
        rows.append((button(_("📋 All services"), Categories()),))
        if wanted.division is not None:
            rows.append((button(_("📍 Near my home"), Points(wanted.category, None)),))
        return turn.screen(_("I find no point there that offers this."), rows)
    listed = "\n\n".join(point_text(turn, point, categories, address=True) for point in points)
    offered = (
        {wanted.category}
        if wanted.category is not None
        else {code for point in points for code in point.categories}
    )
    buttons = [
        button(category_label(category, turn.me.language), Slots(category.code, area))
        for category in categories
        if category.code in offered
    ]
    text = _("Here you find it. Tap the service to see its times.")
    return turn.screen(f"{text}\n\n{listed}", [*in_rows(buttons, 2), *rows])


async def _points(turn: Turn, category: str | None, division: str | None) -> tuple[wire.Point, ...]:
    within, near = near_of(turn, division)
    return await turn.resident.points(category=category, division=within, near=near, limit=SHOWN)
