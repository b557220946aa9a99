"""Lowering a capacity and closing a slot: nobody loses a place silently (product: Booking 8)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.bookings import BookingView, SlotEdit, SlotView
from models.shapes.waitlist import WaitlistOrder
from models.tables import AuditEntry, Booking, Closure, Notice, Offer, Slot, WaitlistEntry
from models.vocabulary import (
    Affected,
    BookingStatus,
    CancelReason,
    NoticeKind,
    NoticeStatus,
    OfferStatus,
    SlotStatus,
    WaitlistStatus,
)
from scheduling import bookings, capacity, rehousing, waitlist
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import ActionRefusedError, CapacityBelowTakenError
from scheduling.queries.slots import SlotRow
from scheduling.rules.booking import when
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, HAIRCUT, LUNCH, NOW, READING, World, at, manager_of

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


async def set_capacity(
    world: World, manager: Actor, slot: UUID, to: int, affected: Affected | None = None, *, seen: int = 1
) -> SlotView:
    view, _ = await do(
        world,
        capacity.edit_slot,
        actor=manager,
        slot_id=slot,
        edit=SlotEdit(capacity=to, affected=affected),
        seen_version=seen,
        now=NOW,
    )
    return view


async def set_status(
    world: World,
    manager: Actor,
    slot: UUID,
    status: SlotStatus,
    affected: Affected | None = None,
    *,
    seen: int = 1,
    now: datetime = NOW,
) -> SlotView:
    view, _ = await do(
        world,
        capacity.set_status,
        actor=manager,
        slot_id=slot,
        status=status,
        affected=affected,
        seen_version=seen,
        now=now,
    )
    return view


async def fill(world: World, slot: UUID, *parties: int) -> list[tuple[Actor, BookingView]]:
    """Parties that booked one after another, by the minute."""
    made = []
    for number, party in enumerate(parties):
        person = await world.person(f"居民{number}")
        made.append((person, await world.book(person, slot, party, now=NOW - (60 - number) * MINUTE)))
    return made


async def booking(world: World, id_: UUID) -> Booking:
    (found,) = await stored(world, Booking, col(Booking.id) == id_)
    return found


async def told(world: World, actor: Actor, kind: NoticeKind) -> list[Notice]:
    return await stored(
        world,
        Notice,
        col(Notice.person_id) == actor.require_person(),
        col(Notice.kind) == kind,
        col(Notice.status) == NoticeStatus.pending,
    )


async def wait(world: World, actor: Actor, slot: UUID, party: int = 1) -> UUID:
    wanted = WaitlistOrder(slot_id=slot, party=party)
    return (await do(world, waitlist.join, actor=actor, wanted=wanted, now=NOW)).id


async def entry(world: World, id_: UUID) -> WaitlistEntry:
    (found,) = await stored(world, WaitlistEntry, col(WaitlistEntry.id) == id_)
    return found


async def assert_sound(world: World) -> None:
    assert await do(world, check, now=NOW) == []


async def test_the_last_in_are_moved_to_the_nearest_other_slot(world: World, manager: Actor) -> None:
    """Booking 8: move the last in. First the same service, at the nearest time that has room for the party."""
    here = await world.slot(LUNCH, at(1, 11), capacity=6)
    noon = await world.slot(LUNCH, at(1, 12), capacity=2)
    later = await world.slot(LUNCH, at(1, 13, 30), capacity=9)
    (first, one), (second, two), (third, three) = await fill(world, here, 2, 2, 2)
    view = await set_capacity(world, manager, here, 3, Affected.move)
    assert (view.capacity, view.taken, view.free) == (3, 2, 1)
    assert (await booking(world, one.id)).slot_id == here
    # Of those who have to go, who booked earlier chooses first.
    assert (await booking(world, two.id)).slot_id == noon
    moved = await booking(world, three.id)
    assert (moved.slot_id, moved.start, moved.status) == (later, at(1, 13, 30), BookingStatus.confirmed)
    assert await world.counts(noon) == (2, 2, 2)
    assert await world.counts(later) == (2, 2, 9)
    (notice,) = await told(world, third, NoticeKind.booking_changed)
    assert notice.due_at == NOW
    assert notice.data["start"] == when(at(1, 13, 30))
    assert notice.data["was"]["start"] == when(at(1, 11))
    assert (notice.data["why"], notice.data["code"]) == ("fewer_places", moved.code)
    assert await told(world, first, NoticeKind.booking_changed) == []
    reminders = await told(world, second, NoticeKind.booking_reminder_soon)
    assert [reminder.due_at for reminder in reminders] == [at(1, 10)]
    deeds = {row.action for row in await stored(world, AuditEntry, col(AuditEntry.subject_id) == three.id)}
    assert deeds == {"booking.made", "booking.moved_by_point"}
    await assert_sound(world)


async def test_another_point_within_reach_comes_before_another_day(world: World, manager: Actor) -> None:
    await sql(world, "UPDATE service SET category = 'meals' WHERE id = :id", id=READING)
    here = await world.slot(LUNCH, at(1, 11))
    tomorrow = await world.slot(LUNCH, at(2, 11))
    near = await world.slot(READING, at(1, 11), capacity=1)
    (_, one), (_, two) = await fill(world, here, 1, 1)
    await set_capacity(world, manager, here, 0, Affected.move)
    assert (await booking(world, one.id)).slot_id == near
    assert (await booking(world, two.id)).slot_id == tomorrow
    await assert_sound(world)


async def test_nobody_is_moved_where_a_rule_forbids_it(world: World, manager: Actor) -> None:
    """Who fits nowhere is cancelled with an apology, and with alternatives if there are any; it is not their doing."""
    here = await world.slot(LUNCH, at(1, 11))
    await world.slot(LUNCH, at(1, 12))
    ((person, made),) = await fill(world, here, 1)
    await world.book(person, await world.slot(HAIRCUT, at(1, 12)))
    await set_capacity(world, manager, here, 0, Affected.move)
    gone = await booking(world, made.id)
    assert (gone.status, gone.cancel_reason, gone.late_cancel) == (
        BookingStatus.cancelled,
        CancelReason.by_point,
        False,
    )
    (notice,) = await told(world, person, NoticeKind.booking_cancelled_by_point)
    assert (notice.data["alternatives"], notice.data["why"]) == ([], "fewer_places")
    assert await told(world, person, NoticeKind.booking_reminder_soon) != []  # of the haircut
    assert {n.booking_id for n in await told(world, person, NoticeKind.booking_reminder_soon)} != {made.id}
    await assert_sound(world)


async def test_cancelling_proposes_what_can_be_booked(world: World, manager: Actor) -> None:
    here = await world.slot(LUNCH, at(1, 11))
    others = [await world.slot(LUNCH, at(1, 12)), await world.slot(LUNCH, at(2, 11))]
    ((person, _),) = await fill(world, here, 2)
    await set_capacity(world, manager, here, 0, Affected.cancel)
    (notice,) = await told(world, person, NoticeKind.booking_cancelled_by_point)
    assert [choice["slot_id"] for choice in notice.data["alternatives"]] == [str(one) for one in others]
    again = await world.book(person, UUID(notice.data["alternatives"][0]["slot_id"]), 2)
    assert again.slot.id == others[0]


async def test_who_has_come_already_is_not_sent_away(world: World, manager: Actor) -> None:
    here = await world.slot(LUNCH, at(1, 11))
    (_, one), (_, two) = await fill(world, here, 1, 1)
    await sql(world, "UPDATE booking SET status = 'attended' WHERE id = :id", id=two.id)
    view = await set_capacity(world, manager, here, 0, Affected.cancel)
    assert (view.capacity, view.taken) == (1, 1)
    assert (await booking(world, one.id)).status is BookingStatus.cancelled
    assert (await booking(world, two.id)).status is BookingStatus.attended


async def test_more_places_go_to_those_who_wait(world: World, manager: Actor) -> None:
    """Booking 7: freed by a raise of the capacity, on the one path."""
    here = await world.slot(LUNCH, at(1, 11), capacity=2)
    await fill(world, here, 2)
    waiting = await wait(world, await world.person(), here, 2)
    view = await set_capacity(world, manager, here, 4)
    assert (view.capacity, view.taken) == (4, 4)
    assert (await entry(world, waiting)).status is WaitlistStatus.offered
    await assert_sound(world)


async def test_held_places_are_given_back_before_anybody_booked_has_to_go(
    world: World, manager: Actor
) -> None:
    """The latest offer first; the party keeps its turn and is told."""
    here = await world.slot(LUNCH, at(1, 11), capacity=1)
    ((booker, made),) = await fill(world, here, 1)
    early, late = await world.person("早"), await world.person("晚")
    first, second = await wait(world, early, here), await wait(world, late, here)
    await set_capacity(world, manager, here, 3)
    foreseen = await do(world, capacity.impact, actor=manager, slot_id=here, capacity=2)
    assert (foreseen.taken, foreseen.held_given_back, foreseen.affected) == (3, 1, [])
    view = await set_capacity(world, manager, here, 2, Affected.move, seen=2)
    assert (view.capacity, view.taken) == (2, 2)
    assert (await booking(world, made.id)).status is BookingStatus.confirmed
    kept, returned = await entry(world, first), await entry(world, second)
    assert (kept.status, kept.held) == (WaitlistStatus.offered, 1)
    assert (returned.status, returned.held) == (WaitlistStatus.waiting, 0)
    (offer,) = await stored(world, Offer, col(Offer.entry_id) == second)
    assert offer.status is OfferStatus.expired
    assert await told(world, late, NoticeKind.waitlist_offer) == []
    (notice,) = await told(world, late, NoticeKind.waitlist_offer_withdrawn)
    assert notice.data["entry_id"] == str(second)
    assert await told(world, booker, NoticeKind.booking_changed) == []
    await assert_sound(world)


async def test_no_offer_is_withdrawn_to_be_made_again_at_once(world: World, manager: Actor) -> None:
    """Taking the large party's places back is enough, so the small one that was asked later keeps its own."""
    here = await world.slot(LUNCH, at(1, 11), capacity=3)
    await fill(world, here, 3)
    large, small = await world.person("三位"), await world.person("一位")
    first, second = await wait(world, large, here, 3), await wait(world, small, here)
    await set_capacity(world, manager, here, 7)
    await set_capacity(world, manager, here, 5, Affected.move, seen=2)
    assert (await entry(world, first)).status is WaitlistStatus.waiting
    assert (await entry(world, second)).status is WaitlistStatus.offered
    assert len(await stored(world, Offer)) == 2
    assert len(await told(world, large, NoticeKind.waitlist_offer_withdrawn)) == 1
    assert await told(world, small, NoticeKind.waitlist_offer_withdrawn) == []
    assert (await world.counts(here))[0] == 4
    await assert_sound(world)


