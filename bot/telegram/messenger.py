"""Puts drawn replies into chats."""

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.replies import Language, Reply
from bot.telegram.drawing import Drawn, PlaceMessage, TextMessage, draw
from bot.telegram.patience import Patience

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Messenger:
    """Sends and edits messages. Calls are those of the Bot API; failures are the library's."""

    def __init__(self, bot: Bot, patience: Patience) -> None:
        self._bot = bot
        self._patience = patience

    async def show(
        self, chat_id: int, reply: Reply, language: Language, *, pressed: int | None = None
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
        """Send one message, as patiently as `Patience.insist`."""
        await self._patience.insist(chat_id, lambda: self.send(chat_id, drawn))

    async def send(self, chat_id: int | str, drawn: Drawn) -> None:
        """Send one message, trying once."""
        if isinstance(drawn, TextMessage):
            await self._bot.send_message(
                chat_id,
                drawn.html,
                parse_mode=ParseMode.HTML,
                reply_markup=drawn.markup,
                link_preview_options=_NO_PREVIEW,
            )
        else:
            await self._send_place(chat_id, drawn)

    async def _send_place(self, chat_id: int | str, drawn: PlaceMessage) -> None:
        place = drawn.place
        if place.name and place.address:
            await self._bot.send_venue(chat_id, place.latitude, place.longitude, place.name, place.address)
        else:
            await self._bot.send_location(chat_id, place.latitude, place.longitude)

    async def _replace(self, chat_id: int, message_id: int, drawn: Drawn) -> bool:
        """Edit a message into a drawn one. False when it cannot be: too old, deleted, of another kind."""
        if not isinstance(drawn, TextMessage) or not drawn.can_replace:
            return False
        markup = drawn.markup if isinstance(drawn.markup, InlineKeyboardMarkup) else None

        async def edit() -> None:
            await self._bot.edit_message_text(
                drawn.html,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=markup,
                link_preview_options=_NO_PREVIEW,
            )

        try:
            await self._patience.insist(chat_id, edit)
        except BadRequest as error:
            # A second press of the same button, or an edit repeated after a lost answer: it already looks so.
            return "message is not modified" in error.message.lower()
        return True
