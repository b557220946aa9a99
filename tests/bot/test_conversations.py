"""Conversations with people in the chat: both sides, hours, emergencies, handing on, and messages to those booked."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlmodel import col
from structlog.testing import capture_logs

from bot.conversation.actions import Home, Human, Slots, action_of, data_of, threads
from bot.conversation.actions.threads import (
    Announce,
    AnnounceOn,
    End,
    HandOn,
    Letters,
    MyThreads,
    ReplyTo,
    SendAnnouncement,
    ShowThread,
    Take,
    WriteTo,
)
from bot.conversation.human import duration
from bot.notices import About, Delivery
from bot.replies import Language, Reply, SharedFile
from bot.texts import words
from models.database import transaction
from models.tables import Grant, Notice, PointMessage, Thread, ThreadMessage
from models.vocabulary import NoticeKind, Role, ScopeKind
from tests.bot.chatting import Chat, api_over
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, DISTRICT, LUNCH, NOW, TOWN, World, at

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


@dataclass
class Town:
    """Several people at their chats, with one clock, and the notices that reach them."""

    world: World
    now: datetime = NOW
    chats: dict[str, Chat] = field(default_factory=dict)
    rung: list[tuple[str, Reply]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.api = api_over(self.world.database, clock=lambda: self.now)

    async def meet(self, name: str, language: Language = "zh-CN") -> Chat:
        """Somebody who says hello."""
        chat = Chat(self.api, user_id=f"{len(self.chats) + 1}", name=name, language=language)
        self.chats[chat.user_id] = chat
        await chat.say("/start")
        return chat

    async def grant(self, chat: Chat, role: Role, scope: ScopeKind, key: object) -> Chat:
        """Gives somebody a role."""
        person_id = await chat.person_id()
        async with transaction(self.world.database) as session:
            session.add(Grant(created_at=NOW, person_id=person_id, role=role, scope=scope, key=str(key)))
        return chat

    async def manager(self, name: str, language: Language = "zh-CN") -> Chat:
        """Somebody who manages the canteen."""
        return await self.grant(await self.meet(name, language), Role.point_manager, ScopeKind.point, CANTEEN)

    def at(self, moment: datetime) -> None:
        """Time passes for everybody."""
        self.now = moment
        for chat in self.chats.values():
            chat.now = moment

    async def ring(self) -> list[tuple[str, Reply]]:
        """Delivers what is due; each sees what came last. Returns who got what."""
        self.rung = []
        delivery = Delivery(self.api, "telegram", self, lambda: self.now)
        delivered = 1
        while delivered:
            self.at(self.now + timedelta(seconds=2))  # one address gets one message a second at most
            delivered = await delivery.deliver_due()
        return self.rung

    async def send(self, address: str, reply: Reply, about: About) -> None:
        """As the channel's sender."""
        self.rung.append((self.chats[address].name, reply))
        self.chats[address].shown = reply


@pytest.fixture
def town(world: World) -> Town:
    return Town(world)


async def said(world: World) -> list[str]:
    found = [one for one in await stored(world, ThreadMessage) if one.text]
    return [one.text for one in sorted(found, key=lambda one: one.number)]


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
    assert _("✅ Sent to {desk}. The answer comes here.", desk="幸福食堂") in resident.shown.text
    assert _("💬 You are talking to {partner}: just go on typing.", partner="幸福食堂") in resident.shown.text
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
    assert _("✅ Sent to {person}. The answer comes here.", person="小陈") in resident.shown.text
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
        "Nobody is there now. What you write is kept, and read from {moment} on.",
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
    await second.tap("报上一级")
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


