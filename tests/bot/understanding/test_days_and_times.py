"""Days and times on other days than the Monday of the measured sentences."""

from datetime import date, datetime, time

import holidays
import pytest

from bot.texts import DISTRICT_ZONE
from bot.understanding import understand

MONDAY, WEDNESDAY, SUNDAY = "2026-11-23T09:00", "2026-11-25T15:00", "2026-11-29T10:00"


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=DISTRICT_ZONE)


@pytest.mark.parametrize(
    ("now", "said", "day"),
    [
        # Weekdays: the next one, today included, unless its time is over.
        (WEDNESDAY, "周三理发", "2026-11-25"),
        (WEDNESDAY, "周三上午理发", "2026-12-02"),
        (WEDNESDAY, "周三下午五点理发", "2026-11-25"),
        (WEDNESDAY, "周一理发", "2026-11-30"),
        (WEDNESDAY, "下周一理发", "2026-11-30"),
        (WEDNESDAY, "下下周一理发", "2026-12-07"),
        (WEDNESDAY, "这周一理发", "2026-11-30"),
        (WEDNESDAY, "haircut on Tuesday", "2026-12-01"),
        (WEDNESDAY, "haircut next Tuesday", "2026-12-01"),
        (WEDNESDAY, "haircut this Friday", "2026-11-27"),
        # 约一下周五 is not the Friday of the next week.
        (MONDAY, "约一下周五的理发", "2026-11-27"),
        (MONDAY, "约一下下周五的理发", "2026-12-04"),
        # Weekends: their Saturday; on the Sunday it is too late for that.
        (WEDNESDAY, "周末的瑜伽", "2026-11-28"),
        (SUNDAY, "周末的瑜伽", "2026-11-29"),
        (SUNDAY, "下周末的瑜伽", "2026-12-05"),
        (SUNDAY, "下周一的瑜伽", "2026-11-30"),
        # Dates without a year or a month are the next such.
        (WEDNESDAY, "24号理发", "2026-12-24"),
        (WEDNESDAY, "11月24号理发", "2027-11-24"),
        ("2027-01-30T09:00", "30号理发", "2027-01-30"),
        ("2027-01-31T09:00", "30号理发", "2027-03-30"),
        ("2027-01-31T09:00", "一个月后理发", "2027-02-28"),
        ("2026-12-31T09:00", "明天理发", "2027-01-01"),
        ("2026-12-31T09:00", "月底理发", "2026-12-31"),
        ("2028-02-28T09:00", "明天理发", "2028-02-29"),
        ("2026-03-01T09:00", "2月29日理发", "2028-02-29"),
        # Feasts, of this year when they are still to come.
        ("2026-10-01T08:00", "国庆的演出", "2026-10-01"),
        ("2026-10-02T08:00", "国庆的演出", "2027-10-01"),
        ("2026-02-16T08:00", "除夕的演出", "2026-02-16"),
        ("2026-02-17T08:00", "除夕的演出", "2027-02-05"),
        ("2025-01-28T08:00", "除夕的演出", "2025-01-28"),
    ],
)  # fmt: skip
def test_days(now: str, said: str, day: str) -> None:
    meaning = understand(said, at(now))
    assert meaning.day == date.fromisoformat(day)


@pytest.mark.parametrize(
    "said", ["昨天的理发", "上周三的理发", "last Friday's haircut", "去年的理发", "the haircut two days ago"]
)
def test_what_is_past_is_no_day_to_come(said: str) -> None:
    assert understand(said, at(WEDNESDAY)).day is None


@pytest.mark.parametrize("year", range(2024, 2036))
def test_feasts_are_where_the_calendar_of_holidays_has_them(year: int) -> None:
    """The library of holidays reckons them by itself; only the names of its days are used."""
    calendar = holidays.country_holidays("CN", years=year, language="en_US")
    now = datetime(year, 1, 1, 8, tzinfo=DISTRICT_ZONE)
    for name, said in (
        ("Chinese New Year (Spring Festival)", "春节"),
        ("Tomb-Sweeping Day", "清明节"),
        ("Dragon Boat Festival", "端午节"),
        ("Mid-Autumn Festival", "中秋节"),
        ("National Day", "国庆节"),
    ):
        first = min(day for day, names in calendar.items() if name in names.split("; "))
        meant = understand(f"{said}的演出", now).day
        assert meant == first, (said, year)


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("下午两点到四点理发", "14:00", "16:00"),
        ("两点到四点理发", "14:00", "16:00"),
        ("十一点到一点理发", "11:00", "13:00"),
        ("上午十点到下午两点理发", "10:00", "14:00"),
        ("晚上七点到九点瑜伽", "19:00", "21:00"),
        ("五点到七点瑜伽", "17:00", "19:00"),
        ("9点半-11点理发", "09:30", "11:00"),
        ("2-4点理发", "14:00", "16:00"),
        ("yoga from 2 to 4", "14:00", "16:00"),
        ("yoga 10am-1pm", "10:00", "13:00"),
        ("yoga between 6 and 8 in the evening", "18:00", "20:00"),
        ("下午三点一刻理发", "15:15", None),
        ("差五分三点理发", "14:55", None),
        ("十点来钟理发", "10:00", None),
        ("晚上十二点半的演出", "00:30", None),
        ("haircut at quarter past ten", "10:15", None),
        ("haircut at 12pm", "12:00", None),
        ("haircut at 12:05 am", "00:05", None),
        ("五点前理发", None, "17:00"),
        ("早上理发", "08:00", "12:00"),
        ("傍晚的瑜伽", "18:00", "21:00"),
        ("理发快一点", None, None),
        ("理发有一点贵", None, None),
        ("四点半课堂", None, None),
        ("理发，提两点意见", None, None),
    ],
)  # fmt: skip
def test_times(said: str, start: str | None, end: str | None) -> None:
    meaning = understand(said, at(MONDAY))
    expected = tuple(time.fromisoformat(one) if one is not None else None for one in (start, end))
    assert (meaning.start, meaning.end) == expected


def test_a_time_of_today_that_is_over_before_noon_is_after_noon() -> None:
    assert understand("今天八点的电影", at(MONDAY)).start == time(20)
    assert understand("今天十点的电影", at(MONDAY)).start == time(10)
    assert understand("今天早上八点的电影", at(MONDAY)).start == time(8)
