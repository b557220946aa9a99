"""What residents' buttons do. One- and two-letter verbs are theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Home(Action):
    """Show the first screen."""


@dataclass(frozen=True, slots=True)
class More(Action):
    """Show what is not on the first screen."""


@dataclass(frozen=True, slots=True)
class Categories(Action):
    """Show all categories."""


@dataclass(frozen=True, slots=True)
class Slots(Action):
    """Show bookable slots of a category: near home or in a division, the soonest or of one day; page counts from 0."""

    category: str
    division: str | None = None
    day: date | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class Days(Action):
    """Choose the day of the slots to show."""

    category: str
    division: str | None


@dataclass(frozen=True, slots=True)
class Elsewhere(Action):
    """Choose the sub-district of the slots to show."""

    category: str
    day: date | None


@dataclass(frozen=True, slots=True)
class AskBook(Action):
    """Show what a booking would be, and ask. Without an attendee it is for oneself."""

    slot: UUID
    party: int = 1
    attendee: UUID | None = None


@dataclass(frozen=True, slots=True)
class Book(Action):
    """Book. `consent_shown` is 1 when the person was told, on the screen with this button, that it means consent."""

    slot: UUID
    party: int
    attendee: UUID | None
    consent_shown: int


@dataclass(frozen=True, slots=True)
class ShowTicket(Action):
    """Show a booking's ticket."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class Mine(Action):
    """Show my upcoming bookings."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class CancelWhich(Action):
    """Choose which booking to cancel."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class AskCancel(Action):
    """Show what cancelling would mean, and ask."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class Cancel(Action):
    """Cancel a booking."""

    booking: UUID


@dataclass(frozen=True, slots=True)
class MoveWhere(Action):
    """Choose another slot of the same service for a booking."""

    booking: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskMove(Action):
    """Show what moving would mean, and ask."""

    booking: UUID
    slot: UUID


@dataclass(frozen=True, slots=True)
class Move(Action):
    """Move a booking to a slot."""

    booking: UUID
    slot: UUID


@dataclass(frozen=True, slots=True)
class MyPlace(Action):
    """Show where I live, and offer to change it."""


@dataclass(frozen=True, slots=True)
class Subdistricts(Action):
    """Choose the sub-district in which I live."""


@dataclass(frozen=True, slots=True)
class Communities(Action):
    """Choose the community in which I live."""

    subdistrict: str
    page: int = 0


@dataclass(frozen=True, slots=True)
class LiveIn(Action):
    """Keep a community as my home."""

    community: str


@dataclass(frozen=True, slots=True)
class Languages(Action):
    """Choose the language."""


@dataclass(frozen=True, slots=True)
class SetLanguage(Action):
    """Speak this language from now on: zh or en."""

    language: str


@dataclass(frozen=True, slots=True)
class Help(Action):
    """Say what can be done here, and how."""


@dataclass(frozen=True, slots=True)
class Human(Action):
    """Say whom to call; with a point, its people first."""

    point: UUID | None = None


@dataclass(frozen=True, slots=True)
class SetReminders(Action):
    """Send reminders (1) or none (0)."""

    on: int


@dataclass(frozen=True, slots=True)
class AskInstead(Action):
    """Show what booking this slot would be, for the party and attendee of a booking that the point cancelled."""

    booking: UUID
    slot: UUID


@dataclass(frozen=True, slots=True)
class AskWait(Action):
    """Show what waiting for a full slot would be, and ask."""

    slot: UUID
    party: int
    attendee: UUID | None


@dataclass(frozen=True, slots=True)
class Wait(Action):
    """Wait for places. `consent_shown` as in `Book`."""

    slot: UUID
    party: int
    attendee: UUID | None
    consent_shown: int


@dataclass(frozen=True, slots=True)
class ShowWaiting(Action):
    """Show how a waiting stands."""

    entry: UUID


@dataclass(frozen=True, slots=True)
class AskLeave(Action):
    """Show what giving up the turn would mean, and ask."""

    entry: UUID


@dataclass(frozen=True, slots=True)
class Leave(Action):
    """Give up the turn."""

    entry: UUID


@dataclass(frozen=True, slots=True)
class Accept(Action):
    """Take the places of an offer."""

    offer: UUID


@dataclass(frozen=True, slots=True)
class AskDecline(Action):
    """Show what saying no to an offer would mean, and ask."""

    offer: UUID


@dataclass(frozen=True, slots=True)
class Decline(Action):
    """Say no to an offer."""

    offer: UUID


@dataclass(frozen=True, slots=True)
class Fitting(Action):
    """Show slots that fit what was said. `begins` and `ends` are minutes of the day, within which they start; without
    `ends` it is about when. `relative` is whom it is for, as the place among the household."""

    category: str
    division: str | None
    day: date | None
    begins: int | None
    ends: int | None
    party: int
    relative: int | None
    page: int = 0


@dataclass(frozen=True, slots=True)
class CategoriesOn(Action):
    """Show all categories, for a day and a division."""

    division: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class Points(Action):
    """Show points: of a category or all, in a division or near home."""

    category: str | None
    division: str | None


@dataclass(frozen=True, slots=True)
class MoveNear(Action):
    """Choose a slot of the same service for a booking, on a day and about a time (minutes of the day, as in `Fitting`)."""

    booking: UUID
    day: date | None
    begins: int | None
    ends: int | None


VERBS: Mapping[str, type[Action]] = {
    "h": Home,
    "hm": More,
    "c": Categories,
    "s": Slots,
    "d": Days,
    "e": Elsewhere,
    "ab": AskBook,
    "b": Book,
    "t": ShowTicket,
    "m": Mine,
    "xw": CancelWhich,
    "ax": AskCancel,
    "x": Cancel,
    "vw": MoveWhere,
    "av": AskMove,
    "v": Move,
    "p": MyPlace,
    "ps": Subdistricts,
    "pc": Communities,
    "pl": LiveIn,
    "l": Languages,
    "ls": SetLanguage,
    "q": Help,
    "y": Human,
    "r": SetReminders,
    "ai": AskInstead,
    "aw": AskWait,
    "w": Wait,
    "wt": ShowWaiting,
    "al": AskLeave,
    "lv": Leave,
    "oa": Accept,
    "ad": AskDecline,
    "od": Decline,
    "f": Fitting,
    "cd": CategoriesOn,
    "pn": Points,
    "vn": MoveNear,
}
