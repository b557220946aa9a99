"""Opens the installation's database: the one that is configured, or the embedded one; newest tables; demonstration."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from governance.demo import seed_grid, worker_sign_in
from lastmetre.migrate import migrate
from lastmetre.settings import Settings
from models.data import read_divisions
from models.database import Database, open_database, transaction
from models.embedded import EmbeddedServer, ensure_database, start_embedded
from scheduling.demo.plan import demo_plan
from scheduling.demo.seed import SignIn, seed, sign_ins
from scheduling.errors import NotFoundError
from scheduling.signing_in import home_district

EMBEDDED_NAME = "lastmetre"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Store:
    """An open database, and the embedded server under it, if there is one."""

    database: Database
    url: str
    server: EmbeddedServer | None

    async def close(self) -> None:
        """Closes connections and lets go of the embedded server."""
        await self.database.close()
        if self.server is not None:
            self.server.release()


async def open_store(settings: Settings, *, pool_size: int = 6) -> Store:
    """Opens the database and leaves its tables as they are."""
    if settings.database_url is not None:
        url = settings.database_url
        return Store(open_database(url, pool_size=pool_size), url, None)
    folder = settings.data_dir.resolve() / "postgres"
    server = start_embedded(folder)
    await ensure_database(server, EMBEDDED_NAME)
    url = server.url(EMBEDDED_NAME)
    return Store(open_database(url, pool_size=pool_size), url, server)


@asynccontextmanager
async def opened_store(settings: Settings, *, pool_size: int = 6) -> AsyncIterator[Store]:
    """An open database for the length of a block."""
    store = await open_store(settings, pool_size=pool_size)
    try:
        yield store
    finally:
        await store.close()


async def has_district(database: Database) -> bool:
    """Whether a district was brought in already."""
    try:
        async with transaction(database) as session:
            await home_district(session)
    except NotFoundError:
        return False
    return True


async def lay_demo(database: Database) -> None:
    """Lays the demonstration over the real divisions."""
    now = datetime.now(UTC)
    async with transaction(database) as session:
        await seed(session, plan=demo_plan(read_divisions()), now=now)
        await seed_grid(session, now=now)


async def prepare(settings: Settings) -> None:
    """Brings the tables to the newest revision and lays the demonstration at first start.

    An embedded server is left running for the program that comes after in this process.
    """
    store = await open_store(settings, pool_size=2)
    try:
        await migrate(store.database.engine)
        if settings.wants_demo and not await has_district(store.database):
            log.info("demo.laying")
            await lay_demo(store.database)
    finally:
        await store.database.close()


def shown_sign_ins() -> tuple[SignIn, ...]:
    """The demonstration sign-ins that a start shows."""
    plan = demo_plan(read_divisions())
    return (*sign_ins(plan), worker_sign_in(plan))
