"""The small district with its grid, and everybody in it at a chat, as time goes by."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.api import Api
from bot.news import render
from bot.replies import Button, Language, Reply
from governance import sweeps
from governance.attachments import Keeping
from governance.files import AttachmentFiles
from models.database import in_transaction, transaction
from models.tables import ChannelIdentity, Person
from models.vocabulary import Channel
from models.vocabulary import Language as Speech
from scheduling import delivery
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over
from tests.governing import NORTH, Grid
from tests.world import NOW, World


@dataclass
class Town:
    """A grid whose people chat. `now` is what every clock says."""

    world: World
    folder: Path
    language: Language = "zh-CN"
    now: datetime = NOW
    grid: Grid = field(init=False)
    api: Api = field(init=False)
    addresses: dict[str, str] = field(default_factory=dict)
    chats: dict[str, Chat] = field(default_factory=dict)

    async def settle(self) -> "Town":
        """Lays the grid; nobody has a chat yet."""
        self.grid = await Grid(self.world).settle()
        keeping = Keeping(AttachmentFiles(self.folder))
        self.api = api_over(self.world.database, clock=lambda: self.now, keeping=keeping)
        return self

    async def chat(self, actor: Actor, name: str) -> Chat:
        """The chat of somebody who is known already."""
        if name not in self.chats:
            address = f"u{len(self.chats)}"
            async with transaction(self.world.database) as session:
                session.add(
                    ChannelIdentity(
                        created_at=NOW,
                        person_id=actor.require_person(),
                        channel=Channel.telegram,
                        address=address,
                        last_seen_at=NOW,
                    )
                )
                person = await session.get_one(Person, actor.require_person())
                person.language = Speech(self.language)
                session.add(person)
            self.addresses[address] = name
            self.chats[name] = Chat(self.api, self.now, address, name, self.language)
        return self.chats[name]

    async def neighbour(self, name: str = "刘叔") -> Chat:
        """The chat of a resident more, who lives in the same community."""
        return await self.chat(await self.world.person(name, home_division=NORTH), name)

    def later(self, now: datetime) -> None:
        """Time goes by, on every clock."""
        self.now = now
        for chat in self.chats.values():
            chat.now = now

    async def tick(self) -> None:
        """The clock does what falls due."""
        for sweep in (
            sweeps.warn_owners,
            sweeps.climb_overdue,
            sweeps.settle_wishes,
            sweeps.close_answered,
        ):
            await in_transaction(self.world.database, partial(sweep, now=self.now))

    async def told(self) -> list[tuple[str, Reply]]:
        """What people are told now, by their names, in the order of the notices."""
        await in_transaction(self.world.database, partial(delivery.tidy, now=self.now))
        found: list[tuple[str, Reply]] = []
        while claimed := (await self.api.claim("telegram", 50)).items:
            for notice in claimed:
                reply = render(notice, self.now)
                found.append((self.addresses[notice.address], reply))
                await self.api.delivered(notice.id)
            self.now = replace_second(self.now)
        return found

    async def open(self, name: str, reply: Reply, label: str) -> Chat:
        """Somebody presses a button under a notice."""
        chat = self.chats[name]
        chat.shown = reply
        await chat.press(button_of(reply, label).data)
        return chat


def replace_second(now: datetime) -> datetime:
    """Two seconds later: one address is told one thing a second."""
    return now.fromtimestamp(now.timestamp() + 2, now.tzinfo)


def button_of(reply: Reply, label: str) -> Button:
    """The first button of a message whose label has this in it."""
    return next(button for row in reply.rows for button in row if label in button.label)


def named(told: list[tuple[str, Reply]], name: str) -> list[Reply]:
    """What one of them was told."""
    return [reply for who, reply in told if who == name]
