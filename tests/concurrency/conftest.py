"""No race may end in a deadlock: the server's log is searched after each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.embedded import EmbeddedServer


@pytest.fixture(autouse=True)
def no_deadlock(server: EmbeddedServer) -> Iterator[None]:
    """Fails the test when the server broke a deadlock meanwhile."""
    log = Path(server.data_folder) / "log"
    before = log.stat().st_size
    yield
    with log.open("rb") as file:
        file.seek(before)
        assert b"deadlock detected" not in file.read()
