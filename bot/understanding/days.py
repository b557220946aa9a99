"""Days: relative ones, weekdays, dates, ends of months. None of them points to the past."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from bot.understanding.festivals import find_named_day
from bot.understanding.mentions import Mention, without
from bot.understanding.numerals import ENGLISH, NUMBER, ORDINAL, number_of


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was said; without a date it is past, or no single day.

    A bare weekday is `weekly`: when its time of today is over, it is that of the next week.
    """

    date: date | None
    weekly: bool = False


_CHINESE_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_CHINESE_WEEKDAYS |= {str(number): number - 1 for number in range(1, 8)}
_ENGLISH_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon",
            "tuesday tues tue",
            "wednesday wed weds",
            "thursday thurs thur thu",
            "friday fri",
            "saturday sat",
            "sunday sun",
        )
    )
    for name in names.split()
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan", "february feb", "march mar", "april apr", "may", "june jun",
            "july jul", "august aug", "september sept sep", "october oct", "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAY = "|".join(sorted(_ENGLISH_WEEKDAYS, key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_RELATIVE: dict[str, int] = {
    "大大后[天儿]|大大后日": 4,
    "大后[天儿日]个?|in three days": 3,
    "明后[两天]*天?": 1,
    "后[天儿日]个?|后(?=[早晚]上?)|(?:the )?day after tomorrow|the day after(?! christmas)|in two days|过两天": 2,
    "明[天儿日]个?|明(?=[早晚])|tomorrow|tmrw?|tmw|2morrow": 1,
    "今[天儿日]个?|今(?=[早晚夜])|当天|today|to(?=night)|this (?=morning|afternoon|evening|noon)": 0,
}
_AFTER = re.compile(rf"(?:过)?(?P<number>{NUMBER}|半)个?(?P<unit>天|日|星期|礼拜|周|月)(?:之后|以后|后|过后)")
_LATER = re.compile(
    rf"\b(?:in (?P<number>{ENGLISH}|an?) (?P<unit>day|week|month)s?|(?P<number2>{ENGLISH}|an?) (?P<unit2>day|week|month)s? (?:from (?:now|today)|later))(?! ago)\b"
)
_WEEKS_AFTER = re.compile(
    rf"(?P<number>{NUMBER})个?(?:星期|礼拜|周)(?:之后|以后|后)的?(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-7])"
)
_PAST = re.compile(
    r"大?前[天日儿]|昨[天日儿晚]|(?<![晚早马约订预])上上?个?(?:周|星期|礼拜|月)[一二三四五六日天末]?|去年|前几天|刚才"
    r"|\b(?:yesterday|last (?:night|week|month|year|"
    + _WEEKDAY
    + r"))\b|\b\w+ (?:days?|weeks?|months?) ago\b"
)
_CHINESE_WEEKDAY = re.compile(
    r"(?:(?P<next>下+)个?|(?P<this>这个?|本))?(?<!每)(?:周(?!围|边|到|年|岁)|星期|礼拜)(?P<day>[一二三四五六日天末1-7])(?!次|个|块|元|点|到位)日?"
    r"|(?:(?P<next2>下+)个?|(?P<this2>这个?|本))?(?P<end>周末|双休日?|礼拜末)"
)
_EVERY_WEEKDAY = re.compile(r"每个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-7])")
_WEEK = re.compile(r"(?P<next>下+)个?(?:周|星期|礼拜)(?![几一二三四五六日天末1-7])")
_ENGLISH_WEEKDAY = re.compile(
    rf"\b(?:(?P<which>this(?: coming)?|next|coming|every|the)\s+)?(?P<day>{_WEEKDAY}|weekend)s?\b(?:'s)?(?P<week> next week| of next week| in two weeks)?"
)
_NEXT_WEEK_ON = re.compile(rf"\bnext week(?: on|,)? (?P<day>{_WEEKDAY})\b")
_NEXT_WEEK = re.compile(r"\b(?P<after>the week after next)\b|\bnext week\b")
_FULL_DATE = re.compile(
    rf"(?:(?P<year>20\d\d)[年./-]|(?P<year2>明年|后年|今年))?(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?(?P<day>{NUMBER})(?:[号日](?![楼线门院栋])|(?=\D|$))"
    rf"|(?P<year3>20\d\d)[./-](?P<month3>1[0-2]|0?[1-9])[./-](?P<day3>3[01]|[12]\d|0?[1-9])日?"
)
_SHORT_DATE = re.compile(
    r"(?<![\d./:-])(?P<month>1[0-2]|0?[1-9])(?P<mark>[./-])(?P<day>3[01]|[12]\d|0?[1-9])(?![\d./:]|\s*(?:点|时|元|块|公里|米|斤|小时|%|[ap]m\b|to\b|-))[号日]?"
)
_DAY_OF_MONTH = re.compile(
    rf"(?P<next2>下个?月)初(?P<day2>{NUMBER})[号日]?(?!中|高)|(?<![\d第.])(?P<next>下下?个?月)?(?P<day>{NUMBER})[号日](?![楼线门院栋单厅机桌店窗地单路口库井子常期用程])"
)
_MONTH_PART = re.compile(
    r"(?P<month>下个?月|本月|这个月|月|(?P<number>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月)的?(?P<part>底|末|最后一天|初|中旬?|上旬|下旬)"
)
_NEXT_MONTH = re.compile(r"下个?月(?!份?\d)")
_YEAR_PART = re.compile(r"(?P<end>年底|年末|岁末|end of (?:the |this )?year)|(?P<begin>年初)")
_ENGLISH_DATE = re.compile(
    rf"\b(?:the )?(?P<day>{ORDINAL}|\d{{1,2}})(?: of)? (?P<month>{_MONTH})\b\.?|\b(?P<month2>{_MONTH})\.? (?:the )?(?P<day2>{ORDINAL}|\d{{1,2}})\b(?!:)"
)
_ENGLISH_DAY = re.compile(
    r"\bthe (?P<day>\d{1,2}(?:st|nd|rd|th))\b(?! (?:floor|time|class|building|gate|one|shift|session|grade))|\b(?:on|for) (?P<day2>\d{1,2}(?:st|nd|rd|th))\b"
)
_ENGLISH_MONTH_PART = re.compile(
    r"\bend of (?:the |this )?month|\b(?P<begin>(?:start|beginning) of next month)|\b(?P<next>end of next month)|\bnext month\b"
)
_SHIFTED = re.compile(r"^(?:的|那天的)?(?:(?P<before>前一天|头一天)|(?P<after>第二天|后一天))")

