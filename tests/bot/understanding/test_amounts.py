"""How many places are meant: more, fewer, exactly; in figures, in Chinese, in English words."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.texts import DISTRICT_ZONE
from bot.understanding.amounts import MOST, Change, Way, read_change, read_number, spoken_number
from bot.understanding.reading import When, read_when

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=DISTRICT_ZONE)

PLUS, MINUS, TO = Way.plus, Way.minus, Way.exactly

SENTENCES: list[tuple[str, Way, int]] = [
    ("明天午餐加二十", PLUS, 20),
    ("明天的午餐多做20份", PLUS, 20),
    ("今天11点的午餐加十个", PLUS, 10),
    ("今天中午多开三十份", PLUS, 30),
    ("午餐容量加二十", PLUS, 20),
    ("午餐再多放15个", PLUS, 15),
    ("讲座票再加20张", PLUS, 20),
    ("午餐加一百二十份", PLUS, 120),
    ("增加4个号", PLUS, 4),
    ("多排一位医生,名额加6", PLUS, 6),
    ("加座二十", PLUS, 20),
    ("午餐+10", PLUS, 10),
    ("午饭给我再来十份", PLUS, 10),
    ("12月3日午餐加20", PLUS, 20),
    ("3号午餐加5个", PLUS, 5),
    ("午餐加20,不对,加30", PLUS, 30),
    ("午餐加两百", PLUS, 200),
    ("add 20 lunches tomorrow", PLUS, 20),
    ("add 10 places to tomorrow's tai chi", PLUS, 10),
    ("increase lunch capacity by 20 tomorrow", PLUS, 20),
    ("open 10 more seats for Saturday", PLUS, 10),
    ("please add ten more lunches on Friday", PLUS, 10),
    ("raise lunch capacity by fifteen on Friday", PLUS, 15),
    ("lunch +15", PLUS, 15),
    ("twenty-five more lunches tomorrow", PLUS, 25),
    ("午餐减10", MINUS, 10),
    ("法律咨询的号减两个", MINUS, 2),
    ("后厨人手不够,明天中午少接三十份", MINUS, 30),
    ("明天午餐减少二十份", MINUS, 20),
    ("午餐份数减二十", MINUS, 20),
    ("明天上午理发少放五个", MINUS, 5),
    ("午餐 -5", MINUS, 5),
    ("ten fewer lunches tomorrow", MINUS, 10),
    ("reduce lunch by a dozen", MINUS, 12),
    ("后天理发减到5个", TO, 5),
    ("今天午餐改成60份", TO, 60),
    ("周三的理发,容量从十个改到六个", TO, 6),
    ("太极名额改成8个", TO, 8),
    ("健身最多收十二个人", TO, 12),
    ("明天午餐只做八十份", TO, 80),
    ("明天11:30的午餐改成45", TO, 45),
    ("上限降到40", TO, 40),
    ("名额加到25", TO, 25),
    ("扩到二十组", TO, 20),
    ("限十五人", TO, 15),
    ("每天改成只接4个人", TO, 4),
    ("调到30人", TO, 30),
    ("午餐提高到90份", TO, 90),
    ("午餐改成一百五", TO, 150),
    ("午餐改成两百零五份", TO, 205),
    ("明天午餐四十份", TO, 40),
    ("六十份", TO, 60),
    ("cut lunch tomorrow to 40", TO, 40),
    ("cut the places for Friday's class to 10", TO, 10),
    ("limit haircuts to 6 on Friday", TO, 6),
    ("make it 50 places for Friday lunch", TO, 50),
    ("set lunch tomorrow to sixty", TO, 60),
    ("lower it to 35", TO, 35),
    ("set capacity to 55", TO, 55),
    ("a hundred and twenty lunches tomorrow", TO, 120),
]


@pytest.mark.parametrize(("said", "way", "number"), SENTENCES, ids=[said for said, _, _ in SENTENCES])
def test_what_is_meant_is_read(said: str, way: Way, number: int) -> None:
    assert read_change(said, NOW) == Change(way, number)


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("把后天的理发名额翻倍", 2),
        ("容量扩大一倍", 2),
        ("double lunch on Friday", 2),
        ("名额减半", 0.5),
        ("明天午餐砍一半", 0.5),
        ("halve the places tomorrow", 0.5),
    ],
)
def test_shares_are_read(said: str, share: float) -> None:
    change = read_change(said, NOW)
    assert change is not None
    assert change.share == share


@pytest.mark.parametrize(
    "said", ["明天午餐", "12月3日的理发", "今天11:30", "名额不够", "how many places", ""]
)
def test_without_a_number_nothing_is_made_up(said: str) -> None:
    assert read_change(said, NOW) is None


@pytest.mark.parametrize(
    ("change", "before", "after"),
    [
        (Change(PLUS, 20), 60, 80),
        (Change(MINUS, 20), 60, 40),
        (Change(MINUS, 20), 10, 0),
        (Change(TO, 45), 60, 45),
        (Change(PLUS, share=2), 30, 60),
        (Change(MINUS, share=0.5), 25, 12),
        (Change(PLUS, 1990), 60, MOST),
    ],
)
def test_a_change_is_applied_within_what_a_slot_may_have(change: Change, before: int, after: int) -> None:
    assert change.applied_to(before) == after


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("60", 60),
        ("六十", 60),
        ("六十份", 60),
        ("一百二十份吧", 120),
        ("两百", 200),
        ("一千二", 1200),
        ("一百零五", 105),
        ("廿五", 25),
        ("俩", 2),
        ("１２", 12),
        ("about twenty", 20),
        ("a hundred", 100),
        ("one hundred and five", 105),
        ("60或70", None),
        ("没有", None),
        ("-5", None),
    ],
)
def test_an_answer_to_how_many(said: str, number: int | None) -> None:
    assert read_number(said) == number


_SPOKEN = "零一二三四五六七八九"


@given(st.integers(1, 9999))
def test_every_number_is_read_as_it_is_said(number: int) -> None:
    said, gap = "", False
    for worth, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // worth % 10
        if digit:
            said += ("零" if gap and said else "") + _SPOKEN[digit] + sign
            gap = False
        else:
            gap = bool(said)
    assert spoken_number(said) == number
    assert read_number(f"{said}份") == number


@given(st.text(max_size=60))
def test_reading_never_fails(text: str) -> None:
    read_change(text, NOW)
    read_number(text)
    read_when(text, NOW)


@pytest.mark.parametrize(
    ("said", "when"),
    [
        ("明天下午两点到四点", When(date(2026, 11, 24), None, time(14), time(16))),
        ("周五到周日", When(date(2026, 11, 27), date(2026, 11, 29))),
        ("12月3日到12月5日", When(date(2026, 12, 3), date(2026, 12, 5))),
        ("周五上午", When(date(2026, 11, 27), None, time(8), time(12))),
        ("9点到11点半", When(None, None, time(9), time(11, 30))),
        ("tomorrow 2pm to 4pm", When(date(2026, 11, 24), None, time(14), time(16))),
        ("设备检修", When()),
    ],
)
def test_when_something_is_to_be(said: str, when: When) -> None:
    assert read_when(said, NOW) == when
