"""Connections for work that the driver does alone (`models.driver`): kept at hand, and set for it.

SQLAlchemy makes them. Taking one from its pool and giving it back costs as much as a small statement, each time; here
they are taken once and kept.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

RESTED_S = 1.0
"""A connection unused for so long is asked whether it still lives."""
WAITS_S = 10.0
"""So long whoever wants a connection waits for one."""

SETTINGS = {
    "plan_cache_mode": "force_generic_plan",
    **{f"enable_{way}": "off" for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin")},
}
"""Such work runs few statements again and again, each row by a key: planning them anew for their values gains nothing. And
a plan is kept as long as its connection, so one made while a table was small, or just emptied, must not be to read all
of it.
"""


class Drivers:
    """So many connections at most, made when first needed. The last one used is the next: its plans are warm."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self.engine = engine
        self._room = asyncio.Semaphore(most)
        self._idle: list[tuple[float, AsyncConnection, asyncpg.Connection]] = []

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection for the length of a block, outside a transaction. Raises SQLAlchemy's TimeoutError when none becomes
        free.
        """
        try:
            async with asyncio.timeout(WAITS_S):
                await self._room.acquire()
        except TimeoutError as error:
            raise PoolTimeoutError from error
        try:
            kept, driver = await self._living()
            try:
                yield driver
            finally:
                if driver.is_closed():
                    await self._forget(kept)
                else:
                    self._idle.append((time.monotonic(), kept, driver))
        finally:
            self._room.release()

    async def close(self) -> None:
        """Closes all that are not in use."""
        while self._idle:
            _, kept, _ = self._idle.pop()
            await kept.close()
        await self.engine.dispose()

    async def _living(self) -> tuple[AsyncConnection, asyncpg.Connection]:
        while self._idle:
            since, kept, driver = found = self._idle.pop()
            try:
                lives = await _lives(driver, rested=time.monotonic() - since > RESTED_S)
            except asyncio.CancelledError:
                self._idle.append(found)
                raise
            if lives:
                return kept, driver
            await self._forget(kept)
        kept = await self.engine.connect()
        return kept, (await kept.get_raw_connection()).driver_connection

    async def _forget(self, kept: AsyncConnection) -> None:
        await kept.invalidate()
        await kept.close()


async def _lives(driver: asyncpg.Connection, *, rested: bool) -> bool:
    if driver.is_closed():
        return False
    if rested:
        try:
            await driver.execute("SELECT")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            return False
    return True
