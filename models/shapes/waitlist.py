"""Waiting for full slots, offers and series, as the API shows and takes them."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from models.shapes.base import Day, Named, Shape, Time
from models.shapes.bookings import BookingView, SlotView
from models.vocabulary import OccurrenceStatus, WaitlistStatus


class WaitlistOrder(Shape):
    """An order to wait for places in a full slot."""

    slot_id: UUID
    party: Annotated[int, Field(ge=1, le=1000)] = 1
    attendee_id: UUID | None = None
    note: Annotated[str, Field(max_length=300)] = ""
    answers: Annotated[dict[str, str | int | bool | list[str]], Field(max_length=20)] = Field(
        default_factory=dict
    )


class OfferView(Shape):
    """Places held for a waiting party until `expires_at`."""

    id: UUID
    expires_at: Time


class WaitlistView(Shape):
    """A party waiting. `ahead` is how many parties stand before it; `offer` is there while places are held for it."""

    id: UUID
    status: WaitlistStatus
    slot: SlotView
    party: int
    attendee: Named
    ahead: int
    passed_over: int
    offer: OfferView | None
    created_at: Time


class SeriesOrder(Shape):
    """A standing order: the slot gives service and time of day, the rule the days.

    `rrule` is an RFC 5545 rule of FREQ=DAILY or WEEKLY with INTERVAL and BYDAY; `until` is the last day.
    """

    slot_id: UUID
    rrule: Annotated[str, Field(max_length=200, examples=["FREQ=WEEKLY;BYDAY=MO,TH"])]
    until: Day
    party: Annotated[int, Field(ge=1, le=1000)] = 1
    attendee_id: UUID | None = None
    note: Annotated[str, Field(max_length=300)] = ""
    answers: Annotated[dict[str, str | int | bool | list[str]], Field(max_length=20)] = Field(
        default_factory=dict
    )
    on_full: Literal["waitlist", "skip"] = "waitlist"


class PreviewDay(Shape):
    """What would become of one day: booked, waitlisted, refused (with reasons) or skipped (nothing is open that day)."""

    date: date
    status: OccurrenceStatus
    slot: SlotView | None
    reasons: list[dict[str, Any]]


class SeriesPreview(Shape):
    """What a standing order would come to, were it placed now: its days, and the rule in its normal form."""

    rrule: str
    first: date
    last: date
    days: list[PreviewDay]


class SeriesSummary(Shape):
    """A standing order by itself. `start` is the time of day as it is on the next day booked, null when none is ahead."""

    id: UUID
    service: Named
    point: Named
    attendee: Named
    party: int
    rrule: str
    first: date
    last: date
    cancelled: bool
    ahead: int
    start: Time | None
    created_at: Time


class OccurrenceView(Shape):
    """What became of one day: booked, waitlisted, refused (with reasons) or skipped (nothing is open that day)."""

    date: date
    status: OccurrenceStatus
    booking: BookingView | None
    waitlist_id: UUID | None
    reasons: list[dict[str, Any]]


class SeriesView(Shape):
    """A standing order with all its days."""

    id: UUID
    service: Named
    attendee: Named
    party: int
    rrule: str
    first: date
    last: date
    cancelled: bool
    occurrences: list[OccurrenceView]
