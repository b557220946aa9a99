"""The few words that are the Telegram channel's own; all others come from the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass

from telegram import BotCommand

from bot.replies import Language


@dataclass(frozen=True, slots=True)
class Words:
    """What the channel itself says, in one language."""

    unreadable: str
    contact_not_needed: str
    only_in_private: str
    open_private_chat: str
    share_location: str
    how_to_share_location: str
    location_received: str
    commands: tuple[BotCommand, ...]
    """What the apps' menus offer; each is one that the conversation understands (`bot.conversation.phrases`)."""


WORDS: Mapping[Language, Words] = {
    "zh-CN": Words(
        unreadable="我只看得懂文字、按钮和位置。请打字，或者点下面的按钮。",
        contact_not_needed="谢谢，这里不需要发联系人。请打字，或者点下面的按钮。",
        only_in_private="预约是您自己的事，群里别人也看得到。请和我单独聊。",
        open_private_chat="💬 单独聊",
        share_location="📍 发送我的位置",
        how_to_share_location="也可以点最下面的“📍 发送我的位置”，我来找离您近的。",
        location_received="📍 收到您的位置了。",
        commands=(
            BotCommand("start", "首页"),
            BotCommand("book", "预约服务"),
            BotCommand("bookings", "我的预约"),
            BotCommand("cancel", "取消预约"),
            BotCommand("help", "帮助"),
            BotCommand("language", "语言 Language"),
        ),
    ),
    "en": Words(
        unreadable="I can read only text, buttons and locations. Please type, or tap a button below.",
        contact_not_needed="Thank you, no contact is needed here. Please type, or tap a button below.",
        only_in_private="Bookings are your own business, and others can read along here. Please talk to me in private.",
        open_private_chat="💬 Talk in private",
        share_location="📍 Share my location",
        how_to_share_location="You can also tap “📍 Share my location” at the very bottom, and I look for places near you.",
        location_received="📍 Got your location.",
        commands=(
            BotCommand("start", "Home"),
            BotCommand("book", "Book a service"),
            BotCommand("bookings", "My bookings"),
            BotCommand("cancel", "Cancel a booking"),
            BotCommand("help", "Help"),
            BotCommand("language", "语言 Language"),
        ),
    ),
}


def language_of(code: str | None) -> Language:
    """Which of our languages to speak to whom Telegram names by this IETF tag. Without a tag, Chinese: the district's."""
    return "zh-CN" if code is None or code.lower().split("-")[0] == "zh" else "en"
