"""Times of day: exact ones, ranges, and parts of the day."""

import re
from dataclasses import dataclass, replace
from datetime import time
from enum import Enum

from bot.understanding.mentions import TAKEN, Mention, without
from bot.understanding.numerals import HOUR, NUMBER, number_of


class Part(Enum):
    """Parts of the day, from and until."""

    morning = (time(8), time(12))
    noon = (time(11), time(13, 30))
    afternoon = (time(13), time(18))
    evening = (time(18), time(21))


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as it was said. Without an end it is when something starts; `by` says that it is until when instead.

    `part` is the part of the day said with it, or meant alone; `hour` is then None. `vague` means that only a bare number
    was said, which in other sentences is no time at all.
    """

    part: Part | None
    hour: int | None = None
    minute: int = 0
    end_part: Part | None = None
    end_hour: int | None = None
    end_minute: int = 0
    by: bool = False
    vague: bool = False

    def span(self, context: Part | None) -> tuple[time | None, time | None]:
        """From and until. `context` is the part of the day that the rest of the sentence speaks of."""
        if self.hour is None:
            return self.part.value if self.part is not None else (None, None)
        start = _reading(self.hour, self.minute, self.part or self.end_part or context)
        if self.end_hour is None:
            return (None, start) if self.by else (start, None)
        end = _reading(self.end_hour, self.end_minute, self.end_part or self.part or context)
        if end <= start and end.hour < 12:
            end = end.replace(hour=end.hour + 12)
        if end <= start and start.hour >= 12 and self.part is None:
            start = start.replace(hour=start.hour - 12)
        return start, end if end > start else None


_LATEST_MORNING_HOUR = 6
"""A bare 一点 to 六点 is in the afternoon: at night no service is open."""


def _reading(hour: int, minute: int, part: Part | None) -> time:
    """The time of a clock with twelve hours, in a part of the day."""
    match part:
        case Part.morning:
            later = False
        case Part.noon:
            later = hour <= 3
        case Part.afternoon:
            later = hour < 12
        case Part.evening:
            later = 4 <= hour < 12
        case None:
            later = 1 <= hour <= _LATEST_MORNING_HOUR
    if part is Part.evening and hour in {12, 24}:
        hour = 0
    return time((hour + 12 if later else hour) % 24, minute)


_PARTS: dict[Part, str] = {
    Part.noon: "中午|正午|晌午|午间|大中午|noon|midday|lunch ?time",
    Part.afternoon: "下午|午后|下半天|后半天|afternoons?",
    Part.evening: "晚上|傍晚|晚间|夜里|夜晚|半夜|今夜|黄昏|(?<![太很更挺最])晚(?![饭餐会点辈婚霞安宴了些一]|[两三几]天|半小时|半个)|evenings?|nights?",
    Part.morning: "早上|上午|早晨|清早|一大早|大早|一早|清晨|早间|上半天|凌晨|(?<![太很更挺最趁尽及提])早(?![餐饭教期就已点产恋搏了些到一])|mornings?",
}
_PART = "|".join(f"(?P<{part.name}>{words})" for part, words in _PARTS.items())
_PART_OF = re.compile(rf"(?:{_PART})")
_GREETING = re.compile(
    r"(?:早上|上午|中午|下午|晚上|早)(?:好|安)|(?<![a-z])good (?:morning|afternoon|evening|night)"
)
_ALWAYS = re.compile(
    r"(?:晚上|夜里|半夜|白天|早上|at night)(?=(?:老是|老|总是|总|经常|天天|一直|都|也|就)*.{0,3}(?:睡不|失眠|做噩梦|没灯|不亮|很吵|太吵|吵))"
)

_WORDS_ZH = "|".join("|".join(words.split("|")) for words in _PARTS.values())
_APPROXIMATELY = "(?:大概|大约|差不多|约莫|左右)?"
_TIME = (
    rf"(?:(?P<part@>{_WORDS_ZH})的?)?\s*{_APPROXIMATELY}"
    rf"(?:(?P<hh@>\d{{1,2}})\s*[:：]\s*(?P<mm@>[0-5]\d)"
    rf"|(?:差(?P<to@>一刻|{NUMBER})分?钟?(?:到)?)?(?P<h@>{NUMBER})\s*(?:点|时(?!候|间))"
    rf"(?:钟|整)?(?P<half@>半)?(?:(?P<quarter@>[一三]刻)|[零过]?(?P<m@>{NUMBER})分?(?![\d.个位人份张号点]))?"
    r"(?:来钟|钟)?(?:左右|多|来钟|前后)?)"
)
_NOT_HOURS = r"(?![点滴]?(?:意见|建议|要求|问题|心意|想法|半课堂))"
_ZH_FIRST, _ZH_SECOND = _TIME.replace("@", "1"), _TIME.replace("@", "2")
_UNTIL = r"\s*(?:到|至|-|~|—|–|――)+\s*"
_ZH_RANGE = re.compile(_ZH_FIRST + _UNTIL + _ZH_SECOND)
_ZH_SHORT_RANGE = re.compile(
    rf"(?:(?P<part1>{_WORDS_ZH})的?)?\s*(?P<h1>{NUMBER})(?P<half1>半)?{_UNTIL}" + _ZH_SECOND
)
_ZH_TIME = re.compile(_ZH_FIRST + _NOT_HOURS + r"\s*(?P<by>之前|以前|前(?!面|台))?")
_ONE_BIT = re.compile(r"(?<![\d十])一点(?!半|钟|整|以后|之后|到|前|后|左右|[零一二三四五\d])")

_MERIDIEM = r"(?P<ap@>[ap]\.?m\b\.?|o'?clock)"
_EN_TIME = (
    rf"(?:(?:(?P<past@>half|quarter|ten|five|twenty|\d{{1,2}})\s*(?P<dir@>past|to|after)\s+)?"
    rf"(?P<h@>{HOUR})(?:[:.](?P<m@>[0-5]\d))?\s*(?:{_MERIDIEM})?)(?![\d:.]*\d)"
)
_EN_FIRST, _EN_SECOND = _EN_TIME.replace("@", "1"), _EN_TIME.replace("@", "2")
_EN_RANGE = re.compile(
    rf"(?<![\w:/.])(?P<lead>from|between)?\s*{_EN_FIRST}\s*(?:to|until|till|and|-|–|—)\s*{_EN_SECOND}(?!\w)"
)
_EN_SINGLE = re.compile(
    rf"(?<![\w:/.])(?P<lead>at|by|before|after|around|about|from|since|until|to|till)?\s*{_EN_FIRST}(?!\w)"
)
_EN_NOT_TIME = re.compile(
    r"^\s*(?:people|persons?|of\b|guests|adults|kids|children|seats|places|portions|days?|weeks?|hours?|minutes?|months?|%|st\b|nd\b|rd\b|th\b|years?|more|spots|tickets|meals|slots)"
)
_IN_PART = re.compile(
    r"^\s*(?:in the |at |o'clock in the )?\s*(?P<part>morning|afternoon|evening|night|tonight)"
)
_PART_BY_WORD = {word: part for part, words in _PARTS.items() for word in words.split("|")}


def find_clocks(said: str) -> list[Mention[Clock]]:
    """The times that a sentence names, exact ones before parts of the day."""
    for away in (_GREETING, _ALWAYS):
        said = away.sub(lambda match: TAKEN * len(match[0]), said)
    found: list[Mention[Clock]] = []
    for pattern, reader in (
        (_ZH_RANGE, _chinese),
        (_ZH_SHORT_RANGE, _chinese),
        (_EN_RANGE, _english_range),
        (_EN_SINGLE, _english),
        (_ZH_TIME, _chinese_single),
    ):
        here = [
            Mention(match.start(), match.end(), clock)
            for match in pattern.finditer(said)
            if (clock := reader(match)) is not None
        ]
        found += here
        said = without(said, here)
    return found + [
        Mention(match.start(), match.end(), Clock(Part[match.lastgroup]))
        for match in _PART_OF.finditer(said)
        if match.lastgroup is not None and _is_word(said, match)
    ]


def _is_word(said: str, match: re.Match[str]) -> bool:
    """English words must stand by themselves."""
    if not match[0].isascii():
        return True
    before, after = said[match.start() - 1 : match.start()], said[match.end() : match.end() + 1]
    return not (before.isascii() and before.isalpha()) and not (after.isascii() and after.isalpha())


def _part_named(word: str | None) -> Part | None:
    if word is None:
        return None
    match = _PART_OF.match(word + " ")
    return Part[match.lastgroup] if match is not None and match.lastgroup is not None else None


def _hour_minute(match: re.Match[str], number: str) -> tuple[int, int] | None:
    """The hour and minute of a Chinese time, as said; None when it is none."""
    groups = match.groupdict()
    if groups.get(f"hh{number}") is not None:
        hour, minute = int(groups[f"hh{number}"]), int(groups[f"mm{number}"])
    else:
        hour, minute = number_of(groups[f"h{number}"]), 0
        if groups.get(f"half{number}") is not None:
            minute = 30
        elif (quarter := groups.get(f"quarter{number}")) is not None:
            minute = 15 if quarter[0] == "一" else 45
        elif (minutes := groups.get(f"m{number}")) is not None:
            minute = number_of(minutes)
        if (missing := groups.get(f"to{number}")) is not None:
            hour, minute = hour - 1, 60 - (15 if missing == "一刻" else number_of(missing))
    return (hour, minute) if 0 <= hour <= 24 and 0 <= minute <= 59 else None


def _chinese(match: re.Match[str]) -> Clock | None:
    start, end = _hour_minute(match, "1"), _hour_minute(match, "2")
    if start is None or end is None:
        return None
    return Clock(_part_named(match["part1"]), *start, _part_named(match["part2"]), *end)


def _chinese_single(match: re.Match[str]) -> Clock | None:
    if _ONE_BIT.fullmatch(match[0]) and not re.search(rf"[在约{TAKEN}]\s*$", match.string[: match.start()]):
        return None
    start = _hour_minute(match, "1")
    if start is None:
        return None
    if match["h1"] == "一" and match["part1"] in {"早", "晚"} and start == (1, 0):
        # A bit earlier, a bit later.
        return None
    before = match.string[max(0, match.start() - 1) : match.start()]
    if (
        match["h1"] in {"一", "几"}
        and match["part1"] is None
        and before in {"早", "晚", "快", "差", "有", "几"}
    ):
        return None
    return Clock(_part_named(match["part1"]), *start, by=match["by"] is not None)


def _english_hour(match: re.Match[str], number: str) -> tuple[int, int] | None:
    hour, minute = number_of(match[f"h{number}"]), int(match[f"m{number}"] or 0)
    if hour == 12 and (match[f"ap{number}"] or "").startswith("a"):
        hour = 0
    if (past := match[f"past{number}"]) is not None:
        minute = {"half": 30, "quarter": 15, "twenty": 20}.get(past) or number_of(past)
        if match[f"dir{number}"] == "to":
            hour, minute = hour - 1, 60 - minute
    return (hour, minute) if 0 <= hour <= 24 and 0 <= minute <= 59 else None


def _meridiem(match: re.Match[str], number: str) -> Part | None:
    said = match[f"ap{number}"]
    if said is None or said.startswith("o"):
        return None
    return Part.morning if said[0] == "a" else Part.afternoon


def _english_range(match: re.Match[str]) -> Clock | None:
    start, end = _english_hour(match, "1"), _english_hour(match, "2")
    after_day = match.string[: match.start()].rstrip().endswith(TAKEN)
    plain = not after_day and all(match[name] is None for name in ("lead", "ap2", "m1", "m2"))
    if start is None or end is None or plain or _EN_NOT_TIME.match(match.string[match.end() :]):
        return None
    part = _part_after(match)
    return Clock(_meridiem(match, "1"), *start, _meridiem(match, "2") or part, *end)


def _english(match: re.Match[str]) -> Clock | None:
    start = _english_hour(match, "1")
    if start is None or _EN_NOT_TIME.match(match.string[match.end() :]):
        return None
    lead = match["lead"]
    part = _meridiem(match, "1") or _part_after(match)
    exact = match["ap1"] is not None or match["m1"] is not None or match["past1"] is not None
    if (
        match["past1"] is not None
        and match["dir1"] == "to"
        and match["past1"] not in {"quarter", "ten", "five", "twenty"}
    ):
        return None
    if not exact and part is None and (lead is None or lead in {"since", "until", "till", "about"}):
        return None
    if not exact and lead == "to" and start[0] > 12:
        return None
    clock = Clock(part, *start, by=lead in {"by", "before", "until", "till"})
    return replace(
        clock, vague=not exact and lead in {"to", "about", "by", "from", "around"} and part is None
    )


def _part_after(match: re.Match[str]) -> Part | None:
    after = _IN_PART.match(match.string[match.end() :])
    return _part_named({"tonight": "night"}.get(after["part"], after["part"])) if after is not None else None
