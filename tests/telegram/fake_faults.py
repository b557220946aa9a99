"""What can go wrong between a bot and Telegram, to be ordered by tests."""

import random
from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TooMany:
    """429: wait so many seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Any other answer that is not ok: Refused(500), Refused(403, "bot was blocked by the user")."""

    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection breaks without an answer; what was asked for is `done` all the same, or not."""

    done: bool


@dataclass(frozen=True, slots=True)
class Hangs:
    """No answer for so many seconds, then the connection breaks."""

    seconds: float
    done: bool


@dataclass(frozen=True, slots=True)
class Garbled:
    """An answer that says ok and lacks what was asked for, as of a stranger in between."""


Fault = TooMany | Refused | Lost | Hangs | Garbled


@dataclass(slots=True)
class _Order:
    method: str
    fault: Fault
    chat_id: int | None
    times: int


@dataclass(slots=True)
class Faults:
    """Faults waiting for the calls that they are meant for."""

    _orders: deque[_Order] = field(default_factory=deque)

    def add(self, method: str, fault: Fault, *, chat_id: int | None = None, times: int = 1) -> None:
        """Let the next `times` calls of a method (of one chat, or of any) go wrong."""
        self._orders.append(_Order(method.lower(), fault, chat_id, times))

    def clear(self) -> None:
        """From now on all goes well."""
        self._orders.clear()

    def take(self, method: str, chat_id: str | None) -> Fault | None:
        """The fault that a call meets."""
        for order in self._orders:
            if order.method == method.lower() and (order.chat_id is None or str(order.chat_id) == chat_id):
                order.times -= 1
                if order.times == 0:
                    self._orders.remove(order)
                return order.fault
        return None


class Weather(Faults):
    """Faults at random for some methods, counted. `chances` are how often a call meets which: "429", "500",
    "lost before" or "lost after" it was done. What is lost after it was done is what makes duplicates.
    """

    def __init__(self, seed: int, chances: Sequence[tuple[float, str]], methods: Collection[str]) -> None:
        super().__init__()
        self._chance = random.Random(seed)
        self._chances = chances
        self._methods = {method.lower() for method in methods}
        self.met: Counter[str] = Counter()
        self.hang_s = 0.0
        """So long the next message that is lost after it was sent keeps the bot waiting."""

    def take(self, method: str, chat_id: str | None) -> Fault | None:
        """The fault that a call meets."""
        if method.lower() not in self._methods:
            return super().take(method, chat_id)
        drawn = self._chance.random()
        for chance, name in self._chances:
            if drawn < chance:
                self.met[name] += 1
                return self._fault(name)
            drawn -= chance
        return None

    def _fault(self, name: str) -> Fault:
        match name:
            case "429":
                return TooMany(1)
            case "500":
                return Refused(500)
            case "lost before":
                return Lost(done=False)
            case _:
                hang_s, self.hang_s = self.hang_s, 0.0
                return Hangs(hang_s, done=True) if hang_s else Lost(done=True)
