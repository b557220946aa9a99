"""The first screen, for every role: few buttons, work first, and nothing lost that it has no room for."""

from uuid import UUID

import pytest

from bot.conversation.actions import Home, Human, Languages, More
from bot.conversation.home import MOST_BUTTONS
from bot.replies import Language
from models.vocabulary import Role, ScopeKind
from tests.bot.town import Town, town
from tests.world import CANTEEN, DISTRICT, HILL_HOUSE, READING_ROOM, TOWN

__all__ = ["town"]

Held = tuple[Role, ScopeKind, object]

MANAGER: list[Held] = [
    (Role.point_manager, ScopeKind.point, point) for point in (CANTEEN, READING_ROOM, HILL_HOUSE)
]
WORKER: Held = (Role.grid_worker, ScopeKind.cell, UUID(int=21))
STAFF: Held = (Role.staff, ScopeKind.division, TOWN)
ADMINISTRATOR: Held = (Role.administrator, ScopeKind.district, DISTRICT)

ROLES: dict[str, list[Held]] = {
    "resident": [],
    "manager of one point": MANAGER[:1],
    "manager of three points": MANAGER,
    "grid worker": [WORKER],
    "staff of a sub-district": [STAFF],
    "administrator": [ADMINISTRATOR],
    "everything at once": [*MANAGER, WORKER, STAFF, ADMINISTRATOR],
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("role", ROLES)
async def test_the_first_screen_has_few_buttons_and_nothing_is_lost(
    town: Town, role: str, language: Language
) -> None:
    resident = await town.meet("居民", language)
    everybodys = set(resident.actions)
    assert {Human(), Languages(), More()} < everybodys
    assert len(resident.buttons) == MOST_BUTTONS == 8
    chat = await town.meet("某人", language)
    for held, scope, key in ROLES[role]:
        await town.grant(chat, held, scope, key)
    await chat.do(Home())
    assert len(chat.buttons) <= 8, [one.label for one in chat.buttons]
    first = list(chat.actions)
    assert {Human(), More()} <= set(first)
    work = [one for one in first if one not in everybodys]
    assert first[: len(work)] == work, "work comes first"
    assert bool(work) == bool(ROLES[role])
    await chat.do(More())
    behind = list(chat.actions)
    assert everybodys <= {*first, *behind}
    assert len(behind) == len(set(behind))


async def test_what_a_volunteer_does_is_where_every_neighbour_finds_it(town: Town) -> None:
    """Volunteers hold no role: theirs is the first screen of everybody."""
    chat = await town.meet("志愿者")
    before = list(chat.actions)
    await chat.tap("志愿服务")
    await chat.tap("我要当志愿者")
    await chat.tap("同意")
    await chat.do(Home())
    assert list(chat.actions) == before
