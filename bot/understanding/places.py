"""Places of the district: its divisions, with and without 街道, 社区 or 村, and areas that everybody knows."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pypinyin import lazy_pinyin

from bot.understanding.meaning import Place
from bot.understanding.mentions import Mention

_DATA = Path(__file__).with_name("data")

_COMMITTEE = re.compile("(?<=社区)(?:居委会?|居民委员会)$|(?<=村)(?:村?民委员会|村?委会)$")
_KIND = re.compile("(?:街道|社区|村|区)$")


def find_places(said: str) -> list[Mention[Place]]:
    """The places that a sentence names, the most particular first."""
    aliases, pattern = _gazetteer()
    found = [(match.start(), match.end(), aliases[match[0]]) for match in pattern.finditer(said)]
    areas = {places[0].division[:9] for _, _, places in found if len(places) == 1 and places[0].division}
    mentions = [Mention(start, end, _one_of(places, areas)) for start, end, places in found]
    return sorted(mentions, key=lambda one: _breadth(one.value))


def _one_of(places: tuple[Place, ...], areas: set[str]) -> Place:
    """The place meant. Of villages with one name it is the one in a sub-district that is named too, or of no division."""
    near = [place for place in places if place.division is not None and place.division[:9] in areas]
    if len(places) == 1 or len(near) == 1:
        return (near or places)[0]
    return Place(places[0].name, None)


def _breadth(place: Place) -> int:
    """Districts are broader than sub-districts, and those than anything in them."""
    if place.division is None:
        return 0
    if place.name.endswith("街道"):
        return 1
    return 2 if place.division.endswith("000000") else 0


@cache
def _gazetteer() -> tuple[dict[str, tuple[Place, ...]], re.Pattern[str]]:
    """Every way of naming a place, with the places of one name, and a pattern that finds the longest of them."""
    aliases: dict[str, tuple[Place, ...]] = {}
    for alias, place in _names():
        known = aliases.get(alias, ())
        if not known or (known[0].name == place.name and place not in known):
            aliases[alias] = (*known, place)
    ordered = sorted(aliases, key=len, reverse=True)
    chinese = "|".join(re.escape(alias) for alias in ordered if not alias.isascii())
    english = "|".join(re.escape(alias) for alias in ordered if alias.isascii())
    return aliases, re.compile(rf"(?:{chinese})|\b(?:{english})\b")


def _names() -> Iterator[tuple[str, Place]]:
    """Names and what they name. Of two with one name, what comes first has it."""
    kinds: dict[str, list[Place]] = defaultdict(list)
    for row in _rows("divisions.csv"):
        kinds[row["level"]].append(Place(_COMMITTEE.sub("", row["name"]), row["code"]))
    areas = [
        (alias, Place(row["name"], row["subdistrict"]))
        for row in _rows("areas.csv")
        for alias in (row["name"], *row["also"].split(";"))
        if alias
    ]
    for place in kinds["district"] + kinds["subdistrict"]:
        short = _KIND.sub("", place.name)
        yield place.name, place
        yield short, place
        yield from _in_pinyin(short, place, ("", " subdistrict", " sub-district", " street", " district"))
    for name, place in areas:
        yield name, place
        yield from _in_pinyin(name, place, ("",))
    # Names that mean something else, or another place, when 社区 or 村 does not follow.
    ordinary = frozenset((_DATA / "ordinary_words.txt").read_text(encoding="utf-8").split())
    for place in kinds["community"]:
        short = _KIND.sub("", place.name)
        yield place.name, place
        for kind in ("社区", "村"):
            yield short.removesuffix("村") + kind, place
        if len(short) > 1 and short not in ordinary:
            yield short, place
        yield from _in_pinyin(short, place, (" community", " village"))


def _in_pinyin(name: str, place: Place, endings: tuple[str, ...]) -> Iterator[tuple[str, Place]]:
    """How English speakers write a name: Dongshan, Dong Shan, Dongshan Subdistrict."""
    syllables = lazy_pinyin(name)
    for ending in endings:
        yield "".join(syllables) + ending, place
        yield " ".join(syllables) + ending, place


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
