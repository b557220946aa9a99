"""Walking through the chat: every button that can be reached is pressed, and no screen may be a dead end."""

from collections import deque
from collections.abc import Collection, Iterable

from structlog.testing import capture_logs

from bot.conversation.actions import Action, Home, Human, Slots, action_of, data_of
from tests.bot.chatting import Chat


async def walk(
    chat: Chat, seeds: Iterable[Action], within: Collection[type[Action]], *, most: int | None = None
) -> set[type[Action]]:
    """Presses everything that can be reached from the seeds and from what is shown by actions of these kinds; returns the kinds that were pressed.
    With `most`, so many buttons of one kind at most: where they differ in a day or a category only.

    Every screen must have a way back and a human, every button must be one of ours, and nothing may fail on the way.
    """
    waiting = deque(map(data_of, seeds))
    waiting += [button.data for button in chat.buttons if button.data is not None]
    reached: dict[str, type[Action]] = {}
    with capture_logs() as logs:
        while waiting:
            data = waiting.popleft()
            action = action_of(data)
            assert isinstance(action, Action), data
            if data in reached or type(action) not in within:
                continue
            if most is not None and list(reached.values()).count(type(action)) >= most:
                continue
            reached[data] = type(action)
            await chat.press(data)
            offered = {type(other) for other in chat.actions}
            assert Human in offered, action
            assert Home in offered or Slots("lunch") in chat.actions, action
            waiting += [button.data for button in chat.buttons if button.data is not None]
    assert logs == []
    return set(reached.values())
