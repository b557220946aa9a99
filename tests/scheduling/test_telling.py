"""Who is told what the others of a household, staff or the point did; and never whoever did it (0019)."""

from datetime import date, timedelta

import pytest

from models.database import transaction
from models.shapes.bookings import SlotEdit
from models.shapes.standing import Lift
from models.shapes.waitlist import SeriesOrder
from models.tables import Grant, Notice, Pause
from models.vocabulary import Affected, NoticeKind, NoticeStatus, Role, ScopeKind
from scheduling import bookings, capacity, pauses, series
from scheduling.actors import Actor
from scheduling.rules.kinds import REMINDERS
from tests.scheduling.acting import do, sql, stored
from tests.scheduling.doors import miss
from tests.scheduling.outbox import address, claim, delivered
from tests.world import CANTEEN, NOW, World, at, manager_of


@pytest.fixture
async def daughter(world: World) -> Actor:
    return await world.person("女儿")


@pytest.fixture
async def mother(world: World, daughter: Actor) -> Actor:
    mother = await world.person("妈妈")
    await world.link(daughter, mother)
    return mother


async def news(world: World) -> list[tuple[NoticeKind, object, object]]:
    """What is owed besides reminders: kind, to whom, and who did it."""
    return sorted(
        (notice.kind, notice.person_id, notice.data.get("by"))
        for notice in await stored(world, Notice)
        if notice.kind not in REMINDERS and notice.status is NoticeStatus.pending
    )


async def test_the_relative_is_told_and_the_one_who_booked_is_not(
    world: World, daughter: Actor, mother: Actor
) -> None:
    await world.book(daughter, await world.slot(), attendee=mother)
    assert await news(world) == [(NoticeKind.booking_confirmed, mother.person_id, "女儿")]


async def test_whoever_books_for_themselves_is_told_nothing_more(world: World, daughter: Actor) -> None:
    """And booking writes no further row."""
    await world.book(daughter, await world.slot())
    assert await news(world) == []


async def test_whom_staff_book_for_is_told(world: World) -> None:
    resident, manager = await world.person(), manager_of(CANTEEN, (await world.person("站长")).person_id)
    await world.book(manager, await world.slot(), attendee=resident)
    assert await news(world) == [(NoticeKind.booking_confirmed, resident.person_id, "站长")]


async def test_a_confirmation_waits_for_the_morning_and_not_beyond_the_start(
    world: World, daughter: Actor, mother: Actor
) -> None:
    """Messages 1."""
    await world.book(daughter, await world.slot(start=at(1, 11)), attendee=mother, now=at(0, 22))
    await world.book(daughter, await world.slot(start=at(1, 7, 30)), attendee=mother, now=at(0, 22))
    (notice,) = [one for one in await stored(world, Notice) if one.kind is NoticeKind.booking_confirmed]
    assert (notice.due_at, notice.expires_at) == (at(1, 8), at(1, 11))


async def test_the_other_one_is_told_of_moving_and_cancelling(
    world: World, daughter: Actor, mother: Actor
) -> None:
    booking = await world.book(daughter, await world.slot(), attendee=mother)
    there = await world.slot(start=at(2, 11))
    await do(world, bookings.move, actor=mother, booking_id=booking.id, slot_id=there, now=NOW)
    assert await news(world) == [(NoticeKind.booking_changed, daughter.person_id, "妈妈")]
    (moved,) = [one for one in await stored(world, Notice) if one.kind is NoticeKind.booking_changed]
    assert moved.data["was"]["start"] == "2026-11-24T11:00:00+08:00"
    await do(world, bookings.cancel, actor=daughter, booking_id=booking.id, now=NOW)
    assert await news(world) == [(NoticeKind.booking_cancelled_by_relative, mother.person_id, "女儿")]


