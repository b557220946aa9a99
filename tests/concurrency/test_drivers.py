"""Connections that are kept for the driver: few, used again, and replaced when the database has let go of them."""

import asyncio

import asyncpg
import pytest

from models import drivers
from models.database import DRIVERS, Database, DatabaseBusyError, driver_transaction, reading_driver
from models.drivers import SETTINGS
from tests.world import World


async def backend(database: Database, pause_s: float = 0.0) -> int:
    """The process that answers."""
    async with reading_driver(database) as driver:
        await asyncio.sleep(pause_s)
        return int(await driver.fetchval("SELECT pg_backend_pid()"))


async def test_one_connection_does_for_one_after_another(world: World) -> None:
    assert len({await backend(world.database) for _ in range(5)}) == 1


async def test_there_are_no_more_than_so_many_however_many_ask(world: World) -> None:
    asked = await asyncio.gather(*(backend(world.database, 0.05) for _ in range(4 * DRIVERS)))
    assert len(set(asked)) == DRIVERS


async def test_who_waits_too_long_for_one_is_told_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drivers, "WAITS_S", 0.05)
    held = [asyncio.create_task(backend(world.database, 0.5)) for _ in range(DRIVERS)]
    await asyncio.sleep(0.1)
    with pytest.raises(DatabaseBusyError):
        await backend(world.database)
    await asyncio.gather(*held)
    assert await backend(world.database)


@pytest.mark.parametrize("rested_s", [0.0, 3600.0])
async def test_one_that_the_database_ended_is_replaced(
    world: World, monkeypatch: pytest.MonkeyPatch, rested_s: float
) -> None:
    """Noticed by asking it, where it has rested, or because the socket has closed."""
    monkeypatch.setattr(drivers, "RESTED_S", rested_s)
    before = await backend(world.database)
    async with world.database.engine.connect() as other:
        await other.exec_driver_sql(f"SELECT pg_terminate_backend({before})")
    await asyncio.sleep(0.2)
    assert await backend(world.database) != before


async def test_one_that_ends_in_the_middle_is_not_used_again(world: World) -> None:

    async def ended() -> None:
        async with driver_transaction(world.database) as driver:
            await driver.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseBusyError):
        await ended()
    assert await backend(world.database)


async def test_a_transaction_that_fails_or_is_given_up_leaves_nothing_behind(world: World) -> None:

    async def work(ends: str) -> None:
        async with driver_transaction(world.database) as driver:
            await driver.execute("CREATE TABLE left_behind ()")
            await driver.execute(ends)

    with pytest.raises(asyncpg.PostgresError):
        await work("SELECT 1 / 0")
    given_up = asyncio.create_task(work("SELECT pg_sleep(30)"))
    await asyncio.sleep(0.3)
    given_up.cancel()
    await asyncio.gather(given_up, return_exceptions=True)
    async with reading_driver(world.database) as driver:
        assert not driver.is_in_transaction()
        assert await driver.fetchval("SELECT to_regclass('left_behind')") is None


async def test_they_are_set_for_statements_by_key(world: World) -> None:
    async with reading_driver(world.database) as driver:
        found = {name: await driver.fetchval(f"SHOW {name}") for name in SETTINGS}
        assert found == SETTINGS
        assert await driver.fetchval("SHOW lock_timeout") == "5s"
        assert await driver.fetchval("SHOW timezone") == "UTC"
