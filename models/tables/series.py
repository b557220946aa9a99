"""Standing orders: one order that makes bookings on a repeating pattern."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.tables.base import Json, Row, words
from models.tables.places import CODE
from models.vocabulary import OccurrenceStatus


class Series(Row, table=True):
    """One order for a service on a repeating pattern: an RFC 5545 rule from `first` to `last`, local days."""

    __tablename__ = "series"
    __table_args__ = (
        Index("ix_series_person_id_created_at", "person_id", "created_at"),
        Index("ix_series_attendee_id", "attendee_id"),
    )

    district_code: str = Field(max_length=CODE)
    service_id: UUID = Field(foreign_key="service.id")
    person_id: UUID = Field(foreign_key="person.id")
    attendee_id: UUID = Field(foreign_key="person.id")
    party: int
    rrule: str = Field(max_length=300)
    first: date
    last: date
    cancelled: bool = False


class SeriesOccurrence(Row, table=True):
    """What became of one day of a series when it was ordered; `reasons` say why when it was refused."""

    __tablename__ = "series_occurrence"
    __table_args__ = (UniqueConstraint("series_id", "day"),)

    series_id: UUID = Field(foreign_key="series.id")
    day: date
    status: OccurrenceStatus = Field(sa_type=words(OccurrenceStatus))
    slot_id: UUID | None = None
    booking_id: UUID | None = None
    entry_id: UUID | None = None
    reasons: list[Json] = Field(default_factory=list, sa_type=JSONB)
