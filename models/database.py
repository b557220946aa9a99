"""The engine, and the one place that commits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

LOCK_TIMEOUT = timedelta(seconds=5)
"""How long a statement waits for a lock before the whole transaction is given up and repeated."""


@dataclass(frozen=True, slots=True)
class Database:
    """An engine and the sessions made from it."""

    engine: AsyncEngine
    sessions: async_sessionmaker[AsyncSession]

    async def close(self) -> None:
        """Closes all connections."""
        await self.engine.dispose()


def open_database(url: str, *, pool_size: int = 10, application: str = "lastmetre") -> Database:
    """Opens a database by its SQLAlchemy URL (`postgresql+asyncpg://…`; a bare `postgresql://` is taken as that).

    Connections are made when first needed. Every transaction runs at READ COMMITTED, in UTC, with a lock timeout.
    """
    engine = create_async_engine(
        async_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_pre_ping=True,
        connect_args={
            "server_settings": {
                "application_name": application,
                "timezone": "UTC",
                "lock_timeout": str(int(LOCK_TIMEOUT.total_seconds() * 1000)),
                "jit": "off",
            }
        },
    )
    return Database(engine, async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False))


def async_url(url: str) -> str:
    """The same URL with the asyncpg driver named."""
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"postgresql", "postgres"}:
        return f"postgresql+asyncpg://{rest}"
    return url


@asynccontextmanager
async def transaction(database: Database) -> AsyncIterator[AsyncSession]:
    """A unit of work: commits when the block ends well, rolls back when it raises.

    The only place of the program that commits. Whoever answers a client does so after this block: a commit that fails
    raises here, before any success was said.
    """
    async with database.sessions() as session, session.begin():
        yield session
