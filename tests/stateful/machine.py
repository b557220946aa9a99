"""A state machine that drives the real engine on a real database, step by step beside the model."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select
from sqlmodel import col

from models.database import AsyncSession, Database, in_transaction, transaction
from models.shapes.bookings import BookingOrder, SlotEdit
from models.shapes.waitlist import WaitlistOrder
from models.tables import Booking, Offer, Slot, WaitlistEntry
from models.vocabulary import (
    Affected,
    BookingStatus,
    Category,
    OfferStatus,
    WaitlistStatus,
)
from scheduling import bookings, capacity, waitlist
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, BookingRefusedError, DomainError
from scheduling.rules.booking import Terms
from tests.databases import Templates
from tests.stateful.model import (
    ACTIVE,
    Model,
    ModelBooking,
    ModelEntry,
    ModelPerson,
    ModelSlot,
)
from tests.world import CANTEEN, HAIRCUT, LUNCH, NOW, READING, World, at, manager_of

T = TypeVar("T")
PARTIES = st.sampled_from([1, 1, 1, 2, 2, 3])
MINUTES = st.sampled_from([1, 1, 9, 11, 29, 31, 31, 61, 61, 400])
CHOICE = st.integers(0, 10_000)

SLOTS = (
    (LUNCH, at(1, 11), Category.meals, 3),
    (LUNCH, at(1, 12), Category.meals, 2),
    (LUNCH, at(0, 14), Category.meals, 4),
    (HAIRCUT, at(1, 11), Category.elder_care, 1),
    (READING, at(1, 11), Category.culture, 5),
    (READING, at(2, 11), Category.culture, 3),
)
"""Some overlap, some are soon, all are small: so that everything happens within a few steps."""

CROWDED = ((LUNCH, at(1, 11), Category.meals, 2), (READING, at(2, 11), Category.culture, 2))
"""So little that nearly everybody waits."""


def same(what: str, engine: Iterable[Hashable], model: Iterable[Hashable]) -> None:
    """Fails unless both have the same rows, each as often; says which only one of them has."""
    here, there = Counter(engine), Counter(model)
    only_here, only_there = list((here - there).elements()), list((there - here).elements())
    assert here == there, f"{what}: the engine alone has {only_here}, the model alone {only_there}"


class BookingMachine(RuleBasedStateMachine):
    """Books, cancels, moves, waits, answers, lets time pass; compares every answer and every count."""

    templates: Templates
    seen: ClassVar[Counter[str]] = Counter()
    """What happened, over all histories: a comparison of histories in which nothing happens would prove nothing."""
    offered_slots: ClassVar[tuple[tuple[UUID, datetime, Category, int], ...]] = SLOTS

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clone: AbstractAsyncContextManager[Database] = self.templates.clone("small")
        self.database = self.run(self.clone.__aenter__())
        self.world = World(self.database)
        self.model = Model(NOW)
        self.order = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Runs something to its end."""
        return self.runner.run(work)

    def teardown(self) -> None:
        try:
            offences = self.run(self._check())
            assert offences == []
            self.seen.update(f"offer {offer.status}" for offer in self.model.offers)
            self.seen.update(f"entry {entry.status}" for entry in self.model.entries.values())
            self.seen.update("passed over" for entry in self.model.entries.values() if entry.passed_over)
            self.seen.update(f"booking {booking.status}" for booking in self.model.bookings.values())
            self.seen.update("series" for booking in self.model.bookings.values() if booking.series)
        finally:
            self.run(self._close())
            self.runner.close()

    async def _close(self) -> None:
        await self.clone.__aexit__(None, None, None)

    async def _check(self) -> list[Any]:
        async with transaction(self.database) as session:
            return list(await check(session, now=self.model.now))

    @initialize()
    def people_and_slots(self) -> None:
        """Six residents, two of them with priority, and small slots."""
        for birth in (
            date(1950, 5, 5),
            date(1990, 1, 1),
            date(1991, 1, 1),
            date(1992, 1, 1),
            date(1955, 1, 1),
            None,
        ):
            actor = self.run(self.world.person(birth_date=birth))
            self.model.people[actor.require_person()] = ModelPerson(actor.require_person(), birth)
        self.manager = manager_of(CANTEEN, self.run(self.world.person("站长")).require_person())
        for service, start, category, places in self.offered_slots:
            slot_id = self.run(self.world.slot(service, start, capacity=places))
            self.model.slots[slot_id] = ModelSlot(
                slot_id, service, CANTEEN, category, start, start + timedelta(hours=1), places
            )

    def do(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T | set[str]:
        """Does something as the API would; a refusal is returned as its codes."""
        try:
            return self.run(in_transaction(self.database, work))
        except (BookingRefusedError, ActionRefusedError) as refusal:
            return {reason.code for reason in refusal.reasons}
        except DomainError as error:
            return {error.code}

    def person(self, choice: int) -> UUID:
        return sorted(self.model.people)[choice % len(self.model.people)]

    def slot(self, choice: int) -> UUID:
        return sorted(self.model.slots)[choice % len(self.model.slots)]

    def booking(self, choice: int) -> ModelBooking:
        return self.model.bookings[sorted(self.model.bookings)[choice % len(self.model.bookings)]]

    def actor(self, person_id: UUID) -> Actor:
        return Actor(person_id)  # type: ignore[arg-type]  # a person's id

    @rule(who=CHOICE, where=CHOICE, party=PARTIES | st.just(7))
    def book(self, who: int, where: int, party: int) -> None:
        person_id, slot_id = self.person(who), self.slot(where)
        expected = self.model.refused(person_id, slot_id, party)
        wanted = BookingOrder(slot_id=slot_id, party=party)

        async def work(session: AsyncSession) -> UUID:
            return (
                await bookings.book(session, actor=self.actor(person_id), wanted=wanted, now=self.model.now)
            ).id

        result = self.do(work)
        assert isinstance(result, set) == bool(expected), (result, expected)
        if isinstance(result, set):
            assert result == expected
        else:
            self.model.bookings[result] = ModelBooking(result, person_id, slot_id, party)
            self.model.slots[slot_id].count(party)

    @precondition(lambda self: self.model.bookings)
    @rule(which=CHOICE)
    def cancel(self, which: int) -> None:
        """Mostly where somebody waits, since that is where it matters."""
        booking = self.booking(which)
        waited_for = {entry.slot_id for entry in self.model.entries.values() if entry.status in ACTIVE}
        blocking = sorted(
            other.id
            for other in self.model.bookings.values()
            if other.slot_id in waited_for and other.status is BookingStatus.confirmed
        )
        if blocking and which % 4:
            booking = self.model.bookings[blocking[which % len(blocking)]]
        slot = self.model.slots[booking.slot_id]
        was = booking.status
        may = was is BookingStatus.cancelled or (
            was is BookingStatus.confirmed and self.model.now < slot.start
        )

        async def work(session: AsyncSession) -> UUID:
            actor = self.actor(booking.person_id)
            return (await bookings.cancel(session, actor=actor, booking_id=booking.id, now=self.model.now)).id

        result = self.do(work)
        assert isinstance(result, UUID) == may, result
        if may and was is BookingStatus.confirmed:
            self.model.vacate(booking, BookingStatus.cancelled)
            self.model.promote(slot.id)

    @precondition(lambda self: self.model.bookings)
    @rule(which=CHOICE, where=CHOICE)
    def move(self, which: int, where: int) -> None:
        booking, to = self.booking(which), self.slot(where)
        start = self.model.slots[booking.slot_id].start
        if booking.status is not BookingStatus.confirmed or self.model.now >= start:
            expected = {"booking-over"}
        elif to == booking.slot_id:
            expected = set()
        else:
            expected = self.model.refused(booking.person_id, to, booking.party, moving=booking.id)

        async def work(session: AsyncSession) -> UUID:
            actor = self.actor(booking.person_id)
            moved = await bookings.move(
                session, actor=actor, booking_id=booking.id, slot_id=to, now=self.model.now
            )
            return moved.id

        result = self.do(work)
        assert (result if isinstance(result, set) else set()) == expected
        if not expected and to != booking.slot_id:
            left, booking.slot_id = booking.slot_id, to
            self.model.slots[left].count(-booking.party)
            self.model.slots[to].count(booking.party)
            self.model.promote(left)

    @rule(who=CHOICE, where=CHOICE, party=PARTIES)
    def wait(self, who: int, where: int, party: int) -> None:
        """Mostly for a slot that is full for the party, since that is where waiting is allowed."""
        person_id, slot_id = self.person(who), self.slot(where)
        full = sorted(slot.id for slot in self.model.slots.values() if slot.capacity - slot.taken < party)
        if full and slot_id not in full and where % 4:
            slot_id = full[where % len(full)]
        expected = self.model.refused_waiting(person_id, slot_id, party)
        wanted = WaitlistOrder(slot_id=slot_id, party=party)

        async def work(session: AsyncSession) -> UUID:
            return (
                await waitlist.join(session, actor=self.actor(person_id), wanted=wanted, now=self.model.now)
            ).id

        result = self.do(work)
        assert (result if isinstance(result, set) else set()) == expected
        if isinstance(result, UUID):
            self.order += 1
            self.model.entries[result] = ModelEntry(
                result,
                person_id,
                slot_id,
                party,
                self.model.priority_of(person_id, slot_id),
                (self.model.now, self.order),
            )

    @precondition(lambda self: self.model.entries)
    @rule(which=CHOICE)
    def leave(self, which: int) -> None:
        entry = self.model.entries[sorted(self.model.entries)[which % len(self.model.entries)]]

        async def work(session: AsyncSession) -> UUID:
            actor = self.actor(entry.person_id)
            return (await waitlist.leave(session, actor=actor, entry_id=entry.id, now=self.model.now)).id

        assert self.do(work) == entry.id
        if entry.status in ACTIVE:
            self.model.end_entry(entry, WaitlistStatus.left, OfferStatus.declined)
            self.model.promote(entry.slot_id)

    async def _offer_id(self, entry_id: UUID) -> UUID:
        async with transaction(self.database) as session:
            return (
                await session.execute(
                    select(col(Offer.id)).where(
                        col(Offer.entry_id) == entry_id, col(Offer.status) == OfferStatus.held
                    )
                )
            ).scalar_one()

    def offered(self, choice: int) -> ModelEntry:
        entries = sorted(
            (entry for entry in self.model.entries.values() if entry.status is WaitlistStatus.offered),
            key=lambda entry: entry.id,
        )
        return entries[choice % len(entries)]

    def has_offers(self) -> bool:
        return any(entry.status is WaitlistStatus.offered for entry in self.model.entries.values())

    @precondition(has_offers)
    @rule(which=CHOICE)
    def accept(self, which: int) -> None:
        entry = self.offered(which)
        offer_id = self.run(self._offer_id(entry.id))
        expected = self.model.refused(entry.person_id, entry.slot_id, entry.party, terms=Terms.offer)

        async def work(session: AsyncSession) -> UUID:
            actor = self.actor(entry.person_id)
            return (await waitlist.accept(session, actor=actor, offer_id=offer_id, now=self.model.now)).id

        result = self.do(work)
        assert (result if isinstance(result, set) else set()) == expected
        if isinstance(result, UUID):
            self.model.bookings[result] = ModelBooking(result, entry.person_id, entry.slot_id, entry.party)
            entry.status, entry.held = WaitlistStatus.accepted, 0
            offer = self.model.held_offer(entry.id)
            assert offer is not None
            offer.status = OfferStatus.accepted

    @precondition(has_offers)
    @rule(which=CHOICE)
    def decline(self, which: int) -> None:
        entry = self.offered(which)
        offer_id = self.run(self._offer_id(entry.id))

        async def work(session: AsyncSession) -> UUID:
            actor = self.actor(entry.person_id)
            return (await waitlist.decline(session, actor=actor, offer_id=offer_id, now=self.model.now)).id

        assert self.do(work) == entry.id
        self.model.end_entry(entry, WaitlistStatus.left, OfferStatus.declined)
        self.model.promote(entry.slot_id)

    @rule(minutes=MINUTES)
    def pass_time(self, minutes: int) -> None:
        self.model.pass_time(minutes)
        self.sweep()

    def sweep(self) -> None:
        """Does what the clock does."""

        async def sweep(session: AsyncSession) -> int:
            return await waitlist.expire_offers(session, now=self.model.now)

        async def close(session: AsyncSession) -> int:
            return await waitlist.close_entries(session, now=self.model.now)

        self.until_done(sweep)
        self.until_done(close)

    def until_done(self, sweep: Callable[[AsyncSession], Awaitable[int]]) -> None:
        """Repeats a sweep until a batch is empty, as the clock does. A sweep is never refused."""
        for _ in range(50):
            changed = self.do(sweep)
            assert isinstance(changed, int), changed
            if not changed:
                return
        message = "a sweep finds no end"
        raise AssertionError(message)

    @rule(where=CHOICE, places=st.integers(0, 6), sure=st.integers(0, 2))
    def set_capacity(self, where: int, places: int, sure: int) -> None:
        """Now and then, or nobody would have to wait."""
        slot = self.model.slots[self.slot(where)]
        if sure or slot.service_id not in {LUNCH, HAIRCUT}:
            return

        async def work(session: AsyncSession) -> int:
            _, version = await capacity.slot_with_version(session, slot_id=slot.id)
            edit = SlotEdit(capacity=places, affected=Affected.keep)
            _, after = await capacity.edit_slot(
                session,
                actor=self.manager,
                slot_id=slot.id,
                edit=edit,
                seen_version=version,
                now=self.model.now,
            )
            return after

        result = self.do(work)
        if self.model.now >= slot.end:
            assert result == {"slot-over"}
            return
        assert isinstance(result, int)
        self.model.resize(slot, places)

    @invariant()
    def counts_agree(self) -> None:
        """After every step the database says what the model says."""
        if not self.model.slots:
            return
        slots, entries, made, offers = self.run(self._state())
        known = {slot.id: (slot.taken, slot.capacity, slot.target) for slot in self.model.slots.values()}
        same("slots", [(id_, slots[id_]) for id_ in known], known.items())
        same(
            "entries",
            entries.items(),
            [
                (entry.id, (entry.status, entry.held, entry.passed_over))
                for entry in self.model.entries.values()
            ],
        )
        same(
            "bookings",
            made.items(),
            [(booking.id, (booking.slot_id, booking.status)) for booking in self.model.bookings.values()],
        )
        same(
            "offers",
            offers,
            [(offer.entry_id, offer.status, offer.expires_at) for offer in self.model.offers],
        )

    async def _state(self) -> tuple[dict[UUID, Any], dict[UUID, Any], dict[UUID, Any], list[Any]]:
        async with transaction(self.database) as session:
            slots = await session.execute(
                select(col(Slot.id), col(Slot.taken), col(Slot.capacity), col(Slot.target_capacity))
            )
            entries = await session.execute(
                select(
                    col(WaitlistEntry.id),
                    col(WaitlistEntry.status),
                    col(WaitlistEntry.held),
                    col(WaitlistEntry.passed_over),
                )
            )
            made = await session.execute(select(col(Booking.id), col(Booking.slot_id), col(Booking.status)))
            offers = await session.execute(
                select(col(Offer.entry_id), col(Offer.status), col(Offer.expires_at))
            )
            return (
                {row.id: (row.taken, row.capacity, row.target_capacity) for row in slots},
                {row.id: (row.status, row.held, row.passed_over) for row in entries},
                {row.id: (row.slot_id, row.status) for row in made},
                sorted((row.entry_id, row.status, row.expires_at) for row in offers),
            )
