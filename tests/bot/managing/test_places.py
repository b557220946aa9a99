"""How many places: by buttons, by a sentence from the kitchen; what it means comes first, and nothing is done twice."""

from uuid import UUID

import pytest

from bot.conversation.actions.managers import AskPlaces, AskShut, Guests, MeantPlaces, Places, SetPlaces, Shut
from models.tables import AuditEntry, Notice
from models.vocabulary import NoticeKind
from scheduling.actors import Actor
from tests.bot.chatting import Chat
from tests.bot.managing.keeper import day, keeper, later
from tests.scheduling.acting import stored
from tests.world import CANTEEN, HAIRCUT, LUNCH, READING, READING_ROOM, World, at


async def told(world: World, kind: NoticeKind) -> int:
    return len(await stored(world, Notice, Notice.kind == kind))  # type: ignore[arg-type]  # a column's comparison


async def changes(world: World) -> int:
    """How often places were set."""
    return len(await stored(world, AuditEntry, AuditEntry.action == "slot.capacity_set"))  # type: ignore[arg-type]  # the same


@pytest.mark.parametrize(
    ("said", "label", "after"),
    [
        ("明天午餐加二十", "明天 11:00 长者午餐 60 → 80 份", 80),
        ("明天午餐改成六十五份", "60 → 65 份", 65),
        ("明天的午餐减10", "60 → 50 份", 50),
        ("明天午餐翻倍", "60 → 120 份", 120),
        ("明天11点的午餐只做45份", "60 → 45 份", 45),
        ("add 20 lunches tomorrow", "60 → 80 份", 80),
        ("cut lunch tomorrow to 40", "60 → 40 份", 40),
    ],
)
async def test_a_sentence_from_the_kitchen(
    world: World, chat: Chat, said: str, label: str, after: int
) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=60)
    await world.slot(LUNCH, at(1, 17), capacity=30)
    await world.slot(LUNCH, at(2, 11), capacity=30)
    await world.slot(HAIRCUT, at(1, 9), capacity=8)
    await chat.say(said)
    assert "不影响任何人" in chat.shown.text
    assert await world.counts(slot) == (0, 0, 60), "nothing is done by a sentence"
    await chat.tap(label)
    assert await world.counts(slot) == (0, 0, after)
    assert f"现在有 {after} 个名额" in chat.shown.text


async def test_a_service_is_known_by_its_name_and_a_day_by_its_words(world: World, chat: Chat) -> None:
    slot = await world.slot(HAIRCUT, at(2, 9), capacity=8)
    await world.slot(LUNCH, at(2, 11), capacity=60)
    await chat.say("后天理发减到5个")
    await chat.tap("8 → 5 位")
    assert await world.counts(slot) == (0, 0, 5)


async def test_several_are_asked_about_by_buttons(world: World, chat: Chat) -> None:
    first = await world.slot(HAIRCUT, at(1, 9), capacity=4)
    second = await world.slot(HAIRCUT, at(1, 10), capacity=4)
    await chat.say("明天理发加两个")
    assert "您说的是哪一个" in chat.shown.text
    await chat.tap("周二）10:00")
    await chat.tap("4 → 6 位")
    assert (await world.counts(first), await world.counts(second)) == ((0, 0, 4), (0, 0, 6))


async def test_without_a_number_it_is_asked_for(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=60)
    await chat.say("调整明天午餐的名额")
    assert "名额 60，已约 0" in chat.shown.text
    await chat.tap("输入数字")
    assert "没有看到数字" in (await chat.say("多一些")).text
    await chat.say("+15")
    await chat.tap("60 → 75 份")
    assert await world.counts(slot) == (0, 0, 75)
    assert (await chat.resident.me()).draft is None


async def test_nothing_of_the_kind_shows_the_day(world: World, chat: Chat) -> None:
    await world.slot(LUNCH, at(1, 11), capacity=60)
    await chat.say("明天理发加五个")
    assert "没有找到您说的时段" in chat.shown.text
    assert "长者午餐" in chat.shown.text


async def test_with_several_points_it_is_asked_at_which(world: World) -> None:
    chat = await keeper(world, CANTEEN, READING_ROOM)
    await world.slot(LUNCH, at(1, 11), capacity=60)
    reading = await world.slot(READING, at(1, 14), capacity=10)
    await chat.say("明天的名额加五个")
    await chat.tap("书香阅览室")
    await chat.tap("10 → 15 位")
    assert await world.counts(reading) == (0, 0, 15)
    await chat.say("幸福食堂明天午餐加十份")
    await chat.tap("60 → 70 份")


