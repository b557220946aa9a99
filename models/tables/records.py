"""What is owed and what was done: notices, idempotency records, audit, secrets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.base import Json, Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import Channel, NoticeKind, NoticeStatus


class Notice(Row, table=True):
    """A message owed to a person (transactional outbox).

    Due from `due_at`, worthless after `expires_at`. Pending rows are claimed under a lease; one whose lease ran out is
    claimed again. `dedupe_key` is unique, so that whoever owes it twice owes it once.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_due", "due_at", "id", postgresql_where=text("status = 'pending'")),
        Index("ix_notice_booking_id", "booking_id", postgresql_where=text("status = 'pending'")),
        Index("ix_notice_person_id_due_at", "person_id", "due_at"),
    )

    district_code: str = Field(max_length=CODE)
    person_id: UUID = Field(foreign_key="person.id")
    booking_id: UUID | None = None
    kind: NoticeKind = Field(sa_type=words(NoticeKind))
    dedupe_key: str = Field(max_length=120, unique=True)
    due_at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    data: Json = Field(default_factory=dict, sa_type=JSONB)
    status: NoticeStatus = Field(default=NoticeStatus.pending, sa_type=words(NoticeStatus))
    channel: Channel | None = Field(default=None, sa_type=words(Channel))
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    last_error: str | None = Field(default=None, max_length=500)


class IdempotencyRecord(SQLModel, table=True):
    """The first answer to a creating request, kept for its repeats. `fingerprint` is a hash of method, path, body.

    `answer` is json, not jsonb, which would bring its fields into another order: a repeat is the same byte for byte.
    """

    __tablename__ = "idempotency_record"
    __table_args__ = (Index("ix_idempotency_record_created_at", "created_at"),)

    owner: str = Field(primary_key=True, max_length=60)
    key: str = Field(primary_key=True, max_length=200)
    fingerprint: bytes = Field(sa_type=LargeBinary)
    status: int
    answer: Json = Field(sa_type=JSON)
    created_at: datetime = Field(sa_type=Moment)


class AuditEntry(Row, table=True):
    """Who did what to which row, written in the transaction that did it."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject_id", "subject_id"),)

    district_code: str = Field(max_length=CODE)
    actor_id: UUID | None = None
    action: str = Field(max_length=60)
    subject: str = Field(max_length=30)
    subject_id: UUID | None = None
    data: Json = Field(default_factory=dict, sa_type=JSONB)


class Secret(SQLModel, table=True):
    """A key that all processes of one installation share, made at first start."""

    __tablename__ = "secret"

    name: str = Field(primary_key=True, max_length=40)
    value: bytes = Field(sa_type=LargeBinary)
