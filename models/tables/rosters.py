"""Shifts, the places of volunteers on them, and how holes are filled (product: Volunteers)."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlmodel import Field, SQLModel

from models.tables.base import Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import (
    AskStatus,
    ShiftStatus,
    SignupSource,
    SignupStatus,
    SwapStatus,
    VerifiedBy,
    WaitlistStatus,
)

HOLDING = (
    SignupStatus.proposed,
    SignupStatus.confirmed,
    SignupStatus.stand_in_wanted,
    SignupStatus.attended,
    SignupStatus.absent,
    SignupStatus.excused,
)
"""The states in which a signup has a place on its shift: counted in `taken`, and in its person's time."""

HAS_PLACE = "status IN ('proposed', 'confirmed', 'stand_in_wanted', 'attended', 'absent', 'excused')"

DUTY = """int8range(
    (person_number << 28) + (extract(epoch from "start" at time zone 'UTC') / 60)::bigint,
    (person_number << 28) + (extract(epoch from rest_until at time zone 'UTC') / 60)::bigint
)"""
"""A person's time on duty and the rest after it, as one range of whole numbers (see `ATTENDANCE` of bookings)."""


class ShiftTemplate(Row, table=True):
    """A recurring shift: an RFC 5545 rule with local times. Its occurrences become shifts up to the horizon."""

    __tablename__ = "shift_template"
    __table_args__ = (
        CheckConstraint("0 <= minimum AND minimum <= needed AND needed > 0", name="numbers_in_order"),
        CheckConstraint("buddy_places >= 0", name="buddy_places_counted"),
        CheckConstraint("start_time < end_time", name="start_before_end"),
        CheckConstraint("valid_from <= valid_until", name="valid_forwards"),
    )

    district_code: str = Field(max_length=CODE)
    point_id: UUID = Field(foreign_key="point.id", index=True)
    rrule: str = Field(max_length=300)
    start_time: time
    end_time: time
    valid_from: date
    valid_until: date
    role: str = Field(max_length=40)
    title: str = Field(max_length=120)
    note: str = Field(default="", max_length=500)
    needed: int
    minimum: int
    required_skills: list[str] = Field(default_factory=list, sa_type=JSONB)
    minimum_age: int | None = None
    direct: bool = True
    buddy_places: int = 1
    leader_id: UUID | None = Field(default=None, foreign_key="person.id")
    service_ids: list[str] = Field(default_factory=list, sa_type=JSONB)
    publishes_itself: bool = False
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Shift(Row, table=True):
    """A time at a point that needs volunteers in a role.

    `taken` counts signups that have a place and offers held; only `scheduling.rosters.hands` changes it. `code_in` and
    `code_out` are shown at the point. `asked_at` is when the last wave of asks went out, `alerted_at` when managers
    were told of a hole that is still there. `version` rises with each edit.
    """

    __tablename__ = "shift"
    __table_args__ = (
        UniqueConstraint("template_id", "start"),
        CheckConstraint("0 <= taken AND taken <= needed", name="taken_within_needed"),
        CheckConstraint("0 <= minimum AND minimum <= needed", name="minimum_within_needed"),
        CheckConstraint("buddy_places >= 0", name="buddy_places_counted"),
        CheckConstraint('"start" < "end"', name="start_before_end"),
        Index("ix_shift_start_id", "start", "id", postgresql_where=text("status = 'published'")),
        Index("ix_shift_point_id_start", "point_id", "start"),
    )

    district_code: str = Field(max_length=CODE)
    point_id: UUID = Field(foreign_key="point.id")
    template_id: UUID | None = Field(default=None, foreign_key="shift_template.id")
    start: datetime = Field(sa_type=Moment)
    end: datetime = Field(sa_type=Moment)
    role: str = Field(max_length=40)
    title: str = Field(max_length=120)
    note: str = Field(default="", max_length=500)
    needed: int
    minimum: int
    taken: int = 0
    required_skills: list[str] = Field(default_factory=list, sa_type=JSONB)
    minimum_age: int | None = None
    direct: bool = True
    buddy_places: int = 1
    leader_id: UUID | None = Field(default=None, foreign_key="person.id", index=True)
    status: ShiftStatus = Field(default=ShiftStatus.draft, sa_type=words(ShiftStatus))
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    code_in: str = Field(max_length=8)
    code_out: str = Field(max_length=8)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    alerted_at: datetime | None = Field(default=None, sa_type=Moment)
    waves: int = 0
    version: int = 1


