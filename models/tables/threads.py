"""Conversations of residents with the people who answer for a place, and what managers write to those booked."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.base import Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import DeskKind, ThreadEvent, ThreadSide, ThreadState, ThreadSubject

DESK_KEY = 40

NOT_CLOSED = "state <> 'closed'"


class Thread(Row, table=True):
    """A conversation of one resident with one desk; `created_at` is when it was opened.

    `desk` and `desk_key` name the counterpart (a point or a grid cell by its id, a division by its code), `division_code` where it lies.
    `owner_id` is the one who answers, from the first answer on (首问负责). `raised_to` is the division whose staff were called
    because nobody answered. `answerable_from` is when somebody was at work first after it was opened, `waited_s` how many
    seconds of work the first answer took, `alert_at` when the next level is called if the resident still waits then.
    """

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_says_when"),
        CheckConstraint("0 <= waited_s", name="waited_since_opened"),
        Index(
            "uq_thread_open",
            "resident_id",
            "desk",
            "desk_key",
            unique=True,
            postgresql_where=text(NOT_CLOSED),
        ),
        Index("ix_thread_resident_id_last_at", "resident_id", "last_at", "id"),
        Index("ix_thread_owner_id_last_at", "owner_id", "last_at", "id"),
        Index("ix_thread_desk_key_last_at", "desk_key", "last_at", "id"),
        Index(
            "ix_thread_raised_to_last_at",
            "raised_to",
            "last_at",
            "id",
            postgresql_where=text("raised_to IS NOT NULL"),
        ),
        Index("ix_thread_desk_key_answerable_from", "desk_key", "answerable_from"),
        Index("ix_thread_district_code_answerable_from", "district_code", "answerable_from"),
        Index("ix_thread_alert_at", "alert_at", postgresql_where=text("alert_at IS NOT NULL")),
        Index(
            "ix_thread_silent",
            "district_code",
            "last_at",
            postgresql_where=text("state = 'waiting_for_resident'"),
        ),
    )

    district_code: str = Field(max_length=CODE)
    resident_id: UUID = Field(foreign_key="person.id")
    subject: ThreadSubject = Field(sa_type=words(ThreadSubject))
    subject_id: UUID | None = None
    point_id: UUID | None = Field(default=None, foreign_key="point.id")
    desk: DeskKind = Field(sa_type=words(DeskKind))
    desk_key: str = Field(max_length=DESK_KEY)
    division_code: str = Field(max_length=CODE, foreign_key="division.code")
    owner_id: UUID | None = Field(default=None, foreign_key="person.id")
    state: ThreadState = Field(sa_type=words(ThreadState))
    urgent: bool = False
    last_number: int = 0
    last_at: datetime = Field(sa_type=Moment)
    resident_wrote_at: datetime | None = Field(default=None, sa_type=Moment)
    staff_wrote_at: datetime | None = Field(default=None, sa_type=Moment)
    seen_by_resident: int = 0
    seen_by_staff: int = 0
    answerable_from: datetime = Field(sa_type=Moment)
    first_answered_at: datetime | None = Field(default=None, sa_type=Moment)
    waited_s: int | None = None
    alert_at: datetime | None = Field(default=None, sa_type=Moment)
    alerts: int = 0
    raised_to: str | None = Field(default=None, max_length=CODE)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class ThreadMessage(Row, table=True):
    """Something said in a thread, or done to it: numbered from 1; `author_id` is empty for what the program did.

    `notice_ids` are the notices that carry it to the other side; `delivered_at` when the first of them arrived. An
    erased text is empty. `attachments` are the ids of what came with it.
    """

    __tablename__ = "thread_message"
    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        Index("ix_thread_message_author_id_created_at", "author_id", "created_at"),
        Index(
            "ix_thread_message_undelivered",
            "created_at",
            postgresql_where=text("delivered_at IS NULL AND event = 'said'"),
        ),
    )

    district_code: str = Field(max_length=CODE)
    thread_id: UUID = Field(foreign_key="thread.id")
    number: int
    event: ThreadEvent = Field(sa_type=words(ThreadEvent))
    side: ThreadSide = Field(sa_type=words(ThreadSide))
    author_id: UUID | None = Field(default=None, foreign_key="person.id")
    text: str = Field(default="", max_length=2000)
    attachments: list[str] = Field(default_factory=list, sa_type=JSONB)
    notice_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    delivered_at: datetime | None = Field(default=None, sa_type=Moment)


class PointMessage(Row, table=True):
    """What a manager wrote to those booked at their point: in one slot, or on a day in one service or in all."""

    __tablename__ = "point_message"
    __table_args__ = (Index("ix_point_message_point_id_created_at", "point_id", "created_at"),)

    district_code: str = Field(max_length=CODE)
    point_id: UUID = Field(foreign_key="point.id")
    author_id: UUID = Field(foreign_key="person.id")
    slot_id: UUID | None = None
    service_id: UUID | None = None
    day: date
    text: str = Field(default="", max_length=500)
    people: int
    reachable: int


class PointMessageRecipient(SQLModel, table=True):
    """Who was told, and the notice that tells them."""

    __tablename__ = "point_message_recipient"

    message_id: UUID = Field(foreign_key="point_message.id", primary_key=True)
    person_id: UUID = Field(foreign_key="person.id", primary_key=True, index=True)
    notice_id: UUID
