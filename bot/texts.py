"""What the bot says, in the person's language: sentences, times, distances.

Sentences are written in English in the code and stand in Chinese in `locale/zh_CN/`, one file a room,
read once at start. In code they are marked by `_("…")`, or `_.plural("…", "…", number)` where number matters.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.pofile import read_po

from bot.replies import Language

DISTRICT_ZONE = ZoneInfo("Asia/Shanghai")
"""The zone in which people read times; it is that of every district of the country."""

CATALOGUES = Path(__file__).with_name("locale")

_LOCALES: dict[Language, str] = {"zh-CN": "zh_CN", "en": "en"}

NEIGHBOUR: dict[Language, str] = {"zh-CN": "邻居", "en": "Neighbour"}
"""What people are called whose channel knows no name for them."""

_METRES_A_KILOMETRE = 1000
_DISTANCE_STEP_M = 50


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

    def day(self, day: date, now: datetime) -> str:
        """A date by itself: 明天（周二）, Tomorrow (Tue)."""
        return _capitalised(self._day(day, now))

    def on(self, day: date, now: datetime) -> str:
        """A date within a sentence: 明天（周二）, tomorrow (Tue)."""
        return self._day(day, now)

    def weekday(self, day: date) -> str:
        """The weekday of a date: 周二, Tuesday."""
        return format_skeleton("EEEE" if self.language == "en" else "E", day, locale=self.locale)

    def moment(self, moment: datetime, now: datetime) -> str:
        """A moment within a sentence: 明天（周二）11:00, tomorrow (Tue) 11:00."""
        local = moment.astimezone(DISTRICT_ZONE)
        return self("{day} {time}", day=self._day(local.date(), now), time=_clock(local))

    def span(self, start: datetime, end: datetime, now: datetime) -> str:
        """From when to when, by itself: 明天（周二）11:00–11:30, Tomorrow (Tue) 11:00–11:30."""
        until = _clock(end.astimezone(DISTRICT_ZONE))
        return _capitalised(self("{start}–{end}", start=self.moment(start, now), end=until))

    def short_moment(self, moment: datetime, now: datetime) -> str:
        """A moment in few characters, for buttons: 明天 11:00."""
        local = moment.astimezone(DISTRICT_ZONE)
        return _capitalised(f"{self._day_word(local.date(), now)} {_clock(local)}")

    def clock(self, moment: datetime) -> str:
        """A time of day: 11:00."""
        return _clock(moment.astimezone(DISTRICT_ZONE))

    def distance(self, metres: float) -> str:
        """A distance as the crow flies, as precise as is honest: 约 650 米, 约 1.3 公里."""
        rounded = max(_DISTANCE_STEP_M, round(metres / _DISTANCE_STEP_M) * _DISTANCE_STEP_M)
        if rounded < _METRES_A_KILOMETRE:
            return self("about {metres} m", metres=rounded)
        return self("about {kilometres} km", kilometres=f"{metres / _METRES_A_KILOMETRE:.1f}")

    def _day(self, day: date, now: datetime) -> str:
        weekday = format_skeleton("E", day, locale=self.locale)
        return self("{day} ({weekday})", day=self._day_word(day, now), weekday=weekday)

    def _day_word(self, day: date, now: datetime) -> str:
        today = now.astimezone(DISTRICT_ZONE).date()
        match day - today:
            case timedelta(days=0):
                return self("today")
            case timedelta(days=1):
                return self("tomorrow")
            # English has no word for the day after tomorrow that fits a button.
            case timedelta(days=2) if self.language == "zh-CN":
                return "后天"
            case _:
                return format_skeleton("MMMd", day, locale=self.locale)


def _clock(local: datetime) -> str:
    return f"{local:%H:%M}"


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


@cache
def words(language: Language, *, large_text: bool = False) -> Words:
    """Everything that can be said in a language; the catalogue is read on first use.

    With `large_text` long sentences are said in short words, those of `locale/large_text/`.
    """
    locale = Locale.parse(_LOCALES[language])
    sentences = _sentences(language)
    if large_text:
        path = CATALOGUES / "large_text" / f"{_LOCALES[language]}.po"
        sentences = {**sentences, **_of_one_file(path, _LOCALES[language])}
    return Words(language, locale, sentences)


def _sentences(language: Language) -> dict[str, str]:
    """The catalogue's sentences by their English; of plurals, the English one for many stands for both."""
    if language == "en":
        return {}
    sentences: dict[str, str] = {}
    for path in sorted((CATALOGUES / _LOCALES[language]).glob("*.po")):
        sentences.update(_of_one_file(path, _LOCALES[language]))
    return sentences


def _of_one_file(path: Path, locale: str) -> dict[str, str]:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=locale)
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
