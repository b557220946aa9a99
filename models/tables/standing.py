"""What keeping and missing bookings leads to: pauses (product: Booking 5) and ratings."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.tables.base import Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import Category


class Pause(Row, table=True):
    """A time in which a person cannot book ahead in a category. It ends by itself, or when staff lift it.

    `bookings` are the ids of the missed ones that led to it.
    """

    __tablename__ = "pause"
    __table_args__ = (
        CheckConstraint("created_at < until", name="ends_later"),
        Index("ix_pause_person_id_until", "person_id", "until"),
        Index("ix_pause_until", "until"),
    )

    district_code: str = Field(max_length=CODE)
    person_id: UUID = Field(foreign_key="person.id")
    category: Category = Field(sa_type=words(Category))
    until: datetime = Field(sa_type=Moment)
    bookings: list[str] = Field(default_factory=list, sa_type=JSONB)
    appeal: str | None = Field(default=None, max_length=1000)
    appealed_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_at: datetime | None = Field(default=None, sa_type=Moment)
    lifted_by_id: UUID | None = None
    lift_reason: str | None = Field(default=None, max_length=300)


class Rating(Row, table=True):
    """What an attended booking was worth, said once: 1 to 5 stars."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("1 <= stars AND stars <= 5", name="one_to_five"),
        Index("ix_rating_service_id_created_at", "service_id", "created_at"),
        Index("ix_rating_person_id", "person_id"),
    )

    district_code: str = Field(max_length=CODE)
    booking_id: UUID = Field(foreign_key="booking.id", unique=True)
    service_id: UUID
    point_id: UUID
    person_id: UUID = Field(foreign_key="person.id")
    stars: int
    comment: str = Field(default="", max_length=1000)
