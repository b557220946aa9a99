"""The rooms of the chat: complete, and none in another's way."""

from collections import Counter

import pytest

from bot.conversation import house
from bot.conversation.actions import ACTIONS, Home, Mine
from bot.conversation.rooms import screens, shows
from bot.conversation.turn import Turn
from bot.replies import Reply
from bot.understanding import Intent


def test_every_action_has_one_screen_in_one_room() -> None:
    shown = Counter(kind for room in house.ROOMS for kind in room.screens)
    assert shown == Counter(ACTIONS)


def test_every_intent_is_answered_by_one_room() -> None:
    heard = Counter(intent for room in house.ROOMS for intent in room.heard)
    assert heard == Counter(Intent)


def test_every_draft_is_one_rooms() -> None:
    kinds = [kind for room in house.ROOMS for kind in room.drafts]
    assert len(kinds) == len(set(kinds))


async def _home(_turn: Turn, _asked: Home) -> Reply:
    return Reply("home")


def test_an_action_with_two_screens_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="two screens"):
        screens(shows(Home, _home), shows(Home, _home))


async def test_a_screen_shows_its_own_action_only(turn: Turn) -> None:
    _kind, show = shows(Home, _home)
    assert (await show(turn, Home())).text == "home"
    with pytest.raises(TypeError, match="does not show"):
        await show(turn, Mine())
