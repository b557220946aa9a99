"""Grid cells, residents' requests with their history, micro-wishes, and what is attached to them (product: Requests).

Every request has a named owner at every moment: `Request.owner_id` may not be null, and each step of the history says who
owned it after the step.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.request_words import (
    AttachmentKind,
    ClaimState,
    RequestKind,
    RequestState,
    Rung,
    StepKind,
    Voice,
    WishState,
)
from models.tables.base import Json, Moment, Row, words
from models.tables.places import CODE

OPEN = "state IN ('received', 'accepted', 'in_progress')"
HOLDING_CLAIM = "state IN ('claimed', 'fulfilled')"
LONGEST_TEXT = 2000


class GridCell(Row, table=True):
    """Part of one community, with a responsible worker and a deputy.

    `outline` is a GeoJSON polygon (WGS84); `south` to `east` are its bounds, by which an index finds it. Where there is
    none, the nearest centre decides. A cell that was given up (`ended_at`) receives nothing any more.
    """

    __tablename__ = "grid_cell"
    __table_args__ = (
        UniqueConstraint("community_code", "number"),
        CheckConstraint("deputy_id <> worker_id", name="two_people"),
        CheckConstraint(
            "(outline IS NULL) = (south IS NULL) AND (outline IS NULL) = (north IS NULL)"
            " AND (outline IS NULL) = (west IS NULL) AND (outline IS NULL) = (east IS NULL)",
            name="outline_has_bounds",
        ),
        Index("ix_grid_cell_bounds", "south", "north", postgresql_where=text("outline IS NOT NULL")),
        Index("ix_grid_cell_latitude_longitude", "latitude", "longitude"),
    )

    district_code: str = Field(max_length=CODE)
    community_code: str = Field(max_length=CODE, foreign_key="division.code")
    number: int
    name: str = Field(max_length=100)
    latitude: float
    longitude: float
    outline: Json | None = Field(default=None, sa_type=JSONB(none_as_null=True))
    south: float | None = None
    north: float | None = None
    west: float | None = None
    east: float | None = None
    worker_id: UUID = Field(foreign_key="person.id", index=True)
    deputy_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    version: int = 1
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class WorkerAbsence(Row, table=True):
    """Days, both inclusive, on which a worker is away and somebody else answers."""

    __tablename__ = "worker_absence"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="forwards"),
        Index("ix_worker_absence_person_id_last_day", "person_id", "last_day"),
    )

    person_id: UUID = Field(foreign_key="person.id")
    first_day: date
    last_day: date
    reason: str = Field(default="", max_length=200)


class Request(Row, table=True):
    """A resident's problem or wish. `division_code` is the community in which it lies, or the smallest division known.

    `due_at` is the next moment at which something happens by itself: acknowledging or resolving falls due, a wish goes
    back, an answered request closes; of one that is over it is when it ended. `warn_at` is when the owner is warned of
    it. `acknowledge_due_at` and `resolve_due_at` are what the resident was promised; climbing does not move them.
    """

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint("stars IS NULL OR (1 <= stars AND stars <= 5)", name="one_to_five"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_place"),
        CheckConstraint("transfer_to_id <> owner_id", name="transfer_to_another"),
        CheckConstraint(f"transfer_to_id IS NULL OR {OPEN}", name="transfer_while_open"),
        CheckConstraint("(kind = 'wish') OR wish IS NULL", name="wish_of_a_wish"),
        CheckConstraint(
            "state NOT IN ('resolved', 'closed') OR resolved_at IS NOT NULL", name="resolved_says_when"
        ),
        Index("ix_request_owner_id_due_at", "owner_id", "due_at", "id"),
        Index(
            "ix_request_transfer_to_id", "transfer_to_id", postgresql_where=text("transfer_to_id IS NOT NULL")
        ),
        Index("ix_request_asker_id_created_at", "asker_id", "created_at"),
        Index("ix_request_district_code_due_at", "district_code", "due_at", "id"),
        Index("ix_request_district_code_kind_created_at", "district_code", "kind", "created_at"),
        Index("ix_request_due", "due_at", postgresql_where=text(f"{OPEN} OR state = 'resolved'")),
        Index("ix_request_warn_at", "warn_at", postgresql_where=text("warn_at IS NOT NULL")),
        Index(
            "ix_request_wishes", "district_code", "created_at", postgresql_where=text("wish = 'published'")
        ),
        Index("ix_request_cell_id", "cell_id"),
    )

    district_code: str = Field(max_length=CODE)
    division_code: str = Field(max_length=CODE, foreign_key="division.code")
    cell_id: UUID | None = Field(default=None, foreign_key="grid_cell.id")
    point_id: UUID | None = Field(default=None, foreign_key="point.id")
    code: str = Field(max_length=10, unique=True)
    asker_id: UUID | None = Field(default=None, foreign_key="person.id")
    kind: RequestKind = Field(sa_type=words(RequestKind))
    suggested: RequestKind = Field(sa_type=words(RequestKind))
    text: str = Field(max_length=LONGEST_TEXT)
    place: str = Field(default="", max_length=200)
    latitude: float | None = None
    longitude: float | None = None
    state: RequestState = Field(sa_type=words(RequestState))
    owner_id: UUID = Field(foreign_key="person.id")
    rung: Rung = Field(sa_type=words(Rung))
    transfer_to_id: UUID | None = Field(default=None, foreign_key="person.id")
    acknowledge_due_at: datetime = Field(sa_type=Moment)
    resolve_due_at: datetime = Field(sa_type=Moment)
    due_at: datetime = Field(sa_type=Moment)
    warn_at: datetime | None = Field(default=None, sa_type=Moment)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)
    resolved_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    answer: str | None = Field(default=None, max_length=LONGEST_TEXT)
    stars: int | None = Field(default=None, sa_type=SmallInteger)
    comment: str | None = Field(default=None, max_length=1000)
    rated_at: datetime | None = Field(default=None, sa_type=Moment)
    reopened: int = 0
    climbed: int = 0
    steps: int = 0
    wish: WishState | None = Field(default=None, sa_type=words(WishState))
    wish_text: str | None = Field(default=None, max_length=500)
    demo: bool = False


class RequestStep(Row, table=True):
    """One step of a request's history, never changed: who did what as whom, and who owned the request after it."""

    __tablename__ = "request_step"
    __table_args__ = (
        UniqueConstraint("request_id", "number"),
        CheckConstraint("number > 0", name="counted_from_one"),
    )

    request_id: UUID = Field(foreign_key="request.id")
    number: int
    what: StepKind = Field(sa_type=words(StepKind))
    voice: Voice = Field(sa_type=words(Voice))
    actor_id: UUID | None = Field(default=None, foreign_key="person.id")
    owner_id: UUID = Field(foreign_key="person.id")
    rung: Rung = Field(sa_type=words(Rung))
    state: RequestState = Field(sa_type=words(RequestState))
    note: str = Field(default="", max_length=LONGEST_TEXT)
    about_id: UUID | None = Field(default=None, foreign_key="person.id")
    data: Json = Field(default_factory=dict, sa_type=JSONB)


