"""Too much at once: of one person, and for Telegram. Asked for updates, as in the other mode."""

import asyncio
from dataclasses import replace
from itertools import pairwise

from bot.replies import Incoming, Reply
from bot.telegram.words import WORDS
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.running import FAST, Listener, always, running, until


async def test_a_flood_is_answered_in_its_newest_part(bot_api: FakeBotApi) -> None:
    listener, free = Listener(), asyncio.Event()

    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.text == "0":
            await free.wait()
        return await listener(incoming)

    hasty, other = bot_api.new_user(language_code="en"), bot_api.new_user()
    async with running(bot_api, respond, replace(FAST, most_behind=3)):
        for number in range(20):
            await hasty.send_text(str(number))
        await other.send_text("me too")
        assert (await other.next_message()).text == "me too"
        free.set()
        said = [(await hasty.next_message()).text for _ in range(5)]
        await until(lambda: bot_api.updates.pending == [])
    assert said == ["0", WORDS["en"].too_fast, "17", "18", "19"]
    assert len(hasty.messages) == 5


async def test_as_many_as_are_allowed_are_all_answered(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, Listener(), replace(FAST, most_behind=5)):
        for number in range(5):
            await user.send_text(str(number))
        assert [(await user.next_message()).text for _ in range(5)] == list("01234")


async def test_a_chat_gets_a_few_messages_at_once_and_then_one_a_second(bot_api: FakeBotApi) -> None:
    """While another chat does not wait for it."""
    talkative, other = bot_api.new_user(), bot_api.new_user()
    async with running(
        bot_api, always(*(Reply(str(number)) for number in range(4))), replace(FAST, chat_burst=2)
    ):
        await talkative.send_text("hi")
        await talkative.next_message()
        await other.send_text("hi")
        await other.next_message()
        for _ in range(3):
            await talkative.next_message()
    mine = [
        call.at for call in bot_api.calls_of("sendMessage") if call.params["chat_id"] == str(talkative.id)
    ]
    waited = [later - earlier for earlier, later in pairwise(mine)]
    assert waited[0] < 0.5
    assert all(pause > 0.8 for pause in waited[1:])