async def test_an_offer_stays_when_the_party_that_has_to_leave_makes_room_for_it(
    world: World, manager: Actor
) -> None:
    """Even all held places would be too few; but a party leaves as a whole, and then none of them has to be taken back."""
    here = await world.slot(LUNCH, at(1, 11), capacity=3)
    ((_, made),) = await fill(world, here, 3)
    waiting = await wait(world, await world.person(), here, 2)
    await set_capacity(world, manager, here, 5)
    foreseen = await do(world, capacity.impact, actor=manager, slot_id=here, capacity=2)
    assert (foreseen.held_given_back, [one.id for one in foreseen.affected]) == (0, [made.id])
    await set_capacity(world, manager, here, 2, Affected.move, seen=2)
    assert (await booking(world, made.id)).status is BookingStatus.cancelled
    assert (await entry(world, waiting)).status is WaitlistStatus.offered
    (offer,) = await stored(world, Offer)
    assert offer.status is OfferStatus.held
    await assert_sound(world)


async def test_what_is_left_after_moving_is_offered(world: World, manager: Actor) -> None:
    """A party leaves as a whole; if it leaves more room than was wanted, the rest is not left lying."""
    here = await world.slot(LUNCH, at(1, 11), capacity=5)
    await world.slot(LUNCH, at(1, 12))
    await fill(world, here, 1, 4)
    waiting = await wait(world, await world.person(), here, 2)
    await set_capacity(world, manager, here, 4, Affected.move)
    assert (await entry(world, waiting)).status is WaitlistStatus.offered
    assert (await world.counts(here))[0] == 3
    await assert_sound(world)


