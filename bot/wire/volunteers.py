"""Volunteers, where they come from, and their hours, as the bot sees them."""

from datetime import date, datetime, time
from uuid import UUID

from bot.wire.base import Named, View


class WeeklyHours(View):
    """A span of every week in which somebody can come; Monday is 0."""

    weekday: int
    start: time
    end: time


class Certificate(View):
    """A certificate: submitted, verified or refused, with what staff remarked."""

    id: UUID
    skill: str
    title: str
    issuer: str
    expires_on: date | None = None
    status: str
    remark: str


class Profile(View):
    """A volunteer's own profile; without `hours_wanted` they can come at any time."""

    age: int | None = None
    minor: bool
    organisation: Named | None = None
    skills: tuple[str, ...]
    roles_wished: tuple[str, ...]
    categories_wished: tuple[str, ...]
    languages: tuple[str, ...]
    hours_wanted: tuple[WeeklyHours, ...]
    reach_m: int
    takes_asks: bool
    certificates: tuple[Certificate, ...]
    guardian_name: str | None = None
    guardian_phone: str | None = None
    guardian_consent_at: datetime | None = None
    emergency_name: str | None = None
    emergency_phone: str | None = None
    suspended_until: datetime | None = None
    shifts_served: int


class GuardedVolunteer(View):
    """Somebody for whom a guardian has agreed, as much as the guardian needs."""

    person: Named


class Organisation(View):
    """Where volunteers come from."""

    id: UUID
    name: str


class Member(View):
    """Somebody of a team; `asked` until the leader admits them."""

    person: Named
    status: str


class Team(View):
    """A team; `code` is what people find it by, `mine` what the person is to it. Members are shown to those within."""

    id: UUID
    name: str
    code: str
    mine: str | None = None
    leader: Named
    members: tuple[Member, ...]


class Hours(View):
    """Verified minutes, and what the account in the time bank holds of them, at most `cap_minutes`."""

    served_minutes: int
    shifts: int
    balance_minutes: int
    cap_minutes: int


class Statement(View):
    """A statement of hours between two days, both included; anybody can check it by its code."""

    code: str
    first: date
    last: date
    minutes: int
    shifts: int


class StatementChecked(View):
    """What anybody who has a statement's code may see."""

    code: str
    name: str
    first: date
    last: date
    minutes: int
    shifts: int
    issued_at: datetime
