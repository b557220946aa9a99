"""Who volunteers: profiles, certificates, organisations, teams, and what staff put on record (product: Volunteers)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from models.tables.base import Json, Moment, Row, words
from models.tables.places import CODE
from models.vocabulary import CertificateStatus, MembershipStatus, OrganisationKind, RecordKind


class Organisation(Row, table=True):
    """A university, social organisation or company that volunteers come from."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("district_code", "name"),)

    district_code: str = Field(max_length=CODE)
    name: str = Field(max_length=120)
    kind: OrganisationKind = Field(sa_type=words(OrganisationKind))


class Team(Row, table=True):
    """Volunteers who come together; the leader may sign members up and check them in."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("district_code", "name"),)

    district_code: str = Field(max_length=CODE)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    name: str = Field(max_length=120)
    leader_id: UUID = Field(foreign_key="person.id", index=True)


class TeamMember(Row, table=True):
    """That a person belongs to a team: they asked, the leader admitted them."""

    __tablename__ = "team_member"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    team_id: UUID = Field(foreign_key="team.id")
    person_id: UUID = Field(foreign_key="person.id", index=True)
    status: MembershipStatus = Field(default=MembershipStatus.asked, sa_type=words(MembershipStatus))


class Volunteer(Row, table=True):
    """A person's profile as a volunteer; its id is the person's.

    `hours_wanted` lists weekly spans ({"weekday": 0 to 6, "start": "09:00", "end": "12:00"}); none: any time. Minors
    need `guardian_consent_at`, from a guardian linked to them or from staff who saw it on paper (`guardian_evidence`).
    `emergency_name` and `emergency_phone` are whom to call when something happens to them on a shift.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        CheckConstraint("reach_m > 0", name="reach_positive"),
        Index("ix_volunteer_district_code_id", "district_code", "id"),
    )

    id: UUID = Field(primary_key=True, foreign_key="person.id")
    district_code: str = Field(max_length=CODE)
    organisation_id: UUID | None = Field(default=None, foreign_key="organisation.id", index=True)
    skills: list[str] = Field(default_factory=list, sa_type=JSONB)
    roles_wished: list[str] = Field(default_factory=list, sa_type=JSONB)
    categories_wished: list[str] = Field(default_factory=list, sa_type=JSONB)
    languages: list[str] = Field(default_factory=list, sa_type=JSONB)
    hours_wanted: list[Json] = Field(default_factory=list, sa_type=JSONB)
    reach_m: int = 8000
    takes_asks: bool = True
    guardian_name: str | None = Field(default=None, max_length=80)
    guardian_phone: str | None = Field(default=None, max_length=40)
    emergency_name: str | None = Field(default=None, max_length=80)
    emergency_phone: str | None = Field(default=None, max_length=40)
    guardian_consent_at: datetime | None = Field(default=None, sa_type=Moment)
    guardian_consent_by_id: UUID | None = None
    guardian_evidence: str = Field(default="", max_length=300)
    suspended_until: datetime | None = Field(default=None, sa_type=Moment)
    suspension_reason: str = Field(default="", max_length=300)


class Certificate(Row, table=True):
    """Proof of a skill. `proof` says where it can be seen; staff check it before it counts."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("expires_on IS NULL OR issued_on <= expires_on", name="expires_later"),
        Index("ix_certificate_person_id_skill", "person_id", "skill"),
        Index(
            "ix_certificate_submitted", "district_code", "id", postgresql_where=text("status = 'submitted'")
        ),
    )

    district_code: str = Field(max_length=CODE)
    person_id: UUID = Field(foreign_key="person.id")
    skill: str = Field(max_length=40)
    title: str = Field(max_length=120)
    issuer: str = Field(max_length=120)
    issued_on: date
    expires_on: date | None = None
    proof: str = Field(default="", max_length=300)
    status: CertificateStatus = Field(default=CertificateStatus.submitted, sa_type=words(CertificateStatus))
    checked_at: datetime | None = Field(default=None, sa_type=Moment)
    checked_by_id: UUID | None = None
    remark: str = Field(default="", max_length=300)


class VolunteerRecord(Row, table=True):
    """A training that a volunteer took part in, or a commendation, as staff recorded it."""

    __tablename__ = "volunteer_record"
    __table_args__ = (Index("ix_volunteer_record_person_id_on_day", "person_id", "on_day"),)

    district_code: str = Field(max_length=CODE)
    person_id: UUID = Field(foreign_key="person.id")
    kind: RecordKind = Field(sa_type=words(RecordKind))
    title: str = Field(max_length=200)
    issuer: str = Field(max_length=120)
    on_day: date
    minutes: int | None = None
    recorded_by_id: UUID | None = None
