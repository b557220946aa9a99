"""Closing a point for a while: everybody is told, nobody is left with a place that is not there (product: Booking 8)."""

import time
from datetime import datetime
from datetime import time as clock
from uuid import UUID

import pytest
from sqlmodel import col

from models.shapes.bookings import BookingOrder
from models.shapes.openings import ClosureLifted, ClosureMade, ClosureOrder
from models.shapes.waitlist import WaitlistOrder
from models.tables import Booking, Closure, Notice, OpeningRule, Slot, WaitlistEntry
from models.vocabulary import (
    BookingStatus,
    CancelReason,
    DayKind,
    NoticeKind,
    NoticeStatus,
    SlotStatus,
    WaitlistStatus,
)
from scheduling import capacity, closures, desk, waitlist
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from scheduling.grants import Order
from scheduling.slots import generate_slots
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, HAIRCUT, HILL_HOUSE, HILL_LUNCH, LUNCH, NOW, READING, World, at, manager_of


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def close(
    world: World,
    manager: Actor,
    start: datetime,
    end: datetime,
    *,
    service: UUID | None = None,
    reason: str = "停水",
    now: datetime = NOW,
) -> ClosureMade:
    wanted = ClosureOrder(start=start, end=end, service_id=service, reason=reason)
    return await do(world, closures.close, actor=manager, point_id=CANTEEN, wanted=wanted, now=now)


async def lift(world: World, manager: Actor, closure: UUID, now: datetime = NOW) -> ClosureLifted:
    return await do(world, closures.lift, actor=manager, closure_id=closure, now=now)


async def slot_of(world: World, id_: UUID) -> Slot:
    (found,) = await stored(world, Slot, col(Slot.id) == id_)
    return found


async def apologies(world: World, actor: Actor) -> list[Notice]:
    return await stored(
        world,
        Notice,
        col(Notice.person_id) == actor.require_person(),
        col(Notice.kind) == NoticeKind.booking_cancelled_by_point,
    )


async def assert_sound(world: World) -> None:
    assert await do(world, check, now=NOW) == []


async def test_everybody_in_the_span_is_cancelled_and_told(world: World, manager: Actor) -> None:
    """Booking 8: closing tells everyone, with the reason, and proposes what each can really book."""
    inside = await world.slot(LUNCH, at(1, 11))
    haircut = await world.slot(HAIRCUT, at(1, 15))
    outside = await world.slot(LUNCH, at(2, 11))
    elsewhere = await world.slot(HILL_LUNCH, at(1, 11))
    one, two, three, four = await world.people(4)
    made = [
        await world.book(one, inside, 2),
        await world.book(two, haircut),
        await world.book(three, outside),
        await world.book(four, elsewhere),
    ]
    closure = await close(world, manager, at(1, 0), at(2, 0))
    assert (closure.slots_closed, closure.waiting_ended) == (2, 0)
    assert {each.id for each in closure.cancelled} == {made[0].id, made[1].id}
    gone = await stored(world, Booking, col(Booking.status) == BookingStatus.cancelled)
    assert {(row.id, row.cancel_reason, row.late_cancel) for row in gone} == {
        (made[0].id, CancelReason.by_point, False),
        (made[1].id, CancelReason.by_point, False),
    }
    assert (await slot_of(world, inside)).taken == 0
    (notice,) = await apologies(world, one)
    assert (notice.data["why"], notice.data["reason"]) == ("point_closed", "停水")
    assert [choice["slot_id"] for choice in notice.data["alternatives"]] == [str(outside)]
    assert notice.due_at == NOW
    reminders = await stored(
        world, Notice, col(Notice.booking_id) == made[0].id, col(Notice.status) == NoticeStatus.pending
    )
    assert [each.kind for each in reminders] == [NoticeKind.booking_cancelled_by_point]
    assert await apologies(world, three) == await apologies(world, four) == []
    again = await world.book(one, UUID(notice.data["alternatives"][0]["slot_id"]), 2)
    assert again.slot.id == outside
    await assert_sound(world)


async def test_one_service_alone_can_be_closed(world: World, manager: Actor) -> None:
    lunch, haircut = await world.slot(LUNCH, at(1, 11)), await world.slot(HAIRCUT, at(1, 11))
    await close(world, manager, at(1, 0), at(2, 0), service=HAIRCUT)
    assert (await slot_of(world, lunch)).status is SlotStatus.open
    assert (await slot_of(world, haircut)).status is SlotStatus.closed
    with pytest.raises(NotFoundError):
        await close(world, manager, at(1, 0), at(2, 0), service=READING)


