"""Closing, opening once more, making a shift: asked piece by piece or said at once, done by one tap, once."""

import pytest

from bot.conversation.actions.managers import (
    AskLift,
    Close,
    Closures,
    Commit,
    Fill,
    Lift,
    OpenExtra,
    PlanShift,
)
from models.tables import Closure, Notice, Shift, Slot
from models.vocabulary import NoticeKind, ShiftStatus
from tests.bot.chatting import Chat, api_over
from tests.bot.managing.keeper import day, keeper
from tests.scheduling.acting import sql, stored
from tests.world import CANTEEN, HAIRCUT, LUNCH, READING_ROOM, World, at


async def told(world: World, kind: NoticeKind) -> list[Notice]:
    return [one for one in await stored(world, Notice) if one.kind is kind]


async def closures(world: World) -> list[Closure]:
    return await stored(world, Closure)


async def test_closing_by_one_sentence_and_two_taps(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(4, 11))
    await world.book(await world.person("王桂英"), slot, 2)
    await chat.say("周五停开一天")
    assert "11月27日（周五）全天" in chat.shown.text
    await chat.tap("全部服务")
    await chat.tap("设备检修")
    assert "停开 1 个时段" in chat.shown.text
    assert "1 个预约，共 2 位：王桂英（2 位）" in chat.shown.text
    assert "站点说：设备检修" in chat.shown.text
    assert await closures(world) == [], "nothing is done before the tap"
    await chat.tap("停开，取消 1 个预约")
    assert "已停开" in chat.shown.text
    assert await world.counts(slot) == (0, 0, 10)
    (notice,) = await told(world, NoticeKind.booking_cancelled_by_point)
    assert notice.data["reason"] == "设备检修"


async def test_pressed_twice_or_delivered_twice_it_closes_once(world: World, chat: Chat) -> None:
    await world.slot(LUNCH, at(4, 11))
    await chat.do(Close(CANTEEN, day(4)))
    for label in ("全天", "全部服务", "不写原因"):
        await chat.tap(label)
    commit = chat.button("停开").data
    await chat.press(commit)
    await chat.again()
    await chat.press(commit)
    assert "已经办过了" in chat.shown.text
    assert "停开的时间" in chat.shown.text
    assert len(await closures(world)) == 1


async def test_hours_a_service_and_ones_own_words(world: World, chat: Chat) -> None:
    cut = await world.slot(HAIRCUT, at(1, 15))
    kept = await world.slot(HAIRCUT, at(1, 9))
    lunch = await world.slot(LUNCH, at(1, 15))
    await chat.say("明天下午停开")
    assert "13:00–18:00" in chat.shown.text
    await chat.say("上门理发")
    await chat.say("理发师去培训了")
    assert "原因：理发师去培训了" in chat.shown.text
    await chat.tap("换时间")
    assert "看懂" in (await chat.say("随便")).text
    await chat.say("下午两点到六点")
    assert "14:00–18:00" in chat.shown.text
    await chat.tap("🚫")
    (closure,) = await closures(world)
    assert (closure.start, closure.end, closure.service_id) == (at(1, 14), at(1, 18), HAIRCUT)
    states = {slot.id: slot.status for slot in await stored(world, Slot)}
    assert [str(states[one]) for one in (cut, kept, lunch)] == ["closed", "open", "open"]


@pytest.mark.parametrize("said", ["周五到周日停开", "周五起停三天"])
async def test_several_days(world: World, chat: Chat, said: str) -> None:
    await chat.say(said)
    if "全天" in [button.label for button in chat.buttons]:
        await chat.tap("全天")
    await chat.tap("全部服务")
    await chat.tap("节假日")
    await chat.tap("🚫")
    (closure,) = await closures(world)
    assert (closure.start, closure.end) == (at(4, 0), at(7, 0))


async def test_what_has_changed_since_is_shown_first(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(4, 11))
    await chat.do(Close(CANTEEN, day(4)))
    for label in ("全天", "全部服务", "不写原因"):
        await chat.tap(label)
    commit = chat.button("停开").data
    await world.book(await world.person("王桂英"), slot)
    await chat.press(commit)
    assert "刚才有变化" in chat.shown.text
    assert "王桂英" in chat.shown.text
    assert await closures(world) == []


async def test_closures_are_listed_and_lifted_once(world: World, chat: Chat) -> None:
    await world.slot(LUNCH, at(4, 11))
    await chat.do(Close(CANTEEN, day(4)))
    for label in ("全天", "全部服务", "天气原因", "🚫"):
        await chat.tap(label)
    await chat.do(Closures(CANTEEN))
    assert "天气原因" in chat.shown.text
    await chat.tap("恢复")
    (closure,) = await closures(world)
    assert AskLift(CANTEEN, closure.id) not in chat.actions
    await chat.tap("确定恢复开放")
    assert "1 个时段重新开放了" in chat.shown.text
    await chat.do(Lift(CANTEEN, closure.id))
    assert "已经取消了" in chat.shown.text
    await chat.do(AskLift(CANTEEN, closure.id))
    assert "接下来没有停开" in chat.shown.text


