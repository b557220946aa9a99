"""Whether two requests may be one: near in place and time, of one kind, and in words alike (product: Requests 1)."""

import re
from collections.abc import Iterator

from models.shapes.base import Coordinates
from scheduling.policies import Policy
from scheduling.rules.distance import metres

_PIECE = re.compile(r"[a-z0-9']+|[\u4e00-\u9fff]+")
_NUMBERS = re.compile(r"\d(?:[\d\- ]{3,})\d|\d{5,}")
_SAY_NOTHING = frozenset(
    [
        "the",
        "a",
        "an",
        "is",
        "are",
        "was",
        "in",
        "on",
        "at",
        "of",
        "to",
        "and",
        "it",
        "this",
        "that",
        "there",
        "for",
        "my",
        "our",
        "near",
        "by",
        "has",
        "have",
        "been",
    ]
)
_FILLING = re.compile("[我们的了是在有这那个啊呢吧吗很都也就请您你好麻烦一下]")
EXCERPT = 60
"""Characters of a request that neighbours are shown, so that they can tell whether it is the same."""


def tokens(text: str) -> frozenset[str]:
    """What a text is compared by: pairs of Chinese characters, and words of other languages, fillers left out."""
    return frozenset(_tokens(text.lower()))


def _tokens(text: str) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if piece[0] < "\u4e00":
            if piece not in _SAY_NOTHING:
                yield piece.removesuffix("s")
            continue
        for part in _FILLING.split(piece):
            yield from (part[place : place + 2] for place in range(len(part) - 1))


def shared_percent(one: str, other: str) -> int:
    """How much of the shorter one's words both have, in percent."""
    mine, theirs = tokens(one), tokens(other)
    shorter = min(len(mine), len(theirs))
    return 100 * len(mine & theirs) // shorter if shorter else 0


def may_be_one(
    one: str, other: str, *, here: Coordinates | None, there: Coordinates | None, policy: Policy
) -> bool:
    """Whether two requests of one kind, sent within the policy's hours in one community, may be the same matter.

    Where one of them has no place on the map, words have to agree twice as much.
    """
    if here is None or there is None:
        return shared_percent(one, other) >= min(100, 2 * policy.request_same_percent)
    near = metres(here, there) <= policy.request_same_metres
    return near and shared_percent(one, other) >= policy.request_same_percent


def excerpt(text: str) -> str:
    """The beginning of a request as neighbours may see it: without long numbers, which may be somebody's."""
    masked = _NUMBERS.sub("…", " ".join(text.split()))
    return masked if len(masked) <= EXCERPT else f"{masked[:EXCERPT]}…"
