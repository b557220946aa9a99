"""What a visit was worth, said once by those who came."""

from datetime import datetime, timedelta

import pytest
from pydantic import ValidationError
from sqlmodel import col

from models.shapes.bookings import BookingView
from models.shapes.door import WalkIn
from models.shapes.places import RatingSummary
from models.shapes.standing import RatingOrder, RatingView
from models.tables import AuditEntry, Rating
from scheduling import door, ratings, walk_ins
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from scheduling.policies import Policy
from scheduling.queries.points import point_services, service_view
from tests.scheduling.acting import do, stored
from tests.scheduling.doors import assert_sound, set_policy, visit
from tests.world import HAIRCUT, READING, READING_ROOM, World, at, manager_of


@pytest.fixture
async def manager(world: World) -> Actor:
    return manager_of(READING_ROOM, (await world.person("站长")).person_id)


@pytest.fixture
async def person(world: World) -> Actor:
    return await world.person()


@pytest.fixture
async def attended(world: World, manager: Actor, person: Actor) -> BookingView:
    """A reading from 11 to 12 tomorrow, and the person came."""
    booking = await visit(world, person)
    return await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11))


async def rate(
    world: World, actor: Actor, booking: BookingView, stars: int = 4, now: datetime = at(1, 12)
) -> RatingView:
    given = RatingOrder(stars=stars, comment=" 很好 ")
    return await do(world, ratings.rate, actor=actor, booking_id=booking.id, given=given, now=now)


def codes_of(error: pytest.ExceptionInfo[ActionRefusedError]) -> list[str]:
    return [reason.code for reason in error.value.reasons]


async def test_a_visit_is_rated_once(world: World, person: Actor, attended: BookingView) -> None:
    given = await rate(world, person, attended)
    assert (given.booking_id, given.stars, given.comment) == (attended.id, 4, "很好")
    (row,) = await stored(world, Rating)
    assert (row.service_id, row.point_id, row.person_id) == (READING, READING_ROOM, person.person_id)
    with pytest.raises(ActionRefusedError) as refused:
        await rate(world, person, attended, 1)
    assert codes_of(refused) == ["already-rated"]
    (deed,) = await stored(world, AuditEntry, col(AuditEntry.action) == "booking.rated")
    assert deed.data == {"stars": 4}
    await assert_sound(world)


async def test_only_who_came_rates(world: World, person: Actor) -> None:
    booking = await visit(world, person)
    with pytest.raises(ActionRefusedError) as refused:
        await rate(world, person, booking, now=at(40, 9))
    assert codes_of(refused) == ["not-attended", "rating-over"], "every reason at once"


async def test_for_thirty_days(world: World, person: Actor, attended: BookingView) -> None:
    assert Policy().rating_days == 30
    until = at(1, 12) + timedelta(days=30)
    with pytest.raises(ActionRefusedError) as refused:
        await rate(world, person, attended, now=until + timedelta(seconds=1))
    assert codes_of(refused) == ["rating-over"]
    await rate(world, person, attended, now=until)


async def test_whoever_booked_may_rate_and_strangers_learn_nothing(world: World, manager: Actor) -> None:
    daughter, mother = await world.person("女儿"), await world.person("妈妈")
    await world.link(daughter, mother)
    booking = await visit(world, daughter, attendee=mother)
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(1, 11))
    with pytest.raises(NotFoundError):
        await rate(world, await world.person(), booking)
    assert (await rate(world, daughter, booking)).stars == 4
    with pytest.raises(ActionRefusedError):
        await rate(world, mother, booking)


async def test_nobody_rates_a_point_that_they_manage(world: World, manager: Actor) -> None:
    """A walk-in is booked by the manager, who must not praise their own point."""
    slot = await world.slot(READING, at(1, 11))
    walk_in = WalkIn(name="路过的人")
    came = await do(world, walk_ins.take, actor=manager, slot_id=slot, walk_in=walk_in, now=at(1, 11))
    with pytest.raises(ForbiddenError):
        await rate(world, manager, came)


@pytest.mark.parametrize("stars", [0, 6, 3.5])
def test_stars_are_one_to_five(stars: float) -> None:
    with pytest.raises(ValidationError):
        RatingOrder.model_validate({"stars": stars})


async def rated(world: World, manager: Actor, *stars: int) -> None:
    """So many people came to one slot and said what it was worth."""
    slot = await world.slot(READING, at(2, 11), capacity=50)
    for person, given in zip(await world.people(len(stars)), stars, strict=True):
        booking = await world.book(person, slot)
        await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(2, 11))
        await rate(world, person, booking, given, at(2, 12))


async def test_the_average_is_shown_from_five_ratings_on(world: World, manager: Actor) -> None:
    assert Policy().ratings_shown_from == 5
    await rated(world, manager, 5, 4, 4, 5)
    assert (await do(world, service_view, service_id=READING)).rating is None
    person = await world.person()
    booking = await visit(world, person, at(3, 11))
    await do(world, door.check_in, actor=manager, booking_id=booking.id, now=at(3, 11))
    await rate(world, person, booking, 5, at(3, 12))
    expected = RatingSummary(average=4.6, count=5)
    assert (await do(world, service_view, service_id=READING)).rating == expected
    (listed,) = await do(world, point_services, point_id=READING_ROOM)
    assert listed.rating == expected
    assert (await do(world, service_view, service_id=HAIRCUT)).rating is None


async def test_from_how_many_on_is_a_policy(world: World, manager: Actor) -> None:
    await set_policy(world, READING, ratings_shown_from=2)
    await rated(world, manager, 1, 2)
    assert (await do(world, service_view, service_id=READING)).rating == RatingSummary(average=1.5, count=2)


async def test_a_service_that_is_not_there(world: World) -> None:
    with pytest.raises(NotFoundError):
        await do(world, service_view, service_id=READING_ROOM)
