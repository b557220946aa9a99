"""Races about freed places, over real commits, each with its negative control."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from models.database import AsyncSession, in_transaction, transaction
from models.shapes.bookings import BookingView
from models.shapes.waitlist import SeriesOrder, SeriesView, WaitlistOrder, WaitlistView
from models.tables import Offer, Slot, WaitlistEntry
from models.vocabulary import OccurrenceStatus, OfferStatus, WaitlistStatus
from scheduling import bookings, desk, places, promotion, series, waitlist
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError
from scheduling.locks import LockedPerson
from scheduling.queries.slots import SlotRow, slot_row, slot_select
from tests.concurrency.meeting import Meeting
from tests.concurrency.unlocked import unlock_desk
from tests.world import NOW, READING, World, at


async def wait(world: World, actor: Actor, slot_id: UUID, party: int = 1) -> WaitlistView:
    async def work(session: AsyncSession) -> WaitlistView:
        wanted = WaitlistOrder(slot_id=slot_id, party=party)
        return await waitlist.join(session, actor=actor, wanted=wanted, now=NOW)

    return await in_transaction(world.database, work)


async def cancel(world: World, actor: Actor, booking: BookingView) -> BookingView:
    async def work(session: AsyncSession) -> BookingView:
        return await bookings.cancel(session, actor=actor, booking_id=booking.id, now=NOW)

    return await in_transaction(world.database, work)


async def accept(world: World, actor: Actor, offer_id: UUID) -> BookingView:
    async def work(session: AsyncSession) -> BookingView:
        return await waitlist.accept(session, actor=actor, offer_id=offer_id, now=NOW)

    return await in_transaction(world.database, work)


async def decline(world: World, actor: Actor, offer_id: UUID) -> WaitlistView:
    async def work(session: AsyncSession) -> WaitlistView:
        return await waitlist.decline(session, actor=actor, offer_id=offer_id, now=NOW)

    return await in_transaction(world.database, work)


async def offers(world: World, slot_id: UUID) -> list[Offer]:
    async with transaction(world.database) as session:
        rows = await session.execute(
            select(Offer).where(col(Offer.slot_id) == slot_id).order_by(col(Offer.id))
        )
        return list(rows.scalars())


async def owner(world: World, offer: Offer) -> Actor:
    async with transaction(world.database) as session:
        entry = await session.get_one(WaitlistEntry, offer.entry_id)
        return Actor(entry.person_id)  # type: ignore[arg-type]  # a person's id


async def assert_sound(world: World) -> None:
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []


async def full_slot_with_queue(
    world: World, *, booked: int, waiting: Sequence[int]
) -> tuple[UUID, list[tuple[Actor, BookingView]], list[Actor]]:
    """A slot taken by `booked` people, one place each, and parties that wait."""
    slot = await world.slot(capacity=booked)
    holders = [(person, await world.book(person, slot)) for person in await world.people(booked)]
    queue = await world.people(len(waiting))
    for person, party in zip(queue, waiting, strict=True):
        await wait(world, person, slot, party)
    return slot, holders, queue


async def test_many_cancel_at_once_and_each_place_is_offered_once(world: World) -> None:
    """Booking 7, two promotions: six places freed at once make six offers to the first six, and no seventh."""
    slot, holders, _ = await full_slot_with_queue(world, booked=6, waiting=[1] * 8)

    await asyncio.gather(*(cancel(world, person, booking) for person, booking in holders))

    made = await offers(world, slot)
    assert len(made) == 6
    assert len({offer.entry_id for offer in made}) == 6
    assert (await world.counts(slot))[0] == 6
    await assert_sound(world)


async def unlocked(
    session: AsyncSession, ids: Iterable[UUID], *, wait: bool = True
) -> Mapping[UUID, SlotRow]:
    """Reads slots without locking them."""
    rows = await session.execute(slot_select().where(col(Slot.id).in_(list(ids))))
    return {row.id: slot_row(row) for row in rows}


async def hold_without_asking(session: AsyncSession, holds: Sequence[places.Hold], *, slot_id: UUID) -> None:
    """Writes what is held without looking at what is there."""
    for each in holds:
        await session.execute(
            text("UPDATE waitlist_entry SET held = :held, status = :status WHERE id = :id"),
            {"held": each.held, "status": each.status, "id": each.entry_id},
        )
        await session.execute(
            text("UPDATE slot SET taken = taken + :held WHERE id = :id"), {"held": each.held, "id": slot_id}
        )


async def test_control_two_promotions_without_the_lock_offer_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without lock, condition and unique index the same freed place is offered twice to the same party."""
    slot, _, _ = await full_slot_with_queue(world, booked=2, waiting=[1])
    monkeypatch.setattr(promotion, "lock_slots", Meeting().after(unlocked))
    monkeypatch.setattr(places, "hold", hold_without_asking)
    async with transaction(world.database) as session:
        await session.execute(text("DROP INDEX uq_offer_entry_id_held"))
        await session.execute(text("UPDATE slot SET capacity = capacity + 2"))

    async def promote() -> int:
        async def work(session: AsyncSession) -> int:
            return await promotion.promote(session, [slot], now=NOW)

        return await in_transaction(world.database, work)

    await asyncio.gather(promote(), promote())

    assert len(await offers(world, slot)) == 2
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) != []


async def test_one_offer_accepted_twice_at_once_makes_one_booking(world: World) -> None:
    """Two acceptances: both are told the same booking."""
    slot, holders, queue = await full_slot_with_queue(world, booked=1, waiting=[1])
    await cancel(world, *holders[0])
    offer = (await offers(world, slot))[0]

    answers = await asyncio.gather(*(accept(world, queue[0], offer.id) for _ in range(6)))

    assert len({answer.id for answer in answers}) == 1
    assert await world.counts(slot) == (1, 1, 1)
    await assert_sound(world)


