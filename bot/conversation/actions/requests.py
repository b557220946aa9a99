"""What the buttons of requests and wishes do. Their verbs begin with r."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Tell(Action):
    """Wait for what somebody wants to say about their neighbourhood."""


@dataclass(frozen=True, slots=True)
class TellWish(Action):
    """Wait for what somebody wishes for."""


@dataclass(frozen=True, slots=True)
class Words(Action):
    """Wait for other words for the request that is being told."""


@dataclass(frozen=True, slots=True)
class Where(Action):
    """Wait for its place."""


@dataclass(frozen=True, slots=True)
class AtHome(Action):
    """It is near home."""


@dataclass(frozen=True, slots=True)
class InWhich(Action):
    """Choose the community in which it is; without a sub-district, choose that first."""

    subdistrict: str | None = None
    page: int = 0


@dataclass(frozen=True, slots=True)
class LiesIn(Action):
    """It is in this community."""

    community: str


@dataclass(frozen=True, slots=True)
class WherePhoto(Action):
    """It is where the photo says that it was taken."""


@dataclass(frozen=True, slots=True)
class Kinds(Action):
    """Choose what it is about."""


@dataclass(frozen=True, slots=True)
class OfKind(Action):
    """It is about this."""

    kind: str


@dataclass(frozen=True, slots=True)
class Review(Action):
    """Show what would be sent, to whom, and by when it is answered."""


@dataclass(frozen=True, slots=True)
class Send(Action):
    """Send it."""


@dataclass(frozen=True, slots=True)
class GiveUp(Action):
    """Do not send it."""


@dataclass(frozen=True, slots=True)
class Join(Action):
    """Say the same as a neighbour, and be told each step."""

    request: UUID


@dataclass(frozen=True, slots=True)
class MyRequests(Action):
    """Show my requests, or those that I follow (1)."""

    followed: int = 0
    page: int = 0


@dataclass(frozen=True, slots=True)
class ShowRequest(Action):
    """Show a request with its history."""

    request: UUID


@dataclass(frozen=True, slots=True)
class ShowFile(Action):
    """Show one of its photos and voice notes, counted from 0."""

    request: UUID
    number: int


@dataclass(frozen=True, slots=True)
class AskReopen(Action):
    """Wait for why the answer is none."""

    request: UUID


@dataclass(frozen=True, slots=True)
class Reopen(Action):
    """Have it done again, with what was said."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AskRate(Action):
    """Choose how many stars the answer is worth."""

    request: UUID


@dataclass(frozen=True, slots=True)
class Stars(Action):
    """Show what so many stars would mean, and wait for a word."""

    request: UUID
    stars: int


@dataclass(frozen=True, slots=True)
class Rate(Action):
    """Rate the answer, with what was said."""

    request: UUID
    stars: int


@dataclass(frozen=True, slots=True)
class AskWithdrawRequest(Action):
    """Show what withdrawing would mean, and ask."""

    request: UUID


@dataclass(frozen=True, slots=True)
class WithdrawRequest(Action):
    """Withdraw it."""

    request: UUID


@dataclass(frozen=True, slots=True)
class AskUnfollow(Action):
    """Show what not following would mean, and ask."""

    request: UUID


@dataclass(frozen=True, slots=True)
class Unfollow(Action):
    """Follow it no more."""

    request: UUID


@dataclass(frozen=True, slots=True)
class Wishes(Action):
    """Show the wishes that one can take in hand, and those that one has."""

    page: int = 0


@dataclass(frozen=True, slots=True)
class AskClaim(Action):
    """Show what taking a wish in hand means, and ask."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class Claim(Action):
    """Take it in hand."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class AskGiveBack(Action):
    """Show what giving a wish back means, and ask."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class GiveBack(Action):
    """Give it back."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class AskFulfil(Action):
    """Wait for how the wish was fulfilled."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class Fulfil(Action):
    """Say that it is fulfilled, with what was said."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class AskConfirm(Action):
    """Ask whether the wish came true."""

    wish: UUID


@dataclass(frozen=True, slots=True)
class Confirm(Action):
    """It came true."""

    wish: UUID


VERBS: Mapping[str, type[Action]] = {
    "rte": Tell,
    "rtw": TellWish,
    "rwo": Words,
    "rwh": Where,
    "rah": AtHome,
    "riw": InWhich,
    "rli": LiesIn,
    "rwp": WherePhoto,
    "rks": Kinds,
    "rok": OfKind,
    "rre": Review,
    "rse": Send,
    "rgu": GiveUp,
    "rjo": Join,
    "rmy": MyRequests,
    "rsh": ShowRequest,
    "rsf": ShowFile,
    "rar": AskReopen,
    "rro": Reopen,
    "rra": AskRate,
    "rst": Stars,
    "rrt": Rate,
    "raw": AskWithdrawRequest,
    "rwd": WithdrawRequest,
    "rau": AskUnfollow,
    "ruf": Unfollow,
    "rws": Wishes,
    "rac": AskClaim,
    "rcl": Claim,
    "rag": AskGiveBack,
    "rgb": GiveBack,
    "raf": AskFulfil,
    "rff": Fulfil,
    "rco": AskConfirm,
    "rcf": Confirm,
}