async def test_closing_a_slot_asks_first(world: World, manager: Actor) -> None:
    """Booking 8: shows who is affected; to keep them is no answer, since nobody will be there."""
    here = await world.slot(LUNCH, at(1, 11))
    (_, one), (_, two) = await fill(world, here, 1, 2)
    foreseen = await do(world, capacity.impact_of_closing, actor=manager, slot_id=here)
    assert [each.id for each in foreseen.affected] == [two.id, one.id]
    for answer in (None, Affected.keep):
        with pytest.raises(CapacityBelowTakenError) as refused:
            await set_status(world, manager, here, SlotStatus.closed, answer)
        assert list(refused.value.affected) == foreseen.affected
    assert (await booking(world, one.id)).status is BookingStatus.confirmed


async def test_closing_a_slot_moves_everybody_and_ends_the_waiting(world: World, manager: Actor) -> None:
    here = await world.slot(LUNCH, at(1, 11), capacity=3)
    there = await world.slot(LUNCH, at(1, 12))
    (_, one), (_, two) = await fill(world, here, 1, 2)
    person = await world.person()
    waiting = await wait(world, person, here)
    view = await set_status(world, manager, here, SlotStatus.closed, Affected.move)
    assert (view.status, view.taken) == (SlotStatus.closed, 0)
    assert {(await booking(world, made.id)).slot_id for made in (one, two)} == {there}
    assert (await entry(world, waiting)).status is WaitlistStatus.expired
    (notice,) = await told(world, person, NoticeKind.waitlist_closed)
    assert notice.data["why"] == "slot_closed"
    await assert_sound(world)


