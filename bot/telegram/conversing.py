"""From one update to what the person sees."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, Update
from telegram.error import Forbidden, TelegramError

from bot.conversation.errors import show_sorry
from bot.conversation.turn import footer
from bot.replies import Button, Incoming, Language, Reply
from bot.telegram.drawing import location_received
from bot.telegram.incoming import Heard, InGroup, Said, Unreadable, read
from bot.telegram.messenger import Messenger
from bot.telegram.tempo import Tempo
from bot.telegram.words import WORDS
from bot.texts import words

log = structlog.get_logger(__name__)


class Conversing:
    """Hands what people say to `respond`, and shows them its replies."""

    def __init__(
        self,
        bot: Bot,
        messenger: Messenger,
        respond: Callable[[Incoming], Awaitable[list[Reply]]],
        tempo: Tempo,
    ) -> None:
        self._bot = bot
        self._messenger = messenger
        self._respond = respond
        self._tempo = tempo

    async def handle(self, update: Update) -> None:
        """Answer one update. Whoever asked is never left without an answer, and failures are logged here."""
        async with asyncio.TaskGroup() as together:
            if update.callback_query is not None:
                # The button stops turning at once, while the answer is still being found.
                together.create_task(self._calm(update.callback_query.id))
            heard = read(update, self._bot.username)
            try:
                if heard is not None:
                    await self._answer(heard)
            except Forbidden:
                log.info("telegram_person_blocked_the_bot", update_id=update.update_id)
            except Exception:
                log.exception("telegram_answer_failed", update_id=update.update_id)
                if isinstance(heard, Said):
                    await self._apologise(heard)

    async def _answer(self, heard: Heard) -> None:
        match heard:
            case Said():
                await self._converse(heard)
            case Unreadable():
                own = WORDS[heard.language]
                text = own.contact_not_needed if heard.contact else own.unreadable
                await self._messenger.show(
                    heard.chat_id, Reply(text, rows=(footer(words(heard.language)),)), heard.language
                )
            case InGroup():
                await self._messenger.show(heard.chat_id, self._invitation(heard.language), heard.language)

    async def _converse(self, said: Said) -> None:
        language, pressed = said.incoming.language, said.pressed
        if said.incoming.location is not None:
            await self._messenger.insist(said.chat_id, location_received(language))
        async with asyncio.timeout(self._tempo.work_s):
            replies = await self._respond(said.incoming)
        for reply in replies:
            if await self._messenger.show(said.chat_id, reply, language, pressed=pressed):
                pressed = None  # what has taken the message's place is not to be replaced again

    async def _calm(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            # Telegram forgets presses after a while; the answer to the person does not depend on it.
            log.info("telegram_press_not_answered", error=str(error))

    async def _apologise(self, said: Said) -> None:
        language = said.incoming.language
        try:
            sorry = show_sorry(words(language), retry=said.incoming.data, replace=False)
            await self._messenger.show(said.chat_id, sorry, language)
        except TelegramError as error:
            log.warning("telegram_apology_failed", error=str(error))

    def _invitation(self, language: Language) -> Reply:
        private_chat = f"https://t.me/{self._bot.username}"
        button = Button(WORDS[language].open_private_chat, url=private_chat)
        return Reply(WORDS[language].only_in_private, rows=((button,),))
