"""The bot's own views of API answers: only what a screen needs. Fields that the API adds are ignored."""

from datetime import date, datetime
from typing import Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, JsonValue

from bot.replies import Channel, Language


class View(BaseModel):
    """A read-only view that takes no notice of fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Item = TypeVar("Item", bound=View)


class Listing(View, Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]


class Token(View):
    """A resident's bearer token; `expires_in` in seconds."""

    access_token: str
    expires_in: float


class Named(View):
    """Something by id and name."""

    id: UUID
    name: str


class Area(View):
    """A division by its 12-digit code and name."""

    code: str
    name: str


class Division(Area):
    """A division; coordinates of its centre (WGS84) and a telephone number where the API knows them."""

    latitude: float | None = None
    longitude: float | None = None
    hotline: str | None = None


class CategoryName(View):
    """What a category is called."""

    zh: str
    en: str


class Category(View):
    """A category of services."""

    code: str
    name: CategoryName


class PointBrief(View):
    """A point, as much as one needs to go there."""

    id: UUID
    name: str
    address: str
    phone: str | None = None
    latitude: float | None = None
    longitude: float | None = None


class Point(PointBrief):
    """A point found by a search; `distance_m` in metres from where one asked."""

    categories: tuple[str, ...] = ()
    distance_m: float | None = None


class Slot(View):
    """One bookable occurrence of a service."""

    id: UUID
    start: datetime
    end: datetime
    free: int
    status: str
    category: str
    service: Named
    point: PointBrief
    distance_m: float | None = None
    demo: bool = False


class Booking(View):
    """A booking with all that a ticket says."""

    id: UUID
    code: str
    status: str
    party: int
    slot: Slot
    point: PointBrief
    service: Named
    attendee: Named
    free_cancel_until: datetime
    demo: bool = False


class Offer(View):
    """Places held for a waiting party until `expires_at`."""

    id: UUID
    expires_at: datetime


class WaitlistEntry(View):
    """A party waiting for a full slot. `ahead` is how many parties stand before it; `offer` is what is held for it."""

    id: UUID
    status: str
    slot: Slot
    party: int
    attendee: Named
    ahead: int
    offer: Offer | None = None


class Consent(View):
    """A version of a purpose to which the person has agreed."""

    purpose: str
    version: str


class Coordinates(View):
    """WGS84 degrees."""

    latitude: float
    longitude: float


class Relative(View):
    """Somebody for whom the person may book."""

    person_id: UUID
    name: str


class Me(View):
    """The person in the chat."""

    id: UUID
    name: str
    language: Language
    home_division: Area | None = None
    home: Coordinates | None = None
    reminders: bool = True
    large_text: bool = False
    consents: tuple[Consent, ...] = ()
    household: tuple[Relative, ...] = ()


class Clash(View):
    """The booking that stands in the way of another at the same time."""

    booking_id: UUID
    service: str
    point: str
    start: datetime
    end: datetime
    same_slot: bool = False


class Reason(View):
    """One reason of a refusal: a stable code, the API's own words, and the data that belong to the code."""

    code: str
    title: str = ""
    opens_at: datetime | None = None
    closed_at: datetime | None = None
    until: datetime | None = None
    limit: int | None = None
    free: int | None = None
    clash: Clash | None = None


class Problem(View):
    """An RFC 9457 problem document. `waitlist` says that nothing but missing places stood against the booking."""

    title: str = ""
    detail: str | None = None
    code: str = "unknown"
    reasons: tuple[Reason, ...] = ()
    alternatives: tuple[Slot, ...] = ()
    waitlist: bool = False


class Notice(View):
    """A claimed notice. What `data` holds depends on `kind`, so it is read where it is rendered."""

    id: UUID
    kind: str
    channel: Channel
    address: str
    language: Language
    large_text: bool = False
    data: dict[str, JsonValue]


class Claimed(View):
    """Claimed notices, and in how many seconds there can be more."""

    items: tuple[Notice, ...]
    wait_s: float = 0


