"""The methods of the fake Bot API, each doing and refusing what the true one does and refuses."""

import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, TypeAdapter, ValidationError

from tests.telegram.fake_chats import BotMessage, Chat, JsonObject
from tests.telegram.fake_rules import (
    CAPTION_LIMIT,
    TEXT_LIMIT,
    Formatted,
    Markup,
    Refusal,
    check_commands,
    formatted,
    markup,
)
from tests.telegram.fake_updates import Updates

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived. `at` is in seconds of the event loop's clock."""

    method: str
    params: Mapping[str, str]
    files: Mapping[str, str]
    at: float

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.params.get(name, default))
        except ValueError:
            return default

    def degrees(self, name: str) -> float:
        if name not in self.params:
            raise Refusal(400, f"{name} is empty")
        return float(self.params[name])


class _Command(BaseModel):
    command: str
    description: str


class _Scope(BaseModel):
    type: str = "default"


_COMMANDS = TypeAdapter(list[_Command])
_NAMES = TypeAdapter(list[str])


class Methods:
    """One bot's methods."""

    def __init__(self, bot: JsonObject, chats: Mapping[int, Chat], updates: Updates) -> None:
        self._bot = bot
        self._chats = chats
        self._updates = updates
        self._menu_button = '{"type": "commands"}'
        self.commands: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self.open_presses: set[str] = set()
        self.answered_presses: list[str] = []
        self._methods: dict[str, Callable[[Call], Awaitable[object]]] = {
            method.__name__.removeprefix("_").replace("_", ""): method
            for method in (
                self._get_me,
                self._get_updates,
                self._set_webhook,
                self._delete_webhook,
                self._get_webhook_info,
                self._send_message,
                self._send_venue,
                self._send_location,
                self._send_photo,
                self._send_document,
                self._edit_message_text,
                self._edit_message_reply_markup,
                self._answer_callback_query,
                self._set_my_commands,
                self._get_my_commands,
                self._set_chat_menu_button,
                self._get_chat_menu_button,
            )
        }

    async def run(self, call: Call) -> object:
        """Do what is asked; the result, or a Refusal."""
        method = self._methods.get(call.method.lower())
        if method is None:
            raise Refusal(404, ": method not found")
        return await method(call)

    def press(self, query: JsonObject) -> int:
        """A person pressed a button; the update's id."""
        query_id = str(secrets.randbelow(10**18))
        self.open_presses.add(query_id)
        return self._updates.deliver("callback_query", {"id": query_id} | query)

    async def _get_me(self, _: Call) -> object:
        can = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        return self._bot | can

    async def _get_updates(self, call: Call) -> object:
        wanted = call.params.get("allowed_updates")
        return await self._updates.get(
            offset=call.number("offset", 0),
            limit=min(100, max(1, call.number("limit", 100))),
            timeout_s=min(50, max(0, call.number("timeout", 0))),
            wanted=None if wanted is None else _NAMES.validate_json(wanted),
        )

    async def _set_webhook(self, call: Call) -> object:
        self._updates.webhook = call.params.get("url", "")
        return True

    async def _delete_webhook(self, call: Call) -> object:
        self._updates.webhook = ""
        if call.params.get("drop_pending_updates", "false").lower() == "true":
            self._updates.clear()
        return True

    async def _get_webhook_info(self, _: Call) -> object:
        return {
            "url": self._updates.webhook,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }

    async def _send_message(self, call: Call) -> object:
        chat = self._chat(call)
        content = _text(call)
        return self._sent(chat, "text", content, self._markup(call, chat))

    async def _send_venue(self, call: Call) -> object:
        chat = self._chat(call)
        for name in ("title", "address"):
            if not call.params.get(name):
                raise Refusal(400, f"venue {name} is empty")
        location = _location(call)
        venue = {"location": location, "title": call.params["title"], "address": call.params["address"]}
        return self._sent(
            chat, "venue", Formatted(""), self._markup(call, chat), location=location, venue=venue
        )

    async def _send_location(self, call: Call) -> object:
        chat = self._chat(call)
        return self._sent(chat, "location", Formatted(""), self._markup(call, chat), location=_location(call))

    async def _send_photo(self, call: Call) -> object:
        return self._send_file(call, "photo")

    async def _send_document(self, call: Call) -> object:
        return self._send_file(call, "document")

    async def _edit_message_text(self, call: Call) -> object:
        chat = self._chat(call)
        content = _text(call, too_long="MESSAGE_TOO_LONG")
        message = self._to_edit(call, chat)
        if message.kind != "text":
            raise Refusal(400, "there is no text in the message to edit")
        return self._edited(message, content, self._inline(call, chat))

    async def _edit_message_reply_markup(self, call: Call) -> object:
        chat = self._chat(call)
        message = self._to_edit(call, chat)
        return self._edited(message, message.content, self._inline(call, chat))

    async def _answer_callback_query(self, call: Call) -> object:
        query_id = call.params.get("callback_query_id", "")
        if query_id not in self.open_presses:
            raise Refusal(400, "query is too old and response timeout expired or query ID is invalid")
        self.answered_presses.append(query_id)
        return True

    async def _set_my_commands(self, call: Call) -> object:
        try:
            read = _COMMANDS.validate_json(call.params.get("commands", ""))
        except ValidationError as error:
            raise Refusal(400, "can't parse commands: expected an Array of BotCommand") from error
        commands = [(each.command, each.description) for each in read]
        check_commands(commands)
        self.commands[_commands_key(call)] = commands
        return True

    async def _get_my_commands(self, call: Call) -> object:
        found = self.commands.get(_commands_key(call), [])
        return [{"command": name, "description": description} for name, description in found]

    async def _set_chat_menu_button(self, call: Call) -> object:
        self._menu_button = call.params.get("menu_button", '{"type": "default"}')
        return True

    async def _get_chat_menu_button(self, _: Call) -> object:
        button: object = json.loads(self._menu_button)
        return button

    def _chat(self, call: Call) -> Chat:
        raw = call.params.get("chat_id", "")
        if not raw:
            raise Refusal(400, "chat_id is empty")
        chat = self._chats.get(int(raw)) if raw.lstrip("-").isdigit() else None
        if chat is None or not chat.started:
            raise Refusal(400, "chat not found")
        if chat.blocked:
            raise Refusal(403, "bot was blocked by the user")
        return chat

    def _markup(self, call: Call, chat: Chat) -> Markup | None:
        return markup(call.params.get("reply_markup"), private=chat.private)

    def _inline(self, call: Call, chat: Chat) -> Markup | None:
        read = self._markup(call, chat)
        if read is not None and read.inline_keyboard is None:
            raise Refusal(400, "inline keyboard expected")
        return read

    def _send_file(self, call: Call, kind: str) -> object:
        chat = self._chat(call)
        if kind not in call.files and not call.params.get(kind):
            raise Refusal(400, f"there is no {kind} in the request")
        caption = call.params.get("caption", "")
        content = formatted(
            caption,
            call.params.get("parse_mode", ""),
            limit=CAPTION_LIMIT,
            too_long="message caption is too long",
        )
        name = call.files.get(kind, call.params.get(kind, ""))
        return self._sent(chat, kind, content, self._markup(call, chat), file=name)

    def _sent(
        self,
        chat: Chat,
        kind: str,
        content: Formatted,
        reply_markup: Markup | None,
        *,
        file: str = "",
        **place: object,
    ) -> JsonObject:
        message = BotMessage(next(chat.numbers), chat, kind, content, reply_markup, place, file)
        chat.messages[message.message_id] = message
        if reply_markup is not None and reply_markup.keyboard is not None:
            chat.keyboard = reply_markup
        elif reply_markup is not None and reply_markup.remove_keyboard:
            chat.keyboard = None
        chat.happened(message)
        return message.as_json(self._bot)

    def _to_edit(self, call: Call, chat: Chat) -> BotMessage:
        message = chat.messages.get(call.number("message_id", 0))
        if message is None:
            raise Refusal(400, "message to edit not found")
        return message

    def _edited(self, message: BotMessage, content: Formatted, reply_markup: Markup | None) -> JsonObject:
        if message.markup is not None and message.markup.inline_keyboard is None:
            raise Refusal(400, "message can't be edited")
        if (message.content, message.buttons) == (
            content,
            (reply_markup and reply_markup.inline_keyboard) or [],
        ):
            raise Refusal(400, NOT_MODIFIED)
        message.content, message.markup = content, reply_markup
        message.edits += 1
        message.chat.happened(message)
        return message.as_json(self._bot)


def _text(call: Call, too_long: str = "message is too long") -> Formatted:
    content = formatted(
        call.params.get("text", ""), call.params.get("parse_mode", ""), limit=TEXT_LIMIT, too_long=too_long
    )
    if not content.text:
        raise Refusal(400, "message text is empty")
    return content


def _location(call: Call) -> JsonObject:
    latitude, longitude = call.degrees("latitude"), call.degrees("longitude")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Refusal(400, "wrong latitude or longitude specified")
    return {"latitude": latitude, "longitude": longitude}


def _commands_key(call: Call) -> tuple[str, str]:
    scope = _Scope.model_validate_json(call.params.get("scope", "{}"))
    return scope.type, call.params.get("language_code", "")
