"""One answer for each Idempotency-Key (product: Booking 2)."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncSession

from models.database import in_transaction, transaction
from models.tables import IdempotencyRecord
from scheduling.errors import IdempotencyKeyInFlightError, IdempotencyKeyReusedError
from scheduling.idempotency import KEPT, Answer, Key, recall, remember
from scheduling.jobs import forget_answers
from tests.scheduling.acting import do, stored
from tests.world import NOW, World

KEY = Key(owner="somebody", key="the first", fingerprint=b"what was asked")
ANSWER = Answer(201, '{"zebra": 1, "ant":[1.50,null,"水"],"middle":{"b":true,"a":0}}')


async def answered(world: World, key: Key, answer: Answer = ANSWER) -> Answer:
    """Answers a request as the API does: from memory, or anew."""

    async def work(session: AsyncSession) -> Answer:
        known = await recall(session, key)
        if known is None:
            await remember(session, key, answer, now=NOW)
        return known or answer

    return await in_transaction(world.database, work)


async def test_the_first_answer_is_given_again_just_as_it_was(world: World) -> None:
    """Byte for byte: spacing and the order of fields too."""
    assert await answered(world, KEY) is ANSWER
    assert await answered(world, KEY, Answer(500, "{}")) == ANSWER


async def test_keys_belong_to_their_owner(world: World) -> None:
    await answered(world, KEY)
    other = Answer(409, '{"code":"no"}')
    assert await answered(world, replace(KEY, owner="somebody else"), other) is other
    assert await answered(world, replace(KEY, key="the second"), other) is other


async def test_a_key_used_for_another_request_is_refused(world: World) -> None:
    await answered(world, KEY)
    with pytest.raises(IdempotencyKeyReusedError):
        await answered(world, replace(KEY, fingerprint=b"something else"))


async def test_a_key_in_use_is_in_flight_and_not_waited_for(world: World) -> None:
    async with transaction(world.database) as session:
        assert await recall(session, KEY) is None
        with pytest.raises(IdempotencyKeyInFlightError):
            await asyncio.wait_for(do(world, recall, KEY), timeout=2)
        assert await do(world, recall, replace(KEY, key="the second")) is None
        await remember(session, KEY, ANSWER, now=NOW)
    assert await do(world, recall, KEY) == ANSWER


async def test_what_was_rolled_back_may_be_tried_again(world: World) -> None:
    async def fail(session: AsyncSession) -> None:
        await recall(session, KEY)
        await remember(session, KEY, ANSWER, now=NOW)
        message = "after the work"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        await in_transaction(world.database, fail)
    assert await answered(world, KEY) is ANSWER


async def test_an_answer_that_came_first_is_never_passed_over(world: World) -> None:
    """Somebody's commit falls between the moment at which a transaction looks for the answer and that at which it gets
    the key's lock: then it works in vain, is undone, and finds the answer.
    """
    tries = 0

    async def late(session: AsyncSession) -> Answer:
        nonlocal tries
        tries += 1
        if (known := await recall(session, KEY)) is not None:
            return known
        async with transaction(world.database) as faster:
            await remember(faster, KEY, ANSWER, now=NOW)
        mine = Answer(201, '{"a second":"booking"}')
        await remember(session, KEY, mine, now=NOW)
        return mine

    assert await in_transaction(world.database, late) == ANSWER
    assert tries == 2


async def test_answers_are_kept_for_a_day(world: World) -> None:
    await answered(world, KEY)
    assert await forget_answers(world.database, NOW + KEPT) == 0
    assert await answered(world, KEY, Answer(500, "{}")) == ANSWER
    assert await forget_answers(world.database, NOW + KEPT + timedelta(seconds=1)) == 1
    assert await stored(world, IdempotencyRecord) == []


@given(st.text(max_size=60), st.text(max_size=200))
def test_every_key_has_a_lock_that_the_database_can_take(owner: str, key: str) -> None:
    """Advisory locks are signed 64-bit numbers; what was asked does not matter for them."""
    one, other = Key(owner, key, b"one"), Key(owner, key, b"other")
    assert -(2**63) <= one.lock < 2**63
    assert one.lock == other.lock
    assert one.lock != Key(owner, key + "!", b"one").lock
