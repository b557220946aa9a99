"""Messages of the bot in the fake Bot API's chats: sent, looked for, edited, deleted."""

import time
from collections.abc import Mapping

from tests.telegram.fake_calls import Call
from tests.telegram.fake_chats import BotMessage, Chat, JsonObject
from tests.telegram.fake_rules import Formatted, Markup, Refusal, markup

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
DELETABLE_S = 48 * 3600
"""A bot can delete its messages for so long."""


class Board:
    """The chats of one bot."""

    def __init__(self, bot: JsonObject, chats: Mapping[int, Chat]) -> None:
        self._bot = bot
        self._chats = chats

    def chat(self, call: Call) -> Chat:
        raw = call.params.get("chat_id", "")
        if not raw:
            raise Refusal(400, "chat_id is empty")
        chat = self._chats.get(int(raw)) if raw.lstrip("-").isdigit() else None
        if chat is None or not chat.started:
            raise Refusal(400, "chat not found")
        if chat.blocked:
            raise Refusal(403, "bot was blocked by the user")
        return chat

    def markup(self, call: Call, chat: Chat) -> Markup | None:
        return markup(call.params.get("reply_markup"), private=chat.private)

    def inline(self, call: Call, chat: Chat) -> Markup | None:
        read = self.markup(call, chat)
        if read is not None and read.inline_keyboard is None:
            raise Refusal(400, "inline keyboard expected")
        return read

    def sent(
        self,
        chat: Chat,
        kind: str,
        content: Formatted,
        reply_markup: Markup | None,
        *,
        file: str = "",
        data: bytes = b"",
        **place: object,
    ) -> JsonObject:
        message = BotMessage(next(chat.numbers), chat, kind, content, reply_markup, place, file, data)
        chat.messages[message.message_id] = message
        if reply_markup is not None and reply_markup.keyboard is not None:
            chat.keyboard = reply_markup
        elif reply_markup is not None and reply_markup.remove_keyboard:
            chat.keyboard = None
        chat.happened(message)
        return message.as_json(self._bot)

    def to_edit(self, call: Call, chat: Chat) -> BotMessage:
        message = chat.messages.get(call.number("message_id", 0))
        if message is None:
            raise Refusal(400, "message to edit not found")
        return message

    def edited(self, message: BotMessage, content: Formatted, reply_markup: Markup | None) -> JsonObject:
        if (message.content, message.buttons) == (
            content,
            (reply_markup and reply_markup.inline_keyboard) or [],
        ):
            raise Refusal(400, NOT_MODIFIED)
        return self.changed(message, content, reply_markup)

    def changed(self, message: BotMessage, content: Formatted, reply_markup: Markup | None) -> JsonObject:
        if message.markup is not None and message.markup.inline_keyboard is None:
            raise Refusal(400, "message can't be edited")
        message.content, message.markup = content, reply_markup
        message.edits += 1
        message.chat.happened(message)
        return message.as_json(self._bot)

    def deleted(self, call: Call, chat: Chat) -> bool:
        message = chat.messages.get(call.number("message_id", 0))
        if message is None:
            raise Refusal(400, "message to delete not found")
        if time.time() - message.date > DELETABLE_S:
            raise Refusal(400, "message can't be deleted for everyone")
        del chat.messages[message.message_id]
        return True
