"""Where the rules are not sure of an intent: what sentences that look alike meant (docs/decisions/0016).

A sentence is compared with the examples of `data/examples.tsv` by naive Bayes over pieces of its text, after everything
that it names has been put into one letter each, so that 周五 and 明天 look alike.
"""

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from bot.understanding.clock import Clock
from bot.understanding.days import Day
from bot.understanding.lexicon import SURE, Found
from bot.understanding.meaning import Intent, Place
from bot.understanding.mentions import Mention

EXAMPLES = Path(__file__).with_name("data") / "examples.tsv"

PLACE, DAY, TIME = "P", "D", "T"
_CATEGORIES = {
    "elder_care": "A", "meals": "M", "culture": "U", "fitness": "F", "classroom": "K",
    "volunteering": "V", "legal": "L", "mediation": "J", "family": "B", "counselling": "S",
}  # fmt: skip
"""Letters for what a sentence names. The rest of it is in lower case."""

_SMOOTHING = 0.1
"""How often, in effect, a piece was seen with every intent before any example was."""

_TRUST = {Intent.unknown: 3.0, Intent.book: 4.0, Intent.find_points: 4.0}
_TRUST_OTHERWISE = 5.0
"""How far the examples must speak for another intent than that of the rules, to be followed: less where the rules come
down to what is left over. Measured on sentences that were new to both."""

CHANGING = frozenset(
    {Intent.cancel, Intent.reschedule, Intent.close_point, Intent.manage_capacity, Intent.volunteer_swap}
)
"""What gives something up or changes it: there examples alone lead only when they are very clear."""

_WORD = re.compile(r"[a-z']+|[A-Z]")
_ENGLISH = re.compile(r"[a-z']+")


def sketch(
    said: str,
    places: Iterable[Mention[Place]],
    days: Iterable[Mention[Day]],
    clocks: Iterable[Mention[Clock]],
    words: Iterable[Found],
) -> str:
    """A sentence with what it names put into letters."""
    marks = [(one.start, one.end, PLACE) for one in places]
    marks += [(one.start, one.end, DAY) for one in days]
    marks += [(one.start, one.end, TIME) for one in clocks if not one.value.vague]
    for word in words:
        if word.surety >= SURE and not any(word.start < end and start < word.end for start, end, _ in marks):
            marks.append((word.start, word.end, _CATEGORIES[word.category]))
    for start, end, letter in sorted(marks, reverse=True):
        said = said[:start] + letter + said[end:]
    return said


def weighed(sketched: str, by_rules: Intent) -> Intent:
    """The intent: that of the rules, unless examples speak clearly for another."""
    intents, known, unseen = _experience()
    pieces = [piece for piece in _pieces(sketched) if piece in known]
    if not pieces:
        return by_rules
    scores = [math.fsum(known[piece][at] for piece in pieces) for at in range(len(intents))]
    scores = [score + unseen[at] * len(pieces) for at, score in enumerate(scores)]
    best = max(range(len(intents)), key=lambda at: scores[at])
    ahead = (scores[best] - scores[intents.index(by_rules)]) / math.sqrt(len(pieces))
    trust = _TRUST_OTHERWISE if intents[best] in CHANGING else _TRUST.get(by_rules, _TRUST_OTHERWISE)
    return intents[best] if ahead > trust else by_rules


def _pieces(sketched: str) -> set[str]:
    """Characters and pairs of characters of the Chinese, words and pairs of words of the English."""
    text = f"^{' '.join(sketched.split())}$"
    chinese, words = _ENGLISH.sub(" ", text), _WORD.findall(text)
    singles = set(chinese) | set(words)
    pairs = {f"{one}{two}" for one, two in itertools.pairwise(chinese)}
    return singles | pairs | {f"{one}_{two}" for one, two in itertools.pairwise(words)}


def _examples() -> Iterator[tuple[Intent, str]]:
    """The examples, as intent and sketch."""
    for line in EXAMPLES.read_text(encoding="utf-8").splitlines():
        intent, _, sketched = line.partition("\t")
        yield Intent(intent), sketched


@cache
def _experience() -> tuple[tuple[Intent, ...], dict[str, tuple[float, ...]], tuple[float, ...]]:
    """The intents; how much more each piece speaks for each of them than a piece never seen with it; and how much that does."""
    seen: dict[Intent, Counter[str]] = defaultdict(Counter)
    for intent, sketched in _examples():
        seen[intent].update(_pieces(sketched))
    intents = tuple(Intent)
    vocabulary = set().union(*seen.values())
    totals = [seen[intent].total() + _SMOOTHING * len(vocabulary) for intent in intents]
    unseen = tuple(math.log(_SMOOTHING / total) for total in totals)
    known = {
        piece: tuple(math.log((seen[intent][piece] + _SMOOTHING) / _SMOOTHING) for intent in intents)
        for piece in vocabulary
    }
    return intents, known, unseen
