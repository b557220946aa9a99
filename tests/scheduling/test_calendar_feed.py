"""The calendar to subscribe to, read back with a library: stable events, rising sequence, cancellations (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import col

from models.shapes.bookings import BookingView
from models.tables import AuditEntry, Person
from scheduling import bookings, calendar_feed
from scheduling.actors import Actor
from scheduling.errors import NotFoundError
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, NOW, READING, World, at, manager_of

LATER = NOW + timedelta(hours=1)

Entry = Any  # icalendar's component, whose properties are typed by their names


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person("王阿姨")


@pytest.fixture
async def key(world: World, person: Actor) -> str:
    return await do(world, calendar_feed.new_key, actor=person, now=NOW)


async def text(world: World, key: str, now: datetime = NOW) -> bytes:
    return await do(world, calendar_feed.feed, key=key, now=now)


async def events(world: World, key: str, now: datetime = NOW) -> list[Entry]:
    calendar = Calendar.from_ical(await text(world, key, now))
    return list(calendar.walk("VEVENT"))


async def event(world: World, key: str, now: datetime = NOW) -> Entry:
    (found,) = await events(world, key, now)
    return found


async def book(world: World, person: Actor, *, now: datetime = NOW) -> BookingView:
    return await world.book(person, await world.slot(start=at(1, 11)), 2, now=now)


async def test_an_event_says_what_when_and_where(world: World, person: Actor, key: str) -> None:
    booking = await book(world, person)
    found = await event(world, key)
    assert str(found["UID"]) == str(booking.id)
    assert found.decoded("DTSTART") == at(1, 11).astimezone(UTC)
    assert found.decoded("DTEND") == at(1, 12).astimezone(UTC)
    assert str(found["SUMMARY"]) == "长者午餐 · 幸福食堂"
    assert str(found["LOCATION"]) == "幸福食堂, 幸福食堂路1号"
    assert (found["GEO"].latitude, found["GEO"].longitude) == (31.95, 118.84)
    assert (found["STATUS"], int(found["SEQUENCE"])) == ("CONFIRMED", 0)
    for moment in ("DTSTAMP", "LAST-MODIFIED", "CREATED"):
        assert found.decoded(moment) == NOW
    description = str(found["DESCRIPTION"])
    assert booking.code in description
    assert "人数：2" in description
    assert "025-00000000" in description
    assert not found.walk("VALARM"), "reminders come from the chat, not twice"


async def test_the_calendar_is_well_formed(world: World, person: Actor, key: str) -> None:
    await book(world, person)
    raw = await text(world, key)
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    calendar = Calendar.from_ical(raw)
    assert (calendar["VERSION"], calendar["X-WR-CALNAME"]) == ("2.0", "最后一米：我的预约")
    assert calendar["PRODID"]
    assert not [one.errors for one in calendar.walk() if one.errors]


async def test_an_empty_calendar_is_one_too(world: World, key: str) -> None:
    assert await events(world, key) == []


async def test_a_moved_booking_is_the_same_event_with_a_higher_sequence(
    world: World, person: Actor, key: str
) -> None:
    booking = await book(world, person)
    before = await event(world, key)
    there = await world.slot(READING, at(2, 14))
    await do(world, bookings.move, actor=person, booking_id=booking.id, slot_id=there, now=LATER)
    after = await event(world, key)
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after.decoded("DTSTART") == at(2, 14).astimezone(UTC)
    assert str(after["SUMMARY"]) == "读书会 · 书香阅览室"
    assert after.decoded("LAST-MODIFIED") == after.decoded("DTSTAMP") == LATER
    assert after.decoded("CREATED") == NOW


async def test_a_cancelled_booking_stays_as_cancelled(world: World, person: Actor, key: str) -> None:
    """Taken out of the calendar it would stay in the phones; so it is told as cancelled, one higher in sequence."""
    booking = await book(world, person)
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=LATER)
    found = await event(world, key)
    assert (str(found["UID"]), found["STATUS"], int(found["SEQUENCE"])) == (str(booking.id), "CANCELLED", 1)
    assert found.decoded("DTSTAMP") == LATER
    assert str(found["SUMMARY"]).startswith("【已取消】")
    assert found["TRANSP"] == "TRANSPARENT"
    assert booking.code not in str(found["DESCRIPTION"])


async def test_every_change_of_a_booking_raises_its_sequence(world: World, person: Actor, key: str) -> None:
    """Whatever calendars have seen of it, what comes later is higher, up to the cancelling."""
    booking = await book(world, person)
    seen = [int((await event(world, key))["SEQUENCE"])]
    for day in (2, 3):
        there = await world.slot(start=at(day, 11))
        await do(world, bookings.move, actor=person, booking_id=booking.id, slot_id=there, now=LATER)
        seen.append(int((await event(world, key))["SEQUENCE"]))
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=LATER)
    seen.append(int((await event(world, key))["SEQUENCE"]))
    assert seen == sorted(set(seen))


async def test_it_is_the_same_byte_for_byte_until_something_changes(
    world: World, person: Actor, key: str
) -> None:
    booking = await book(world, person)
    await world.book(person, await world.slot(READING, at(2, 14)))
    before = await text(world, key)
    assert await text(world, key, LATER) == before
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=LATER)
    assert await text(world, key, LATER) != before


async def test_it_goes_thirty_days_back(world: World, person: Actor, key: str) -> None:
    booking = await book(world, person)
    thirty = booking.slot.start + timedelta(days=30)
    assert len(await events(world, key, thirty - timedelta(seconds=1))) == 1
    assert await events(world, key, thirty) == []


async def test_it_speaks_the_persons_language(world: World, person: Actor, key: str) -> None:
    booking = await book(world, person)
    await sql(world, "UPDATE person SET language = 'en'")
    assert "At the door, say this code" in str((await event(world, key))["DESCRIPTION"])
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=LATER)
    assert str((await event(world, key))["SUMMARY"]) == "Cancelled: 长者午餐 · 幸福食堂"


async def test_it_has_what_one_booked_for_a_relative_as_long_as_one_may_act(
    world: World, person: Actor, key: str
) -> None:
    mother = await world.person("妈妈")
    await world.link(person, mother)
    await world.book(person, await world.slot(), attendee=mother)
    assert str((await event(world, key))["SUMMARY"]) == "妈妈：长者午餐 · 幸福食堂"
    mothers = await do(world, calendar_feed.new_key, actor=mother, now=NOW)
    assert str((await event(world, mothers))["SUMMARY"]) == "长者午餐 · 幸福食堂"
    await sql(world, "UPDATE household_link SET status = 'revoked'")
    assert await events(world, key) == []
    assert await events(world, mothers)


async def test_a_managers_calendar_has_nobody_they_booked_for_at_the_point(
    world: World, person: Actor
) -> None:
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    await world.book(manager, await world.slot(), attendee=person)
    managers = await do(world, calendar_feed.new_key, actor=manager, now=NOW)
    assert await events(world, managers) == []


async def test_a_wrong_key_opens_nothing(world: World, person: Actor, key: str) -> None:
    for wrong in ("", key[:-1], key.swapcase()):
        with pytest.raises(NotFoundError):
            await text(world, wrong)


async def test_a_new_key_shuts_the_one_before_and_a_dropped_one_all(
    world: World, person: Actor, key: str
) -> None:
    second = await do(world, calendar_feed.new_key, actor=person, now=LATER)
    with pytest.raises(NotFoundError):
        await text(world, key)
    assert await text(world, second)
    await do(world, calendar_feed.drop_key, actor=person, now=LATER)
    await do(world, calendar_feed.drop_key, actor=person, now=LATER)
    with pytest.raises(NotFoundError):
        await text(world, second)
    deeds = await stored(world, AuditEntry, col(AuditEntry.subject) == "person")
    actions = [deed.action for deed in sorted(deeds, key=lambda deed: deed.id)]
    assert actions == ["calendar.key_made", "calendar.key_made", "calendar.key_dropped"]


async def test_only_a_hash_of_the_key_is_kept(world: World, person: Actor, key: str) -> None:
    (row,) = await stored(world, Person)
    assert row.calendar_key_hash == calendar_feed.hash_of(key)
    assert key.encode() not in row.calendar_key_hash
    assert len(key) >= 40
