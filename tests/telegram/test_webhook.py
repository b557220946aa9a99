"""Updates that Telegram brings: recorded before they are answered, dealt with once by one of several processes."""

import asyncio
import json
import time
from collections import Counter
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime, timedelta

import httpx
import pytest
from sqlmodel import col

from bot.api import Api
from bot.replies import Incoming, Reply
from bot.telegram.webhook import BODY_LIMIT, MOUNT, SECRET_HEADER, key_of
from bot.telegram.words import WORDS
from bot.wire import Token
from models.tables import ChannelIdentity, ChatUpdate
from models.vocabulary import ChatUpdateStatus
from scheduling.rules.lanes import LEASE, LONGEST_LEASE, MOST_ATTEMPTS
from tests.bot.chatting import api_over
from tests.scheduling.acting import stored
from tests.telegram.fake_bot_api import FakeBotApi, Lost, Refused
from tests.telegram.fake_chats import PATIENCE_S
from tests.telegram.hooked import Hooked, hooked
from tests.telegram.running import FAST, Listener, Respond, until
from tests.world import NOW, World

QUICK = changed(FAST, look_s=0.05, say_held_s=0.05)


@dataclass
class Clock:
    """Time passes, so that what failed for a moment is tried again; and it can be moved."""

    now: datetime = NOW
    began: float = field(default_factory=time.monotonic)

    def __call__(self) -> datetime:
        return self.now + timedelta(seconds=time.monotonic() - self.began)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(world: World, clock: Clock) -> Api:
    return api_over(world.database, clock=clock)


def hangs(started: asyncio.Event) -> Respond:
    """A conversation that never ends."""

    async def respond(_: Incoming) -> list[Reply]:
        started.set()
        await asyncio.Event().wait()
        return []

    return respond


async def lease_ends(clock: Clock, listener: Listener) -> None:
    """Time passes until somebody else hears the update. What a process said last may reach the API after its death, and
    give its lease anew: then one more has to end."""
    async with asyncio.timeout(PATIENCE_S):
        while not listener.heard:
            clock.now += LEASE
            await asyncio.sleep(3)


async def finished(world: World) -> bool:
    return all(row.status is not ChatUpdateStatus.waiting for row in await stored(world, ChatUpdate))


async def until_finished(world: World) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await finished(world):  # noqa: ASYNC110 (rows tell nobody that they have changed)
            await asyncio.sleep(0.02)


async def test_what_telegram_brings_is_recorded_and_answered_once(
    bot_api: FakeBotApi, api: Api, world: World
) -> None:
    listener = Listener()
    user = bot_api.new_user()
    async with hooked(bot_api, api, [listener, listener]):
        update_id = await user.send_text("hi")
        assert (await user.next_message()).text == "hi"
        for _ in range(5):
            bot_api.redeliver(update_id)
        await user.send_text("and this")
        assert (await user.next_message()).text == "and this"
        await until_finished(world)
    assert [incoming.text for incoming in listener.heard] == ["hi", "and this"]
    assert set(bot_api.updates.hooks.answers) == {200}
    rows = await stored(world, ChatUpdate)
    assert {row.payload for row in rows} == {None}, "what was said is forgotten"
    hook = bot_api.calls_of("setWebhook")[0].params
    assert len(hook["secret_token"]) == 64
    assert json.loads(hook["allowed_updates"]) == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
    ]


async def test_strangers_and_nonsense_are_turned_away(bot_api: FakeBotApi, api: Api, world: World) -> None:
    async with hooked(bot_api, api, [Listener()]) as bots:
        door, path = bots.processes[0].door, f"{MOUNT}/updates"
        secret = {SECRET_HEADER: bot_api.calls_of("setWebhook")[0].params["secret_token"]}
        update = b'{"update_id": 1}'
        assert (await door.post(path, content=update)).status_code == 403
        assert (await door.post(path, content=update, headers={SECRET_HEADER: "no"})).status_code == 403
        assert (await door.post(path, content=b"{", headers=secret)).status_code == 400
        assert (await door.post(path, content=b"[" * 100_000, headers=secret)).status_code == 400
        assert (await door.post(path, content=b'{"update_id": true}', headers=secret)).status_code == 400
        assert (await door.post(path, content=b"\xff", headers=secret)).status_code == 400
        assert (await door.post(path, content=b"x" * (BODY_LIMIT + 1), headers=secret)).status_code == 413
        assert (await door.get(path)).status_code == 405
        assert await stored(world, ChatUpdate) == []
        assert (await door.post(path, content=update, headers=secret)).status_code == 200
        await until_finished(world)


