"""Conversations with people in the chat: both sides, hours, emergencies, handing on."""

from uuid import UUID

import pytest

from bot.conversation.actions import Human
from bot.conversation.actions.threads import (
    End,
    HandOn,
    Letters,
    MyThreads,
    ReplyTo,
    ShowThread,
    Take,
    WriteTo,
)
from bot.conversation.human import duration
from bot.replies import Language, SharedFile
from bot.texts import words
from models.tables import Thread
from models.vocabulary import Role, ScopeKind
from tests.bot.town import Town, said, town
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, DISTRICT, LUNCH, TOWN, World, at

__all__ = ["town"]

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


@BOTH
async def test_a_conversation_from_both_sides(town: Town, world: World, language: Language) -> None:
    """Asked by a resident, answered on the notice, read on both sides, ended, and said to the other."""
    _ = words(language)
    resident = await town.meet("王阿姨", language)
    manager = await town.manager("小陈", language)
    await resident.do(Human(CANTEEN))
    assert "幸福食堂" in resident.shown.text
    assert "小陈" in resident.shown.text
    assert [button.url for button in resident.buttons if button.url] == ["tel:025-00000000", "tel:12345"]
    await resident.tap(_("✍️ Write to a person"))
    assert await stored(world, Thread) == [], "nothing has been said yet"
    await resident.say("轮椅能进来吗？")
    assert _("✅ Sent to {desk}. The answer will come here.", desk="幸福食堂") in resident.shown.text
    assert _("💬 You are talking to {partner}: just keep typing.", partner="幸福食堂") in resident.shown.text
    await resident.say("午餐")  # an answer and no order
    assert await said(world) == ["轮椅能进来吗？", "午餐"]
    ((who, told),) = await town.ring()
    assert who == "小陈"
    assert "轮椅能进来吗？\n\n午餐" in told.text, "two messages, one knock"
    await manager.tap(_("✍️ Answer"))
    await manager.say("可以，西门有坡道。")
    assert _("✅ Sent to {person}.", person="王阿姨") in manager.shown.text
    await manager.say("/my")
    assert await said(world) == ["轮椅能进来吗？", "午餐", "可以，西门有坡道。"], "that was for the bot"
    ((who, told),) = await town.ring()
    assert who == "王阿姨"
    assert told.text == _("💬 {person} of {desk} answers you:", person="小陈", desk="幸福食堂") + (
        "\n\n可以，西门有坡道。"
    )
    await resident.tap(_("✍️ Write back"))
    assert "> 可以，西门有坡道。" in resident.shown.text
    await resident.say("谢谢！")
    assert _("✅ Sent to {person}. The answer will come here.", person="小陈") in resident.shown.text
    await resident.tap(_("👀 The whole conversation"))
    lines = resident.shown.text.splitlines()
    assert lines[0] == _("💬 You and {partner}", partner="小陈 · 幸福食堂")
    assert [lines.index(one) for one in await said(world)] == sorted(
        lines.index(one) for one in await said(world)
    )
    await manager.do(Letters())
    await manager.press(manager.button("🔴 王阿姨").data)
    assert "谢谢！" in manager.shown.text
    await manager.tap(_("🔚 End it"))
    assert "王阿姨" in manager.shown.text
    await manager.tap(_("🔚 Yes, end it"))
    assert _("🔚 The conversation has ended. Thank you!") in manager.shown.text
    ((who, told),) = await town.ring()
    assert (who, told.text.splitlines()[0]) == (
        "王阿姨",
        _("🔚 {desk} has ended our conversation: it seems settled.", desk="幸福食堂"),
    )
    await resident.tap(_("✍️ Write again"))
    await resident.say("还有一件事")
    ((who, _told),) = await town.ring()
    assert who == "小陈"


async def test_what_is_delivered_again_is_said_once(town: Town, world: World) -> None:
    """Also the first thing said, which opens the conversation."""
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("一")
    await resident.again()
    await resident.say("二")
    await resident.again()
    assert await said(world) == ["一", "二"]
    assert len(await stored(world, Thread)) == 1


async def test_buttons_and_commands_work_and_end_the_writing(town: Town, world: World) -> None:
    await world.slot(LUNCH)
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("你好，在吗")
    await resident.tap("首页")
    await resident.say("订午餐")
    assert "长者午餐" in resident.read
    await resident.do(MyThreads())
    await resident.tap("幸福食堂")
    await resident.tap("接着说")
    await resident.say("午餐几点")
    await resident.tap("不写了")
    assert "跟我说" in resident.shown.text
    await resident.say("订午餐")
    assert await said(world) == ["你好，在吗", "午餐几点"]


