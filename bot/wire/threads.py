"""Conversations with people, and messages to those booked, as the bot sees them."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import Named, View


class Desk(View):
    """Who answers: a point, or the staff of a division."""

    kind: str
    name: str


class About(View):
    """What a conversation is about."""

    kind: str
    id: UUID | None
    point: Named | None


class File(View):
    """A photo or voice note that came with something said."""

    id: UUID


class Said(View):
    """Something said in a conversation, or done to it (`event`)."""

    number: int
    event: str
    side: str
    author: Named | None
    text: str
    attachments: tuple[File, ...] = ()
    at: datetime
    delivered_at: datetime | None
    seen: bool


class Thread(View):
    """A conversation. `side` is the caller's."""

    id: UUID
    state: str
    about: About
    desk: Desk
    resident: Named
    owner: Named | None
    side: str
    urgent: bool
    raised_to: str | None
    last_at: datetime
    last_number: int
    unseen: int
    preview: str


class ThreadPage(View):
    """A conversation with what was said, the newest first; `next` where there is more before."""

    thread: Thread
    items: tuple[Said, ...]
    next: str | None
    colleagues: tuple[Named, ...]
    above: str | None


class Written(View):
    """A conversation after something was said in it, and the emergency numbers that this calls for."""

    thread: Thread
    message: Said
    emergency: tuple[str, ...]


class Phone(View):
    """Whom to call."""

    name: str
    number: str


class HelpDesk(View):
    """Who would answer, when, and how long that usually takes."""

    desk: Desk | None
    people: tuple[str, ...]
    open_now: bool
    next_from: datetime | None
    usual_wait_minutes: int | None
    phones: tuple[Phone, ...]
    thread_id: UUID | None
