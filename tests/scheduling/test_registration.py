"""A person without a phone is a full citizen: registered, found, and booked for at the points (product: People 1)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from asyncpg.connection import LoggedQuery
from sqlalchemy import event
from sqlalchemy.engine import AdaptedConnection
from sqlmodel import col

from models.ids import PersonId
from models.shapes.bookings import BookingOrder
from models.shapes.registration import PersonOrder, PersonView
from models.tables import AuditEntry, Booking, Notice, Person
from models.vocabulary import BookingStatus, CancelReason, NoticeKind, NoticeStatus, Role, ScopeKind
from scheduling import bookings, registration
from scheduling.actors import Actor, Permission
from scheduling.errors import BookingRefusedError, ForbiddenError, InvalidInputError, NotFoundError
from scheduling.rules.phones import normal_phone
from tests.scheduling.acting import do, stored
from tests.world import (
    CANTEEN,
    DISTRICT,
    HILL_HOUSE,
    HILL_LUNCH,
    HILLS,
    LUNCH,
    NOW,
    TOWN,
    World,
    at,
    manager_of,
)


async def register(world: World, actor: Actor, **wanted: object) -> PersonView:
    order = PersonOrder.model_validate({"name": "李奶奶"} | wanted)
    return await do(world, registration.register_person, actor=actor, wanted=order, now=NOW)


async def find(world: World, actor: Actor, text: str, limit: int = 20) -> list[PersonView]:
    found, _ = await do(
        world, registration.find_people, actor=actor, text=text, now=NOW, limit=limit, after=None
    )
    return found


@pytest.fixture
async def manager(world: World) -> Actor:
    """Manages the canteen."""
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


@pytest.fixture
async def grandmother(world: World, manager: Actor) -> Actor:
    """Registered at the canteen, without a phone."""
    return Actor(PersonId((await register(world, manager, birth_date="1940-05-06")).id))


async def test_a_manager_registers_somebody_without_a_phone(world: World, manager: Actor) -> None:
    made = await register(world, manager, birth_date="1940-05-06", disability=True, home_division=TOWN)
    assert (made.name, made.phone, made.phone_is_whole, made.birth_year) == ("李奶奶", None, False, 1940)
    (row,) = await stored(world, Person, col(Person.id) == made.id)
    assert (row.birth_date, row.disability, row.home_division) == (date(1940, 5, 6), True, TOWN)
    assert row.district_code == DISTRICT
    deeds = await stored(world, AuditEntry, col(AuditEntry.action) == "person.registered")
    assert [(deed.actor_id, deed.subject_id, deed.data) for deed in deeds] == [
        (manager.person_id, made.id, {})
    ]


async def test_what_cannot_be_is_not_registered(world: World, manager: Actor) -> None:
    for wanted, field in (
        ({"home_division": "999999999999"}, "home_division"),
        ({"birth_date": "2026-11-24"}, "birth_date"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await register(world, manager, **wanted)
        assert refused.value.data["field"] == field
    assert await register(world, manager, birth_date="2026-11-23"), "born today"


async def test_only_who_works_here_registers_and_finds(world: World) -> None:
    for nobody in (await world.person(), manager_of(UUID(int=77))):
        with pytest.raises(ForbiddenError):
            await register(world, nobody)
        with pytest.raises(ForbiddenError):
            await find(world, nobody, "李奶奶")


async def test_people_are_found_by_how_their_name_begins_and_by_their_whole_number(
    world: World, manager: Actor
) -> None:
    await register(world, manager, name="李奶奶", phone="138 1234-5678")
    await register(world, manager, name="李奶")
    await register(world, manager, name="王奶奶")
    assert [one.name for one in await find(world, manager, " 李奶 ")] == ["李奶", "李奶奶"]
    assert await find(world, manager, "奶奶") == []
    for number in ("13812345678", "138-1234 5678"):
        assert [one.name for one in await find(world, manager, number)] == ["李奶奶"]
    assert await find(world, manager, "1381234") == []
    assert await find(world, manager, "李%") == []
    for short in ("李", "1381", "  "):
        with pytest.raises(InvalidInputError):
            await find(world, manager, short)


async def test_finding_goes_page_by_page_and_is_in_the_audit(world: World, manager: Actor) -> None:
    made = {(await register(world, manager)).id for _ in range(5)}
    seen: list[UUID] = []
    after: registration.Cursor | None = None
    for expected in (2, 2, 1):
        page, after = await do(
            world, registration.find_people, actor=manager, text="李奶", now=NOW, limit=2, after=after
        )
        assert len(page) == expected
        seen += [one.id for one in page]
    assert (after, set(seen), len(seen)) == (None, made, 5)
    deeds = await stored(world, AuditEntry, col(AuditEntry.action) == "people.searched")
    assert [deed.data for deed in deeds] == [{"found": 2}, {"found": 2}, {"found": 1}]


async def test_a_number_is_whole_only_where_one_must_call(world: World, manager: Actor) -> None:
    """People 1."""
    person = Actor(PersonId((await register(world, manager, phone="13812345678")).id))
    elsewhere = manager_of(HILL_HOUSE, (await world.person()).person_id)

    async def phones() -> list[tuple[str | None, bool]]:
        found = [*await find(world, manager, "李奶奶"), *await find(world, elsewhere, "李奶奶")]
        return [(one.phone, one.phone_is_whole) for one in found]

    masked = ("138****5678", False)
    assert await phones() == [masked, masked]
    booking = await world.book(manager, await world.slot(), attendee=person)
    assert await phones() == [("13812345678", True), masked]
    await do(world, bookings.cancel, actor=manager, booking_id=booking.id, now=NOW)
    assert await phones() == [masked, masked]


async def test_numbers_are_kept_in_one_form(world: World) -> None:
    assert normal_phone("+86 138-1234 5678") == "+8613812345678"
    assert normal_phone(None) is None


async def test_whoever_manages_the_point_books_for_anybody(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    booking = await world.book(manager, await world.slot(), attendee=grandmother)
    assert (booking.attendee.name, booking.booked_by.name) == ("李奶奶", "站长")
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "booking.made")
    assert (deed.actor_id, deed.data["for"]) == (manager.person_id, str(grandmother.person_id))
    town = Permission(Role.staff, ScopeKind.division, TOWN)
    staff = Actor((await world.person("街道")).person_id, frozenset({town}))
    assert await world.book(staff, await world.slot(start=at(2, 11)), attendee=grandmother)


async def test_nobody_books_for_others_at_points_they_do_not_manage(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    there = await world.slot(HILL_LUNCH)
    for actor, slot in (
        (manager, there),
        (await world.person(), await world.slot()),
        (Actor(manager.person_id), await world.slot(start=at(2, 11))),
    ):
        with pytest.raises(NotFoundError):
            await world.book(actor, slot, attendee=grandmother)


async def test_every_rule_holds_for_whom_the_point_books(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    """Booking 1 to 5 ask about the attendee, whoever orders."""
    full = await world.slot(capacity=1)
    await world.book(await world.person(), full)
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(manager, full, attendee=grandmother)
    assert [reason.code for reason in refused.value.reasons] == ["not-enough-places"]
    for day in (2, 3, 4):
        await world.book(manager, await world.slot(start=at(day, 11)), attendee=grandmother)
    with pytest.raises(BookingRefusedError) as refused:
        await world.book(manager, await world.slot(start=at(5, 11)), attendee=grandmother)
    assert [reason.code for reason in refused.value.reasons] == ["too-many-upcoming"]
    assert await world.book(manager, await world.slot(start=at(5, 12)), attendee=await world.person())


async def test_reminders_go_to_whom_the_point_booked_for_and_not_to_the_point(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    await world.book(manager, await world.slot(), attendee=grandmother)
    notices = await stored(world, Notice)
    assert {(notice.person_id, notice.data["for_self"]) for notice in notices} == {
        (grandmother.person_id, True)
    }


async def test_the_point_cancels_and_moves_for_somebody_who_is_told(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    """Booking 8: nobody loses a place silently. The cancelling is the person's own, not the point's."""
    booking = await world.book(grandmother, await world.slot())
    there = await world.slot(start=at(2, 11))
    moved = await do(world, bookings.move, actor=manager, booking_id=booking.id, slot_id=there, now=NOW)
    assert moved.slot.id == there
    await do(world, bookings.cancel, actor=manager, booking_id=booking.id, now=NOW)
    (row,) = await stored(world, Booking)
    assert (row.status, row.cancel_reason) == (BookingStatus.cancelled, CancelReason.by_person)
    assert row.cancelled_by_id == manager.person_id
    told = await stored(
        world, Notice, col(Notice.kind).not_in(["booking_reminder_soon", "booking_reminder_evening"])
    )
    assert [
        (notice.kind, notice.person_id, notice.status) for notice in sorted(told, key=lambda one: one.id)
    ] == [
        (NoticeKind.booking_changed, grandmother.person_id, NoticeStatus.cancelled),
        (NoticeKind.booking_cancelled_by_point, grandmother.person_id, NoticeStatus.pending),
    ]
    (changed,) = [notice for notice in told if notice.kind is NoticeKind.booking_changed]
    assert changed.data["start"] == "2026-11-25T11:00:00+08:00"
    assert changed.data["was"] == {
        "start": "2026-11-24T11:00:00+08:00",
        "end": "2026-11-24T12:00:00+08:00",
        "point": "幸福食堂",
    }
    deeds = await stored(world, AuditEntry, col(AuditEntry.subject_id) == booking.id)
    assert {(deed.action, deed.data.get("at_the_point"), deed.actor_id) for deed in deeds} == {
        ("booking.made", None, grandmother.person_id),
        ("booking.moved", True, manager.person_id),
        ("booking.cancelled", True, manager.person_id),
    }


async def test_the_point_moves_nobody_to_a_point_that_it_does_not_manage(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    booking = await world.book(grandmother, await world.slot())
    there = await world.slot(HILL_LUNCH, at(2, 11))
    with pytest.raises(ForbiddenError):
        await do(world, bookings.move, actor=manager, booking_id=booking.id, slot_id=there, now=NOW)
    moved = await do(world, bookings.move, actor=grandmother, booking_id=booking.id, slot_id=there, now=NOW)
    assert moved.slot.id == there
    assert not await stored(world, Notice, col(Notice.kind) == NoticeKind.booking_changed), "one's own doing"


async def test_another_points_manager_is_an_outsider(world: World, grandmother: Actor) -> None:
    booking = await world.book(grandmother, await world.slot(LUNCH))
    hills = Permission(Role.staff, ScopeKind.division, HILLS)
    for outsider in (manager_of(HILL_HOUSE), Actor(PersonId(UUID(int=9)), frozenset({hills}))):
        with pytest.raises(NotFoundError):
            await do(world, bookings.cancel, actor=outsider, booking_id=booking.id, now=NOW)
        with pytest.raises(NotFoundError):
            await do(world, bookings.show, actor=outsider, booking_id=booking.id)


async def test_a_late_cancelling_counts_whoever_says_it(
    world: World, manager: Actor, grandmother: Actor
) -> None:
    """Booking 5: the person changed their mind, and told the point."""
    booking = await world.book(grandmother, await world.slot())
    late = booking.free_cancel_until + timedelta(seconds=1)
    cancelled = await do(world, bookings.cancel, actor=manager, booking_id=booking.id, now=late)
    assert cancelled.late_cancel


async def test_ones_own_booking_asks_for_no_links(world: World, manager: Actor) -> None:
    """The usual case costs nothing for all this: neither links nor the point are looked up."""
    slot = await world.slot()
    for actor in (manager, await world.person()):
        statements = await counted(world, actor, slot)
        assert not [one for one in statements if "household_link" in one]
        assert len([one for one in statements if "FROM slot" in one]) == 1


async def counted(world: World, actor: Actor, slot_id: UUID) -> list[str]:
    """The statements of one booking for oneself, as the driver sends them."""
    seen: list[str] = []

    def see(sent: LoggedQuery) -> None:
        seen.append(sent.query)

    def watch(connection: AdaptedConnection, *_: object) -> None:
        connection.driver_connection.add_query_logger(see)

    def leave(connection: AdaptedConnection, *_: object) -> None:
        connection.driver_connection.remove_query_logger(see)

    pool = world.database.engine.sync_engine.pool
    event.listen(pool, "checkout", watch)
    event.listen(pool, "checkin", leave)
    try:
        await do(world, bookings.book, actor=actor, wanted=BookingOrder(slot_id=slot_id), now=NOW)
    finally:
        event.remove(pool, "checkout", watch)
        event.remove(pool, "checkin", leave)
    return seen