def test_each_update_belongs_to_the_queue_of_its_chat() -> None:
    chat = {"chat": {"id": 7}}
    assert key_of({"update_id": 1, "message": chat}) == (1, "7")
    assert key_of({"update_id": 1, "callback_query": {"id": "4", "message": chat}}) == (1, "7")
    assert key_of({"update_id": 1, "my_chat_member": chat}) == (1, "7")
    assert key_of({"update_id": 1, "inline_query": {"id": "4"}}) == (1, "update 1")


async def test_what_cannot_be_recorded_is_not_taken_and_comes_again(
    bot_api: FakeBotApi, api: Api, world: World
) -> None:
    away = 3

    async def transport(request: httpx.Request) -> httpx.Response:
        nonlocal away
        if request.url.path == "/v1/chat-updates" and away:
            away -= 1
            return httpx.Response(503)
        return await api._http.send(request)

    doubtful = Api(
        httpx.AsyncClient(transport=httpx.MockTransport(transport), base_url="http://api"), api._service_key
    )
    user = bot_api.new_user()
    async with hooked(bot_api, doubtful, [Listener()]):
        await user.send_text("hi")
        assert (await user.next_message()).text == "hi"
    assert bot_api.updates.hooks.answers == [503, 503, 503, 200]


async def test_a_chat_is_answered_in_order_whichever_process_hears_it(
    bot_api: FakeBotApi, api: Api, world: World
) -> None:
    order: dict[str, list[str]] = {}
    working: Counter[str] = Counter()

    def conversation(delay_s: float) -> Respond:
        async def respond(incoming: Incoming) -> list[Reply]:
            working[incoming.user_id] += 1
            assert working[incoming.user_id] == 1, "two processes work on one chat"
            await asyncio.sleep(delay_s)
            working[incoming.user_id] -= 1
            order.setdefault(incoming.user_id, []).append(incoming.text or "")
            return [Reply(incoming.text or "")]

        return respond

    hooks = bot_api.updates.hooks.faults
    hooks.late_s, hooks.lost, hooks.twice, hooks.replayed = 0.02, 0.2, 0.2, 0.2
    users = [bot_api.new_user() for _ in range(6)]
    async with hooked(bot_api, api, [conversation(0.01), conversation(0.0)], QUICK):
        for number in range(6):
            for user in users:
                await user.send_text(str(number))
        async with asyncio.timeout(20):
            for user in users:
                for _ in range(6):
                    await user.next_message(15)
        await until(lambda: bot_api.updates.hooks.idle)
        await until_finished(world)
    assert {tuple(texts) for texts in order.values()} == {tuple("012345")}
    assert sorted(len(user.messages) for user in users) == [6] * 6


async def test_what_a_dying_process_had_in_hand_another_finishes(
    bot_api: FakeBotApi, api: Api, world: World, clock: Clock
) -> None:
    started, listener = asyncio.Event(), Listener()
    user = bot_api.new_user()
    async with hooked(bot_api, api, [hangs(started)], QUICK) as bots:
        first = await user.send_text("book")
        await started.wait()
        await user.send_text("and this")
        await until(lambda: bot_api.updates.hooks.idle)
        await bots.kill(bots.processes[0])
        await bots.open(listener)
        await asyncio.sleep(0.2)
        assert listener.heard == [], "it may still be at work"
        await lease_ends(clock, listener)
        assert [(await user.next_message()).text for _ in range(2)] == ["book", "and this"]
    assert listener.heard[0].update_key == str(first)