async def full_lunch(world: World) -> tuple[UUID, list[Actor]]:
    slot = await world.slot(LUNCH, at(1, 11), capacity=4)
    people = [await world.person(name) for name in ("王桂英", "李大爷", "赵奶奶")]
    for number, person in enumerate(people):
        await world.book(person, slot, 2 if number == 2 else 1)
    return slot, people


async def test_fewer_than_are_taken_shows_who_and_keeps_them(world: World, chat: Chat) -> None:
    slot, _people = await full_lunch(world)
    await chat.say("明天午餐改成2份")
    assert "赵奶奶（2 位）" in chat.shown.text
    assert "王桂英" not in chat.shown.text
    keep = chat.button("已约的 4 位都保留").data
    await chat.press(keep)
    assert "已约的都保留，降到 2 以前不再接新的" in chat.shown.text
    await chat.again()
    assert "都保留" in chat.shown.text, "the same tap once more says the same"
    await chat.press(keep)
    assert "都保留" in chat.shown.text
    assert await changes(world) == 1
    assert (await world.counts(slot))[0] == 4


async def test_the_last_in_are_moved_and_told(world: World, chat: Chat) -> None:
    slot, _people = await full_lunch(world)
    other = await world.slot(LUNCH, at(1, 12), capacity=10)
    await chat.do(AskPlaces(slot, 2))
    move = chat.button("最后约的 1 个预约改到别的时间").data
    await chat.press(move)
    await chat.press(move)
    assert await world.counts(slot) == (2, 2, 2)
    assert await world.counts(other) == (2, 2, 10)
    assert await told(world, NoticeKind.booking_changed) == 1
    assert await changes(world) == 1


async def test_or_cancelled_and_told(world: World, chat: Chat) -> None:
    slot, _people = await full_lunch(world)
    await chat.do(AskPlaces(slot, 2))
    await chat.tap("取消最后约的 1 个预约")
    assert await world.counts(slot) == (2, 2, 2)
    assert await told(world, NoticeKind.booking_cancelled_by_point) == 1


async def test_a_screen_that_is_no_longer_true_asks_again(world: World, chat: Chat) -> None:
    slot, _people = await full_lunch(world)
    await chat.do(AskPlaces(slot, 3))
    cancel = chat.button("取消最后约的").data
    await chat.do(AskPlaces(slot, 8))  # somebody else gives more places meanwhile
    await chat.tap("4 → 8 份")
    await world.book(await world.person("孙阿姨"), slot)
    await chat.press(cancel)
    assert "刚才有变化" in chat.shown.text
    assert "孙阿姨" in chat.shown.text
    assert await world.counts(slot) == (5, 5, 8)


async def test_a_booking_in_between_is_seen_as_well(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=4)
    await chat.do(AskPlaces(slot, 1))
    button = chat.button("4 → 1 份").data
    await world.book(await world.person("王桂英"), slot)
    await world.book(await world.person("李大爷"), slot)
    await chat.press(button)
    assert "刚才有变化" in chat.shown.text
    assert "李大爷" in chat.shown.text
    assert await world.counts(slot) == (2, 2, 4)


async def test_one_time_is_closed_and_opened_again(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=4)
    await world.book(await world.person("王桂英"), slot)
    await chat.do(AskShut(slot, 1))
    assert "王桂英" in chat.shown.text
    shut = chat.button("取消 1 个预约").data
    await chat.press(shut)
    assert "已停开" in chat.shown.text
    await chat.again()
    await chat.press(shut)
    assert "已停开" in chat.shown.text
    assert await told(world, NoticeKind.booking_cancelled_by_point) == 1
    await chat.do(Guests(slot))
    await chat.tap("重新开放")
    await chat.tap("重新开放 明天")
    assert "开放了，可以预约" in chat.shown.text
    assert await world.counts(slot) == (0, 0, 4)


async def test_what_is_over_is_not_changed(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11), capacity=4)
    evening = later(world, chat, at(0, 20))
    await evening.do(AskPlaces(slot, 9))
    assert "已经结束" in evening.shown.text
    await evening.do(SetPlaces(slot, 9, 0, 1))
    assert await world.counts(slot) == (0, 0, 4)


@pytest.mark.parametrize("affected", [7, 99])
async def test_a_forged_button_does_nothing(world: World, chat: Chat, affected: int) -> None:
    slot, _people = await full_lunch(world)
    await chat.do(SetPlaces(slot, 2, affected, 5))
    await chat.do(Shut(slot, 1, affected, 5))
    await chat.do(MeantPlaces(CANTEEN, day(1), affected, 5, None, None))
    await chat.do(Places(slot))
    assert await world.counts(slot) == (4, 4, 4)
