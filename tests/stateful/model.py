"""What the engine ought to do, in memory and from the pure rules alone: the yardstick of the state machine."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from models.vocabulary import BookingStatus, Category, OfferStatus, SlotStatus, WaitlistStatus
from scheduling.policies import Policy, effective_policy
from scheduling.rules.booking import Engagement, PauseFacts, SlotFacts, Terms, Wish, refusals
from scheduling.rules.misses import Miss, pausing
from scheduling.rules.waiting import Waiting, given_back, offer_until, turns
from scheduling.rules.windows import PriorityFacts, has_priority

OCCUPYING = {BookingStatus.confirmed, BookingStatus.attended}
ACTIVE = {WaitlistStatus.waiting, WaitlistStatus.offered}


@dataclass
class ModelSlot:
    """A slot as it ought to be."""

    id: UUID
    service_id: UUID
    point_id: UUID
    category: Category
    start: datetime
    end: datetime
    capacity: int
    taken: int = 0
    target: int | None = None
    status: SlotStatus = SlotStatus.open

    @property
    def facts(self) -> SlotFacts:
        """For the rules."""
        return SlotFacts(self.id, self.category, self.start, self.end, self.capacity, self.taken, self.status)

    def count(self, change: int) -> None:
        """Counts places, and lets a capacity that was to fall follow."""
        self.taken += change
        if self.target is not None:
            self.capacity = max(self.target, self.taken)
            if self.taken <= self.target:
                self.target = None


@dataclass
class ModelPerson:
    """A resident."""

    id: UUID
    birth_date: date | None
    disability: bool = False

    @property
    def priority(self) -> PriorityFacts:
        """For the rules."""
        return PriorityFacts(self.birth_date, self.disability)


@dataclass
class ModelBooking:
    """A booking as it ought to be."""

    id: UUID
    person_id: UUID
    slot_id: UUID
    party: int
    status: BookingStatus = BookingStatus.confirmed
    series: bool = False


@dataclass
class ModelEntry:
    """A waitlist entry as it ought to be."""

    id: UUID
    person_id: UUID
    slot_id: UUID
    party: int
    priority: bool
    joined: tuple[datetime, int]
    status: WaitlistStatus = WaitlistStatus.waiting
    passed_over: int = 0
    held: int = 0


@dataclass
class ModelOffer:
    """An offer as it ought to be. Its id is learnt from the database."""

    entry_id: UUID
    slot_id: UUID
    expires_at: datetime
    status: OfferStatus = OfferStatus.held


@dataclass
class Model:
    """A district in memory."""

    now: datetime
    slots: dict[UUID, ModelSlot] = field(default_factory=dict)
    people: dict[UUID, ModelPerson] = field(default_factory=dict)
    bookings: dict[UUID, ModelBooking] = field(default_factory=dict)
    entries: dict[UUID, ModelEntry] = field(default_factory=dict)
    offers: list[ModelOffer] = field(default_factory=list)
    pauses: list[tuple[UUID, PauseFacts]] = field(default_factory=list)
    uncounted: list[tuple[UUID, Category, Miss]] = field(default_factory=list)
    """Misses that led to no pause yet."""

    def policy(self, slot: ModelSlot) -> Policy:
        """The policy in force."""
        return effective_policy(slot.category)

    def wish(
        self,
        person_id: UUID,
        slot_id: UUID,
        party: int,
        *,
        terms: Terms = Terms.order,
        moving: UUID | None = None,
    ) -> Wish:
        """What the rules are asked."""
        slot, person = self.slots[slot_id], self.people[person_id]
        engaged = [
            Engagement(
                booking.id,
                booking.slot_id,
                self.slots[booking.slot_id].category,
                self.slots[booking.slot_id].start,
                self.slots[booking.slot_id].end,
                "",
                "",
                booking.series,
            )
            for booking in self.bookings.values()
            if booking.person_id == person_id
            and booking.status in OCCUPYING
            and self.slots[booking.slot_id].end > self.now
            and booking.id != moving
        ]
        return Wish(
            slot=slot.facts,
            party=party,
            person=person.priority,
            engagements=engaged,
            policy=self.policy(slot),
            now=self.now,
            pauses=[pause for who, pause in self.pauses if who == person_id],
            terms=terms,
            series_places=sum(
                booking.party
                for booking in self.bookings.values()
                if booking.slot_id == slot_id and booking.series and booking.status in OCCUPYING
            ),
        )

    def refused(
        self,
        person_id: UUID,
        slot_id: UUID,
        party: int,
        *,
        terms: Terms = Terms.order,
        moving: UUID | None = None,
    ) -> set[str]:
        """The codes of all reasons against it."""
        return {
            reason.code
            for reason in refusals(self.wish(person_id, slot_id, party, terms=terms, moving=moving))
        }

    def refused_waiting(self, person_id: UUID, slot_id: UUID, party: int) -> set[str]:
        """The codes of all reasons against waiting."""
        wish = self.wish(person_id, slot_id, party)
        codes = {reason.code for reason in refusals(replace(wish, slot=replace(wish.slot, taken=0)))}
        slot = self.slots[slot_id]
        if not codes and party <= slot.capacity - slot.taken:
            codes.add("places-are-free")
        if any(
            entry.person_id == person_id and entry.slot_id == slot_id and entry.status in ACTIVE
            for entry in self.entries.values()
        ):
            codes.add("already-waiting")
        return codes

    def promote(self, *slot_ids: UUID) -> None:
        """Offers what is free, by the pure rule."""
        for slot_id in dict.fromkeys(slot_ids):
            slot = self.slots[slot_id]
            if slot.status is SlotStatus.closed or self.now >= slot.start:
                continue
            queue = sorted(
                (
                    entry
                    for entry in self.entries.values()
                    if entry.slot_id == slot_id and entry.status is WaitlistStatus.waiting
                ),
                key=lambda entry: (not entry.priority, entry.joined),
            )
            policy = self.policy(slot)
            waiting = [Waiting(entry.id, entry.party, entry.passed_over, entry.held) for entry in queue]
            for turn in turns(waiting, slot.capacity - slot.taken, policy.most_passes):
                entry = self.entries[turn.entry_id]
                slot.count(turn.held - entry.held)
                entry.held, entry.passed_over = turn.held, turn.passed_over
                if turn.offered:
                    entry.status = WaitlistStatus.offered
                    self.offers.append(
                        ModelOffer(entry.id, slot_id, offer_until(slot.start, self.now, policy))
                    )

    def end_entry(self, entry: ModelEntry, status: WaitlistStatus, offer_status: OfferStatus) -> None:
        """Ends waiting, gives back what was held, ends the offer."""
        self.slots[entry.slot_id].count(-entry.held)
        entry.held, entry.status = 0, status
        for offer in self.offers:
            if offer.entry_id == entry.id and offer.status is OfferStatus.held:
                offer.status = offer_status

    def vacate(self, booking: ModelBooking, status: BookingStatus) -> None:
        """Ends a booking and gives its places back."""
        booking.status = status
        self.slots[booking.slot_id].count(-booking.party)

    def leaving(self, slot: ModelSlot, places: int) -> tuple[list[ModelBooking], int]:
        """Who has to go when there are only so many places, who booked first before the others; and how many places have
        to be given back by those who wait. What is held for them is given back before anybody who booked has to go.
        """
        excess = slot.taken - places
        held = sum(entry.held for entry in self.entries.values() if entry.slot_id == slot.id)
        found: list[ModelBooking] = []
        for booking in sorted(self.bookings.values(), key=lambda booking: booking.id, reverse=True):
            if excess <= held:
                break
            if booking.slot_id == slot.id and booking.status is BookingStatus.confirmed:
                excess -= booking.party
                found.insert(0, booking)
        return found, excess

    def give_back(self, slot: ModelSlot, excess: int) -> None:
        """Gives back what is held until so many places are: what is gathered first, then the latest offers."""
        made = {offer.entry_id: n for n, offer in enumerate(self.offers) if offer.status is OfferStatus.held}
        holding = sorted(
            (entry for entry in self.entries.values() if entry.slot_id == slot.id and entry.held),
            key=lambda entry: (entry.id not in made, made.get(entry.id, 0), entry.joined),
            reverse=True,
        )
        for position in given_back([entry.held for entry in holding], excess):
            self.end_entry(holding[position], WaitlistStatus.waiting, OfferStatus.expired)

    def resize(self, slot: ModelSlot, places: int) -> None:
        """A manager's number: it follows what is taken down, and what is free is offered."""
        slot.capacity = max(slot.taken, places)
        slot.target = places if slot.taken > places else None
        self.promote(slot.id)

    def held_offer(self, entry_id: UUID) -> ModelOffer | None:
        """The offer out for an entry."""
        for offer in self.offers:
            if offer.entry_id == entry_id and offer.status is OfferStatus.held:
                return offer
        return None

    def pass_time(self, minutes: int) -> None:
        """Moves the clock and does what the sweeps do."""
        self.now += timedelta(minutes=minutes)
        ended = [
            offer
            for offer in self.offers
            if offer.status is OfferStatus.held and offer.expires_at <= self.now
        ]
        for offer in ended:
            self.end_entry(self.entries[offer.entry_id], WaitlistStatus.expired, OfferStatus.expired)
        self.promote(*sorted({offer.slot_id for offer in ended}))
        for entry in self.entries.values():
            if entry.status is WaitlistStatus.waiting and self.slots[entry.slot_id].start <= self.now:
                self.end_entry(entry, WaitlistStatus.expired, OfferStatus.expired)

    def note_misses(self) -> None:
        """What the sweep after the end does: missed bookings give their places back; three of them pause (5, 10)."""
        noted: set[tuple[UUID, Category]] = set()
        for booking in self.bookings.values():
            slot = self.slots[booking.slot_id]
            policy = self.policy(slot)
            due = slot.end + timedelta(minutes=policy.no_show_after_minutes)
            if booking.status is BookingStatus.confirmed and due <= self.now:
                self.vacate(booking, BookingStatus.no_show)
                self.uncounted.append((booking.person_id, slot.category, Miss(booking.id, slot.end)))
                noted.add((booking.person_id, slot.category))
        for person_id, category in noted:
            policy = effective_policy(category)
            misses = [miss for who, what, miss in self.uncounted if (who, what) == (person_id, category)]
            if counted := pausing(misses, policy):
                until = self.now + timedelta(days=policy.pause_days)
                self.pauses.append((person_id, PauseFacts(category, until)))
                self.uncounted = [one for one in self.uncounted if one[2].booking_id not in counted]

    def close(self, slot: ModelSlot) -> None:
        """The point closes a slot: waiting for it ends, bookings are cancelled."""
        slot.status = SlotStatus.closed
        for entry in self.entries.values():
            if entry.slot_id == slot.id and entry.status in ACTIVE:
                self.end_entry(entry, WaitlistStatus.expired, OfferStatus.expired)
        for booking in self.bookings.values():
            if booking.slot_id == slot.id and booking.status is BookingStatus.confirmed:
                self.vacate(booking, BookingStatus.cancelled)

    def priority_of(self, person_id: UUID, slot_id: UUID) -> bool:
        """Whether the person has priority for the slot."""
        return has_priority(self.people[person_id].priority, self.policy(self.slots[slot_id]), self.now)
