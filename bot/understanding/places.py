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
    found = [Mention(match.start(), match.end(), aliases[match[0]]) for match in pattern.finditer(said)]
    return sorted(found, key=lambda one: _breadth(one.value))


def _breadth(place: Place) -> int:
    """Districts are broader than sub-districts, and those than anything in them."""
    if place.division is None:
        return 0
    if place.name.endswith("街道"):
        return 1
    return 2 if place.division.endswith("000000") else 0


@cache
def _gazetteer() -> tuple[dict[str, Place], re.Pattern[str]]:
    """Every way of naming a place, and a pattern that finds the longest of them."""
    aliases: dict[str, Place] = {}
    for alias, place in _names():
        known = aliases.setdefault(alias, place)
        if known.name == place.name and known.division != place.division:
            # Two villages of one name: which one is meant, the sentence does not say.
            aliases[alias] = Place(place.name, None)
    ordered = sorted(aliases, key=len, reverse=True)
    chinese = "|".join(re.escape(alias) for alias in ordered if not alias.isascii())
    english = "|".join(re.escape(alias) for alias in ordered if alias.isascii())
    return aliases, re.compile(rf"(?:{chinese})|\b(?:{english})\b")


def _names() -> Iterator[tuple[str, Place]]:
    """Names and what they name. Of two with one name, what comes first has it."""
    kinds: dict[str, list[Place]] = defaultdict(list)
    for row in _rows("divisions.csv"):
        kinds[row["level"]].append(Place(_COMMITTEE.sub("", row["name"]), row["code"]))
    areas = [(row["name"], Place(row["name"], row["subdistrict"])) for row in _rows("areas.csv")]
    areas += [(row["also"], Place(row["also"], row["subdistrict"])) for row in _rows("areas.csv") if row["also"]]
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
