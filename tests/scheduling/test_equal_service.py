"""Equal service (product: Booking 9): nothing depends on how long somebody has lived here, where their home is, or who
registered them. The engine does not even read it.
"""

import ast
import inspect
import json
import re
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import PersonId
from models.shapes.base import Shape
from models.shapes.bookings import BookingOrder
from models.shapes.people import ChatSignIn
from models.shapes.registration import PersonOrder
from models.shapes.waitlist import SeriesOrder, WaitlistOrder
from models.tables import Person, WaitlistEntry
from models.vocabulary import Channel, WaitlistStatus
from scheduling import alternatives, bookings, registration, series, signing_in, waitlist
from scheduling.actors import Actor
from scheduling.errors import BookingRefusedError
from scheduling.queries.slot_search import search_slots
from tests.scheduling.acting import do, sql, stored
from tests.world import CANTEEN, HAIRCUT, HILL_HOUSE, HILL_LUNCH, NOW, READING, World, at, manager_of

ROOT = Path(__file__).parents[2]
BORN = date(1955, 1, 1)

WHERE_SOMEBODY_LIVES = {"home_division", "home_latitude", "home_longitude"}

MAY_READ_IT = {
    "scheduling/people.py": "people see and change their own data",
    "scheduling/registration.py": "it is written down when somebody is registered",
    "scheduling/household.py": "which staff may record a consent on paper",
    "scheduling/rosters/asking.py": "volunteers near a shift are asked first: it is their help, not their place",
    "scheduling/rosters/suggestion.py": "a suggested roster spares volunteers long ways",
    "scheduling/demo/people.py": "made-up people have homes",
    "scheduling/demo/seed.py": "the same",
    "scheduling/identity/moving.py": "two accounts of one person become one",
    "scheduling/identity/emptying.py": "it is erased with the person",
    "governance/locating.py": "a request from home is routed to the home's grid cell",
    "governance/threads/desks.py": "who has no point in mind is answered by the people of their cell",
    "governance/demo.py": "made-up people ask about where they live",
}
"""Every module below the API that reads where somebody lives, and why; none of them decides about places."""


def reading(text: str, words: set[str]) -> set[str]:
    """Which of these words a source uses: as a name, an attribute, an argument, or a text of its own (SQL)."""
    found: set[str] = set()
    tree = ast.parse(text)
    for node in ast.walk(tree):
        used = [
            getattr(node, field)
            for field in ("id", "attr", "arg")
            if isinstance(getattr(node, field, None), str)
        ]
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            used += re.findall(r"\w+", node.value)
        found |= words & set(used)
    return found


def test_no_module_that_decides_about_places_reads_where_somebody_lives() -> None:
    """Booking 9: the rules, the desk, the waitlist and all others do not read it, so they cannot depend on it."""
    readers = {
        str(path.relative_to(ROOT))
        for folder in ("scheduling", "governance")
        for path in (ROOT / folder).rglob("*.py")
        if reading(path.read_text(encoding="utf-8"), WHERE_SOMEBODY_LIVES)
    }
    assert readers == set(MAY_READ_IT)


def test_control_reading_it_is_found_however_it_is_written() -> None:
    for line in (
        "person.home_division == point.division",
        "col(Person.home_latitude)",
        "getattr(person, 'home_division')",
        "text('SELECT 1 FROM person WHERE person.home_division IS NULL')",
        "Person(home_longitude=1)",
    ):
        assert reading(line, WHERE_SOMEBODY_LIVES), line
    assert not reading("person.home = division", WHERE_SOMEBODY_LIVES)


def test_the_table_of_persons_has_no_residency() -> None:
    """Neither household registration (hukou) nor since when somebody lives here is stored at all."""
    columns = set(Person.model_fields)
    assert not [name for name in columns if re.search(r"hukou|resid|regist|native|since|permit", name)]


def test_searching_asks_nobody_who_they_are() -> None:
    assert {"actor", "person", "person_id"}.isdisjoint(inspect.signature(search_slots).parameters)


