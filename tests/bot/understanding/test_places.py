"""Places: all of the district's, with and without what they are called by."""

import csv
import importlib.resources
from collections import Counter

import pytest

from bot.conversation.place import spoken_name
from bot.understanding import Meaning, understand
from bot.understanding import places as gazetteer
from tests.bot.understanding.sentences import NOW

DIVISIONS = list(
    csv.DictReader(
        (importlib.resources.files("models") / "data" / "divisions.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
)
COMMUNITIES = [row for row in DIVISIONS if row["level"] == "community"]


def said_of(name: str) -> Meaning:
    return understand(f"{name}明天有理发吗", NOW)


def test_the_places_are_the_divisions_that_the_installation_starts_with() -> None:
    known = list(gazetteer._rows("divisions.csv"))
    assert known == [{key: row[key] for key in known[0]} for row in DIVISIONS]


def test_every_sub_district_and_community_is_known_by_its_name() -> None:
    names = Counter(spoken_name(row["name"]) for row in COMMUNITIES)
    for row in DIVISIONS:
        name = spoken_name(row["name"])
        place = said_of(name).place
        assert place is not None, name
        assert place.name == name
        # Two villages of one name are one place to whoever speaks, and no one division.
        assert place.division == (row["code"] if names[name] < 2 else None)


def test_most_are_known_without_what_they_are() -> None:
    for row in DIVISIONS:
        if row["level"] == "subdistrict" and row["name"] != "江宁街道":
            place = said_of(row["name"].removesuffix("街道")).place
            assert place is not None
            assert place.division == row["code"]
    short = [
        said_of(spoken_name(row["name"]).removesuffix("社区").removesuffix("村")).place for row in COMMUNITIES
    ]
    assert sum(place is not None for place in short) > len(COMMUNITIES) / 2


@pytest.mark.parametrize("said", ["太平", "成功", "和平", "建设"])
def test_a_word_that_means_something_else_is_no_place(said: str) -> None:
    assert said_of(said).place is None


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("百家湖那边的理发", "百家湖"),
        ("江宁大学城的瑜伽", "江宁大学城"),
        ("王墅村的理发", "王墅社区"),
        ("湖熟街道河南社区的理发", "河南社区"),
        ("haircut in Dongshan tomorrow", "东山街道"),
        ("haircut in Dong Shan Subdistrict", "东山街道"),
        ("yoga near Baijia Lake", "百家湖"),
    ],
)
def test_places_are_called_by_one_name(said: str, name: str) -> None:
    place = understand(said, NOW).place
    assert place is not None
    assert place.name == name


def test_a_village_of_which_there_are_two_is_that_of_the_sub_district_named() -> None:
    meaning = understand("谷里街道柏树村的理发", NOW)
    assert meaning.place is not None
    assert meaning.place.division is not None
    assert meaning.place.division.startswith("320115007")
