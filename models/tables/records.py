"""What is owed and what was done: notices, idempotency records, audit, secrets."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, LargeBinary, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.base import Json, Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import Channel, NoticeKind, NoticeStatus

PENDING = "status = 'pending'"


class Notice(Row, table=True):
    """A message owed to a person (transactional outbox, docs/NOTICES.md).

    Due from `due_at`, worthless after `expires_at`; nothing is sent from the local hour `quiet_from` until `quiet_until`.
    While `next_at` is empty no channel has been chosen; then `channel` may claim it from `next_at` on. Pending rows are
    claimed under a lease; one whose lease ran out is claimed again. `dedupe_key` is unique, so that whoever owes it
    twice owes it once. `address` is set when it is meant for that address of `channel` and no other.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(
            "ix_notice_unrouted",
            "priority",
            "due_at",
            postgresql_where=text(f"{PENDING} AND next_at IS NULL"),
        ),
        Index(
            "ix_notice_claim",
            "channel",
            "priority",
            "next_at",
            postgresql_where=text(f"{PENDING} AND next_at IS NOT NULL"),
        ),
        Index(
            "ix_notice_expires_at",
            "expires_at",
            postgresql_where=text(f"{PENDING} AND next_at IS NOT NULL"),
        ),
        Index("ix_notice_booking_id", "booking_id", postgresql_where=text(PENDING)),
        Index(
            "ix_notice_person_id",
            "person_id",
            "priority",
            "due_at",
            "id",
            postgresql_where=text(PENDING),
        ),
        Index(
            "ix_notice_person_id_finished_at",
            "person_id",
            "finished_at",
            postgresql_where=text("finished_at IS NOT NULL"),
        ),
        Index("ix_notice_failed", "finished_at", "id", postgresql_where=text("status = 'failed'")),
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
    priority: int = Field(default=1, sa_type=SmallInteger, sa_column_kwargs={"server_default": text("1")})
    quiet_from: int | None = Field(default=None, sa_type=SmallInteger)
    quiet_until: int | None = Field(default=None, sa_type=SmallInteger)
    channel: Channel | None = Field(default=None, sa_type=words(Channel))
    address: str | None = Field(default=None, max_length=100)
    next_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    finished_at: datetime | None = Field(default=None, sa_type=Moment)
    last_error: str | None = Field(default=None, max_length=500)


class ChannelAllowance(SQLModel, table=True):
    """How many messages a channel may be given now: a bucket that fills with time, shared by all processes.

    Whoever claims for the channel holds its row; so its rate is one, however many send.
    """

    __tablename__ = "channel_allowance"

    channel: Channel = Field(sa_type=words(Channel), primary_key=True)
    tokens: float
    refilled_at: datetime = Field(sa_type=Moment)


class JobRun(SQLModel, table=True):
    """What became of a timed job so far, whichever clock ran it. Times are in seconds."""

    __tablename__ = "job_run"

    name: str = Field(primary_key=True, max_length=40)
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    succeeded_at: datetime | None = Field(default=None, sa_type=Moment)
    failed_at: datetime | None = Field(default=None, sa_type=Moment)
    last_error: str | None = Field(default=None, max_length=500)
    last_seconds: float = 0
    runs: int = Field(default=0, sa_type=BigInteger)
    failures: int = Field(default=0, sa_type=BigInteger)
    changed: int = Field(default=0, sa_type=BigInteger)
    seconds: float = 0


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
