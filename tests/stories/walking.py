"""A random walk through the whole chat: anybody presses anything in any order, says and sends anything, at any time."""

import io
import json
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from uuid import UUID

import httpx
import segno
from sqlalchemy import delete, select
from sqlmodel import col
from structlog.testing import capture_logs

from bot.conversation import respond
from bot.conversation.actions import Action, Home, Human, More, Slots, action_of
from bot.conversation.actions.myself import Erase
from bot.notices import About, Delivery
from bot.replies import Incoming, Language, Reply, SharedFile
from governance.attachments import Keeping
from governance.files import AttachmentFiles
from governance.jobs import REQUEST_JOBS, attachment_jobs
from governance.threads.jobs import THREAD_JOBS
from models.database import Database, transaction
from models.ids import new_id
from models.tables import ChannelIdentity, Person
from models.vocabulary import Channel
from scheduling.jobs import JOBS
from scheduling.worker import run_job
from tests.bot.chatting import api_over
from tests.databases import DEMO_NOW
from tests.stories.deeds import DEEDS, name_of
from tests.stories.neighbourhood import settle
from tests.stories.saying import ANSWERS, SENTENCES, WAITING_FOR_CODES

WITHOUT_A_TAP: tuple[tuple[str, str], ...] = (
    ("POST", r"/v1/auth/chat"),  # recognising who writes
    ("PUT|DELETE", r"/v1/me/draft"),  # what one is about to say
    (
        "POST",
        r"/v1/auth/link",
    ),  # looking at a code; tests/stories/test_myself.py holds that linking takes a tap
    (
        "POST",
        r"/v1/attachments",
    ),  # a photo is nobody's until it is sent with something, and swept when it is not
    ("POST", r"/v1/me/birthday/preview"),  # what it would mean, and nothing is kept
    ("POST", r"/v1/series/preview"),  # what would be booked, and nothing is
    ("POST", r"/v1/points/[0-9a-f-]+/roster-suggestion"),  # computing one; asking those people takes a tap
    ("POST", r"/v1/threads/[0-9a-f-]+/seen"),  # what is on the screen has been seen
    ("POST", r"/v1/requests/similar"),  # looking whether neighbours said the same
    ("POST", r"/v1/me/household/see"),  # looking at what a code asks for
    ("POST", r"/v1/me/addresses/confirm"),  # giving back the code that was sent there is the consent
)
"""What changes nothing that anybody else sees, and so needs no button."""

COMMANDS = ("/stop",)
"""Orders in themselves: chosen from the app's menu, and undone by the one tap that they show."""

BY_SHARING: tuple[tuple[str, str], ...] = (
    ("PATCH", r"/v1/me"),  # a place shared becomes home, as the screen that asks for it says
    ("POST", r"/v1/threads(/[0-9a-f-]+/messages)?"),  # a photo sent to whom one talks to, as words are
)

BY_SHOWING: tuple[tuple[str, str], ...] = (
    (
        "POST",
        r"/v1/check-in",
    ),  # whoever keeps the door types or photographs the ticket of who stands before them
    (
        "POST",
        r"/v1/me/scans",
    ),  # a volunteer photographs, or types, the code that hangs where they come and go
)
"""A code in itself is the deed: it is had only by who stands there, and what it did is said at once."""

BY_SAYING: tuple[tuple[str, str], ...] = (
    ("POST", r"/v1/threads"),
    ("POST", r"/v1/threads/[0-9a-f-]+/messages"),
)
"""What is typed to a person after a tap began it: the screen names whom it goes to, and typing it is the deed."""

RESTARTS = 0.01
"""So often the bot is started anew, and knows nothing of what was before."""

PATIENT = {"make_slots": timedelta(days=1)}
"""Slots of a whole district are made for weeks ahead; looking every hour whether there are new ones takes most of the time."""

LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")

FIRST_SCREEN = (Slots("lunch"), More())
"""What only the first screen offers together: it needs no way back."""

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364d8f0bf1e00028b0193adf4b3260000000049454e44ae426082"
)

CODE = r"\b(?:[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9A-Z]{8,10}|[0-9]{6})\b"
"""What looks like a code on a screen: to join a household, to link a chat, to come in, of a request or a statement."""


@dataclass
class Walker:
    """Somebody at a chat. `seen` are the buttons that they were shown, however long ago."""

    name: str
    address: str
    language: Language
    shown: Reply = field(default_factory=lambda: Reply(""))
    seen: deque[str] = field(default_factory=lambda: deque(maxlen=400))
    updates: int = 0
    waits: str | None = None
    person_id: UUID | None = None


