"""Claimed notices, and what they tell of bookings, offers, pauses and points."""

from datetime import date, datetime
from uuid import UUID

from pydantic import JsonValue

from bot.replies import Channel, Language
from bot.wire.base import View


class Notice(View):
    """A claimed notice. What `data` holds depends on `kind`, so it is read where it is rendered."""

    id: UUID
    kind: str
    channel: Channel
    address: str
    language: Language
    large_text: bool = False
    data: dict[str, JsonValue]


class Claimed(View):
    """Claimed notices, and in how many seconds there can be more."""

    items: tuple[Notice, ...]
    wait_s: float = 0


class Visited(View):
    """What every notice about a visit says of it."""

    service: str
    category: str
    point: str
    address: str
    start: datetime
    end: datetime
    latitude: float | None = None
    longitude: float | None = None


class BookingNews(Visited):
    """A notice about a booking."""

    booking_id: UUID
    code: str
    party: int
    attendee: str
    for_self: bool


class Instead(Visited):
    """A slot that can be booked in the place of one that was cancelled."""

    slot_id: UUID
    distance_m: float | None = None


class ByNews(BookingNews):
    """A booking with which somebody of the household, or the point, did something: `by` is their name."""

    by: str = ""


class CancelledNews(BookingNews):
    """A booking that the point had to cancel. `why` is a code, `reason` what the point wrote to it."""

    why: str | None = None
    reason: str = ""
    alternatives: tuple[Instead, ...] = ()


class Before(View):
    """When and where a booking was before it was moved."""

    start: datetime
    end: datetime
    point: str


class ChangedNews(ByNews):
    """A booking that the point, or somebody of the household, has moved."""

    why: str | None = None
    reason: str = ""
    was: Before | None = None


class OfferNews(Visited):
    """Places are held for a waiting party until `expires_at`."""

    offer_id: UUID
    party: int
    expires_at: datetime
    for_self: bool


class WithdrawnNews(Visited):
    """An offer that the point could not keep; the party keeps its turn."""

    entry_id: UUID
    party: int


class ClosedNews(Visited):
    """A waiting that has ended; `why` is a code."""

    party: int
    why: str


class Missed(View):
    """A visit that was booked and missed."""

    service: str
    point: str
    start: datetime


class PauseNews(View):
    """Booking ahead is paused for somebody until a moment, because of these visits."""

    until: datetime
    attendee: str
    for_self: bool
    bookings: tuple[Missed, ...]


class PauseEndedNews(View):
    """Booking ahead works again for somebody; `why` is a code."""

    attendee: str
    for_self: bool
    why: str


class SeriesNews(Visited):
    """What became of a standing order: how many of its days are booked, waited for, and not possible."""

    attendee: str
    for_self: bool
    first: date
    last: date
    booked: int
    waitlisted: int
    refused: int


class CodeNews(View):
    """A code that proves an address, and for how many minutes it holds."""

    code: str
    minutes: int


class ExcessNews(Visited):
    """More people are booked than there are places."""

    slot_id: UUID | None = None
    taken: int
    capacity: int


class StaleNews(View):
    """So many bookings in so many days, and nobody checked in."""

    point: str
    point_id: UUID | None = None
    days: int
    bookings: int


class MorningLine(View):
    """One slot of a point's day."""

    start: datetime
    service: str
    taken: int
    capacity: int
    waiting: int


class MorningNews(View):
    """A point's day: sums over the slots that are open, and as many of them as can be named."""

    point: str
    point_id: UUID | None = None
    day: str
    slots: int
    closed: int
    taken: int
    capacity: int
    waiting: int
    lines: tuple[MorningLine, ...]


class OverdueNews(View):
    """A timed job that has not succeeded for long."""

    job: str
    since: datetime
    error: str
