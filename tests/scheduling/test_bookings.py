"""Booking, showing, listing, moving and cancelling (product: Booking 1 to 5)."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.ids import PersonId, new_id
from models.shapes.base import local_day
from models.shapes.bookings import BookingView
from models.tables import Booking, Notice
from models.vocabulary import BookingStatus, CancelReason, LinkStatus, NoticeStatus, SlotStatus
from scheduling import bookings, door
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, BookingRefusedError, NotFoundError
from scheduling.queries.bookings import Cursor, When
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, HAIRCUT, HILL_LUNCH, LUNCH, NOW, READING, World, at, manager_of


async def cancel(world: World, actor: Actor, booking: BookingView, now: datetime = NOW) -> BookingView:
    return await do(world, bookings.cancel, actor=actor, booking_id=booking.id, now=now)


async def move(
    world: World, actor: Actor, booking: BookingView, slot_id: UUID, now: datetime = NOW
) -> BookingView:
    return await do(world, bookings.move, actor=actor, booking_id=booking.id, slot_id=slot_id, now=now)


async def owed(world: World, status: NoticeStatus = NoticeStatus.pending) -> list[tuple[str, datetime]]:
    """Kinds and times of the notices in this state."""
    rows = await stored(world, Notice, col(Notice.status) == status)
    return sorted((notice.kind.value, notice.due_at) for notice in rows)


async def test_a_booking_is_answered_as_it_is_stored(world: World) -> None:
    """The answer is made without asking the database again, and is what the database says afterwards."""
    slot = await world.slot(LUNCH, at(1, 11), capacity=10)
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    booking = await world.book(daughter, slot, 2, attendee=mother)
    shown = await do(world, bookings.show, actor=daughter, booking_id=booking.id)
    assert shown == booking
    assert (booking.slot.taken, booking.slot.free, booking.party) == (2, 8, 2)
    assert (booking.attendee.name, booking.booked_by.name) == ("妈妈", "女儿")
    assert booking.free_cancel_until == at(1, 9)
    assert booking.status is BookingStatus.confirmed
    assert len(booking.code) == 6
    assert booking.code.isdigit()
    (row,) = await stored(world, Booking)
    assert (row.day, row.start, row.end) == (local_day(at(1, 11)), at(1, 11), at(1, 12))


async def test_one_cannot_book_what_or_for_whom_one_may_not_know(world: World) -> None:
    """Outsiders learn nothing: an unknown slot, an unknown person and an unrelated one are all not found."""
    slot = await world.slot()
    person, stranger, former = await world.person(), await world.person(), await world.person()
    await world.link(person, former, status=LinkStatus.revoked)
    with pytest.raises(NotFoundError):
        await world.book(person, new_id())
    for attendee in (stranger, former, Actor(person_id=PersonId(new_id()))):
        with pytest.raises(NotFoundError):
            await world.book(person, slot, attendee=attendee)
    with pytest.raises(NotFoundError):
        await world.book(former, slot, attendee=person)
    assert await world.counts(slot) == (0, 0, 10)


async def test_a_refusal_writes_nothing(world: World) -> None:
    slot = await world.slot(capacity=2, status=SlotStatus.closed)
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(await world.person(), slot, 3)
    assert [reason.code for reason in refused.value.reasons] == ["slot-closed", "not-enough-places"]
    assert await world.counts(slot) == (0, 0, 2)
    assert await stored(world, Booking) == []
    assert await stored(world, Notice) == []


async def test_the_clash_is_named_whoever_made_it(world: World) -> None:
    """Booking 4: the attendee's time counts, not the one's who books."""
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    own = await world.book(mother, await world.slot(LUNCH, at(1, 11)))
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(daughter, await world.slot(READING, at(1, 11, 30)), attendee=mother)
    (reason,) = refused.value.reasons
    assert reason.code == "overlapping-booking"
    clash = reason.data["clash"]
    assert isinstance(clash, dict)
    assert (clash["booking_id"], clash["service"], clash["point"]) == (str(own.id), "长者午餐", "幸福食堂")
    await world.book(daughter, await world.slot(HAIRCUT, at(1, 11, 30)))


async def test_cancelling_gives_the_places_back_and_withdraws_what_is_owed(world: World) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    person = await world.person()
    booking = await world.book(person, slot, 3)
    assert await owed(world) == [
        ("booking_reminder_evening", at(0, 18)),
        ("booking_reminder_soon", at(1, 9)),
    ]
    cancelled = await cancel(world, person, booking)
    assert (cancelled.status, cancelled.late_cancel) == (BookingStatus.cancelled, False)
    assert cancelled.cancelled_at == NOW
    assert await world.counts(slot) == (0, 0, 10)
    assert await owed(world) == []
    assert len(await owed(world, NoticeStatus.cancelled)) == 2
    (row,) = await stored(world, Booking)
    assert (row.cancel_reason, row.cancelled_by_id) == (CancelReason.by_person, person.person_id)
    again = await cancel(world, person, booking, NOW + timedelta(hours=1))
    assert again == cancelled, "cancelling again changes nothing and answers the same"
    assert await world.counts(slot) == (0, 0, 10)
    await world.book(person, slot)


@pytest.mark.parametrize(("minutes_before", "late"), [(121, False), (120, False), (119, True), (1, True)])
async def test_cancelling_is_free_until_two_hours_before(
    world: World, minutes_before: int, late: bool
) -> None:
    """Booking 5: free until 2 h before start; later counts as late."""
    person = await world.person()
    booking = await world.book(person, await world.slot(LUNCH, at(1, 11)))
    cancelled = await cancel(world, person, booking, at(1, 11) - timedelta(minutes=minutes_before))
    assert cancelled.late_cancel is late


async def test_what_has_begun_cannot_be_cancelled_or_moved(world: World) -> None:
    person = await world.person()
    other = await world.slot(LUNCH, at(2, 11))
    booking = await world.book(person, await world.slot(LUNCH, at(1, 11)))
    with pytest.raises(ActionRefusedError) as refused:
        await cancel(world, person, booking, at(1, 11))
    assert [reason.code for reason in refused.value.reasons] == ["booking-over"]
    with pytest.raises(ActionRefusedError):
        await move(world, person, booking, other, at(1, 11))
    assert await world.counts(booking.slot.id) == (1, 1, 10)


async def test_who_has_come_cannot_cancel(world: World) -> None:
    person = await world.person()
    booking = await world.book(person, await world.slot(LUNCH, at(1, 11)))
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 10, 30))
    with pytest.raises(ActionRefusedError) as refused:
        await cancel(world, person, booking, at(1, 10, 40))
    assert refused.value.reasons[0].data == {"status": "attended"}


async def test_moving_keeps_the_booking_and_takes_its_reminders_along(world: World) -> None:
    person = await world.person()
    here = await world.slot(LUNCH, at(1, 11))
    there = await world.slot(HILL_LUNCH, at(3, 12), reminders_drawn=True)
    booking = await world.book(person, here, 2)
    moved = await move(world, person, booking, there)
    assert (moved.id, moved.code, moved.party, moved.slot.id) == (booking.id, booking.code, 2, there)
    assert moved == await do(world, bookings.show, actor=person, booking_id=booking.id)
    assert (await world.counts(here), await world.counts(there)) == ((0, 0, 10), (2, 2, 10))
    assert await owed(world) == [
        ("booking_reminder_evening", at(2, 18)),
        ("booking_reminder_soon", at(3, 10)),
    ]
    back = await move(world, person, moved, here)
    assert back.slot.start == at(1, 11)
    assert await owed(world) == [
        ("booking_reminder_evening", at(0, 18)),
        ("booking_reminder_soon", at(1, 9)),
    ]
    (row,) = await stored(world, Booking)
    assert row.sequence == 2, "RFC 5545 SEQUENCE rises with each change"


async def test_a_booking_is_not_in_its_own_way(world: World) -> None:
    """Moving by half an hour overlaps only itself, and the upcoming limit does not count it twice."""
    person = await world.person()
    for day in (2, 3):
        await world.book(person, await world.slot(LUNCH, at(day, 11)))
    booking = await world.book(person, await world.slot(LUNCH, at(1, 11)))
    half_past = await world.slot(LUNCH, at(1, 11, 30))
    assert (await move(world, person, booking, half_past)).slot.id == half_past


async def test_moving_asks_every_rule_of_the_new_slot(world: World) -> None:
    person = await world.person()
    booking = await world.book(person, await world.slot(LUNCH, at(1, 11)), 2)
    await world.book(person, await world.slot(READING, at(2, 11)))
    full = await world.slot(LUNCH, at(2, 11, 30), capacity=1)
    with pytest.raises(BookingRefusedError) as refused:
        await move(world, person, booking, full)
    assert {reason.code for reason in refused.value.reasons} == {"not-enough-places", "overlapping-booking"}
    with pytest.raises(NotFoundError):
        await move(world, person, booking, new_id())
    assert await do(world, bookings.show, actor=person, booking_id=booking.id) == booking
    assert await move(world, person, booking, booking.slot.id) == booking, "where it is already"


async def test_moving_to_a_day_on_which_somebody_has_the_same_code(world: World) -> None:
    """Codes are unique at a point and day: the one that was there first keeps it, the moved one gets another."""
    one, other = await world.person(), await world.person()
    first = await world.book(one, await world.slot(LUNCH, at(1, 11)))
    second = await world.book(other, await world.slot(LUNCH, at(2, 11)))
    await sql(world, "UPDATE booking SET code = '123456'")
    moved = await move(world, other, second, first.slot.id)
    assert moved.slot.id == first.slot.id
    assert moved.code != "123456"
    assert (await do(world, bookings.show, actor=one, booking_id=first.id)).code == "123456"


async def test_outsiders_know_of_no_booking(world: World) -> None:
    """Fetch and authorise in one: the attendee, who booked, and who may act for the attendee; nobody else."""
    daughter, mother, son, stranger = [await world.person(name) for name in ("女儿", "妈妈", "儿子", "外人")]
    await world.link(daughter, mother)
    await world.link(son, mother)
    slot = await world.slot(LUNCH, at(1, 11))
    booking = await world.book(daughter, slot, attendee=mother)
    for insider in (daughter, mother, son):
        assert (await do(world, bookings.show, actor=insider, booking_id=booking.id)).id == booking.id
    with pytest.raises(NotFoundError):
        await do(world, bookings.show, actor=stranger, booking_id=booking.id)
    with pytest.raises(NotFoundError):
        await cancel(world, stranger, booking)
    with pytest.raises(NotFoundError):
        await move(world, stranger, booking, slot)
    with pytest.raises(NotFoundError):
        await do(world, bookings.cancel, actor=daughter, booking_id=new_id(), now=NOW)
    assert (await cancel(world, son, booking)).status is BookingStatus.cancelled


async def listed(world: World, actor: Actor, when: When, now: datetime, limit: int = 20) -> list[UUID]:
    """Ids of the bookings, page after page."""
    ids: list[UUID] = []
    after: Cursor | None = None
    for _ in range(50):
        views, after = await do(
            world, bookings.mine, actor=actor, when=when, now=now, limit=limit, after=after
        )
        ids.extend(view.id for view in views)
        if after is None:
            return ids
        assert len(views) == limit
    raise AssertionError("the pages never end")


async def test_my_bookings_are_mine_and_those_i_made(world: World) -> None:
    """Upcoming soonest first; past, which has the cancelled ones, latest first; a page at a time, none twice."""
    daughter, mother = await world.person(), await world.person()
    await world.link(daughter, mother)
    made = []
    for day in range(1, 7):
        service = (LUNCH, HAIRCUT)[day % 2]
        slot = await world.slot(service, at(day, 11))
        made.append(await world.book(daughter, slot, attendee=mother if day % 3 == 0 else None))
    await world.book(mother, await world.slot(READING, at(1, 15)))
    ids = [booking.id for booking in made]
    await cancel(world, daughter, made[4])
    later = at(3, 11, 30)
    for limit in (1, 2, 3, 20):
        assert await listed(world, daughter, "upcoming", later, limit) == [ids[2], ids[3], ids[5]]
        assert await listed(world, daughter, "past", later, limit) == [ids[4], ids[1], ids[0]]
    assert ids[2] in await listed(world, mother, "upcoming", later)
    assert await listed(world, await world.person(), "past", later) == []
