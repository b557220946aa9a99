"""Reading a sentence: what it names, what it wants, and which of what it names counts."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from bot.texts import DISTRICT_ZONE
from bot.understanding import cues
from bot.understanding.clock import Clock, Part, find_clocks
from bot.understanding.company import find_party, find_relative
from bot.understanding.days import Day, find_days
from bot.understanding.intents import Clues, intent_of
from bot.understanding.lexicon import LIKELY, PERHAPS, SURE, Found, find_categories
from bot.understanding.meaning import Intent, Meaning, Place
from bot.understanding.mentions import TAKEN, Mention, chosen, without
from bot.understanding.places import find_places
from bot.understanding.resemblance import sketch, weighed
from bot.understanding.typos import mended

V = TypeVar("V")

LONGEST = 500
"""Characters that are read; what comes after them no sentence needs."""

_PUNCTUATION = str.maketrans(
    {
        "，": ",",
        "、": "、",
        "：": ":",
        "；": ";",
        "！": "!",
        "？": "?",
        "（": "(",
        "）": ")",
        "’": "'",
        "‘": "'",
        "～": "~",
        TAKEN: " ",
    }
)

_BORDER = re.compile(r"(?<=[a-z])(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])(?=[a-z])")
"""Where English and Chinese words touch."""

_A_BIT = re.compile("一下(?=下*个?(?:周|星期|礼拜|月))")
"""约一下周五 is a Friday, not that of the next week."""

_NAMES_OF_TIMES = re.compile("四点半课堂|三点半课堂|24式|二十四式|三高|三八红旗")
"""Names that hold a number or a time which is none."""

_MEALS = (
    (Part.morning, re.compile(r"早餐|早饭|早点(?!儿?去)|\bbreakfast")),
    (Part.noon, re.compile(r"午餐|午饭|中饭|中餐|晌午饭|\blunch|\bbrunch")),
    (Part.evening, re.compile(r"晚餐|晚饭|夜宵|年夜饭|\bdinner|\bsupper")),
)
"""Meals that say by their name when they are."""

_ONLY_TODAY = re.compile("约|订|取消|改|报名|问|想|book|cancel")
_NO_CATEGORY = frozenset(
    {Intent.request, Intent.human, Intent.help, Intent.my_hours, Intent.volunteer_swap, Intent.unknown}
)
_NO_DAY = frozenset({Intent.human, Intent.help, Intent.my_hours, Intent.unknown})
_WITH_PARTY = frozenset(
    {Intent.book, Intent.reschedule, Intent.cancel, Intent.find_points, Intent.my_bookings}
)
_SURE_ONLY = frozenset({Intent.volunteer, Intent.my_shifts, Intent.close_point})
_KIN_STAY = frozenset({"mediation", "legal", "counselling"})


@dataclass(frozen=True, slots=True)
class _Named:
    """Everything that a sentence names."""

    said: str
    places: Sequence[Mention[Place]]
    days: Sequence[Mention[Day]]
    clocks: Sequence[Mention[Clock]]
    words: Sequence[Found]


def understand(text: str, now: datetime) -> Meaning:
    """What a sentence means to somebody who says it at `now` (with a zone); dates and times are on the district's clock.

    It never raises, and depends on nothing but its arguments and the words that come with this package.
    """
    now = now.astimezone(DISTRICT_ZONE)
    said = _plain(text)
    today = now.date()
    named = _name(said, today)
    parties = find_party(
        _masked(named), kin_come_along=not any(one.category in _KIN_STAY for one in named.words[:1])
    )
    clues = Clues(
        said=_masked(named),
        uncounted=without(_masked(named), parties),
        words=named.words,
        dated=any(one.value.date is not None for one in named.days),
        timed=bool(named.clocks),
        placed=bool(named.places),
        counted=bool(parties),
    )
    intent = intent_of(clues)
    if intent is not Intent.unknown or not clues.has(cues.SMALL_TALK):
        weighty = weighed(_sketch(named), intent)
        # Who asks about cancelling, or does not want it, is not led to it by sentences that look alike.
        if not (weighty is Intent.cancel and clues.has(cues.NOT_CANCEL)):
            intent = weighty
    if intent is Intent.unknown:
        return Meaning(intent)
    segment = _target_segment(named) if intent is Intent.reschedule else (0, len(said))
    day, clock = _day_of(named, segment), _clock_of(named, segment, intent)
    context = _context(named, segment)
    if intent is Intent.request and day is None:
        clock = None
    start, end = clock.span(context) if clock is not None else (None, None)
    if clock is None and intent is Intent.book:
        start, end = _meal_span(said)
    found_day = _not_over(day, start, end, now)
    if found_day == today and clock is not None and clock.hour is not None:
        start, end = _still_to_come(clock, start, end, context, now)
    party = chosen(named.said, parties) if intent in _WITH_PARTY else None
    place = named.places[0].value if named.places else None
    return Meaning(
        intent=intent,
        category=None if intent in _NO_CATEGORY else _category_of(named, segment, intent),
        day=None if intent in _NO_DAY else found_day,
        start=None if intent in _NO_DAY else start,
        end=None if intent in _NO_DAY else end,
        party=party.value if party is not None else None,
        place=place,
        relative=find_relative(said),
    )


def sketched(text: str, now: datetime) -> str:
    """A sentence as it is compared with examples."""
    return _sketch(_name(_plain(text), now.astimezone(DISTRICT_ZONE).date()))


def _sketch(named: _Named) -> str:
    return sketch(named.said, named.places, named.days, named.clocks, named.words)


def _plain(text: str) -> str:
    """The sentence in one form: half-width, lower case, simplified, slips mended, spaces single."""
    said = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().translate(_PUNCTUATION)
    said = _BORDER.sub(" ", said)
    said = _A_BIT.sub("一下,", said)
    said = re.sub(r"(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])", ",", " ".join(said.split()))
    return mended(said)[: 2 * LONGEST]


def _name(said: str, today: date) -> _Named:
    words = find_categories(said)
    names = [Mention(match.start(), match.end(), None) for match in _NAMES_OF_TIMES.finditer(said)]
    places = find_places(said)
    left = without(without(said, names), places)
    days = find_days(left, today)
    clocks = find_clocks(without(left, days))
    return _Named(said, places, days, clocks, [one for one in words if not _within(one, [*places, *days])])


def _within(one: Found, mentions: Sequence[Mention[Place] | Mention[Day]]) -> bool:
    """Whether a word is part of a name: 红旗村, 大年夜饭."""
    return any(
        mention.start <= one.start and one.end <= mention.end
        for mention in mentions
        if isinstance(mention.value, Place)
    )


def _masked(named: _Named) -> str:
    """The sentence with days, times and places taken out; a bare number stays, it may be a count."""
    certain = [one for one in named.clocks if not one.value.vague]
    return without(without(without(named.said, named.places), named.days), certain)


def _target_segment(named: _Named) -> tuple[int, int]:
    """Of a change, the part that says to when: after the last word of changing, if a day or time is there."""
    verbs = [
        match.end() for match in cues.MOVE.finditer(_masked(named)) if not match[0].startswith("instead")
    ]
    ends = [*(one.end for one in named.days), *(one.end for one in named.clocks)]
    for verb in reversed(verbs):
        if any(end > verb for end in ends):
            return verb, len(named.said)
    return 0, len(named.said)


def _inside(mentions: Sequence[Mention[V]], segment: tuple[int, int]) -> list[Mention[V]]:
    # One character before: a verb of changing may take the first character of the day that it changes to with it.
    return [one for one in mentions if segment[0] - 1 <= one.start and one.end <= segment[1]]


def _aimed(named: _Named, mentions: Sequence[Mention[V]]) -> list[Mention[V]]:
    """Of several, the last that stands after 到 or "to"."""
    aimed = [one for one in mentions if cues.TARGET.search(named.said[: one.start])]
    return aimed[-1:] if len(mentions) > 1 and aimed else list(mentions)


def _day_of(named: _Named, segment: tuple[int, int]) -> Day | None:
    days = [one for one in _inside(named.days, segment) if one.value.date is not None]
    if segment != (0, len(named.said)) or any(cues.MOVE.finditer(named.said)):
        days = _aimed(named, days)
    ordered = sorted(days, key=lambda one: one.start)
    if len(ordered) > 1 and re.fullmatch(
        "今[天儿日]?个?|today", named.said[ordered[0].start : ordered[0].end]
    ):
        between = named.said[ordered[0].end : ordered[1].start]
        if _ONLY_TODAY.search(between):
            ordered = ordered[1:]
    found = chosen(named.said, ordered)
    return found.value if found is not None else None


def _clock_of(named: _Named, segment: tuple[int, int], intent: Intent) -> Clock | None:
    clocks = _inside(named.clocks, segment)
    if intent is not Intent.reschedule:
        clocks = [one for one in clocks if not (one.value.vague and intent is not Intent.book)]
    exact = [one for one in clocks if one.value.hour is not None]
    if intent is Intent.reschedule:
        exact = _aimed(named, exact)
    found = chosen(named.said, exact) or chosen(named.said, [one for one in clocks if one.value.hour is None])
    return found.value if found is not None else None


def _context(named: _Named, segment: tuple[int, int]) -> Part | None:
    """The part of the day that the sentence speaks of, for clocks that leave it open."""
    parts = [one for one in _inside(named.clocks, segment) if one.value.hour is None]
    found = chosen(named.said, parts)
    if found is not None:
        return found.value.part
    return next((part for part, names in _MEALS if names.search(named.said)), None)


def _meal_span(said: str) -> tuple[time | None, time | None]:
    """When a meal is that is to be booked, by its name."""
    return next((part.value for part, names in _MEALS if names.search(said)), (None, None))


def _not_over(day: Day | None, start: time | None, end: time | None, now: datetime) -> date | None:
    """The day; a bare weekday whose time of today is over is that of the next week."""
    if day is None or day.date is None:
        return None
    over = end or start
    if day.weekly and day.date == now.date() and over is not None and over <= now.time():
        return day.date + timedelta(days=7)
    return day.date


def _still_to_come(
    clock: Clock, start: time | None, end: time | None, context: Part | None, now: datetime
) -> tuple[time | None, time | None]:
    """A time of today that left open whether it is before or after noon, and is over before noon, is after it."""
    begins = start or end
    said_when = clock.part is not None or clock.end_part is not None or context is not None
    if said_when or begins is None or begins > now.time() or begins.hour >= 12 or begins.hour == 0:
        return start, end
    later = begins.replace(hour=begins.hour + 12)
    if later <= now.time():
        return start, end
    if start is None:
        return None, later
    return later, end.replace(hour=end.hour + 12) if end is not None and end.hour < 12 else end


def _category_of(named: _Named, segment: tuple[int, int], intent: Intent) -> str | None:
    """The category of the word that counts; words that are denied do not."""
    least = PERHAPS if intent is Intent.book else SURE if intent in _SURE_ONLY else LIKELY
    words = [one for one in named.words if one.surety >= least]
    words = [one for one in words if not re.search(r"(?:不是|不要|别)$", named.said[: one.start])] or words
    if intent is Intent.reschedule and segment[0]:
        words = [one for one in words if one.end <= segment[0]] or words
    if intent is Intent.volunteer:
        words = [one for one in words if one.category != "volunteering"]
    return words[0].category if words else None


def bare(text: str, now: datetime) -> str:
    """A sentence without the days, times and places that it names: what else it says, in one plain form."""
    return _masked(_name(_plain(text), now.astimezone(DISTRICT_ZONE).date())).replace(TAKEN, " ").strip()


@dataclass(frozen=True, slots=True)
class When:
    """When something is to be, as far as it was said: from a day to another, from a time of day to another."""

    day: date | None = None
    last: date | None = None
    start: time | None = None
    end: time | None = None


def read_when(text: str, now: datetime) -> When:
    """When something is to be that somebody who is asked for it names. It never raises.

    Of two days the later is the last one. Parts of the day are spans; a bare number is no time.
    """
    local = now.astimezone(DISTRICT_ZONE)
    named = _name(_plain(text), local.date())
    days = sorted({one.value.date for one in named.days if one.value.date is not None})
    whole = (0, len(named.said))
    clock = _clock_of(named, whole, Intent.close_point)
    start, end = clock.span(_context(named, whole)) if clock is not None else (None, None)
    first = days[0] if days else None
    return When(first, days[-1] if len(days) > 1 else None, start, end)
