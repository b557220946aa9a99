"""Who did not come: the sweep, the early release, and the manager's word (product: Booking 5 and 10)."""

from datetime import datetime

import pytest
from sqlmodel import col

from models.shapes.bookings import BookingView, SlotEdit
from models.shapes.standing import RatingOrder
from models.tables import AuditEntry, Booking
from models.vocabulary import Affected, BookingStatus
from scheduling import bookings, capacity, door, jobs, no_shows, ratings
from scheduling.actors import SYSTEM, Actor
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from scheduling.policies import Policy
from tests.scheduling.acting import do, stored
from tests.scheduling.doors import MINUTE, assert_sound, set_policy, visit
from tests.world import HILL_HOUSE, LUNCH, READING, READING_ROOM, World, at, manager_of


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(READING_ROOM, (await world.person("站长")).person_id)


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person()


async def statuses(world: World) -> list[BookingStatus]:
    return [row.status for row in sorted(await stored(world, Booking), key=lambda row: row.start)]


def codes_of(error: pytest.ExceptionInfo[ActionRefusedError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_half_an_hour_after_the_end_who_did_not_come_is_noted(world: World, person: Actor) -> None:
    """Booking 10: no-show is set by rule 30 minutes after the end; the places are given back."""
    assert Policy().no_show_after_minutes == 30
    booking = await visit(world, person)
    assert await jobs.note_no_shows(world.database, at(1, 12, 30) - MINUTE) == 0
    assert await jobs.note_no_shows(world.database, at(1, 12, 30)) == 1
    assert await jobs.note_no_shows(world.database, at(1, 12, 30)) == 0, "a sweep repeats harmlessly"
    assert await statuses(world) == [BookingStatus.no_show]
    assert await world.counts(booking.slot.id) == (0, 0, 10)
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "booking.missed")
    assert (deed.subject_id, deed.actor_id, deed.data) == (booking.id, None, {"why": "after_end"})
    await assert_sound(world)


async def test_when_they_are_noted_is_the_services_policy(world: World, person: Actor) -> None:
    """Booking 10: the 30 minutes are a policy; one service's does not delay another's."""
    await set_policy(world, READING, no_show_after_minutes=600)
    await visit(world, person, at(1, 9))
    await visit(world, person, at(1, 11), LUNCH)
    assert await jobs.note_no_shows(world.database, at(1, 12, 30)) == 1
    assert await statuses(world) == [BookingStatus.confirmed, BookingStatus.no_show]
    assert await jobs.note_no_shows(world.database, at(1, 20)) == 1


async def test_who_came_and_who_cancelled_is_left_alone(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11))
    assert await jobs.note_no_shows(world.database, at(2, 0)) == 0
    assert await statuses(world) == [BookingStatus.attended]


async def test_a_sweep_takes_as_many_transactions_as_it_needs(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(no_shows, "A_SWEEP", 3)
    slot = await world.slot(READING, at(1, 11), capacity=20)
    for someone in await world.people(10):
        await world.book(someone, slot)
    assert await jobs.note_no_shows(world.database, at(1, 13)) == 10
    assert await world.counts(slot) == (0, 0, 20)


async def test_unclaimed_places_are_kept_to_the_end_unless_the_policy_says_so(
    world: World, person: Actor
) -> None:
    """Booking 10: early release only where the policy says so."""
    assert Policy().release_after_minutes is None
    await visit(world, person)
    assert await jobs.release_unclaimed(world.database, at(1, 11, 59)) == 0


async def test_ten_minutes_after_the_start_unclaimed_places_are_released(
    world: World, manager: Actor, person: Actor
) -> None:
    """Booking 10: places not claimed so long after the start go to others, here ten minutes."""
    await set_policy(world, READING, release_after_minutes=10)
    slot = await world.slot(READING, at(1, 11), capacity=2)
    kept = await world.book(await world.person("来了"), slot)
    await world.book(person, slot)
    await world.book(person, await world.slot(LUNCH, at(1, 12)))
    await do(world, door.check_in, actor=manager, booking_id=kept.id, now=at(1, 11))
    assert await jobs.release_unclaimed(world.database, at(1, 11, 10) - MINUTE) == 0
    assert await jobs.release_unclaimed(world.database, at(1, 11, 10)) == 1
    assert await world.counts(slot) == (1, 1, 2)
    assert await jobs.release_unclaimed(world.database, at(1, 11, 20)) == 0
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "booking.missed")
    assert deed.data == {"why": "unclaimed"}
    await assert_sound(world)


