"""Delivers notices to Telegram chats."""

import asyncio
from dataclasses import replace

import structlog
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.notices import About, Blocked, RetryLater, Undeliverable
from bot.replies import Reply
from bot.telegram.drawing import draw
from bot.telegram.messenger import Messenger
from bot.telegram.patience import Patience, seconds_of

log = structlog.get_logger(__name__)

_REST_S = 10.0
"""How long the messages after a notice's first may take together. Well under the lease of a claimed notice."""


class TelegramSender:
    """The `bot.notices.Sender` of the Telegram channel; an address is a private chat's id."""

    def __init__(self, messenger: Messenger, patience: Patience) -> None:
        self._messenger = messenger
        self._patience = patience

    async def send(self, address: str, reply: Reply, about: About | None = None) -> None:
        """Send one notice, as one message: a pin on the map would be a second, and Telegram counts messages.

        Raises `Blocked` when the person cannot be reached here (blocked the bot, deleted the account), `RetryLater` when
        Telegram wants us to wait, `Undeliverable` when it refuses the message as such, and TelegramError for every
        other failure. Nothing is waited out in here: a notice is
        leased, and holding it longer than its lease would send it twice.
        """
        if (wait_s := self._patience.left(address)) > 0:
            raise RetryLater(wait_s)
        first, *rest = draw(without_pin(reply), "zh-CN" if about is None else about.language)
        try:
            await self._messenger.send(address, first)
        except Forbidden as error:
            raise Blocked(error.message) from error
        except RetryAfter as error:
            self._patience.note(address, error)
            raise RetryLater(seconds_of(error)) from error
        except BadRequest as error:
            if "chat not found" in error.message.lower():
                raise Blocked(error.message) from error
            raise Undeliverable(error.message) from error
        # The notice has been seen. Failing now would have it sent again from its beginning.
        try:
            async with asyncio.timeout(_REST_S):
                for drawn in rest:
                    await self._messenger.insist(address, drawn)
        except (TelegramError, TimeoutError) as error:
            log.warning("telegram_notice_cut_short", error=str(error))


def without_pin(reply: Reply) -> Reply:
    """The place in words; the ticket, a tap away, has the pin."""
    if reply.place is None:
        return reply
    return replace(reply, text=f"{reply.text}\n📍 {reply.place.address}", place=None)
