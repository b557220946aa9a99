"""The sentences that understanding is measured by: what each means was written down before anything could read it.

A third of them, by a hash of the text, is held out: nobody looks at what is misread among those while rules are changed. So are
the whole files for which nothing was changed.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.understanding import understand

FOLDER = Path(__file__).with_name("sentences")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""When all of them are said: a Monday morning."""

KEYS = ("intent", "category", "date", "start", "end", "party_size", "place")
MAIN_KEYS = KEYS[:3]
BLIND = frozenset({"blind", "thirteenth", "fifteenth"})
SEEN = frozenset({"fourteenth"})
"""Files whose misreadings were all looked at: nothing of them is held out."""

Expected = Mapping[str, str | int | None]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it means."""

    text: str
    expected: Expected
    blind: bool = False
    seen: bool = False

    @property
    def held_out(self) -> bool:
        """Whether it is one of those that nobody looks at: a third, and all of the last file."""
        third = hashlib.sha256(self.text.encode()).digest()[0] % 3 == 0
        return self.blind or (third and not self.seen)

    @property
    def read(self) -> Expected:
        """What is understood of it."""
        return _read(self.text)

    def right(self, keys: Iterable[str]) -> bool:
        """Whether all of these keys are as expected."""
        read = self.read
        return all(read[key] == self.expected[key] for key in keys)


def sentences(*names: str) -> list[Sentence]:
    """The sentences of some files, in their order; of all when none is named."""
    files = [FOLDER / f"{name}.tsv" for name in names] or sorted(FOLDER.glob("*.tsv"))
    return [
        _sentence(line, blind=file.stem in BLIND, seen=file.stem in SEEN)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


def share_right(among: list[Sentence], keys: Iterable[str]) -> float:
    """Which share of the sentences is read right on all of these keys."""
    return sum(sentence.right(tuple(keys)) for sentence in among) / len(among)


@cache
def _read(text: str) -> Expected:
    return understand(text, NOW).printed()


def _sentence(line: str, *, blind: bool, seen: bool) -> Sentence:
    cells = [cell.strip() or None for cell in line.split("|")]
    cells += [None] * (8 - len(cells))
    text, intent, category, day, start, end, party, place = cells
    assert text is not None, line
    if day is not None and len(day) == len("12-31"):
        # Written without a year, it is the next such day.
        day = f"{NOW.year if day >= f'{NOW:%m-%d}' else NOW.year + 1}-{day}"
    return Sentence(
        text,
        {
            "intent": intent,
            "category": category,
            "date": day,
            "start": start,
            "end": end,
            "party_size": None if party is None else int(party),
            "place": place,
        },
        blind,
        seen,
    )
