"""How many places somebody wants: so many more, so many fewer, exactly so many, twice as many, half, or none at all.

What it is about (which service, which day) is not read here. Numbers of days, times and places must be taken out of the
sentence before; `read_change` does that.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.understanding.numerals import number_of
from bot.understanding.reading import bare

MOST = 2000
"""No slot has more places."""


class Way(StrEnum):
    """In which way a number is meant."""

    plus = "plus"
    minus = "minus"
    exactly = "exactly"


@dataclass(frozen=True, slots=True)
class Change:
    """A change of how many places there are. `share` instead of a number: 2 is twice as many, 0.5 is half."""

    way: Way
    number: int | None = None
    share: float | None = None

    def applied_to(self, capacity: int) -> int:
        """How many places there are then: whole, not negative, and no more than any slot may have."""
        if self.share is not None:
            after = round(capacity * self.share)
        else:
            number = self.number or 0
            match self.way:
                case Way.plus:
                    after = capacity + number
                case Way.minus:
                    after = capacity - number
                case Way.exactly:
                    after = number
        return max(0, min(MOST, after))


_DIGIT = "[零〇一二两俩三仨四五六七八九]"
_CHINESE = rf"(?:{_DIGIT}?千{_DIGIT}?百?{_DIGIT}?十?{_DIGIT}?|{_DIGIT}?百零?{_DIGIT}?十?{_DIGIT}?|{_DIGIT}?十{_DIGIT}?|廿{_DIGIT}?|{_DIGIT})"
_ONES = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_ENGLISH = rf"(?:(?:an?|{_ONES}) hundred(?: and)?(?: (?:{_TENS})(?:[ -](?:{_ONES}))?| (?:{_ONES}))?|(?:{_TENS})(?:[ -](?:{_ONES}))?|{_ONES}|(?:a |one )?dozen)"
_NUMBER = rf"(?P<number>\d{{1,4}}|{_CHINESE}(?![些点下样起直定般])|\b{_ENGLISH}\b)"
_UNIT = r"\s*(?:份|个|位|人|号|名|客|桌|套|组|张|places?|seats?|spots?|slots?|portions?|meals?|lunch(?:es)?|dinners?|breakfasts?|people|more)?"

_CORRECTED = re.compile(
    r"(?:不对|说错了?|打错了?|哦不|不不|不是|[,.;]\s*no\b|\bactually\b|\bsorry\b|\bi mean\b)[,，。\s]*(?=.*\S)"
)

_PLUS = r"加|增|添|(?<![最至])多|扩(?!大)|放(?:号|出)|补|涨|提高|上调|调高"
_MINUS = r"减|少|降|砍|缩|压|扣|下调|调低|收"
_TO = r"到|至|为|成|定在|设为|只要|就"


def _shared(share: float) -> Callable[[re.Match[str]], Change]:
    def change(_match: re.Match[str]) -> Change:
        return Change(Way.plus if share > 1 else Way.minus, share=share)

    return change


def _numbered(way: Way) -> Callable[[re.Match[str]], Change]:
    def change(match: re.Match[str]) -> Change:
        return Change(way, spoken_number(match["number"]))

    return change


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Change]], ...] = tuple(
    (re.compile(pattern), change)
    for pattern, change in (
        # Shares first: 加一倍 holds a number that is none.
        (r"翻(?:一)?[倍番]|加(?:大|一)?倍|(?:扩大|增加|多)(?:了)?一倍|\b(?:double|twice as many)\b", _shared(2)),
        (r"减(?:少|掉|到)?(?:一)?半|砍(?:掉)?一半|对半|少一半|\b(?:halve|half (?:as many|the)|by half|in half)\b", _shared(0.5)),
        # To a number, whatever word of more or fewer stands before it: 加到25, 从十个改到六个.
        (rf"(?:从|由|from)\s*(?:\d{{1,4}}|{_CHINESE}|{_ENGLISH}){_UNIT}[,\s]*(?:.{{0,4}}?)(?:{_TO}|to)\s*{_NUMBER}", _numbered(Way.exactly)),
        (rf"(?:{_PLUS}|{_MINUS}|改|调(?:整)?|变|设(?:置)?|扩大?)(?:少|加|大|小|高|低|短)?(?:.{{0,3}}?(?:名额|容量|份数|人数|位子|号|量))?\s*(?:到|至|为|成|在)(?:只?(?:接|收|做|留)?)\s*{_NUMBER}", _numbered(Way.exactly)),
        (rf"(?:容量|名额|份数|人数|座位|位子|限额|号源|capacity|limit)(?:数|量)?\s*(?:{_TO}|[:=是]|is|of|to)?\s*{_NUMBER}{_UNIT}$", _numbered(Way.exactly)),
        (rf"\b(?:to|make it|set(?: it)?(?: \w+){{0,3}} (?:to|at)|limit(?:ed)?(?: \w+){{0,4}} to|cap(?:ped)?(?: \w+){{0,4}} (?:to|at)|only|just|at most|no more than|exactly|maximum|max)\s+{_NUMBER}", _numbered(Way.exactly)),
        (rf"(?:最多|至多|只能?|控制在|不超过|上限|限(?:额|量|制|定|号)?)(?:接|收|做|留|开|供|备|剩|放|能接|能收|能放|接待)?\s*{_NUMBER}", _numbered(Way.exactly)),
        # So many more or fewer; named with what there is so many of before anything else.
        (rf"(?:名额|容量|份数|人数|座位|位子)(?:数|量)?(?:再|又)?(?:加|增加|增|添|多)\s*{_NUMBER}", _numbered(Way.plus)),
        (rf"(?:{_PLUS})(?!了)(?:(?:加|放|做|备|开|接|收|供|留|排|增|添|弄|准备|安排|出|给|上|少|个|点|再|来|些|座|位)){{0,4}}\s*{_NUMBER}", _numbered(Way.plus)),
        (rf"(?:{_MINUS})(?!了)(?:(?:减|少|做|备|接|收|供|放|留|开|排|掉|去|准备|出|个|点|些|为)){{0,4}}\s*{_NUMBER}", _numbered(Way.minus)),
        (rf"(?:再|另外|额外)(?:来|要|放|开|做|上|给)?\s*{_NUMBER}", _numbered(Way.plus)),
        (rf"(?<![0-9a-z])\+\s*{_NUMBER}", _numbered(Way.plus)),
        (rf"(?<![0-9a-z])-\s*{_NUMBER}", _numbered(Way.minus)),
        (rf"(?:{_TO})\s*{_NUMBER}", _numbered(Way.exactly)),
        (rf"\b(?:add|increase|raise|open|release|expand|another|extra|plus|up)\b(?:(?!\bto\b).){{0,40}}?{_NUMBER}", _numbered(Way.plus)),
        (rf"\b(?:reduce|lower|cut|decrease|drop|remove|minus|less|take (?:off|away)|down|fewer)\b(?:(?!\bto\b).){{0,40}}?{_NUMBER}", _numbered(Way.minus)),
        (rf"{_NUMBER}\s*(?:more|extra|additional)\b", _numbered(Way.plus)),
        (rf"{_NUMBER}\s*(?:fewer|less)\b", _numbered(Way.minus)),
        # A number alone, with or without what is counted, is how many there shall be.
        (rf"(?<![0-9a-z.:]){_NUMBER}{_UNIT}\s*$", _numbered(Way.exactly)),
        (rf"(?<![0-9a-z.:]){_NUMBER}\s*(?:份|个|位|人|号|名|places|seats|portions|meals|lunches)", _numbered(Way.exactly)),
    )
)  # fmt: skip
"""From the most telling phrase to the least."""


def read_change(text: str, now: datetime) -> Change | None:
    """The change that a sentence asks for, said at `now`; None when it names none. It never raises.

    Days, times and names of places in it are not taken for the number. After a correction (不对, no) only what comes
    then counts.
    """
    said = bare(text, now)
    corrections = list(_CORRECTED.finditer(said))
    for part in ([said[corrections[-1].end() :]] if corrections else []) + [said]:
        for pattern, change in _READINGS:
            if (match := pattern.search(part)) is not None:
                found = change(match)
                if found.number is None or found.number <= MOST:
                    return found
    return None


def read_number(text: str) -> int | None:
    """The number that an answer to "how many" is: 60, 六十份, about twenty. None when there is none, or several."""
    found = [
        match["number"]
        for match in re.finditer(rf"(?<![0-9a-z.:-]){_NUMBER}", _half_width(text))
        if match["number"].strip()
    ]
    numbers = {spoken_number(one) for one in found}
    return numbers.pop() if len(numbers) == 1 else None


def spoken_number(said: str) -> int:
    """A number up to 9,999 in figures, in Chinese (两百, 一百零五, 一百五: 150) or in English words (a hundred and twenty)."""
    if said.isdigit():
        return int(said)
    if said.isascii():
        return _english(said)
    return _chinese(said.translate(str.maketrans("俩仨〇", "两三零")))


def _chinese(said: str) -> int:
    total, rest = 0, said
    for sign, worth in (("千", 1000), ("百", 100)):
        head, found, tail = rest.partition(sign)
        if found:
            total += (number_of(head) if head else 1) * worth
            # 一百五 is 150: a bare digit behind counts the next smaller unit, unless 零 stands between.
            if len(tail) == 1 and tail != "零":
                return total + number_of(tail) * worth // 10
            rest = tail.removeprefix("零")
    return total + (number_of(rest) if rest else 0)


_ENGLISH_WORDS = {
    **{word: number for number, word in enumerate(_ONES.split("|"), 1)},
    **{word: number * 10 for number, word in enumerate(_TENS.split("|"), 2)},
    "a": 1,
    "an": 1,
    "dozen": 12,
}


def _english(said: str) -> int:
    total = 0
    for word in re.findall("[a-z]+", said):
        if word == "hundred":
            total = max(1, total) * 100
        elif word == "dozen":
            total = 12
        elif word != "and":
            total += _ENGLISH_WORDS[word]
    return total


def _half_width(text: str) -> str:
    return " ".join(text.casefold().split()).translate(str.maketrans("０１２３４５６７８９", "0123456789"))
