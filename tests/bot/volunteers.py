"""People at chats who volunteer: newcomers, and such as have served before."""

from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col

from bot.replies import Language
from bot.volunteer import Volunteer as Calls
from models.database import transaction
from models.ids import PersonId
from models.tables import Grant, Person
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor, Permission
from tests.bot.chatting import Chat, api_over
from tests.rostering import HOME, past_service
from tests.world import CANTEEN, NOW, World

ADULT = date(2000, 1, 1)


async def helper(
    world: World,
    name: str = "小林",
    *,
    user_id: str | None = None,
    served: int = 1,
    birth_date: date | None = ADULT,
    home: tuple[float, float] | None = HOME,
    language: Language = "zh-CN",
) -> Chat:
    """Somebody at a chat who has agreed, has a profile, has served before, and lives near the canteen."""
    chat = Chat(api_over(world.database), user_id=user_id or name, name=name, language=language)
    calls = calls_of(chat)
    await calls.enlist()
    await calls.agree("volunteering", "1")
    me = await actor_of(chat)
    async with transaction(world.database) as session:
        await session.execute(
            update(Person)
            .where(col(Person.id) == me.require_person())
            .values(
                birth_date=birth_date,
                home_latitude=None if home is None else home[0],
                home_longitude=None if home is None else home[1],
            )
        )
    for number in range(served):
        await past_service(world, me, days_ago=20 + number)
    return chat


async def actor_of(chat: Chat) -> Actor:
    """The person at a chat, to act past the conversation."""
    return Actor(PersonId(await chat.person_id()))


def calls_of(chat: Chat) -> Calls:
    """The API past the conversation."""
    return Calls.like(replace(chat.resident, update_key=f"past the chat {chat.user_id}"))


def at_time(world: World, chat: Chat, now: datetime) -> Chat:
    """The same person at their chat, at another time."""
    return replace(chat, api=api_over(world.database, now), now=now)


async def boss_of(world: World, point_id: UUID = CANTEEN) -> Actor:
    """Somebody who manages a point, as the database knows it."""
    boss = await world.person("站长")
    async with transaction(world.database) as session:
        session.add(
            Grant(
                created_at=NOW,
                person_id=boss.require_person(),
                role=Role.point_manager,
                scope=ScopeKind.point,
                key=str(point_id),
            )
        )
    permission = Permission(Role.point_manager, ScopeKind.point, str(point_id))
    return Actor(boss.person_id, frozenset({permission}))
