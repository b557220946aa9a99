"""Where things are: finding a point by words, by what it offers, or around a place; and a point with all about it."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from bot import wire
from bot.conversation.actions import AskBook, AskWait, Categories, LiveIn, MyPlace, Points, Slots
from bot.conversation.actions.finding import Find, LiveAt, PointsAt, ServiceSlots, ShowPoint
from bot.conversation.labels import OPEN, category_label, place_of, slot_row
from bot.conversation.place import (
    degrees,
    live_at,
    near_of,
    on_a_button,
    point_text,
    spoken_name,
    subdistrict_of,
)
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.turn import MOST_ITEMS, Row, Turn, button, in_rows, leaf, limit_for, page_row
from bot.replies import Button, Incoming, Reply
from bot.texts import DISTRICT_ZONE
from bot.visitor import Visitor

SHOWN = 5
"""Points on a screen."""

NEXT = 4
"""Free times on a point's own screen."""

PAGE = 6

WORDS = "find_words"
"""The draft that waits for the words to look for."""

LONGEST_WORDS = 40


async def show_points(turn: Turn, wanted: Points) -> Reply:
    """The points, each with its address, and the way to their times."""
    _ = turn.words
    points, categories = await asyncio.gather(
        _points(turn, wanted.category, wanted.division), turn.resident.categories()
    )
    area = None if wanted.division is None else subdistrict_of(wanted.division)
    if not points and area != wanted.division:
        points = await _points(turn, wanted.category, area)
    rows: list[Row] = []
    if turn.me.home is None and turn.me.home_division is None:
        rows += await _home_rows(turn, wanted.division)
    if not points:
        rows.append((button(_("📋 All services"), Categories()),))
        if wanted.division is not None:
            rows.append((button(_("📍 Near my home"), Points(wanted.category, None)),))
        return turn.screen(_("I find no point there that offers this."), rows)
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
    text = _("Here you find it. Tap a point to see more, or a service to see its times.")
    return _listed(turn, text, points, categories, [*in_rows(buttons, 2), *rows])


async def _home_rows(turn: Turn, division: str | None) -> list[Row]:
    """Who has not said where they live and names a community may live there."""
    _ = turn.words
    if division is None:
        return [(button(_("📍 Tell where I live"), MyPlace()),)]
    if division.endswith("000"):
        return []
    communities = await turn.resident.divisions("community", subdistrict_of(division))
    return [
        (button(_("I live in {community}", community=spoken_name(area.name)), LiveIn(area.code)),)
        for area in communities
        if area.code == division
    ]


async def show_called(turn: Turn, words: str, *, by_name: bool = False) -> Reply | None:
    """The points with these words in their name, address or services, or in the name alone; None when there are none."""
    _ = turn.words
    _division, near = near_of(turn, None)
    visitor = turn.acting_as(Visitor)
    points, categories = await asyncio.gather(
        visitor.points_called(words, near, turn.fits(SHOWN)), turn.resident.categories()
    )
    if by_name:
        points = tuple(point for point in points if words in point.name)
    if not points:
        return None
    text = _("This is what I find for “{words}”. Tap one to see more.", words=words)
    return _listed(turn, text, points, categories, [(button(_("🔎 Look for something else"), Find()),)])


async def show_around(turn: Turn, latitude: float, longitude: float) -> Reply:
    """What is around a place that was just shared. It is kept only when a button says so."""
    return await show_points_at(turn, PointsAt(on_a_button(latitude), on_a_button(longitude)))


async def show_points_at(turn: Turn, wanted: PointsAt) -> Reply:
    """The nearest points, and the choice whether the place is one's home."""
    _ = turn.words
    here = wire.Coordinates(latitude=degrees(wanted.latitude), longitude=degrees(wanted.longitude))
    points, categories = await asyncio.gather(
        turn.resident.points_near(here, turn.fits(SHOWN)), turn.resident.categories()
    )
    rows: list[Row] = [
        (button(_("🏠 This is my home: keep it"), LiveAt(wanted.latitude, wanted.longitude)),),
        (button(_("🍚 Book lunch"), Slots("lunch")), button(_("📋 All services"), Categories())),
    ]
    if not points:
        return turn.screen(_("I find no point there."), rows)
    text = _("This is around you. I keep the place only if you say that it is your home.")
    return _listed(turn, text, points, categories, rows)


async def find(turn: Turn, _wanted: Find) -> Reply:
    """The ways to find a point; words that come next are looked for."""
    _ = turn.words
    categories, _kept = await asyncio.gather(turn.resident.categories(), turn.resident.keep_draft(WORDS, {}))
    buttons = [
        button(category_label(category, turn.me.language), Points(category.code, None))
        for category in categories
    ]
    text = _("What are you looking for? Write it (haircut, or a point's name), share where you are, or tap.")
    rows = [(button(_("📍 All near my home"), Points(None, None)),), *in_rows(buttons, 2)]
    return turn.screen(text, rows, ask_location=True)


