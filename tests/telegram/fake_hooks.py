"""Webhooks of the fake Bot API: each chat's updates one after another, repeated until they are answered with 200.

The true server does the same (telegram-bot-api's WebhookActor): it keeps a queue for each chat, has at most
`max_connections` requests open, and repeats after ever longer pauses. What it does not promise is that an update comes
once: an answer that is lost has it come again. More than that is ordered with `faults`.
"""

import asyncio
import random
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from tests.telegram.fake_chats import JsonObject

HEADER = "X-Telegram-Bot-Api-Secret-Token"
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.02, 0.5


@dataclass(slots=True)
class HookFaults:
    """What goes wrong on the way to the bot, as chances from 0 to 1. `late_s`: a request may take so long to arrive, so
    that chats overtake each other. `lost`: the bot's answer does not arrive. `twice`: the request arrives twice, at the
    same time. `replayed`: an update comes once more, though it was answered, after others of its chat.
    """

    late_s: float = 0.0
    lost: float = 0.0
    twice: float = 0.0
    replayed: float = 0.0


class Hooks:
    """The webhook of one bot."""

    def __init__(self, brought: Callable[[int], None]) -> None:
        self.url = ""
        self.secret = ""
        self.connections = 40
        self.faults = HookFaults()
        self.chance = random.Random(1)
        self.doors: Sequence[httpx.AsyncClient] | None = None
        """Where requests lead, drawn anew for each, as by a proxy before several processes, or before none that is up. None:
        to the URL itself.
        """
        self.answers: list[int] = []
        """The statuses of all answers that arrived."""
        self.last_error = ""
        self._brought = brought
        self._queues: dict[object, deque[tuple[int, JsonObject]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Semaphore(self.connections)
        self._http: httpx.AsyncClient | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is to be brought."""
        return not self._tasks

    def set(self, url: str, secret: str, connections: int) -> None:
        """Bring updates there from now on, or nowhere."""
        if (url, secret) == (self.url, self.secret):
            return
        for task in self._tasks:
            task.cancel()
        self._queues.clear()
        self.url, self.secret, self.connections = url, secret, connections
        self._open = asyncio.Semaphore(connections)

    def bring(self, update_id: int, update: JsonObject) -> None:
        """Bring an update, after those of the same chat that are still to be brought."""
        if not self.url:
            return
        queue = _queue_of(update)
        known = queue in self._queues
        waiting = self._queues.setdefault(queue, deque())
        if any(each == update_id for each, _ in waiting):
            return
        waiting.append((update_id, update))
        if not known:
            task = asyncio.create_task(self._serve(queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _serve(self, queue: object) -> None:
        waiting = self._queues[queue]
        while waiting:
            update_id, update = waiting[0]
            pause_s = FIRST_PAUSE_S
            while not await self._brings(update):
                await asyncio.sleep(pause_s)
                pause_s = min(LONGEST_PAUSE_S, pause_s * 2)
            waiting.popleft()
            self._brought(update_id)
            if self.chance.random() < self.faults.replayed:
                waiting.append((update_id, update))
        if self._queues.get(queue) is waiting:
            del self._queues[queue]

    async def _brings(self, update: JsonObject) -> bool:
        async with self._open:
            await asyncio.sleep(self.chance.random() * self.faults.late_s)
            times = 2 if self.chance.random() < self.faults.twice else 1
            answered = await asyncio.gather(*(self._post(update) for _ in range(times)))
            return any(answered) and self.chance.random() >= self.faults.lost

    async def _post(self, update: JsonObject) -> bool:
        if self.doors is not None and not self.doors:
            self.last_error = "Connection refused"
            return False
        try:
            door, where = self._door()
            answer = await door.post(where, json=update, headers={HEADER: self.secret})
        except httpx.HTTPError as error:
            self.last_error = repr(error)
            return False
        self.answers.append(answer.status_code)
        if not answer.is_success:
            self.last_error = f"Wrong response from the webhook: {answer.status_code}"
        return answer.is_success

    def _door(self) -> tuple[httpx.AsyncClient, str]:
        if self.doors:
            return self.chance.choice(self.doors), urlsplit(self.url).path
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=10)
        return self._http, self.url


def _queue_of(update: JsonObject) -> object:
    for content in update.values():
        if isinstance(content, dict):
            message = content.get("message", content)
            if isinstance(message, dict) and isinstance(chat := message.get("chat"), dict):
                return chat.get("id")
    return update["update_id"]
