"""Writing to those booked: whom it reaches first, then once."""

from bot.conversation.actions.managers import Guests, Write
from models.tables import PointMessage, PointMessageRecipient
from tests.bot.chatting import Chat
from tests.bot.managing.keeper import day, keeper
from tests.scheduling.acting import stored
from tests.world import CANTEEN, LUNCH, READING_ROOM, World, at


async def test_those_of_a_slot_are_told_once(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    other = await world.slot(LUNCH, at(1, 12))
    for where in (slot, slot, other):
        await world.book(await world.person(), where)
    await chat.do(Guests(slot))
    await chat.tap("通知预约的人")
    assert "没有看懂" in (await chat.say("长" * 501)).text
    await chat.say("明天午餐改到二楼吃")
    assert "“明天午餐改到二楼吃”" in chat.shown.text
    assert "会发给 2 位" in chat.shown.text
    assert "其中 2 位没有聊天" in chat.shown.text
    assert await stored(world, PointMessage) == []
    send = chat.button("发给这 2 位").data
    await chat.press(send)
    assert "已发给 2 位" in chat.shown.text
    await chat.again()
    await chat.press(send)
    (message,) = await stored(world, PointMessage)
    assert message.text == "明天午餐改到二楼吃"
    assert len(await stored(world, PointMessageRecipient)) == 2


async def test_those_of_a_day_and_another_wording(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    await world.book(await world.person(), slot)
    await chat.do(Write(CANTEEN, None, day(1)))
    await chat.say("改天")
    await chat.tap("改内容")
    await chat.say("今天路滑，请慢走")
    send = chat.button("发给这 1 位").data
    await world.book(await world.person(), slot)
    await chat.press(send)
    assert "刚才有变化" in chat.shown.text
    await chat.tap("发给这 2 位")
    assert len(await stored(world, PointMessage)) == 1


async def test_nobody_booked_has_no_button(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    await chat.do(Write(CANTEEN, slot, None))
    await chat.say("有人吗")
    assert "没有人预约" in chat.shown.text
    assert not any("发给" in button.label for button in chat.buttons)


async def test_another_points_people_are_not_written_to(world: World) -> None:
    other = await keeper(world, READING_ROOM)
    await other.do(Write(CANTEEN, None, day(1)))
    assert "不是您负责的站点" in other.shown.text
