"""What people set for themselves: large text, what they are sent, pauses and appeals, the calendar."""

from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import pytest

from bot.conversation.actions import Home, Mine, SetReminders, Slots, standing
from bot.conversation.actions.myself import AskErase, SetLargeText, Telling
from bot.conversation.actions.standing import Appeal, AskAppeal, Calendar, Pauses, Settings, Stopping
from bot.replies import Language
from models.ids import PersonId
from models.tables import Pause
from scheduling.actors import Actor
from tests.bot.chatting import APP, Chat, api_over
from tests.bot.walking import walk
from tests.scheduling.acting import stored
from tests.scheduling.doors import miss
from tests.world import LUNCH, World, at


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


async def paused(world: World, chat: Chat) -> tuple[Chat, UUID]:
    """Three readings missed; it is the morning after."""
    await miss(world, Actor(PersonId(await chat.person_id())), 1, 2, 3)
    (pause,) = await stored(world, Pause)
    morning = at(4, 9)
    return replace(chat, api=api_over(world.database, morning), now=morning), pause.id


async def test_a_pause_says_why_and_until_when_and_takes_an_appeal(world: World, chat: Chat) -> None:
    await chat.do(Pauses())
    assert "没有暂停" in chat.shown.text
    later, pause = await paused(world, chat)
    await later.say("申诉")
    for part in ("文化", "您自己", "12月3日", "读书会", "自动恢复"):
        assert part in later.shown.text
    await later.tap("弄错了")
    await later.say("明天午饭那天我住院了")
    assert (await stored(world, Pause))[0].appeal is None, "nothing is sent before the tap"
    await later.tap("提交")
    assert (await stored(world, Pause))[0].appeal == "明天午饭那天我住院了"
    await later.do(Pauses())
    assert "您写了：“明天午饭那天我住院了”" in later.shown.text
    await later.do(Appeal(pause))
    assert "请写一下" in later.shown.text, "the words are sent once"


async def test_large_text_is_short_and_narrow(world: World, chat: Chat) -> None:
    for hour in range(9, 16):
        await world.slot(LUNCH, at(1, hour))
    usual = await chat.do(Home())
    await chat.do(Settings())
    assert SetLargeText(1) in chat.actions
    await chat.do(SetLargeText(1))
    assert (await chat.resident.me()).large_text
    large = await chat.do(Home())
    assert len(large.text) < len(usual.text)
    assert large.large_text
    for action in (Home(), Slots("lunch"), Slots("meals"), Mine(), Settings(), Stopping(), Calendar()):
        shown = await chat.do(action)
        assert {len(row) for row in shown.rows} == {1}, action
    await chat.do(Slots("meals"))
    assert sum("1" in button.label and "幸福食堂" in button.label for button in chat.buttons) == 3
    await chat.tap("更多")
    assert "4. " in chat.buttons[1].label or "4. " in chat.buttons[0].label
    await chat.do(SetLargeText(0))
    assert (await chat.do(Home())).text == usual.text


async def test_stop_leads_to_everything_that_can_be_stopped(chat: Chat) -> None:
    await chat.say("停")
    assert {SetReminders(0), Telling(), AskErase()} <= set(chat.actions)


async def test_a_calendar_address_is_made_once_and_shut(world: World, chat: Chat) -> None:
    await chat.do(Calendar())
    await chat.tap("生成地址")
    url = next(word for word in chat.shown.text.split() if word.startswith("http"))
    parts = urlsplit(url)
    transport = httpx.ASGITransport(APP, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://api") as http:
        path = f"{parts.path}?{parts.query}"
        assert (await http.get(path)).text.startswith("BEGIN:VCALENDAR")
        await chat.tap("停用地址")
        assert "停用了" in chat.shown.text
        assert (await http.get(path)).status_code == 404


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_there_is_no_dead_end_in_what_is_set(world: World, chat: Chat, language: Language) -> None:
    later, pause = await paused(world, chat)
    await later.resident.change_me({"language": language})
    await later.do(Settings())
    kinds = set(standing.VERBS.values())
    assert await walk(later, [AskAppeal(pause), Appeal(pause), Stopping()], within=kinds) == kinds
