"""The engine, and the one place that commits."""

import asyncio
import logging
import math
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

import asyncpg
from sqlalchemy import event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from models.driver import Driver
from models.drivers import RESTED_S, SETTINGS, Drivers

__all__ = [
    "AsyncSession",
    "Database",
    "DatabaseBusyError",
    "Driver",
    "driver_transaction",
    "in_driver_transaction",
    "in_transaction",
    "open_database",
    "reading_driver",
    "transaction",
]

LOCK_TIMEOUT = timedelta(seconds=5)
"""How long a statement waits for a lock before the whole transaction is given up and repeated."""

CONNECTS_S = 10.0
"""So long a server may take until a connection to it is made: then it is away, and whoever asks is told so."""

DRIVERS = 6
"""So many connections at most are for work without a session: two flushes, four lanes, or as many searches."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine, the sessions made from it, and the connections for work without one."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]
    drivers: Drivers

    async def close(self) -> None:
        """Closes all connections."""
        await self.drivers.close()
        await self.engine.dispose()


def open_database(url: str, *, pool_size: int = 6, application: str = "lastmetre") -> Database:
    """Opens a database by its SQLAlchemy URL (`postgresql+asyncpg://…`; a bare `postgresql://` is taken as that).

    Connections are made when first needed: `pool_size` at most for sessions, and DRIVERS besides. Every transaction runs at
    READ COMMITTED, in UTC, with a lock timeout.
    """
    settings = {
        "application_name": application,
        "timezone": "UTC",
        "lock_timeout": str(int(LOCK_TIMEOUT.total_seconds() * 1000)),
        "jit": "off",
    }
    engine = create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,  # the fewer are used, the warmer their plans
        connect_args={"server_settings": settings, "timeout": CONNECTS_S},
    )
    _ask_rested(engine)
    kept = create_async_engine(
        async_url(url),
        pool_size=DRIVERS,
        connect_args={"server_settings": {**settings, **SETTINGS}, "timeout": CONNECTS_S},
    )
    sessions = async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    return Database(engine, sessions, Drivers(kept, DRIVERS))


def _ask_rested(engine: AsyncEngine) -> None:
    """Asks a connection that has rested whether it still lives, before it is used; one that is dead is replaced.

    At every use (`pool_pre_ping`) the question would cost as much as a small statement.
    """
    dialect = engine.sync_engine.dialect

    @event.listens_for(engine.sync_engine, "checkin")
    def rest(_: object, record: ConnectionPoolEntry) -> None:
        record.info["resting_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def ask(connection: DBAPIConnection, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info.get("resting_since", math.inf) <= RESTED_S:
            return
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error


def async_url(url: str) -> str:
    """The same URL with the asyncpg driver named."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgresql", "postgres"}:
        return f"postgresql+asyncpg://{rest}"
    return url


def is_database_url(url: str) -> bool:
    """Whether `url` is one that `open_database` takes: PostgreSQL, by asyncpg."""
    try:
        return make_url(async_url(url)).drivername == "postgresql+asyncpg"
    except (ArgumentError, ValueError):  # the port is no number
        return False


class DatabaseBusyError(Exception):
    """The database is away or too busy; nothing was done, and it is worth asking again in a moment.

    When the connection broke during the commit itself it is not known whether it was done, which is what
    Idempotency-Keys are for.
    """


TRIES = 4
LOST_RACE = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATEs of a transaction that was in another's way: serialization failure, deadlock, lock timeout."""
BEATEN = frozenset({"23P01", "23505"})
"""SQLSTATEs of a constraint that a concurrent transaction filled first. Done again, the rules see what the other one
committed and refuse properly, or (a code drawn twice) there is nothing in the way any more."""
AWAY = ("08", "57", "53", "58", "3D000")
"""Classes of SQLSTATE that say that the database is away, stopping, or out of resources; that somebody, or a limit of the
server, ended a statement; and that the database itself is not there, which it is not while it is restored."""

