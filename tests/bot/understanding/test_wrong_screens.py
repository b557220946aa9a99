"""What must not lead somewhere that gives up or changes something."""

import re

import pytest

from bot.understanding import Intent, understand
from bot.understanding.numerals import ENGLISH, number_of
from bot.understanding.resemblance import CHANGING
from tests.bot.understanding.sentences import NOW


@pytest.mark.parametrize(
    "text",
    [
        "please don't cancel my haircut",
        "别取消我明天的午饭",
        "is my haircut cancelled",
        "why was my lunch cancelled",
        "我明天的午饭怎么被取消了",
        "what happens if I cancel too late",
        "临时取消会怎么样",
        "明天食堂不关门吧",
        "close the window please",
        "食堂的位子太少了，能不能多加几张桌子",
        "I start my new job on Monday",
        "不用了谢谢",
        "不用了",
        "no thank you",
        "怎么换成大字",
        "can you switch to Chinese",
        "我的验证码收不到",
        "my grandson is coming to visit tomorrow",
        "it is raining again",
        "add one for me tomorrow",
    ],
)
def test_what_is_asked_denied_or_merely_told_changes_nothing(text: str) -> None:
    assert understand(text, NOW).intent not in CHANGING


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("add twenty to lunch tomorrow", Intent.manage_capacity),
        ("take ten off Friday's lunch", Intent.manage_capacity),
        ("we can only do thirty lunches on Wednesday", Intent.manage_capacity),
        ("I have a wish: somebody to teach me video calls", Intent.request),
        ("我有个心愿，想有人教我用手机视频", Intent.request),
        ("我不是要取消，我要约明天的理发", Intent.book),
        ("scrap my haircut", Intent.cancel),
        ("don't cook for me on Friday", Intent.cancel),
    ],
)
def test_what_is_meant_is_still_understood(text: str, intent: Intent) -> None:
    assert understand(text, NOW).intent is intent


@pytest.mark.parametrize(
    ("said", "number"), [("12", 12), ("twelve", 12), ("seventeen", 17), ("twenty", 20), ("thirty-five", 35)]
)
def test_english_numbers_go_up_to_ninety_nine(said: str, number: int) -> None:
    assert re.fullmatch(ENGLISH, said)
    assert number_of(said) == number