class RequestFollower(Row, table=True):
    """Somebody who said the same, or wants to know: told each step, and never told who else asked."""

    __tablename__ = "request_follower"
    __table_args__ = (
        UniqueConstraint("request_id", "person_id"),
        Index("ix_request_follower_person_id_created_at", "person_id", "created_at"),
    )

    request_id: UUID = Field(foreign_key="request.id")
    person_id: UUID = Field(foreign_key="person.id")
    text: str = Field(default="", max_length=LONGEST_TEXT)


class WishClaim(Row, table=True):
    """A volunteer's word to fulfil a wish. One holds it at a time."""

    __tablename__ = "wish_claim"
    __table_args__ = (
        Index("uq_wish_claim_held", "request_id", unique=True, postgresql_where=text(HOLDING_CLAIM)),
        Index("ix_wish_claim_person_id_state", "person_id", "state"),
    )

    request_id: UUID = Field(foreign_key="request.id", index=True)
    person_id: UUID = Field(foreign_key="person.id")
    state: ClaimState = Field(sa_type=words(ClaimState))
    due_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Attachment(Row, table=True):
    """A photo or voice note. Its bytes are kept by their hash; the row says whose they are.

    Until a request or step, or a message in a thread takes it, it is its uploader's alone, and is swept when nothing does.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("request_id IS NULL OR thread_id IS NULL", name="one_place"),
        Index("ix_attachment_request_id", "request_id"),
        Index("ix_attachment_thread_id", "thread_id"),
        Index("ix_attachment_uploader_id_created_at", "uploader_id", "created_at"),
        Index("ix_attachment_content", "content"),
        Index(
            "ix_attachment_unused",
            "created_at",
            postgresql_where=text("request_id IS NULL AND thread_id IS NULL"),
        ),
    )

    district_code: str = Field(max_length=CODE)
    uploader_id: UUID | None = Field(default=None, foreign_key="person.id")
    request_id: UUID | None = Field(default=None, foreign_key="request.id")
    step_number: int | None = None
    thread_id: UUID | None = Field(default=None, foreign_key="thread.id")
    kind: AttachmentKind = Field(sa_type=words(AttachmentKind))
    media_type: str = Field(max_length=40)
    size: int
    content: str = Field(max_length=64)
    width: int | None = None
    height: int | None = None