async def test_long_work_keeps_its_update(bot_api: FakeBotApi, api: Api, clock: Clock, world: World) -> None:
    started, listener = asyncio.Event(), Listener()
    user = bot_api.new_user()
    async with hooked(bot_api, api, [hangs(started)], QUICK) as bots:
        await user.send_text("book")
        await started.wait()
        await bots.open(listener)
        for _ in range(4):
            clock.now += LEASE / 2
            await asyncio.sleep(0.4)
        assert listener.heard == []
        assert [row.attempts for row in await stored(world, ChatUpdate)] == [1]
        await bots.kill(bots.processes[0])


async def test_who_was_too_slow_lets_go_of_what_another_has_in_hand(
    bot_api: FakeBotApi, api: Api, clock: Clock
) -> None:
    started, listener = asyncio.Event(), Listener()
    user = bot_api.new_user()
    async with hooked(bot_api, api, [hangs(started)], changed(QUICK, say_held_s=3600, look_s=3600)) as bots:
        await user.send_text("book")
        await started.wait()
        clock.now += LEASE
        bots.tempo = QUICK
        await bots.open(listener)
        assert (await user.next_message()).text == "book"
        slow = bots.processes[0].channel._updates._worker  # type: ignore[union-attr]  # it is one with a webhook
        await slow._say_held()
        await until(lambda: not slow._in_hand)
    assert len(listener.heard) == 1


async def test_who_takes_its_own_update_again_goes_on_with_it(
    bot_api: FakeBotApi, api: Api, clock: Clock, world: World
) -> None:
    free, listener = asyncio.Event(), Listener()

    async def respond(incoming: Incoming) -> list[Reply]:
        replies = await listener(incoming)
        await free.wait()
        return replies

    user = bot_api.new_user()
    async with hooked(bot_api, api, [respond], changed(QUICK, say_held_s=3600)):
        await user.send_text("book")
        await until(lambda: bool(listener.heard))
        clock.now += LEASE
        async with asyncio.timeout(20):
            while [row.attempts for row in await stored(world, ChatUpdate)] != [2]:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        free.set()
        assert (await user.next_message()).text == "book"
        await until_finished(world)
    assert len(listener.heard) == 1


async def test_who_is_stopped_hands_over_at_once(bot_api: FakeBotApi, api: Api) -> None:
    started, listener = asyncio.Event(), Listener()
    user = bot_api.new_user()
    async with hooked(bot_api, api, [hangs(started)], changed(QUICK, grace_s=0.05)) as bots:
        await user.send_text("book")
        await started.wait()
        await bots.open(listener)
        await bots.stop(bots.processes[0])
        assert (await user.next_message()).text == "book"


async def test_an_update_that_kills_whoever_works_on_it_ends_with_an_apology(
    bot_api: FakeBotApi, api: Api, world: World, clock: Clock
) -> None:
    user = bot_api.new_user()
    async with hooked(bot_api, api, [], QUICK) as bots:
        for attempt in range(MOST_ATTEMPTS):
            started = asyncio.Event()
            process = await bots.open(hangs(started))
            if attempt == 0:
                await until(lambda: bool(bot_api.updates.hooks.url))
                await user.send_text("poison")
            await asyncio.wait_for(started.wait(), 20)
            await bots.kill(process)
            clock.now += LONGEST_LEASE
        await user.send_text("hello?")
        await bots.open(Listener())
        assert "12345" in (await user.next_message()).text
        assert (await user.next_message()).text == "hello?"
    states = {row.attempts: row.status for row in await stored(world, ChatUpdate)}
    assert states == {MOST_ATTEMPTS + 1: ChatUpdateStatus.set_aside, 1: ChatUpdateStatus.done}


async def test_an_answer_that_did_not_get_through_comes_later(
    bot_api: FakeBotApi, api: Api, world: World, clock: Clock
) -> None:
    user = bot_api.new_user()
    bot_api.faults.add("sendMessage", Refused(502), times=2 * FAST.tries)
    async with hooked(bot_api, api, [Listener()], QUICK):
        await user.send_text("hi")
        for attempts in (1, 2):
            await until(lambda a=attempts: len(bot_api.calls_of("sendMessage")) == a * FAST.tries)  # type: ignore[misc]  # a lambda has no types
            await asyncio.sleep(0.1)
            clock.now += timedelta(minutes=1)
        assert (await user.next_message()).text == "hi"
        await until_finished(world)
    (row,) = await stored(world, ChatUpdate)
    assert row.attempts == 3


