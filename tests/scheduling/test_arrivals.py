"""Coming late, being found by name, being corrected afterwards (product: Booking 10)."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlmodel import col

from models.shapes.base import local_day
from models.shapes.bookings import BookingView
from models.shapes.door import WalkIn
from models.tables import AuditEntry, Notice, Pause
from models.vocabulary import BookingStatus, NoticeKind, NoticeStatus
from scheduling import door, jobs, no_shows, walk_ins
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from tests.scheduling.acting import do, stored
from tests.scheduling.doors import MINUTE, assert_sound, miss, set_policy, visit
from tests.world import CANTEEN, HAIRCUT, READING, READING_ROOM, World, at, manager_of


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(READING_ROOM, (await world.person("站长")).person_id)


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person("李大爷")


async def check_in(
    world: World, actor: Actor, booking: BookingView, now: datetime, reason: str = ""
) -> BookingView:
    return await do(world, door.check_in, actor=actor, booking_id=booking.id, now=now, reason=reason)


def codes_of(error: pytest.ExceptionInfo[ActionRefusedError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_who_comes_gets_a_number_and_no_more_reminders(
    world: World, manager: Actor, person: Actor
) -> None:
    """Booking 10: queue numbers are given at check-in, one after another."""
    slot = await world.slot(READING, at(1, 11))
    for number, someone in enumerate([person, await world.person()], start=1):
        booking = await world.book(someone, slot)
        assert booking.queue_number is None
        came = await check_in(world, manager, booking, at(1, 10, 55))
        assert came.queue_number == number
        assert (await check_in(world, manager, booking, at(1, 11))).queue_number == number
    day = await do(world, door.day, actor=manager, point_id=READING_ROOM, on=local_day(at(1, 11)))
    assert [seen.queue_number for seen in day.slots[0].bookings] == [1, 2], "the point sees who has which"
    owed = await stored(world, Notice, col(Notice.status) == NoticeStatus.pending)
    assert {notice.kind for notice in owed} == {NoticeKind.rating_asked}


async def test_who_comes_late_takes_released_places_again(
    world: World, manager: Actor, person: Actor
) -> None:
    await set_policy(world, READING, release_after_minutes=10)
    booking = await visit(world, person)
    await jobs.release_unclaimed(world.database, at(1, 11, 10))
    came = await check_in(world, manager, booking, at(1, 11, 12))
    assert (came.status, came.queue_number, came.checked_in_at) == (
        BookingStatus.attended,
        1,
        at(1, 11, 12),
    )
    assert await world.counts(booking.slot.id) == (1, 1, 10)
    await assert_sound(world)


async def test_released_places_that_others_took_are_not_taken_back(
    world: World, manager: Actor, person: Actor
) -> None:
    """Booking 1 and 10: nobody is turned out for who comes late; the refusal says how many places are left."""
    await set_policy(world, READING, release_after_minutes=0)
    slot = await world.slot(READING, at(1, 11), capacity=1)
    booking = await world.book(person, slot)
    await jobs.release_unclaimed(world.database, at(1, 11))
    walk_in = WalkIn(name="路过的人")
    await do(world, walk_ins.take, actor=manager, slot_id=slot, walk_in=walk_in, now=at(1, 11))
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(1, 11, 5))
    (reason,) = refused.value.reasons
    assert (reason.code, dict(reason.data)) == ("not-enough-places", {"free": 0, "party": 1})
    assert await world.counts(slot) == (1, 1, 1)
    await assert_sound(world)


async def test_who_went_elsewhere_is_not_here(world: World, manager: Actor, person: Actor) -> None:
    """Booking 4: a released booking is not taken up again by somebody who is in another place."""
    await set_policy(world, READING, release_after_minutes=0)
    booking = await visit(world, person)
    await jobs.release_unclaimed(world.database, at(1, 11))
    haircut = await world.slot(HAIRCUT, at(1, 11, 30))
    elsewhere = manager_of(CANTEEN, (await world.person("理发站长")).person_id)
    walk_in = WalkIn(person_id=person.person_id)
    other = await do(
        world, walk_ins.take, actor=elsewhere, slot_id=haircut, walk_in=walk_in, now=at(1, 11, 30)
    )
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(1, 11, 40))
    (reason,) = refused.value.reasons
    assert reason.code == "overlapping-booking"
    clash = reason.data["clash"]
    assert isinstance(clash, dict)
    assert clash["booking_id"] == str(other.id)


@pytest.mark.parametrize("swept", [True, False], ids=["noted as missed", "not noted yet"])
async def test_afterwards_who_came_is_corrected_with_a_reason(
    world: World, manager: Actor, person: Actor, swept: bool
) -> None:
    """Booking 10: within a day a manager may correct; the audit keeps why; there is no queue any more."""
    booking = await visit(world, person)
    if swept:
        await jobs.note_no_shows(world.database, at(1, 13))
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(1, 13))
    (reason,) = refused.value.reasons
    assert (reason.code, dict(reason.data)) == (
        "slot-over",
        {"correct_until": "2026-11-25T12:00:00+08:00"},
    )
    came = await check_in(world, manager, booking, at(2, 12) - MINUTE, " 忘了签到 ")
    assert (came.status, came.queue_number) == (BookingStatus.attended, None)
    assert await world.counts(booking.slot.id) == (1, 1, 10)
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "booking.attendance_corrected")
    assert (deed.actor_id, deed.data) == (manager.person_id, {"reason": "忘了签到"})
    assert await jobs.note_no_shows(world.database, at(3, 0)) == 0
    await assert_sound(world)


async def test_a_day_after_nothing_is_corrected(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(2, 12), "忘了签到")
    (reason,) = refused.value.reasons
    assert (reason.code, dict(reason.data)) == ("slot-over", {})


async def test_every_reason_of_a_late_arrival_at_once(world: World, manager: Actor, person: Actor) -> None:
    slot = await world.slot(READING, at(1, 11), capacity=1)
    booking = await world.book(person, slot)
    await do(world, no_shows.no_show, actor=manager, booking_id=booking.id, now=at(1, 11))
    walk_in = WalkIn(name="路过的人")
    await do(world, walk_ins.take, actor=manager, slot_id=slot, walk_in=walk_in, now=at(1, 11))
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(1, 12))
    assert codes_of(refused) == ["slot-over", "not-enough-places"]


async def test_a_corrected_miss_takes_its_pause_along(world: World, manager: Actor, person: Actor) -> None:
    """Booking 5: a pause whose misses fall below three falls away, and nobody is told of it any more."""
    missed = await miss(world, person, 1, 2, 3)
    (pause,) = await stored(world, Pause)
    assert pause.lifted_at is None
    await check_in(world, manager, missed[2], at(3, 13), "其实来了")
    (pause,) = await stored(world, Pause)
    assert (pause.lifted_at, pause.lifted_by_id) == (at(3, 13), None)
    assert pause.bookings == [str(booking.id) for booking in missed[:2]]
    (notice,) = await stored(world, Notice, col(Notice.kind) == "pause_started")
    assert notice.status is NoticeStatus.cancelled
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "pause.fell_away")
    assert (deed.actor_id, deed.data) == (manager.person_id, {"corrected": str(missed[2].id)})
    await assert_sound(world)


async def test_who_comes_late_after_all_is_not_paused_and_told_nothing(
    world: World, manager: Actor, person: Actor
) -> None:
    """Booking 5 and 10: an early release counts as a miss only until somebody comes after all."""
    await miss(world, person, 1, 2)
    await set_policy(world, READING, release_after_minutes=10)
    booking = await visit(world, person, at(3, 11))
    await jobs.release_unclaimed(world.database, at(3, 11, 10))
    (pause,) = await stored(world, Pause)
    assert pause.lifted_at is None
    await check_in(world, manager, booking, at(3, 11, 20))
    (pause,) = await stored(world, Pause)
    assert pause.lifted_at == at(3, 11, 20)
    (notice,) = await stored(world, Notice, col(Notice.kind) == "pause_started")
    assert (notice.status, notice.due_at) == (NoticeStatus.cancelled, at(3, 12, 30))
    await assert_sound(world)


async def test_after_a_correction_the_other_misses_still_count(
    world: World, manager: Actor, person: Actor
) -> None:
    missed = await miss(world, person, 1, 2, 3)
    await check_in(world, manager, missed[2], at(3, 13), "其实来了")
    (fourth,) = await miss(world, person, 4)
    standing = await stored(world, Pause, col(Pause.lifted_at).is_(None))
    assert [pause.bookings for pause in standing] == [[str(missed[0].id), str(missed[1].id), str(fourth.id)]]
    await assert_sound(world)


async def test_a_pause_stands_while_enough_misses_remain(world: World, manager: Actor, person: Actor) -> None:
    await set_policy(world, READING, no_show_limit=2)
    for hour in (9, 11, 14):
        await visit(world, person, at(1, hour))
    await jobs.note_no_shows(world.database, at(1, 16))
    (pause,) = await stored(world, Pause)
    first, second, third = pause.bookings
    await do(world, door.check_in, actor=manager, booking_id=UUID(second), now=at(1, 17), reason="其实来了")
    (pause,) = await stored(world, Pause)
    assert (pause.lifted_at, pause.bookings) == (None, [first, third])
    await assert_sound(world)


async def by_name(
    world: World, actor: Actor, name: str, now: datetime, point_id: UUID = READING_ROOM
) -> BookingView:
    return await do(world, door.check_in_by_name, actor=actor, point_id=point_id, name=name, now=now)


async def test_by_name_when_just_one_matches(world: World, manager: Actor, person: Actor) -> None:
    """Booking 10: check-in by name; a part of it is enough, and today's bookings of the point count."""
    booking = await visit(world, person)
    await world.book(await world.person("王阿姨"), booking.slot.id)
    await world.book(await world.person("李大妈"), await world.slot(HAIRCUT, at(1, 14)))
    await visit(world, person, at(2, 11))
    assert (await by_name(world, manager, " 李大 ", at(1, 11))).id == booking.id
    assert (await by_name(world, manager, "李", at(1, 11, 5))).id == booking.id, "again answers the same"


