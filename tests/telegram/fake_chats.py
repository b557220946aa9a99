"""Chats of the fake Bot API: the messages in them, and the people who write, tap and read there."""

import asyncio
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.telegram.fake_rules import Formatted, InlineButton, Markup

JsonObject = dict[str, object]


@dataclass(slots=True)
class BotMessage:
    """A message of the bot, as it looks now."""

    message_id: int
    chat: "Chat"
    kind: str
    content: Formatted = field(default_factory=lambda: Formatted(""))
    markup: Markup | None = None
    place: JsonObject = field(default_factory=dict)
    file: str = ""
    date: int = field(default_factory=lambda: int(time.time()))
    edits: int = 0

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def buttons(self) -> list[list[InlineButton]]:
        """The rows of inline buttons."""
        return (self.markup.inline_keyboard if self.markup else None) or []

    @property
    def labels(self) -> list[str]:
        """What all inline buttons say, row by row."""
        return [button.text for row in self.buttons for button in row]

    def bold(self) -> list[str]:
        """What stands in bold."""
        return self.content.entity_texts("bold")

    def as_json(self, bot: JsonObject) -> JsonObject:
        shown: JsonObject = {
            "message_id": self.message_id,
            "from": bot,
            "chat": self.chat.as_json(),
            "date": self.date,
        }
        if self.edits:
            shown["edit_date"] = self.date
        entities = [each.as_json() for each in self.content.entities]
        if self.kind == "text":
            shown |= {"text": self.text, "entities": entities}
        elif self.text:
            shown |= {"caption": self.text, "caption_entities": entities}
        if self.kind in ("venue", "location"):
            shown |= self.place
        if self.kind == "document":
            shown["document"] = {"file_id": "d", "file_unique_id": "d", "file_name": self.file}
        if self.kind == "photo":
            shown["photo"] = [{"file_id": "p", "file_unique_id": "p", "width": 90, "height": 90}]
        if self.buttons and self.markup:
            shown["reply_markup"] = self.markup.model_dump(include={"inline_keyboard"}, exclude_none=True)
        return shown


@dataclass(slots=True)
class Chat:
    """A chat that the bot is in. Private chats have their person's id, groups a negative one."""

    id: int
    title: str
    type: str = "private"
    started: bool = False
    blocked: bool = False
    messages: dict[int, BotMessage] = field(default_factory=dict)
    keyboard: Markup | None = None
    events: asyncio.Queue[BotMessage] = field(default_factory=asyncio.Queue)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def private(self) -> bool:
        return self.type == "private"

    def as_json(self) -> JsonObject:
        return {"id": self.id, "type": self.type, "first_name" if self.private else "title": self.title}

    def happened(self, message: BotMessage) -> None:
        """A message is new, or has changed: whoever reads along sees it as it is at this moment."""
        self.events.put_nowait(copy.copy(message))


@dataclass(slots=True)
class ChatUser:
    """A person in a chat with the bot."""

    chat: Chat
    id: int
    first_name: str
    language_code: str | None
    bot: JsonObject
    deliver: Callable[[str, JsonObject], int]
    press_delivered: Callable[[JsonObject], int]

    @property
    def messages(self) -> list[BotMessage]:
        """The bot's messages in the chat as they look now, oldest first."""
        return list(self.chat.messages.values())

    @property
    def last(self) -> BotMessage:
        """The bot's newest message."""
        return self.messages[-1]

    @property
    def keyboard(self) -> list[str]:
        """The labels of the keyboard in the place of the phone's own, or none. One for a single use is folded away by
        its use, but stays within reach until the bot removes it, so it is still named here."""
        rows = (self.chat.keyboard.keyboard if self.chat.keyboard else None) or []
        return [button.text for row in rows for button in row]

    async def next_message(self, timeout: float = 5.0) -> BotMessage:  # noqa: ASYNC109 (a test's own patience)
        """The next message that was sent or edited and not yet asked for, as it looked then. Raises TimeoutError when
        none comes within so many seconds."""
        async with asyncio.timeout(timeout):
            return await self.chat.events.get()

    async def send_text(self, text: str) -> int:
        """Write to the bot; the update's id."""
        entities = []
        if text.startswith("/"):
            entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        return self._send({"text": text, "entities": entities})

    async def send_location(self, latitude: float, longitude: float) -> int:
        """Share a location."""
        return self._send({"location": {"latitude": latitude, "longitude": longitude}})

    async def send_contact(self, phone: str = "+8613800000000") -> int:
        """Share a contact."""
        return self._send(
            {"contact": {"phone_number": phone, "first_name": self.first_name, "user_id": self.id}}
        )

    async def send_voice(self) -> int:
        """Send a voice message."""
        return self._send({"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}})

    async def press(self, button: str) -> int:
        """Press the newest inline button that says this, or does this (its data). Raises LookupError when there is
        none, or it is a link."""
        for message in reversed(self.messages):
            for each in (each for row in message.buttons for each in row):
                if button in (each.text, each.callback_data) and each.callback_data is not None:
                    return self.press_on(message, each.callback_data)
        raise LookupError(f"no button {button!r} among {[message.labels for message in self.messages]}")

    def press_on(self, message: BotMessage, data: str) -> int:
        """Press a button of a certain message, even one that it no longer has."""
        return self.press_delivered(
            {
                "from": self.as_json(),
                "chat_instance": str(self.chat.id),
                "data": data,
                "message": message.as_json(self.bot),
            }
        )

    async def block(self) -> None:
        """Block the bot."""
        self.chat.blocked = True

    async def unblock(self) -> None:
        """Let the bot write again."""
        self.chat.blocked = False

    def within(self, group: Chat) -> "ChatUser":
        """The same person in a group."""
        return ChatUser(
            group, self.id, self.first_name, self.language_code, self.bot, self.deliver, self.press_delivered
        )

    def as_json(self) -> JsonObject:
        shown: JsonObject = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return shown if self.language_code is None else shown | {"language_code": self.language_code}

    def _send(self, content: JsonObject) -> int:
        self.chat.started = True
        message: JsonObject = {
            "message_id": next(self.chat.numbers),
            "from": self.as_json(),
            "chat": self.chat.as_json(),
            "date": int(time.time()),
        }
        return self.deliver("message", message | content)
