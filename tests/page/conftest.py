"""What the tests of the page share."""

from collections.abc import AsyncIterator

import pytest

from tests.browser import browser
from tests.page.serving import Served, served

__all__ = ["browser"]


@pytest.fixture
async def chat() -> AsyncIterator[Served]:
    """A page of its own for one test, behind a real server."""
    async with served() as running:
        yield running
