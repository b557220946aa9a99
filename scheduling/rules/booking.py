"""Whether an order for places can be taken. Each checker is a small function that returns a reason or none; a refusal
carries all of them at once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from models.shapes.base import local
from models.vocabulary import Category, SlotStatus
from scheduling.errors import Reason, Value
from scheduling.policies import Policy
from scheduling.rules.windows import PriorityFacts, closes_at, has_priority, opens_at


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """The slot that is wanted, as locked."""

    id: UUID
    category: Category
    start: datetime
    end: datetime
    capacity: int
    taken: int
    status: SlotStatus


@dataclass(frozen=True, slots=True)
class Engagement:
    """A confirmed or attended booking of the attendee that has not ended."""

    booking_id: UUID
    slot_id: UUID
    category: Category
    start: datetime
    end: datetime
    service: str
    point: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything that the rules look at: who wants how many places where, and what they have already."""

    slot: SlotFacts
    party: int
    person: PriorityFacts
    engagements: Sequence[Engagement]
    policy: Policy
    now: datetime


Checker = Callable[[Wish], Reason | None]


def when(moment: datetime) -> str:
    """A moment as the API writes it."""
    return local(moment).isoformat(timespec="seconds")


def slot_is_open(wish: Wish) -> Reason | None:
    """A closed slot takes nobody."""
    return Reason("slot-closed") if wish.slot.status is SlotStatus.closed else None


def window_has_opened(wish: Wish) -> Reason | None:
    """Booking 3: not before the window opens, which it does earlier for people with priority."""
    priority = has_priority(wish.person, wish.policy, wish.now)
    opens = opens_at(wish.slot.start, wish.policy, priority=priority)
    return Reason("not-yet-open", {"opens_at": when(opens)}) if wish.now < opens else None


def window_has_not_closed(wish: Wish) -> Reason | None:
    """Booking 3: not after the cut-off, and not once it has begun."""
    if wish.now >= wish.slot.start:
        return Reason("slot-started", {"start": when(wish.slot.start)})
    closes = closes_at(wish.slot.start, wish.policy)
    return Reason("booking-closed", {"closed_at": when(closes)}) if wish.now > closes else None


def party_is_allowed(wish: Wish) -> Reason | None:
    """Booking 3: a party has a largest size."""
    if wish.party > wish.policy.max_party:
        return Reason("party-too-large", {"limit": wish.policy.max_party})
    return None


def places_are_free(wish: Wish) -> Reason | None:
    """Booking 1: never more than the capacity."""
    free = max(0, wish.slot.capacity - wish.slot.taken)
    return Reason("not-enough-places", {"free": free, "party": wish.party}) if wish.party > free else None


def attendee_is_free(wish: Wish) -> Reason | None:
    """Booking 4: nobody is in two places at once; the clash is named."""
    for other in wish.engagements:
        if other.start < wish.slot.end and wish.slot.start < other.end:
            clash: dict[str, Value] = {
                "booking_id": str(other.booking_id),
                "service": other.service,
                "point": other.point,
                "start": when(other.start),
                "end": when(other.end),
                "same_slot": other.slot_id == wish.slot.id,
            }
            return Reason("overlapping-booking", {"clash": clash})
    return None


def upcoming_are_few(wish: Wish) -> Reason | None:
    """Booking 3: so many upcoming bookings a person and category."""
    upcoming = sum(
        1 for other in wish.engagements if other.category is wish.slot.category and other.start > wish.now
    )
    if upcoming >= wish.policy.max_upcoming:
        return Reason(
            "too-many-upcoming", {"limit": wish.policy.max_upcoming, "category": wish.slot.category}
        )
    return None


CHECKERS: tuple[Checker, ...] = (
    slot_is_open,
    window_has_opened,
    window_has_not_closed,
    party_is_allowed,
    places_are_free,
    attendee_is_free,
    upcoming_are_few,
)


def refusals(wish: Wish) -> list[Reason]:
    """Every reason that speaks against the wish; none when it can be granted."""
    return [reason for checker in CHECKERS if (reason := checker(wish)) is not None]
