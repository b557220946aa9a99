"""The queue of updates of the fake Bot API: with getUpdates as the true server has it, or brought to a webhook."""

import asyncio
import secrets
from collections.abc import Sequence
from itertools import count

from tests.telegram.fake_chats import JsonObject
from tests.telegram.fake_hooks import Hooks
from tests.telegram.fake_rules import Refusal


class Updates:
    """Updates until they are confirmed, and who waits for them."""

    def __init__(self) -> None:
        self._ids = count(secrets.randbelow(10**6) + 10**6)
        self._pending: dict[int, JsonObject] = {}
        self._all: dict[int, JsonObject] = {}
        self._again: list[JsonObject] = []
        self._something = asyncio.Event()
        self._closing = asyncio.Event()
        self._waiting: asyncio.Event | None = None
        self._wanted: Sequence[str] = ()
        self._previous: tuple[int, float] = (-1, -1000.0)
        self.hooks = Hooks(self._brought)
        self.shown: list[int] = []
        """The ids of updates in the order in which they were handed to the bot."""

    @property
    def pending(self) -> list[int]:
        """The ids of updates that the bot has not confirmed."""
        return list(self._pending)

    @property
    def brought(self) -> list[int]:
        """The ids of all updates that there ever were."""
        return list(self._all)

    def deliver(self, kind: str, content: JsonObject) -> int:
        """Add an update; its id."""
        update_id = next(self._ids)
        if not self._wanted or kind in self._wanted:
            update: JsonObject = {"update_id": update_id, kind: content}
            self._pending[update_id] = self._all[update_id] = update
            self._something.set()
            self.hooks.bring(update_id, update)
        return update_id

    def redeliver(self, update_id: int) -> None:
        """Show an update once more, whether confirmed or not."""
        if self.hooks.url:
            self.hooks.bring(update_id, self._all[update_id])
            return
        self._again.append(self._all[update_id])
        self._something.set()

    def clear(self) -> None:
        """Drop what is pending."""
        self._pending.clear()

    def hook(self, url: str, secret: str, connections: int, wanted: Sequence[str] | None) -> None:
        """setWebhook: from now on updates are brought there, those that are pending first. Without a URL: no more."""
        if wanted is not None:
            self._wanted = wanted
        self.hooks.set(url, secret, connections)
        for update_id, update in self._pending.items():
            self.hooks.bring(update_id, update)

    def _brought(self, update_id: int) -> None:
        self.shown.append(update_id)
        self._pending.pop(update_id, None)

    def close(self) -> None:
        """End all waiting."""
        self.hooks.set("", "", 1)
        self._closing.set()
        self._something.set()

    async def closing_within(self, seconds: float) -> bool:
        """Wait so long, but not when the server is closing."""
        try:
            async with asyncio.timeout(seconds):
                return await self._closing.wait()
        except TimeoutError:
            return False

    async def get(
        self, *, offset: int, limit: int, timeout_s: int, wanted: Sequence[str] | None
    ) -> list[JsonObject]:
        """getUpdates. Like the true server it shows just one update to whoever repeats a question within half a
        second, makes them wait when they repeat it within three, and breaks an older long poll off with a conflict."""
        if self.hooks.url:
            raise Refusal(
                409,
                "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            )
        if wanted is not None:
            self._wanted = wanted
        now = asyncio.get_running_loop().time()
        same, since = self._previous[0] == offset, now - self._previous[1]
        if same and timeout_s < 3 and since < 3:
            timeout_s = 3
        if same and since < 0.5:
            limit = 1
        self._previous = (offset, now)
        if offset < 0:
            kept = list(self._pending)[offset:]
            self._pending = {each: self._pending[each] for each in kept}
        elif offset > 0:
            self._pending = {each: update for each, update in self._pending.items() if each >= offset}
        if timeout_s and not (self._pending or self._again):
            await self._wait(timeout_s)
        batch = [*self._again, *self._pending.values()][:limit]
        self._again = self._again[limit:]
        self.shown += [each for update in batch if isinstance(each := update["update_id"], int)]
        return batch

    async def _wait(self, timeout_s: int) -> None:
        if self._waiting is not None:
            self._waiting.set()
        mine = self._waiting = asyncio.Event()
        self._something.clear()
        woken = {asyncio.create_task(each.wait()) for each in (mine, self._something)}
        try:
            await asyncio.wait(woken, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in woken:
                task.cancel()
            if self._waiting is mine:
                self._waiting = None
        if mine.is_set():
            raise Refusal(
                409, "terminated by other getUpdates request; make sure that only one bot instance is running"
            )
