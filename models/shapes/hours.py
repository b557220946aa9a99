"""Hours served, the time bank and statements as the API takes and shows them."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from models.shapes.base import Day, Named, Shape, Time
from models.vocabulary import HoursKind, OrganisationKind, RecordKind, VerifiedBy


class EntryView(Shape):
    """What was put into an account, or taken out of it."""

    at: Time
    minutes: int
    kind: HoursKind
    signup_id: UUID | None


class HoursView(Shape):
    """A volunteer's hours. `served_minutes` is all that was verified; `balance_minutes` what their account in the time
    bank holds, at most `cap_minutes`. The latest entries come first.
    """

    served_minutes: int
    shifts: int
    balance_minutes: int
    cap_minutes: int
    entries: list[EntryView]


class Donation(Shape):
    """Minutes of one's own account for a person or a team."""

    minutes: Annotated[int, Field(ge=1, le=100_000)]
    to_person_id: UUID | None = None
    to_team_id: UUID | None = None

    @model_validator(mode="after")
    def _to_one(self) -> Self:
        if (self.to_person_id is None) == (self.to_team_id is None):
            message = "to a person or to a team"
            raise ValueError(message)
        return self


class CorrectionView(Shape):
    """What a signup's minutes were and became."""

    at: Time
    minutes_before: int
    minutes_after: int
    reason: str
    by: Named | None


class StatementOrder(Shape):
    """For which days a statement is wanted, both included."""

    first: Day
    last: Day

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.last < self.first:
            message = "the last day comes before the first"
            raise ValueError(message)
        return self


class StatementView(Shape):
    """A statement of hours: a record of this platform, no official certificate. `code` lets anybody check it."""

    id: UUID
    code: str
    first: date
    last: date
    minutes: int
    shifts: int
    issued_at: Time
    check_url: str
    pdf_url: str
    csv_url: str


class StatementChecked(Shape):
    """What anybody who has a statement's code may see: whose it is, in part, and what it says in sum."""

    code: str
    name: str
    first: date
    last: date
    minutes: int
    shifts: int
    issued_at: Time
    official: bool = False


class Identity(Shape):
    """Who a record is about (志愿者基本信息)."""

    volunteer_id: UUID
    name: str
    birth_date: date | None
    organisation: str | None
    organisation_kind: OrganisationKind | None
    registered_at: Time | None
    skills: list[str]


class ServiceLine(Shape):
    """One verified service (志愿服务情况), with its evaluation where there is one (服务评价)."""

    signup_id: UUID
    title: str
    role: str
    place: str
    start: Time
    end: Time
    minutes: int
    verified_by: VerifiedBy
    verified_at: Time
    evaluation_stars: int | None


class RecordLine(Shape):
    """A training (培训情况) or commendation (表彰奖励情况)."""

    kind: RecordKind
    title: str
    issuer: str
    on_day: date
    minutes: int | None


class VolunteerRecordView(Shape):
    """A volunteer's record in the shape of the national one: identity, services, training, commendations, evaluation."""

    identity: Identity
    services: list[ServiceLine]
    total_minutes: int
    training: list[RecordLine]
    commendations: list[RecordLine]
    average_stars: float | None
    absences: int