async def test_whoever_waits_waits_no_more(world: World, manager: Actor) -> None:
    inside = await world.slot(LUNCH, at(1, 11), capacity=2)
    booked = await world.person()
    await world.book(booked, inside, 2)
    waiting, offered = await world.people(2)
    for person in (offered, waiting):
        wanted = WaitlistOrder(slot_id=inside, party=1)
        await do(world, waitlist.join, actor=person, wanted=wanted, now=NOW)
    await sql(world, "UPDATE slot SET capacity = 3 WHERE id = :id", id=inside)
    await do(world, waitlist.offer_the_unoffered, now=NOW)
    assert (await slot_of(world, inside)).taken == 3
    closure = await close(world, manager, at(1, 11), at(1, 12))
    assert closure.waiting_ended == 2
    assert (await slot_of(world, inside)).taken == 0
    entries = await stored(world, WaitlistEntry)
    assert {entry.status for entry in entries} == {WaitlistStatus.expired}
    told = await stored(world, Notice, col(Notice.kind) == NoticeKind.waitlist_closed)
    assert {notice.data["why"] for notice in told} == {"slot_closed"}
    await assert_sound(world)


async def test_what_it_would_mean_is_shown_first(world: World, manager: Actor) -> None:
    inside = await world.slot(LUNCH, at(1, 11))
    made = await world.book(await world.person(), inside)
    wanted = ClosureOrder(start=at(1, 0), end=at(2, 0))
    foreseen = await do(world, closures.impact, actor=manager, point_id=CANTEEN, wanted=wanted, now=NOW)
    assert (foreseen.slots, foreseen.waiting) == (1, 0)
    assert [each.id for each in foreseen.affected] == [made.id]
    assert (await slot_of(world, inside)).status is SlotStatus.open
    assert await stored(world, Closure) == []


async def test_who_has_come_already_stays(world: World, manager: Actor) -> None:
    """A closure in the middle of the day: whoever was checked in was there."""
    inside = await world.slot(LUNCH, at(0, 11))
    here, late = await world.people(2)
    made = await world.book(here, inside)
    await world.book(late, inside)
    await sql(world, "UPDATE booking SET status = 'attended' WHERE id = :id", id=made.id)
    await close(world, manager, at(0, 11, 20), at(0, 18), now=at(0, 11, 20))
    assert [row.id for row in await stored(world, Booking, col(Booking.status) == "attended")] == [made.id]
    assert await world.counts(inside) == (1, 1, 10)


@pytest.mark.parametrize(
    ("now", "start", "due"),
    [
        (at(0, 20, 59), at(2, 11), at(0, 20, 59)),
        (at(0, 21), at(2, 11), at(1, 8)),
        (at(1, 7, 59), at(1, 12), at(1, 8)),
        (at(0, 22), at(1, 11, 59), at(0, 22)),
        (at(0, 22), at(1, 12), at(1, 8)),
        (at(1, 5), at(1, 9), at(1, 5)),
    ],
)
async def test_the_night_is_only_broken_for_the_same_night_and_the_next_morning(
    world: World, manager: Actor, now: datetime, start: datetime, due: datetime
) -> None:
    """Messages 1: nothing between 21 and 8 except a cancellation for the same night or next morning."""
    person = await world.person()
    await world.book(person, await world.slot(LUNCH, start))
    await close(world, manager, start, at(3, 0), now=now)
    (notice,) = await apologies(world, person)
    assert notice.due_at == due


async def test_a_relative_and_who_booked_for_them_are_both_told(world: World, manager: Actor) -> None:
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    await world.book(daughter, await world.slot(LUNCH, at(1, 11)), attendee=mother)
    await close(world, manager, at(1, 0), at(2, 0))
    (notice,) = await apologies(world, daughter)
    assert (notice.data["for_self"], notice.data["attendee"]) == (False, "妈妈")
    (notice,) = await apologies(world, mother)
    assert notice.data["for_self"] is True


async def daily_lunch(world: World) -> None:
    async with world.database.sessions() as session, session.begin():
        session.add(
            OpeningRule(
                created_at=NOW,
                service_id=LUNCH,
                rrule="FREQ=DAILY",
                start_time=clock(11),
                end_time=clock(12),
                capacity=20,
                days=DayKind.any,
            )
        )


