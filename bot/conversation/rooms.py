"""A room of the chat: what one part of it contributes. The router composes all rooms, and knows none by itself.

ROOM = Room(
    screens=screens(shows(ShowShift, show_shift), shows(SignUp, sign_up)),
    heard={Intent.volunteer: show_shifts_heard},
    drafts={"shift_note": take_note},
)
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import TypeVar

from bot import wire
from bot.conversation.actions.base import Action
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply
from bot.understanding import Intent, Meaning

A = TypeVar("A", bound=Action)

Screen = Callable[[Turn, Action], Awaitable[Reply]]
"""Does what an action asks for, and shows what then is to be seen."""

Heard = Callable[[Turn, Meaning, str], Awaitable[Reply]]
"""Answers a sentence by what it means, and by its words."""

Takes = Callable[[Turn, wire.Draft, Incoming], Awaitable[Reply | None]]
"""Takes what is said next, be it text, a file or a place, for the draft that waits for it; None when it is not for it: a
draft may also keep what has been said until a button is pressed, and wait for nothing."""

TakesReply = Callable[[Turn, Action, Incoming], Awaitable[Reply]]
"""Takes what was said in answer to a message of ours, by the action of one of that message's buttons."""

TakesShared = Callable[[Turn, Incoming], Awaitable[Reply | None]]
"""Takes a file, a phone number or a bare code that came by itself; None when it is not for this room."""

Speaks = Callable[[Turn, str], Awaitable[Reply | None]]
"""Answers words that mean something to this room by their form, whatever they would mean as a sentence; None when they do
not: a code that is typed by somebody who keeps a door."""


@dataclass(frozen=True, slots=True)
class Room:
    """What a part of the chat contributes.

    `screens`: one for each of its actions. `heard`: the intents that it answers. `drafts`: the kinds of drafts whose next
    text, file or place it takes; kinds begin with the room's own word, so that no two rooms share one. `shared`: what
    it does with files, phone numbers and bare codes (six digits, or what a QR code of ours says) that nobody asked for.
    `spoken`: words that it takes before they are understood.
    `hears_danger`: the drafts whose words go to people also when they are words of danger; the room itself puts the numbers
    to call above its answer. All other drafts do not see such words.
    `replies`: the actions whose message can be answered by the channel's own "reply", and what takes the answer.
    """

    screens: Mapping[type[Action], Screen]
    heard: Mapping[Intent, Heard] = field(default_factory=dict)
    drafts: Mapping[str, Takes] = field(default_factory=dict)
    shared: TakesShared | None = None
    replies: Mapping[type[Action], TakesReply] = field(default_factory=dict)
    spoken: Speaks | None = None
    hears_danger: frozenset[str] = frozenset()


def shows(
    kind: type[A], screen: Callable[[Turn, A], Reply | Awaitable[Reply]]
) -> tuple[type[Action], Screen]:
    """An action and its screen, of types that belong together."""

    async def show(turn: Turn, action: Action) -> Reply:
        if not isinstance(action, kind):
            raise TypeError(f"{screen.__name__} does not show {action!r}")
        shown = screen(turn, action)
        return await shown if isawaitable(shown) else shown

    return kind, show


def screens(*shown: tuple[type[Action], Screen]) -> Mapping[type[Action], Screen]:
    """The screens of a room. Raises ValueError when an action has two."""
    by_kind = dict(shown)
    if len(by_kind) != len(shown):
        raise ValueError("an action has two screens")
    return by_kind
