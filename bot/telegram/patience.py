"""Which failed calls to Telegram are made again, and when.

The library's `AIORateLimiter` paces calls, but its own answer to a 429 stops the calls of every chat, and cannot be
turned off for notices, which have a better way to wait: their row is claimed again later. So 429 is dealt with here.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import structlog
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.telegram.tempo import Tempo, growing_pause

log = structlog.get_logger(__name__)

Result = TypeVar("Result")

_SLACK_S = 0.1
"""Telegram counts in whole seconds; a hair more keeps a call from being early."""


def seconds_of(error: RetryAfter) -> float:
    """How long Telegram asks to wait."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


class Patience:
    """Remembers which chats Telegram wants left alone, and until when."""

    def __init__(self, tempo: Tempo, clock: Callable[[], float] = time.monotonic) -> None:
        self._tempo = tempo
        self._clock = clock
        self._quiet: dict[str, float] = {}
        self._all_quiet_until = 0.0

    def left(self, chat: int | str) -> float:
        """Seconds for which nothing may be sent to a chat."""
        until = max(self._quiet.get(str(chat), 0.0), self._all_quiet_until)
        return max(0.0, until - self._clock())

    def note(self, chat: int | str, error: RetryAfter) -> None:
        """Telegram refused a call to a chat for now. When that befalls two chats at once it is the bot as a whole that
        is too fast, and all chats are left alone."""
        now = self._clock()
        until = now + seconds_of(error) + _SLACK_S
        self._quiet = {each: end for each, end in self._quiet.items() if end > now}
        if self._quiet.keys() - {str(chat)}:
            self._all_quiet_until = max(self._all_quiet_until, until)
        self._quiet[str(chat)] = until

    async def insist(self, chat: int | str, call: Callable[[], Awaitable[Result]]) -> Result:
        """Make a call that a person waits for. A 429 is waited out, unless that takes longer than anybody waits for an
        answer; failures of the network and of Telegram's server are tried again a few times. Any other failure, or
        the last one, is raised.

        A call that got no answer may have been carried out; it is made again all the same, because a sentence said
        twice is better than silence.
        """
        failures = 0
        while True:
            if (wait_s := self.left(chat)) > self._tempo.longest_wait_s:
                raise RetryAfter(timedelta(seconds=wait_s))
            await asyncio.sleep(wait_s)
            try:
                return await call()
            except RetryAfter as error:
                self.note(chat, error)
                log.info("telegram_rate_limited", seconds=seconds_of(error))
            except BadRequest:  # a kind of NetworkError in the library, but no repetition helps
                raise
            except NetworkError as error:
                failures += 1
                if failures >= self._tempo.tries:
                    raise
                log.info("telegram_call_repeated", error=str(error), failures=failures)
                await asyncio.sleep(growing_pause(failures, self._tempo))
