"""Divisions, points, providers, services and when they open."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from models.tables.base import Moment, Row, words
from models.vocabulary import CalendarDayKind, Category, DayKind, DivisionLevel, ScopeKind, Zone

CODE = 12


class Division(SQLModel, table=True):
    """District, sub-district or community, by its 12-digit national statistics code."""

    __tablename__ = "division"

    code: str = Field(primary_key=True, max_length=CODE)
    name: str = Field(max_length=100)
    level: DivisionLevel = Field(sa_type=words(DivisionLevel))
    parent_code: str | None = Field(default=None, max_length=CODE, foreign_key="division.code", index=True)
    latitude: float | None = None
    longitude: float | None = None
    hotline: str | None = Field(default=None, max_length=40)


class Provider(Row, table=True):
    """Who gives a service."""

    __tablename__ = "provider"
    __table_args__ = (UniqueConstraint("district_code", "key"),)

    district_code: str = Field(max_length=CODE)
    key: str = Field(max_length=80)
    name: str = Field(max_length=200)
    zone: Zone = Field(sa_type=words(Zone))


class Point(Row, table=True):
    """A place where services are given. `key` is the district's own name for it, by which imports find it again."""

    __tablename__ = "point"
    __table_args__ = (
        UniqueConstraint("district_code", "key"),
        Index("ix_point_latitude_longitude", "latitude", "longitude"),
        Index("ix_point_community_code_id", "community_code", "id"),
    )

    district_code: str = Field(max_length=CODE)
    key: str = Field(max_length=80)
    name: str = Field(max_length=200)
    community_code: str = Field(max_length=CODE, foreign_key="division.code")
    subdistrict_code: str = Field(max_length=CODE, foreign_key="division.code", index=True)
    address: str = Field(max_length=300)
    phone: str | None = Field(default=None, max_length=40)
    latitude: float
    longitude: float
    demo: bool = False


class Service(Row, table=True):
    """What one point offers in one category."""

    __tablename__ = "service"
    __table_args__ = (
        UniqueConstraint("district_code", "key"),
        Index("ix_service_category_point_id", "category", "point_id"),
    )

    district_code: str = Field(max_length=CODE)
    key: str = Field(max_length=80)
    point_id: UUID = Field(foreign_key="point.id", index=True)
    provider_id: UUID = Field(foreign_key="provider.id", index=True)
    category: Category = Field(sa_type=words(Category))
    name: str = Field(max_length=200)
    description: str = Field(default="", max_length=2000)
    demo: bool = False


class OpeningRule(Row, table=True):
    """An RFC 5545 recurrence with local times, capacity and validity.

    With `slot_minutes` the span from start to end is cut into equal slots; without, it is one slot. A lunch break is
    two rules.
    """

    __tablename__ = "opening_rule"
    __table_args__ = (CheckConstraint("capacity > 0", name="capacity_positive"),)

    service_id: UUID = Field(foreign_key="service.id", index=True)
    rrule: str = Field(max_length=300)
    start_time: time
    end_time: time
    slot_minutes: int | None = None
    capacity: int
    days: DayKind = Field(sa_type=words(DayKind))
    valid_from: date | None = None
    valid_until: date | None = None


class Closure(Row, table=True):
    """A span in which a whole point, or one service of it, is closed."""

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint('"start" < "end"', name="start_before_end"),
        Index("ix_closure_point_id_start", "point_id", "start"),
    )

    point_id: UUID = Field(foreign_key="point.id")
    service_id: UUID | None = Field(default=None, foreign_key="service.id")
    start: datetime = Field(sa_type=Moment)
    end: datetime = Field(sa_type=Moment)
    reason: str = Field(default="", max_length=300)


class CalendarDay(SQLModel, table=True):
    """A holiday or make-up workday that staff entered on top of the holiday library, whose next year may be missing."""

    __tablename__ = "calendar_day"

    district_code: str = Field(primary_key=True, max_length=CODE)
    day: date = Field(primary_key=True)
    kind: CalendarDayKind = Field(sa_type=words(CalendarDayKind))
    name: str = Field(default="", max_length=100)


class PolicyOverride(SQLModel, table=True):
    """One policy field set for a district, point or service; the nearest scope wins."""

    __tablename__ = "policy_override"

    scope: ScopeKind = Field(primary_key=True, sa_type=words(ScopeKind))
    key: str = Field(primary_key=True, max_length=40)
    field: str = Field(primary_key=True, max_length=60)
    value: Any = Field(sa_type=JSONB)  # a JSON value whose type the policy field itself decides
    set_at: datetime = Field(sa_type=Moment)
    set_by: UUID | None = None
