"""Fixtures of the API's tests."""

from collections.abc import AsyncIterator

import pytest

from scheduling.actors import Actor
from tests.api.calling import Caller
from tests.world import World


@pytest.fixture
async def api(world: World) -> AsyncIterator[Caller]:
    """A client of the real application over the small world."""
    caller = Caller(world)
    async with caller.http:
        yield caller


@pytest.fixture
async def person(world: World) -> Actor:
    """A resident."""
    return await world.person()
