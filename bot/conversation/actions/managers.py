"""What the buttons of those do who keep a point. Their verbs have three letters and begin with m.

A point or a slot is carried by the button: the bot remembers none. `seen` is a short number made of everything that the
screen with the button said (`managing.seeing`), so that nothing is done that was not read; `once` is the screen's own
number, by which what it asks for is done once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class MyPoints(Action):
    """Choose among the points that I keep."""


@dataclass(frozen=True, slots=True)
class FindPoint(Action):
    """Look for a point by name (staff)."""


@dataclass(frozen=True, slots=True)
class Day(Action):
    """Show a point's day; today when none is said. page counts from 0."""

    point: UUID
    day: date | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class WhichDay(Action):
    """Choose the day to show."""

    point: UUID


@dataclass(frozen=True, slots=True)
class Sheet(Action):
    """Show a day in one message, to keep or to pass on."""

    point: UUID
    day: date


@dataclass(frozen=True, slots=True)
class Missing(Action):
    """Show who should be here and is not checked in."""

    point: UUID


@dataclass(frozen=True, slots=True)
class Guests(Action):
    """Show who comes to a slot."""

    slot: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowGuest(Action):
    """Show one booking of a slot."""

    slot: UUID
    booking: UUID


@dataclass(frozen=True, slots=True)
class Came(Action):
    """Note that a party came. `reason` is the number of a reason for noting it after the end; 0 is none."""

    slot: UUID
    booking: UUID
    reason: int = 0


@dataclass(frozen=True, slots=True)
class StayedAway(Action):
    """Note that nobody came."""

    slot: UUID
    booking: UUID


@dataclass(frozen=True, slots=True)
class ShowQueue(Action):
    """Show the queue at a slot."""

    slot: UUID


@dataclass(frozen=True, slots=True)
class ServeNext(Action):
    """Call the number that follows `after`."""

    slot: UUID
    after: int


@dataclass(frozen=True, slots=True)
class Kitchen(Action):
    """Show what to cook."""

    slot: UUID


@dataclass(frozen=True, slots=True)
class SetSummaries(Action):
    """Send the morning summaries (1) or none (0)."""

    on: int


@dataclass(frozen=True, slots=True)
class Places(Action):
    """Choose how many places a slot has."""

    slot: UUID


@dataclass(frozen=True, slots=True)
class TypePlaces(Action):
    """Ask for the number of places to be typed."""

    slot: UUID


@dataclass(frozen=True, slots=True)
class AskPlaces(Action):
    """Show what so many places would mean, and ask."""

    slot: UUID
    capacity: int


@dataclass(frozen=True, slots=True)
class SetPlaces(Action):
    """Set how many places there are. `affected`: 0 nobody, 1 keep, 2 move, 3 cancel those who no longer fit."""

    slot: UUID
    capacity: int
    affected: int
    seen: int


@dataclass(frozen=True, slots=True)
class AskShut(Action):
    """Show what closing (1) or opening (0) a slot would mean, and ask."""

    slot: UUID
    shut: int


@dataclass(frozen=True, slots=True)
class Shut(Action):
    """Close (1) or open (0) a slot. `affected` as in `SetPlaces`."""

    slot: UUID
    shut: int
    affected: int
    seen: int


@dataclass(frozen=True, slots=True)
class MeantPlaces(Action):
    """Find the slots that a sentence about places meant. `way` and `number` are the change, as `managing.heard` writes
    them; `category` and `hours` (as in `Fill`) narrow down."""

    point: UUID
    day: date
    way: int
    number: int
    category: str | None
    hours: int | None


@dataclass(frozen=True, slots=True)
class Close(Action):
    """Begin to close a point or a service for a while."""

    point: UUID
    day: date | None = None


@dataclass(frozen=True, slots=True)
class OpenExtra(Action):
    """Begin to open once more than usual."""

    point: UUID


@dataclass(frozen=True, slots=True)
class PlanShift(Action):
    """Begin to make a shift."""

    point: UUID


@dataclass(frozen=True, slots=True)
class Write(Action):
    """Begin to write to those booked in a slot, or (without one) on a day."""

    point: UUID
    slot: UUID | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Fill(Action):
    """Fill a field of the form that was begun. Hours are packed: minute of the beginning times 1441 plus that of the end."""

    form: int
    field: int
    value: int


@dataclass(frozen=True, slots=True)
class Refill(Action):
    """Fill a field anew."""

    form: int
    field: int


@dataclass(frozen=True, slots=True)
class Commit(Action):
    """Do what the form says. `kind` is what form it is, for when it is gone."""

    point: UUID
    kind: int
    form: int
    seen: int


@dataclass(frozen=True, slots=True)
class Closures(Action):
    """Show the closures of a point."""

    point: UUID


@dataclass(frozen=True, slots=True)
class AskLift(Action):
    """Show what lifting a closure would mean, and ask."""

    point: UUID
    closure: UUID


@dataclass(frozen=True, slots=True)
class Lift(Action):
    """Lift a closure."""

    point: UUID
    closure: UUID


@dataclass(frozen=True, slots=True)
class WalkIn(Action):
    """Choose to what somebody without a booking comes."""

    point: UUID


@dataclass(frozen=True, slots=True)
class WalkInTo(Action):
    """Choose how many come; with `party` set, ask who they are."""

    slot: UUID
    party: int | None = None


@dataclass(frozen=True, slots=True)
class TakeIn(Action):
    """Let a party in: somebody known, or (without `person`) as they were named."""

    slot: UUID
    party: int
    person: UUID | None
    once: int


@dataclass(frozen=True, slots=True)
class Door(Action):
    """Wait for codes, photos and names of those who come."""

    point: UUID


@dataclass(frozen=True, slots=True)
class CodeAt(Action):
    """Check in a code at one of several points that have it."""

    point: UUID
    code: str


VERBS: Mapping[str, type[Action]] = {
    "mpl": MyPoints,
    "mpf": FindPoint,
    "mdd": Day,
    "mdw": WhichDay,
    "mds": Sheet,
    "mdm": Missing,
    "mgl": Guests,
    "mgs": ShowGuest,
    "mgc": Came,
    "mgn": StayedAway,
    "mql": ShowQueue,
    "mqn": ServeNext,
    "mkl": Kitchen,
    "mso": SetSummaries,
    "mcp": Places,
    "mct": TypePlaces,
    "mca": AskPlaces,
    "mcs": SetPlaces,
    "mxa": AskShut,
    "mxs": Shut,
    "mcm": MeantPlaces,
    "mfc": Close,
    "mfo": OpenExtra,
    "mfs": PlanShift,
    "mfw": Write,
    "mff": Fill,
    "mfr": Refill,
    "mfd": Commit,
    "mll": Closures,
    "mla": AskLift,
    "mlx": Lift,
    "mwl": WalkIn,
    "mwp": WalkInTo,
    "mwt": TakeIn,
    "mbl": Door,
    "mbc": CodeAt,
}