async def test_control_acceptances_without_locks_book_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the locks, and without the constraint on overlaps, one offer makes two bookings."""
    slot, holders, queue = await full_slot_with_queue(world, booked=1, waiting=[1])
    await cancel(world, *holders[0])
    offer = (await offers(world, slot))[0]
    async with transaction(world.database) as session:
        await session.execute(text("ALTER TABLE booking DROP CONSTRAINT ex_booking_attendee_time"))

    async def nobody(session: AsyncSession, ids: Iterable[UUID]) -> Mapping[UUID, object]:
        rows = await session.execute(text("SELECT id, number, name, birth_date, disability FROM person"))
        return {row.id: LockedPerson(*row) for row in rows}

    for room in (waitlist, desk):
        monkeypatch.setattr(room, "lock_persons", nobody)
    monkeypatch.setattr(waitlist, "lock_slots", Meeting().after(unlocked))
    unlock_desk(monkeypatch)

    answers = await asyncio.gather(
        *(accept(world, queue[0], offer.id) for _ in range(2)), return_exceptions=True
    )

    assert len({answer.id for answer in answers if isinstance(answer, BookingView)}) == 2


async def test_accepting_races_with_declining_and_running_out(world: World) -> None:
    """Whatever comes first ends the offer; the place is then booked or offered on, never both, never neither."""
    slot, holders, queue = await full_slot_with_queue(world, booked=3, waiting=[1, 1, 1, 1, 1])
    await asyncio.gather(*(cancel(world, person, booking) for person, booking in holders))
    made = await offers(world, slot)
    late = NOW + timedelta(minutes=31)

    async def expire() -> int:
        async def work(session: AsyncSession) -> int:
            return await waitlist.expire_offers(session, now=late)

        return await in_transaction(world.database, work)

    tasks = []
    for offer in made:
        who = await owner(world, offer)
        tasks += [accept(world, who, offer.id), decline(world, who, offer.id)]
    results = await asyncio.gather(*tasks, expire(), return_exceptions=True)

    assert [
        result
        for result in results
        if isinstance(result, Exception) and not isinstance(result, ActionRefusedError)
    ] == []
    for offer in await offers(world, slot):
        assert (offer.status is OfferStatus.accepted) == (offer.booking_id is not None)
    taken, booked, capacity = await world.counts(slot)
    held = sum(offer.party for offer in await offers(world, slot) if offer.status is OfferStatus.held)
    assert taken == booked + held <= capacity
    await assert_sound(world)
    assert len(queue) == 5


async def test_cancelling_races_with_accepting(world: World) -> None:
    """Freed places pass from hand to hand while some accept: every freed place ends booked or offered."""
    slot, holders, queue = await full_slot_with_queue(world, booked=4, waiting=[1, 1, 1, 1, 1])
    await cancel(world, *holders[0])

    async def accept_mine(person: Actor) -> None:
        for _ in range(20):
            for offer in await offers(world, slot):
                if (
                    offer.status is OfferStatus.held
                    and (await owner(world, offer)).person_id == person.person_id
                ):
                    await accept(world, person, offer.id)
                    return
            await asyncio.sleep(0.02)

    await asyncio.gather(
        *(cancel(world, person, booking) for person, booking in holders[1:]),
        *(accept_mine(person) for person in queue),
    )

    assert (await world.counts(slot))[0] == 4
    await assert_sound(world)


async def test_two_series_for_the_last_places(world: World) -> None:
    """Series against series over the same days: no day is oversold, nothing deadlocks, every day is answered."""
    for day in range(1, 6):
        await world.slot(READING, at(day, 11), capacity=3)
    origin = await first_slot(world)
    people = await world.people(6)
    wanted = SeriesOrder(slot_id=origin, rrule="FREQ=DAILY", until=at(5, 11).date(), party=1)

    async def order(person: Actor) -> SeriesView:
        async def work(session: AsyncSession) -> SeriesView:
            return await series.order(session, actor=person, wanted=wanted, now=NOW)

        return await in_transaction(world.database, work)

    views = await asyncio.gather(*(order(person) for person in people))

    for day in range(5):
        statuses = [view.occurrences[day].status for view in views]
        assert statuses.count(OccurrenceStatus.booked) == 3
        assert statuses.count(OccurrenceStatus.waitlisted) == 3
    await assert_sound(world)


async def first_slot(world: World) -> UUID:
    async with transaction(world.database) as session:
        return (await session.execute(select(col(Slot.id)).order_by(col(Slot.start)).limit(1))).scalar_one()


async def test_a_queue_is_served_in_order_and_large_parties_are_not_starved(world: World) -> None:
    """Booking 7: priority, then order; passed over three times, places are gathered for the large party."""
    _, holders, queue = await full_slot_with_queue(world, booked=6, waiting=[3, 1, 1, 1, 1])

    for person, booking in holders[:3]:
        await cancel(world, person, booking)
    async with transaction(world.database) as session:
        large = (
            await session.execute(
                select(WaitlistEntry).where(col(WaitlistEntry.person_id) == queue[0].person_id)
            )
        ).scalar_one()
    assert (large.passed_over, large.held) == (3, 0)
    for person, booking in holders[3:]:
        await cancel(world, person, booking)
    async with transaction(world.database) as session:
        large = await session.get_one(WaitlistEntry, large.id)
    assert (large.status, large.held) == (WaitlistStatus.offered, 3)
    await assert_sound(world)
