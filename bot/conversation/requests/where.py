"""Where a request lies, as far as it has been said: a place named in words, near home, or the community chosen from lists."""

from collections.abc import Mapping

from pydantic import JsonValue

from bot.conversation.actions import requests as actions
from bot.conversation.place import spoken_name, subdistrict_of
from bot.conversation.turn import Row, Turn, button, in_rows, leaf, page_row
from bot.replies import Reply
from bot.understanding import Place

Said = dict[str, JsonValue]
"""What has been said so far of a request, as its draft keeps it."""

WHERE = ("location", "community", "subdistrict", "at_home")
"""What of a draft says where it is, but for the words."""
PAGE = 16


def give_up_row(turn: Turn) -> Row:
    """Out of it, with nothing sent."""
    _ = turn.words
    return (button(_("✖️ Do not send it"), actions.GiveUp()),)


def lying_in(place: Place) -> Said:
    """The community that a place is, or the sub-district in which to choose one."""
    if place.division is None or place.division.endswith("000000"):
        return {}
    return {"subdistrict" if place.division.endswith("000") else "community": place.division}


def has_place(said: Mapping[str, JsonValue]) -> bool:
    """Whether it is known to whom it goes."""
    return any(said.get(name) for name in ("location", "community", "at_home"))


def subdistrict_named(said: Mapping[str, JsonValue]) -> str | None:
    """The sub-district that was named."""
    named = said.get("subdistrict")
    return named if isinstance(named, str) else None


def is_near_home(turn: Turn, said: Mapping[str, JsonValue]) -> bool:
    """Whether words alone are near home: when it is known, and they name no other sub-district."""
    named, home = subdistrict_named(said), turn.me.home_division
    if named is not None:
        return home is not None and subdistrict_of(home.code) == named
    return turn.me.home is not None or home is not None


async def show_subdistricts(turn: Turn, before: str = "") -> Reply:
    """The sub-districts to choose from."""
    _ = turn.words
    areas = await turn.resident.divisions("subdistrict")
    choices = [button(area.name, actions.InWhich(area.code)) for area in areas]
    ask = _("In which sub-district is it?")
    return turn.screen(f"{before}\n\n{ask}" if before else ask, [*in_rows(choices, 2), give_up_row(turn)])


async def in_which(turn: Turn, asked: actions.InWhich) -> Reply:
    """The lists that lead to a community."""
    return await (show_subdistricts(turn) if asked.subdistrict is None else show_communities(turn, asked))


async def show_communities(turn: Turn, asked: actions.InWhich, before: str = "") -> Reply:
    """The communities of a sub-district to choose from."""
    _ = turn.words
    found = await turn.resident.divisions("community", asked.subdistrict)
    communities, more = leaf(found, asked.page, PAGE)
    choices = [button(spoken_name(area.name), actions.LiesIn(area.code)) for area in communities]
    rows = [
        *in_rows(choices, 2),
        *page_row(_, asked.page, lambda page: actions.InWhich(asked.subdistrict, page), more=more),
        (button(_("↩️ Another sub-district"), actions.InWhich()),),
        give_up_row(turn),
    ]
    ask = _("In which community is it?")
    return turn.screen(f"{before}\n\n{ask}" if before else ask, rows)
