"""Finding a point: by word, around a place that is not kept, and with all about it."""

import pytest

from bot.conversation.actions import AskBook, AskWait, finding
from bot.conversation.actions.finding import Find, PointsAt, ServiceSlots, ShowPoint
from bot.replies import Language
from tests.bot.chatting import Chat, api_over
from tests.bot.walking import walk
from tests.world import CANTEEN, HAIRCUT, HILL_HOUSE, LUNCH, World, at


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


@pytest.mark.parametrize(
    ("said", "found", "not_found"),
    [
        ("附近哪里能理发", "幸福食堂", "山里驿站"),
        ("山里驿站在哪", "山里驿站", "幸福食堂"),
        ("书香阅览室", "书香阅览室", "幸福食堂"),
        ("幸福食堂", "幸福食堂", "书香阅览室"),
        ("书香阅览室怎么走", "书香阅览室", "幸福食堂"),
    ],
)
async def test_a_word_finds_points_by_their_name_and_services(
    chat: Chat, said: str, found: str, not_found: str
) -> None:
    await chat.say(said)
    assert found in chat.shown.text
    assert not_found not in chat.shown.text
    assert any(isinstance(action, ShowPoint) for action in chat.actions)


async def test_what_is_looked_for_is_waited_for(chat: Chat) -> None:
    await chat.say("找站点")
    await chat.say("理发")
    assert "幸福食堂" in chat.shown.text
    await chat.say("没有这种东西")
    assert "没有找到“没有这种东西”" in chat.shown.text
    await chat.tap("再找别的")
    await chat.share(32.0504, 119.0401)
    assert chat.shown.text.index("山里驿站") < chat.shown.text.index("幸福食堂")
    assert (await chat.resident.me()).home is None


async def test_who_names_a_community_may_live_there(chat: Chat) -> None:
    """Kept by the tap that says so, and not asked again."""
    await chat.say("我住中前社区")
    assert (await chat.resident.me()).home_division is None
    await chat.tap("我住1号社区")
    home = (await chat.resident.me()).home_division
    assert home is not None
    assert home.code == "320115001001"
    await chat.say("中前社区有什么")
    assert not any("我住" in button.label for button in chat.buttons)


async def test_a_point_says_where_when_what_and_its_next_free_times(world: World, chat: Chat) -> None:
    await world.slot(HAIRCUT, at(0, 10))
    await world.slot(HAIRCUT, at(0, 16))
    lunch = await world.slot(LUNCH)
    await chat.do(ShowPoint(CANTEEN))
    for part in (
        "幸福食堂路1号",
        "今天 10:00–17:00",
        "025-00000000",
        "长者午餐",
        "上门理发",
        "最近有空的时间",
    ):
        assert part in chat.shown.text
    assert chat.shown.place is not None
    assert AskBook(lunch) in chat.actions
    way = chat.button("怎么走")
    assert way.url is not None
    assert way.url.startswith("https://uri.amap.com/navigation?to=118.840000,31.950000,")
    assert "coordinate=wgs84" in way.url


async def test_a_full_time_of_a_service_can_be_waited_for(world: World, chat: Chat) -> None:
    full = await world.slot(HAIRCUT, at(1, 9), capacity=1)
    await world.book(await world.person(), full)
    free = await world.slot(HAIRCUT, at(1, 10))
    await chat.do(ServiceSlots(HAIRCUT))
    assert {AskWait(full, 1, None), AskBook(free)} <= set(chat.actions)
    assert "可以候补" in chat.shown.text


async def test_a_point_with_nothing_today_says_so(chat: Chat) -> None:
    await chat.do(ShowPoint(HILL_HOUSE))
    assert "今天这里没有可约的" in chat.shown.text
    assert "没有空位" in chat.shown.text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_there_is_no_dead_end_in_finding(world: World, chat: Chat, language: Language) -> None:
    await world.slot(HAIRCUT, at(1, 9))
    await chat.say("你好")
    await chat.resident.change_me({"language": language})
    await chat.do(Find())
    kinds = set(finding.VERBS.values())
    seeds = [ShowPoint(CANTEEN), PointsAt(3_205_000, 11_904_000), PointsAt(0, 0)]
    assert await walk(chat, seeds, within=kinds) == kinds
