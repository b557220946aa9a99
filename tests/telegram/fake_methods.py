"""The methods of the fake Bot API, each doing and refusing what the true one does and refuses."""

import secrets
from collections.abc import Awaitable, Callable

from pydantic import TypeAdapter

from tests.telegram.fake_board import Board
from tests.telegram.fake_calls import Call
from tests.telegram.fake_chats import JsonObject
from tests.telegram.fake_media import Kept, Media
from tests.telegram.fake_profile import Profile
from tests.telegram.fake_rules import Formatted, Refusal, check_webhook
from tests.telegram.fake_updates import Updates

_NAMES = TypeAdapter(list[str])

Method = Callable[[Call], Awaitable[object]]


class Methods:
    """One bot's methods."""

    def __init__(self, bot: JsonObject, board: Board, updates: Updates, kept: Kept) -> None:
        self._bot = bot
        self._board = board
        self._updates = updates
        self.profile = Profile()
        self.open_presses: set[str] = set()
        self.answered_presses: list[str] = []
        media, profile = Media(board, kept), self.profile
        methods: tuple[Method, ...] = (
            self.get_me,
            self.get_updates,
            self.set_webhook,
            self.delete_webhook,
            self.get_webhook_info,
            self.send_message,
            self.send_venue,
            self.send_location,
            self.edit_message_text,
            self.edit_message_reply_markup,
            self.delete_message,
            self.answer_callback_query,
            media.send_photo,
            media.send_document,
            media.edit_message_media,
            media.get_file,
            profile.set_my_commands,
            profile.get_my_commands,
            profile.set_my_description,
            profile.get_my_description,
            profile.set_my_short_description,
            profile.get_my_short_description,
            profile.set_chat_menu_button,
            profile.get_chat_menu_button,
        )
        self._methods = {method.__name__.replace("_", ""): method for method in methods}

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

    async def get_me(self, _: Call) -> object:
        can = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
        }
        return self._bot | can

    async def get_updates(self, call: Call) -> object:
        wanted = call.params.get("allowed_updates")
        return await self._updates.get(
            offset=call.number("offset", 0),
            limit=min(100, max(1, call.number("limit", 100))),
            timeout_s=min(50, max(0, call.number("timeout", 0))),
            wanted=None if wanted is None else _NAMES.validate_json(wanted),
        )

    async def set_webhook(self, call: Call) -> object:
        url, secret = call.params.get("url", ""), call.params.get("secret_token", "")
        check_webhook(url, secret)
        wanted = call.params.get("allowed_updates")
        self._updates.hook(
            url,
            secret,
            min(100, max(1, call.number("max_connections", 40))),
            None if wanted is None else _NAMES.validate_json(wanted),
        )
        return True

    async def delete_webhook(self, call: Call) -> object:
        self._updates.hook("", "", 1, None)
        if call.params.get("drop_pending_updates", "false").lower() == "true":
            self._updates.clear()
        return True

    async def get_webhook_info(self, _: Call) -> object:
        hooks = self._updates.hooks
        told: JsonObject = {
            "url": hooks.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self._updates.pending),
        }
        return told | {"last_error_message": hooks.last_error} if hooks.last_error else told

    async def send_message(self, call: Call) -> object:
        chat = self._board.chat(call)
        return self._board.sent(chat, "text", call.text(), self._board.markup(call, chat))

    async def send_venue(self, call: Call) -> object:
        chat = self._board.chat(call)
        for name in ("title", "address"):
            if not call.params.get(name):
                raise Refusal(400, f"venue {name} is empty")
        location = call.location()
        venue = {"location": location, "title": call.params["title"], "address": call.params["address"]}
        markup = self._board.markup(call, chat)
        return self._board.sent(chat, "venue", Formatted(""), markup, location=location, venue=venue)

    async def send_location(self, call: Call) -> object:
        chat = self._board.chat(call)
        markup = self._board.markup(call, chat)
        return self._board.sent(chat, "location", Formatted(""), markup, location=call.location())

    async def edit_message_text(self, call: Call) -> object:
        chat = self._board.chat(call)
        content = call.text(too_long="MESSAGE_TOO_LONG")
        message = self._board.to_edit(call, chat)
        if message.kind != "text":
            raise Refusal(400, "there is no text in the message to edit")
        return self._board.edited(message, content, self._board.inline(call, chat))

    async def edit_message_reply_markup(self, call: Call) -> object:
        chat = self._board.chat(call)
        message = self._board.to_edit(call, chat)
        return self._board.edited(message, message.content, self._board.inline(call, chat))

    async def delete_message(self, call: Call) -> object:
        return self._board.deleted(call, self._board.chat(call))

    async def answer_callback_query(self, call: Call) -> object:
        query_id = call.params.get("callback_query_id", "")
        if query_id not in self.open_presses:
            raise Refusal(400, "query is too old and response timeout expired or query ID is invalid")
        self.answered_presses.append(query_id)
        return True
