"""Policies with where each value comes from, and what is set."""

from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from models.shapes.base import Shape, Time
from models.vocabulary import Category, ScopeKind


class PolicyFieldView(Shape):
    """One policy field in force. `rule` is the product rule it carries, as "Booking 3"; `about` says what it means."""

    field: str
    value: JsonValue
    default: JsonValue
    origin: Literal["default", "category", "district", "point", "service"]
    rule: str | None
    about: str


class ServicePolicyView(Shape):
    """The whole policy in force for a service."""

    service_id: UUID
    category: Category
    fields: list[PolicyFieldView]


class PolicyValue(Shape):
    """What a policy field is to be set to."""

    value: JsonValue


class PolicySetting(Shape):
    """A policy field as set for a district, point or service."""

    scope: ScopeKind
    key: str
    field: str
    value: JsonValue
    set_at: Time
