"""What channels told the bot, as it is recorded, claimed and reported on."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.shapes.base import Page, Shape, Time
from models.vocabulary import Channel

MOST_PAYLOAD = 512 * 1024
"""Longest update of a channel, in characters."""


class ChatUpdateReceived(Shape):
    """One thing that a channel told the bot."""

    channel: Channel
    update_id: Annotated[int, Field(ge=0, le=2**63 - 1)]
    """The channel's own number: what comes with the same one is the same, and a chat is answered in its order."""
    chat: Annotated[str, Field(min_length=1, max_length=100)]
    """Whose order it belongs to."""
    payload: Annotated[str, Field(min_length=1, max_length=MOST_PAYLOAD)]
    """The update as the channel sent it (JSON text). Emptied as soon as it was dealt with."""
    take: bool = False
    """Whether to claim at once what is next in this chat, if nothing of it is in hand."""


class ChatUpdateView(Shape):
    """A claimed update: to be worked on, and reported on before the lease runs out."""

    id: UUID
    update_id: int
    chat: str
    payload: str
    attempt: int
    """Names the claim: 1 for the first. Reports on it carry it."""
    spent: bool
    """It failed too often. It is not to be worked on again, but to be apologised for and set aside."""
    behind: int
    """How many more updates of the chat are waiting."""
    spoke_s_ago: float | None
    """How many seconds ago the bot last said something in this chat upon an update."""
    lease_until: Time


class ChatUpdateReceipt(Shape):
    """The update is recorded, now (`new`) or before, and will be dealt with."""

    new: bool
    taken: ChatUpdateView | None
    """What was claimed with it, when that was wanted and possible."""


class ChatUpdateClaim(Shape):
    """Which channel's updates a bot can take now, and how many."""

    channel: Channel
    limit: Annotated[int, Field(ge=1, le=500)] = 20


class ChatUpdatesClaimed(Page[ChatUpdateView]):
    """Claimed updates, one a chat, all in this one answer."""


class HeldUpdate(Shape):
    """A claim, by its update and attempt."""

    id: UUID
    attempt: Annotated[int, Field(ge=1)]


class ChatUpdatesHeld(Shape):
    """Claims whose work is still going on."""

    items: Annotated[list[HeldUpdate], Field(max_length=1000)]


class ChatUpdatesLost(Shape):
    """Which of these claims are over: somebody else has taken them, or they are done."""

    lost: list[UUID]


class ChatUpdateDone(Shape):
    """An update was dealt with."""

    attempt: Annotated[int, Field(ge=1)]
    answered: bool = True
    """Whether the bot said something in the chat."""
    take: bool = False
    """Whether to claim at once what is next in this chat."""


class ChatUpdateNext(Shape):
    """What was claimed next, when that was wanted and something was waiting."""

    taken: ChatUpdateView | None


class ChatUpdateFailure(Shape):
    """Why an update could not be dealt with. `set_aside` when it is given up for good."""

    attempt: Annotated[int, Field(ge=1)]
    error: Annotated[str, Field(max_length=500)]
    retry_after_s: Annotated[float, Field(ge=0, le=3600)] | None = None
    set_aside: bool = False


class ChatReach(Shape):
    """Somebody let the bot write to them again, or blocked it."""

    channel: Channel
    user_id: Annotated[str, Field(min_length=1, max_length=100)]
    blocked: bool
