"""What the buttons of those do who answer in the grid. Their verbs begin with g."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Work(Action):
    """Show my worklist, what is due first."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class Case(Action):
    """Show a request that I answer for, or am asked to take over."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AskAccept(Action):
    """Show what accepting means, and ask."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AcceptCase(Action):
    """Accept it, or take it over."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AskDeclineCase(Action):
    """Show what not taking it over means, and ask."""

    request: UUID


@dataclass(frozen=True, slots=True)
class DeclineCase(Action):
    """Do not take it over."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AskNote(Action):
    """Wait for how it goes."""

    request: UUID


@dataclass(frozen=True, slots=True)
class SendNote(Action):
    """Tell the resident what was said."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AskAnswer(Action):
    """Wait for the answer, in words and photos."""

    request: UUID


@dataclass(frozen=True, slots=True)
class SendAnswer(Action):
    """Answer with what was said."""

    request: UUID


@dataclass(frozen=True, slots=True)
class ToWhom(Action):
    """Choose who is asked to take it over."""

    request: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskHandOver(Action):
    """Show what asking somebody means, and ask."""

    request: UUID
    to: UUID


@dataclass(frozen=True, slots=True)
class HandOver(Action):
    """Ask them to take it over."""

    request: UUID
    to: UUID


@dataclass(frozen=True, slots=True)
class AskUp(Action):
    """Show what handing it up means, and ask."""

    request: UUID


@dataclass(frozen=True, slots=True)
class HandUp(Action):
    """Hand it one level up."""

    request: UUID


@dataclass(frozen=True, slots=True)
class CaseKinds(Action):
    """Choose what it is really about."""

    request: UUID


@dataclass(frozen=True, slots=True)
class CaseIs(Action):
    """It is about this."""

    request: UUID
    kind: str


@dataclass(frozen=True, slots=True)
class AskPublish(Action):
    """Wait for the words in which volunteers see a wish."""

    request: UUID


@dataclass(frozen=True, slots=True)
class Publish(Action):
    """Let volunteers see it in these words."""

    request: UUID


@dataclass(frozen=True, slots=True)
class Away(Action):
    """Show when I am away, and who stands in."""


@dataclass(frozen=True, slots=True)
class AskAway(Action):
    """Show what being away for so many days from a day on means, and ask."""

    first: date
    days: int


@dataclass(frozen=True, slots=True)
class GoAway(Action):
    """Be away then."""

    first: date
    days: int


@dataclass(frozen=True, slots=True)
class AskBack(Action):
    """Show what being there after all means, and ask."""

    absence: UUID


@dataclass(frozen=True, slots=True)
class BeBack(Action):
    """Be there after all."""

    absence: UUID


VERBS: Mapping[str, type[Action]] = {
    "gwk": Work,
    "gcs": Case,
    "gaa": AskAccept,
    "gac": AcceptCase,
    "gad": AskDeclineCase,
    "gdc": DeclineCase,
    "gan": AskNote,
    "gsn": SendNote,
    "gar": AskAnswer,
    "gsa": SendAnswer,
    "gtw": ToWhom,
    "gah": AskHandOver,
    "gho": HandOver,
    "gau": AskUp,
    "ghu": HandUp,
    "gck": CaseKinds,
    "gci": CaseIs,
    "gap": AskPublish,
    "gpb": Publish,
    "gaw": Away,
    "gax": AskAway,
    "gga": GoAway,
    "gab": AskBack,
    "gbb": BeBack,
}
