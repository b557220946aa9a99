"""What buttons of conversations with people do. Their verbs begin with th."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class WriteTo(Action):
    """Say next what is for whoever answers; with a point, for its people."""

    point: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReplyTo(Action):
    """Say next what is for the other side of a conversation."""

    thread: UUID


@dataclass(frozen=True, slots=True)
class StopTalking(Action):
    """What is said next is for the bot again; the conversation stays open."""


@dataclass(frozen=True, slots=True)
class MyThreads(Action):
    """Show one's own conversations; the page counts from 0."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Letters(Action):
    """Show the conversations that one answers: `which` is open or closed; the page counts from 0."""

    which: str = "open"
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowThread(Action):
    """Show a conversation: what was said last, or (by the list's cursor) what was said before."""

    thread: UUID
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class AskEnd(Action):
    """Ask whether a conversation is to end."""

    thread: UUID


@dataclass(frozen=True, slots=True)
class End(Action):
    """End a conversation of which one has seen everything up to a number."""

    thread: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Take(Action):
    """Answer for a conversation, so that colleagues need not."""

    thread: UUID


@dataclass(frozen=True, slots=True)
class HandOnWhom(Action):
    """Choose to whom a conversation is handed on; the page counts from 0."""

    thread: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskHandOn(Action):
    """Ask whether a conversation is to be handed on: to a person, or to the next level."""

    thread: UUID
    person: UUID | None


@dataclass(frozen=True, slots=True)
class HandOn(Action):
    """Hand a conversation on: to a person, or to the next level."""

    thread: UUID
    person: UUID | None


@dataclass(frozen=True, slots=True)
class GoOn(Action):
    """Say next, whatever its words, what a draft waits for: it is no emergency."""


VERBS: Mapping[str, type[Action]] = {
    "thw": WriteTo,
    "thr": ReplyTo,
    "thx": StopTalking,
    "thm": MyThreads,
    "thl": Letters,
    "ths": ShowThread,
    "the": AskEnd,
    "thz": End,
    "tht": Take,
    "thh": HandOnWhom,
    "thi": AskHandOn,
    "thj": HandOn,
    "thg": GoOn,
}
