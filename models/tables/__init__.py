"""Every table, so that importing this package knows them all."""

from models.tables.base import Row
from models.tables.bookings import Booking, Slot
from models.tables.people import ChannelIdentity, Consent, Grant, HouseholdLink, Person, StaffAccount
from models.tables.places import (
    CalendarDay,
    Closure,
    Division,
    OpeningRule,
    Point,
    PolicyOverride,
    Provider,
    Service,
)
from models.tables.records import AuditEntry, IdempotencyRecord, Notice, Secret

__all__ = [
    "AuditEntry",
    "Booking",
    "CalendarDay",
    "ChannelIdentity",
    "Closure",
    "Consent",
    "Division",
    "Grant",
    "HouseholdLink",
    "IdempotencyRecord",
    "Notice",
    "OpeningRule",
    "Person",
    "Point",
    "PolicyOverride",
    "Provider",
    "Row",
    "Secret",
    "Service",
    "Slot",
    "StaffAccount",
]
