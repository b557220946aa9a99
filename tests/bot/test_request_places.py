"""Where a request lies: at home, in a community that is named or chosen, at a place that was shared."""

from pathlib import Path

import pytest

from models.request_words import RequestState
from models.tables import Request
from tests.bot.chatting import Chat
from tests.bot.gridded import Town
from tests.bot.test_requests_chat import only, shared
from tests.governance.test_media import photo
from tests.governing import AT_GATE
from tests.scheduling.acting import stored
from tests.world import World


@pytest.fixture
async def town(world: World, tmp_path: Path) -> Town:
    return await Town(world, tmp_path).settle()


@pytest.fixture
async def resident(town: Town) -> Chat:
    return await town.chat(town.grid.resident, "陈奶奶")


async def test_a_photo_while_the_community_is_asked_for_asks_for_it_again_and_not_for_the_place(
    town: Town,
) -> None:
    chat = Chat(town.api, user_id="78", name="新邻居")
    await chat.say("楼下垃圾没人收")
    await chat.say("三号楼门口")
    assert "记下了：三号楼门口" in chat.shown.text
    await chat.send_file(shared(photo()))
    assert "照片收到了" in chat.shown.text
    assert "哪个街道" in chat.shown.text
    assert "在什么地方" not in chat.shown.text
    await chat.tap("东山街道")
    await chat.tap("1号社区")
    assert "1号社区，三号楼门口" in chat.shown.text
    assert "附 1 个文件" in chat.shown.text


async def test_without_a_home_the_community_is_asked_for(town: Town) -> None:
    chat = Chat(town.api, user_id="77", name="新邻居")
    await chat.say("楼下垃圾没人收")
    await chat.say("5 号楼后面")
    assert "哪个街道" in chat.shown.text
    await chat.tap("东山街道")
    await chat.tap("2号社区")
    assert "5 号楼后面" in chat.shown.text
    assert "网格员张磊" in chat.shown.text
    await chat.tap("✖️")
    assert "没有提交" in chat.shown.text
    assert await stored(town.world, Request) == []


@pytest.mark.parametrize(
    ("said", "where"), [("东山社区", "地点：2号社区\n"), ("东山社区3号楼", "地点：2号社区，东山社区3号楼\n")]
)
async def test_a_community_that_is_typed_is_not_asked_for(town: Town, said: str, where: str) -> None:
    chat = Chat(town.api, user_id="77", name="新邻居")
    await chat.say("楼下垃圾没人收")
    await chat.say(said)
    assert where in chat.shown.text
    assert "网格员张磊" in chat.shown.text


async def test_a_community_named_with_what_is_the_matter_is_not_asked_for_either(town: Town) -> None:
    chat = Chat(town.api, user_id="77", name="新邻居")
    await chat.say("东山社区北门的路灯坏了")
    assert "网格员张磊" in chat.shown.text
    await chat.tap("📍 改地点")
    await chat.say("北门左边")
    assert "地点：2号社区，北门左边\n" in chat.shown.text


async def test_of_a_sub_district_that_is_typed_the_communities_are_shown(town: Town) -> None:
    chat = Chat(town.api, user_id="77", name="新邻居")
    await chat.say("楼下垃圾没人收")
    await chat.say("东山街道菜场门口")
    assert "哪个社区" in chat.shown.text
    await chat.tap("2号社区")
    assert "地点：2号社区，东山街道菜场门口\n" in chat.shown.text


async def test_what_is_named_counts_more_than_home(town: Town, resident: Chat) -> None:
    """At home it would be somebody else's."""
    await resident.say("垃圾没人收")
    await resident.say("三号楼后面")
    assert "网格员李明" in resident.shown.text
    await resident.tap("📍 改地点")
    await resident.say("东山社区")
    assert "网格员张磊" in resident.shown.text
    await resident.tap("📍 改地点")
    await resident.say("汤山街道菜场门口")
    assert "哪个社区" in resident.shown.text


async def test_a_named_community_that_is_not_entered_is_asked_for(town: Town) -> None:
    chat = Chat(town.api, user_id="77", name="新邻居")
    await chat.say("晓里社区的路灯坏了")
    assert "不在本区" in chat.shown.text
    await chat.share(AT_GATE.latitude, AT_GATE.longitude)
    assert "网格员李明" in chat.shown.text


async def test_a_place_outside_the_district_is_asked_for_again(town: Town, resident: Chat) -> None:
    await resident.say("路灯坏了")
    await resident.share(39.9, 116.4)
    assert "不在本区" in resident.shown.text
    await resident.tap("🏠 就在我家附近")
    await resident.tap("✅")
    assert (await only(town)).state is RequestState.received
