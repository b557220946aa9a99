"""Somebody in Telegram: over the fake Bot API, by the real library, to the real program."""

import asyncio
from dataclasses import dataclass

from tests.chat.people import QUIET_S
from tests.telegram.fake_bot_api import BotMessage, ChatUser

PATIENCE_S = 15.0
"""How long to wait for an answer: a program that starts while the person waits is included."""

BELL = "⏰"


@dataclass
class TelegramPerson:
    """A resident in a private chat with the bot."""

    user: ChatUser
    taps: int = 0
    shown: BotMessage | None = None
    """The newest screen, as it looked when it came."""

    async def greet(self) -> str:
        self.taps = 0
        await self.user.send_text("/start")
        return await self.answer()

    async def tap(self, label: str) -> str:
        self.press(label)
        return await self.answer()

    def press(self, label: str) -> int:
        """Tap, and do not wait for what comes; the update's id."""
        assert self.shown is not None
        (data,) = [
            button.callback_data
            for row in self.shown.buttons
            for button in row
            if label in button.text and button.callback_data is not None
        ]
        self.taps += 1
        return self.user.press_on(self.shown, data)

    async def answer(self, having: str = "") -> str:
        """The next screen with this in its words. A pin on the map, which comes with tickets, is none.

        Others may come first after a kill: what was heard just before it is answered again.
        """
        while True:
            self.shown = await self.user.next_message(PATIENCE_S)
            if self.shown.kind in ("text", "photo") and having in self.shown.text:
                return self.shown.text

    async def code(self) -> str:
        assert self.shown is not None
        (code,) = self.shown.bold()
        return code

    async def await_reminder(self) -> str:
        said = await self.answer()
        assert said.startswith(BELL)
        return said

    async def reminders(self) -> int:
        await asyncio.sleep(QUIET_S)
        return sum(message.text.startswith(BELL) for message in self.user.messages)
