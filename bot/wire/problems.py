"""What the API says when it says no (RFC 9457)."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import View
from bot.wire.places import Slot


class Clash(View):
    """The booking that stands in the way of another at the same time."""

    booking_id: UUID
    service: str
    point: str
    start: datetime
    end: datetime
    same_slot: bool = False


class Match(View):
    """A booking that a name, or a code of another day, leads to."""

    booking_id: UUID
    slot_id: UUID
    name: str
    party: int
    service: str
    start: datetime
    status: str = ""


class Reason(View):
    """One reason of a refusal: a stable code, the API's own words, and the data that belong to the code."""

    code: str
    title: str = ""
    opens_at: datetime | None = None
    closed_at: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    free: int | None = None
    clash: Clash | None = None
    status: str | None = None
    booking_id: UUID | None = None
    slot_id: UUID | None = None
    name: str | None = None
    correct_until: datetime | None = None
    matches: tuple[Match, ...] = ()
    place: str = ""
    team: str = ""
    shift: str = ""
    service: str = ""
    point: str = ""
    start: datetime | None = None


class Problem(View):
    """An RFC 9457 problem document. `waitlist` says that nothing but missing places stood against the booking."""

    title: str = ""
    detail: str | None = None
    code: str = "unknown"
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Slot, ...] = ()
    waitlist: bool = False
