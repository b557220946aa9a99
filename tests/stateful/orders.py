"""Standing orders, added to the state machine."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlmodel import col

from models.database import AsyncSession, transaction
from models.shapes.waitlist import SeriesOrder
from models.tables import OpeningRule, Slot
from models.vocabulary import DayKind, OccurrenceStatus
from scheduling import series
from scheduling.rules.booking import Terms
from scheduling.slots import generate_slots
from tests.stateful.machine import CHOICE, BookingMachine
from tests.stateful.model import ModelBooking, ModelSlot
from tests.world import NOW, READING, at


class SeriesMachine(BookingMachine):
    """Residents who also order series."""

    @rule(who=CHOICE, party=st.integers(1, 2), days=st.integers(1, 3))
    def order_series(self, who: int, party: int, days: int) -> None:
        """Readings every day from the one after tomorrow on; each day is judged like the model says."""
        person_id = self.person(who)
        origin = next(slot for slot in self.model.slots.values() if slot.start == at(2, 11))
        if self.model.now >= origin.start:
            return
        self.run(self._ensure_reading_days())
        wanted = SeriesOrder(
            slot_id=origin.id,
            rrule="FREQ=DAILY",
            until=(at(2, 11) + timedelta(days=days)).date(),
            party=party,
            on_full="skip",
        )

        async def work(session: AsyncSession) -> list[tuple[OccurrenceStatus, UUID | None, UUID | None]]:
            view = await series.order(session, actor=self.actor(person_id), wanted=wanted, now=self.model.now)
            return [
                (
                    day.status,
                    day.booking.id if day.booking else None,
                    day.booking.slot.id if day.booking else None,
                )
                for day in view.occurrences
            ]

        expected = []
        for day in range(days + 1):
            slot = next(slot for slot in self.model.slots.values() if slot.start == at(2 + day, 11))
            expected.append((slot, self.model.refused(person_id, slot.id, party, terms=Terms.series)))
        result = self.do(work)
        if all(codes for _, codes in expected):
            assert isinstance(result, set)
            assert result == set().union(*(codes for _, codes in expected))
            return
        assert isinstance(result, list), result
        for (slot, codes), (status, booking_id, _) in zip(expected, result, strict=True):
            assert (status is OccurrenceStatus.booked) == (not codes), (status, codes)
            if booking_id is not None:
                self.model.bookings[booking_id] = ModelBooking(
                    booking_id, person_id, slot.id, party, series=True
                )
                slot.count(party)

    async def _ensure_reading_days(self) -> None:
        """Gives the reading room an opening rule and learns the slots that follow from it."""
        async with transaction(self.database) as session:
            known = (
                await session.execute(select(OpeningRule).where(col(OpeningRule.service_id) == READING))
            ).first()
            if known is None:
                local = at(3, 11)
                session.add(
                    OpeningRule(
                        created_at=NOW,
                        service_id=READING,
                        rrule="FREQ=DAILY",
                        start_time=local.replace(hour=11).time(),
                        end_time=local.replace(hour=12).time(),
                        capacity=3,
                        days=DayKind.any,
                        valid_from=local.date(),
                        valid_until=(local + timedelta(days=3)).date(),
                    )
                )
                await session.flush()
                await generate_slots(session, service_ids=[READING], now=NOW)
        async with transaction(self.database) as session:
            for slot in (
                await session.execute(select(Slot).where(col(Slot.service_id) == READING))
            ).scalars():
                if slot.id not in self.model.slots:
                    self.model.slots[slot.id] = ModelSlot(
                        slot.id, READING, slot.point_id, slot.category, slot.start, slot.end, slot.capacity
                    )
