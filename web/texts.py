"""What the pages say, in the person's language: sentences, days, times.

Sentences are written in English in code and templates and stand in Chinese in `locale/zh_CN.po`, which is read once.
They are marked by `_("…")`, or `plural("…", "…", number)` where number matters.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.pofile import read_po

from models.shapes.base import local
from models.vocabulary import Language

CATALOGUES = Path(__file__).with_name("locale")

_LOCALES = {Language.zh: "zh_CN", Language.en: "en"}


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that can be said in one language. Called with an English sentence, it says it."""

    language: Language
    locale: Locale
    sentences: dict[str, str]

    def __call__(self, sentence: str, /, **values: str | int) -> str:
        """A sentence, with its {placeholders} filled."""
        return self.sentences.get(sentence, sentence).format(**values)

    def plural(self, one: str, many: str, number: int, /, **values: str | int) -> str:
        """A sentence that depends on a number, which it has as {number}. Chinese has one form for all numbers."""
        sentence = self.sentences.get(many) or (one if number == 1 else many)
        return sentence.format(number=number, **values)

    def day(self, day: date) -> str:
        """A date with its weekday: 11月23日周一, Mon, Nov 23."""
        return format_skeleton("MMMEd", day, locale=self.locale)

    def nearness(self, day: date, today: date) -> str:
        """今天, Tomorrow, Yesterday; nothing for other days."""
        _ = self
        return {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}.get((day - today).days, "")


def clock(moment: datetime) -> str:
    """A time of day in the district: 11:00."""
    return f"{local(moment):%H:%M}"


@cache
def words(language: Language) -> Words:
    """Everything that can be said in a language; the catalogue is read on first use."""
    return Words(language, Locale.parse(_LOCALES[language]), _sentences(language))


def _sentences(language: Language) -> dict[str, str]:
    """The catalogue's sentences by their English; of plurals, the English one for many stands for both."""
    if language is Language.en:
        return {}
    with (CATALOGUES / f"{_LOCALES[language]}.po").open("rb") as file:
        catalogue = read_po(file, locale=_LOCALES[language])
    sentences: dict[str, str] = {}
    for message in catalogue:
        match message.id, message.string:
            case "", _header:
                continue
            case str(sentence), str(translation):
                sentences[sentence] = translation
            case (_one, many), (translation, *_forms):
                sentences[many] = translation
            case unexpected:
                raise ValueError(f"cannot be read from the catalogue: {unexpected!r}")
    return sentences
