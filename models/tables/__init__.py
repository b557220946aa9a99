"""Every table, so that importing this package knows them all."""

from models.tables.base import Row
from models.tables.bookings import Booking, Slot
from models.tables.people import (
    AddressClaim,
    ChannelIdentity,
    Consent,
    Grant,
    HouseholdInvitation,
    HouseholdLink,
    Person,
    SignInFailures,
    StaffAccount,
)
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
from models.tables.records import (
    AuditEntry,
    ChannelAllowance,
    IdempotencyRecord,
    JobRun,
    Notice,
    Secret,
)
from models.tables.series import Series, SeriesOccurrence
from models.tables.standing import Pause, Rating
from models.tables.waitlist import Offer, WaitlistEntry

__all__ = [
    "AddressClaim",
    "AuditEntry",
    "Booking",
    "CalendarDay",
    "ChannelAllowance",
    "ChannelIdentity",
    "Closure",
    "Consent",
    "Division",
    "Grant",
    "HouseholdInvitation",
    "HouseholdLink",
    "IdempotencyRecord",
    "JobRun",
    "Notice",
    "Offer",
    "OpeningRule",
    "Pause",
    "Person",
    "Point",
    "PolicyOverride",
    "Provider",
    "Rating",
    "Row",
    "Secret",
    "Series",
    "SeriesOccurrence",
    "Service",
    "SignInFailures",
    "Slot",
    "StaffAccount",
    "WaitlistEntry",
]
