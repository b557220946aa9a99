"""Several people at their chats over the real application, and the notices that reach them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot.notices import About, Delivery
from bot.replies import Language, Reply
from governance.attachments import Keeping
from models.database import transaction
from models.tables import Grant, ThreadMessage
from models.vocabulary import Role, ScopeKind
from tests.bot.chatting import Chat, api_over
from tests.scheduling.acting import stored
from tests.world import CANTEEN, NOW, World


@dataclass
class Town:
    """Several people at their chats, with one clock, and the notices that reach them."""

    world: World
    now: datetime = NOW
    chats: dict[str, Chat] = field(default_factory=dict)
    rung: list[tuple[str, Reply]] = field(default_factory=list)
    keeping: Keeping | None = None

    def __post_init__(self) -> None:
        self.api = api_over(self.world.database, clock=lambda: self.now, keeping=self.keeping)

    async def meet(self, name: str, language: Language = "zh-CN") -> Chat:
        """Somebody who says hello."""
        chat = Chat(self.api, user_id=f"{len(self.chats) + 1}", name=name, language=language)
        self.chats[chat.user_id] = chat
        await chat.say("/start")
        return chat

    async def grant(self, chat: Chat, role: Role, scope: ScopeKind, key: object) -> Chat:
        """Gives somebody a role."""
        person_id = await chat.person_id()
        async with transaction(self.world.database) as session:
            session.add(Grant(created_at=NOW, person_id=person_id, role=role, scope=scope, key=str(key)))
        return chat

    async def manager(self, name: str, language: Language = "zh-CN") -> Chat:
        """Somebody who manages the canteen."""
        return await self.grant(await self.meet(name, language), Role.point_manager, ScopeKind.point, CANTEEN)

    def at(self, moment: datetime) -> None:
        """Time passes for everybody."""
        self.now = moment
        for chat in self.chats.values():
            chat.now = moment

    async def ring(self) -> list[tuple[str, Reply]]:
        """Delivers what is due; each sees what came last. Returns who got what."""
        self.rung = []
        delivery = Delivery(self.api, "telegram", self, lambda: self.now)
        delivered = 1
        while delivered:
            self.at(self.now + timedelta(seconds=2))  # one address gets one message a second at most
            delivered = await delivery.deliver_due()
        return self.rung

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """As the channel's sender."""
        self.rung.append((self.chats[address].name, reply))
        self.chats[address].shown = reply


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def said(world: World) -> list[str]:
    found = [one for one in await stored(world, ThreadMessage) if one.text]
    return [one.text for one in sorted(found, key=lambda one: one.number)]
