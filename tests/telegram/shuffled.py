"""Many people at once, and everything that can go wrong between them and their bookings.

Telegram brings their updates to several processes of one bot, late, twice, again; answers get lost on every way; processes
die and others take their place. Time passes faster for the API, so that nobody waits long for the end of a lease.
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import httpx
from sqlalchemy import select
from sqlmodel import col

from bot.api import Api
from bot.conversation import respond
from bot.conversation.actions import Book, Cancel, action_of, data_of
from bot.conversation.actions.requests import LiesIn, Send
from bot.replies import Incoming, Reply
from bot.updates import UpdateDesk
from bot.wire.updates import Claim
from models.database import transaction
from models.tables import Booking, ChannelIdentity, ChatUpdate, Request
from models.vocabulary import BookingStatus, ChatUpdateStatus
from scheduling.check import check
from tests.bot.chatting import api_over
from tests.governing import NORTH, Grid
from tests.scheduling.acting import do, stored
from tests.telegram.fake_bot_api import ChatUser, FakeBotApi
from tests.telegram.fake_faults import Weather
from tests.telegram.hooked import Hooked
from tests.telegram.running import FAST, Respond, until
from tests.world import HILL_LUNCH, LUNCH, NOW, World, at

TEMPO = replace(FAST, look_s=0.1, say_held_s=0.2, concurrency=8)
"""Few chats at once: who dies with many in hand again and again would have some of them given up."""

MESSAGES = ("sendMessage", "sendPhoto", "sendVenue", "editMessageText", "editMessageMedia")
CHANCES = ((0.02, "429"), (0.03, "500"), (0.03, "lost before"), (0.02, "lost after"))
REQUESTING = 3
"""Of so many people one says what is wrong."""
SLOWEST_S = 0.15
"""Cancelling takes so long, and booking none: what is not kept in order is overtaken."""


@dataclass
class Clock:
    """The API's time, which passes `speed` times as fast."""

    speed: int
    began: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return NOW + timedelta(seconds=(time.monotonic() - self.began) * self.speed)


class Forgetful:
    """A desk that keeps nothing: whatever comes is worked on at once, by whom it came to. The negative control."""

    async def record(self, update_id: int, chat: str, payload: str, *, take: bool) -> Claim | None:
        return Claim(
            id=uuid4(), update_id=update_id, chat=chat, payload=payload, attempt=1, spent=False, behind=0
        )

    async def claim(self, limit: int) -> Sequence[Claim]:
        return ()

    async def hold(self, claims: Sequence[Claim]) -> Collection[UUID]:
        """Nobody else would take them."""
        return ()

    async def done(self, claim: Claim, *, answered: bool, take: bool) -> Claim | None:
        return None

    async def failed(
        self, claim: Claim, error: str, *, retry_after_s: float | None = None, set_aside: bool = False
    ) -> None:
        """Nobody tries again."""


