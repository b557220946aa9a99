"""A success is said after the commit: one that fails answers 5xx, never 201 (architecture: committed before the answer)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, text
from sqlmodel import col
from structlog.testing import capture_logs

from models.database import transaction
from models.tables import ChannelIdentity
from scheduling.actors import Actor
from tests.api.calling import Caller, problem_of
from tests.world import CANTEEN, LUNCH, World, at

FUNCTION = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the commit fails' USING ERRCODE = '{state}'; END $$
"""
TRIGGER = """
CREATE CONSTRAINT TRIGGER fail AFTER INSERT OR UPDATE ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION fail()
"""


@asynccontextmanager
async def failing_commits(world: World, table: str, state: str = "P0001") -> AsyncIterator[None]:
    """Every transaction that changes the table fails, but only at its commit, when all its statements succeeded."""
    async with transaction(world.database) as session:
        await session.execute(text(FUNCTION.format(state=state)))
        await session.execute(text(TRIGGER.format(table=table)))
    yield
    async with transaction(world.database) as session:
        await session.execute(text("DROP FUNCTION fail CASCADE"))


async def test_a_booking_whose_commit_fails_is_not_made(api: Caller, person: Actor) -> None:
    """A route of the creating kind, which answers by itself after its own commit."""
    slot = await api.world.slot()

    async def order() -> httpx.Response:
        return await api.post("/v1/bookings", person, key="one", json={"slot_id": str(slot)})

    async with failing_commits(api.world, "booking"):
        problem_of(await order(), 500, "internal-error")
    assert await api.world.counts(slot) == (0, 0, 10)
    assert (await api.get("/v1/bookings", person)).json()["items"] == []
    assert (await order()).status_code == 201, "nothing was kept for the key either"
    assert await api.world.counts(slot) == (1, 1, 10)


async def test_moving_and_cancelling_that_cannot_be_committed(api: Caller, person: Actor) -> None:
    slot, other = await api.world.slot(), await api.world.slot(LUNCH, at(2, 11))
    booking = await api.world.book(person, slot)
    path = f"/v1/bookings/{booking.id}"
    async with failing_commits(api.world, "booking"):
        problem_of(await api.post(f"{path}/cancel", person), 500, "internal-error")
        answer = await api.post(f"{path}/move", person, json={"slot_id": str(other)})
        problem_of(answer, 500, "internal-error")
    assert (await api.get(path, person)).json()["status"] == "confirmed"
    assert (await api.world.counts(slot), await api.world.counts(other)) == ((1, 1, 10), (0, 0, 10))


async def test_a_refusal_that_cannot_be_kept_is_no_answer(api: Caller, person: Actor) -> None:
    """With a key, a refusal is promised to stay the same: when it cannot be stored, it is not said."""
    full = await api.world.slot(capacity=0)
    async with failing_commits(api.world, "idempotency_record"):
        answer = await api.post("/v1/bookings", person, key="one", json={"slot_id": str(full)})
        problem_of(answer, 500, "internal-error")
        answer = await api.post("/v1/bookings", person, json={"slot_id": str(full)})
        problem_of(answer, 409, "booking-refused")


async def test_routes_with_a_session_of_the_request(api: Caller, person: Actor) -> None:
    """Their transaction ends with the function, before the answer is sent; what failed can be done afterwards."""
    manager, leaving = await api.manager(CANTEEN), await api.world.person()
    slot = await api.world.slot(LUNCH, at(0, 10))
    booking = await api.world.book(person, slot, now=at(0, 8))
    seen = {"if-match": '"1"'}
    requests: list[tuple[str, str, Actor | str, str, dict[str, Any]]] = [
        ("person", "PATCH", person, "/v1/me", {"json": {"name": "新名"}}),
        ("consent", "POST", person, "/v1/me/consents", {"json": {"purpose": "service", "version": "1"}}),
        ("person", "POST", leaving, "/v1/auth/revoke", {}),
        ("slot", "PATCH", manager, f"/v1/slots/{slot}", {"json": {"capacity": 5}, "headers": seen}),
        ("booking", "POST", manager, f"/v1/bookings/{booking.id}/check-in", {}),
        ("person", "POST", "service", "/v1/auth/chat", {"json": {"channel": "web", "user_id": "1"}}),
    ]
    for table, method, by, path, more in requests:
        async with failing_commits(api.world, table):
            problem_of(await api.call(method, path, by, **more), 500, "internal-error")
        answer = await api.call(method, path, by, **more)
        assert answer.is_success, (path, answer.text)


async def test_a_commit_that_lost_a_race_is_repeated_and_then_asks_for_patience(
    api: Caller, person: Actor
) -> None:
    """Serialization failures and deadlocks: 503 with Retry-After, and nothing was done."""
    slot = await api.world.slot()
    for state in ("40001", "40P01"):
        async with failing_commits(api.world, "booking", state):
            answer = await api.post("/v1/bookings", person, key="one", json={"slot_id": str(slot)})
            problem_of(answer, 503, "busy")
            assert int(answer.headers["retry-after"]) >= 1
        with capture_logs() as logs:
            async with failing_commits(api.world, "person", state):
                problem_of(await api.patch("/v1/me", person, json={"name": "新名"}), 503, "busy")
        (said,) = (line for line in logs if line["event"] == "api.busy")
        assert (said["route"], said["sqlstate"]) == ("/v1/me", state)
        assert "新名" not in str(said)
    assert await api.world.counts(slot) == (0, 0, 10)
    assert (await api.get("/v1/me", person)).json()["name"] == "王阿姨"


async def fails_once(world: World, table: str) -> None:
    """The first transaction that changes the table loses a race at its commit."""
    async with transaction(world.database) as session:
        await session.execute(text("CREATE SEQUENCE tries"))
        once = "IF nextval('tries') = 1 THEN RAISE EXCEPTION 'once' USING ERRCODE = '40001'; END IF; RETURN NULL;"
        body = f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {once} END $$"
        await session.execute(text(body))
        await session.execute(text(TRIGGER.format(table=table)))


async def test_a_race_that_is_lost_once_is_won_the_second_time(api: Caller, person: Actor) -> None:
    """The whole transaction is repeated, and the client never hears of it."""
    slot = await api.world.slot()
    await fails_once(api.world, "booking")
    answer = await api.post("/v1/bookings", person, key="one", json={"slot_id": str(slot)})
    assert answer.status_code == 201
    assert await api.world.counts(slot) == (1, 1, 10)


@pytest.mark.parametrize("table", ["person", "channel_identity"])
async def test_signing_in_from_a_chat_loses_no_race(api: Caller, table: str) -> None:
    """It stands before whatever somebody does in a chat, so it does not leave trying again to them."""
    await fails_once(api.world, table)
    who = {"channel": "telegram", "user_id": "8001", "name": "王阿姨", "language": "zh-CN"}
    assert (await api.post("/v1/auth/chat", "service", json=who)).status_code == 200
    async with transaction(api.world.database) as session:
        same = select(func.count()).where(col(ChannelIdentity.address) == "8001")
        assert (await session.execute(same)).scalar_one() == 1