_log = logging.getLogger(__name__)


def sqlstate(error: BaseException) -> str:
    """The SQLSTATE of a database error, as SQLAlchemy or the driver raised it; an empty text of any other."""
    return str(getattr(getattr(error, "orig", error), "sqlstate", None) or "")


@asynccontextmanager
async def transaction(database: Database) -> AsyncIterator[AsyncSession]:
    """A unit of work: commits when the block ends well, rolls back when it raises.

    Together with `driver_transaction` the only place of the program that commits. Whoever answers a client does so
    after this block: a commit that fails raises here, before any success was said. Raises DatabaseBusyError when it is
    worth asking again.
    """
    with _said_as_busy():
        async with database.sessions() as session, session.begin():
            yield session


@asynccontextmanager
async def driver_transaction(database: Database) -> AsyncIterator[Driver]:
    """The same without a session: for work that the driver does alone (`models.driver`), where a session would take
    longer than the work.
    """
    async with reading_driver(database) as driver:
        try:
            await driver.execute("BEGIN")
            yield driver
            if await driver.execute("COMMIT") != "COMMIT":
                message = "a statement had failed, so nothing was committed"
                raise RuntimeError(message)
        finally:
            if not driver.is_closed() and driver.is_in_transaction():
                await driver.execute("ROLLBACK")


@asynccontextmanager
async def reading_driver(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """For statements that only read, each of which sees what is committed when it begins: without a transaction around them.

    Raises DatabaseBusyError when it is worth asking again.
    """
    with _said_as_busy():
        async with database.drivers.taken() as driver:
            yield driver


@contextmanager
def _said_as_busy() -> Iterator[None]:
    """Raises DatabaseBusyError for what went wrong for a moment only."""
    try:
        yield
    except (PoolTimeoutError, ConnectionError, FileNotFoundError, TimeoutError, socket.gaierror) as error:
        # A server that is starting on this machine has no socket file yet; a far one may not answer, or not be found.
        raise DatabaseBusyError from error
    except asyncpg.InterfaceError as error:
        if "closed" in str(error):  # the driver has no class of its own for a connection that is gone
            raise DatabaseBusyError from error
        raise
    except (DBAPIError, asyncpg.PostgresError) as error:
        state = sqlstate(error)
        gone = isinstance(error, DBAPIError) and error.connection_invalidated
        if gone or state in LOST_RACE or state.startswith(AWAY):
            raise DatabaseBusyError from error
        raise


T = TypeVar("T")
W = TypeVar("W")


async def in_transaction(database: Database, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Does `work` in a transaction of its own and returns its result after the commit.

    Work that lost a race is done again from the start, up to four times in all, after short random pauses. Raises
    DatabaseBusyError when that does not help or the database is away.
    """
    return await _repeated(lambda: transaction(database), work)


async def in_driver_transaction(database: Database, work: Callable[[Driver], Awaitable[T]]) -> T:
    """The same in a `driver_transaction`."""
    return await _repeated(lambda: driver_transaction(database), work)


async def _repeated(
    begin: Callable[[], AbstractAsyncContextManager[W]], work: Callable[[W], Awaitable[T]]
) -> T:
    for attempt in range(1, TRIES + 1):
        try:
            async with begin() as running:
                return await work(running)
        except (DatabaseBusyError, IntegrityError, asyncpg.IntegrityConstraintViolationError) as error:
            cause = error.__cause__ if isinstance(error, DatabaseBusyError) else error
            state = "" if cause is None else sqlstate(cause)
            if attempt == TRIES or state not in LOST_RACE | BEATEN:
                raise
            _log.info("transaction repeated", extra={"sqlstate": state, "attempt": attempt})
            await asyncio.sleep(random.uniform(0.005, 0.03) * attempt)  # noqa: S311  # jitter, not a secret
    raise DatabaseBusyError
