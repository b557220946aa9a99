"""Somebody who keeps a point, at their chat."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from models.database import transaction
from models.tables import Grant
from models.vocabulary import Role, ScopeKind
from tests.bot.chatting import Chat, api_over
from tests.world import CANTEEN, NOW, World


async def grant(world: World, chat: Chat, role: Role, scope: ScopeKind, key: object) -> None:
    """Gives the person at a chat a role."""
    person = await chat.person_id()
    async with transaction(world.database) as session:
        session.add(Grant(created_at=NOW, person_id=person, role=role, scope=scope, key=str(key)))


async def keeper(
    world: World, *points: UUID, now: datetime = NOW, user_id: str = "77", name: str = "站长"
) -> Chat:
    """A chat of somebody who keeps these points, by default the canteen."""
    chat = Chat(api_over(world.database, now), now=now, user_id=user_id, name=name)
    for point in points or (CANTEEN,):
        await grant(world, chat, Role.point_manager, ScopeKind.point, point)
    return chat


def later(world: World, chat: Chat, now: datetime) -> Chat:
    """The same chat at another time."""
    return replace(chat, api=api_over(world.database, now), now=now)


def day(days: int) -> date:
    """The district's date so many days after the tests' present."""
    return date(2026, 11, 23) + timedelta(days=days)
