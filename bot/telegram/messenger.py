"""Puts drawn replies into chats."""

from collections import OrderedDict

from aiolimiter import AsyncLimiter
from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputFile,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from bot.replies import Language, Reply
from bot.telegram.drawing import Drawn, MediaMessage, PlaceMessage, TextMessage, draw
from bot.telegram.incoming import Pressed
from bot.telegram.patience import Patience

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_CHATS_PACED = 10_000


class Messenger:
    """Sends and edits messages. Calls are those of the Bot API; failures are the library's.

    `chat_burst` messages may go to one chat at once, and one a second from then on, as Telegram wants it.
    """

    def __init__(self, bot: Bot, patience: Patience, chat_burst: int) -> None:
        self._bot = bot
        self._patience = patience
        self._chat_burst = chat_burst
        self._paces: OrderedDict[str, AsyncLimiter] = OrderedDict()

    async def show(
        self, chat_id: int, reply: Reply, language: Language, *, pressed: Pressed | None = None
    ) -> bool:
        """Show a reply, in the place of the `pressed` message if the reply asks for that and it is possible; whether it
        was. Raises TelegramError when patience is at its end."""
        replaced = False
        for position, drawn in enumerate(draw(reply, language)):
            if position == 0 and reply.replace and pressed is not None:
                replaced = await self._replace(chat_id, pressed, drawn)
            if position > 0 or not replaced:
                await self.insist(chat_id, drawn)
        return replaced

    async def insist(self, chat_id: int | str, drawn: Drawn) -> None:
        """Send one message at the chat's pace, as patiently as `Patience.insist`."""

        async def send() -> None:
            await self._pace(chat_id).acquire()
            await self.send(chat_id, drawn)

        await self._patience.insist(chat_id, send)

    async def send(self, chat_id: int | str, drawn: Drawn) -> None:
        """Send one message, trying once."""
        match drawn:
            case TextMessage():
                await self._bot.send_message(
                    chat_id,
                    drawn.html,
                    parse_mode=ParseMode.HTML,
                    reply_markup=drawn.markup,
                    link_preview_options=_NO_PREVIEW,
                )
            case MediaMessage():
                await self._send_media(chat_id, drawn)
            case PlaceMessage():
                await self._send_place(chat_id, drawn)

    async def _send_media(self, chat_id: int | str, drawn: MediaMessage) -> None:
        file = InputFile(drawn.content, filename=drawn.name)
        caption, mode = drawn.html or None, ParseMode.HTML
        if drawn.kind == "photo":
            await self._bot.send_photo(
                chat_id, file, caption=caption, parse_mode=mode, reply_markup=drawn.markup
            )
        else:
            await self._bot.send_document(
                chat_id, file, caption=caption, parse_mode=mode, reply_markup=drawn.markup
            )

    async def _send_place(self, chat_id: int | str, drawn: PlaceMessage) -> None:
        place = drawn.place
        if place.name and place.address:
            await self._bot.send_venue(chat_id, place.latitude, place.longitude, place.name, place.address)
        else:
            await self._bot.send_location(chat_id, place.latitude, place.longitude)

    async def _replace(self, chat_id: int, pressed: Pressed, drawn: Drawn) -> bool:
        """Put a drawn message in the place of another. False when it cannot be: too old, deleted, of another kind."""
        if isinstance(drawn, PlaceMessage) or not drawn.can_replace:
            return False
        if isinstance(drawn, TextMessage) and pressed.media:
            # Telegram turns no picture into text: the new message is there before the old one goes.
            await self.insist(chat_id, drawn)
            await self._put_away(chat_id, pressed)
            return True
        try:
            await self._patience.insist(chat_id, lambda: self._edit(chat_id, pressed.message_id, drawn))
        except BadRequest as error:
            # A second press of the same button, or an edit repeated after a lost answer: it already looks so.
            return "message is not modified" in error.message.lower()
        return True

    async def _edit(self, chat_id: int, message_id: int, drawn: TextMessage | MediaMessage) -> None:
        markup = drawn.markup if isinstance(drawn.markup, InlineKeyboardMarkup) else None
        if isinstance(drawn, TextMessage):
            await self._bot.edit_message_text(
                drawn.html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )
            return
        shape = InputMediaPhoto if drawn.kind == "photo" else InputMediaDocument
        media = shape(
            drawn.content, caption=drawn.html or None, parse_mode=ParseMode.HTML, filename=drawn.name
        )
        await self._bot.edit_message_media(media, chat_id=chat_id, message_id=message_id, reply_markup=markup)

    async def _put_away(self, chat_id: int, pressed: Pressed) -> None:
        """Delete a message; one that is too old for that at least loses its buttons. Nobody waits for it."""
        try:
            await self._bot.delete_message(chat_id, pressed.message_id)
        except TelegramError:
            try:
                await self._bot.edit_message_reply_markup(chat_id=chat_id, message_id=pressed.message_id)
            except TelegramError:
                return

    def _pace(self, chat_id: int | str) -> AsyncLimiter:
        key = str(chat_id)
        pace = self._paces.get(key)
        if pace is None:
            pace = self._paces[key] = AsyncLimiter(self._chat_burst, self._chat_burst)
        self._paces.move_to_end(key)
        while len(self._paces) > _CHATS_PACED:
            self._paces.popitem(last=False)
        return pace
