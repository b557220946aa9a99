"""Fixtures of the tests of requests."""

import pytest

from tests.governing import Grid
from tests.world import World


@pytest.fixture
async def grid(world: World) -> Grid:
    """The small district with its grid."""
    return await Grid(world).settle()
