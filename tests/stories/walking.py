"""A random walk through the whole chat: anybody presses anything in any order, says and sends anything, at any time."""

import re
import time
from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

import httpx
from sqlalchemy import select, text
from sqlmodel import col
from structlog.testing import capture_logs

from bot.conversation import respond
from bot.conversation.actions import Action, Home, Human, Slots, action_of
from bot.replies import Incoming, Language, Reply, SharedFile
from models.database import Database, transaction
from models.ids import new_id
from models.tables import ChannelIdentity, Grant, HouseholdLink, Person, Volunteer
from models.vocabulary import Channel, Role
from scheduling.jobs import ALL_JOBS
from tests.bot.chatting import api_over
from tests.databases import DEMO_NOW

WITHOUT_A_TAP: tuple[tuple[str, str], ...] = (
    ("POST", r"/v1/auth/chat"),  # recognising who writes
    ("PUT|DELETE", r"/v1/me/draft"),  # what one is about to say
    (
        "POST",
        r"/v1/auth/link",
    ),  # looking at a code; tests/stories/test_myself.py holds that linking takes a tap
    ("POST", r"/v1/me/addresses/confirm"),  # giving back the code that was sent there is the consent
)
"""What changes nothing that anybody else sees, and so needs no button."""

COMMANDS = ("/stop",)
"""Orders in themselves: chosen from the app's menu, and undone by the one tap that they show."""

BY_SHARING: tuple[tuple[str, str], ...] = (
    ("PATCH", r"/v1/me"),  # a place shared becomes home, as the screen that asks for it says
)

SENTENCES = (
    "明天中午我要吃饭",
    "给我妈订后天的午餐",
    "取消周五的理发",
    "我的预约",
    "附近有什么活动",
    "周六上午有什么志愿活动",
    "我的班次",
    "我有多少志愿时长",
    "这周六我去不了，想换班",
    "我家楼下路灯坏了三天了",
    "转人工",
    "明天午餐加二十",
    "周五停开一天",
    "帮助",
    "返回",
    "我的资料",
    "注销",
    "K7WM-3QXD",
    "/start link_K7WM3QXD",
    "1950",
    "wang@example.org",
    "12",
    "123456",
    "五个",
    "王桂英",
    "13812345678",
    "/start",
    "/my",
    "/cancel",
    "/help",
    "/stop",
    "/start culture",
    "/start nowhere",
    "/language",
    "book lunch tomorrow for two",
    "cancel my haircut",
    "what shifts are there on saturday",
    "the lift is broken again",
    "talk to a human",
    "add twenty to lunch tomorrow",
    "<b>&amp;</b> {name} %s",
    "🙂",
    "长" * 4000,
)

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6364d8f0bf1e00028b0193adf4b3260000000049454e44ae426082"
)


@dataclass
class Walker:
    """Somebody at a chat. `seen` are the buttons that they were shown, however long ago."""

    name: str
    address: str
    language: Language
    shown: Reply = field(default_factory=lambda: Reply(""))
    seen: deque[str] = field(default_factory=lambda: deque(maxlen=400))
    updates: int = 0