@BOTH
async def test_outside_hours_it_is_said_and_the_message_is_kept(
    town: Town, world: World, language: Language
) -> None:
    _ = words(language)
    resident = await town.meet("王阿姨", language)
    await town.manager("小陈")
    town.at(at(0, 20))
    await resident.do(Human(CANTEEN))
    kept = _(
        "Nobody is there now. What you write is kept, and will be read from {moment} on.",
        moment=_.moment(at(1, 9), town.now),
    )
    assert kept in resident.shown.text
    assert "tel:12345" in [button.url for button in resident.buttons]
    await resident.tap(_("✍️ Write to a person"))
    await resident.say("明天有面条吗")
    assert kept in resident.shown.text
    town.at(at(0, 21, 30))
    await resident.say("再问一句")
    assert await town.ring() == [], "nobody is woken"
    town.at(at(1, 8))
    ((who, told),) = await town.ring()
    assert who == "小陈"
    assert "明天有面条吗\n\n再问一句" in told.text


async def test_the_wait_is_measured_and_never_made_up(town: Town, world: World) -> None:
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await resident.do(Human(CANTEEN))
    assert "目前还说不准" in resident.shown.text
    for number in range(3):
        town.at(at(0, 10 + number))
        other = await town.meet(f"邻居{number}")
        other.now = town.now
        await other.do(WriteTo(CANTEEN))
        await other.say("在吗")
        (thread,) = [one for one in await stored(world, Thread) if one.first_answered_at is None]
        town.at(at(0, 10 + number, 18))
        await manager.do(ReplyTo(thread.id))
        await manager.say("在")
    await resident.do(Human(CANTEEN))
    assert "一般 20 分钟内回复" in resident.shown.text
    town.at(at(0, 21))
    await resident.do(Human(CANTEEN))
    assert "明天（周二）09:00起有人看" in resident.shown.text
    assert "那时一般 20 分钟内回复" in resident.shown.text


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (1, "1 分钟", "1 minute"),
        (85, "85 分钟", "85 minutes"),
        (90, "2 小时", "2 hours"),
        (240, "4 小时", "4 hours"),
    ],
)
def test_a_wait_is_as_precise_as_is_honest(minutes: int, chinese: str, english: str) -> None:
    assert duration(words("zh-CN"), minutes) == chinese
    assert duration(words("en"), minutes) == english


@BOTH
async def test_words_of_an_emergency_bring_the_number_at_once(
    town: Town, world: World, language: Language
) -> None:
    _ = words(language)
    resident = await town.meet("王阿姨", language)
    await town.manager("小陈", language)
    town.at(at(0, 23))
    await resident.do(WriteTo(CANTEEN))
    await resident.say("奶奶晕倒了，还冒浓烟")
    assert resident.shown.text.startswith(
        _(
            "🚨 If somebody is in danger, call now: {numbers}. Do not wait for an answer here!",
            numbers="120 / 119",
        )
    )
    urls = [button.url for button in resident.buttons if button.url]
    assert urls[:2] == ["tel:120", "tel:119"]
    ((who, told),) = await town.ring()
    assert (who, told.text.splitlines()[0]) == ("小陈", _("🚨 This may be an emergency."))


async def test_colleagues_see_who_answers_and_it_is_handed_on(town: Town, world: World) -> None:
    resident, first, second = await town.meet("王阿姨"), await town.manager("甲"), await town.manager("乙")
    staff = await town.grant(await town.meet("街道"), Role.staff, ScopeKind.division, TOWN)
    await resident.do(WriteTo(CANTEEN))
    await resident.say("没人照看老人")
    await town.ring()
    await first.do(Letters())
    await first.tap("王阿姨")
    await first.tap("我来回")
    assert "您来回" in first.shown.text
    await second.do(Letters())
    assert "👤" in second.button("王阿姨").label
    await second.tap("王阿姨")
    assert "甲在回" in second.shown.text
    assert ReplyTo not in {type(action) for action in second.actions}
    (thread,) = await stored(world, Thread)
    await second.do(ReplyTo(thread.id))
    await second.say("我来答")
    assert "已有同事在回复" in second.shown.text
    assert (await second.resident.me()).draft is None
    await first.do(ShowThread(thread.id))
    await first.tap("转给同事")
    assert {"👤 乙", "👤 街道"} <= {button.label for button in first.buttons}
    await first.tap("👤 乙")
    assert "乙" in first.shown.text
    assert "王阿姨" in first.shown.text
    await first.tap("确定转出")
    assert "已转出" in first.shown.text
    ((who, told),) = await town.ring()
    assert (who, "没人照看老人" in told.text) == ("乙", True)
    await second.tap("看整个对话")
    await second.tap("转给同事")
    await second.tap("报给东山街道")
    await second.tap("确定转出")
    ((who, _told),) = await town.ring()
    assert who == "街道"
    await staff.tap("回复")
    await staff.say("我们下午上门")
    ((who, told),) = await town.ring()
    assert (who, "街道" in told.text) == ("王阿姨", True)


