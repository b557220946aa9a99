"""Orders gathered from many people over real commits (product: Booking 1, 2)."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from api.orders import Ask, Orders
from models.database import transaction
from models.driver import Running
from models.shapes.bookings import BookingOrder, BookingView
from scheduling import desk, grants, places
from scheduling.actors import Actor
from scheduling.check import check
from scheduling.errors import (
    BookingRefusedError,
    IdempotencyKeyInFlightError,
    IdempotencyKeyReusedError,
    NotFoundError,
    SignInRequiredError,
)
from scheduling.idempotency import Answer, Key
from scheduling.signing_in import Identity
from tests.concurrency.unlocked import unlock_desk
from tests.world import NOW, World, at


def ask(person: Actor, slot: UUID, key: str | None = None, *, epoch: int = 0, body: bytes = b"") -> Ask:
    assert person.person_id is not None
    named = None if key is None else Key(str(person.person_id), key, body)
    return Ask(Identity(person.person_id, epoch), BookingOrder(slot_id=slot), named, NOW)


async def assert_sound(world: World) -> None:
    async with transaction(world.database) as session:
        assert await check(session, now=NOW) == []


def booked(answers: list[Answer | BaseException]) -> list[BookingView]:
    return [
        BookingView.model_validate_json(answer.body)
        for answer in answers
        if isinstance(answer, Answer) and answer.status == 201
    ]


async def test_two_hundred_at_once_and_fifty_places_by_two_processes(world: World) -> None:
    slot = await world.slot(capacity=50)
    people = await world.people(200)
    processes = [Orders(world.database) for _ in range(2)]
    answers = await asyncio.gather(
        *(processes[number % 2].place(ask(person, slot)) for number, person in enumerate(people)),
        return_exceptions=True,
    )
    assert len(booked(answers)) == 50
    assert sum(isinstance(answer, BookingRefusedError) for answer in answers) == 150
    assert await world.counts(slot) == (50, 50, 50)
    await assert_sound(world)


async def test_control_without_the_lock_the_count_alone_stops_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes read the same count; the conditional statement fails the second's batch, which is done again apart."""
    unlock_desk(monkeypatch)
    drifted = 0

    async def counting(running: Running, *args: Any, **kwargs: Any) -> set[UUID]:
        nonlocal drifted
        try:
            return await occupy(running, *args, **kwargs)
        except places.CountDriftedError:
            drifted += 1
            raise

    occupy = places.occupy
    monkeypatch.setattr(places, "occupy", counting)
    slot = await world.slot(capacity=5)
    people = await world.people(20)
    processes = [Orders(world.database) for _ in range(2)]
    answers = await asyncio.gather(
        *(processes[number % 2].place(ask(person, slot)) for number, person in enumerate(people)),
        return_exceptions=True,
    )
    assert drifted > 0, "the race is real"
    assert len(booked(answers)) == 5
    assert await world.counts(slot) == (5, 5, 5)


async def test_a_slot_that_somebody_holds_holds_up_no_other(world: World) -> None:
    """A manager's long transaction has one slot; everybody else's orders go on, and its own come after it."""
    held, free = await world.slot(capacity=10), await world.slot(start=at(1, 12), capacity=10)
    one, *others = await world.people(6)
    orders = Orders(world.database)
    async with transaction(world.database) as session:
        await session.execute(text("SELECT 1 FROM slot WHERE id = :id FOR UPDATE"), {"id": held})
        waiting = asyncio.ensure_future(orders.place(ask(one, held)))
        answers = await asyncio.wait_for(
            asyncio.gather(*(orders.place(ask(person, free)) for person in others)), timeout=3
        )
        assert len(booked(list(answers))) == 5
        assert not waiting.done()
    assert (await waiting).status == 201
    await assert_sound(world)