async def test_a_closed_slot_opens_again(world: World, manager: Actor) -> None:
    here = await world.slot(LUNCH, at(1, 11))
    await set_status(world, manager, here, SlotStatus.closed)
    view = await set_status(world, manager, here, SlotStatus.open, seen=2)
    assert view.status is SlotStatus.open
    await world.book(await world.person(), here)
    with pytest.raises(ActionRefusedError):
        await set_status(world, manager, here, SlotStatus.closed, Affected.cancel, seen=3, now=at(1, 12))


async def test_inside_a_closure_nothing_is_opened(world: World, manager: Actor) -> None:
    here = await world.slot(LUNCH, at(1, 11), status=SlotStatus.closed)
    async with world.database.sessions() as session, session.begin():
        session.add(Closure(created_at=NOW, point_id=CANTEEN, start=at(1, 0), end=at(2, 0)))
    with pytest.raises(ActionRefusedError) as refused:
        await set_status(world, manager, here, SlotStatus.open)
    assert [reason.code for reason in refused.value.reasons] == ["in-closure"]


async def test_whoever_books_while_it_is_decided_is_decided_upon_as_well(
    world: World, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody books between the look and the lock: they are affected like everybody else."""
    here = await world.slot(LUNCH, at(1, 11))
    there = await world.slot(LUNCH, at(1, 12))
    late = await world.person("晚")

    async def slow_look(session: AsyncSession, slot: SlotRow, *, now: datetime) -> list[SlotRow]:
        found = await rehousing.destinations_of(session, slot, now=now)
        await world.book(late, here)
        return found

    monkeypatch.setattr(capacity, "destinations_of", slow_look)
    await set_status(world, manager, here, SlotStatus.closed, Affected.move)
    (moved,) = await stored(world, Booking)
    assert (moved.slot_id, moved.attendee_id) == (there, late.person_id)
    assert (await stored(world, Slot, col(Slot.id) == here))[0].taken == 0
    assert (await do(world, bookings.show, actor=late, booking_id=moved.id)).slot.id == there
