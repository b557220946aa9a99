"""What an update of Telegram means to us."""

import re
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import ChatType

from bot.replies import Incoming, Language
from bot.telegram.words import language_of

_COMMAND_TO_BOT = re.compile(r"(/\w+)@(\w+)(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Said:
    """Something for the conversation, and the message whose button was pressed, if it can still be edited."""

    incoming: Incoming
    chat_id: int
    pressed: int | None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something in a private chat that the conversation has no ear for: a contact, a picture, a voice."""

    chat_id: int
    language: Language
    contact: bool


@dataclass(frozen=True, slots=True)
class InGroup:
    """The bot was spoken to where others read along."""

    chat_id: int
    language: Language


Heard = Said | Unreadable | InGroup


def read(update: Update, bot_username: str) -> Heard | None:
    """What was said to the bot, or None when the update asks for no answer (service messages, talk of a group's
    members among themselves, other bots)."""
    user = update.effective_user
    if user is None or user.is_bot:
        return None
    if update.callback_query is not None:
        return _read_press(update.callback_query, user, str(update.update_id))
    if update.message is not None:
        return _read_message(update.message, user, str(update.update_id), bot_username)
    return None


def _read_press(query: CallbackQuery, user: User, update_key: str) -> Heard | None:
    if query.message is None or query.data is None:
        return None
    chat = query.message.chat
    if chat.type != ChatType.PRIVATE:
        return InGroup(chat.id, language_of(user.language_code))
    pressed = query.message.message_id if query.message.is_accessible else None
    return Said(_incoming(user, update_key, data=query.data), chat.id, pressed)


def _read_message(message: Message, user: User, update_key: str, bot_username: str) -> Heard | None:
    chat_id, language = message.chat.id, language_of(user.language_code)
    if message.chat.type != ChatType.PRIVATE:
        return InGroup(chat_id, language) if _speaks_to_bot(message, bot_username) else None
    if message.text is not None:
        return Said(
            _incoming(user, update_key, text=_without_bot_name(message.text, bot_username)), chat_id, None
        )
    if message.location is not None:
        place = (message.location.latitude, message.location.longitude)
        return Said(_incoming(user, update_key, location=place), chat_id, None)
    if message.effective_attachment is not None:
        return Unreadable(chat_id, language, contact=message.contact is not None)
    return None


def _incoming(
    user: User,
    update_key: str,
    *,
    text: str | None = None,
    data: str | None = None,
    location: tuple[float, float] | None = None,
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
    )


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