async def test_the_release_follows_a_falling_capacity(world: World, manager: Actor, person: Actor) -> None:
    """Booking 8, keep: what is released goes to nobody where fewer places are wanted."""
    await set_policy(world, READING, release_after_minutes=0)
    booking = await visit(world, person)
    edit = SlotEdit(capacity=0, affected=Affected.keep)
    await do(
        world,
        capacity.edit_slot,
        actor=manager,
        slot_id=booking.slot.id,
        edit=edit,
        seen_version=1,
        now=at(1, 9),
    )
    assert await world.counts(booking.slot.id) == (1, 1, 1)
    assert await jobs.release_unclaimed(world.database, at(1, 11)) == 1
    assert await world.counts(booking.slot.id) == (0, 0, 0)


async def no_show(world: World, actor: Actor, booking: BookingView, now: datetime) -> BookingView:
    return await do(world, no_shows.no_show, actor=actor, booking_id=booking.id, now=now)


async def test_the_manager_notes_who_did_not_come(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    noted = await no_show(world, manager, booking, at(1, 11, 5))
    assert noted.status is BookingStatus.no_show
    assert await world.counts(booking.slot.id) == (0, 0, 10)
    assert await no_show(world, manager, booking, at(1, 11, 6)) == noted, "twice changes nothing"
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "booking.missed")
    assert (deed.actor_id, deed.data) == (manager.person_id, {"why": "said_by_point"})
    assert await jobs.note_no_shows(world.database, at(2, 0)) == 0
    await assert_sound(world)


@pytest.mark.parametrize(
    ("now", "refusal"),
    [(at(1, 10, 59), "not-started"), (at(1, 11), None), (at(2, 11, 59), None), (at(2, 12), "slot-over")],
)
async def test_from_the_start_to_a_day_after_the_end(
    world: World, manager: Actor, person: Actor, now: datetime, refusal: str | None
) -> None:
    assert Policy().correction_hours == 24
    booking = await visit(world, person)
    if refusal is None:
        assert (await no_show(world, manager, booking, now)).status is BookingStatus.no_show
        return
    with pytest.raises(ActionRefusedError) as refused:
        await no_show(world, manager, booking, now)
    assert codes_of(refused) == [refusal]


async def test_an_arrival_noted_by_mistake_is_taken_back(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11))
    noted = await no_show(world, manager, booking, at(1, 11, 1))
    assert (noted.status, noted.checked_in_at) == (BookingStatus.no_show, None)
    assert await world.counts(booking.slot.id) == (0, 0, 10)
    came = await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11, 2))
    assert (came.status, came.queue_number) == (BookingStatus.attended, 2)
    assert await world.counts(booking.slot.id) == (1, 1, 10)
    await assert_sound(world)


async def test_who_rated_the_visit_was_there(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11))
    await do(
        world, ratings.rate, actor=person, booking_id=booking.id, given=RatingOrder(stars=5), now=at(1, 12)
    )
    with pytest.raises(ActionRefusedError) as refused:
        await no_show(world, manager, booking, at(1, 12))
    assert codes_of(refused) == ["already-rated"]


async def test_a_cancelled_booking_is_not_missed(world: World, manager: Actor, person: Actor) -> None:
    booking = await visit(world, person)
    await do(world, bookings.cancel, actor=person, booking_id=booking.id, now=at(1, 10))
    with pytest.raises(ActionRefusedError) as refused:
        await no_show(world, manager, booking, at(1, 11))
    assert codes_of(refused) == ["booking-over"]


async def test_only_the_points_people_note_it(world: World, person: Actor) -> None:
    booking = await visit(world, person)
    with pytest.raises(ForbiddenError):
        await no_show(world, person, booking, at(1, 12))
    for outsider in (manager_of(HILL_HOUSE), SYSTEM):
        with pytest.raises(NotFoundError):
            await no_show(world, outsider, booking, at(1, 12))
