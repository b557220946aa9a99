"""What goes wrong with the database for a moment is told as busy, never as a fault of the program: it is worth asking again."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from models import database as databases
from models.database import DatabaseBusyError, open_database, reading_driver, transaction
from tests.api.calling import Caller, problem_of
from tests.databases import Templates
from tests.world import World

FIRST = {"channel": "telegram", "user_id": "8001", "name": "王阿姨", "language": "zh-CN"}


@asynccontextmanager
async def gone(templates: Templates, name: str) -> AsyncIterator[None]:
    """The database is not there for a while, as while it is restored from a backup."""
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    await templates.administer(end.format(name))
    await templates.administer(f'ALTER DATABASE "{name}" RENAME TO "{name}_aside"')
    try:
        yield
    finally:
        await templates.administer(f'ALTER DATABASE "{name}_aside" RENAME TO "{name}"')


async def test_a_database_that_is_being_restored(world: World, templates: Templates) -> None:
    api = Caller(world)
    name = str(world.database.engine.url.database)
    assert (await api.post("/v1/auth/chat", "service", json=FIRST)).status_code == 200
    async with gone(templates, name):
        for _ in range(3):
            problem_of(await api.post("/v1/auth/chat", "service", json=FIRST), 503, "busy")
        with pytest.raises(DatabaseBusyError):
            async with reading_driver(world.database):
                pass
    assert (await api.post("/v1/auth/chat", "service", json=FIRST)).status_code == 200


@pytest.mark.parametrize(
    ("limit", "statement"),
    [
        ("SET LOCAL statement_timeout = 20", "SELECT pg_sleep(5)"),
        ("SET LOCAL idle_in_transaction_session_timeout = 20", "SELECT"),
        ("SELECT pg_cancel_backend(pg_backend_pid())", "SELECT pg_sleep(1)"),
    ],
)
async def test_what_the_database_gave_up(world: World, limit: str, statement: str) -> None:
    """Limits that somebody has set for the whole server, and a statement that somebody ended by hand."""

    async def work() -> None:
        async with transaction(world.database) as session:
            await session.execute(text(limit))
            await asyncio.sleep(0.2)
            await session.execute(text(statement))

    with pytest.raises(DatabaseBusyError):
        await work()
    async with transaction(world.database) as session:
        assert (await session.execute(text("SELECT 1"))).scalar() == 1


async def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes connections, and says nothing: it is overloaded, or something before it is."""
    monkeypatch.setattr(databases, "CONNECTS_S", 0.1)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        database = open_database(f"postgresql://x@127.0.0.1:{silent.getsockname()[1]}/x")
        with pytest.raises(DatabaseBusyError):
            async with transaction(database) as session:
                await session.execute(text("SELECT 1"))
        with pytest.raises(DatabaseBusyError):
            async with reading_driver(database):
                pass


async def test_a_server_whose_name_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names are asked of somebody else, who may be away as well."""

    async def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    with pytest.raises(DatabaseBusyError):
        async with transaction(open_database("postgresql://x@database.example/x")) as session:
            await session.execute(text("SELECT 1"))
