"""Somebody linked a chat by a code: the other chat sees it and parts with it by two taps, over the real application."""

import pytest
from sqlmodel import col

from bot import wire
from bot.conversation.actions.myself import AskUnlink, LookAtCode, Unlink
from bot.myself import Myself
from bot.news import render
from bot.replies import Language
from models.tables import ChannelIdentity
from tests.bot.chatting import Chat, api_over
from tests.scheduling.acting import stored
from tests.world import NOW, World


async def linked(world: World, language: Language) -> tuple[Chat, Chat, wire.Notice]:
    """The person's own chat, the other one, and what the first is told."""
    api = api_over(world.database)
    mine = Chat(api, user_id="1", name="王阿姨", language=language)
    other = Chat(api, user_id="2", name="骗子", language=language, channel="web")
    await mine.say("/start")
    await other.say("/start")
    made = await Myself.like(mine.resident).make_link_code()
    await other.do(LookAtCode(made.code.replace("-", "")))
    await other.tap("✅")
    (notice,) = (await api.claim("telegram", 5)).items
    return mine, other, notice


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_told_at_once_and_parted_with_by_two_taps(world: World, language: Language) -> None:
    zh = language == "zh-CN"
    mine, other, notice = await linked(world, language)
    shown = render(notice, NOW)
    assert notice.address == "1"
    assert (
        "一个新的聊天已连接到您的账户：网页聊天，骗子"
        if zh
        else "linked to your account: the chat page, 骗子"
    ) in shown.text
    assert await mine.person_id() == await other.person_id()
    await mine.press(shown.rows[0][0].data)
    assert ("断开这个聊天吗" if zh else "Unlink this chat?") in mine.shown.text
    await mine.tap("✂️")
    assert ("已断开" if zh else "Unlinked") in mine.shown.text
    assert await mine.person_id() != await other.person_id()
    await mine.again()
    assert ("已经不再连着" if zh else "not linked to you any more") in mine.shown.text


async def test_the_first_chat_is_not_parted_with(world: World) -> None:
    mine, other, _ = await linked(world, "zh-CN")
    first, second = sorted(await stored(world, ChannelIdentity), key=lambda one: one.address)
    await other.do(AskUnlink(first.id))
    assert "最早使用的聊天" in other.shown.text
    await other.do(Unlink(first.id))
    assert "最早使用的聊天" in other.shown.text
    assert Unlink(second.id) not in other.actions
    assert AskUnlink(second.id) in other.actions
    rows = await stored(world, ChannelIdentity, col(ChannelIdentity.person_id) == await mine.person_id())
    assert len(rows) == 2


async def test_my_chats_are_shown_with_one_account(world: World) -> None:
    chat = Chat(api_over(world.database))
    await chat.say("我的资料")
    await chat.tap("🔗")
    await chat.tap("💬")
    assert "1. Telegram" in chat.shown.text
    assert not any(isinstance(one, AskUnlink) for one in chat.actions)
