"""What the API says when it says no (RFC 9457)."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import View
from bot.wire.places import Slot


class Clash(View):
    """The booking, or the place on a shift, that stands in the way of another at the same time."""

    booking_id: UUID | None = None
    signup_id: UUID | None = None
    service: str = ""
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
    hours: int | None = None
    minimum_age: int | None = None
    age_is_known: bool | None = None
    missing: tuple[str, ...] = ()
    expired: tuple[str, ...] = ()
    experienced: bool | None = None
    check_in_from: datetime | None = None
    minutes: int | None = None
    person_id: UUID | None = None
    signup_id: UUID | None = None
    place: str = ""
    team: str = ""
    shift: str = ""
    cell: str = ""
    service: str = ""
    point: str = ""
    start: datetime | None = None


class Withdrawn(View):
    """A problem of the code `consent-withdrawn`: what for, and by whom."""

    purpose: str
    person_id: UUID


class Invalid(View):
    """What of a request cannot be taken, as a JSON pointer."""

    pointer: str


class Problem(View):
    """An RFC 9457 problem document. `waitlist` says that nothing but missing places stood against the booking."""

    title: str = ""
    detail: str | None = None
    code: str = "unknown"
    reasons: tuple[Reason, ...] = ()
    errors: tuple[Invalid, ...] = ()
    alternatives: tuple[Slot, ...] = ()
    waitlist: bool = False
    retry_after_s: int | None = None