async def test_an_answer_whose_receipt_was_lost_is_said_twice_at_most(bot_api: FakeBotApi, api: Api) -> None:
    user = bot_api.new_user()
    bot_api.faults.add("sendMessage", Lost(done=True))
    async with hooked(bot_api, api, [Listener()], QUICK):
        await user.send_text("hi")
        assert [(await user.next_message()).text for _ in range(2)] == ["hi", "hi"]


async def test_an_update_of_a_kind_that_we_cannot_read_holds_nobody_up(
    bot_api: FakeBotApi, api: Api, world: World
) -> None:
    user = bot_api.new_user()
    async with hooked(bot_api, api, [Listener()], QUICK):
        broken = {"message_id": "?", "chat": {"id": user.id, "type": "private"}, "date": "?"}
        bot_api.updates.deliver("message", broken)  # type: ignore[arg-type]  # that is the point
        await user.send_text("hi")
        assert (await user.next_message()).text == "hi"
    rows = sorted(await stored(world, ChatUpdate), key=lambda row: row.update_id)
    assert [row.status for row in rows] == [ChatUpdateStatus.set_aside, ChatUpdateStatus.done]


async def test_a_flood_is_answered_in_its_newest_part_and_holds_nobody_up(
    bot_api: FakeBotApi, api: Api, world: World
) -> None:
    free = asyncio.Event()
    listener = Listener()

    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.text == "0":
            await free.wait()
        return await listener(incoming)

    hasty, other = bot_api.new_user(), bot_api.new_user()
    most = 5
    async with hooked(bot_api, api, [respond, respond], changed(QUICK, most_behind=most)):
        for number in range(40):
            await hasty.send_text(str(number))
        await until(lambda: bot_api.updates.hooks.idle)
        await other.send_text("me too")
        assert (await other.next_message()).text == "me too"
        free.set()
        said = [(await hasty.next_message()).text for _ in range(most + 2)]
        await until_finished(world)
    assert said == ["0", WORDS["zh-CN"].too_fast, *(str(number) for number in range(40 - most, 40))]
    assert len(hasty.messages) == most + 2


async def test_two_processes_together_refuse_a_group_once_a_minute(
    bot_api: FakeBotApi, api: Api, world: World, clock: Clock
) -> None:
    group = bot_api.new_group()
    user = bot_api.new_user().within(group)
    async with hooked(bot_api, api, [Listener(), Listener()], QUICK) as bots:
        for _ in range(8):
            await user.send_text("/start")
        await until(lambda: bot_api.updates.hooks.idle)
        await until_finished(world)
        assert len(group.messages) == 1
        for process in bots.processes:
            process.channel._updates._worker._work.__self__._spoke_in_group.clear()  # type: ignore[union-attr]  # a minute passes
        clock.now += timedelta(seconds=61)
        await user.send_text("/start")
        await until(lambda: len(group.messages) == 2)


async def test_blocking_and_unblocking_are_noted_with_the_person(
    bot_api: FakeBotApi, api: Api, world: World
) -> None:
    user = bot_api.new_user()
    await api.ask_as_service(
        "/v1/auth/chat",
        {"channel": "telegram", "user_id": str(user.id), "name": "王", "language": "zh-CN"},
        Token,
    )
    identity = col(ChannelIdentity.address) == str(user.id)
    async with hooked(bot_api, api, [Listener(), Listener()], QUICK):
        await user.block()
        await until(lambda: bot_api.updates.hooks.idle)
        await until_finished(world)
        (row,) = await stored(world, ChannelIdentity, identity)
        assert row.blocked_at is not None
        await user.unblock()
        await until(lambda: bot_api.updates.hooks.idle)
        await until_finished(world)
        (row,) = await stored(world, ChannelIdentity, identity)
        assert row.blocked_at is None
    assert user.messages == []


async def test_updates_from_before_the_webhook_are_brought_too(bot_api: FakeBotApi, api: Api) -> None:
    user = bot_api.new_user()
    await user.send_text("anybody there?")
    async with hooked(bot_api, api, [Listener()]) as bots:
        assert (await user.next_message()).text == "anybody there?"
        assert isinstance(bots, Hooked)
