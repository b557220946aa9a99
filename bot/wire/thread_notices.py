"""What notices tell of conversations, and what points write to those booked."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import View


class ThreadItem(View):
    """Something that was said."""

    text: str
    at: datetime
    files: tuple[UUID, ...] = ()


class ThreadNews(View):
    """A notice about a conversation of a resident with a desk."""

    thread_id: UUID
    desk: str
    resident: str
    urgent: bool = False


class ThreadMessageNews(ThreadNews):
    """Something was said, to the desk's people or to the resident."""

    author: str
    to_staff: bool
    items: tuple[ThreadItem, ...]


class ThreadHandedNews(ThreadNews):
    """A conversation was handed on to the reader, with what was said last."""

    items: tuple[ThreadItem, ...]


class ThreadAlertNews(ThreadNews):
    """Nobody has answered since a moment."""

    since: datetime


class ThreadClosedNews(ThreadNews):
    """A conversation has ended: `by` the resident, the staff, or the house (silence)."""

    by: str
    to_staff: bool = True


class PointMessageNews(View):
    """A point writes to those booked."""

    point_id: UUID
    point: str
    service: str
    booking_id: UUID
    start: datetime
    end: datetime
    text: str
