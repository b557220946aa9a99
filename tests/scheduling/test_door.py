"""At the door: the day's list, and checking people in (product: Booking 10)."""

from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col

from models.database import transaction
from models.ids import PersonId, new_id
from models.shapes.bookings import BookingView, CheckIn, SlotEdit
from models.tables import Booking, PolicyOverride
from models.vocabulary import Affected, BookingStatus, Role, ScopeKind
from scheduling import bookings, capacity, door
from scheduling.actors import SYSTEM, Actor, Permission
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from tests.scheduling.acting import do, sql, stored
from tests.world import (
    CANTEEN,
    DISTRICT,
    HAIRCUT,
    HILL_HOUSE,
    HILL_LUNCH,
    LUNCH,
    NOW,
    READING,
    World,
    at,
    manager_of,
)

TOMORROW = date(2026, 11, 24)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(CANTEEN, (await world.person("站长")).person_id)


@pytest.fixture
async def resident(world: World) -> Actor:
    return await world.person("李大爷", phone="13812345678")


@pytest.fixture
async def booking(world: World, resident: Actor) -> BookingView:
    """Lunch tomorrow from 11 to 12."""
    return await world.book(resident, await world.slot(LUNCH, at(1, 11)), 2)


async def check_in(world: World, actor: Actor, booking: BookingView, now: datetime) -> BookingView:
    return await do(world, door.check_in, actor=actor, booking_id=booking.id, now=now)


async def by_code(
    world: World, actor: Actor, code: str, now: datetime = at(1, 11), point: object = None
) -> BookingView:
    said = CheckIn.model_validate({"code": code, "point_id": point})
    return await do(world, door.check_in_by_code, actor=actor, said=said, now=now)


def codes_of(error: pytest.ExceptionInfo[ActionRefusedError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_the_day_of_a_point(world: World, manager: Actor) -> None:
    """Its slots in time order, each with who booked; the manager sees whole phone numbers, and no cancelled ones."""
    daughter, mother = await world.person("女儿", phone="13900000001"), await world.person("妈妈")
    own = await world.person("李大爷", phone="13800000002")
    await world.link(daughter, mother)
    noon, eleven = await world.slot(LUNCH, at(1, 12)), await world.slot(LUNCH, at(1, 11))
    empty = await world.slot(HAIRCUT, at(1, 9), version=4)
    for_mother = await world.book(daughter, eleven, 2, attendee=mother)
    for_himself = await world.book(own, eleven, now=NOW + MINUTE)
    gone = await world.book(await world.person(), noon)
    await do(world, bookings.cancel, actor=Actor(PersonId(gone.booked_by.id)), booking_id=gone.id, now=NOW)
    for service, start in ((READING, at(1, 10)), (LUNCH, at(0, 23)), (LUNCH, at(2, 0))):
        await world.slot(service, start, minutes=30)
    day = await do(world, door.day, actor=manager, point_id=CANTEEN, on=TOMORROW)
    assert (day.point.id, day.date) == (CANTEEN, TOMORROW)
    assert [(slot.id, slot.version) for slot in day.slots] == [(empty, 4), (eleven, 1), (noon, 1)]
    assert [len(slot.bookings) for slot in day.slots] == [0, 2, 0]
    first, second = day.slots[1].bookings
    assert (first.id, first.code, first.party, first.attendee.name) == (
        for_mother.id,
        for_mother.code,
        2,
        "妈妈",
    )
    assert first.phone == "13900000001", "whoever booked for somebody without a phone is called"
    assert (second.id, second.phone) == (for_himself.id, "13800000002")


async def test_the_day_says_what_a_full_slot_will_fall_to(world: World, manager: Actor) -> None:
    """A capacity that was set below what is taken, with all kept, until it is reached."""
    slot = await world.slot(LUNCH, at(1, 11), capacity=10)
    booking = await world.book(await world.person(), slot, 4)
    edit = SlotEdit(capacity=3, affected=Affected.keep)
    await do(world, capacity.edit_slot, actor=manager, slot_id=slot, edit=edit, seen_version=1, now=NOW)

    async def shown() -> tuple[int, int, int | None]:
        (seen,) = (await do(world, door.day, actor=manager, point_id=CANTEEN, on=TOMORROW)).slots
        return seen.taken, seen.capacity, seen.target_capacity

    assert await shown() == (4, 4, 3)
    attendee = Actor(PersonId(booking.booked_by.id))
    await do(world, bookings.cancel, actor=attendee, booking_id=booking.id, now=NOW)
    assert await shown() == (0, 3, None)


async def test_the_day_is_for_those_who_manage_the_point(world: World) -> None:
    """Points are public: outsiders are told that they may not; a point that does not exist is not found."""
    staff = Actor(PersonId(new_id()), frozenset({Permission(Role.staff, ScopeKind.division, DISTRICT)}))
    assert (await do(world, door.day, actor=staff, point_id=CANTEEN, on=TOMORROW)).slots == []
    for actor in (await world.person(), manager_of(HILL_HOUSE), SYSTEM):
        with pytest.raises(ForbiddenError):
            await do(world, door.day, actor=actor, point_id=CANTEEN, on=TOMORROW)
    with pytest.raises(NotFoundError):
        await do(world, door.day, actor=staff, point_id=new_id(), on=TOMORROW)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [
        (at(1, 9, 59), "too-early-to-check-in"),
        (at(1, 10), None),
        (at(1, 11, 59), None),
        (at(1, 12), "slot-over"),
    ],
)
async def test_people_are_checked_in_from_an_hour_before_to_the_end(
    world: World, manager: Actor, booking: BookingView, now: datetime, refusal: str | None
) -> None:
    if refusal is None:
        came = await check_in(world, manager, booking, now)
        assert (came.status, came.checked_in_at) == (BookingStatus.attended, now)
        assert await world.counts(booking.slot.id) == (2, 2, 10), "who came still takes places"
        return
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, now)
    assert codes_of(refused) == [refusal]