@dataclass
class Walk:
    """The walk over a demonstration district. `random` decides everything, so a seed repeats it."""

    database: Database
    random: Random
    now: datetime = DEMO_NOW
    walkers: list[Walker] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    deeds: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    pressed: Counter[str] = field(default_factory=Counter)
    took_s: list[float] = field(default_factory=list)
    trail: deque[str] = field(default_factory=lambda: deque(maxlen=12))

    async def begin(self) -> None:
        """People of every kind come to the chat, and somebody whom nobody knows yet."""
        self._start_the_bot()
        async with transaction(self.database) as session:
            # Every third slot is nearly full, so that people wait, and are offered what comes free.
            await session.execute(
                text(
                    "UPDATE slot SET capacity = greatest(taken, 1) WHERE get_byte(uuid_send(id), 15) % 3 = 0"
                )
            )
            kinds = {
                "daughter": select(col(HouseholdLink.person_id)),
                "volunteer": select(col(Volunteer.id)),
                **{role.value: select(col(Grant.person_id)).where(col(Grant.role) == role) for role in Role},
                "neighbour": select(col(Person.id)),
            }
            for kind, statement in kinds.items():
                people = list(
                    (await session.execute(statement.order_by(statement.selected_columns[0]))).scalars()
                )
                for language in ("zh-CN", "en"):
                    if not people:
                        continue
                    person_id = people.pop(self.random.randrange(len(people)))
                    address = f"{kind}-{language}"
                    await session.merge(
                        ChannelIdentity(
                            id=new_id(),
                            created_at=self.now,
                            person_id=person_id,
                            channel=Channel.telegram,
                            address=address,
                            last_seen_at=self.now,
                        )
                    )
                    self.walkers.append(Walker(kind, address, language))
        self.walkers += [Walker("stranger", f"stranger-{language}", language) for language in ("zh-CN", "en")]

    async def step(self) -> None:
        """Somebody does something, and what is shown then is looked at. Raises AssertionError naming the way there."""
        who = self.random.choice(self.walkers)
        await self._pass_time()
        if self.random.random() < 0.01:
            self._start_the_bot()
        incoming = self._anything(who)
        self.trail.append(f"{self.now:%d %H:%M} {who.address}: {_described(incoming)}")
        self.asked.clear()
        with capture_logs() as logs:
            began = time.perf_counter()
            (reply,) = await respond(incoming, self._api, self.now)
            self.took_s.append(time.perf_counter() - began)
        trouble = [line for line in logs if line["log_level"] not in {"debug", "info"}]
        assert trouble == [], f"{trouble}\n{self._way()}"
        self._is_no_dead_end(reply)
        self._changes_only_by_a_tap(incoming)
        who.shown = reply
        who.seen.extend(button.data for row in reply.rows for button in row if button.data is not None)

    def _anything(self, who: Walker) -> Incoming:
        who.updates += 1
        bare = Incoming("telegram", who.address, who.name, who.language, f"{who.address}-{who.updates}")
        what = self.random.random()
        if what < 0.85 and (data := self._some_button(who, what)) is not None:
            return replace(bare, data=data)
        if what < 0.96:
            return replace(bare, text=self.random.choice(SENTENCES))
        if what < 0.98:
            north, east = self.random.uniform(31.6, 32.1), self.random.uniform(118.5, 119.1)
            return replace(bare, location=(north, east))
        if what < 0.99:
            return replace(bare, contact="13912345678")
        return replace(bare, file=SharedFile("photo", "a.png", "image/png", len(PIXEL), _pixel))

    def _some_button(self, who: Walker, what: float) -> str | None:
        """One that is shown, the rarer the likelier; an old one of theirs; or a forged one: shown to somebody else."""
        shown = [button.data for row in who.shown.rows for button in row if button.data is not None]
        if what > 0.82:
            others = self.random.choice(self.walkers).seen
            return self.random.choice(others) if others else None
        if what > 0.74 and who.seen:
            return self.random.choice(who.seen)
        if not shown:
            return None
        weights = [1 / (1 + self.pressed[type(action_of(data)).__name__]) for data in shown]
        (data,) = self.random.choices(shown, weights)
        self.pressed[type(action_of(data)).__name__] += 1
        return data

    async def _pass_time(self) -> None:
        before = self.now
        jump = self.random.random()
        self.now += timedelta(hours=self.random.uniform(2, 14)) if jump < 0.004 else timedelta(seconds=40)
        if self.now.date() != before.date():
            for job in ALL_JOBS:
                await job.sweep(self.database, self.now)

    def _start_the_bot(self) -> None:
        """A process that knows nothing of what was before."""

        def seen(request: httpx.Request) -> None:
            self.asked.append((request.method, request.url.path))

        self._api = api_over(self.database, clock=lambda: self.now, asked=seen)

    def _is_no_dead_end(self, reply: Reply) -> None:
        assert reply.text, self._way()
        buttons = [button for row in reply.rows for button in row]
        assert all(len(button.data.encode()) <= 64 for button in buttons if button.data), self._way()
        assert all(button.label.strip() for button in buttons), self._way()
        offered = [action_of(button.data) for button in buttons if button.data is not None]
        assert all(isinstance(action, Action) for action in offered), self._way()
        self.reached.update(type(action).__name__ for action in offered)
        assert any(isinstance(action, Human) for action in offered), f"no human: {self._way()}"
        assert any(isinstance(action, Home) or action == Slots("lunch") for action in offered), (
            f"no way back: {self._way()}"
        )

    def _changes_only_by_a_tap(self, incoming: Incoming) -> None:
        changes = [
            (method, path)
            for method, path in self.asked
            if method != "GET" and not _among(WITHOUT_A_TAP, method, path)
        ]
        if incoming.data is None and incoming.text is None:
            changes = [(method, path) for method, path in changes if not _among(BY_SHARING, method, path)]
        if not changes or incoming.text in COMMANDS:
            return
        assert incoming.data is not None, f"{changes} without a tap: {self._way()}"
        action = action_of(incoming.data)
        assert isinstance(action, Action), self._way()
        self.deeds[type(action).__name__] += 1

    def _way(self) -> str:
        return "\n".join(self.trail)


async def _pixel() -> bytes:
    return PIXEL


def _described(incoming: Incoming) -> str:
    if incoming.data is not None:
        return repr(action_of(incoming.data))
    return repr(incoming.text or incoming.location or incoming.contact or "a photo")[:80]


def _among(table: tuple[tuple[str, str], ...], method: str, path: str) -> bool:
    return any(re.fullmatch(methods, method) and re.fullmatch(paths, path) for methods, paths in table)