async def test_lifting_a_closure_brings_its_slots_back(world: World, manager: Actor) -> None:
    """Slots of the rules that were not made because of it are made; nobody is booked again by itself."""
    await daily_lunch(world)
    await do(world, generate_slots, service_ids=[LUNCH], now=NOW)
    (tomorrow,) = await stored(world, Slot, col(Slot.start) == at(1, 11))
    person = await world.person()
    await world.book(person, tomorrow.id)
    closure = await close(world, manager, at(1, 0), at(20, 0))
    assert closure.slots_closed == 14
    later = at(3, 9)
    assert await do(world, generate_slots, service_ids=[LUNCH], now=later) == 0
    with pytest.raises(ActionRefusedError):
        await do(
            world,
            capacity.set_status,
            actor=manager,
            slot_id=(await stored(world, Slot, col(Slot.start) == at(5, 11)))[0].id,
            status=SlotStatus.open,
            affected=None,
            seen_version=2,
            now=later,
        )
    lifted = await lift(world, manager, closure.id, later)
    assert (lifted.slots_reopened, lifted.slots_made) == (12, 3)
    assert await stored(world, Closure) == []
    assert (await slot_of(world, tomorrow.id)).status is SlotStatus.closed  # it is over
    assert {row.status for row in await stored(world, Booking)} == {BookingStatus.cancelled}
    with pytest.raises(NotFoundError):
        await lift(world, manager, closure.id, later)
    assert await do(world, check, now=later) == []


async def test_a_slot_in_two_closures_stays_closed_for_the_other(world: World, manager: Actor) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    by_hand = await world.slot(LUNCH, at(1, 13), status=SlotStatus.closed)
    first = await close(world, manager, at(1, 0), at(2, 0))
    second = await close(world, manager, at(1, 8), at(3, 0), service=LUNCH)
    assert (first.slots_closed, second.slots_closed) == (1, 0)
    assert (await lift(world, manager, first.id)).slots_reopened == 0
    assert (await slot_of(world, slot)).closure_id == second.id
    await assert_sound(world)
    assert (await lift(world, manager, second.id)).slots_reopened == 1
    assert (await slot_of(world, slot)).status is SlotStatus.open
    assert (await slot_of(world, by_hand)).status is SlotStatus.closed


async def test_what_is_over_is_history(world: World, manager: Actor) -> None:
    with pytest.raises(ActionRefusedError):
        await close(world, manager, at(-2, 0), at(-1, 0))
    closure = await close(world, manager, at(1, 0), at(2, 0))
    with pytest.raises(ActionRefusedError):
        await lift(world, manager, closure.id, at(2, 0))
    found, _ = await do(
        world, closures.closures, actor=manager, point_id=CANTEEN, now=NOW, limit=20, after=None
    )
    assert [one.id for one in found] == [closure.id]
    assert await do(
        world, closures.closures, actor=manager, point_id=CANTEEN, now=at(2, 0), limit=20, after=None
    ) == ([], None)


async def test_only_those_who_manage_the_point(world: World, manager: Actor) -> None:
    closure = await close(world, manager, at(1, 0), at(2, 0))
    for actor in (await world.person(), manager_of(HILL_HOUSE)):
        with pytest.raises(ForbiddenError):
            await close(world, actor, at(1, 0), at(2, 0))
        with pytest.raises(ForbiddenError):
            await lift(world, actor, closure.id)


async def test_five_hundred_bookings_in_one_closure(world: World, manager: Actor) -> None:
    """A few statements, whoever many they are; and not everybody is sent to the same few places."""
    slots = [await world.slot(LUNCH, at(1, 10, 60 * n), capacity=100) for n in range(5)]
    others = [await world.slot(LUNCH, at(2, 8, 30 * n), minutes=30, capacity=60) for n in range(20)]
    people = await world.people(500)
    orders = [Order(person, BookingOrder(slot_id=slots[n % 5])) for n, person in enumerate(people)]
    await do(world, desk.book_many, orders, now=NOW)
    began = time.monotonic()
    closure = await close(world, manager, at(1, 0), at(2, 0))
    took = time.monotonic() - began
    assert len(closure.cancelled) == 500
    assert took < 3
    notices = await stored(world, Notice, col(Notice.kind) == NoticeKind.booking_cancelled_by_point)
    assert len(notices) == 500
    proposed: dict[str, int] = {}
    for notice in notices:
        assert len({choice["slot_id"] for choice in notice.data["alternatives"]}) == 3
        for choice in notice.data["alternatives"]:
            proposed[choice["slot_id"]] = proposed.get(choice["slot_id"], 0) + 1
    assert set(proposed) == {str(other) for other in others}
    assert max(proposed.values()) <= 2 * 1500 / len(others)
    await assert_sound(world)