async def test_nothing_is_ended_unread(town: Town, world: World) -> None:
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("问一下")
    (thread,) = await stored(world, Thread)
    await manager.do(ReplyTo(thread.id))
    await manager.say("好的")
    await manager.tap("结束对话")
    await resident.say("等等")
    await manager.tap("确定结束")
    assert "刚刚又说了话" in manager.shown.text
    assert "等等" in manager.shown.text


async def test_a_photo_cannot_be_passed_on_yet_and_long_words_neither(town: Town, world: World) -> None:
    async def read() -> bytes:
        return b""

    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.send_file(SharedFile("photo", "a.jpg", "image/jpeg", 0, read))
    assert "只能转文字" in resident.shown.text
    await resident.share(31.9, 118.8)
    assert "只能转文字" in resident.shown.text
    await resident.say("长" * 2001)
    assert "2000" in resident.shown.text
    await resident.say("长" * 2000)
    assert "已转给" in resident.shown.text


async def test_who_may_not_see_a_conversation_hears_nothing_of_it(town: Town, world: World) -> None:
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("秘密")
    (thread,) = await stored(world, Thread)
    stranger = await town.meet("路人")
    for action in (
        ShowThread(thread.id),
        ReplyTo(thread.id),
        Take(thread.id),
        End(thread.id, 9),
        HandOn(thread.id, None),
    ):
        await stranger.do(action)
        assert "秘密" not in stranger.shown.text
    await stranger.do(Letters())
    assert "没有要回的来信" in stranger.shown.text
    assert "来信" not in str([button.label for button in (await stranger.say("/start")).rows[0]])


async def test_a_long_conversation_is_read_backwards(town: Town, world: World) -> None:
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    for number in range(1, 12):
        await resident.say(f"第{number}句")
    await resident.tap("看整个对话")
    assert "第11句" in resident.shown.text
    assert "第3句" not in resident.shown.text
    await resident.tap("更早的")
    assert "第3句" in resident.shown.text
    await resident.tap("最新的")
    assert "第11句" in resident.shown.text


async def test_where_nobody_answers_the_phones_remain(town: Town) -> None:
    resident = await town.meet("王阿姨")
    await resident.do(WriteTo(CANTEEN))
    assert "请打电话" in resident.shown.text
    assert [button.url for button in resident.buttons if button.url] == ["tel:025-00000000", "tel:12345"]
    await resident.do(WriteTo(UUID(int=404)))
    assert "不在" in resident.shown.text or "没有" in resident.shown.text or "重新" in resident.shown.text


async def test_a_refused_message_keeps_the_way_on(town: Town, world: World) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'thread_messages_hour', '1', now())",
        district=DISTRICT,
    )
    resident = await town.meet("王阿姨")
    await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("一")
    await resident.say("二")
    assert "发得太多了" in resident.shown.text
    assert await said(world) == ["一"]
    await resident.tap("不写了")
    assert (await resident.resident.me()).draft is None


async def test_a_notice_is_answered_by_the_channels_own_reply(town: Town, world: World) -> None:
    """As people are used to in Telegram; whatever else the bot waits for, and only words of leaving go past it."""
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("有轮椅通道吗")
    await resident.tap("首页")
    ((_who, told),) = await town.ring()
    under = tuple(button.data for row in told.rows for button in row if button.data)
    await manager.resident.keep_draft("threads_say", {"thread": str(UUID(int=404))})
    await manager.answer("有的", under)
    assert "已发给王阿姨" in manager.shown.text
    await manager.again()
    assert await said(world) == ["有轮椅通道吗", "有的"]
    ((_who, told),) = await town.ring()
    under = tuple(button.data for row in told.rows for button in row if button.data)
    await resident.answer("谢谢", under)
    await resident.say("再见")
    assert await said(world) == ["有轮椅通道吗", "有的", "谢谢", "再见"], "and goes on"
    await resident.answer("/start", under)
    await resident.answer("订午餐", ())
    assert await said(world) == ["有轮椅通道吗", "有的", "谢谢", "再见"]
