"""Waiting for a full slot, and the offers made from freed places (product: Booking 7)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.tables.base import Json, Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import OfferStatus, WaitlistStatus

ACTIVE = "status IN ('waiting', 'offered')"


class WaitlistEntry(Row, table=True):
    """A party waiting for a slot.

    `priority` is as of joining. `passed_over` counts the times that freed places went past it. `held` are places of the
    slot (counted in its `taken`) that are kept for it: all of its party while an offer is out, some while places are
    being gathered.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (
        CheckConstraint("party > 0", name="party_positive"),
        CheckConstraint("0 <= held AND held <= party", name="held_within_party"),
        CheckConstraint("status <> 'offered' OR held = party", name="offer_is_whole"),
        CheckConstraint("held = 0 OR status IN ('waiting', 'offered')", name="only_active_hold"),
        Index(
            "ix_waitlist_entry_queue",
            "slot_id",
            text("priority DESC"),
            "created_at",
            "id",
            postgresql_where=text(ACTIVE),
        ),
        Index(
            "uq_waitlist_entry_slot_id_attendee_id",
            "slot_id",
            "attendee_id",
            unique=True,
            postgresql_where=text(ACTIVE),
        ),
        Index("ix_waitlist_entry_person_id_start", "person_id", "start"),
        Index("ix_waitlist_entry_attendee_id_start", "attendee_id", "start"),
        Index("ix_waitlist_entry_start", "start", postgresql_where=text(ACTIVE)),
    )

    district_code: str = Field(max_length=CODE)
    slot_id: UUID = Field(foreign_key="slot.id")
    person_id: UUID = Field(foreign_key="person.id")
    attendee_id: UUID = Field(foreign_key="person.id")
    start: datetime = Field(sa_type=Moment)
    party: int
    priority: bool = False
    status: WaitlistStatus = Field(default=WaitlistStatus.waiting, sa_type=words(WaitlistStatus))
    passed_over: int = 0
    held: int = 0
    note: str = Field(default="", max_length=300)
    answers: Json = Field(default_factory=dict, sa_type=JSONB)
    series_id: UUID | None = Field(default=None, foreign_key="series.id")


class Offer(Row, table=True):
    """A time-limited hold of freed places, offered to a waiting party."""

    __tablename__ = "offer"
    __table_args__ = (
        Index("uq_offer_entry_id_held", "entry_id", unique=True, postgresql_where=text("status = 'held'")),
        Index("ix_offer_expires_at", "expires_at", postgresql_where=text("status = 'held'")),
        Index("ix_offer_entry_id", "entry_id"),
    )

    district_code: str = Field(max_length=CODE)
    entry_id: UUID = Field(foreign_key="waitlist_entry.id")
    slot_id: UUID = Field(foreign_key="slot.id")
    party: int
    expires_at: datetime = Field(sa_type=Moment)
    status: OfferStatus = Field(default=OfferStatus.held, sa_type=words(OfferStatus))
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    booking_id: UUID | None = None