@dataclass
class Walk:
    """The walk over a demonstration district. `random` decides everything, so a seed repeats it."""

    database: Database
    random: Random
    folder: Path
    now: datetime = DEMO_NOW
    walkers: list[Walker] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    pressed: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    codes: deque[str] = field(default_factory=lambda: deque(["123456"], maxlen=30))
    photos: deque[bytes] = field(default_factory=lambda: deque([PIXEL], maxlen=30))
    took_s: list[float] = field(default_factory=list)
    restarts: int = 0
    trail: deque[str] = field(default_factory=lambda: deque(maxlen=12))

    async def begin(self) -> None:
        """People of every kind come to the chat, and somebody whom nobody knows yet."""
        self._keeping = Keeping(AttachmentFiles(self.folder))
        self._jobs = (*JOBS, *REQUEST_JOBS, *THREAD_JOBS, *attachment_jobs(self._keeping))
        self._ran: dict[str, datetime] = {}
        self._start_the_bot()
        async with transaction(self.database) as session:
            self._people = {kind: list(people) for kind, people in (await settle(session, self.now)).items()}
        for kind in self._people:
            for language in LANGUAGES:
                self.walkers.append(Walker(kind, f"{kind}-{language}", language))
                await self._move_in(self.walkers[-1])
        self.walkers += [Walker("stranger", f"stranger-{language}", language) for language in LANGUAGES]

    async def _make_room(self, who: Walker) -> None:
        """Whoever is erased is followed by another of their kind."""
        async with transaction(self.database) as session:
            person = None if who.person_id is None else await session.get(Person, who.person_id)
        if person is not None and person.erased_at is not None:
            await self._move_in(who)

    async def _move_in(self, who: Walker) -> None:
        """The chat is that of the next person of its kind, as long as there are any who are not erased."""
        people = self._people.get(who.name, [])
        # Somebody of two kinds may have been erased as the other.
        async with transaction(self.database) as session:
            there = await session.execute(
                select(col(Person.id)).where(col(Person.id).in_(people), col(Person.erased_at).is_(None))
            )
            not_erased = set(there.scalars())
        people[:] = [person_id for person_id in people if person_id in not_erased]
        if not people:
            return
        who.person_id = people.pop(0)
        identity = ChannelIdentity(
            id=new_id(),
            created_at=self.now,
            person_id=who.person_id,
            channel=Channel.telegram,
            address=who.address,
            last_seen_at=self.now,
        )
        async with transaction(self.database) as session:
            await session.execute(
                delete(ChannelIdentity).where(
                    col(ChannelIdentity.channel) == identity.channel,
                    col(ChannelIdentity.address) == identity.address,
                )
            )
            await session.merge(identity)
        self._start_the_bot()

    async def step(self) -> None:
        """Somebody does something, and what is shown then is looked at. Raises AssertionError naming the way there."""
        who = self.random.choice(self.walkers)
        with capture_logs() as logs:
            await self._pass_time()
            if self.random.random() < RESTARTS:
                self._start_the_bot()
                self.restarts += 1
            if self.random.random() < 0.05:
                await self._ring()
            incoming = self._anything(who)
            self.trail.append(f"{self.now:%d %H:%M} {who.address}: {_described(incoming)}")
            self.asked.clear()
            self._waits = who.waits
            began = time.perf_counter()
            (reply,) = await respond(incoming, self._api, self.now)
            self.took_s.append(time.perf_counter() - began)
        trouble = [line for line in logs if line["log_level"] not in {"debug", "info"}]
        assert trouble == [], f"{trouble}\n{self._way()}"
        who.waits = self._waits
        self._sees(who, reply)
        self._is_no_dead_end(reply)
        self._changes_only_by_a_deed(incoming)
        if incoming.data is not None and isinstance(action_of(incoming.data), Erase):
            await self._make_room(who)

    async def catch_up(self) -> None:
        """Every job whose time has come does what is due; the one that watches the others would only see that time has jumped."""
        for job in self._jobs:
            every = PATIENT.get(job.name, job.every)
            if self.now - self._ran.get(job.name, DEMO_NOW) >= every:
                self._ran[job.name] = self.now
                await run_job(job, self.database, lambda: self.now)

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """As the sender of the channel: a notice comes between what they were doing."""
        self.told[about.kind] += 1
        for who in self.walkers:
            if who.address == address and reply.rows:
                self._sees(who, reply)
                self._buttons_are_ours(reply)

    def _sees(self, who: Walker, reply: Reply) -> None:
        who.shown = reply
        who.seen.extend(button.data for row in reply.rows for button in row if button.data is not None)
        self.codes.extend(re.findall(CODE, reply.text))
        if reply.picture is not None:
            self.photos.append(reply.picture.content)
        if reply.ticket is not None:
            self.codes.append(reply.ticket.code)
            if reply.ticket.qr is not None:
                self.photos.append(_photo_of(reply.ticket.qr))

    def _anything(self, who: Walker) -> Incoming:
        who.updates += 1
        bare = Incoming("telegram", who.address, who.name, who.language, f"{who.address}-{who.updates}")
        if who.waits is not None and self.random.random() < 0.5:
            return self._answer(bare, who.waits)
        what = self.random.random()
        if what < 0.85 and (data := self._some_button(who, what)) is not None:
            return replace(bare, data=data)
        if what < 0.96:
            return replace(bare, text=self.random.choice((*SENTENCES, *self.codes)))
        if what < 0.98:
            north, east = self.random.uniform(31.6, 32.1), self.random.uniform(118.5, 119.1)
            return replace(bare, location=(north, east))
        if what < 0.99:
            return replace(bare, contact="13912345678")
        return replace(bare, file=self._photo())

    def _answer(self, bare: Incoming, waits: str) -> Incoming:
        """What was asked for, or something like it."""
        if self.random.random() < 0.15:
            return replace(bare, file=self._photo())
        fitting = ANSWERS.get(waits, ())
        if waits in WAITING_FOR_CODES:
            fitting = (*fitting, *self.codes)
        return replace(bare, text=self.random.choice(fitting or SENTENCES))

    def _photo(self) -> SharedFile:
        content = self.random.choice(self.photos)
        return SharedFile("photo", "a.png", "image/png", len(content), partial(_read, content))

    def _some_button(self, who: Walker, what: float) -> str | None:
        """One that is shown, the rarer the likelier; an old one of theirs; or a forged one: shown to somebody else."""
        shown = [button.data for row in who.shown.rows for button in row if button.data is not None]
        if what > 0.82:
            others = self.random.choice(self.walkers).seen
            return self.random.choice(others) if others else None
        if what > 0.74 and who.seen:
            shown = list(who.seen)
        if not shown:
            return None
        rarity = self.random.choice((1, 2))
        weights = [(1 + self.pressed[name_of(type(action_of(data)))]) ** -rarity for data in shown]
        (data,) = self.random.choices(shown, weights)
        self.pressed[name_of(type(action_of(data)))] += 1
        return data

    async def _pass_time(self) -> None:
        """Hours pass now and then, and every job catches up."""
        if self.random.random() >= 0.004:
            self.now += timedelta(seconds=40)
            return
        self.now += timedelta(hours=self.random.uniform(2, 14))
        await self.catch_up()

    async def _ring(self) -> None:
        """What is owed to people at their chats is delivered, as far as the channel's pace lets it."""
        delivery = Delivery(self._api, "telegram", self, lambda: self.now)
        for _ in range(5):
            if not await delivery.deliver_due():
                return
            self.now += timedelta(seconds=2)

    def _start_the_bot(self) -> None:
        """A process that knows nothing of what was before."""

        def seen(request: httpx.Request) -> None:
            self.asked.append((request.method, request.url.path))
            if request.url.path == "/v1/me/draft":
                self._waits = json.loads(request.content)["kind"] if request.method == "PUT" else None

        self._api = api_over(self.database, clock=lambda: self.now, asked=seen, keeping=self._keeping)

    def _is_no_dead_end(self, reply: Reply) -> None:
        assert reply.text, f"no words: {self._way()}"
        offered = self._buttons_are_ours(reply)
        first = all(action in offered for action in FIRST_SCREEN)
        assert any(isinstance(action, Human) for action in offered), f"no human: {self._way()}"
        assert first or any(isinstance(action, Home) for action in offered), f"no way back: {self._way()}"
        links = any(button.data is None for row in reply.rows for button in row)
        onward = links or any(not isinstance(action, Home | Human) for action in offered)
        assert onward, f"no way on from {reply.text!r}: {self._way()}"

    def _buttons_are_ours(self, reply: Reply) -> list[object]:
        buttons = [button for row in reply.rows for button in row]
        assert all(len(button.data.encode()) <= 64 for button in buttons if button.data), self._way()
        assert all(button.label.strip() for button in buttons), self._way()
        offered = [action_of(button.data) for button in buttons if button.data is not None]
        assert all(isinstance(action, Action) for action in offered), self._way()
        self.reached.update(name_of(type(action)) for action in offered)
        return list(offered)

    def _changes_only_by_a_deed(self, incoming: Incoming) -> None:
        changes = [
            (method, path)
            for method, path in self.asked
            if method != "GET" and not _among(WITHOUT_A_TAP, method, path)
        ]
        if incoming.data is None and incoming.text is None:
            changes = [(method, path) for method, path in changes if not _among(BY_SHARING, method, path)]
        if incoming.data is None:
            changes = [(method, path) for method, path in changes if not _among(BY_SHOWING, method, path)]
        if incoming.text is not None:
            changes = [(method, path) for method, path in changes if not _among(BY_SAYING, method, path)]
        if not changes or incoming.text in COMMANDS:
            return
        assert incoming.data is not None, f"{changes} without a tap: {self._way()}"
        action = action_of(incoming.data)
        assert isinstance(action, Action), self._way()
        deed = name_of(type(action))
        assert deed in DEEDS, f"{deed} did {changes}, and is no deed: {self._way()}"
        self.deeds[deed] += 1

    def _way(self) -> str:
        return "\n".join(self.trail)


async def _read(content: bytes) -> bytes:
    return content


def _photo_of(qr: str) -> bytes:
    png = io.BytesIO()
    segno.make(qr, error="m").save(png, kind="png", scale=4, border=4)
    return png.getvalue()


def _described(incoming: Incoming) -> str:
    if incoming.data is not None:
        return repr(action_of(incoming.data))
    return repr(incoming.text or incoming.location or incoming.contact or "a photo")[:80]


def _among(table: tuple[tuple[str, str], ...], method: str, path: str) -> bool:
    return any(re.fullmatch(methods, method) and re.fullmatch(paths, path) for methods, paths in table)
