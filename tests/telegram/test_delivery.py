"""No update lost, none out of order, whatever happens between Telegram and the bot."""

import asyncio
import socket
from collections import defaultdict
from dataclasses import replace

import pytest

from bot.replies import Button, Incoming, Reply
from bot.telegram.channel import TelegramChannel
from tests.telegram.fake_bot_api import BotApiServer, FakeBotApi, Garbled, Hangs, Lost, Refused, TooMany
from tests.telegram.fake_chats import PATIENCE_S
from tests.telegram.running import FAST, Listener, always, running, until


async def test_a_chats_updates_are_answered_in_order_and_chats_do_not_wait_for_each_other(
    bot_api: FakeBotApi,
) -> None:
    order: dict[str, list[str]] = defaultdict(list)
    working: set[str] = set()
    most = 0

    async def respond(incoming: Incoming) -> list[Reply]:
        nonlocal most
        assert incoming.user_id not in working, "two updates of one chat at the same time"
        working.add(incoming.user_id)
        most = max(most, len(working))
        # The first message takes longest: without order it would be overtaken.
        await asyncio.sleep(0.04 if incoming.text == "0" else 0.001)
        working.remove(incoming.user_id)
        order[incoming.user_id].append(incoming.text or "")
        return [Reply(f"{incoming.text}!")]

    users = [bot_api.new_user(f"{number}") for number in range(20)]
    async with running(bot_api, respond):
        for number in range(6):
            for user in users:
                await user.send_text(f"{number}")
        for user in users:
            assert [(await user.next_message()).text for _ in range(6)] == [
                f"{number}!" for number in range(6)
            ]
    assert all(texts == list("012345") for texts in order.values())
    assert most > 10


async def test_no_more_chats_are_served_at_once_than_allowed(bot_api: FakeBotApi) -> None:
    working = most = 0

    async def respond(_: Incoming) -> list[Reply]:
        nonlocal working, most
        working += 1
        most = max(most, working)
        await asyncio.sleep(0.01)
        working -= 1
        return [Reply("好")]

    users = [bot_api.new_user() for _ in range(12)]
    async with running(bot_api, respond, replace(FAST, concurrency=3)):
        for user in users:
            await user.send_text("hi")
        for user in users:
            await user.next_message()
    assert most == 3


async def test_hundreds_of_chats_are_answered_quickly(bot_api: FakeBotApi) -> None:
    users = [bot_api.new_user() for _ in range(300)]
    async with running(bot_api, always(Reply("好", rows=((Button("🏠", data="1h"),),)))):
        async with asyncio.timeout(PATIENCE_S):
            for user in users:
                await user.send_text("/start")
            for user in users:
                await user.next_message()
    assert all(len(user.messages) == 1 for user in users)


async def test_an_update_shown_twice_carries_the_same_key_twice(bot_api: FakeBotApi) -> None:
    listener = Listener()
    user = bot_api.new_user()
    async with running(bot_api, listener):
        update_id = await user.send_text("book")
        await user.next_message()
        bot_api.redeliver(update_id)
        await user.next_message()
    assert [incoming.update_key for incoming in listener.heard] == [str(update_id)] * 2


async def test_an_update_shown_again_while_in_hand_is_not_answered_twice(bot_api: FakeBotApi) -> None:
    listener = Listener()
    free = asyncio.Event()

    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.text == "slow":
            await free.wait()
        return await listener(incoming)

    slow, quick = bot_api.new_user(), bot_api.new_user()
    async with running(bot_api, respond):
        stuck = await slow.send_text("slow")
        await until(lambda: bot_api.updates.shown.count(stuck) == 2)
        await quick.send_text("quick")
        assert (await quick.next_message()).text == "quick"
        assert stuck in bot_api.updates.pending, "confirmed before it was answered"
        free.set()
        assert (await slow.next_message()).text == "slow"
    assert [incoming.text for incoming in listener.heard] == ["quick", "slow"]
    assert bot_api.updates.pending == []


async def test_what_a_dying_process_did_not_finish_is_answered_by_the_next(bot_api: FakeBotApi) -> None:
    started = asyncio.Event()

    async def dies(_: Incoming) -> list[Reply]:
        started.set()
        await asyncio.Event().wait()
        return []

    user = bot_api.new_user()
    async with running(bot_api, dies, replace(FAST, grace_s=0.01)):
        first = await user.send_text("book")
        await started.wait()
        second = await user.send_text("and another")
    assert bot_api.updates.pending == [first, second]
    listener = Listener()
    async with running(bot_api, listener):
        assert [(await user.next_message()).text for _ in range(2)] == ["book", "and another"]
    assert listener.heard[0].update_key == str(first)


