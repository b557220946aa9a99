"""What an update of Telegram means to us."""

import re
from dataclasses import dataclass
from typing import Literal

from telegram import CallbackQuery, ChatMember, ChatMemberUpdated, Contact, Message, Update, User
from telegram.constants import ChatType

from bot.replies import Incoming, Language, SharedFile
from bot.telegram.files import Files
from bot.telegram.words import language_of

_COMMAND_TO_BOT = re.compile(r"(/\w+)@(\w+)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a chat besides the update itself: how many more of its updates are waiting, how many seconds ago
    the bot last said something there (None: not known, or never), and whether this update failed so often that it is not
    to be worked on again (`spent`).
    """

    behind: int = 0
    spoke_s_ago: float | None = None
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """The message whose button was pressed. One with a picture or a document (`media`) cannot become one of text."""

    message_id: int
    media: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Something for the conversation, and the message whose button was pressed, if it can still be edited."""

    incoming: Incoming
    chat_id: int
    pressed: Pressed | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in a private chat that the conversation has no ear for: a sticker, somebody else's phone number, another
    picture put in the place of one that was sent before.
    """

    chat_id: int
    language: Language
    what: Literal["kind", "contact", "edit"] = "kind"


@dataclass(frozen=True, slots=True)
class InGroup:
    """The bot was spoken to where others read along."""

    chat_id: int
    language: Language


@dataclass(frozen=True, slots=True)
class Reached:
    """Somebody blocked the bot, or lets it write to them again."""

    user_id: int
    blocked: bool


Heard = Said | Unreadable | InGroup | Reached


def read(update: Update, bot_username: str, files: Files) -> Heard | None:
    """What was said to the bot, or None when the update asks for no answer (service messages, talk of a group's
    members among themselves, what is posted in channels, other bots)."""
    user = update.effective_user
    if user is None or user.is_bot:
        return None
    if update.my_chat_member is not None:
        return _read_membership(update.my_chat_member)
    if update.callback_query is not None:
        return _read_press(update.callback_query, user, str(update.update_id))
    if update.message is not None:
        return _read_message(update.message, user, str(update.update_id), bot_username, files)
    if update.edited_message is not None:
        return _read_edit(update.edited_message, user, str(update.update_id), bot_username, files)
    return None


def _read_membership(changed: ChatMemberUpdated) -> Reached | None:
    """A private chat's only other member is its person."""
    if changed.chat.type != ChatType.PRIVATE:
        return None
    return Reached(
        changed.chat.id, blocked=changed.new_chat_member.status in {ChatMember.BANNED, ChatMember.LEFT}
    )


def _read_press(query: CallbackQuery, user: User, update_key: str) -> Heard | None:
    if query.message is None or query.data is None:
        return None
    chat = query.message.chat
    if chat.type != ChatType.PRIVATE:
        return InGroup(chat.id, language_of(user.language_code))
    pressed = None
    if isinstance(query.message, Message):  # else it is too old for Telegram to show
        pressed = Pressed(query.message.message_id, media=query.message.text is None)
    return Said(_incoming(user, update_key, data=query.data), chat.id, pressed)


def _read_message(
    message: Message, user: User, update_key: str, bot_username: str, files: Files
) -> Heard | None:
    chat_id, language = message.chat.id, language_of(user.language_code)
    if message.chat.type != ChatType.PRIVATE:
        return InGroup(chat_id, language) if _speaks_to_bot(message, bot_username) else None
    if message.contact is not None and message.contact.user_id != user.id:
        return Unreadable(chat_id, language, "contact")
    said = _said(message, user, update_key, bot_username, files)
    if said is not None:
        return Said(said, chat_id, None)
    return None if message.effective_attachment is None else Unreadable(chat_id, language)


def _said(message: Message, user: User, update_key: str, bot_username: str, files: Files) -> Incoming | None:
    if message.text is not None:
        said = _without_bot_name(message.text, bot_username)
        return _incoming(user, update_key, text=said, under=_answered(message, bot_username))
    if message.location is not None:  # a venue has one as well
        place = (message.location.latitude, message.location.longitude)
        return _incoming(user, update_key, location=place)
    if message.contact is not None:
        return _incoming(user, update_key, contact=_number(message.contact))
    if (file := files.shared_in(message)) is not None:
        return _incoming(user, update_key, text=message.caption, file=file)
    return None


def _read_edit(
    message: Message, user: User, update_key: str, bot_username: str, files: Files
) -> Heard | None:
    """Words that were changed are a new sentence. A location that moves on comes as edits without end, and was heard once."""
    if message.chat.type != ChatType.PRIVATE or message.location is not None:
        return None
    if message.text is not None:
        return _read_message(message, user, update_key, bot_username, files)
    return Unreadable(message.chat.id, language_of(user.language_code), "edit")


def _incoming(
    user: User,
    update_key: str,
    *,
    text: str | None = None,
    data: str | None = None,
    location: tuple[float, float] | None = None,
    contact: str | None = None,
    file: SharedFile | None = None,
    under: tuple[str, ...] = (),
) -> Incoming:
    return Incoming(
        channel="telegram",
        user_id=str(user.id),
        name=user.full_name,
        language=language_of(user.language_code),
        update_key=update_key,
        text=text,
        data=data,
        location=location,
        contact=contact,
        file=file,
        under=under,
    )


def _answered(message: Message, bot_username: str) -> tuple[str, ...]:
    """What the buttons do of the bot's own message that somebody answers by Telegram's "reply"; none for anything else."""
    answered = message.reply_to_message
    if answered is None or answered.from_user is None or answered.from_user.username != bot_username:
        return ()
    rows = () if answered.reply_markup is None else answered.reply_markup.inline_keyboard
    return tuple(
        button.callback_data for row in rows for button in row if isinstance(button.callback_data, str)
    )


def _number(contact: Contact) -> str:
    """A telephone number as E.164: some apps leave the plus away."""
    return "+" + "".join(each for each in contact.phone_number if each.isdigit())


def _speaks_to_bot(message: Message, bot_username: str) -> bool:
    """Whether a message in a group is for the bot. Most groups show it only those anyway, but as an administrator it
    sees all, and must not answer every one."""
    text = message.text or ""
    if command := _COMMAND_TO_BOT.fullmatch(text):
        return command[2].lower() == bot_username.lower()
    answered = message.reply_to_message
    return (
        text.startswith("/")
        or f"@{bot_username}".lower() in text.lower()
        or (
            answered is not None
            and answered.from_user is not None
            and answered.from_user.username == bot_username
        )
    )


def _without_bot_name(text: str, bot_username: str) -> str:
    """/start@LastMetreBot is /start."""
    command = _COMMAND_TO_BOT.fullmatch(text)
    return command[1] + command[3] if command and command[2].lower() == bot_username.lower() else text
