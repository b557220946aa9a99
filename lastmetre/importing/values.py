"""Cells into values: what people write in spreadsheets, in both languages, read generously but never guessed.

A cell that cannot be read comes out as it is, and the strict draft then says what was expected.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from lastmetre.importing.sheets import Cell

Reader = Callable[[Cell], object]

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of spreadsheets (the 1900 date system, good from March 1900)."""

NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
CLOCK = re.compile(r"(\d{1,2})[:点时](\d{1,2})?分?(?::(\d{1,2}))?")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")


def _plain(cell: str) -> str:
    """Without spaces around, full-width digits and signs made plain."""
    return unicodedata.normalize("NFKC", cell).strip()


def text(cell: Cell) -> object:
    """Text, also where a spreadsheet took it for a number: 12.0 is “12”."""
    if isinstance(cell, bool) or cell is None:
        return "" if cell is None else str(cell).upper()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat()
    return str(cell)


def csv_text(cell: Cell) -> object:
    """Text of a CSV cell. One apostrophe before a sign that would begin a formula is taken off (see `writing`)."""
    return re.sub(r"^'('*[=+\-@])", r"\1", cell) if isinstance(cell, str) else text(cell)


def number(cell: Cell) -> object:
    """A number, also where it was stored as text."""
    if isinstance(cell, str):
        plain = _plain(cell)
        return float(plain) if NUMBER.fullmatch(plain) else cell
    return float(cell) if isinstance(cell, int) and not isinstance(cell, bool) else cell


def whole(cell: Cell) -> object:
    """A whole number, also where it was stored as text or with decimals of zero."""
    found = number(cell)
    if isinstance(found, float) and found.is_integer() and abs(found) < 10**15:
        return int(found)
    return found


YES = {"是", "对", "有", "yes", "y", "true", "1", "√"}
NO = {"否", "不", "无", "no", "n", "false", "0", "×"}


def truth(cell: Cell) -> object:
    """Yes or no."""
    if isinstance(cell, bool):
        return cell
    word = str(whole(cell)).strip().lower()
    if word in YES or word in NO:
        return word in YES
    return cell


def moment(cell: Cell) -> object:
    """A time of day: a time cell, a fraction of a day, or text such as 9:00, 09：00, 9点, 9点半."""
    if isinstance(cell, datetime):
        return cell.time()
    if isinstance(cell, timedelta):
        return _after_midnight(cell)
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        # Excel keeps a time as a fraction of a day, which is right to far less than half a second.
        return _after_midnight(timedelta(seconds=round(cell * 86400))) if 0 <= cell < 1 else cell
    if isinstance(cell, str):
        found = CLOCK.fullmatch(_plain(cell).replace("点半", ":30").replace("时半", ":30"))
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            if hour < 24 and minute < 60 and second < 60 and (found[2] or ":" not in found[0]):
                return time(hour, minute, second)
    return cell


def _after_midnight(span: timedelta) -> object:
    if timedelta(0) <= span < timedelta(days=1):
        return (datetime.combine(EXCEL_EPOCH, time(0)) + span).time()
    return span


def day(cell: Cell) -> object:
    """A date: a date cell, Excel's number of a day, or text such as 2026-12-01, 2026/12/1, 2026年12月1日."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == time(0) else cell
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return (
            EXCEL_EPOCH + timedelta(days=int(cell))
            if float(cell).is_integer() and 60 < cell < 10**5
            else cell
        )
    if isinstance(cell, str) and (found := DAY.fullmatch(_plain(cell))):
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            return cell
    return cell


def choice(words: Mapping[str, StrEnum]) -> Reader:
    """A reader of one word of a list."""

    def read(cell: Cell) -> object:
        return words.get(_plain(cell).lower(), cell) if isinstance(cell, str) else cell

    return read


def setting(cell: Cell) -> object:
    """The value of a policy field: a whole number, true or false, null, or JSON for lists."""
    if isinstance(cell, str):
        plain = cell.strip()
        if plain[:1] in {"[", "{"} or plain.lower() in {"true", "false", "null"}:
            try:
                return json.loads(plain if plain[:1] in {"[", "{"} else plain.lower())
            except (ValueError, RecursionError):
                return cell
    return whole(cell)


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
CHINESE_DAYS = {name: index for index, name in enumerate("一二三四五六日")} | {"天": 6}
ENGLISH_DAYS = {name: index for index, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
EVERY_DAY = {"每天", "每日", "天天", "daily", "every day"}
WEEKEND = {"周末", "双休日", "weekend", "weekends"}
CHINESE_DAY = re.compile(r"(?:周|星期|礼拜)?([一二三四五六日天]+)")
ENGLISH_DAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?")
RANGE = re.compile(r"\s*(?:至|到|-|~|–|—)\s*|\s+to\s+")
LIST = re.compile(r"\s*(?:[、,;/&和]|\band\b)\s*")


def recurrence(cell: Cell) -> object:
    """On which days: an RFC 5545 rule, or words: 每天, 周一至周五, 周二、周四, 周末; daily, Mon-Fri, Tue and Thu."""
    if not isinstance(cell, str):
        return text(cell)
    words = _plain(cell).lower()
    if words in EVERY_DAY:
        return "FREQ=DAILY"
    words = words.removeprefix("每").removeprefix("every ")
    days: set[int] = set()
    for item in LIST.split(words):
        found = {5, 6} if item in WEEKEND else _span_of_days(RANGE.split(item))
        if not found:
            return cell
        days |= found
    return f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[index] for index in sorted(days))}"


def _span_of_days(ends: list[str]) -> set[int]:
    """Days named one by one (周一三五), or from one to another (周五至周日 goes on over the end of the week)."""
    named = [_days_named(end) for end in ends]
    if len(named) == 1:
        return set(named[0])
    if len(named) == 2 and len(named[0]) == len(named[1]) == 1:
        first, last = named[0][0], named[1][0]
        return {(first + step) % 7 for step in range((last - first) % 7 + 1)}
    return set()


def _days_named(words: str) -> list[int]:
    if found := CHINESE_DAY.fullmatch(words):
        return [CHINESE_DAYS[name] for name in found[1]]
    if found := ENGLISH_DAY.fullmatch(words):
        return [ENGLISH_DAYS[found[1]]]
    return []
