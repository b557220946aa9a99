"""What every action is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """Something that a button, a command or a word asks for. Field types are those that a button can carry."""
