"""Template databases: built once a run, cloned for each test in tens of milliseconds."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import asyncpg
import fasteners
from sqlalchemy import Engine, event

from governance.demo import seed_grid
from lastmetre.migrate import migrate
from models.data import read_divisions
from models.database import Database, open_database, transaction
from models.embedded import EmbeddedServer, ensure_database
from scheduling.demo.plan import demo_plan
from scheduling.demo.seed import seed
from tests.world import build_small_world

DEMO_NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""The moment at which the demonstration of the tests was seeded: a Monday, 9 in the morning in the district."""


SHORT_LIVED = ("fsync = off", "full_page_writes = off", "max_wal_size = '256MB'")
"""What a test writes need not survive a power cut, nor take much room; commits stay commits."""


def _follow_the_url(engine: Engine, _: object, __: object, ___: object, arguments: dict[str, object]) -> None:
    arguments["database"] = engine.url.database


class Templates:
    """Builds templates when they are first asked for, under a lock that all workers share."""

    def __init__(self, server: EmbeddedServer) -> None:
        self._server = server
        self._ready: set[str] = set()
        self._idle: list[Database] = []

    @asynccontextmanager
    async def clone(self, kind: str) -> AsyncIterator[Database]:
        """A database of one's own, dropped afterwards."""
        await self._ensure(kind)
        name = f"test_{uuid.uuid4().hex[:12]}"
        await self.administer(f'CREATE DATABASE "{name}" TEMPLATE "template_{kind}" STRATEGY file_copy')
        database = self._opened(name)
        try:
            yield database
        finally:
            await database.close()
            self._idle.append(database)
            await self.administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _opened(self, name: str) -> Database:
        """Engines are used again: they know how statements compile, which takes longer than running them."""
        database = self._idle.pop() if self._idle else self._new_engine(name)
        for engine in (database.engine, database.drivers.engine):
            engine.sync_engine.url = engine.url.set(database=name)
        return database

    def _new_engine(self, name: str) -> Database:
        database = open_database(self._server.url(name), pool_size=12)
        for engine in (database.engine.sync_engine, database.drivers.engine.sync_engine):
            event.listen(engine, "do_connect", partial(_follow_the_url, engine))
        return database

    async def _ensure(self, kind: str) -> None:
        if kind in self._ready:
            return
        lock = fasteners.InterProcessLock(Path(self._server.socket_folder).parent / f"template-{kind}.lock")
        await asyncio.to_thread(lock.acquire)
        try:
            if not await self._exists(f"template_{kind}"):
                await self._build(kind)
        finally:
            lock.release()
        self._ready.add(kind)

    async def _build(self, kind: str) -> None:
        for setting in SHORT_LIVED:
            await self.administer(f"ALTER SYSTEM SET {setting}")
        await self.administer("SELECT pg_reload_conf()")
        name = f"building_{uuid.uuid4().hex[:8]}"
        await ensure_database(self._server, name)
        database = open_database(self._server.url(name), pool_size=2)
        try:
            await migrate(database.engine)
            async with transaction(database) as session:
                if kind == "small":
                    await build_small_world(session)
                elif kind == "demo":
                    await seed(session, plan=demo_plan(read_divisions()), now=DEMO_NOW)
                    await seed_grid(session, now=DEMO_NOW)
        finally:
            await database.close()
        await self.administer(f'ALTER DATABASE "{name}" RENAME TO "template_{kind}"')

    async def _exists(self, name: str) -> bool:
        connection = await self._connect()
        try:
            return bool(await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name))
        finally:
            await connection.close()

    async def administer(self, statement: str) -> None:
        """Runs a statement on the server itself, beside all databases of tests."""
        connection = await self._connect()
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def _connect(self) -> asyncpg.Connection:
        return await asyncpg.connect(user="postgres", database="postgres", host=self._server.socket_folder)