async def take_words(turn: Turn, _draft: wire.Draft, incoming: Incoming) -> Reply | None:
    """Looks for the words; a place that is shared instead is looked around."""
    _ = turn.words
    if incoming.location is not None:
        await turn.resident.drop_draft()
        return await show_around(turn, *incoming.location)
    words = " ".join((incoming.text or "").split())
    if not words:
        return None
    if len(words) > LONGEST_WORDS:
        # So long a text is no name; it is taken for what it says.
        await turn.resident.drop_draft()
        return None
    found = await show_called(turn, words)
    if found is not None:
        return found
    text = _("I find nothing for “{words}”. A shorter word may help: haircut, canteen.", words=words)
    rows: list[Row] = [
        (button(_("🔎 Look for something else"), Find()),),
        (button(_("📋 All services"), Categories()),),
    ]
    return turn.screen(text, rows)


async def show_point(turn: Turn, wanted: ShowPoint) -> Reply:
    """A point: where, when today, how to call, what it offers, and its next free times."""
    _ = turn.words
    visitor = turn.acting_as(Visitor)
    today = turn.now.astimezone(DISTRICT_ZONE).date()
    point, services, day, free = await asyncio.gather(
        turn.resident.point(wanted.point),
        visitor.services(wanted.point),
        visitor.slots_of_day(wanted.point, today),
        visitor.slots_free(wanted.point, turn.now, turn.fits(NEXT)),
    )
    parts = [f"📍 {point.name}", point.address, _opening(turn, day)]
    if point.phone:
        parts.append(_("Telephone: {phone}", phone=point.phone))
    if services:
        parts.append(_("Offers: {services}", services=_(", ").join(one.name for one in services)))
    parts.append(
        _("The next free times:") if free else _("There is no free time just now; you can wait for one.")
    )
    rows = [slot_row(turn, number, slot, AskBook(slot.id)) for number, slot in enumerate(free, 1)]
    rows += in_rows([button(one.name, ServiceSlots(one.id)) for one in services], 2)
    if (way := directions(turn, point)) is not None:
        rows.append((way,))
    return turn.screen("\n".join(parts), rows, point=point.id, place=place_of(point))


def directions(turn: Turn, point: wire.PointBrief) -> Button | None:
    """A link that shows the way on foot, in whatever map the telephone has for it."""
    _ = turn.words
    if point.latitude is None or point.longitude is None:
        return None
    there = f"{point.longitude:.6f},{point.latitude:.6f},{quote(point.name)}"
    return Button(
        _("🧭 Show the way"),
        url=f"https://uri.amap.com/navigation?to={there}&mode=walk&coordinate=wgs84",
    )


async def show_service_slots(turn: Turn, wanted: ServiceSlots) -> Reply:
    """The next times of a service; where one is full, one can wait."""
    _ = turn.words
    size = turn.fits(PAGE)
    limit = min(MOST_ITEMS, limit_for(wanted.page, size))
    found = await turn.acting_as(Visitor).slots_of_service(wanted.service, turn.now, limit)
    slots, more = leaf([slot for slot in found if slot.status == OPEN], wanted.page, size)
    if not slots:
        rows: list[Row] = [(button(_("🔎 Look for something else"), Find()),)]
        return turn.screen(_("This service has no times just now."), rows)
    first = max(0, wanted.page) * size + 1
    rows = [
        slot_row(turn, number, slot, AskBook(slot.id) if slot.free else AskWait(slot.id, 1, None))
        for number, slot in enumerate(slots, first)
    ]
    rows += page_row(_, wanted.page, lambda page: ServiceSlots(wanted.service, page), more=more)
    point = slots[0].point
    rows.append((button(f"📍 {point.name}", ShowPoint(point.id)),))
    text = _("{service}, {point}. Which time?", service=slots[0].service.name, point=point.name)
    if not all(slot.free for slot in slots):
        text = f"{text}\n" + _("Where it is full you can wait for a place.")
    return turn.screen(text, rows, point=point.id)


def _opening(turn: Turn, day: Sequence[wire.Slot]) -> str:
    """From when to when there is something today."""
    _ = turn.words
    kept = [slot for slot in day if slot.status == OPEN]
    if not kept:
        return _("Today there is nothing to book here.")
    first, last = min(slot.start for slot in kept), max(slot.end for slot in kept)
    return _("Today: {first}–{last}", first=_.clock(first), last=_.clock(last))


def _listed(
    turn: Turn,
    text: str,
    points: Sequence[wire.Point],
    categories: Sequence[wire.Category],
    onward: Sequence[Row],
) -> Reply:
    """Points in words, each with a button of its own."""
    listed = "\n\n".join(point_text(turn, point, categories, address=True) for point in points)
    rows = [(button(f"📍 {point.name}", ShowPoint(point.id)),) for point in points]
    return turn.screen(f"{text}\n\n{listed}", [*rows, *onward])


async def _points(turn: Turn, category: str | None, division: str | None) -> tuple[wire.Point, ...]:
    within, near = near_of(turn, division)
    return await turn.resident.points(category=category, division=within, near=near, limit=turn.fits(SHOWN))


ROOM = Room(
    screens=screens(
        shows(Find, find),
        shows(ShowPoint, show_point),
        shows(ServiceSlots, show_service_slots),
        shows(PointsAt, show_points_at),
        shows(LiveAt, live_at),
    ),
    drafts={WORDS: take_words},
)