class ShiftService(SQLModel, table=True):
    """That a service depends on a shift: without hands its slots shrink."""

    __tablename__ = "shift_service"

    shift_id: UUID = Field(foreign_key="shift.id", primary_key=True)
    service_id: UUID = Field(foreign_key="service.id", primary_key=True, index=True)


class StandingPlace(Row, table=True):
    """A volunteer's place on every shift of a template, until a day ("every Tuesday until summer")."""

    __tablename__ = "standing_place"
    __table_args__ = (
        Index(
            "uq_standing_place_template_id_person_id",
            "template_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_standing_place_person_id", "person_id"),
    )

    district_code: str = Field(max_length=CODE)
    template_id: UUID = Field(foreign_key="shift_template.id")
    person_id: UUID = Field(foreign_key="person.id")
    until: date
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Signup(Row, table=True):
    """A volunteer's place on a shift.

    `start`, `end` and `point_id` repeat the shift's; `rest_until` is the end and the rest after it, so that nobody can be
    on duty twice or without rest. `first_timer` is as of signing up. A swapped signup stays the same row.
    """

    __tablename__ = "signup"
    __table_args__ = (
        ExcludeConstraint(
            (text(DUTY), "&&"), name="ex_signup_person_duty", using="gist", where=text(HAS_PLACE)
        ),
        Index(
            "uq_signup_shift_id_person_id",
            "shift_id",
            "person_id",
            unique=True,
            postgresql_where=text("status NOT IN ('withdrawn', 'refused')"),
        ),
        CheckConstraint('"start" < "end" AND "end" <= rest_until', name="times_in_order"),
        CheckConstraint("minutes >= 0", name="minutes_counted"),
        CheckConstraint("verified_at IS NULL OR status = 'attended'", name="verified_attended"),
        CheckConstraint("1 <= stars AND stars <= 5", name="stars_one_to_five"),
        Index("ix_signup_shift_id", "shift_id"),
        Index("ix_signup_person_id_start", "person_id", "start"),
        Index(
            "ix_signup_end_open", "end", postgresql_where=text("status IN ('confirmed', 'stand_in_wanted')")
        ),
        Index("ix_signup_proposed", "answer_by", postgresql_where=text("status = 'proposed'")),
        Index("ix_signup_stand_in", "shift_id", postgresql_where=text("status = 'stand_in_wanted'")),
    )

    district_code: str = Field(max_length=CODE)
    shift_id: UUID = Field(foreign_key="shift.id")
    point_id: UUID
    person_id: UUID = Field(foreign_key="person.id")
    person_number: int = Field(sa_type=BigInteger)
    start: datetime = Field(sa_type=Moment)
    end: datetime = Field(sa_type=Moment)
    rest_until: datetime = Field(sa_type=Moment)
    status: SignupStatus = Field(sa_type=words(SignupStatus))
    source: SignupSource = Field(sa_type=words(SignupSource))
    signed_by_id: UUID = Field(foreign_key="person.id")
    team_id: UUID | None = Field(default=None, foreign_key="team.id")
    standing_id: UUID | None = Field(default=None, foreign_key="standing_place.id")
    replaces_id: UUID | None = None
    first_timer: bool = False
    sequence: int = 0
    answer_by: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    late: bool = False
    reason: str = Field(default="", max_length=300)
    checked_in_at: datetime | None = Field(default=None, sa_type=Moment)
    checked_out_at: datetime | None = Field(default=None, sa_type=Moment)
    scanned_in: bool = False
    scanned_out: bool = False
    minutes: int | None = None
    verified_at: datetime | None = Field(default=None, sa_type=Moment)
    verified_by: VerifiedBy | None = Field(default=None, sa_type=words(VerifiedBy))
    stars: int | None = None


