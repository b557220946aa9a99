"""Commands, and the few words that are understood by themselves."""

import re
import unicodedata

from bot.conversation.actions import (
    Action,
    CancelWhich,
    Categories,
    Help,
    Home,
    Human,
    Languages,
    Mine,
    MyPlace,
    SetReminders,
    Slots,
)
from bot.conversation.actions.family import Family, SeeCode
from bot.conversation.actions.finding import Find
from bot.conversation.actions.myself import AskErase, LookAtCode, MyData, OneAccount, TakeAlong
from bot.conversation.actions.ordering import SeriesList
from bot.conversation.actions.standing import Calendar, Pauses, Settings, Stopping
from bot.conversation.actions.visits import Past
from bot.conversation.labels import ELDER_CARE, LUNCH, MEALS

_COMMANDS: dict[str, Action] = {
    "start": Home(),
    "book": Categories(),
    "my": Mine(),
    "bookings": Mine(),
    "cancel": CancelWhich(),
    "help": Help(),
    "language": Languages(),
    "stop": Stopping(),
    "family": Family(),
    "find": Find(),
    "settings": Settings(),
    "past": Past(),
}

_PHRASES: tuple[tuple[Action, tuple[str, ...]], ...] = (
    (
        Home(),
        (
            "你好",
            "您好",
            "你好呀",
            "开始",
            "首页",
            "返回",
            "退出",
            "算了",
            "不说了",
            "不要了",
            "hi",
            "hello",
            "start",
            "home",
            "back",
            "never mind",
            "quit",
            "exit",
        ),
    ),
    (Slots(LUNCH), ("订午餐", "订午饭", "午餐", "午饭", "中饭", "lunch", "book lunch")),
    (
        Slots(MEALS),
        (
            "订餐",
            "订饭",
            "吃饭",
            "助餐",
            "早餐",
            "早饭",
            "晚餐",
            "晚饭",
            "meals",
            "food",
            "breakfast",
            "dinner",
            "supper",
        ),
    ),
    (Slots(ELDER_CARE), ("养老", "elder care")),
    (Categories(), ("预约", "服务", "全部服务", "book", "services", "all services")),
    (Mine(), ("我的预约", "我的订单", "预约记录", "my bookings", "bookings", "ticket")),
    (CancelWhich(), ("取消", "取消预约", "退订", "cancel")),
    (MyPlace(), ("我住哪里", "我的地址", "where i live", "my home")),
    (Help(), ("帮助", "怎么用", "help")),
    (Human(), ("人工", "转人工", "找人", "找人帮忙", "电话", "客服", "person", "human", "phone")),
    (Languages(), ("语言", "language", "english", "中文")),
    (Stopping(), ("停", "停止", "别发了", "不要再发了", "stop", "unsubscribe")),
    (Family(), ("家人", "亲属", "亲属代办", "我的家人", "family", "my family")),
    (Find(), ("找站点", "找地方", "find a place")),
    (Past(), ("去过的", "历史预约", "评价", "past bookings", "rate")),
    (SeriesList(), ("连续预约", "我的连续预约", "series", "my series")),
    (Settings(), ("设置", "大字", "大字版", "settings", "large text")),
    (Calendar(), ("日历", "我的日历", "calendar")),
    (Pauses(), ("暂停", "申诉", "pauses")),
    (
        MyData(),
        (
            "我的资料",
            "我的信息",
            "个人信息",
            "个人资料",
            "隐私",
            "改手机号",
            "改名字",
            "my data",
            "privacy",
            "my profile",
        ),
    ),
    (TakeAlong("html"), ("导出", "导出我的资料", "下载我的资料", "export my data", "download my data")),
    (
        AskErase(),
        ("注销", "注销账号", "删除我的资料", "删除账号", "erase me", "delete my data", "delete my account"),
    ),
    (OneAccount(), ("关联账号", "绑定账号", "换手机", "link account", "link my account", "new phone")),
    (SetReminders(0), ("停止提醒", "不要提醒", "stop reminders")),
    (SetReminders(1), ("打开提醒", "恢复提醒", "remind me")),
)

_LEAVING = frozenset(
    {
        "返回",
        "退出",
        "算了",
        "不说了",
        "不要了",
        "首页",
        "人工",
        "转人工",
        "back",
        "never mind",
        "quit",
        "exit",
        "home",
        "human",
    }
)

_ACTION_OF = {phrase: action for action, phrases in _PHRASES for phrase in phrases}

_LINK = "link_"
"""What the links that carry a code for this chat begin with."""

_CODE = re.compile(r"[2-9A-HJKMNP-TV-Z]{4}[ -]?[2-9A-HJKMNP-TV-Z]{4}", re.IGNORECASE)
_COMMAND = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+(\S+))?", re.IGNORECASE)
_INVITATION = re.compile(r"family-(\d{6})")
_CATEGORY = re.compile(r"[a-z_]{1,20}")
_SHOWN_CODE = re.compile(r"[0-9]{6}|LM[0-9]:[A-Z2-7]+")
_AROUND = " \t\r\n.,!?;:。，！？；：～~"


def understood(text: str) -> Action | None:
    """What a command or a known word asks for; None when it is neither."""
    command = _COMMAND.fullmatch(text.strip())
    if command is None:
        said = text.strip(_AROUND)
        if _CODE.fullmatch(said) and re.search(r"\d", said) and re.search(r"[A-Za-z]", said):
            return LookAtCode(re.sub(r"[ -]", "", said).upper())  # neither a word nor a number
        return _ACTION_OF.get(said.casefold())
    word, payload = command.group(1).lower(), command.group(2)
    if word == "start" and payload is not None:
        return started_with(payload)
    return _COMMANDS.get(word)


def leaves(text: str) -> bool:
    """Whether somebody who was asked for something says something else instead: a command, or that they want out."""
    return text.lstrip().startswith("/") or text.strip(_AROUND).casefold() in _LEAVING


def is_code(text: str) -> bool:
    """Whether somebody typed nothing but a code, or what a QR code of ours says, whatever the width of its signs."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).upper()
    return _SHOWN_CODE.fullmatch(plain) is not None


def started_with(payload: str) -> Action:
    """Where a link leads: one with a category's code to its times, one with a code to what it means (an invitation of the
    family, a code for this chat), any other to the first screen.
    """
    if (invitation := _INVITATION.fullmatch(payload)) is not None:
        return SeeCode(invitation.group(1))
    if payload.startswith(_LINK):
        code = payload.removeprefix(_LINK)
        return LookAtCode(code[:16].upper()) if code.isalnum() and code.isascii() else Home()
    return Slots(payload) if _CATEGORY.fullmatch(payload) else Home()
