"""Reminders become rows when their day is near: each owed once, whatever is late, at the same time, or changed meanwhile."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col

from models.database import transaction
from models.shapes.household import LinkEdit
from models.tables import Notice, Slot
from models.vocabulary import NoticeKind, NoticeStatus
from scheduling import bookings, household
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.jobs import draw_up_reminders
from scheduling.locks import lock_persons, lock_slots
from tests.scheduling.acting import do, sql, stored
from tests.world import HILL_LUNCH, LUNCH, World, at

EVENING, SOON = NoticeKind.booking_reminder_evening, NoticeKind.booking_reminder_soon
Told = tuple[UUID, NoticeKind, datetime]


async def pending(world: World) -> list[Told]:
    """Whom is reminded, how and when."""
    found = await stored(
        world, Notice, col(Notice.status) == NoticeStatus.pending, col(Notice.kind).in_([EVENING, SOON])
    )
    return sorted((one.person_id, one.kind, one.due_at) for one in found)


def both(*people: Actor, day: int, hour: int = 11) -> list[Told]:
    """The two reminders of a booking on that day."""
    return sorted(
        told
        for person in people
        for told in (
            (person.require_person(), EVENING, at(day - 1, 18)),
            (person.require_person(), SOON, at(day, hour - 2)),
        )
    )


async def test_days_ahead_a_booking_writes_none_and_the_day_before_they_are_rows(world: World) -> None:
    person, slot = await world.person(), await world.slot(start=at(3, 11))
    await world.book(person, slot)
    assert await pending(world) == []
    assert await draw_up_reminders(world.database, at(1, 23, 59)) == 0
    assert await draw_up_reminders(world.database, at(2, 0)) == 1
    assert await pending(world) == both(person, day=3)
    assert await draw_up_reminders(world.database, at(2, 0, 5)) == 0
    assert await pending(world) == both(person, day=3)


async def test_whoever_books_for_today_or_tomorrow_writes_their_own(world: World) -> None:
    """Whether or not a sweep has come by: nobody waits for one."""
    early, late = await world.people(2)
    slot = await world.slot(start=at(1, 11))
    await world.book(early, slot)
    assert await pending(world) == both(early, day=1)
    await draw_up_reminders(world.database, at(0, 10))
    await world.book(late, slot, now=at(0, 11))
    assert await pending(world) == both(early, late, day=1)


async def test_whoever_was_judged_before_the_sweep_and_books_after_it_is_reminded(world: World) -> None:
    """The moment of a booking is read before its locks: at midnight a sweep may pass between the two."""
    person, slot = await world.person(), await world.slot(start=at(3, 11))
    await draw_up_reminders(world.database, at(2, 0))
    await world.book(person, slot, now=at(1, 23, 59))
    assert await pending(world) == both(person, day=3)


async def test_a_slot_in_somebodys_hand_is_left_to_the_next_sweep(world: World) -> None:
    """Else the sweep would not see what is just being booked, and that would be written by nobody."""
    slot = await world.slot(start=at(3, 11))
    async with transaction(world.database) as session:
        await lock_slots(session, [slot])
        assert await draw_up_reminders(world.database, at(2, 0)) == 0
    assert await draw_up_reminders(world.database, at(2, 0)) == 1


async def test_a_sweep_that_comes_late_draws_up_what_is_still_worth_sending(world: World) -> None:
    first, second = await world.people(2)
    slot = await world.slot(start=at(3, 11))
    await world.book(first, slot)
    # Every clock has stood still since; this one is booked when the evening's reminder was due already.
    await world.book(second, slot, now=at(2, 18, 30))
    await draw_up_reminders(world.database, at(2, 19))
    soon = (second.require_person(), SOON, at(3, 9))
    assert await pending(world) == sorted([*both(first, day=3), soon])


async def test_a_sweep_that_comes_too_late_reminds_nobody_of_what_is_over(world: World) -> None:
    person = await world.person()
    for day, hour in ((3, 11), (4, 11)):
        await world.book(person, await world.slot(start=at(day, hour)))
    await draw_up_reminders(world.database, at(3, 22))
    assert await pending(world) == [(person.require_person(), SOON, at(4, 9))], "the evening is over"


async def test_nobody_is_reminded_of_what_they_gave_up_before(world: World) -> None:
    person = await world.person()
    booking = await world.book(person, await world.slot(start=at(3, 11)))
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=at(1, 9))
    await draw_up_reminders(world.database, at(2, 0))
    assert await stored(world, Notice) == []


async def test_a_moved_booking_is_reminded_of_where_it_is(world: World) -> None:
    """Out of a slot that is drawn up into one that is not, and back."""
    person = await world.person()
    near, far = await world.slot(LUNCH, at(2, 11)), await world.slot(HILL_LUNCH, at(4, 11))
    booking = await world.book(person, near)
    await draw_up_reminders(world.database, at(1, 0))
    assert await pending(world) == both(person, day=2)
    await do(world, bookings.move, actor=person, booking_id=booking.id, slot_id=far, now=at(1, 9))
    assert await pending(world) == []
    await do(world, bookings.move, actor=person, booking_id=booking.id, slot_id=near, now=at(1, 10))
    assert await pending(world) == both(person, day=2)
    await do(world, bookings.move, actor=person, booking_id=booking.id, slot_id=far, now=at(1, 11))
    await draw_up_reminders(world.database, at(3, 0))
    assert await pending(world) == both(person, day=4)


async def test_who_is_told_is_who_is_to_be_told_on_the_day_before(world: World) -> None:
    daughter, mother = await world.people(2)
    await world.link(daughter, mother)
    await world.book(daughter, await world.slot(start=at(3, 11)), attendee=mother)
    (link,) = (await do(world, household.show, actor=daughter, now=at(1, 9))).i_act_for
    only_me = LinkEdit(notify_relative=False)
    await do(world, household.edit_link, actor=daughter, link_id=link.id, edit=only_me, now=at(1, 9))
    assert await pending(world) == []
    await draw_up_reminders(world.database, at(2, 0))
    assert await pending(world) == both(daughter, day=3)
    us_both = LinkEdit(notify_relative=True)
    await do(world, household.edit_link, actor=daughter, link_id=link.id, edit=us_both, now=at(2, 9))
    assert await pending(world) == both(daughter, mother, day=3)


async def test_a_household_that_is_being_decided_upon_is_left_to_the_next_sweep(world: World) -> None:
    """Who is told might change with what is being decided. Whoever has nothing to do with it does not wait."""
    daughter, mother, other = await world.people(3)
    await world.link(daughter, mother)
    theirs, slot = await world.slot(start=at(3, 11)), await world.slot(HILL_LUNCH, at(3, 11))
    await world.book(daughter, theirs, attendee=mother)
    await world.book(other, slot)
    async with transaction(world.database) as session:
        await lock_persons(session, [mother.require_person()])
        assert await draw_up_reminders(world.database, at(2, 0)) == 1
        assert await pending(world) == both(other, day=3)
    assert await draw_up_reminders(world.database, at(2, 0)) == 1
    assert await pending(world) == both(other, daughter, mother, day=3)


async def test_where_people_are_reminded_days_before_the_rows_are_there_in_time(world: World) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('service', :service, 'soon_reminder_minutes', '4320', now())",
        service=str(LUNCH),
    )
    person, other = await world.people(2)
    slot = await world.slot(start=at(6, 11))
    await world.book(person, slot)
    assert await draw_up_reminders(world.database, at(3, 4)) == 0
    assert await draw_up_reminders(world.database, at(3, 6)) == 1
    assert (person.require_person(), SOON, at(3, 11)) in await pending(world)
    await sql(world, "UPDATE slot SET reminders_drawn = false")
    await world.book(other, slot, now=at(3, 7))
    assert (other.require_person(), SOON, at(3, 11)) in await pending(world), "no sweep was needed"


@pytest.mark.parametrize("bound", ["SLOTS_A_SWEEP", "BOOKINGS_A_SWEEP", "AT_A_TIME"])
async def test_more_than_a_transaction_takes_is_all_drawn_up(
    world: World, monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    """One to three people each in five slots: two at a time, whatever is counted."""
    monkeypatch.setattr(f"scheduling.reminders.{bound}", 2)
    for hour in range(11, 16):
        slot = await world.slot(HILL_LUNCH if hour % 2 else LUNCH, at(3, hour))
        for person in await world.people(min(3, hour - 10)):
            await world.book(person, slot)
    assert await draw_up_reminders(world.database, at(2, 1)) == 5
    assert all(slot.reminders_drawn for slot in await stored(world, Slot))
    reminded = await pending(world)
    assert len(reminded) == 2 * sum(slot.taken for slot in await stored(world, Slot))


@pytest.mark.parametrize(("now", "found"), [(at(2, 12), 0), (at(3, 0), 1)])
async def test_the_check_finds_reminders_that_were_never_drawn_up(
    world: World, now: datetime, found: int
) -> None:
    booking = await world.book(await world.person(), await world.slot(start=at(3, 11)))
    offences = await do(world, check, now=now)
    assert [(one.id, one.detail) for one in offences] == [(booking.id, "not drawn up in time")] * found


async def test_the_check_finds_a_reminder_that_is_missing(world: World) -> None:
    booking = await world.book(await world.person(), await world.slot(start=at(3, 11)))
    await draw_up_reminders(world.database, at(2, 0))
    assert await do(world, check, now=at(2, 1)) == []
    await sql(world, "DELETE FROM notice WHERE kind = 'booking_reminder_evening'")
    (offence,) = await do(world, check, now=at(2, 1) + timedelta(minutes=1))
    assert (offence.check, offence.id) == ("whoever booked is reminded (Messages 1)", booking.id)