class ShiftWait(Row, table=True):
    """Somebody waiting for a full shift. While `offered` a place is held for them (counted in `taken`) until `expires_at`."""

    __tablename__ = "shift_wait"
    __table_args__ = (
        CheckConstraint("(status = 'offered') = (expires_at IS NOT NULL)", name="offer_runs_out"),
        Index(
            "uq_shift_wait_shift_id_person_id",
            "shift_id",
            "person_id",
            unique=True,
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index(
            "ix_shift_wait_queue",
            "shift_id",
            "created_at",
            "id",
            postgresql_where=text("status IN ('waiting', 'offered')"),
        ),
        Index("ix_shift_wait_person_id_start", "person_id", "start"),
        Index("ix_shift_wait_expires_at", "expires_at", postgresql_where=text("status = 'offered'")),
    )

    district_code: str = Field(max_length=CODE)
    shift_id: UUID = Field(foreign_key="shift.id")
    person_id: UUID = Field(foreign_key="person.id")
    start: datetime = Field(sa_type=Moment)
    status: WaitlistStatus = Field(default=WaitlistStatus.waiting, sa_type=words(WaitlistStatus))
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    signup_id: UUID | None = None


class ShiftAsk(Row, table=True):
    """A question to one person whether they can come: to fill a shift, or in place of `signup_id`."""

    __tablename__ = "shift_ask"
    __table_args__ = (
        Index(
            "uq_shift_ask_open",
            "shift_id",
            "person_id",
            unique=True,
            postgresql_where=text("status = 'open'"),
        ),
        Index("ix_shift_ask_person_id_created_at", "person_id", "created_at"),
        Index("ix_shift_ask_shift_id", "shift_id"),
        Index("ix_shift_ask_start_open", "start", postgresql_where=text("status = 'open'")),
    )

    district_code: str = Field(max_length=CODE)
    shift_id: UUID = Field(foreign_key="shift.id")
    person_id: UUID = Field(foreign_key="person.id")
    signup_id: UUID | None = Field(default=None, foreign_key="signup.id")
    start: datetime = Field(sa_type=Moment)
    wave: int
    status: AskStatus = Field(default=AskStatus.open, sa_type=words(AskStatus))
    answered_at: datetime | None = Field(default=None, sa_type=Moment)
    taken_by_id: UUID | None = None


class ShiftSwap(Row, table=True):
    """A proposal that two volunteers exchange their shifts; it takes both consents, and is checked as a whole."""

    __tablename__ = "shift_swap"
    __table_args__ = (
        CheckConstraint("mine_id <> theirs_id", name="two_signups"),
        Index(
            "uq_shift_swap_mine_id_theirs_id",
            "mine_id",
            "theirs_id",
            unique=True,
            postgresql_where=text("status = 'proposed'"),
        ),
        Index("ix_shift_swap_theirs_id", "theirs_id"),
    )

    district_code: str = Field(max_length=CODE)
    mine_id: UUID = Field(foreign_key="signup.id")
    theirs_id: UUID = Field(foreign_key="signup.id")
    proposed_by_id: UUID = Field(foreign_key="person.id")
    asked_id: UUID = Field(foreign_key="person.id", index=True)
    status: SwapStatus = Field(default=SwapStatus.proposed, sa_type=words(SwapStatus))
    answered_at: datetime | None = Field(default=None, sa_type=Moment)


class SlotShrinkage(SQLModel, table=True):
    """That a slot has less capacity because hands are missing: what it was before, and the version since."""

    __tablename__ = "slot_shrinkage"
    __table_args__ = (CheckConstraint("reduced >= 0 AND reduced < capacity", name="reduced"),)

    slot_id: UUID = Field(foreign_key="slot.id", primary_key=True)
    capacity: int
    reduced: int
    version: int
    created_at: datetime = Field(sa_type=Moment)