async def long_time_resident(world: World) -> Actor:
    """Came by the chat years ago and lives next door."""
    signed_in = ChatSignIn(channel=Channel.web, user_id="old", name="居民")
    identity = await do(
        world,
        signing_in.sign_in_from_chat,
        actor=Actor(service=True),
        who=signed_in,
        now=NOW - timedelta(days=3000),
    )
    await sql(
        world,
        "UPDATE person SET home_division = '320115001001', home_latitude = 31.95, home_longitude = 118.84,"
        " birth_date = :born WHERE id = :id",
        born=BORN,
        id=identity.person_id,
    )
    return Actor(PersonId(identity.person_id))


async def newcomer(world: World) -> Actor:
    """Registered a minute ago by a point's manager, home far off or unknown."""
    manager = manager_of(CANTEEN, (await world.person("站长")).person_id)
    wanted = PersonOrder(name="居民", birth_date=BORN)
    made = await do(
        world,
        registration.register_person,
        actor=manager,
        wanted=wanted,
        now=NOW - timedelta(minutes=1),
    )
    return Actor(PersonId(made.id))


@pytest.fixture
async def two(world: World) -> tuple[Actor, Actor]:
    """Alike in all but how long they have been here, where they live, and who registered them."""
    return await long_time_resident(world), await newcomer(world)


Way = Callable[[AsyncSession, Actor], Awaitable[object]]


async def answer(world: World, actor: Actor, path: Way) -> str:
    """What somebody is told on this path, as JSON: the answer, or the refusal with its reasons. Nothing of it stays."""
    async with world.database.sessions() as session:
        try:
            told = await path(session, actor)
        except BookingRefusedError as refusal:
            told = [(reason.code, dict(reason.data)) for reason in refusal.reasons]
        await session.rollback()
    text = json.dumps(told, default=_plain, ensure_ascii=False)
    return re.sub(r'"code": "\d{6}"', '"code": "·"', text)


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, Shape) else str(value)


def without_ids_of_ones_own(one: str, other: str) -> tuple[str, str]:
    """Two answers without the ids that only one of them has: of the person, and of what was made for them."""
    shared = set(UUID.findall(one)) & set(UUID.findall(other))

    def masked(found: re.Match[str]) -> str:
        return found[0] if found[0] in shared else "·"

    return UUID.sub(masked, one), UUID.sub(masked, other)


UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def assert_equal(world: World, two: tuple[Actor, Actor], path: Way, *said: str) -> None:
    """Both are told the same, and it is what the test means to ask about."""
    one, other = [await answer(world, actor, path) for actor in two]
    for words in said:
        assert words in one
    one, other = without_ids_of_ones_own(one, other)
    assert one == other


def booking(slot: object, party: int = 1, now: datetime = NOW) -> Way:
    wanted = BookingOrder.model_validate({"slot_id": slot, "party": party})

    async def path(session: AsyncSession, actor: Actor) -> object:
        return await bookings.book(session, actor=actor, wanted=wanted, now=now)

    return path


async def test_booking_is_answered_alike(world: World, two: tuple[Actor, Actor]) -> None:
    slot = await world.slot()
    await assert_equal(world, two, booking(slot, 2), '"status": "confirmed"', '"party": 2')


async def test_priority_is_alike(world: World, two: tuple[Actor, Actor]) -> None:
    """Booking 3: by age, whoever somebody is."""
    slot = await world.slot(HAIRCUT, at(7, 20))
    await assert_equal(world, two, booking(slot), '"status": "confirmed"')
    await assert_equal(world, two, booking(slot, now=at(-1, 19)), "not-yet-open")


async def test_refusals_are_alike_with_every_reason(world: World, two: tuple[Actor, Actor]) -> None:
    slot = await world.slot(capacity=5)
    late = at(1, 10, 30)
    await assert_equal(
        world, two, booking(slot, 7, late), "booking-closed", "party-too-large", "not-enough-places"
    )


