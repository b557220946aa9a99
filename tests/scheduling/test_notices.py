"""What use cases owe: once, to whom it concerns, and no more once it is moved or cancelled (Messages 1)."""

import pytest
from sqlmodel import col

from models.tables import Notice
from models.vocabulary import Language, NoticeStatus
from scheduling import bookings
from scheduling.actors import Actor
from scheduling.jobs import draw_up_reminders
from tests.scheduling.acting import do, sql, stored
from tests.scheduling.outbox import address, claim, fail, message, only, owe
from tests.world import LUNCH, World, at


@pytest.fixture
async def reader(world: World) -> Actor:
    """Somebody who can be reached by Telegram."""
    actor = await world.person(language=Language.en, large_text=True)
    await address(world, actor)
    return actor


async def test_what_is_owed_twice_is_owed_once(world: World, reader: Actor) -> None:
    await owe(world, message(reader), message(reader, data={"code": "other"}))
    await owe(world, message(reader))
    assert (await only(world)).data == {"code": "123456"}


async def test_a_reminder_goes_to_who_booked_and_says_for_whom(world: World) -> None:
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    await address(world, daughter)
    await address(world, mother)
    slot = await world.slot(LUNCH, at(1, 11))
    booking = await world.book(daughter, slot, 2, attendee=mother)
    (reminder,) = [one for one in await claim(world, at(0, 18)) if one.person_id == daughter.person_id]
    assert reminder.data == {
        "booking_id": str(booking.id),
        "code": booking.code,
        "service": "长者午餐",
        "category": "meals",
        "point": "幸福食堂",
        "address": "幸福食堂路1号",
        "start": "2026-11-24T11:00:00+08:00",
        "end": "2026-11-24T12:00:00+08:00",
        "party": 2,
        "attendee": "妈妈",
        "for_self": False,
        "latitude": 31.95,
        "longitude": 118.84,
    }


async def test_a_reminder_under_way_is_not_sent_again_for_a_moved_booking(
    world: World, reader: Actor
) -> None:
    """Moving withdraws what is owed for the old time, even while a bot holds it, and owes it for the new one."""
    here, there = await world.slot(LUNCH, at(1, 11)), await world.slot(LUNCH, at(3, 11))
    booking = await world.book(reader, here)
    (claimed,) = await claim(world, at(0, 18))
    await do(world, bookings.move, actor=reader, booking_id=booking.id, slot_id=there, now=at(0, 18, 1))
    await fail(world, claimed.id, at(0, 18, 1))
    assert await claim(world, at(0, 19)) == []
    await draw_up_reminders(world.database, at(2, 0))
    (evening,) = await claim(world, at(2, 18))
    assert evening.data["start"] == "2026-11-26T11:00:00+08:00"
    (old,) = await stored(world, Notice, col(Notice.id) == claimed.id)
    assert old.status is NoticeStatus.cancelled


async def test_no_notice_carries_a_phone_number(world: World, reader: Actor) -> None:
    """People 1: phone numbers are shown whole only to those who must call."""
    await sql(world, "UPDATE person SET phone = '13812345678'")
    await world.book(reader, await world.slot(LUNCH, at(1, 11)))
    reminders = await stored(world, Notice)
    assert len(reminders) == 2
    assert all("1381234" not in str(notice.data) for notice in reminders)
