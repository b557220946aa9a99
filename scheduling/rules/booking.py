"""Whether an order for places can be taken. Each checker is a small function that returns a reason or none; a refusal
carries all of them at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from models.shapes.base import said
from models.vocabulary import Category, SlotStatus
from scheduling.errors import Reason, Value
from scheduling.policies import Policy
from scheduling.rules.questions import Answer, answered
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
    of_series: bool = False


@dataclass(frozen=True, slots=True)
class PauseFacts:
    """A pause of the attendee that staff have not lifted."""

    category: Category
    until: datetime


class Terms(StrEnum):
    """Under which terms places are asked for.

    A single order keeps every rule. An accepted offer has its places already, and may come after the cut-off. A
    series is ordered before the window opens and counts as one order, but may fill only its share. Whoever stands at
    the door needs no window.
    """

    order = "order"
    offer = "offer"
    series = "series"
    walk_in = "walk_in"


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything that the rules look at: who wants how many places where, and what they have already.

    `series_places` are the places of the slot that series hold.
    """

    slot: SlotFacts
    party: int
    person: PriorityFacts
    engagements: Sequence[Engagement]
    policy: Policy
    now: datetime
    answers: Mapping[str, Answer] = field(default_factory=dict)
    pauses: Sequence[PauseFacts] = ()
    terms: Terms = Terms.order
    series_places: int = 0


Checker = Callable[[Wish], Reason | None]


def when(moment: datetime) -> str:
    """A moment as the API writes it."""
    return said(moment)


def slot_is_open(wish: Wish) -> Reason | None:
    """A closed slot takes nobody."""
    return Reason("slot-closed") if wish.slot.status is SlotStatus.closed else None


def window_has_opened(wish: Wish) -> Reason | None:
    """Booking 3: not before the window opens, which it does earlier for people with priority."""
    if wish.terms is not Terms.order:
        return None
    priority = has_priority(wish.person, wish.policy, wish.now)
    opens = opens_at(wish.slot.start, wish.policy, priority=priority)
    return Reason("not-yet-open", {"opens_at": when(opens)}) if wish.now < opens else None


def window_has_not_closed(wish: Wish) -> Reason | None:
    """Booking 3: not after the cut-off, and not once it has begun. At the door, as long as it lasts."""
    if wish.terms is Terms.walk_in:
        return Reason("slot-over") if wish.now >= wish.slot.end else None
    if wish.now >= wish.slot.start:
        return Reason("slot-started", {"start": when(wish.slot.start)})
    if wish.terms is Terms.offer:
        return None
    closes = closes_at(wish.slot.start, wish.policy)
    return Reason("booking-closed", {"closed_at": when(closes)}) if wish.now > closes else None


def party_is_allowed(wish: Wish) -> Reason | None:
    """Booking 3: a party has a largest size."""
    if wish.party > wish.policy.max_party:
        return Reason("party-too-large", {"limit": wish.policy.max_party})
    return None


def places_are_free(wish: Wish) -> Reason | None:
    """Booking 1: never more than the capacity. An offer's places are held for it already."""
    if wish.terms is Terms.offer:
        return None
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
    """Booking 3: so many upcoming bookings a person and category. A series is one order; its days do not count."""
    if wish.terms in {Terms.series, Terms.walk_in}:
        return None
    upcoming = sum(
        1
        for other in wish.engagements
        if other.category is wish.slot.category and other.start > wish.now and not other.of_series
    )
    if upcoming >= wish.policy.max_upcoming:
        return Reason(
            "too-many-upcoming", {"limit": wish.policy.max_upcoming, "category": wish.slot.category}
        )
    return None


def is_not_paused(wish: Wish) -> Reason | None:
    """Booking 5: after three no-shows booking ahead rests in that category; walking in does not."""
    if wish.terms is Terms.walk_in or not wish.policy.pauses:
        return None
    ends = [
        pause.until
        for pause in wish.pauses
        if pause.category is wish.slot.category and pause.until > wish.now
    ]
    return Reason("paused", {"until": when(max(ends)), "category": wish.slot.category}) if ends else None


def series_leave_room(wish: Wish) -> Reason | None:
    """While the general window is not open, series may hold only their share of a slot."""
    if wish.terms is not Terms.series or wish.now >= opens_at(wish.slot.start, wish.policy):
        return None
    share = wish.slot.capacity * wish.policy.series_share_percent // 100
    if wish.series_places + wish.party > share:
        return Reason(
            "series-share-full", {"share": share, "opens_at": when(opens_at(wish.slot.start, wish.policy))}
        )
    return None


def questions_are_answered(wish: Wish) -> Iterable[Reason]:
    """What a service asks is answered as it asks; every fault is a reason. At the door nobody is asked."""
    if wish.terms is Terms.walk_in:
        return ()
    return answered(wish.policy.questions, wish.answers)[1]


CHECKERS: tuple[Checker, ...] = (
    slot_is_open,
    window_has_opened,
    window_has_not_closed,
    party_is_allowed,
    places_are_free,
    attendee_is_free,
    upcoming_are_few,
    is_not_paused,
    series_leave_room,
)


def refusals(wish: Wish) -> list[Reason]:
    """Every reason that speaks against the wish; none when it can be granted."""
    found = [reason for checker in CHECKERS if (reason := checker(wish)) is not None]
    return [*found, *questions_are_answered(wish)]
