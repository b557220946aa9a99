"""Cells as people and spreadsheets write them."""

from datetime import date, datetime, time, timedelta

import pytest

from lastmetre.importing import values
from lastmetre.importing.sheets import Cell


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("9:00", time(9)),
        ("09：30", time(9, 30)),
        ("9点", time(9)),
        ("9点半", time(9, 30)),
        ("9点05分", time(9, 5)),
        ("14:30:00", time(14, 30)),
        (time(9, 15), time(9, 15)),
        (datetime(1899, 12, 30, 9, 15), time(9, 15)),  # noqa: DTZ001  # spreadsheets know no zone
        (timedelta(hours=9, minutes=15), time(9, 15)),
        (0.375, time(9)),
        (17.5 / 24, time(17, 30)),
        ("25:00", "25:00"),
        ("9:60", "9:60"),
        ("9:", "9:"),
        ("noon", "noon"),
        (9, 9),
        (True, True),
        (timedelta(hours=25), timedelta(hours=25)),
    ],
)
def test_times(cell: Cell, expected: object) -> None:
    assert values.moment(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("2026/12/1", date(2026, 12, 1)),
        ("2026.12.1", date(2026, 12, 1)),
        ("２０２６年12月1日", date(2026, 12, 1)),
        (datetime(2026, 12, 1), date(2026, 12, 1)),  # noqa: DTZ001  # spreadsheets know no zone
        (date(2026, 12, 1), date(2026, 12, 1)),
        (46357, date(2026, 12, 1)),
        (46357.0, date(2026, 12, 1)),
        (46357.5, 46357.5),
        (5, 5),
        ("2026-02-30", "2026-02-30"),
        ("next week", "next week"),
    ],
)
def test_dates(cell: Cell, expected: object) -> None:
    assert values.day(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("每天", "FREQ=DAILY"),
        ("Daily", "FREQ=DAILY"),
        ("周一至周五", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("星期一到五", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("周五至周日", "FREQ=WEEKLY;BYDAY=FR,SA,SU"),
        ("周六至周一", "FREQ=WEEKLY;BYDAY=MO,SA,SU"),
        ("每周二、周四", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("周一三五", "FREQ=WEEKLY;BYDAY=MO,WE,FR"),
        ("周三，周末", "FREQ=WEEKLY;BYDAY=WE,SA,SU"),
        ("周天", "FREQ=WEEKLY;BYDAY=SU"),
        ("Mon-Fri", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("Tuesday and Thursday", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("every Wednesday", "FREQ=WEEKLY;BYDAY=WE"),
        ("sat to sun", "FREQ=WEEKLY;BYDAY=SA,SU"),
        ("FREQ=DAILY", "FREQ=DAILY"),
        ("有时", "有时"),
        ("周一至周三至周五", "周一至周三至周五"),
        ("周八", "周八"),
        ("", ""),
        (7, "7"),
    ],
)
def test_recurrences(cell: Cell, expected: object) -> None:
    assert values.recurrence(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (320115001002, "320115001002"),
        (12.0, "12"),
        (12.5, "12.5"),
        ("0012", "0012"),
        (True, "TRUE"),
        (date(2026, 1, 2), "2026-01-02"),
        (None, ""),
    ],
)
def test_texts(cell: Cell, expected: object) -> None:
    assert values.text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("'=1+1", "=1+1"), ("''=x", "'=x"), ("'-5", "-5"), ("'tis", "'tis"), ("=1", "=1")],
)
def test_an_apostrophe_keeps_a_text_from_being_a_formula(cell: str, expected: str) -> None:
    assert values.csv_text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("31.95", 31.95),
        ("３１", 31.0),
        ("-1e-05", -1e-05),
        (5, 5.0),
        ("nan", "nan"),
        ("1_0", "1_0"),
        (True, True),
    ],
)
def test_numbers(cell: Cell, expected: object) -> None:
    found = values.number(cell)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("20", 20), (20.0, 20), ("20.0", 20), (20.5, 20.5), ("many", "many"), (1e300, 1e300)],
)
def test_whole_numbers(cell: Cell, expected: object) -> None:
    found = values.whole(cell)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("是", True), ("No", False), (1, True), (0.0, False), (True, True), ("maybe", "maybe")],
)
def test_truths(cell: Cell, expected: object) -> None:
    assert values.truth(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("TRUE", True),
        ("4", 4),
        (4.0, 4),
        ("x", "x"),
        ("null", None),
        ("[1]", [1]),
        ("[1", "[1"),
        (True, True),
    ],
)
def test_settings(cell: Cell, expected: object) -> None:
    found = values.setting(cell)
    assert (type(found), found) == (type(expected), expected)
