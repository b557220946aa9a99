"""Bookings and what people wait for, as the bot sees them."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import Named, View
from bot.wire.places import PointBrief, Slot


class Booking(View):
    """A booking with all that a ticket says; `arrival` is what was said of the coming, `stars` how it was rated."""

    id: UUID
    code: str
    status: str
    party: int
    slot: Slot
    point: PointBrief
    service: Named
    attendee: Named
    free_cancel_until: datetime
    demo: bool = False
    arrival: str | None = None
    kept_until: datetime | None = None
    stars: int | None = None
    series_id: UUID | None = None


class Offer(View):
    """Places held for a waiting party until `expires_at`."""

    id: UUID
    expires_at: datetime


class WaitlistEntry(View):
    """A party waiting for a full slot. `ahead` is how many parties stand before it; `offer` is what is held for it."""

    id: UUID
    status: str
    slot: Slot
    party: int
    attendee: Named
    ahead: int
    offer: Offer | None = None
