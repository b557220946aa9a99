"""What goes with visits: tickets, ratings, pauses, the calendar, as the bot sees them."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import Named, View


class TicketText(View):
    """What the QR code of a ticket says."""

    qr: str


class Rating(View):
    """How a visit was rated."""

    stars: int
    comment: str


class Miss(View):
    """A missed booking behind a pause."""

    service: str
    point: str
    start: datetime


class Pause(View):
    """A time in which somebody cannot book ahead in a category."""

    id: UUID
    person: Named
    category: str
    until: datetime
    active: bool
    missed: tuple[Miss, ...]
    appeal: str | None


class CalendarAddress(View):
    """Where a calendar program finds one's bookings."""

    url: str