async def test_a_stuck_update_is_let_go_before_it_holds_up_everybody(bot_api: FakeBotApi) -> None:
    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.text == "stuck":
            await asyncio.Event().wait()
        return [Reply("好")]

    stuck = bot_api.new_user()
    async with running(bot_api, respond, replace(FAST, hold_s=0.2, grace_s=0.01)):
        await stuck.send_text("stuck")
        users = [bot_api.new_user() for _ in range(150)]  # more than Telegram shows at once
        for user in users:
            await user.send_text("hi")
        for user in users:
            await user.next_message()


async def test_stopping_finishes_what_is_in_hand_and_tells_telegram(bot_api: FakeBotApi) -> None:
    started = asyncio.Event()

    async def respond(incoming: Incoming) -> list[Reply]:
        started.set()
        await asyncio.sleep(0.1)
        return [Reply(f"{incoming.text}!")]

    user = bot_api.new_user()
    async with running(bot_api, respond):
        await user.send_text("one")
        await user.send_text("two")
        await started.wait()
    assert [message.text for message in user.messages] == ["one!", "two!"]
    assert bot_api.updates.pending == []
    tasks = {task.get_name() for task in asyncio.all_tasks()}
    assert not [name for name in tasks if name.startswith("telegram")]


async def test_a_channel_can_be_stopped_before_it_ever_reached_telegram_and_started_again(
    bot_api: FakeBotApi,
) -> None:
    user = bot_api.new_user()
    channel = TelegramChannel(token=bot_api.token, respond=Listener(), api_url=bot_api.url, tempo=FAST)
    await channel.stop()
    await channel.start()
    with pytest.raises(RuntimeError):
        await channel.start()
    await channel.stop()
    await channel.start()
    await user.send_text("hi")
    await user.next_message()
    await channel.stop()
    assert not channel.connected


