"""What the point does, added to the state machine: walk-ins, closing and opening, cutting capacity and moving people."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from sqlalchemy import select
from sqlmodel import col

from models.database import AsyncSession, transaction
from models.shapes.bookings import SlotEdit
from models.shapes.door import WalkIn
from models.tables import Pause, Slot
from models.vocabulary import Affected, BookingStatus, SlotStatus
from scheduling import capacity, no_shows, walk_ins
from scheduling.rules.booking import Terms
from tests.stateful.machine import CHOICE
from tests.stateful.model import ModelBooking, ModelSlot
from tests.stateful.orders import SeriesMachine
from tests.world import HAIRCUT, LUNCH


class DistrictMachine(SeriesMachine):
    """Residents and the point together."""

    def mine(self, choice: int) -> ModelSlot:
        """One of the slots at the manager's point."""
        own = sorted(slot.id for slot in self.model.slots.values() if slot.service_id in {LUNCH, HAIRCUT})
        return self.model.slots[own[choice % len(own)]]

    @rule(who=CHOICE, where=CHOICE, party=st.integers(1, 2))
    def walk_in(self, who: int, where: int, party: int) -> None:
        slot, person_id = self.mine(where), self.person(who)
        expected = self.model.refused(person_id, slot.id, party, terms=Terms.walk_in)
        if self.model.now < slot.start - self.model.policy(slot).check_in_opens:
            expected = expected | {"too-early-to-check-in"}

        async def work(session: AsyncSession) -> UUID:
            walk = WalkIn(party=party, person_id=person_id)
            taken = await walk_ins.take(
                session, actor=self.manager, slot_id=slot.id, walk_in=walk, now=self.model.now
            )
            return taken.id

        result = self.do(work)
        assert (result if isinstance(result, set) else set()) == expected
        if isinstance(result, UUID):
            self.model.bookings[result] = ModelBooking(
                result, person_id, slot.id, party, BookingStatus.attended
            )
            slot.count(party)

    async def _version(self, slot_id: UUID) -> int:
        async with transaction(self.database) as session:
            return (
                await session.execute(select(col(Slot.version)).where(col(Slot.id) == slot_id))
            ).scalar_one()

    def set_status(self, slot: ModelSlot, status: SlotStatus) -> object:
        version = self.run(self._version(slot.id))

        async def work(session: AsyncSession) -> int:
            _, after = await capacity.set_status(
                session,
                actor=self.manager,
                slot_id=slot.id,
                status=status,
                affected=Affected.cancel,
                seen_version=version,
                now=self.model.now,
            )
            return after

        return self.do(work)

    @rule(where=CHOICE, sure=st.integers(0, 3))
    def close(self, where: int, sure: int) -> None:
        """Closed for all: now and then, or nothing else would happen."""
        slot = self.mine(where)
        if sure:
            return
        result = self.set_status(slot, SlotStatus.closed)
        if self.model.now >= slot.end:
            assert result == {"slot-over"}
            return
        assert isinstance(result, int), result
        self.model.close(slot)

    def has_closed(self) -> bool:
        return any(slot.status is SlotStatus.closed for slot in self.model.slots.values())

    @precondition(has_closed)
    @rule(where=CHOICE)
    def open_again(self, where: int) -> None:
        closed = sorted(slot.id for slot in self.model.slots.values() if slot.status is SlotStatus.closed)
        slot = self.model.slots[closed[where % len(closed)]]
        result = self.set_status(slot, SlotStatus.open)
        if self.model.now >= slot.end:
            assert result == {"slot-over"}
            return
        assert isinstance(result, int), result
        slot.status = SlotStatus.open
        self.model.promote(slot.id)

    @rule(where=CHOICE, places=st.integers(0, 2), sure=st.integers(0, 3))
    def cut_and_move(self, where: int, places: int, sure: int) -> None:
        """Who is moved where is the engine's choice; that every rule allows it, and that nobody is lost, is checked."""
        slot = self.mine(where)
        if sure:
            return
        version = self.run(self._version(slot.id))
        before = {id_: (one.slot_id, one.status) for id_, one in self.model.bookings.items()}

        async def work(session: AsyncSession) -> int:
            edit = SlotEdit(capacity=places, affected=Affected.move)
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
        assert isinstance(result, int), result
        self.adopt(slot, before, places)

    def adopt(self, slot: ModelSlot, before: dict[UUID, tuple[UUID, BookingStatus]], places: int) -> None:
        """Takes over where the engine sent people, after checking it: who had to go has gone, by rules, and nobody else.

        All the rest, what is given back and who is offered what is left, the model says by itself.
        """
        _, _, made, _ = self.run(self._state())
        leaving, excess = self.model.leaving(slot, places)
        gone = {
            booking.id for booking in self.model.bookings.values() if made[booking.id] != before[booking.id]
        }
        assert gone == {booking.id for booking in leaving}
        for booking in leaving:
            to, status = made[booking.id]
            slot.count(-booking.party)
            if status is BookingStatus.confirmed:
                assert self.model.refused(booking.person_id, to, booking.party, moving=booking.id) == set()
                booking.slot_id = to
                self.model.slots[to].count(booking.party)
            else:
                assert (to, status) == (slot.id, BookingStatus.cancelled)
                booking.status = status
        self.model.give_back(slot, excess)
        self.model.resize(slot, places)

    def sweep(self) -> None:
        """The sweeps after the end as well."""
        super().sweep()

        async def note(session: AsyncSession) -> int:
            return await no_shows.sweep(session, now=self.model.now)

        self.until_done(note)
        self.model.note_misses()
        assert self.run(self._pauses()) == sorted(
            (who, pause.category.value, pause.until) for who, pause in self.model.pauses
        )

    async def _pauses(self) -> list[tuple[UUID, str, object]]:
        async with transaction(self.database) as session:
            rows = await session.execute(select(col(Pause.person_id), col(Pause.category), col(Pause.until)))
            return sorted((row.person_id, row.category.value, row.until) for row in rows)
