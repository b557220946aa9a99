"""What volunteers' buttons about shifts do. Their verbs begin with z."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Volunteering(Action):
    """Show what volunteers can do here."""


@dataclass(frozen=True, slots=True)
class Shifts(Action):
    """Show shifts: near home or in a division, of a category (`wished`: of those wished for), of one day and about a time,
    given as minutes of the day; with `everything` also those that cannot be taken. Page counts from 0.
    """

    category: str | None = None
    division: str | None = None
    day: date | None = None
    begins: int | None = None
    ends: int | None = None
    everything: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShiftDays(Action):
    """Choose the day of the shifts to show."""

    category: str | None
    division: str | None


@dataclass(frozen=True, slots=True)
class ShiftKinds(Action):
    """Choose the category of the shifts to show."""

    division: str | None
    day: date | None


@dataclass(frozen=True, slots=True)
class ShowShift(Action):
    """Show a shift, and all that speaks against taking it."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class AskSignUp(Action):
    """Show what signing up would mean, and ask."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class SignUp(Action):
    """Sign up. `consent_shown` is 1 when the person was told, on the screen with this button, that it means consent."""

    shift: UUID
    consent_shown: int


@dataclass(frozen=True, slots=True)
class AskQueue(Action):
    """Show what waiting for a full shift would mean, and ask."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class Queue(Action):
    """Wait for a full shift."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class ShowQueued(Action):
    """Show how a wait for a shift stands."""

    wait: UUID


@dataclass(frozen=True, slots=True)
class AskUnqueue(Action):
    """Show what giving up one's turn, or declining what is held, would mean, and ask."""

    wait: UUID


@dataclass(frozen=True, slots=True)
class Unqueue(Action):
    """Give up one's turn, or decline what is held."""

    wait: UUID


@dataclass(frozen=True, slots=True)
class TakeOffered(Action):
    """Take the place that is held."""

    wait: UUID


@dataclass(frozen=True, slots=True)
class AskStanding(Action):
    """Show what a standing place would mean, and until when it can be."""

    shift: UUID


@dataclass(frozen=True, slots=True)
class TakeStanding(Action):
    """Take a place on every shift of a recurrence until a day, included."""

    template: UUID
    until: date


@dataclass(frozen=True, slots=True)
class MyStanding(Action):
    """Show my standing places."""


@dataclass(frozen=True, slots=True)
class AskEndStanding(Action):
    """Show what ending a standing place would mean, and ask."""

    place: UUID


@dataclass(frozen=True, slots=True)
class EndStanding(Action):
    """End a standing place."""

    place: UUID


@dataclass(frozen=True, slots=True)
class MyShifts(Action):
    """Show what I have ahead, and what waits for my answer."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class PastShifts(Action):
    """Show shifts that are over."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowSignup(Action):
    """Show a place on a shift."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class ConfirmPlace(Action):
    """Take a place that the point proposed."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class AskStandIn(Action):
    """Show what looking for a stand-in would mean, and ask."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class WantStandIn(Action):
    """Look for a stand-in."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class KeepPlace(Action):
    """Come after all: look for nobody any more."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class AskWithdraw(Action):
    """Show what giving a place up would mean, and ask."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class Withdraw(Action):
    """Give a place up."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class SwapWith(Action):
    """Choose with whom to swap."""

    signup: UUID
    page: int = 0


@dataclass(frozen=True, slots=True)
class AskSwap(Action):
    """Show what a swap would be, and ask."""

    mine: UUID
    theirs: UUID


@dataclass(frozen=True, slots=True)
class ProposeSwap(Action):
    """Offer one's place for another's."""

    mine: UUID
    theirs: UUID


@dataclass(frozen=True, slots=True)
class ShowSwap(Action):
    """Show a swap that was proposed."""

    swap: UUID


@dataclass(frozen=True, slots=True)
class AcceptSwap(Action):
    """Agree to a swap."""

    swap: UUID


@dataclass(frozen=True, slots=True)
class AskDeclineSwap(Action):
    """Show what declining a swap, or taking it back, would mean, and ask."""

    swap: UUID


@dataclass(frozen=True, slots=True)
class DeclineSwap(Action):
    """Decline a swap, or take one's own back."""

    swap: UUID


@dataclass(frozen=True, slots=True)
class ShowAsk(Action):
    """Show what one is asked."""

    ask: UUID


@dataclass(frozen=True, slots=True)
class AcceptAsk(Action):
    """Come when asked."""

    ask: UUID


@dataclass(frozen=True, slots=True)
class AskDeclineAsk(Action):
    """Show what saying no would mean, and ask."""

    ask: UUID


@dataclass(frozen=True, slots=True)
class DeclineAsk(Action):
    """Say no when asked."""

    ask: UUID


@dataclass(frozen=True, slots=True)
class ShiftCalendar(Action):
    """Say what subscribing to one's shifts is, and ask."""


@dataclass(frozen=True, slots=True)
class MakeShiftCalendar(Action):
    """Make a new address of one's calendar."""


@dataclass(frozen=True, slots=True)
class Arrive(Action):
    """Wait for the code that is shown at the point."""

    signup: UUID


@dataclass(frozen=True, slots=True)
class CheckMember(Action):
    """Check somebody of one's team in, or out."""

    signup: UUID
    out: int


VERBS: Mapping[str, type[Action]] = {
    "z": Volunteering,
    "zs": Shifts,
    "zsd": ShiftDays,
    "zsk": ShiftKinds,
    "zss": ShowShift,
    "zu": AskSignUp,
    "zus": SignUp,
    "zq": AskQueue,
    "zqs": Queue,
    "zqw": ShowQueued,
    "zql": AskUnqueue,
    "zqx": Unqueue,
    "zqt": TakeOffered,
    "zf": AskStanding,
    "zfs": TakeStanding,
    "zfm": MyStanding,
    "zfl": AskEndStanding,
    "zfx": EndStanding,
    "zm": MyShifts,
    "zmp": PastShifts,
    "zn": ShowSignup,
    "znc": ConfirmPlace,
    "zni": AskStandIn,
    "znj": WantStandIn,
    "znk": KeepPlace,
    "znw": AskWithdraw,
    "znx": Withdraw,
    "zw": SwapWith,
    "zwa": AskSwap,
    "zwp": ProposeSwap,
    "zws": ShowSwap,
    "zwy": AcceptSwap,
    "zwl": AskDeclineSwap,
    "zwx": DeclineSwap,
    "za": ShowAsk,
    "zay": AcceptAsk,
    "zal": AskDeclineAsk,
    "zax": DeclineAsk,
    "zk": ShiftCalendar,
    "zks": MakeShiftCalendar,
    "zi": Arrive,
    "zim": CheckMember,
}
