"""The walk sees what it is for: whatever is spoiled in one screen, it fails, and says why."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bot.api import Api
from bot.conversation import house
from bot.conversation.actions import Action, Home, Human, Mine, action_of
from bot.conversation.rooms import Screen
from bot.conversation.turn import Turn, footer
from bot.replies import Reply
from bot.understanding import Intent, Meaning
from models.database import Database
from tests.stories import walking
from tests.stories.walking import Walk

STEPS = 400
"""So many are enough to come to what is spoiled: it is one tap from the first screen, or a common sentence."""

Spoil = Callable[[Screen], Screen]


def without(kind: type[Action]) -> Spoil:
    """The screen has lost these buttons."""

    def spoil(show: Screen) -> Screen:
        async def shown(turn: Turn, action: Action) -> Reply:
            reply = await show(turn, action)
            kept = (
                tuple(one for one in row if one.data is None or not isinstance(action_of(one.data), kind))
                for row in reply.rows
            )
            return replace(reply, rows=tuple(row for row in kept if row))

        return shown

    return spoil


def breaks(_: Screen) -> Screen:
    """The screen raises."""

    async def shown(_turn: Turn, _action: Action) -> Reply:
        message = "a mistake of ours"
        raise RuntimeError(message)

    return shown


def says_nothing(show: Screen) -> Screen:
    """The screen has no words."""

    async def shown(turn: Turn, action: Action) -> Reply:
        return replace(await show(turn, action), text="")

    return shown


def leads_nowhere(show: Screen) -> Screen:
    """The screen has nothing but the way back and the human."""

    async def shown(turn: Turn, action: Action) -> Reply:
        return replace(await show(turn, action), rows=(footer(turn.words),))

    return shown


def acts(show: Screen) -> Screen:
    """Looking at the screen by a tap changes something."""

    async def shown(turn: Turn, action: Action) -> Reply:
        if turn.pressed:
            await turn.resident.change_me({"reminders": False})
        return await show(turn, action)

    return shown


def remembers(show: Screen) -> Screen:
    """The screen needs what its process kept of somebody, which another does not know."""
    known: list[Api] = []

    async def shown(turn: Turn, action: Action) -> Reply:
        known.append(turn.resident.api)
        if known[0] is not turn.resident.api:
            message = "who are you?"
            raise LookupError(message)
        return await show(turn, action)

    return shown


async def walk_until_it_fails(database: Database, folder: Path) -> None:
    walk = Walk(database, Random(1), folder)
    await walk.begin()
    for _ in range(STEPS):
        await walk.step()


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (breaks, "a mistake of ours|screen_failed"),
        (says_nothing, "no words"),
        (without(Home), "no way back"),
        (without(Human), "no human"),
        (leads_nowhere, "no way on"),
        (acts, "residents.Mine did .*, and is no deed"),
        (remembers, "who are you|screen_failed"),
    ],
)
async def test_a_spoiled_screen_is_seen(
    demo_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: Spoil, why: str
) -> None:
    monkeypatch.setattr(walking, "RESTARTS", 0.1)
    monkeypatch.setitem(house.SCREENS, Mine, spoil(house.SCREENS[Mine]))
    with pytest.raises(AssertionError, match=why):
        await walk_until_it_fails(demo_database, tmp_path)


async def test_a_sentence_that_is_obeyed_at_once_is_seen(
    demo_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer: Callable[[Turn, Meaning, str], Awaitable[Reply]] = house.HEARD[Intent.unknown]

    async def obeyed(turn: Turn, meaning: Meaning, said: str) -> Reply:
        await turn.resident.change_me({"reminders": False})
        return await answer(turn, meaning, said)

    monkeypatch.setitem(house.HEARD, Intent.unknown, obeyed)
    with pytest.raises(AssertionError, match="without a tap"):
        await walk_until_it_fails(demo_database, tmp_path)
