"""A real PostgreSQL for the suite: one server a run, a template of each kind, a database of its own for each test."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pwdlib.hashers.argon2 import Argon2Hasher

from models.database import Database
from models.embedded import EmbeddedServer, start_embedded
from scheduling import signing_in
from scheduling.passwords import PASSWORDS
from tests.databases import Templates
from tests.world import World

MEMORY = Path("/dev/shm")  # noqa: S108  # the folder made there has a name of its own
ROOM = 3 << 30
"""What the databases of a run may take at most, in bytes, with everything that PostgreSQL keeps beside them."""


settings.register_profile("tests", deadline=None)  # a busy machine is no failure
settings.load_profile("tests")


def server_folder() -> Path:
    """Where the run's server lives: one folder for all workers, apart from pytest's own, which other runs tidy up.

    In memory where there is room: a clone is hundreds of files, and a disk takes ten times as long to make them.
    """
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    name = f"lastmetre-tests-{run[:12]}"
    if (MEMORY / name).exists() or (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM):
        return MEMORY / name
    return Path(tempfile.gettempdir()) / name


@pytest.fixture(scope="session", autouse=True)
def program_hash() -> Iterator[str]:
    """A hash as the program keeps passwords. Hashing is slow by intention; from here on it is quick."""
    quick = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        kept = signing_in._NOBODYS_HASH
        patch.setattr(PASSWORDS, "hashers", (quick,))
        patch.setattr(PASSWORDS, "current_hasher", quick)
        patch.setattr(signing_in, "_NOBODYS_HASH", PASSWORDS.hash("the password of nobody"))
        yield kept


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """The server that all workers of the run share; the last one stops it."""
    folder = server_folder()
    running = start_embedded(folder / "postgres")
    yield running
    running.release()
    if not (folder / "postgres" / "postmaster.pid").exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def templates(server: EmbeddedServer) -> Templates:
    """Databases to clone."""
    return Templates(server)


@pytest.fixture
async def database(templates: Templates) -> AsyncIterator[Database]:
    """A database of the test's own with the newest tables and nothing in them."""
    async with templates.clone("empty") as database:
        yield database


@pytest.fixture
async def world(templates: Templates) -> AsyncIterator[World]:
    """A small district with a few points, services, slots and people, in a database of the test's own."""
    async with templates.clone("small") as database:
        yield World(database)


@pytest.fixture
async def demo_database(templates: Templates) -> AsyncIterator[Database]:
    """The whole demonstration district, in a database of the test's own."""
    async with templates.clone("demo") as database:
        yield database
