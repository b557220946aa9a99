"""A simulated week: a clock that is set, the jobs that it runs, the real application, and what every phone received."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.api import Api
from bot.notices import About, Delivery
from bot.replies import Language as Speech
from bot.replies import Reply
from bot.telegram.sender import without_pin
from models.database import transaction
from models.shapes.base import local
from models.tables import ChannelIdentity
from models.vocabulary import Channel, Language
from scheduling.actors import Actor
from scheduling.jobs import ALL_JOBS
from tests.bot.chatting import api_over
from tests.world import NOW, World

ROUNDS = ("08:00", "09:00", "10:00", "12:00", "13:00", "16:00", "18:00", "21:30")
"""When the jobs run and the phones ring on each day, besides just after somebody has done something."""


@dataclass
class Week:
    """The clock, and what was received by then: moment, whose phone, and what it says."""

    world: World
    now: datetime = NOW
    names: dict[str, str] = field(default_factory=dict)
    received: list[tuple[Speech, datetime, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api: Api = api_over(self.world.database, clock=lambda: self.now)

    async def person(self, name: str, language: Language, **more: object) -> Actor:
        """A resident on Telegram."""
        actor = await self.world.person(name, language=language, **more)  # type: ignore[arg-type]  # their columns
        address = f"{language}:{name}"
        self.names[address] = name
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
        return actor

    async def until(self, moment: datetime) -> None:
        """Lets time pass: at each round of every day the jobs run and what is due is delivered."""
        while (following := self._following()) < moment:
            self.now = following
            await self.ring()
        self.now = moment

    async def ring(self) -> None:
        """Runs the jobs, and delivers what is due, one after another in each chat, until nothing more is."""
        for job in ALL_JOBS:
            await job.sweep(self.world.database, self.now)
        began = self.now
        delivery = Delivery(self.api, "telegram", self, lambda: began)
        while await delivery.deliver_due():
            self.now += timedelta(seconds=2)
        self.now = began

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """As the sender of the channel."""
        self.received.append((about.language, local(self.now), self.names[address], said(reply)))

    def _following(self) -> datetime:
        here = local(self.now)
        today = [here.replace(hour=int(r[:2]), minute=int(r[3:]), second=0, microsecond=0) for r in ROUNDS]
        later = [moment for moment in today if moment > here]
        return later[0] if later else today[0] + timedelta(days=1)

    def transcript(self, language: Speech) -> str:
        """What people of one language received, in order. Codes are random and left out."""
        entries = sorted(
            (moment.replace(second=0, microsecond=0), name, order, text)
            for order, (spoken, moment, name, text) in enumerate(self.received)
            if spoken == language
        )
        return "\n".join(
            f"== {moment:%a %d %b %H:%M} → {name}\n{text}\n" for moment, name, _, text in entries
        )


def said(reply: Reply) -> str:
    """A reply as people see it: its words, and its buttons in brackets."""
    reply = without_pin(reply)
    buttons = (
        " ".join("[" + " / ".join(button.detail or (button.label,)) + "]" for button in row)
        for row in reply.rows
    )
    return re.sub(r"(?<![\d-])\d{6}(?!\d)", "######", "\n".join([reply.text, *buttons]))
