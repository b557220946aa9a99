"""Mentions: where in a sentence something is said, and what; and which of several counts."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

V = TypeVar("V")

TAKEN = "\x00"
"""Stands in the place of what has been understood already, so that nothing else reads it."""

_DENIED = re.compile(
    r"(?:(?<![是要])不(?:是|要)|别|不用|除了)(?:约|订|在)?$|\b(?:not|no longer|instead of|rather than|since)\s+(?:on |in |at |for |the |last )*$"
)
_CORRECTED = re.compile(
    r"不对|说错|打错|写错|搞错|哦不|噢不|啊不|呃不|不不|算了|还是(?=.{0,12}吧)|应该是|[,。 ]不是?,|就(?:是)?$"
    r"|[,.;-]\s*no\b|\b(?:actually|sorry|rather|i mean|make that|make it|oops)\b"
)


@dataclass(frozen=True, slots=True)
class Mention(Generic[V]):
    """Something said from `start` until before `end`."""

    start: int
    end: int
    value: V


def without(said: str, mentions: Sequence[Mention[V]]) -> str:
    """The sentence with these mentions taken out; every other character stays where it is."""
    for mention in mentions:
        said = said[: mention.start] + TAKEN * (mention.end - mention.start) + said[mention.end :]
    return said


def chosen(said: str, mentions: Sequence[Mention[V]]) -> Mention[V] | None:
    """The mention that counts: not one that is denied; the last after a correction; else the first."""
    ordered = sorted(mentions, key=lambda one: one.start)
    kept = [one for one in ordered if not _DENIED.search(said[: one.start])]
    if not kept:
        return None
    result = kept[0]
    for earlier, later in itertools.pairwise(kept):
        if _CORRECTED.search(said[earlier.end : later.start]):
            result = later
    return result
