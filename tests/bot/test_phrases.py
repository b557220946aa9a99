"""Commands and the few words that are understood by themselves."""

import pytest

from bot.conversation.actions import (
    Action,
    CancelWhich,
    Categories,
    Help,
    Home,
    Human,
    Languages,
    Mine,
    SetReminders,
    Slots,
)
from bot.conversation.actions.family import SeeCode
from bot.conversation.actions.standing import Stopping
from bot.conversation.phrases import understood


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("/start", Home()),
        ("/start@LastMetreBot", Home()),
        ("/START", Home()),
        ("/start elder_care", Slots("elder_care")),
        ("/start 42", Home()),
        ("/book", Categories()),
        ("/my", Mine()),
        ("/cancel", CancelWhich()),
        ("/help", Help()),
        ("/language", Languages()),
        ("/stop", Stopping()),
        ("停", Stopping()),
        ("停止提醒", SetReminders(0)),
        ("/start family-123456", SeeCode("123456")),
        ("你好", Home()),
        ("您好！", Home()),
        ("我的预约", Mine()),
        ("取消", CancelWhich()),
        ("帮助", Help()),
        ("人工", Human()),
        ("订午餐", Slots("lunch")),
        ("  午餐。 ", Slots("lunch")),
        ("晚饭", Slots("meals")),
        ("Lunch", Slots("lunch")),
    ],
)
def test_known_words(text: str, action: Action) -> None:
    assert understood(text) == action


@pytest.mark.parametrize("text", ["", "   ", "/", "/unknown", "明天中午给我妈订一份饭", "start now", "🍚"])
def test_anything_else_is_not_guessed_at(text: str) -> None:
    assert understood(text) is None
