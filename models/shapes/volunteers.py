"""Volunteers, their certificates, organisations and teams as the API takes and shows them."""

from datetime import time
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, PlainSerializer, WithJsonSchema, model_validator

from models.shapes.base import Day, Moment, Named, Shape, Time
from models.vocabulary import Category, CertificateStatus, MembershipStatus, OrganisationKind, RecordKind

Word = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$", examples=["first_aid"])]
"""A skill or a role, as one small word."""

Clock = Annotated[
    time,
    PlainSerializer(lambda at: at.isoformat("minutes"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "time"}),
]
"""A time of day on the district's clock."""


class WeeklyHours(Shape):
    """A span of every week in which somebody can come. `weekday` counts from Monday, 0."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end <= self.start:
            message = "the end is not after the start"
            raise ValueError(message)
        return self


class VolunteerEdit(Shape):
    """A volunteer's own profile. Without `hours_wanted` they can come at any time; `emergency_name` and `emergency_phone` say
    whom to call when something happens to them.
    """

    organisation_id: UUID | None = None
    skills: Annotated[list[Word], Field(max_length=30)] = Field(default_factory=list)
    roles_wished: Annotated[list[Word], Field(max_length=30)] = Field(default_factory=list)
    categories_wished: Annotated[list[Category], Field(max_length=len(Category))] = Field(
        default_factory=list
    )
    languages: Annotated[list[Annotated[str, Field(min_length=2, max_length=20)]], Field(max_length=10)] = (
        Field(default_factory=list)
    )
    hours_wanted: Annotated[list[WeeklyHours], Field(max_length=50)] = Field(default_factory=list)
    reach_m: Annotated[int, Field(ge=100, le=100_000)] = 8000
    takes_asks: bool = True
    guardian_name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    guardian_phone: Annotated[str, Field(pattern=r"^\+?[0-9 -]{5,30}$")] | None = None
    emergency_name: Annotated[str, Field(min_length=1, max_length=80)] | None = None
    emergency_phone: Annotated[str, Field(pattern=r"^\+?[0-9 -]{5,30}$")] | None = None


class CertificateOrder(Shape):
    """A certificate to be checked. `proof` says where it can be seen."""

    skill: Word
    title: Annotated[str, Field(min_length=1, max_length=120)]
    issuer: Annotated[str, Field(min_length=1, max_length=120)]
    issued_on: Day
    expires_on: Day | None = None
    proof: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.expires_on is not None and self.expires_on < self.issued_on:
            message = "it expires before it was issued"
            raise ValueError(message)
        return self


class CertificateView(CertificateOrder):
    """A certificate. Only verified ones count."""

    id: UUID
    person: Named
    status: CertificateStatus
    remark: str
    checked_at: Time | None


class CertificateCheck(Shape):
    """What staff found."""

    accepted: bool
    remark: Annotated[str, Field(max_length=300)] = ""


class VolunteerView(Shape):
    """A volunteer's profile. The phone numbers of the guardian and of whom to call are whole only for those who must call.

    `shifts_served` and `absences` count what they came to and what they missed without excuse and without it being
    forgiven since.
    """

    person: Named
    age: int | None
    minor: bool
    """Whether a guardian has to agree."""
    organisation: Named | None
    teams: list[Named]
    skills: list[str]
    roles_wished: list[str]
    categories_wished: list[Category]
    languages: list[str]
    hours_wanted: list[WeeklyHours]
    reach_m: int
    takes_asks: bool
    certificates: list[CertificateView]
    guardian_name: str | None
    guardian_phone: str | None
    guardian_consent_at: Time | None
    emergency_name: str | None
    emergency_phone: str | None
    suspended_until: Time | None
    suspension_reason: str
    shifts_served: int
    absences: int


class GuardianConsent(Shape):
    """A guardian's agreement. By staff: `evidence` says which paper they saw."""

    evidence: Annotated[str, Field(max_length=300)] = ""


class SuspensionOrder(Shape):
    """Suspends signing up until a moment, or lifts it (`until` null)."""

    until: Moment | None
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class RecordOrder(Shape):
    """A training or commendation to put on a volunteer's record."""

    kind: RecordKind
    title: Annotated[str, Field(min_length=1, max_length=200)]
    issuer: Annotated[str, Field(min_length=1, max_length=120)]
    on_day: Day
    minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None


class RecordView(RecordOrder):
    """A training or commendation on a volunteer's record."""

    id: UUID


class OrganisationOrder(Shape):
    """A new organisation of volunteers."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    kind: OrganisationKind


class OrganisationView(OrganisationOrder):
    """An organisation and how many volunteers it has."""

    id: UUID
    volunteers: int


class TeamOrder(Shape):
    """A new team and who leads it."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    organisation_id: UUID | None = None
    leader_id: UUID


class MemberView(Shape):
    """Somebody of a team."""

    person: Named
    status: MembershipStatus


class TeamView(Shape):
    """A team. Its members are shown to its leader, its members, and those who work at points.

    `code` is what a leader tells those who are to find it; `mine` is what the caller is to it.
    """

    id: UUID
    name: str
    code: str
    mine: MembershipStatus | None
    organisation: Named | None
    leader: Named
    members: list[MemberView]
