"""A real PostgreSQL for the suite: one server a run, a template of each kind, a database of its own for each test."""

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from models.database import Database
from models.embedded import EmbeddedServer, start_embedded
from tests.databases import Templates
from tests.world import World


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    """The server that all workers of the run share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "postgres"
    running = start_embedded(Path(folder))
    yield running
    running.release()


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
