"""What the people of a point see: their day, who comes, what a change would mean, their shifts."""

from datetime import date, datetime
from uuid import UUID

from bot.wire.base import Named, View
from bot.wire.bookings import Booking
from bot.wire.places import PointBrief, Slot


class BothLanguages(View):
    """How something is called in both languages."""

    zh: str
    en: str


class Answered(View):
    """What was asked when booking, and what was answered."""

    question: BothLanguages
    answer: BothLanguages


class Guest(View):
    """Somebody's booking in one slot, as the point sees it. `arrival` is what they said of their coming, if anything."""

    id: UUID
    code: str
    status: str
    party: int
    attendee: Named
    phone: str | None
    note: str
    answers: tuple[Answered, ...]
    walk_in: bool
    queue_number: int | None
    arrival: str | None


class KeptSlot(Slot):
    """A slot with what is taken of it."""

    capacity: int
    taken: int


class DaySlot(KeptSlot):
    """A slot of a day with who comes, how many places are waited for, and to how many its places still sink."""

    waiting: int
    target_capacity: int | None
    bookings: tuple[Guest, ...]


class PointDay(View):
    """One day of a point."""

    point: PointBrief
    date: date
    slots: tuple[DaySlot, ...]


class Affected(View):
    """A booking that a change would touch."""

    id: UUID
    party: int
    attendee: Named


class Impact(View):
    """What fewer places, or closing, would mean for one slot."""

    taken: int
    held_given_back: int
    affected: tuple[Affected, ...]


class ClosureImpact(View):
    """What closing for a while would mean."""

    slots: int
    waiting: int
    affected: tuple[Affected, ...]


class Closure(View):
    """A time in which a point, or one service of it, is closed."""

    id: UUID
    service: Named | None
    start: datetime
    end: datetime
    reason: str


class ClosureMade(Closure):
    """A new closure, and what it meant."""

    slots_closed: int
    waiting_ended: int
    cancelled: tuple[Affected, ...]


class ClosureLifted(View):
    """What came back with a lifted closure."""

    slots_reopened: int
    slots_made: int


class SlotsMade(View):
    """New slots."""

    slots: tuple[KeptSlot, ...]


class Arrived(Booking):
    """A booking whose party is at the door."""

    queue_number: int | None
    checked_in_at: datetime | None


class Queue(View):
    """The queue at a slot, in numbers."""

    now_serving: int
    last_number: int
    waiting: int


class ChoiceName(View):
    """How an answer is called."""

    zh: str
    en: str


class Portions(View):
    """How many portions of what."""

    key: str
    name: ChoiceName
    portions: int


class KitchenLabel(View):
    """What a kitchen knows of one party."""

    name: str
    party: int
    diet: tuple[str, ...]
    note: str


class KitchenList(View):
    """What a kitchen cooks for one meal."""

    service: Named
    start: datetime
    portions: int
    by_serving: tuple[Portions, ...]
    by_diet: tuple[Portions, ...]
    labels: tuple[KitchenLabel, ...]


class FoundPerson(View):
    """Somebody found by name or number, as much as tells two of one name apart."""

    id: UUID
    name: str
    phone: str | None
    birth_year: int | None


class ServicePolicy(View):
    """What the service's policy allows, as far as the door needs it."""

    max_party: int


class PointService(Named):
    """A service of a point."""

    policy: ServicePolicy


class KeptShift(View):
    """A shift as those see it who keep the point."""

    id: UUID
    point: PointBrief
    start: datetime
    end: datetime
    role: str
    title: str
    needed: int
    minimum: int
    taken: int
    direct: bool
    status: str


class ShiftGap(KeptShift):
    """A shift with what is missing: `hands` are expected, `missing` below the minimum, `asks` are open questions."""

    hands: int
    leaving: int
    missing: int
    asks: int


class Coverage(View):
    """The shifts of some days."""

    point: Named
    shifts: tuple[ShiftGap, ...]
    uncovered: int


class Helper(View):
    """A volunteer's place on a shift."""

    id: UUID
    status: str
    shift: KeptShift
    person: Named
    first_timer: bool
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    minutes: int | None
    verified_at: datetime | None


class ShiftCodes(View):
    """What is shown at the point."""

    code_in: str
    code_out: str


class AskImpact(View):
    """Whom asking now would reach."""

    missing: int
    people: int
    would_ask: int
    asked: int


class AsksMade(View):
    """How many were asked."""

    asked: int
    open: int


class Choice(View):
    """Somebody suggested for a shift."""

    shift_id: UUID
    start: datetime
    person: Named
    known: int
    distance_m: int | None


class Suggestion(View):
    """A roster that every rule allows."""

    choices: tuple[Choice, ...]


class NotProposed(View):
    """A choice that the rules do not allow by now."""

    shift_id: UUID
    person_id: UUID


class Proposals(View):
    """Who was asked to confirm."""

    proposed: tuple[Helper, ...]
    refused: tuple[NotProposed, ...]


class MessageImpact(View):
    """Whom a message would reach, when, and how many more there may be today."""

    people: int
    reachable: int
    goes_out_at: datetime
    left_today: int


class MessageSent(View):
    """A message to those booked."""

    id: UUID
    people: int
    reachable: int


class DraftOfSlot(View):
    """What a draft about one slot keeps: how many come, and how somebody was named."""

    slot: UUID
    party: int = 1
    name: str = ""
    once: int = 0


class DraftOfHelper(View):
    """What a draft about one volunteer's hours keeps."""

    signup: UUID


class DraftOfSuggestion(View):
    """The suggestion that was shown: which screen's, and shift and person of each choice."""

    number: int
    chosen: tuple[tuple[UUID, UUID], ...]


class DraftOfDoor(View):
    """At which point somebody checks people in."""

    point: UUID
