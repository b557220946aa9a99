"""Every table, so that importing this package knows them all."""

from models.tables.base import Row
from models.tables.bookings import Booking, Slot
from models.tables.chats import ChatLane, ChatUpdate
from models.tables.hours import HoursAccount, HoursCorrection, HoursEntry, HoursStatement
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
from models.tables.rosters import (
    Shift,
    ShiftAsk,
    ShiftService,
    ShiftSwap,
    ShiftTemplate,
    ShiftWait,
    Signup,
    SlotShrinkage,
    StandingPlace,
)
from models.tables.series import Series, SeriesOccurrence
from models.tables.standing import Pause, Rating
from models.tables.volunteers import (
    Certificate,
    Organisation,
    Team,
    TeamMember,
    Volunteer,
    VolunteerRecord,
)
from models.tables.waitlist import Offer, WaitlistEntry

__all__ = [
    "AddressClaim",
    "AuditEntry",
    "Booking",
    "CalendarDay",
    "Certificate",
    "ChannelAllowance",
    "ChannelIdentity",
    "ChatLane",
    "ChatUpdate",
    "Closure",
    "Consent",
    "Division",
    "Grant",
    "HoursAccount",
    "HoursCorrection",
    "HoursEntry",
    "HoursStatement",
    "HouseholdInvitation",
    "HouseholdLink",
    "IdempotencyRecord",
    "JobRun",
    "Notice",
    "Offer",
    "OpeningRule",
    "Organisation",
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
    "Shift",
    "ShiftAsk",
    "ShiftService",
    "ShiftSwap",
    "ShiftTemplate",
    "ShiftWait",
    "SignInFailures",
    "Signup",
    "Slot",
    "SlotShrinkage",
    "StaffAccount",
    "StandingPlace",
    "Team",
    "TeamMember",
    "Volunteer",
    "VolunteerRecord",
    "WaitlistEntry",
]
