"""What the buttons of those do who keep a point's shifts. Verbs begin with mh, mv and mr; `seen` and `once` as in `managers`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Shifts(Action):
    """Show a week of a point's shifts, from today or another day."""

    point: UUID
    first: date | None = None


@dataclass(frozen=True, slots=True)
class ShowShift(Action):
    """Show a shift and who is on it."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class Publish(Action):
    """Show a draft to volunteers."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class AskCallOff(Action):
    """Show what calling a shift off would mean, and ask."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class CallOff(Action):
    """Call a shift off."""

    shift: UUID
    seen: int


@dataclass(frozen=True, slots=True)
class AskHands(Action):
    """Show whom asking for hands now would reach, and ask."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class SendAsks(Action):
    """Have matching people asked."""

    shift: UUID
    once: int


@dataclass(frozen=True, slots=True)
class ShowCode(Action):
    """Show the code for coming (0) or going (1) as a picture."""

    shift: UUID
    way: int


@dataclass(frozen=True, slots=True)
class ShowHelper(Action):
    """Show a volunteer's place on a shift."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class ConfirmHelper(Action):
    """Say yes to an application."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class AskRefuse(Action):
    """Show what refusing would mean, and ask."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class RefuseHelper(Action):
    """Say no to an application, or take a place back."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class HelperCame(Action):
    """Note that a volunteer came (1) or went (0)."""

    signup: UUID
    came: int


@dataclass(frozen=True, slots=True)
class Hours(Action):
    """Choose how long somebody served."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class SetHours(Action):
    """Verify so many minutes."""

    signup: UUID
    minutes: int


@dataclass(frozen=True, slots=True)
class Excuse(Action):
    """Excuse an absence."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class Suggest(Action):
    """Show a suggested roster for a week from a day on."""

    point: UUID
    first: date


@dataclass(frozen=True, slots=True)
class Propose(Action):
    """Ask the volunteers of the suggestion that was shown."""

    point: UUID
    once: int


VERBS: Mapping[str, type[Action]] = {
    "mhl": Shifts,
    "mhs": ShowShift,
    "mhp": Publish,
    "mho": AskCallOff,
    "mhx": CallOff,
    "mha": AskHands,
    "mhb": SendAsks,
    "mhq": ShowCode,
    "mvs": ShowHelper,
    "mvc": ConfirmHelper,
    "mva": AskRefuse,
    "mvr": RefuseHelper,
    "mvi": HelperCame,
    "mvh": Hours,
    "mvm": SetHours,
    "mve": Excuse,
    "mrl": Suggest,
    "mrp": Propose,
}
