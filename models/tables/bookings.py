"""Slots and bookings."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field

from models.tables.base import Json, Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import Arrival, BookingSource, BookingStatus, CancelReason, Category, SlotStatus

ATTENDANCE = """int8range(
    (attendee_number << 28) + (extract(epoch from "start" at time zone 'UTC') / 60)::bigint,
    (attendee_number << 28) + (extract(epoch from "end" at time zone 'UTC') / 60)::bigint
)"""
"""A person's time as one range of whole numbers: the person's number above, minutes since 1970 in the low 28 bits (500
years). So a plain GiST range index excludes overlaps per person without the btree_gist extension, which the embedded
database does not have."""


class Slot(Row, table=True):
    """One bookable occurrence of a service.

    `taken` counts the places of confirmed and attended bookings and of held offers; it is changed only by
    `scheduling.places`, together with those rows. `target_capacity` is set while more is taken than a manager
    wanted to allow: the capacity then follows `taken` down to it. `version` rises with each edit by a person.
    `closure_id` names the closure that closed it; one closed by hand, or by rules that are gone, has none. Queue
    numbers are given out at the door, to walk-ins and booked alike. `reminders_drawn` is set, under the slot's lock, when
    the reminders of its bookings became rows; whoever books from then on writes his own.
    """

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("service_id", "start"),
        CheckConstraint("0 <= taken AND taken <= capacity", name="taken_within_capacity"),
        CheckConstraint('"start" < "end"', name="start_before_end"),
        Index("ix_slot_category_start_id", "category", "start", "id"),
        Index("ix_slot_point_id_start", "point_id", "start"),
        Index("ix_slot_start_id", "start", "id"),
        Index("ix_slot_category_community_code_start", "category", "community_code", "start"),
        Index("ix_slot_closure_id", "closure_id", postgresql_where=text("closure_id IS NOT NULL")),
    )

    district_code: str = Field(max_length=CODE)
    service_id: UUID = Field(foreign_key="service.id")
    point_id: UUID = Field(foreign_key="point.id")
    rule_id: UUID | None = None
    category: Category = Field(sa_type=words(Category))
    community_code: str = Field(max_length=CODE)
    start: datetime = Field(sa_type=Moment)
    end: datetime = Field(sa_type=Moment)
    capacity: int
    taken: int = 0
    target_capacity: int | None = None
    status: SlotStatus = Field(default=SlotStatus.open, sa_type=words(SlotStatus))
    closure_id: UUID | None = Field(default=None, foreign_key="closure.id")
    edited: bool = False
    version: int = 1
    last_queue_number: int = 0
    now_serving: int = 0
    reminders_drawn: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


class Booking(Row, table=True):
    """Some places (`party`) in one slot, for an attendee, made by a person.

    `start`, `end`, `day` and the places' keys repeat the slot's, so that a person's calendar and a point's day are
    read, and overlaps excluded, without joining. `arrival` is what was said of the coming beforehand. `sequence` rises with each change (RFC 5545 SEQUENCE). A moved booking stays the same row.
    """

    __tablename__ = "booking"
    __table_args__ = (
        UniqueConstraint("point_id", "day", "code"),
        CheckConstraint("party > 0", name="party_positive"),
        ExcludeConstraint(
            (text(ATTENDANCE), "&&"),
            name="ex_booking_attendee_time",
            using="gist",
            where=text("status IN ('confirmed', 'attended')"),
        ),
        Index("ix_booking_slot_id", "slot_id"),
        Index("ix_booking_attendee_id_start", "attendee_id", "start"),
        Index("ix_booking_booked_by_id_start", "booked_by_id", "start"),
        Index("ix_booking_series_id", "series_id", postgresql_where=text("series_id IS NOT NULL")),
        Index("ix_booking_end_confirmed", "end", postgresql_where=text("status = 'confirmed'")),
        CheckConstraint("queue_number > 0", name="queue_number_positive"),
        Index(
            "uq_booking_slot_id_queue_number",
            "slot_id",
            "queue_number",
            unique=True,
            postgresql_where=text("queue_number IS NOT NULL"),
        ),
    )

    district_code: str = Field(max_length=CODE)
    slot_id: UUID = Field(foreign_key="slot.id")
    service_id: UUID
    point_id: UUID
    category: Category = Field(sa_type=words(Category))
    attendee_id: UUID = Field(foreign_key="person.id")
    attendee_number: int = Field(sa_type=BigInteger)
    booked_by_id: UUID = Field(foreign_key="person.id")
    start: datetime = Field(sa_type=Moment)
    end: datetime = Field(sa_type=Moment)
    day: date
    code: str = Field(max_length=8)
    party: int
    status: BookingStatus = Field(sa_type=words(BookingStatus))
    note: str = Field(default="", max_length=300)
    checked_in_at: datetime | None = Field(default=None, sa_type=Moment)
    cancelled_at: datetime | None = Field(default=None, sa_type=Moment)
    cancelled_by_id: UUID | None = None
    cancel_reason: CancelReason | None = Field(default=None, sa_type=words(CancelReason))
    late_cancel: bool = False
    sequence: int = 0
    source: BookingSource = Field(default=BookingSource.order, sa_type=words(BookingSource))
    series_id: UUID | None = Field(default=None, foreign_key="series.id")
    answers: Json = Field(default_factory=dict, sa_type=JSONB)
    queue_number: int | None = None
    arrival: Arrival | None = Field(default=None, sa_type=words(Arrival))
    arrival_said_at: datetime | None = Field(default=None, sa_type=Moment)
