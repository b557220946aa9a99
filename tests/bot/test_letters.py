"""That no screen of conversations is a dead end, and that each notice of them reads well."""

from collections import deque

from sqlmodel import col
from structlog.testing import capture_logs

from bot.conversation.actions import Home, Human, Slots, action_of, data_of, threads
from bot.conversation.actions.threads import (
    Letters,
    MyThreads,
    WriteTo,
)
from models.tables import Notice
from models.vocabulary import NoticeKind, Role, ScopeKind
from tests.bot.town import Town, town
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, LUNCH, TOWN, World, at

__all__ = ["town"]


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
        for chat, seeds in (
            (manager, [Letters()]),
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
    # To go on after words of danger: tests/bot/test_danger.py.
    assert reached >= set(threads.VERBS.values()) - {threads.GoOn}


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
