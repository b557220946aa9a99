"""Standing orders, as the bot sees them."""

from datetime import date, datetime
from uuid import UUID

from bot.wire.base import Named, View
from bot.wire.bookings import Booking
from bot.wire.places import Slot
from bot.wire.problems import Reason


class PreviewDay(View):
    """What would become of one day: booked, waitlisted, refused or skipped."""

    date: date
    status: str
    slot: Slot | None
    reasons: tuple[Reason, ...] = ()


class SeriesPreview(View):
    """What a standing order would come to."""

    first: date
    last: date
    days: tuple[PreviewDay, ...]


class SeriesSummary(View):
    """A standing order by itself; `ahead` days of it are booked, the next begins at `start`."""

    id: UUID
    service: Named
    point: Named
    attendee: Named
    first: date
    last: date
    ahead: int
    start: datetime | None


class Occurrence(View):
    """What became of one day."""

    date: date
    status: str
    booking: Booking | None
    reasons: tuple[Reason, ...] = ()


class Series(View):
    """A standing order with all its days."""

    id: UUID
    service: Named
    attendee: Named
    party: int
    first: date
    last: date
    cancelled: bool
    occurrences: tuple[Occurrence, ...]
