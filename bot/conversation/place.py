"""Where I live: shared as a place on the map, or chosen by sub-district and community."""

import re
from collections.abc import Sequence

from pydantic import JsonValue

from bot import wire
from bot.conversation.actions import Categories, Communities, LiveIn, Slots, Subdistricts
from bot.conversation.actions.finding import LiveAt
from bot.conversation.labels import LUNCH, MEALS, category_label
from bot.conversation.turn import Turn, button, in_rows, leaf, page_row
from bot.replies import Reply

PAGE = 16
"""Communities on a screen, two to a row."""

HUNDRED_THOUSAND = 100_000

NEAREST = 4
"""Points shown around home."""

_COMMITTEE = re.compile("(?<=社区)(居委会?|居民委员会)$|(?<=村)(村?民委员会|村?委会)$")


def show_my_place(turn: Turn) -> Reply:
    """What is known of my home, and both ways to tell it."""
    _ = turn.words
    if turn.me.home_division is not None:
        known = _(
            "You live in {community}, as you told me.", community=spoken_name(turn.me.home_division.name)
        )
    elif turn.me.home is not None:
        known = _("Your home is where you shared your location.")
    else:
        known = _("I do not know yet where you live.")
    ask = _("Share your location, or choose your community. Then I can show what is near you.")
    rows = [(button(_("🏘 Choose my community"), Subdistricts()),)]
    return turn.screen(f"{known}\n\n{ask}", rows, ask_location=True)


def spoken_name(official: str) -> str:
    """A community as people call it. The statistics name its committee: 王墅社区居委会 is 王墅社区, 茶岗村委会 is 茶岗村."""
    return _COMMITTEE.sub("", official)


async def show_subdistricts(turn: Turn) -> Reply:
    """The sub-districts to choose from."""
    _ = turn.words
    subdistricts = await turn.resident.divisions("subdistrict")
    buttons = [button(area.name, Communities(area.code)) for area in subdistricts]
    return turn.screen(_("In which sub-district do you live?"), in_rows(buttons, 2))


async def show_communities(turn: Turn, wanted: Communities) -> Reply:
    """The communities to choose from; tapping one keeps it as home."""
    _ = turn.words
    found = await turn.resident.divisions("community", wanted.subdistrict)
    communities, more = leaf(found, wanted.page, turn.fits(PAGE))
    buttons = [
        button(_("I live in {community}", community=spoken_name(area.name)), LiveIn(area.code))
        for area in communities
    ]
    rows = [
        *in_rows(buttons, 2),
        *page_row(_, wanted.page, lambda page: Communities(wanted.subdistrict, page), more=more),
        (button(_("↩️ Another sub-district"), Subdistricts()),),
    ]
    return turn.screen(_("In which community do you live? The one you tap is kept as your home."), rows)


async def live_in(turn: Turn, order: LiveIn) -> Reply:
    """Keep a community as home, and its middle as the place from which distances are measured."""
    communities = await turn.resident.divisions("community", subdistrict_of(order.community))
    changes: dict[str, JsonValue] = {"home_division": order.community}
    for area in communities:
        if area.code == order.community and area.latitude is not None and area.longitude is not None:
            changes["home"] = {"latitude": area.latitude, "longitude": area.longitude}
    return await _settled(turn, changes)


async def live_at(turn: Turn, order: LiveAt) -> Reply:
    """Keep a shared location as home."""
    there = {"latitude": degrees(order.latitude), "longitude": degrees(order.longitude)}
    return await _settled(turn, {"home": {**there}})


def degrees(hundred_thousandths: int) -> float:
    """Degrees as a button carries them: a metre is exact enough."""
    return hundred_thousandths / HUNDRED_THOUSAND


def on_a_button(degrees_: float) -> int:
    """The same the other way."""
    return round(degrees_ * HUNDRED_THOUSAND)


async def _settled(turn: Turn, changes: dict[str, JsonValue]) -> Reply:
    me = await turn.resident.change_me(changes)
    return await _show_near(turn.knowing(me))


async def _show_near(turn: Turn) -> Reply:
    """What there is around home, and the categories it offers."""
    _ = turn.words
    kept = _("Thank you. I have kept this as your home; you can change it at any time.")
    categories = await turn.resident.categories()
    points = await turn.resident.points_near(turn.me.home, NEAREST) if turn.me.home is not None else ()
    offered = {code for point in points for code in point.categories}
    if not points:
        rows = ((button(_("🍚 Book lunch"), Slots(LUNCH)),), (button(_("📋 All services"), Categories()),))
        return turn.screen(kept, rows)
    listed = "\n\n".join(point_text(turn, point, categories) for point in points)
    buttons = [
        button(category_label(category, turn.me.language), Slots(category.code))
        for category in sorted(categories, key=lambda category: category.code != MEALS)
        if category.code in offered
    ]
    rows_near = [*in_rows(buttons, 2), (button(_("📋 All services"), Categories()),)]
    return turn.screen("\n\n".join((kept, _("Near you:"), listed)), rows_near)


def point_text(
    turn: Turn, point: wire.Point, categories: Sequence[wire.Category], *, address: bool = False
) -> str:
    """A point in two lines, its name and distance, and what it offers; in between, if wished, its address."""
    labels = [
        category_label(category, turn.me.language)
        for category in categories
        if category.code in point.categories
    ]
    name = point.name
    if point.distance_m is not None:
        name = f"{name} · {turn.words.distance(point.distance_m)}"
    lines = [f"• {name}", *([point.address] if address else []), "  ".join(labels)]
    return "\n".join(lines)


def near_of(turn: Turn, division: str | None) -> tuple[str | None, wire.Coordinates | None]:
    """In which division and near where to look: in the one that was said; else near home, which is a place on the map or a
    community, whose sub-district then is meant."""
    home = turn.me.home_division
    if division is None and turn.me.home is None and home is not None:
        division = subdistrict_of(home.code)
    return division, turn.me.home


def subdistrict_of(community: str) -> str:
    """The sub-district's code: the national statistics code nests, and the first nine digits name the sub-district."""
    return f"{community[:9]}000"
