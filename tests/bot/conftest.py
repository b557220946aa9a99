"""Fixtures of the bot's unit tests."""

import pytest

from bot.conversation.turn import Turn
from tests.bot.samples import person, turn_of


@pytest.fixture
def turn() -> Turn:
    """A turn of somebody who speaks Chinese and has consented."""
    return turn_of(person())
