"""Chats of the fake Bot API: the messages in them, and the people who write, tap and read there."""

import asyncio
import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count

from tests.telegram.fake_rules import Formatted, InlineButton, Markup

JsonObject = dict[str, object]

PATIENCE_S = 15.0
"""So long a test waits for what must come before it calls it stuck. A busy machine needs some seconds; an update whose lease
had to run out would need twenty. How fast an answer is, is asserted where it is measured.
"""


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
    data: bytes = b""
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
    last_said: int = 0
    past: list[BotMessage] = field(default_factory=list)
    """Messages as they looked each time that one was new or changed."""

    @property
    def private(self) -> bool:
        return self.type == "private"

    def as_json(self) -> JsonObject:
        return {"id": self.id, "type": self.type, "first_name" if self.private else "title": self.title}

    def happened(self, message: BotMessage) -> None:
        """A message is new, or has changed: whoever reads along sees it as it is at this moment."""
        shown = copy.copy(message)
        self.past.append(shown)
        self.events.put_nowait(shown)


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
    keep: Callable[[bytes], str]

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

    async def next_message(self, timeout: float = PATIENCE_S) -> BotMessage:  # noqa: ASYNC109 (a test's own patience)
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

    async def send_venue(self, title: str, latitude: float, longitude: float) -> int:
        """Share a place by its name."""
        location = {"latitude": latitude, "longitude": longitude}
        venue = {"location": location, "title": title, "address": title}
        return self._send({"location": location, "venue": venue})

    async def move_on(self, latitude: float, longitude: float) -> int:
        """A location that was shared live has changed."""
        return self._edited({"location": {"latitude": latitude, "longitude": longitude, "live_period": 900}})

    async def send_contact(self, phone: str = "+8613800000000", *, of: int | None = None) -> int:
        """Share a contact: one's own, or that of another user."""
        return self._send(
            {"contact": {"phone_number": phone, "first_name": self.first_name, "user_id": of or self.id}}
        )

    async def send_voice(self, content: bytes = b"OggS") -> int:
        """Send a voice message."""
        voice = self._file(content) | {"duration": 3, "mime_type": "audio/ogg"}
        return self._send({"voice": voice})

    async def send_photo(self, content: bytes, text: str = "", *, album: str | None = None) -> int:
        """Send a photo, of which Telegram keeps a small one as well; alone, or as one of an album."""
        small = self._file(content[:10]) | {"width": 90, "height": 90}
        large = self._file(content) | {"width": 900, "height": 900}
        more: JsonObject = {"caption": text} if text else {}
        return self._send({"photo": [small, large]} | more | ({"media_group_id": album} if album else {}))

    async def send_document(self, content: bytes, name: str, media_type: str) -> int:
        """Send a file."""
        return self._send({"document": self._file(content) | {"file_name": name, "mime_type": media_type}})

    async def send_sticker(self) -> int:
        """Send a sticker."""
        sticker = {
            "type": "regular",
            "width": 9,
            "height": 9,
            "is_animated": False,
            "is_video": False,
        }
        return self._send({"sticker": self._file(b"sticker") | sticker})

    async def edit_text(self, text: str) -> int:
        """Change the last message into one with this text."""
        return self._edited({"text": text})

    async def edit_photo(self, content: bytes) -> int:
        """Change the last message into one with another photo."""
        return self._edited({"photo": [self._file(content) | {"width": 900, "height": 900}]})

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

    async def block(self) -> int:
        """Block the bot, which is told."""
        self.chat.blocked = True
        return self._member("member", "kicked")

    async def unblock(self) -> int:
        """Let the bot write again."""
        self.chat.blocked = False
        return self._member("kicked", "member")

    def within(self, group: Chat) -> "ChatUser":
        """The same person in a group."""
        return ChatUser(
            group,
            self.id,
            self.first_name,
            self.language_code,
            self.bot,
            self.deliver,
            self.press_delivered,
            self.keep,
        )

    def as_json(self) -> JsonObject:
        shown: JsonObject = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return shown if self.language_code is None else shown | {"language_code": self.language_code}

    def _send(self, content: JsonObject) -> int:
        self.chat.started = True
        self.chat.last_said = next(self.chat.numbers)
        return self.deliver("message", self._message() | content)

    def _edited(self, content: JsonObject) -> int:
        return self.deliver("edited_message", self._message() | {"edit_date": int(time.time())} | content)

    def _message(self) -> JsonObject:
        return {
            "message_id": self.chat.last_said,
            "from": self.as_json(),
            "chat": self.chat.as_json(),
            "date": int(time.time()),
        }

    def _file(self, content: bytes) -> JsonObject:
        file_id = self.keep(content)
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": len(content)}

    def _member(self, before: str, after: str) -> int:
        return self.deliver(
            "my_chat_member",
            {
                "chat": self.chat.as_json(),
                "from": self.as_json(),
                "date": int(time.time()),
                "old_chat_member": {"user": self.bot, "status": before, "until_date": 0},
                "new_chat_member": {"user": self.bot, "status": after, "until_date": 0},
            },
        )
