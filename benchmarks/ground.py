"""The ground that everything is measured on: a PostgreSQL of the run's own, which is gone afterwards."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from models.embedded import EmbeddedServer, ensure_database, start_embedded

DATA = Path(__file__).parent / ".data"

DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""What is measured is what survives a power cut."""


class NotDurableError(RuntimeError):
    """The server would not wait for the disk: nothing measured on it would mean anything."""


@dataclass(frozen=True, slots=True)
class Ground:
    """A running server of the run's own, and the folder that everything of the run is in."""

    folder: Path
    server: EmbeddedServer

    @property
    def postmaster(self) -> int:
        """The process id of the server."""
        return int((self.server.data_folder / "postmaster.pid").read_text().split()[0])

    @property
    def pgbench(self) -> Path:
        """PostgreSQL's own load generator, which comes with the embedded server."""
        return Path(self.server._server.bin_path) / "pgbench"

    @asynccontextmanager
    async def connect(self, database: str) -> AsyncIterator[asyncpg.Connection]:
        """A connection to one of the databases."""
        connection = await asyncpg.connect(
            user="postgres", database=database, host=self.server.socket_folder, timeout=20
        )
        try:
            yield connection
        finally:
            await connection.close()

    async def create(self, database: str) -> str:
        """Makes a database and returns its URL."""
        await ensure_database(self.server, database)
        return self.server.url(database)

    async def clear(self) -> None:
        """Removes all databases but the server's own, so that nothing is tidied up in the next one's time."""
        async with self.connect("postgres") as connection:
            names = await connection.fetch(
                "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
            )
            for (name,) in names:
                await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def checkpoint(self) -> None:
        """Brings everything to the disk, so that the next measurement begins like the one before."""
        async with self.connect("postgres") as connection:
            await connection.execute("CHECKPOINT")

    async def _make_durable(self) -> None:
        async with self.connect("postgres") as connection:
            for name, value in DURABLE.items():
                await connection.execute(f"ALTER SYSTEM SET {name} = {value}")
            await connection.execute("SELECT pg_reload_conf()")
        async with self.connect("postgres") as connection:
            for name, value in DURABLE.items():
                if await connection.fetchval(f"SHOW {name}") != value:
                    raise NotDurableError(name)


@contextmanager
def _folder() -> Iterator[Path]:
    DATA.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"run-{os.getpid()}-", dir=DATA))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def new_ground() -> AsyncIterator[Ground]:
    """A ground for the length of a block. The server stops and its data are removed at the end, however it ends."""
    with _folder() as folder:
        server = start_embedded(folder / "postgres")
        try:
            ground = Ground(folder, server)
            await ground._make_durable()
            yield ground
        finally:
            server.release()
