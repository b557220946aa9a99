"""The few words that are the Telegram channel's own; all others come from the conversation."""

from collections.abc import Mapping
from dataclasses import dataclass

from telegram import BotCommand

from bot.replies import Language


@dataclass(frozen=True, slots=True)
class Words:
    """What the channel itself says, in one language."""

    unreadable: str
    not_your_contact: str
    edited: str
    too_fast: str
    only_in_private: str
    open_private_chat: str
    share_location: str
    how_to_share_location: str
    location_received: str
    share_contact: str
    how_to_share_contact: str
    contact_received: str
    description: str
    """What stands in an empty chat, before a person's first word. At most 512 characters."""
    short_description: str
    """What stands on the bot's profile. At most 120 characters."""
    menu: str
    """The button beside the text field that opens the chat page."""
    commands: tuple[BotCommand, ...]
    """What the apps' menus offer; each is one that the conversation understands (`bot.conversation.phrases`)."""


WORDS: Mapping[Language, Words] = {
    "zh-CN": Words(
        unreadable="这个我看不懂。请打字、说话、发照片，或者点下面的按钮。",
        not_your_contact="这是别人的号码，我只能收您自己的，别人的请别人自己发。",
        edited="您改了前面发的内容，我看到的还是原来的。请再发一次。",
        too_fast="您发得太快，我来不及看，前面几条跳过了，没有办。请看看最后一条，需要的再点一次。",
        only_in_private="预约是您自己的事，群里别人也看得到。请和我单独聊。",
        open_private_chat="💬 单独聊",
        share_location="📍 发送我的位置",
        how_to_share_location="也可以点最下面的“📍 发送我的位置”，我来找离您近的。",
        location_received="📍 收到您的位置了。",
        share_contact="📱 发送我的手机号",
        how_to_share_contact="点最下面的“📱 发送我的手机号”。",
        contact_received="📱 收到您的手机号了。",
        description=(
            "家门口的服务，在这里找，在这里约：午餐、理发、量血压、上课、法律咨询。\n"
            "约好了会提醒您，改时间、取消都只要点一下。也可以替爸妈约。\n"
            "点下面的“开始”。"
        ),
        short_description="家门口的服务，在这里找、在这里约。",
        menu="打开",
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
        unreadable="I cannot read that. Please type, speak, send a photo, or tap a button below.",
        not_your_contact="That is somebody else's number. I can take only your own; others send theirs themselves.",
        edited="You changed something you had sent; I still see the first version. Please send it once more.",
        too_fast=(
            "You are faster than I can read: I passed over some of what you sent, and did nothing about it. "
            "Please look at the last message, and tap again what you still need."
        ),
        only_in_private="Bookings are your own business, and others can read along here. Please talk to me in private.",
        open_private_chat="💬 Talk in private",
        share_location="📍 Share my location",
        how_to_share_location="You can also tap “📍 Share my location” at the very bottom, and I look for places near you.",
        location_received="📍 Got your location.",
        share_contact="📱 Share my phone number",
        how_to_share_contact="Please tap “📱 Share my phone number” at the very bottom.",
        contact_received="📱 Got your phone number.",
        description=(
            "The services around your home, to find and to book: lunch, a haircut, blood pressure, classes, legal "
            "advice.\nYou are reminded in time; changing and cancelling is one tap. You can book for your parents, "
            "too.\nTap “Start” below."
        ),
        short_description="The services around your home: find them and book them here.",
        menu="Open",
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