async def test_several_that_match_are_shown_to_choose_from(
    world: World, manager: Actor, person: Actor
) -> None:
    slot = await world.slot(READING, at(1, 11))
    made = {(await world.book(someone, slot, 2)).id for someone in (person, await world.person("小李"))}
    with pytest.raises(ActionRefusedError) as refused:
        await by_name(world, manager, "李", at(1, 11))
    (reason,) = refused.value.reasons
    assert reason.code == "several-match"
    matches = reason.data["matches"]
    assert isinstance(matches, list)
    assert {UUID(match["booking_id"]) for match in matches} == made
    assert {match["name"] for match in matches} == {"李大爷", "小李"}
    assert {(match["party"], match["service"], match["start"]) for match in matches} == {
        (2, "读书会", "2026-11-24T11:00:00+08:00")
    }


async def test_of_several_visits_in_a_day_the_one_whose_time_it_is(
    world: World, manager: Actor, person: Actor
) -> None:
    morning, afternoon = await visit(world, person, at(1, 9)), await visit(world, person, at(1, 15))
    assert (await by_name(world, manager, "李大爷", at(1, 9))).id == morning.id
    assert (await by_name(world, manager, "李大爷", at(1, 14, 30))).id == afternoon.id


async def test_a_name_that_nobody_has_and_signs_that_mean_something_to_databases(
    world: World, manager: Actor, person: Actor
) -> None:
    await visit(world, person)
    for name in ("张", "%", "_", "李%"):
        with pytest.raises(NotFoundError):
            await by_name(world, manager, name, at(1, 11))


async def test_names_are_for_the_points_people(world: World, person: Actor) -> None:
    await visit(world, person)
    for outsider in (person, manager_of(CANTEEN)):
        with pytest.raises(ForbiddenError):
            await by_name(world, outsider, "李", at(1, 11))


async def test_a_ticket_holds_at_its_own_door(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    both = Actor(manager.person_id, manager.permissions | manager_of(CANTEEN).permissions)
    with pytest.raises(ActionRefusedError) as refused:
        await do(
            world,
            door.check_in_by_ticket,
            actor=both,
            booking_id=booking.id,
            point_id=CANTEEN,
            now=at(1, 11),
        )
    (reason,) = refused.value.reasons
    assert (reason.code, dict(reason.data)) == ("ticket-of-another-point", {"point": "书香阅览室"})
    for point_id in (None, READING_ROOM):
        came = await do(
            world,
            door.check_in_by_ticket,
            actor=both,
            booking_id=booking.id,
            point_id=point_id,
            now=at(1, 11),
        )
        assert came.status is BookingStatus.attended
