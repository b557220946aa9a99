"""The words of categories, read once from `data/categories.toml`; and which category a sentence asks for."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")

DECIDES, SURE, LIKELY, PERHAPS = 4, 3, 2, 1
"""How surely a word means its category."""


@dataclass(frozen=True, slots=True)
class Found:
    """A word of a category in a sentence, from `start` until before `end`."""

    category: str
    surety: int
    start: int
    end: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """Of several words the one with the highest rank counts: surest, longest, first."""
        return self.surety, self.end - self.start, -self.start


def find_categories(said: str) -> list[Found]:
    """The words of categories that a sentence has, the longest at each place; best first."""
    words, chinese, english = _lexicon()
    found = [Found(*words[match[0]], match.start(), match.end()) for match in chinese.finditer(said)]
    for category, surety, pattern in english:
        found += [Found(category, surety, match.start(), match.end()) for match in pattern.finditer(said)]
    return sorted(found, key=lambda one: one.rank, reverse=True)


@cache
def _lexicon() -> tuple[
    dict[str, tuple[str, int]], re.Pattern[str], tuple[tuple[str, int, re.Pattern[str]], ...]
]:
    words: dict[str, tuple[str, int]] = {}
    english: list[tuple[str, int, re.Pattern[str]]] = []
    for category, lists in _raw().items():
        for surety, name in ((DECIDES, "decides"), (SURE, "sure"), (LIKELY, "likely"), (PERHAPS, "perhaps")):
            for word in lists[name].split():
                words.setdefault(word, (category, surety))
        for surety, name in ((SURE, "english"), (PERHAPS, "english_perhaps")):
            if lists[name]:
                pattern = "".join(lists[name].split("\n"))
                english.append((category, surety, re.compile(rf"\b(?:{pattern})(?:e?s)?\b")))
    longest_first = sorted(words, key=len, reverse=True)
    return words, re.compile("|".join(map(re.escape, longest_first))), tuple(english)


@cache
def _raw() -> dict[str, dict[str, str]]:
    with (_DATA / "categories.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def known_words() -> frozenset[str]:
    """Chinese words that are right as they are written."""
    words, _, _ = _lexicon()
    return frozenset(words) | frozenset(_extra("right")) | frozenset(homophone_targets())


@cache
def homophone_targets() -> tuple[str, ...]:
    """Chinese words for which other characters of the same sound are taken."""
    words, _, _ = _lexicon()
    long = (word for word, (_, surety) in words.items() if surety >= SURE and len(word) > 2)
    return tuple(dict.fromkeys((*_extra("mended"), *long)))


@cache
def english_words() -> frozenset[str]:
    """English words that a misspelt one may have meant."""
    plain = (
        word
        for lists in _raw().values()
        for word in re.findall(r"[a-z]{5,}", _without_syntax(lists["english"]))
    )
    return frozenset(plain) | frozenset(_extra("english"))


def _without_syntax(pattern: str) -> str:
    """A pattern without the words that it leaves open at their end, and without what is not a word."""
    return re.sub(r"[a-z]*\(?\\w[+*]", " ", pattern)


def _extra(name: str) -> Iterator[str]:
    with (_DATA / "spelling.toml").open("rb") as file:
        return iter(tomllib.load(file)[name].split())
