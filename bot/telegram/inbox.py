"""Which updates Telegram may forget.

Telegram keeps every update until it is asked for updates from a later one on. So the question itself must not run ahead
of the work: it starts at the first update that is not finished. Telegram then shows unfinished ones again, which are
known here and not handled twice; and when the process dies, the next one is shown everything that was not finished.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Inbox:
    """Updates by their ids: in hand since when (seconds of `clock`), and finished but not yet confirmed."""

    hold_s: float
    clock: Callable[[], float]
    _in_hand: dict[int, float] = field(default_factory=dict)
    _finished: set[int] = field(default_factory=set)
    _next: int | None = None
    _asked: int | None = None

    def admit(self, update_id: int) -> bool:
        """Whether an update that Telegram shows is new, and so to be handled."""
        if update_id in self._in_hand or update_id in self._finished:
            return False
        self._in_hand[update_id] = self.clock()
        self._next = update_id + 1
        return True

    def finish(self, update_id: int) -> None:
        """An update has been handled."""
        self._in_hand.pop(update_id, None)
        self._finished.add(update_id)

    def offset(self) -> int | None:
        """From which update on to ask; None while none was seen: then Telegram begins at its oldest.

        An update in hand for longer than `hold_s` no longer holds up the others: it is confirmed unfinished.
        """
        now = self.clock()
        young = [each for each, since in self._in_hand.items() if now - since < self.hold_s]
        self._asked = min(young, default=self._next)
        return self._asked

    def last_offset(self) -> int | None:
        """The last question's offset, so that what is finished is confirmed when no more is wanted; None when the
        question before has said it already. Never runs ahead of unfinished work."""
        offset = min(self._in_hand, default=self._next)
        return None if offset == self._asked else offset

    def confirmed(self, offset: int | None) -> None:
        """Telegram has answered a question from `offset` on: it has forgotten what lies before."""
        if offset is not None:
            self._finished = {each for each in self._finished if each >= offset}