async def test_a_person_who_is_being_decided_upon_holds_up_nobody_else(world: World) -> None:
    slot, other = await world.slot(capacity=10), await world.slot(start=at(1, 12), capacity=10)
    one, two = await world.people(2)
    orders = Orders(world.database)
    async with transaction(world.database) as session:
        await session.execute(
            text("SELECT 1 FROM person WHERE id = :id FOR NO KEY UPDATE"), {"id": one.person_id}
        )
        waiting = asyncio.ensure_future(orders.place(ask(one, slot)))
        assert (await asyncio.wait_for(orders.place(ask(two, other)), 3)).status == 201
        assert not waiting.done()
    assert (await waiting).status == 201


async def test_one_batch_has_an_outcome_for_each(world: World) -> None:
    slot, later = await world.slot(capacity=2), await world.slot(start=at(1, 12), capacity=2)
    one, two, three, four = await world.people(4)
    orders = Orders(world.database)
    assert (await orders.place(ask(four, later, "first"))).status == 201
    assert (await orders.place(ask(three, later, "other"))).status == 201
    again, reused, unknown, revoked, good, twice, beside, full = await asyncio.gather(
        orders.place(ask(four, later, "first")),
        orders.place(ask(three, slot, "other", body=b"something else")),
        orders.place(ask(one, UUID(int=7))),
        orders.place(ask(one, slot, epoch=3)),
        orders.place(ask(one, slot, "key")),
        orders.place(ask(one, slot, "key")),
        orders.place(ask(two, slot)),
        orders.place(ask(four, slot)),
        return_exceptions=True,
    )
    assert booked([again])[0].attendee.id == four.person_id
    assert isinstance(reused, IdempotencyKeyReusedError)
    assert isinstance(unknown, NotFoundError)
    assert isinstance(revoked, SignInRequiredError)
    assert [view.attendee.id for view in booked([good, beside])] == [one.person_id, two.person_id]
    assert isinstance(twice, IdempotencyKeyInFlightError)
    assert isinstance(full, BookingRefusedError), "two places were there, and two were first"
    assert await orders.place(ask(one, slot, "key")) == good
    assert await world.counts(slot) == (2, 2, 2)
    await assert_sound(world)


@pytest.fixture
def few_codes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Codes are drawn from this list, and clash."""
    drawn = ["111111", "111111", "111111", "222222", "111111", "333333"]
    for room in (desk, grants):
        monkeypatch.setattr(room, "new_code", lambda: drawn.pop(0))
    return drawn


async def test_a_code_that_is_taken_is_drawn_anew(world: World, few_codes: list[str]) -> None:
    """Each with a code of its own at that point on that day, in one batch, and none undone for it."""
    slot = await world.slot(capacity=10)
    people = await world.people(3)
    orders = Orders(world.database)
    answers = await asyncio.gather(*(orders.place(ask(person, slot)) for person in people))
    assert sorted(view.code for view in booked(list(answers))) == ["111111", "222222", "333333"]
    assert few_codes == []
    for view in booked(list(answers)):
        async with transaction(world.database) as session:
            row = await session.execute(
                text(
                    "SELECT code, (SELECT data->>'code' FROM notice WHERE booking_id = b.id LIMIT 1)"
                    " FROM booking AS b WHERE id = :id"
                ),
                {"id": view.id},
            )
            assert set(row.one()) == {view.code}, "in the table and in the reminder"
    await assert_sound(world)


async def test_a_batch_whose_commit_fails_is_answered_to_nobody(world: World) -> None:
    slot = await world.slot(capacity=10)
    people = await world.people(4)
    function = (
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$"
    )
    trigger = (
        "CREATE CONSTRAINT TRIGGER fail AFTER INSERT ON booking DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION fail()"
    )
    async with transaction(world.database) as session:
        await session.execute(text(function))
        await session.execute(text(trigger))
    orders = Orders(world.database)
    answers = await asyncio.gather(
        *(orders.place(ask(person, slot, "key")) for person in people), return_exceptions=True
    )
    assert all(isinstance(answer, Exception) for answer in answers)
    assert await world.counts(slot) == (0, 0, 10)
    async with transaction(world.database) as session:
        await session.execute(text("DROP FUNCTION fail CASCADE"))
    answers = await asyncio.gather(*(orders.place(ask(person, slot, "key")) for person in people))
    assert len(booked(list(answers))) == 4, "nothing was kept for the keys"
    await assert_sound(world)
