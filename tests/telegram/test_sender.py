"""Notices on their way to Telegram."""

import asyncio
from uuid import UUID

import pytest
from telegram.error import NetworkError

from bot.notices import About, Blocked, RetryLater, Sender, Undeliverable
from bot.replies import Button, Place, Reply
from bot.telegram.channel import TelegramChannel
from tests.telegram.fake_bot_api import FakeBotApi, Refused, TooMany
from tests.telegram.running import Listener, running

REMINDER = Reply("⏰ 明天 11:00 午餐", rows=((Button("🎫 预约码", data="1t"),),))


async def _acquainted(bot_api: FakeBotApi, channel: TelegramChannel) -> str:
    user = bot_api.new_user()
    await user.send_text("/start")
    await user.next_message()
    assert channel.connected
    return str(user.id)


async def test_a_notice_arrives_with_its_buttons_and_place(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, Listener()) as channel:
        sender: Sender = channel.sender
        about = About(UUID(int=1), "booking_reminder_soon", "en")
        await user.send_text("/start")
        await user.next_message()
        await sender.send(
            str(user.id),
            Reply(REMINDER.text, REMINDER.rows, place=Place("食堂", "12 号", 31.9, 118.8)),
            about,
        )
    assert [message.kind for message in user.messages] == ["text", "text"], "a pin would be a second message"
    assert user.messages[1].text.endswith("📍 12 号")
    assert user.messages[1].labels == ["🎫 预约码"]


async def test_whoever_blocked_the_bot_is_said_to_be_blocked(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, Listener()) as channel:
        await user.send_text("/start")
        await user.next_message()
        await user.block()
        with pytest.raises(Blocked):
            await channel.sender.send(str(user.id), REMINDER)
        await user.unblock()
        await channel.sender.send(str(user.id), REMINDER)
    assert user.last.text == REMINDER.text


@pytest.mark.parametrize("address", ["1234567", "not a number"])
async def test_an_address_that_telegram_does_not_know_is_as_good_as_blocked(
    bot_api: FakeBotApi, address: str
) -> None:
    async with running(bot_api, Listener()) as channel:
        with pytest.raises(Blocked):
            await channel.sender.send(address, REMINDER)


async def test_being_too_fast_is_handed_back_and_telegram_left_alone_until_then(bot_api: FakeBotApi) -> None:
    async with running(bot_api, Listener()) as channel:
        address = await _acquainted(bot_api, channel)
        bot_api.faults.add("sendMessage", TooMany(1))
        with pytest.raises(RetryLater) as refused:
            await channel.sender.send(address, REMINDER)
        assert refused.value.seconds == 1
        before = len(bot_api.calls)
        with pytest.raises(RetryLater) as refused:
            await channel.sender.send(address, REMINDER)
        assert 0 < refused.value.seconds <= 1.1
        assert len(bot_api.calls) == before
        await asyncio.sleep(refused.value.seconds)
        await channel.sender.send(address, REMINDER)


async def test_two_chats_refused_at_once_mean_that_all_must_wait(bot_api: FakeBotApi) -> None:
    async with running(bot_api, Listener()) as channel:
        first, second, third = [await _acquainted(bot_api, channel) for _ in range(3)]
        bot_api.faults.add("sendMessage", TooMany(60), times=2)
        with pytest.raises(RetryLater):
            await channel.sender.send(first, REMINDER)
        with pytest.raises(RetryLater):
            await channel.sender.send(second, REMINDER)
        with pytest.raises(RetryLater):
            await channel.sender.send(third, REMINDER)
    assert len(bot_api.calls_of("sendMessage")) == 3 + 2


async def test_other_failures_are_raised_for_the_notice_to_be_tried_again(bot_api: FakeBotApi) -> None:
    async with running(bot_api, Listener()) as channel:
        address = await _acquainted(bot_api, channel)
        bot_api.faults.add("sendMessage", Refused(502))
        with pytest.raises(NetworkError):
            await channel.sender.send(address, REMINDER)


async def test_what_telegram_refuses_as_such_is_no_matter_of_trying_again(bot_api: FakeBotApi) -> None:
    async with running(bot_api, Listener()) as channel:
        address = await _acquainted(bot_api, channel)
        with pytest.raises(Undeliverable):
            await channel.sender.send(address, Reply("⏰", rows=((Button("x", data="y" * 65),),)))
