"""Slots, bookings and the day of a point as the API shows and takes them."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from models.shapes.base import BothLanguages, Named, Shape, Time
from models.shapes.places import PointBrief, ServiceBrief
from models.vocabulary import Affected, AlternativeKind, Arrival, BookingStatus, Category, SlotStatus


class SlotView(Shape):
    """One bookable occurrence. It takes bookings from `opens_at` to `closes_at`; `free` is capacity less taken."""

    id: UUID
    start: Time
    end: Time
    capacity: int
    taken: int
    free: int
    status: SlotStatus
    category: Category
    service: Named
    point: PointBrief
    opens_at: Time
    closes_at: Time
    distance_m: int | None
    demo: bool


class ChoiceView(Shape):
    """One of the answers that a question offers, with its names in both languages."""

    key: str
    zh: str
    en: str


class QuestionView(Shape):
    """What a service asks when it is booked. `most` is the largest number, or the longest text in characters."""

    key: str
    zh: str
    en: str
    kind: Literal["choice", "choices", "number", "yes_no", "text"]
    choices: list[ChoiceView]
    required: bool
    default: str | int | bool | None
    most: int


class SlotDetail(SlotView):
    """A slot by itself: with what is asked when it is booked."""

    questions: list[QuestionView]


class Alternative(SlotView):
    """A slot that can really be booked now, in place of the one refused, and in what it differs."""

    kind: AlternativeKind


class BookingOrder(Shape):
    """An order for places in a slot. Without `attendee_id` it is for oneself. `answers` are to the service's questions."""

    slot_id: UUID
    party: Annotated[int, Field(ge=1, le=1000)] = 1
    attendee_id: UUID | None = None
    note: Annotated[str, Field(max_length=300)] = ""
    answers: Annotated[dict[str, str | int | bool | list[str]], Field(max_length=20)] = Field(
        default_factory=dict
    )


class BookingAnswer(Shape):
    """What somebody says of their coming: on time, or late."""

    answer: Arrival


class TicketView(Shape):
    """A ticket: the code to say at the door, and the text of its QR code."""

    booking_id: UUID
    code: str
    qr: str


class BookingMove(Shape):
    """Where a booking is to be moved."""

    slot_id: UUID


class BookingView(Shape):
    """A booking. `code` is what to say at the door; cancelling before `free_cancel_until` does not count as late.

    `arrival` is what was said of the coming; whoever has not come by `kept_until` may find the places given on. `stars` is
    how the visit was rated, if it was.
    """

    id: UUID
    code: str
    status: BookingStatus
    party: int
    slot: SlotView
    point: PointBrief
    service: ServiceBrief
    attendee: Named
    booked_by: Named
    note: str
    answers: dict[str, str | int | bool | list[str]]
    series_id: UUID | None
    queue_number: int | None
    free_cancel_until: Time
    arrival: Arrival | None
    kept_until: Time
    stars: int | None
    created_at: Time
    checked_in_at: Time | None
    cancelled_at: Time | None
    late_cancel: bool
    demo: bool


class Answered(Shape):
    """What was asked when booking, and what was answered, as people read it."""

    question: BothLanguages
    answer: BothLanguages


class DayBooking(Shape):
    """A booking as the point's manager sees it. The phone number is whole: it is the manager who must call.

    `queue_number` is there once they have come; before, `arrival` may say that they will, or will be late. Who came without a
    booking (`walk_in`) cannot have stayed away.
    """

    id: UUID
    code: str
    status: BookingStatus
    party: int
    attendee: Named
    phone: str | None
    note: str
    answers: list[Answered]
    walk_in: bool
    queue_number: int | None
    checked_in_at: Time | None
    arrival: Arrival | None


class DaySlot(SlotView):
    """A slot with its bookings. `target_capacity` is what its capacity follows down to as places become free; `waiting` is
    how many places are waited for.
    """

    bookings: list[DayBooking]
    waiting: int
    target_capacity: int | None
    version: int


class DayView(Shape):
    """One day of a point."""

    point: PointBrief
    date: date
    slots: list[DaySlot]


class SlotEdit(Shape):
    """What a manager changes on a slot. `affected` is asked for when the capacity falls below what is taken."""

    capacity: Annotated[int, Field(ge=0, le=2000)]
    affected: Affected | None = None


class AffectedBooking(Shape):
    """A booking that would no longer fit."""

    id: UUID
    code: str
    party: int
    attendee: Named


class Impact(Shape):
    """What a lower capacity, or closing, would mean: who would no longer fit, the last to have booked first.

    `held_given_back` are places held for waiting parties that would be taken back before anybody has to go.
    """

    slot_id: UUID
    capacity: int
    taken: int
    held_given_back: int
    affected: list[AffectedBooking]


class CheckIn(Shape):
    """A code said at the door; `point_id` where one manager has several points."""

    code: Annotated[str, Field(min_length=4, max_length=12)]
    point_id: UUID | None = None
