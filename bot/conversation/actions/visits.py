"""What buttons do about visits: past ones, coming, ratings. Verbs begin with kv."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Past(Action):
    """Show my past bookings."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Again(Action):
    """Show free times of the same service as a booking's."""

    booking: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class Coming(Action):
    """Say that I come."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class AskLate(Action):
    """Show what coming late means, and ask."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class Late(Action):
    """Say that I come late."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class AskRating(Action):
    """Choose how many stars a visit was worth."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class Stars(Action):
    """Show the rating as it would be given, and ask."""

    booking: UUID
    stars: int


@dataclass(frozen=True, slots=True)
class SayComment(Action):
    """Wait for words to a rating."""

    booking: UUID
    stars: int


@dataclass(frozen=True, slots=True)
class Rate(Action):
    """Give the rating; with the words of the draft (1) or without (0)."""

    booking: UUID
    stars: int
    with_words: int


VERBS: Mapping[str, type[Action]] = {
    "kv": Past,
    "kva": Again,
    "kvc": Coming,
    "kvl": AskLate,
    "kvm": Late,
    "kvr": AskRating,
    "kvs": Stars,
    "kvw": SayComment,
    "kvx": Rate,
}
