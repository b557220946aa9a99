"""Days that have a name: festivals of the sun and of the moon, solar terms, and dates of the lunar calendar."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from borax.calendars.lunardate import LunarDate, TermUtils

from bot.understanding.numerals import CHINESE, number_of

DayOfYear = Callable[[int], date]
"""The day of a year on which something falls; for lunar dates, of the lunar year that begins in it."""


def _solar(month: int, day: int) -> DayOfYear:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int) -> DayOfYear:
    def day_of(year: int) -> date:
        found: date = LunarDate(year, month, day).to_solar_date()
        return found

    return day_of


def _term(name: str) -> DayOfYear:
    return lambda year: TermUtils.day_start_from_term(year, name)


def _weekday_of(month: int, weekday: int, nth: int) -> DayOfYear:
    def day(year: int) -> date:
        first = date(year, month, 1)
        return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))

    return day


def _new_years_eve(year: int) -> date:
    """The eve of the lunar year that follows; the last month has 29 days or 30."""
    return _lunar(1, 1)(year + 1) - timedelta(days=1)


_TERMS = [
    "立春",
    "惊蛰",
    "春分",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "冬至",
]
"""Solar terms that are spoken of as days. Not 小雪 and 大雪 and the like, which are the weather."""

_NAMED: tuple[tuple[str, DayOfYear], ...] = (
    ("元旦节?|阳历年|新年(?:第一天)?|new year'?s? day|new year(?!'?s? eve)", _solar(1, 1)),
    ("跨年夜?|new year'?s? eve", _solar(12, 31)),
    ("情人节|valentine'?s?(?: day)?", _solar(2, 14)),
    ("三八(?:妇女)?节?|妇女节|women'?s day", _solar(3, 8)),
    ("植树节", _solar(3, 12)),
    ("清明节?|tomb[- ]sweeping(?: day| festival)?|qingming(?: festival)?", _term("清明")),
    ("五一(?:劳动)?节?|劳动节|labou?r day|may day", _solar(5, 1)),
    ("五四青年节|青年节", _solar(5, 4)),
    ("母亲节|mother'?s day", _weekday_of(5, 6, 2)),
    ("六一(?:儿童)?节?|儿童节|children'?s day", _solar(6, 1)),
    ("父亲节|father'?s day", _weekday_of(6, 6, 3)),
    ("七一建党节|建党节", _solar(7, 1)),
    ("八一建军节|建军节", _solar(8, 1)),
    ("教师节|teachers?'?s?'? day", _solar(9, 10)),
    ("十一国庆|国庆节?|十一(?:假期|长假|黄金周)|national day", _solar(10, 1)),
    ("万圣节|halloween", _solar(10, 31)),
    ("感恩节|thanksgiving(?: day)?", _weekday_of(11, 3, 4)),
    ("圣诞节?|christmas(?: day)?|xmas", _solar(12, 25)),
    ("平安夜|christmas eve|xmas eve", _solar(12, 24)),
    ("大年三十|年三十|除夕夜?|大年夜|年夜饭|chinese new year'?s? eve|lunar new year'?s? eve", _new_years_eve),
    ("春节|过大?年那天|大年初一|spring festival|(?:chinese|lunar) new year(?: day)?", _lunar(1, 1)),
    ("元宵节?|正月十五|lantern festival", _lunar(1, 15)),
    ("二月二|龙抬头", _lunar(2, 2)),
    ("端午节?|dragon boat(?: festival)?", _lunar(5, 5)),
    ("七夕节?|qixi(?: festival)?", _lunar(7, 7)),
    ("中元节|鬼节", _lunar(7, 15)),
    ("中秋节?|八月半|mid[- ]?autumn(?: festival| day)?|moon festival", _lunar(8, 15)),
    ("重阳节?|老人节|double ninth(?: festival)?|chongyang(?: festival)?", _lunar(9, 9)),
    ("寒衣节", _lunar(10, 1)),
    ("腊八节?|laba(?: festival)?", _lunar(12, 8)),
    ("小年夜?", _lunar(12, 24)),
    ("winter solstice", _term("冬至")),
    *((f"{name}(?:节)?", _term(name)) for name in _TERMS),
)

_NAMES = re.compile(
    "|".join(
        f"(?P<n{number}>{names})" for number, (names, _) in sorted(enumerate(_NAMED), key=lambda one: -one[0])
    )
)
_LUNAR_MONTHS = {"正": 1, "冬": 11, "腊": 12}
_LUNAR_DATE = re.compile(
    rf"(?:(?:农历|阴历|旧历)\s*(?P<month>正|冬|腊|{CHINESE}|\d{{1,2}})|(?P<named>[正腊冬]))月(?:初)?(?P<day>{CHINESE}|\d{{1,2}})[日号]?"
    rf"|(?:大年)?(?<![上读念升])初(?P<first>[一二三四五六七八九十])(?![中高级期步学恋次])"
)


def find_named_day(said: str, today: date) -> list[tuple[int, int, date]]:
    """The named days that a sentence has: from, until, and the next one of them, today included."""
    found = [
        (match.start(), match.end(), day)
        for match in _LUNAR_DATE.finditer(said)
        if (day := _lunar_day(match, today)) is not None
    ]
    for match in _NAMES.finditer(said):
        if match.lastgroup is None or any(start <= match.start() < end for start, end, _ in found):
            continue
        if (day := _next(int(match.lastgroup[1:]), today)) is not None:
            found.append((match.start(), match.end(), day))
    return found


def _lunar_day(match: re.Match[str], today: date) -> date | None:
    if match["first"] is not None:
        return _next_first(number_of(match["first"]), today, new_year=match[0].startswith("大年"))
    month_said = match["month"] or match["named"]
    month = _LUNAR_MONTHS.get(month_said) or number_of(month_said)
    return _coming(_lunar(month, number_of(match["day"])), today)


def _next_first(day: int, today: date, *, new_year: bool) -> date | None:
    """The next 初一, 初二 …: of any month, or of the new year."""
    if new_year:
        return _coming(_lunar(1, day), today)
    for ahead in range(62):
        candidate = today + timedelta(days=ahead)
        if LunarDate.from_solar(candidate).day == day:
            return candidate
    return None


@cache
def _next(named: int, today: date) -> date | None:
    return _coming(_NAMED[named][1], today)


def _coming(day_of: DayOfYear, today: date) -> date | None:
    """The first such day that is not past; None when there is none, as 30th days of short lunar months."""
    for year in (today.year - 1, today.year, today.year + 1, today.year + 2):
        try:
            day = day_of(year)
        except ValueError:
            continue
        if day >= today:
            return day
    return None
