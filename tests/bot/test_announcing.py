"""Messages to those booked in the chat, and that no screen of conversations is a dead end."""

from collections import deque

import pytest
from sqlmodel import col
from structlog.testing import capture_logs

from bot.conversation.actions import Home, Human, Slots, action_of, data_of, threads
from bot.conversation.actions.threads import (
    Announce,
    AnnounceOn,
    Letters,
    MyThreads,
    SendAnnouncement,
    WriteTo,
)
from bot.replies import Language
from bot.texts import words
from models.tables import Notice, PointMessage
from models.vocabulary import NoticeKind, Role, ScopeKind
from tests.bot.town import Town, town
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, LUNCH, NOW, TOWN, World, at

__all__ = ["town"]

BOTH = pytest.mark.parametrize("language", ["zh-CN", "en"])


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
