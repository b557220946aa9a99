"""Numbers as people write and say them: 12, 十二, 俩, twelve."""

import re

_DIGITS = {
    "零": 0,
    "〇": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "俩": 2,
    "仨": 3,
}
_CHINESE = "[零〇一二两三四五六七八九]"

CHINESE = f"(?:{_CHINESE}?十{_CHINESE}?|廿{_CHINESE}?|{_CHINESE})"
"""A Chinese number from 0 to 99, as a pattern."""

NUMBER = rf"(?:\d{{1,2}}|{CHINESE})"
"""A number from 0 to 99 in figures or Chinese, as a pattern."""

_SMALL = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]

_TEENS = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

HOUR = f"(?:\\d{{1,2}}|{'|'.join(_SMALL)})"
"""A number in figures, or in English words up to twelve, as a pattern."""

ENGLISH = (
    f"(?:\\d{{1,2}}|(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_SMALL[:9])})\\b)?|{'|'.join(_TEENS + _SMALL)})"
)
"""A number in figures, or in English words up to ninety-nine, as a pattern."""

ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(_ORDINALS)})"
"""An English ordinal number, as a pattern."""

_WORDS = {
    **{word: number for words in (_SMALL + _TEENS, _ORDINALS) for number, word in enumerate(words, 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}


def number_of(said: str) -> int:
    """The number that one of these patterns found."""
    if said in _WORDS:
        return _WORDS[said]
    tens_said, _, ones_said = said.replace("-", " ").partition(" ")
    if ones_said in _WORDS and tens_said in _WORDS:
        return _WORDS[tens_said] + _WORDS[ones_said]
    if (figures := re.match(r"\d+", said)) is not None:
        return int(figures[0])
    if said.startswith("廿"):
        return 20 + _DIGITS.get(said[1:], 0)
    tens, ten, ones = said.partition("十")
    if not ten:
        return _DIGITS[said]
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