async def test_too_early_says_from_when(world: World, manager: Actor, booking: BookingView) -> None:
    async with transaction(world.database) as session:
        session.add(
            PolicyOverride(
                scope=ScopeKind.service,
                key=str(LUNCH),
                field="check_in_opens_minutes",
                value=15,
                set_at=NOW,
            )
        )
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(1, 10, 30))
    assert refused.value.reasons[0].data == {"opens_at": "2026-11-24T10:45:00+08:00"}


async def test_checking_in_twice_changes_nothing(world: World, manager: Actor, booking: BookingView) -> None:
    first = await check_in(world, manager, booking, at(1, 11))
    assert await check_in(world, manager, booking, at(1, 11, 30)) == first
    (row,) = await stored(world, Booking)
    assert row.sequence == 1


async def test_a_cancelled_booking_is_not_let_in(
    world: World, manager: Actor, resident: Actor, booking: BookingView
) -> None:
    await do(world, bookings.cancel, actor=resident, booking_id=booking.id, now=NOW)
    with pytest.raises(ActionRefusedError) as refused:
        await check_in(world, manager, booking, at(1, 11))
    assert refused.value.reasons[0].data == {"status": "cancelled"}


async def test_only_those_who_manage_the_point_check_in(
    world: World, resident: Actor, booking: BookingView
) -> None:
    """Who may see the booking is told that they may not check it in; everybody else learns nothing of it."""
    with pytest.raises(ForbiddenError):
        await check_in(world, resident, booking, at(1, 11))
    for outsider in (manager_of(HILL_HOUSE), await world.person(), SYSTEM):
        with pytest.raises(NotFoundError):
            await check_in(world, outsider, booking, at(1, 11))
    with pytest.raises(NotFoundError):
        await do(world, door.check_in, actor=manager_of(CANTEEN), booking_id=new_id(), now=at(1, 11))


async def test_by_the_code_said_at_the_door(world: World, manager: Actor, booking: BookingView) -> None:
    """Booking 10: check-in by code."""
    came = await by_code(world, manager, f" {booking.code} ")
    assert (came.id, came.status) == (booking.id, BookingStatus.attended)
    assert (await by_code(world, manager, booking.code)).id == booking.id


async def test_a_code_holds_today_and_at_points_that_one_manages(
    world: World, manager: Actor, booking: BookingView
) -> None:
    with pytest.raises(ActionRefusedError) as early:
        await by_code(world, manager, booking.code, at(0, 11))
    assert [reason.code for reason in early.value.reasons] == ["code-of-another-day"]
    with pytest.raises(NotFoundError):
        await by_code(world, manager, "0000")
    for outsider in (manager_of(HILL_HOUSE), await world.person()):
        for point in (None, CANTEEN):
            with pytest.raises(NotFoundError):
                await by_code(world, outsider, booking.code, point=point)
    with pytest.raises(NotFoundError):
        await by_code(world, manager, booking.code, point=HILL_HOUSE)


async def test_a_code_that_two_of_my_points_have_needs_the_point(world: World, booking: BookingView) -> None:
    up_there = await world.book(await world.person(), await world.slot(HILL_LUNCH, at(1, 11)))
    await sql(world, "UPDATE booking SET code = '123456'")
    both = manager_of(CANTEEN).permissions | manager_of(HILL_HOUSE).permissions
    manager = Actor((await world.person()).person_id, both)
    with pytest.raises(ActionRefusedError) as refused:
        await by_code(world, manager, "123456")
    assert codes_of(refused) == ["code-at-several-points"]
    assert (await by_code(world, manager, "123456", point=HILL_HOUSE)).id == up_there.id
    came = await stored(world, Booking, col(Booking.status) == BookingStatus.attended)
    assert [row.id for row in came] == [up_there.id]


async def test_staff_of_the_division_name_the_point(world: World, booking: BookingView) -> None:
    person = (await world.person()).person_id
    staff = Actor(person, frozenset({Permission(Role.staff, ScopeKind.division, DISTRICT)}))
    assert (await by_code(world, staff, booking.code, point=CANTEEN)).id == booking.id