async def test_moving_and_cancelling_are_alike(world: World, two: tuple[Actor, Actor]) -> None:
    here, there = await world.slot(), await world.slot(start=at(2, 11))
    late = at(1, 10)

    async def path(session: AsyncSession, actor: Actor) -> object:
        made = await bookings.book(session, actor=actor, wanted=BookingOrder(slot_id=here), now=NOW)
        moved = await bookings.move(session, actor=actor, booking_id=made.id, slot_id=there, now=NOW)
        back = await bookings.move(session, actor=actor, booking_id=made.id, slot_id=here, now=NOW)
        cancelled = await bookings.cancel(session, actor=actor, booking_id=made.id, now=late)
        return [moved, back, cancelled]

    await assert_equal(world, two, path, '"late_cancel": true')


async def test_alternatives_are_alike(world: World, two: tuple[Actor, Actor]) -> None:
    """Booking 6: near the slot that was wanted, not near a home that only one of them has."""
    full = await world.slot(capacity=1)
    await world.book(await world.person(), full)
    await world.slot(start=at(1, 12))
    await world.slot(HILL_LUNCH, at(1, 11))
    await world.slot(start=at(2, 11))

    async def path(session: AsyncSession, actor: Actor) -> object:
        return await alternatives.propose(session, actor=actor, wanted=BookingOrder(slot_id=full), now=NOW)

    await assert_equal(world, two, path, "other_time", "other_day")


async def test_a_series_is_answered_alike(world: World, two: tuple[Actor, Actor]) -> None:
    slots = [await world.slot(READING, at(day, 14)) for day in (1, 2, 3)]
    wanted = SeriesOrder(slot_id=slots[0], rrule="FREQ=DAILY", until=date(2026, 11, 26))

    async def path(session: AsyncSession, actor: Actor) -> object:
        return await series.order(session, actor=actor, wanted=wanted, now=NOW)

    await assert_equal(world, two, path, '"status": "booked"')


async def test_joining_a_waitlist_is_answered_alike(world: World, two: tuple[Actor, Actor]) -> None:
    full = await world.slot(capacity=1)
    await world.book(await world.person(), full)

    async def path(session: AsyncSession, actor: Actor) -> object:
        return await waitlist.join(session, actor=actor, wanted=WaitlistOrder(slot_id=full), now=NOW)

    await assert_equal(world, two, path, '"status": "waiting"')


@pytest.mark.parametrize("first", [0, 1])
async def test_who_joined_first_is_offered_first(world: World, two: tuple[Actor, Actor], first: int) -> None:
    """Booking 7: priority by age, then time; whichever of the two came first."""
    full = await world.slot(capacity=1)
    holder = await world.person()
    held = await world.book(holder, full)
    queue = (two[first], two[1 - first])
    for minute, actor in enumerate(queue):
        await do(
            world,
            waitlist.join,
            actor=actor,
            wanted=WaitlistOrder(slot_id=full),
            now=NOW + timedelta(minutes=minute),
        )
    await do(world, bookings.cancel, actor=holder, booking_id=held.id, now=NOW + timedelta(hours=1))
    entries = await stored(world, WaitlistEntry, col(WaitlistEntry.status) == WaitlistStatus.offered)
    assert [entry.person_id for entry in entries] == [queue[0].person_id]
    assert {entry.priority for entry in await stored(world, WaitlistEntry)} == {True}


async def test_both_are_found_by_whoever_works_here(world: World, two: tuple[Actor, Actor]) -> None:
    """A point's manager finds and books for either, wherever they live."""
    manager = manager_of(HILL_HOUSE, (await world.person("山里站长")).person_id)
    found, _ = await do(
        world, registration.find_people, actor=manager, text="居民", now=NOW, limit=20, after=None
    )
    assert {one.id for one in found} == {actor.person_id for actor in two}
    slot = await world.slot(HILL_LUNCH, at(2, 11))
    for actor in two:
        assert await world.book(manager, slot, attendee=actor)


async def test_control_a_difference_would_be_seen(world: World, two: tuple[Actor, Actor]) -> None:
    """Two who differ in what does count, their age, are told different things."""
    slot = await world.slot(HAIRCUT, at(7, 20))
    young = await world.person("居民", birth_date=date(2000, 1, 1))
    with pytest.raises(AssertionError):
        await assert_equal(world, (two[0], young), booking(slot))