async def test_an_old_forms_buttons_do_nothing(world: World, chat: Chat) -> None:
    await chat.do(Close(CANTEEN, day(4)))
    old = chat.button("全天").data
    await chat.do(Close(CANTEEN, day(5)))
    await chat.press(old)
    assert "没有办完" in chat.shown.text
    await chat.do(Fill(1, 99, 1))
    await chat.do(Commit(CANTEEN, 99, 1, 1))
    assert "没有办完" in chat.shown.text


@pytest.mark.parametrize(("field", "value"), [(2, 1), (4, 9_999_999), (1, 50), (5, 44), (3, 1)])
async def test_a_forged_choice_is_asked_again(world: World, chat: Chat, field: int, value: int) -> None:
    await chat.do(Close(CANTEEN, day(4)))
    number = next(action.form for action in chat.actions if isinstance(action, Fill))
    await chat.do(Fill(number, field, value))
    assert "不能选" in chat.shown.text


async def test_another_button_gives_the_form_up_so_that_words_are_words_again(
    world: World, chat: Chat
) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=60)
    await chat.do(Close(CANTEEN, day(4)))
    await chat.tap("不办了")
    assert (await chat.resident.me()).draft is None
    await chat.say("明天午餐加二十")
    await chat.tap("60 → 80 份")
    assert await world.counts(slot) == (0, 0, 80)


async def test_opening_once_more(world: World, chat: Chat) -> None:
    await chat.do(OpenExtra(CANTEEN))
    await chat.tap("上门理发")
    await chat.say("后天上午9点到11点")
    assert "09:00–11:00" in chat.shown.text
    await chat.say("十二个")
    assert "12 位" in chat.shown.text
    commit = chat.button("加开").data
    await chat.press(commit)
    assert "加开好了" in chat.shown.text
    await chat.press(commit)
    (slot,) = [one for one in await stored(world, Slot) if one.service_id == HAIRCUT]
    assert (slot.start, slot.end, slot.capacity) == (at(2, 9), at(2, 11), 12)
    await chat.do(OpenExtra(CANTEEN))
    await chat.tap("上门理发")
    await chat.say("后天上午9点到11点")
    await chat.tap("10")
    await chat.tap("✅")
    assert "和已有的时段重叠" in chat.shown.text
    await chat.tap("换时间")
    await chat.tap("14:00–16:00")
    await chat.tap("✅")
    assert len(await stored(world, Slot)) == 2


async def test_a_shift_in_one_sentence(world: World, chat: Chat) -> None:
    await chat.do(PlanShift(CANTEEN))
    await chat.say("后天上午9点到11点半，分餐，3个人")
    assert "分餐" in chat.shown.text
    assert "要 3 人，至少 1 人" in chat.shown.text
    commit = chat.button("发布").data
    await chat.press(commit)
    assert "已发布" in chat.shown.text
    await chat.press(commit)
    (shift,) = await stored(world, Shift)
    assert (shift.title, shift.start, shift.end, shift.needed) == ("分餐", at(2, 9), at(2, 11, 30), 3)
    assert shift.status is ShiftStatus.published


async def test_a_shift_by_buttons(world: World, chat: Chat) -> None:
    await chat.do(PlanShift(CANTEEN))
    for label in ("接待引导", "明天", "09:00–11:00", "2"):
        await chat.tap(label)
    await chat.tap("换个数")
    await chat.say("四个")
    await chat.tap("发布，要 4 人")
    (shift,) = await stored(world, Shift)
    assert (shift.title, shift.needed) == ("接待引导", 4)


async def test_somebody_elses_point_is_refused_at_once(world: World) -> None:
    chat = await keeper(world, READING_ROOM)
    for action in (Close(CANTEEN), OpenExtra(CANTEEN), PlanShift(CANTEEN)):
        await chat.do(action)
        assert "不是您负责的站点" in chat.shown.text


async def test_a_role_that_has_ended_ends_what_was_begun(world: World, chat: Chat) -> None:
    await chat.do(Close(CANTEEN, day(4)))
    await sql(world, "DELETE FROM role_grant")
    gone = Chat(api_over(world.database), user_id=chat.user_id)
    await gone.say("设备检修")
    assert "站点负责人" in gone.shown.text
    assert (await gone.resident.me()).draft is None