@BOTH
async def test_a_message_to_those_booked_is_shown_before_it_is_sent(
    town: Town, world: World, language: Language
) -> None:
    _ = words(language)
    resident, manager = await town.meet("王阿姨", language), await town.manager("小陈", language)
    slot = await world.slot(LUNCH, at(1, 11))
    await resident.resident.book(slot, 1, None)
    await world.book(await world.person("没手机"), slot)
    await manager.do(Letters())
    await manager.tap(_("📢 Write to those booked: {point}", point="幸福食堂"))
    await manager.do(AnnounceOn(CANTEEN, at(2, 9).date()))
    assert _("Nobody is booked on that day.") in manager.shown.text
    await manager.do(AnnounceOn(CANTEEN, at(1, 9).date()))
    reaches = _.plural("{number} person is booked.", "{number} people are booked.", 2)
    assert reaches in manager.shown.text
    assert _("{number} of them can be reached.", number=1) in manager.shown.text
    await manager.say("停水")
    await manager.tap(_("✍️ Write it anew"))
    await manager.say("明天停水，请自带水杯。")
    assert "> 明天停水，请自带水杯。" in manager.shown.text
    assert await stored(world, PointMessage) == []
    await manager.do(SendAnnouncement(CANTEEN, at(2, 9).date()))
    assert await stored(world, PointMessage) == [], "not what was shown"
    await manager.do(AnnounceOn(CANTEEN, at(1, 9).date()))
    await manager.say("明天停水，请自带水杯。")
    await manager.tap(_.plural("📢 Send to {number} person", "📢 Send to {number} people", 2))
    assert _.plural("✅ Sent to {number} person.", "✅ Sent to {number} people.", 2) in manager.shown.text
    await manager.again()
    assert len(await stored(world, PointMessage)) == 1
    told = [reply for who, reply in await town.ring() if who == "王阿姨"]
    assert told[-1].text.startswith(_("📢 {point} writes:", point="幸福食堂"))
    assert "明天停水，请自带水杯。" in told[-1].text
    await manager.do(Announce(CANTEEN))
    assert "明天停水，请自带水杯。" in manager.shown.text
    sent = _(
        "{moment}: sent to {people}, arrived at {delivered}.",
        moment=_.moment(NOW, town.now),
        people=2,
        delivered=1,
    )
    assert sent in manager.shown.text


async def test_at_night_the_sender_sees_when_it_goes_out(town: Town, world: World) -> None:
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await resident.resident.book(await world.slot(LUNCH, at(2, 11)), 1, None)
    town.at(at(0, 22))
    await manager.do(AnnounceOn(CANTEEN, at(2, 9).date()))
    await manager.say("后天停水")
    assert "明天（周二）08:00发出" in manager.shown.text


async def test_there_is_no_dead_end(town: Town, world: World) -> None:
    """Every button of both sides leads to a screen with a way back and a human, and nothing fails on the way."""
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await town.manager("小李")
    await town.grant(await town.meet("街道"), Role.staff, ScopeKind.division, TOWN)
    await resident.resident.book(await world.slot(LUNCH, at(1, 11)), 1, None)
    await resident.do(WriteTo(CANTEEN))
    await resident.say("在吗")
    reached: set[type] = set()
    with capture_logs() as logs:
        day = at(1, 9).date()
        for chat, seeds in (
            (manager, [Letters(), AnnounceOn(CANTEEN, day), SendAnnouncement(CANTEEN, day)]),
            (resident, [Human(CANTEEN), MyThreads(), WriteTo(CANTEEN)]),
        ):
            waiting: deque[str] = deque(map(data_of, seeds))
            done: set[str] = set()
            while waiting:
                data = waiting.popleft()
                action = action_of(data)
                if data in done or not isinstance(action, (*threads.VERBS.values(), Human)):
                    continue
                done.add(data)
                reached.add(type(action))
                await chat.press(data)
                offered = {type(one) for one in chat.actions}
                assert Human in offered, action
                assert Home in offered or Slots("lunch") in chat.actions, action
                waiting += [button.data for button in chat.buttons if button.data]
    assert logs == []
    assert reached >= set(threads.VERBS.values())


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


async def test_silence_and_alerts_read_well(town: Town, world: World) -> None:
    """Each notice in words, with its buttons working."""
    resident, manager = await town.meet("王阿姨"), await town.manager("小陈")
    await resident.do(WriteTo(CANTEEN))
    await resident.say("在吗")
    await town.ring()
    await sql(
        world,
        "UPDATE notice SET kind = 'thread_alert', status = 'pending', finished_at = NULL, next_at = NULL,"
        " data = data || '{\"since\": \"2026-11-23T09:00:00+08:00\"}' WHERE kind = 'thread_message'",
    )
    ((who, told),) = await town.ring()
    assert (who, "还没有人回复" in told.text) == ("小陈", True)
    assert "今天（周一）09:00" in told.text
    await manager.tap("回复")
    await manager.say("来了")
    assert len(await stored(world, Notice, col(Notice.kind) == NoticeKind.thread_message)) == 1
