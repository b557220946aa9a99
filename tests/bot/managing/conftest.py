"""Fixtures of the chat of those who keep a point."""

import pytest

from tests.bot.chatting import Chat
from tests.bot.managing.keeper import keeper
from tests.world import World


@pytest.fixture
async def chat(world: World) -> Chat:
    """The chat of somebody who keeps the canteen."""
    return await keeper(world)
