"""What buttons do that order with answers, or for many days. Verbs begin with k.

`about` says for whom, and what was answered: see `bot/conversation/ordering/order.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class AskWith(Action):
    """Show what a booking with these answers would be, and ask."""

    slot: UUID
    party: int
    about: str


@dataclass(frozen=True, slots=True)
class BookWith(Action):
    """Book with these answers. `consent_shown` as in `Book`."""

    slot: UUID
    party: int
    about: str
    consent_shown: int


@dataclass(frozen=True, slots=True)
class AskAnswer(Action):
    """Show the answers to a question of the service, to choose; questions count from 0."""

    slot: UUID
    party: int
    about: str
    question: int


@dataclass(frozen=True, slots=True)
class SayWords(Action):
    """Wait for words: a note to the point (0), or the answer to question `which` - 1."""

    slot: UUID
    party: int
    about: str
    which: int


@dataclass(frozen=True, slots=True)
class Repeat(Action):
    """Choose on which days the same is to be booked."""

    slot: UUID
    party: int
    about: str


@dataclass(frozen=True, slots=True)
class Until(Action):
    """Choose until when; `pattern` is a place among `PATTERNS`."""

    slot: UUID
    party: int
    about: str
    pattern: int


@dataclass(frozen=True, slots=True)
class Preview(Action):
    """Show which days would be booked, and ask."""

    slot: UUID
    party: int
    about: str
    pattern: int
    weeks: int


@dataclass(frozen=True, slots=True)
class OrderSeries(Action):
    """Book all these days. `consent_shown` as in `Book`."""

    slot: UUID
    party: int
    about: str
    pattern: int
    weeks: int
    consent_shown: int


@dataclass(frozen=True, slots=True)
class SeriesList(Action):
    """Show my standing orders."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowSeries(Action):
    """Show a standing order with its days."""

    series: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskEndSeries(Action):
    """Show what ending a standing order would mean, and ask."""

    series: UUID


@dataclass(frozen=True, slots=True)
class EndSeries(Action):
    """Cancel what is ahead of a standing order."""

    series: UUID


VERBS: Mapping[str, type[Action]] = {
    "ka": AskWith,
    "kb": BookWith,
    "kq": AskAnswer,
    "kw": SayWords,
    "kr": Repeat,
    "ku": Until,
    "kp": Preview,
    "ko": OrderSeries,
    "ks": SeriesList,
    "kss": ShowSeries,
    "kse": AskEndSeries,
    "ksx": EndSeries,
}
