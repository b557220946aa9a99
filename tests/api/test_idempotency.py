"""The same Idempotency-Key: the first answer again, byte for byte (product: Booking 2)."""

from typing import Any

import httpx
import pytest
from sqlalchemy import text

from models.database import transaction
from scheduling.actors import Actor
from scheduling.idempotency import Key, recall
from tests.api.calling import Caller, problem_of
from tests.world import HAIRCUT, LUNCH, at

PATH = "/v1/bookings"


async def order(api: Caller, by: Actor, slot: object, key: str | None = "one", **more: Any) -> httpx.Response:
    return await api.post(PATH, by, key=key, json={"slot_id": str(slot), **more})


def same(first: httpx.Response, second: httpx.Response) -> bool:
    """Status, media type and every byte."""
    kind = "content-type"
    return (first.status_code, first.headers[kind], first.content) == (
        second.status_code,
        second.headers[kind],
        second.content,
    )


async def test_a_repeat_gets_the_first_answer_and_does_nothing(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()
    first = await order(api, person, slot, party=2, note="少盐")
    assert first.status_code == 201
    await api.world.book(await api.world.person(), slot, 3)
    api.now = at(0, 12)
    for _ in range(2):
        assert same(first, await order(api, person, slot, party=2, note="少盐"))
    assert await api.world.counts(slot) == (5, 5, 10)


async def test_what_is_said_counts_and_not_how_it_is_written(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()
    first = await order(api, person, slot, party=2)
    spaced = f'{{ "party":2 ,\n "slot_id":"{slot}" }}'
    again = await api.post(
        PATH, person, key="one", content=spaced, headers={"content-type": "application/json"}
    )
    assert same(first, again)


async def test_the_same_key_with_another_request_is_refused(api: Caller, person: Actor) -> None:
    slot, other = await api.world.slot(), await api.world.slot(HAIRCUT, at(2, 9))
    booking = (await order(api, person, slot)).json()["id"]
    problem_of(await order(api, person, slot, party=2), 422, "idempotency-key-reused")
    problem_of(await order(api, person, other), 422, "idempotency-key-reused")
    answer = await api.post(f"{PATH}/{booking}/cancel", person, key="one")
    problem_of(answer, 422, "idempotency-key-reused")
    assert await api.world.counts(slot) == (1, 1, 10)
    assert await api.world.counts(other) == (0, 0, 10)


async def test_without_a_key_each_request_counts(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()
    await order(api, person, slot, key=None)
    body = problem_of(await order(api, person, slot, key=None), 409, "booking-refused")
    assert body["reasons"][0]["clash"]["same_slot"] is True


async def test_keys_belong_to_the_person(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()
    first, other = await order(api, person, slot), await order(api, await api.world.person(), slot)
    assert (first.status_code, other.status_code) == (201, 201)
    assert first.json()["id"] != other.json()["id"]


async def test_a_request_in_flight_is_not_waited_for(api: Caller, person: Actor) -> None:
    """Another connection holds the key's advisory lock, as the first request does while it is answered."""
    slot = await api.world.slot()
    async with transaction(api.world.database) as session:
        assert await recall(session, Key(str(person.person_id), "one", b"being answered")) is None
        answer = await order(api, person, slot)
        problem_of(answer, 409, "idempotency-key-in-flight")
        assert int(answer.headers["retry-after"]) >= 1
        assert (await order(api, person, slot, key="two")).status_code == 201
        assert (await order(api, await api.world.person(), slot)).status_code == 201
    refused = await order(api, person, slot)
    assert problem_of(refused, 409, "booking-refused")["reasons"][0]["code"] == "overlapping-booking"


async def test_a_refusal_by_a_rule_is_an_answer_too(api: Caller, person: Actor) -> None:
    """A repeat is refused as before, alternatives and all, although a place is free now."""
    slot = await api.world.slot(LUNCH, capacity=0)
    await api.world.slot(LUNCH, at(1, 13))
    first = await order(api, person, slot)
    assert len(problem_of(first, 409, "booking-refused")["alternatives"]) == 1
    async with transaction(api.world.database) as session:
        await session.execute(text("UPDATE slot SET capacity = 5"))
    assert same(first, await order(api, person, slot))
    assert (await order(api, person, slot, key="two")).status_code == 201


async def test_an_error_is_no_answer_and_the_key_may_be_tried_again(api: Caller, person: Actor) -> None:
    slot = await api.world.slot()
    nowhere = "00000000-0000-0000-0000-000000000099"
    problem_of(await order(api, person, nowhere), 404, "not-found")
    problem_of(await order(api, person, slot, party=0), 422, "invalid-input")
    problem_of(
        await api.post(PATH, "nobody", key="one", json={"slot_id": str(slot)}), 401, "sign-in-required"
    )
    assert (await order(api, person, slot)).status_code == 201


async def test_moving_and_cancelling_repeat_as_well(api: Caller, person: Actor) -> None:
    here, there = await api.world.slot(), await api.world.slot(HAIRCUT, at(2, 9))
    path = f"{PATH}/{(await order(api, person, here)).json()['id']}"
    to = {"slot_id": str(there)}
    moved = await api.post(f"{path}/move", person, key="move", json=to)
    cancelled = await api.post(f"{path}/cancel", person, key="cancel")
    assert (moved.status_code, cancelled.status_code) == (200, 200)
    assert same(moved, await api.post(f"{path}/move", person, key="move", json=to))
    assert same(cancelled, await api.post(f"{path}/cancel", person, key="cancel"))
    refused = await api.post(f"{path}/move", person, key="again", json=to)
    problem_of(refused, 409, "action-refused")
    assert same(refused, await api.post(f"{path}/move", person, key="again", json=to))


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_has_a_length(api: Caller, person: Actor, key: str) -> None:
    answer = await order(api, person, await api.world.slot(), key=key)
    problem_of(answer, 422, "invalid-input")