async def test_a_series_tells_the_relative_once_of_all_its_days(
    world: World, daughter: Actor, mother: Actor
) -> None:
    slots = [await world.slot(start=at(day, 11), capacity=1) for day in (1, 2, 3)]
    await world.book(await world.person(), slots[1])
    wanted = SeriesOrder(
        slot_id=slots[0],
        rrule="FREQ=DAILY",
        until=date(2026, 11, 27),
        attendee_id=mother.person_id,
        on_full="waitlist",
    )
    await do(world, series.order, actor=daughter, wanted=wanted, now=NOW)
    assert await news(world) == [(NoticeKind.series_result, mother.person_id, None)]
    (told,) = [one for one in await stored(world, Notice) if one.kind is NoticeKind.series_result]
    assert {name: told.data[name] for name in ("booked", "waitlisted", "refused", "skipped")} == {
        "booked": 2,
        "waitlisted": 1,
        "refused": 0,
        "skipped": 1,
    }
    assert (told.data["first"], told.data["last"]) == ("2026-11-24", "2026-11-27")


async def granted(world: World, actor: Actor, role: Role, scope: ScopeKind, key: object) -> Actor:
    async with transaction(world.database) as session:
        session.add(
            Grant(created_at=NOW, person_id=actor.require_person(), role=role, scope=scope, key=str(key))
        )
    return actor


async def test_other_managers_are_told_of_more_people_than_places(world: World) -> None:
    """Booking 8, keep: everybody stays. Whoever set it knows."""
    first, second = await world.person("站长"), await world.person("副站长")
    for person in (first, second):
        await granted(world, person, Role.point_manager, ScopeKind.point, CANTEEN)
    slot = await world.slot(capacity=3)
    for _ in range(3):
        await world.book(await world.person(), slot)
    acting = manager_of(CANTEEN, first.person_id)
    for number, affected in enumerate((None, Affected.keep), 1):
        edit = SlotEdit(capacity=3 - number + 1, affected=affected)
        await do(
            world, capacity.edit_slot, actor=acting, slot_id=slot, edit=edit, seen_version=number, now=NOW
        )
    assert await news(world) == [(NoticeKind.point_over_capacity, second.person_id, None)]
    (told,) = [one for one in await stored(world, Notice) if one.kind is NoticeKind.point_over_capacity]
    assert (told.data["taken"], told.data["capacity"]) == (3, 2)


async def test_a_pause_says_when_it_is_over_and_when_it_is_lifted(world: World) -> None:
    """Booking 5: it ends by itself; who was told that it began is told that it ended."""
    person = await world.person()
    await address(world, person)
    await miss(world, person, 1, 2, 3)
    (pause,) = await stored(world, Pause)
    notices = {one.kind: one for one in await stored(world, Notice) if one.kind.startswith("pause")}
    ended = notices[NoticeKind.pause_ended]
    assert pause.until <= ended.due_at <= pause.until + timedelta(hours=11)
    (started,) = [one for one in await claim(world, at(3, 18)) if one.kind is NoticeKind.pause_started]
    await delivered(world, started.id, at(3, 18))
    staff = manager_of(CANTEEN)
    await sql(world, "UPDATE booking SET point_id = :point", point=CANTEEN)
    lift = Lift(reason="电话里说清了")
    await do(world, pauses.lift, actor=staff, pause_id=pause.id, why=lift, now=at(4, 9))
    (lifted,) = [one for one in await claim(world, at(4, 9, 1)) if one.kind is NoticeKind.pause_ended]
    assert lifted.data["why"] == "lifted"
    await delivered(world, lifted.id, at(4, 9, 1))
    later = await claim(world, pause.until + timedelta(hours=12))
    assert NoticeKind.pause_ended not in {one.kind for one in later}, "once"


async def test_a_pause_that_nobody_heard_of_ends_without_a_word(world: World) -> None:
    person = await world.person()
    await miss(world, person, 1, 2, 3)
    (pause,) = await stored(world, Pause)
    await sql(world, "UPDATE booking SET point_id = :point", point=CANTEEN)
    lift = Lift(reason="弄错了")
    await do(world, pauses.lift, actor=manager_of(CANTEEN), pause_id=pause.id, why=lift, now=at(3, 13))
    owed = [one for one in await stored(world, Notice) if one.kind.startswith("pause")]
    assert {one.status for one in owed} == {NoticeStatus.cancelled}
