"""What buttons do about what a person sets for themselves, pauses and the calendar. Verbs begin with kx."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Settings(Action):
    """Show what can be set."""


@dataclass(frozen=True, slots=True)
class Stopping(Action):
    """Show how to stop what I am sent."""


@dataclass(frozen=True, slots=True)
class Pauses(Action):
    """Show the pauses of mine and of my family."""


@dataclass(frozen=True, slots=True)
class AskAppeal(Action):
    """Wait for the words of an appeal."""

    pause: UUID


@dataclass(frozen=True, slots=True)
class Appeal(Action):
    """Send the appeal in the draft."""

    pause: UUID


@dataclass(frozen=True, slots=True)
class Calendar(Action):
    """Show what a calendar address is, and ask."""


@dataclass(frozen=True, slots=True)
class MakeCalendar(Action):
    """Make a new calendar address."""


@dataclass(frozen=True, slots=True)
class DropCalendar(Action):
    """Shut the calendar's address."""


VERBS: Mapping[str, type[Action]] = {
    "kx": Settings,
    "kxs": Stopping,
    "kxp": Pauses,
    "kxa": AskAppeal,
    "kxb": Appeal,
    "kxc": Calendar,
    "kxm": MakeCalendar,
    "kxd": DropCalendar,
}
