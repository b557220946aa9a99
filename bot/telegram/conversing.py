"""From one update to what the person sees."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog
from telegram import Bot, Update
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.conversation.errors import show_sorry
from bot.conversation.turn import footer
from bot.replies import Button, Incoming, Language, Reply
from bot.telegram.drawing import received
from bot.telegram.files import Files
from bot.telegram.incoming import Around, Heard, InGroup, Reached, Said, Unreadable, read
from bot.telegram.messenger import Messenger
from bot.telegram.tempo import Tempo
from bot.telegram.words import WORDS
from bot.texts import words

log = structlog.get_logger(__name__)

Respond = Callable[[Incoming], Awaitable[list[Reply]]]

_GROUPS_REMEMBERED = 1000


class Conversing:
    """Hands what people say to `respond`, and shows them its replies. `reach` is told who blocked the bot, and who lets it
    write again: a user's id and whether it is blocked.
    """

    def __init__(
        self,
        bot: Bot,
        messenger: Messenger,
        files: Files,
        respond: Respond,
        *,
        tempo: Tempo,
        reach: Callable[[str, bool], Awaitable[None]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._messenger = messenger
        self._files = files
        self._respond = respond
        self._tempo = tempo
        self._reach = reach
        self._clock = clock
        self._spoke_in_group: OrderedDict[int, float] = OrderedDict()

    async def handle(self, update: Update, around: Around) -> bool:
        """Answer one update; whether anything was said. Whoever asked is not left without an answer.

        What Telegram did not take though it was asked patiently is raised (NetworkError): the person has seen nothing, and
        the update is worth handling again. Other failures are logged here and apologised for.
        """
        heard = read(update, self._bot.username, self._files)
        if heard is None:
            return False
        if around.behind > self._tempo.most_behind and not isinstance(heard, Reached):
            log.info("telegram_update_passed_over", update_id=update.update_id)
            return False
        failure: Exception | None = None
        answered = False
        async with asyncio.TaskGroup() as together:
            if update.callback_query is not None:
                # The button stops turning at once, while the answer is still being found.
                together.create_task(self._calm(update.callback_query.id))
            try:
                answered = await self._reply(heard, around, update.update_id)
            except Exception as error:
                failure = error
        if failure is not None:
            raise failure
        return answered

    async def _reply(self, heard: Heard, around: Around, update_id: int) -> bool:
        try:
            try:
                return await self._answer(heard, around)
            except BadRequest:  # a kind of NetworkError in the library, but no repetition helps
                log.exception("telegram_answer_refused", update_id=update_id)
            except (Forbidden, NetworkError, RetryAfter):
                raise
            except Exception:
                log.exception("telegram_answer_failed", update_id=update_id)
            await self._apologise(heard)
        except Forbidden:
            log.info("telegram_person_blocked_the_bot", update_id=update_id)
            return False
        except RetryAfter:
            log.warning("telegram_answer_too_late", update_id=update_id)
            return False
        return True

    async def _answer(self, heard: Heard, around: Around) -> bool:
        if isinstance(heard, Reached):
            if self._reach is not None:
                await self._reach(str(heard.user_id), heard.blocked)
            return False
        if isinstance(heard, InGroup):
            return await self._refuse_in_group(heard, around)
        if around.spent:
            await self._apologise(heard)
        elif around.behind == self._tempo.most_behind:
            await self._slow_down(heard)
        elif isinstance(heard, Said):
            await self._converse(heard)
        else:
            own = WORDS[heard.language]
            text = {"kind": own.unreadable, "contact": own.not_your_contact, "edit": own.edited}[heard.what]
            await self._say(heard.chat_id, text, heard.language)
        return True

    async def _converse(self, said: Said) -> None:
        incoming, language, pressed = said.incoming, said.incoming.language, said.pressed
        if incoming.location is not None or incoming.contact is not None:
            await self._messenger.insist(said.chat_id, received(incoming))
        async with asyncio.timeout(self._tempo.work_s):
            replies = await self._respond(incoming)
        for reply in replies:
            if await self._messenger.show(said.chat_id, reply, language, pressed=pressed):
                pressed = None  # what has taken the message's place is not to be replaced again

    async def _refuse_in_group(self, group: InGroup, around: Around) -> bool:
        """Invites to a private chat; once a minute at most, by whichever process."""
        quiet_s, now = self._tempo.group_quiet_s, self._clock()
        spoke = self._spoke_in_group.get(group.chat_id)
        lately = around.spoke_s_ago is not None and around.spoke_s_ago < quiet_s
        if lately or (spoke is not None and now - spoke < quiet_s):
            return False
        self._spoke_in_group[group.chat_id] = now
        self._spoke_in_group.move_to_end(group.chat_id)
        while len(self._spoke_in_group) > _GROUPS_REMEMBERED:
            self._spoke_in_group.popitem(last=False)
        own = WORDS[group.language]
        button = Button(own.open_private_chat, url=f"https://t.me/{self._bot.username}")
        await self._messenger.show(
            group.chat_id, Reply(own.only_in_private, rows=((button,),)), group.language
        )
        return True

    async def _slow_down(self, heard: Said | Unreadable) -> None:
        """What was sent before this, and this, has been passed over; what follows is answered."""
        language = _language(heard)
        await self._say(heard.chat_id, WORDS[language].too_fast, language)

    async def _say(self, chat_id: int, text: str, language: Language) -> None:
        await self._messenger.show(chat_id, Reply(text, rows=(footer(words(language)),)), language)

    async def _calm(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            # Telegram forgets presses after a while; the answer to the person does not depend on it.
            log.info("telegram_press_not_answered", error=str(error))

    async def _apologise(self, heard: Heard) -> None:
        if not isinstance(heard, Said | Unreadable):
            return
        language = _language(heard)
        retry = heard.incoming.data if isinstance(heard, Said) else None
        sorry = show_sorry(words(language), retry=retry, replace=False)
        try:
            await self._messenger.show(heard.chat_id, sorry, language)
        except BadRequest as error:
            log.warning("telegram_apology_failed", error=str(error))


def _language(heard: Said | Unreadable) -> Language:
    return heard.incoming.language if isinstance(heard, Said) else heard.language
