"""A walk over everything that can be reached: no screen without a way back and a human, and nothing fails."""

from collections import deque
from collections.abc import Collection, Iterable

from structlog.testing import capture_logs

from bot.conversation.actions import Action, Home, Human, Slots, action_of, data_of
from tests.bot.chatting import Chat


async def walk(chat: Chat, seeds: Iterable[Action], *, within: Collection[type[Action]]) -> set[type[Action]]:
    """Presses every button that can be reached from what is shown and from the seeds, as long as it is of these kinds;
    returns the kinds that were pressed.
    """
    waiting: deque[str | None] = deque([*map(data_of, seeds), *(button.data for button in chat.buttons)])
    reached: dict[str, object] = {}
    with capture_logs() as logs:
        while waiting:
            data = waiting.popleft()
            if data is None or data in reached or type(action_of(data)) not in within:
                continue
            reached[data] = action_of(data)
            await chat.press(data)
            offered = {type(action) for action in chat.actions}
            assert Human in offered, reached[data]
            assert Home in offered or Slots("lunch") in chat.actions, reached[data]
            waiting += [button.data for button in chat.buttons]
    assert logs == []
    return {
        kind for kind in map(type, reached.values()) if isinstance(kind, type) and issubclass(kind, Action)
    }