class Visited(View):
    """What every notice about a visit says of it."""

    service: str
    category: str
    point: str
    address: str
    start: datetime
    end: datetime
    latitude: float | None = None
    longitude: float | None = None


class BookingNews(Visited):
    """A notice about a booking."""

    booking_id: UUID
    code: str
    party: int
    attendee: str
    for_self: bool


class ShiftNews(View):
    """A notice about a shift; `what` says what became of one's place, where that is what it tells."""

    shift_id: UUID
    title: str
    point: str
    address: str
    start: datetime
    end: datetime
    what: str = ""
    reason: str = ""
    stand_in: str = ""
    answer_by: datetime | None = None


class ShiftOfferNews(ShiftNews):
    """A place on a shift that is held until a moment."""

    expires_at: datetime


class ShiftAskNews(ShiftNews):
    """A question whether one can come."""

    ask_id: UUID
    is_stand_in: bool


class ShiftSwapNews(ShiftNews):
    """A swap that is proposed: one's own shift, and the other."""

    swap_id: UUID
    instead: ShiftNews


class ShiftAlertNews(ShiftNews):
    """What a manager has to know of a shift."""

    missing: int = 0


class Instead(Visited):
    """A slot that can be booked in the place of one that was cancelled."""

    slot_id: UUID
    distance_m: float | None = None


class ByNews(BookingNews):
    """A booking with which somebody of the household, or the point, did something: `by` is their name."""

    by: str = ""


class CancelledNews(BookingNews):
    """A booking that the point had to cancel. `why` is a code, `reason` what the point wrote to it."""

    why: str | None = None
    reason: str = ""
    alternatives: tuple[Instead, ...] = ()


class Before(View):
    """When and where a booking was before it was moved."""

    start: datetime
    end: datetime
    point: str


class ChangedNews(ByNews):
    """A booking that the point, or somebody of the household, has moved."""

    why: str | None = None
    reason: str = ""
    was: Before | None = None


class OfferNews(Visited):
    """Places are held for a waiting party until `expires_at`."""

    offer_id: UUID
    party: int
    expires_at: datetime
    for_self: bool


class WithdrawnNews(Visited):
    """An offer that the point could not keep; the party keeps its turn."""

    entry_id: UUID
    party: int


class ClosedNews(Visited):
    """A waiting that has ended; `why` is a code."""

    party: int
    why: str


class Missed(View):
    """A visit that was booked and missed."""

    service: str
    point: str
    start: datetime


class PauseNews(View):
    """Booking ahead is paused for somebody until a moment, because of these visits."""

    until: datetime
    attendee: str
    for_self: bool
    bookings: tuple[Missed, ...]


class PauseEndedNews(View):
    """Booking ahead works again for somebody; `why` is a code."""

    attendee: str
    for_self: bool
    why: str


class SeriesNews(Visited):
    """What became of a standing order: how many of its days are booked, waited for, and not possible."""

    attendee: str
    for_self: bool
    first: date
    last: date
    booked: int
    waitlisted: int
    refused: int


class CodeNews(View):
    """A code that proves an address, and for how many minutes it holds."""

    code: str
    minutes: int


class ExcessNews(Visited):
    """More people are booked than there are places."""

    taken: int
    capacity: int


class StaleNews(View):
    """So many bookings in so many days, and nobody checked in."""

    point: str
    days: int
    bookings: int


class MorningLine(View):
    """One slot of a point's day."""

    start: datetime
    service: str
    taken: int
    capacity: int
    waiting: int


class MorningNews(View):
    """A point's day: sums over the slots that are open, and as many of them as can be named."""

    point: str
    day: str
    slots: int
    closed: int
    taken: int
    capacity: int
    waiting: int
    lines: tuple[MorningLine, ...]


class OverdueNews(View):
    """A timed job that has not succeeded for long."""

    job: str
    since: datetime
    error: str
