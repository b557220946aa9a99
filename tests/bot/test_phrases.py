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
from bot.conversation.actions.myself import AskErase, LookAtCode, MyData
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
        ("/start link_K7WM3QXD", LookAtCode("K7WM3QXD")),
        ("/start link_k7wm3qxd", LookAtCode("K7WM3QXD")),
        ("/start link_", Home()),
        ("/start link_../x", Home()),
        ("K7WM-3QXD", LookAtCode("K7WM3QXD")),
        ("k7wm 3qxd。", LookAtCode("K7WM3QXD")),
        ("我的资料", MyData()),
        ("注销", AskErase()),
        ("my data", MyData()),
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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "/",
        "/unknown",
        "明天中午给我妈订一份饭",
        "start now",
        "🍚",
        "23456789",
        "ABCDEFGH",
        "K7WM3QX",
        "K7WM3QX0",
    ],
)
def test_anything_else_is_not_guessed_at(text: str) -> None:
    assert understood(text) is None