Resolver = Callable[[re.Match[str], date], Day | None]


def find_days(said: str, today: date) -> list[Mention[Day]]:
    """The days that a sentence names. A span of days is its first day, a weekend its Saturday."""
    found: list[Mention[Day]] = []
    for pattern, resolve in _READERS:
        here = [
            Mention(match.start(), match.end(), day)
            for match in pattern.finditer(said)
            if (day := resolve(match, today)) is not None
        ]
        found += here
        said = without(said, here)
        if pattern is _PAST:
            named = [Mention(start, end, Day(day)) for start, end, day in find_named_day(said, today)]
            found += named
            said = without(said, named)
    return [_shifted(said, mention, today) for mention in found]


def _shifted(said: str, mention: Mention[Day], today: date) -> Mention[Day]:
    """除夕前一天 is the day before it."""
    match = _SHIFTED.match(said[mention.end :])
    if match is None or mention.value.date is None:
        return mention
    day = mention.value.date + timedelta(days=-1 if match["before"] is not None else 1)
    return Mention(mention.start, mention.end + match.end(), Day(day if day >= today else None))


def week_day(today: date, weekday: int, weeks: int | None) -> date:
    """A weekday: the next one, today included, or that of the week which begins so many weeks on."""
    if weeks is None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    day = today + timedelta(days=weekday - today.weekday() + 7 * weeks)
    return day if day >= today else day + timedelta(days=7)