async def test_starting_waits_for_telegram_to_come_within_reach(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    bot_api.unreachable = True
    await user.send_text("anybody there?")
    async with running(bot_api, Listener()) as channel:
        await until(lambda: len(bot_api.calls) >= 3)
        assert not channel.connected
        bot_api.unreachable = False
        assert (await user.next_message()).text == "anybody there?"
        assert channel.connected


async def test_starting_survives_answers_that_make_no_sense(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    bot_api.faults.add("getMe", Garbled())
    bot_api.faults.add("deleteWebhook", Refused(502))
    await user.send_text("hi")
    async with running(bot_api, Listener()):
        assert (await user.next_message()).text == "hi"


async def test_starting_where_nobody_listens_neither_fails_nor_hinders_stopping() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    channel = TelegramChannel(
        token="1:nobody", respond=Listener(), api_url=f"http://127.0.0.1:{port}", tempo=FAST
    )
    await channel.start()
    await asyncio.sleep(0.1)
    assert not channel.connected
    async with asyncio.timeout(1):
        await channel.stop()


async def test_a_refused_token_is_said_without_saying_the_token(
    telegram_server: BotApiServer, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    token = "4242:a-token-that-is-secret"
    channel = TelegramChannel(token=token, respond=Listener(), api_url=telegram_server.url, tempo=FAST)
    await channel.start()
    await until(lambda: "[token]" in caplog.text)
    await asyncio.sleep(0.1)
    await channel.stop()
    said = "".join(capsys.readouterr())
    assert "the token is refused" in said
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("uvicorn")]
    assert not [line for line in [said, *ours] if token in line]


async def test_polling_survives_every_kind_of_failure(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    for fault in (
        Refused(500),
        Refused(502),
        TooMany(1),
        Lost(done=False),
        Lost(done=True),
        Garbled(),
        Refused(409, "other"),
    ):
        bot_api.faults.add("getUpdates", fault)
    bot_api.faults.add("getUpdates", Hangs(10, done=True))
    async with running(bot_api, Listener(), replace(FAST, poll_s=0, read_s=0.3)):
        await user.send_text("still there?")
        assert (await user.next_message()).text == "still there?"
    assert len(user.messages) == 1


async def test_an_active_webhook_is_put_away(bot_api: FakeBotApi) -> None:
    bot_api.updates.hook("https://example.org/elsewhere", "", 1, None)
    user = bot_api.new_user()
    async with running(bot_api, Listener()):
        await user.send_text("hi")
        await user.next_message()


async def test_commands_that_cannot_be_set_do_not_matter(bot_api: FakeBotApi) -> None:
    bot_api.faults.add("setMyCommands", Refused(400, "BOT_COMMAND_INVALID"))
    user = bot_api.new_user()
    async with running(bot_api, Listener()):
        await user.send_text("hi")
        await user.next_message()
    assert bot_api.commands == {}


async def test_telegrams_wish_to_wait_is_obeyed_and_other_chats_are_not_held_up(bot_api: FakeBotApi) -> None:
    hasty, other = bot_api.new_user(), bot_api.new_user()
    bot_api.faults.add("sendMessage", TooMany(1), chat_id=hasty.id)
    async with running(bot_api, Listener()):
        await hasty.send_text("me")
        await until(lambda: len(bot_api.calls_of("sendMessage")) == 1)
        await other.send_text("and me")
        await other.next_message(timeout=0.9)
        await hasty.next_message()
    first, second = [
        call for call in bot_api.calls_of("sendMessage") if call.params["chat_id"] == str(hasty.id)
    ]
    assert second.at - first.at >= 1.0


async def test_nobody_waits_an_hour_for_an_answer(bot_api: FakeBotApi) -> None:
    hasty, other = bot_api.new_user(), bot_api.new_user()
    bot_api.faults.add("sendMessage", TooMany(3600), chat_id=hasty.id)
    async with running(bot_api, Listener()):
        await hasty.send_text("me")
        await until(lambda: len(bot_api.calls_of("sendMessage")) == 1)
        await other.send_text("and me")
        await other.next_message()
        await until(lambda: bot_api.updates.pending == [])
    assert hasty.messages == []


@pytest.mark.parametrize("fault", [Refused(500), Refused(502), Lost(done=False), Hangs(10, done=False)])
async def test_an_answer_is_sent_again_until_it_arrives(
    bot_api: FakeBotApi, fault: Refused | Lost | Hangs
) -> None:
    bot_api.faults.add("sendMessage", fault, times=2)
    user = bot_api.new_user()
    async with running(bot_api, Listener(), replace(FAST, read_s=0.2, poll_s=0)):
        await user.send_text("hi")
        assert (await user.next_message()).text == "hi"
    assert len(user.messages) == 1


async def test_an_edit_whose_answer_was_lost_is_not_shown_twice(bot_api: FakeBotApi) -> None:
    async def respond(incoming: Incoming) -> list[Reply]:
        rows = ((Button("go", data="1h"),),)
        return [Reply(incoming.data or "start", rows, replace=True)]

    user = bot_api.new_user()
    bot_api.faults.add("editMessageText", Lost(done=True))
    async with running(bot_api, respond):
        await user.send_text("/start")
        await user.next_message()
        await user.press("go")
        await user.next_message()
        await until(lambda: len(bot_api.calls_of("editMessageText")) == 2)
    assert [message.text for message in user.messages] == ["1h"]


async def test_when_the_conversation_fails_the_person_gets_kind_words_and_a_way_back(
    bot_api: FakeBotApi,
) -> None:
    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.data == "1h":
            return [Reply("首页")]
        raise LookupError("a mistake of ours")

    user = bot_api.new_user()
    async with running(bot_api, respond):
        await user.send_text("hi")
        sorry = await user.next_message()
        await user.press("1h")
        assert (await user.next_message()).text == "首页"
    assert "12345" in sorry.text
    assert len(sorry.labels) == 3


async def test_a_conversation_that_takes_for_ever_is_ended_with_kind_words(bot_api: FakeBotApi) -> None:
    async def respond(_: Incoming) -> list[Reply]:
        await asyncio.Event().wait()
        return []

    user = bot_api.new_user(language_code="en")
    async with running(bot_api, respond, replace(FAST, work_s=0.05)):
        await user.send_text("hi")
        assert "sorry" in (await user.next_message()).text


async def test_a_reply_that_telegram_refuses_does_not_end_in_silence(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("您好", rows=((Button("x", data="y" * 65),),)))):
        await user.send_text("hi")
        assert "12345" in (await user.next_message()).text


async def test_whoever_blocks_the_bot_in_mid_conversation_harms_nobody(bot_api: FakeBotApi) -> None:
    gone, other = bot_api.new_user(), bot_api.new_user()
    async with running(bot_api, Listener()):
        await gone.block()
        await gone.send_text("hi")
        await other.send_text("hi")
        await other.next_message()
        await until(lambda: len(bot_api.calls_of("sendMessage")) == 2)
    assert gone.messages == []
    assert bot_api.updates.pending == []
