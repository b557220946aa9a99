"""Stories: dialogs of several people over the real application, told in both languages and held against approved texts.

A story presses buttons by what they do, so that one telling serves both languages. To approve another wording, look at the
difference, then run with LASTMETRE_APPROVE=1, which writes the texts anew.
"""

import os
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import pytest

from bot.api import Api
from bot.conversation import respond
from bot.conversation.actions import Action, action_of, data_of
from bot.notices import About, Delivery
from bot.replies import Button, Channel, Incoming, Language, Reply, SharedFile
from bot.resident import Resident
from governance.attachments import Keeping
from governance.files import AttachmentFiles
from models.database import transaction
from models.shapes.base import local
from models.tables import ChannelIdentity, Person
from models.vocabulary import Channel as ChannelWord
from models.vocabulary import Language as LanguageWord
from scheduling.actors import Actor
from tests.bot.chatting import api_over
from tests.world import NOW, World

APPROVED = Path(__file__).parent / "approved"

A = TypeVar("A", bound=Action)

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")

told_in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
"""Marks a test that tells a story once in each language."""


@dataclass
class Story:
    """A clock that is set, the real application, people at their chats, and what was said so far."""

    world: World
    language: Language
    folder: Path
    now: datetime = NOW
    lines: list[str] = field(default_factory=list)
    speakers: dict[str, "Speaker"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keeping = Keeping(AttachmentFiles(self.folder))
        self.api: Api = api_over(self.world.database, clock=lambda: self.now, keeping=keeping)

    def say(self, chinese: str, english: str) -> str:
        """What is said, in the language of the story."""
        return chinese if self.language == "zh-CN" else english

    async def meets(self, chinese: str, english: str, actor: Actor | None = None) -> "Speaker":
        """Somebody at a chat: a new person, or one whom the world knows already."""
        name = self.say(chinese, english)
        speaker = Speaker(self, name, address=f"{len(self.speakers) + 1}00{len(self.speakers)}")
        self.speakers[speaker.address] = speaker
        if actor is not None:
            async with transaction(self.world.database) as session:
                session.add(
                    ChannelIdentity(
                        created_at=self.now,
                        person_id=actor.require_person(),
                        channel=ChannelWord.telegram,
                        address=speaker.address,
                        last_seen_at=self.now,
                    )
                )
                person = await session.get_one(Person, actor.require_person())
                person.language = word_of(self.language)
        return speaker

    def later(self, moment: datetime | timedelta) -> None:
        """Time passes: to a moment, or by so much."""
        self.now = moment if isinstance(moment, datetime) else self.now + moment
        self.lines.append(f"\n==== {local(self.now):%a %d %b %H:%M}\n")

    def note(self, text: str) -> None:
        """What happens outside the chats."""
        self.lines.append(f"({text})\n")

    async def ring(self) -> None:
        """Delivers what is due, one after another in each chat, until nothing more is."""
        delivery = Delivery(self.api, "telegram", self, lambda: self.now)
        while await delivery.deliver_due():
            self.now += timedelta(seconds=2)

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """As the sender of the channel."""
        speaker = self.speakers.get(address)
        if speaker is not None:
            speaker.sees([reply], notice=True)

    def holds(self, name: str) -> None:
        """The story reads as approved."""
        path = APPROVED / f"{name}.{self.language}.txt"
        told = "\n".join(self.lines).strip() + "\n"
        if os.environ.get("LASTMETRE_APPROVE"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(told, encoding="utf-8")
        assert path.exists(), f"not approved yet: {path.name}"
        assert told == path.read_text(encoding="utf-8")


@dataclass
class Speaker:
    """Somebody at a chat. What was shown last can be read, and its buttons pressed by what they do."""

    story: Story
    name: str
    address: str
    channel: Channel = "telegram"
    updates: int = 0
    shown: Reply = field(default_factory=lambda: Reply(""))

    async def says(self, chinese: str, english: str | None = None) -> Reply:
        """Types something."""
        text = self.story.say(chinese, chinese if english is None else english)
        return await self._does(replace(self._incoming(), text=text), text)

    async def shares(self, latitude: float, longitude: float) -> Reply:
        """Shares a location."""
        return await self._does(replace(self._incoming(), location=(latitude, longitude)), "📍")

    async def sends(
        self, content: bytes, media_type: str = "image/jpeg", caption: str | None = None
    ) -> Reply:
        """Sends a photo, a voice note or a document."""

        async def read() -> bytes:
            return content

        kind = {"image": "photo", "audio": "voice"}.get(media_type.partition("/")[0], "document")
        file = SharedFile(kind, "file", media_type, len(content), read)  # type: ignore[arg-type]  # one of the three
        return await self._does(
            replace(self._incoming(), file=file, text=caption), f"📎 {caption or ''}".strip()
        )

    async def sends_contact(self, phone: str) -> Reply:
        """Shares their own phone number."""
        return await self._does(replace(self._incoming(), contact=phone), "📇")

    def reads(self, reply: Reply) -> None:
        """Goes back to a message that still stands in their chat, to press what is below it."""
        self.shown = reply

    async def presses(self, kind: type[A], /, nth: int = 0, **fields: object) -> Reply:
        """Presses the (nth) button that does this, with these arguments."""
        button = self.button(kind, nth, **fields)
        return await self._does(replace(self._incoming(), data=button.data), f"[{button.label}]")

    async def does(self, action: Action) -> Reply:
        """Presses a button that does this, whether or not it is shown (any more)."""
        return await self._does(
            replace(self._incoming(), data=data_of(action)), f"[…{type(action).__name__}]"
        )

    def button(self, kind: type[A], /, nth: int = 0, **fields: object) -> Button:
        """The (nth) button shown that does this, with these arguments."""
        found = [
            button
            for row in self.shown.rows
            for button in row
            if button.data is not None
            and isinstance(action := action_of(button.data), kind)
            and all(getattr(action, name) == value for name, value in fields.items())
        ]
        assert len(found) > nth, f"no {kind.__name__} {fields} below:\n{said(self.shown)}"
        return found[nth]

    def offers(self, kind: type[Action]) -> bool:
        """Whether a button that does this is shown."""
        return any(isinstance(action, kind) for action in self.actions)

    @property
    def actions(self) -> list[object]:
        """What the buttons shown do."""
        return [action_of(button.data) for row in self.shown.rows for button in row if button.data]

    @property
    def labels(self) -> list[str]:
        """What the buttons shown say."""
        return [button.label for row in self.shown.rows for button in row]

    @property
    def resident(self) -> Resident:
        """The person, to look at the API past the conversation."""
        return Resident.of(self.story.api, replace(self._incoming(), text=""))

    async def person_id(self) -> UUID:
        """Who the person is to the API."""
        return (await self.resident.me()).id

    def sees(self, replies: list[Reply], *, notice: bool = False) -> None:
        """What is shown to them is written down; what has buttons is what they press next."""
        for reply in replies:
            self.shown = reply if reply.rows else self.shown
            self.story.lines.append(f"{'🔔' if notice else '  '} → {self.name}\n{_indented(said(reply))}\n")

    def _incoming(self) -> Incoming:
        story = self.story
        return Incoming(
            self.channel, self.address, self.name, story.language, f"{self.address}-{self.updates}"
        )

    async def _does(self, incoming: Incoming, seen: str) -> Reply:
        self.updates += 1
        self.story.lines.append(f"{self.name}: {_masked(seen)}")
        replies = await respond(
            replace(incoming, update_key=f"{self.address}-{self.updates}"), self.story.api, self.story.now
        )
        self.sees(replies)
        return self.shown


def said(reply: Reply) -> str:
    """A reply as people see it: its words, what comes with it, and its buttons in brackets. Codes are random and hidden."""
    parts = [reply.text]
    if reply.ticket is not None:
        parts += [f"🎫 {reply.ticket.title} ######", *(f"   {line}" for line in reply.ticket.lines)]
        parts += ["   ▦"] if reply.ticket.qr else []
    if reply.place is not None:
        parts.append(f"📍 {reply.place.name}, {reply.place.address}")
    if reply.picture is not None:
        parts.append(f"🖼 {reply.picture.alt}")
    if reply.document is not None:
        parts.append(f"📄 {reply.document.name}")
    parts += ["[📍]"] if reply.ask_location else []
    parts += ["[📇]"] if reply.ask_contact else []
    parts += [
        " ".join(f"[{' / '.join(button.detail or (button.label,))}]" for button in row) for row in reply.rows
    ]
    return _masked("\n".join(parts))


def _masked(text: str) -> str:
    """Codes are random: of bookings and points, of requests, and of statements."""
    return re.sub(r"(?<![\d-])(?:\d{6}|\d{8})(?!\d)|\b[A-Z0-9]{12}\b", "######", text)


def _indented(text: str) -> str:
    return "\n".join(f"     {line}" if line else "" for line in text.splitlines())


@pytest.fixture
def story(world: World, language: Language, tmp_path: Path) -> Story:
    """A story about to begin, in the small world."""
    return Story(world, language, tmp_path)


def word_of(language: Language) -> LanguageWord:
    """The language as the tables name it."""
    return LanguageWord(language)
