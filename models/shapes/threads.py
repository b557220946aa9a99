"""Conversations with the people who answer for a place, as the API shows and takes them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from models.shapes.base import Day, Named, Shape, Time
from models.shapes.requests import Attached, AttachmentView
from models.vocabulary import DeskKind, ThreadEvent, ThreadSide, ThreadState, ThreadSubject

LONGEST_TEXT = 2000
LONGEST_ANNOUNCEMENT = 500


class MessageOrder(Shape):
    """What somebody writes in a thread: words, attachments that were sent before (`POST /v1/attachments`), or both; one of
    them there must be.
    """

    text: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    attachments: Attached = Field(default_factory=list)


class ThreadOrder(MessageOrder):
    """What somebody writes, and what it is about. Named neither, it is about their next booking, or nothing in particular."""

    point_id: UUID | None = None
    """The point that it is about."""
    booking_id: UUID | None = None
    """The booking that it is about; its point follows from it."""


class SeenUpTo(Shape):
    """The number of the last message that was seen."""

    number: Annotated[int, Field(ge=0, le=1_000_000)]


class HandOn(Shape):
    """To whom a thread is handed on: one person, or (nobody named) the staff of the next level."""

    person_id: UUID | None = None


class DeskView(Shape):
    """Who answers."""

    kind: DeskKind
    key: str
    """The point's id, or the division's code."""
    name: str


class AboutView(Shape):
    """What a thread is about; `id` is the point's, the booking's or the request's."""

    kind: ThreadSubject
    id: UUID | None
    point: Named | None


class MessageView(Shape):
    """Something said in a thread, or done to it. `author` is empty for what the program did."""

    number: int
    event: ThreadEvent
    side: ThreadSide
    author: Named | None
    text: str
    attachments: list[AttachmentView]
    at: Time
    delivered_at: Time | None
    """When it reached the other side's chat."""
    seen: bool
    """Whether the other side has opened it."""


class ThreadView(Shape):
    """A conversation of a resident with a desk."""

    id: UUID
    state: ThreadState
    about: AboutView
    desk: DeskView
    resident: Named
    owner: Named | None
    """Who answers: the first who did (首问负责). Empty until somebody has."""
    side: ThreadSide
    """On which side the caller is."""
    urgent: bool
    raised_to: str | None
    """The name of the division whose staff were called because nobody answered."""
    opened_at: Time
    first_answered_at: Time | None
    last_at: Time
    closed_at: Time | None
    last_number: int
    unseen: int
    """How much the other side has said that the caller's has not opened."""
    preview: str
    """How the last thing said begins."""


class ThreadDetail(Shape):
    """A thread with a page of what was said, the newest first; `next` is the cursor of what was said before."""

    thread: ThreadView
    items: list[MessageView]
    next: str | None
    colleagues: list[Named]
    """To whom the caller may hand it on."""
    above: str | None
    """The name of the next level, to whose staff the caller may hand it up."""


class ThreadSaid(Shape):
    """A thread after something was said in it."""

    thread: ThreadView
    message: MessageView
    emergency: list[str]
    """Emergency numbers to call at once, for what was said; empty when it is not urgent."""


class SpanView(Shape):
    """From when until when somebody answers."""

    start: Time
    end: Time


class PhoneView(Shape):
    """Whom to call instead."""

    name: str
    number: str


class HelpDeskView(Shape):
    """Who would answer, when, and how long that usually takes."""

    desk: DeskView | None
    """Nobody can be written to where it is empty; the phones remain."""
    about: AboutView
    people: list[str]
    """Who sits there, by name."""
    open_now: bool
    today: SpanView | None
    """The hours of today, past or to come."""
    next_from: Time | None
    """When somebody is there next: now, when they are."""
    usual_wait_minutes: int | None
    """The median of the last first answers, in working time. Empty when too little is known to say."""
    measured_at: Literal["desk", "district"] | None
    phones: list[PhoneView]
    thread_id: UUID | None
    """The caller's open thread with this desk."""


class PointMessageOrder(Shape):
    """What a manager writes, and to whom: to those booked in one slot, or on a day, in one service or in all."""

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_ANNOUNCEMENT, pattern=r"\S")]
    slot_id: UUID | None = None
    day: Day | None = None
    service_id: UUID | None = None


class PointMessageImpact(Shape):
    """Whom a message would reach. It changes nothing."""

    people: int
    reachable: int
    """How many of them have a chat or a confirmed address."""
    goes_out_at: Time
    left_today: int
    """How many more messages the point may write within 24 hours."""


class PointMessageView(Shape):
    """A message to those booked, and what became of it."""

    id: UUID
    point: Named
    author: Named
    slot_id: UUID | None
    service_id: UUID | None
    day: Day
    text: str
    sent_at: Time
    people: int
    reachable: int
    delivered: int | None
    """How many have got it. Empty when that is not known any more (notices are kept for some months)."""