def _weekend(today: date, weeks: int) -> date:
    """A weekend's Saturday; on a Sunday the weekend that there still is, is that Sunday."""
    if weeks == 0 and today.weekday() == 6:
        return today
    return week_day(today, 5, weeks)


def _month_day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _coming_date(today: date, month: int, day: int) -> date | None:
    """The next such date; a 29 February may be some years ahead."""
    for year in range(today.year, min(today.year + 9, date.max.year)):
        found = _month_day(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def _months_on(today: date, months: int) -> tuple[int, int]:
    years, month = divmod(today.month - 1 + months, 12)
    return today.year + years, month + 1


def _coming_day_of_month(today: date, day: int) -> date | None:
    """The next month that has such a day not yet past."""
    for ahead in range(13):
        found = _month_day(*_months_on(today, ahead), day)
        if found is not None and found >= today:
            return found
    return None


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _past(_match: re.Match[str], _today: date) -> Day:
    return Day(None)


def _relative(days: int) -> Resolver:
    return lambda _match, today: Day(today + timedelta(days=days))


def _on(today: date, number: str, unit: str) -> Day | None:
    count = 0 if number == "半" else 1 if number in {"a", "an"} else number_of(number)
    if unit in {"月", "month"}:
        if number == "半":
            return Day(today + timedelta(days=15))
        year, month = _months_on(today, count)
        return Day(min(date(year, month, 1) + timedelta(days=today.day - 1), _last_of_month(year, month)))
    if count == 0:
        return None
    return Day(today + timedelta(days=count * (1 if unit in {"天", "日", "day"} else 7)))


def _after(match: re.Match[str], today: date) -> Day | None:
    return _on(today, match["number"], match["unit"])


def _later(match: re.Match[str], today: date) -> Day | None:
    return _on(today, match["number"] or match["number2"], match["unit"] or match["unit2"])


def _weeks_after(match: re.Match[str], today: date) -> Day:
    return Day(week_day(today, _CHINESE_WEEKDAYS[match["day"]], number_of(match["number"])))


def _chinese_weekday(match: re.Match[str], today: date) -> Day:
    weeks = len(match["next"] or match["next2"] or "")
    said_this = match["this"] is not None or match["this2"] is not None
    if match["end"] is not None or match["day"] == "末":
        return Day(_weekend(today, weeks))
    definite = weeks if weeks or said_this else None
    return Day(week_day(today, _CHINESE_WEEKDAYS[match["day"]], definite), weekly=definite is None)


def _every_weekday(match: re.Match[str], today: date) -> Day:
    weekday = 5 if match["day"] == "末" else _CHINESE_WEEKDAYS[match["day"]]
    return Day(week_day(today, weekday, None), weekly=True)


def _week(match: re.Match[str], today: date) -> Day:
    return Day(week_day(today, 0, len(match["next"])))


def _english_weekday(match: re.Match[str], today: date) -> Day:
    which = match["which"] or ""
    weeks = 1 if which == "next" or (match["week"] or "").endswith("next week") else 0
    if (match["week"] or "").endswith("two weeks"):
        weeks = 2
    if match["day"] == "weekend":
        return Day(_weekend(today, weeks))
    definite = weeks if weeks or which == "this" else None
    return Day(week_day(today, _ENGLISH_WEEKDAYS[match["day"]], definite), weekly=definite is None)


def _next_week_on(match: re.Match[str], today: date) -> Day:
    return Day(week_day(today, _ENGLISH_WEEKDAYS[match["day"]], 1))


def _next_week(match: re.Match[str], today: date) -> Day:
    return Day(week_day(today, 0, 2 if match["after"] is not None else 1))


def _full_date(match: re.Match[str], today: date) -> Day | None:
    month, day = number_of(match["month"] or match["month3"]), number_of(match["day"] or match["day3"])
    year = match["year"] or match["year3"]
    if match["year2"] is not None:
        year = str(today.year + {"今年": 0, "明年": 1, "后年": 2}[match["year2"]])
    if year is None:
        coming = _coming_date(today, month, day)
        return Day(coming) if coming is not None else None
    found = _month_day(int(year), month, day)
    return Day(found if found is not None and found >= today else None)


def _short_date(match: re.Match[str], today: date) -> Day | None:
    padded = "0" in {match["month"][0], match["day"][0]}
    if match["mark"] == "-" and not padded and int(match["day"]) <= 24:
        # That is rather from when until when.
        return None
    coming = _coming_date(today, int(match["month"]), int(match["day"]))
    return Day(coming) if coming is not None else None


def _day_of_month(match: re.Match[str], today: date) -> Day | None:
    day = number_of(match["day"] or match["day2"])
    later = match["next"] or match["next2"]
    if later is not None:
        found = _month_day(*_months_on(today, later.count("下")), day)
    else:
        found = _coming_day_of_month(today, day)
    return Day(found) if found is not None else None


def _month_part(match: re.Match[str], today: date) -> Day:
    if match["number"] is not None:
        month = number_of(match["number"])
        year = today.year if month >= today.month else today.year + 1
    else:
        year, month = _months_on(today, 1 if match["month"].startswith("下") else 0)
    part = match["part"][0]
    if part in "底末最":
        return Day(_last_of_month(year, month))
    day = date(year, month, {"初": 1, "上": 1, "中": 15, "下": 21}[part])
    if day < today:
        following = _months_on(date(year, month, 1), 1 if match["number"] is None else 12)
        day = date(*following, day.day)
    return Day(day)


def _next_month(_match: re.Match[str], today: date) -> Day:
    return Day(date(*_months_on(today, 1), 1))


def _year_part(match: re.Match[str], today: date) -> Day:
    return Day(date(today.year, 12, 31) if match["end"] is not None else date(today.year + 1, 1, 1))


def _english_date(match: re.Match[str], today: date) -> Day | None:
    month, day = _MONTHS[match["month"] or match["month2"]], number_of(match["day"] or match["day2"])
    coming = _coming_date(today, month, day)
    return Day(coming) if coming is not None else None


def _english_day(match: re.Match[str], today: date) -> Day | None:
    found = _coming_day_of_month(today, number_of(match["day"] or match["day2"]))
    return Day(found) if found is not None else None


def _english_month_part(match: re.Match[str], today: date) -> Day:
    this, coming = _months_on(today, 0), _months_on(today, 1)
    if match["next"] is not None:
        return Day(_last_of_month(*coming))
    return Day(_last_of_month(*this) if match[0].startswith("end") else date(*coming, 1))


_READERS: tuple[tuple[re.Pattern[str], Resolver], ...] = (
    (_PAST, _past),
    (_FULL_DATE, _full_date),
    (_ENGLISH_DATE, _english_date),
    (_SHORT_DATE, _short_date),
    (_WEEKS_AFTER, _weeks_after),
    (_AFTER, _after),
    (_EVERY_WEEKDAY, _every_weekday),
    (_CHINESE_WEEKDAY, _chinese_weekday),
    (_WEEK, _week),
    (_NEXT_WEEK_ON, _next_week_on),
    (_ENGLISH_WEEKDAY, _english_weekday),
    (_NEXT_WEEK, _next_week),
    *((re.compile(words), _relative(days)) for words, days in _RELATIVE.items()),
    (_LATER, _later),
    (_DAY_OF_MONTH, _day_of_month),
    (_MONTH_PART, _month_part),
    (_YEAR_PART, _year_part),
    (_NEXT_MONTH, _next_month),
    (_ENGLISH_DAY, _english_day),
    (_ENGLISH_MONTH_PART, _english_month_part),
)