@dataclass
class Shuffled:
    """The whole of it. `forgetful` leaves recording out, `keyless` the keys by which the API knows a repeat."""

    world: World
    bot_api: FakeBotApi
    seed: int = 1
    speed: int = 8
    forgetful: bool = False
    keyless: bool = False
    users: list[ChatUser] = field(default_factory=list)
    heard: dict[str, list[int]] = field(default_factory=dict)
    """By person: the numbers of updates in the order in which they were first worked on to the end."""
    kills: int = 0
    lost_by_api: int = 0
    slots: tuple[UUID, UUID] = (UUID(int=0), UUID(int=0))
    booked: dict[str, UUID] = field(default_factory=dict)
    """By person: the booking of the first slot."""

    def __post_init__(self) -> None:
        self.clock = Clock(self.speed)
        self.chance = random.Random(self.seed)
        self.weather = Weather(self.seed, CHANCES, MESSAGES)
        self._over = api_over(self.world.database, clock=self.clock)
        self.bots = Hooked(self.bot_api, self._over, TEMPO)

    def api(self) -> Api:
        """The API, which now and then does what a process asks, or does not, and gives no answer."""

        async def ask(request: httpx.Request) -> httpx.Response:
            doubtful = request.url.path.startswith("/v1/chat-updates")
            drawn = self.chance.random() if doubtful else 1.0
            if drawn < 0.02:
                self.lost_by_api += 1
                raise httpx.ReadError("lost before")
            answer = await self._over._http.send(request)
            if drawn < 0.04:
                self.lost_by_api += 1
                raise httpx.ReadError("lost after")
            return answer

        http = httpx.AsyncClient(transport=httpx.MockTransport(ask), base_url="http://api")
        return Api(http, self._over._service_key)

    def conversation(self, api: Api) -> Respond:
        """The real one, at uneven speed."""

        async def answer(incoming: Incoming) -> list[Reply]:
            if incoming.data is not None and isinstance(action_of(incoming.data), Cancel):
                await asyncio.sleep(SLOWEST_S)
            else:
                await asyncio.sleep(self.chance.random() * SLOWEST_S / 5)
            key = str(uuid4()) if self.keyless else incoming.update_key
            replies = await respond(replace(incoming, update_key=key), api, self.clock())
            order = self.heard.setdefault(incoming.user_id, [])
            if int(incoming.update_key) not in order:
                order.append(int(incoming.update_key))
            return replies

        return answer

    async def open(self) -> None:
        """One more process."""
        api = self.api()
        desk: UpdateDesk | None = Forgetful() if self.forgetful else None
        await self.bots.open(self.conversation(api), api, desk)

    async def _rage(self, every_s: float | None) -> None:
        """Kills a process again and again, and starts another in its place."""
        while every_s is not None:
            await asyncio.sleep(self.chance.uniform(0.5, 1.5) * every_s)
            await self.bots.kill(self.chance.choice(self.bots.processes))
            self.kills += 1
            await self.open()

    async def run(self, *, people: int, processes: int, kill_every_s: float | None, within_s: float) -> None:
        """Everybody books and cancels, some book elsewhere, while all goes wrong. When all is quiet, Telegram brings
        everything once more.
        """
        self.slots = (
            await self.world.slot(LUNCH, at(1, 11), capacity=people),
            await self.world.slot(HILL_LUNCH, at(1, 11), capacity=people),
        )
        await Grid(self.world).settle()
        self.users = [self.bot_api.new_user(f"居民{number}") for number in range(people)]
        hooks = self.bot_api.updates.hooks
        faults = hooks.faults
        faults.late_s, faults.lost, faults.twice, faults.replayed = 0.05, 0.1, 0.15, 0.3
        for _ in range(processes):
            await self.open()
        await until(lambda: bool(hooks.url))
        self.bot_api.faults = self.weather
        watching = asyncio.create_task(self._watch())
        raging = asyncio.create_task(self._rage(kill_every_s))
        try:
            async with asyncio.timeout(within_s):
                await asyncio.gather(*(self._lives(*each) for each in enumerate(self.users)))
                raging.cancel()
                await asyncio.gather(raging, return_exceptions=True)
                await self._quiet()
                for update_id in self.bot_api.updates.brought:
                    self.bot_api.redeliver(update_id)
                await self._quiet()
        finally:
            for task in (watching, raging):
                task.cancel()
            await asyncio.gather(watching, raging, return_exceptions=True)
            hooks.set("", "", 1)
            for process in list(self.bots.processes):
                await self.bots.stop(process)

    async def _lives(self, number: int, user: ChatUser) -> None:
        """Presses without waiting for answers, but for the one that says which booking there is to cancel. Half of the
        people book elsewhere then; some say what is wrong in their neighbourhood, and are impatient when they send it.
        """
        await user.send_text("/start")
        greeting = await user.next_message(60)
        first, second = self.slots
        user.press_on(greeting, data_of(Book(first, 1, None, 1)))
        while str(user.id) not in self.booked:  # noqa: ASYNC110 (what is waited for happens in the database)
            await asyncio.sleep(0.05)
        user.press_on(greeting, data_of(Cancel(self.booked[str(user.id)])))
        if number % 2:
            user.press_on(greeting, data_of(Book(second, 1, None, 1)))
        if number % REQUESTING == 0:
            await user.send_text(f"{number}号楼门口的路灯坏了")
            user.press_on(greeting, data_of(LiesIn(NORTH)))
            user.press_on(greeting, data_of(Send()))
            user.press_on(greeting, data_of(Send()))
        await user.send_text("/bookings")

    async def _watch(self) -> None:
        while True:
            async with transaction(self.world.database) as session:
                rows = await session.execute(
                    select(col(ChannelIdentity.address), col(Booking.id))
                    .join(Booking, col(Booking.booked_by_id) == col(ChannelIdentity.person_id))
                    .where(col(Booking.slot_id) == self.slots[0])
                )
                for address, booking in rows:
                    self.booked.setdefault(address, booking)
            await asyncio.sleep(0.1)

    async def _quiet(self) -> None:
        """Waits until nothing is to be brought, and nothing to be done."""
        waiting = col(ChatUpdate.status) == ChatUpdateStatus.waiting
        while (  # noqa: ASYNC110 (three places, none of which knows the test)
            not self.bot_api.updates.hooks.idle
            or any(process.channel._updates._worker._in_hand for process in self.bots.processes)  # type: ignore[union-attr]  # they have webhooks
            or await stored(self.world, ChatUpdate, waiting)
        ):
            await asyncio.sleep(0.1)

    async def wrongs(self) -> Counter[str]:
        """What went wrong with bookings, order and answers, by kind."""
        found: Counter[str] = Counter()
        bookings, requests = await self._bookings(), await self._requests()
        first, second = self.slots
        for number, user in enumerate(self.users):
            made = bookings.get(str(user.id), [])
            kinds = Counter((one.slot_id, one.status) for one in made)
            expected = Counter({(first, BookingStatus.cancelled): 1})
            if number % 2:
                expected[second, BookingStatus.confirmed] = 1
            found["missing"] += (expected - kinds).total()
            found["too many"] += (kinds - expected).total()
            told = requests[str(user.id)] - (number % REQUESTING == 0)
            found["missing"] += max(0, -told)
            found["too many"] += max(0, told)
            order = self.heard.get(str(user.id), [])
            found["disordered"] += order != sorted(order)
            said = "\n".join(seen(user))
            found["unanswered"] += sum(
                one.code not in said for one in made if one.status is BookingStatus.confirmed
            )
        found["broken invariants"] += len(await do(self.world, check, now=self.clock()))
        return +found

    async def _requests(self) -> Counter[str]:
        """How many each person has sent."""
        async with transaction(self.world.database) as session:
            rows = await session.execute(
                select(col(ChannelIdentity.address)).join(
                    Request, col(Request.asker_id) == col(ChannelIdentity.person_id)
                )
            )
            return Counter(rows.scalars())

    async def _bookings(self) -> dict[str, list[Booking]]:
        found: dict[str, list[Booking]] = {}
        async with transaction(self.world.database) as session:
            rows = await session.execute(
                select(col(ChannelIdentity.address), Booking).join(
                    Booking, col(Booking.booked_by_id) == col(ChannelIdentity.person_id)
                )
            )
            for address, booking in rows:
                found.setdefault(address, []).append(booking)
        return found


def seen(user: ChatUser) -> list[str]:
    """Everything that was ever shown in a chat, message by message, with each change of one."""
    return [message.text for message in user.chat.past]
