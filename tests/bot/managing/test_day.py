"""Today at a point: what is on, who comes, who is missing, the queue, what to cook."""

from datetime import timedelta

from bot.conversation.actions import Home
from bot.conversation.actions.managers import (
    Came,
    Day,
    Guests,
    Kitchen,
    ServeNext,
    SetSummaries,
    Sheet,
    ShowQueue,
)
from models.database import transaction
from models.shapes.bookings import BookingAnswer, BookingOrder
from models.tables import Person
from models.vocabulary import Arrival, Role, ScopeKind
from scheduling import bookings
from scheduling import coming as answering
from tests.bot.chatting import Chat, api_over
from tests.bot.managing.keeper import day, grant, keeper, later
from tests.scheduling.acting import do
from tests.world import CANTEEN, HAIRCUT, HILL_HOUSE, LUNCH, READING_ROOM, TOWN, World, at


async def test_the_first_screen_leads_to_today(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11), capacity=40)
    await world.book(await world.person(), slot, 3)
    await world.slot(HAIRCUT, at(0, 15), capacity=5)
    await chat.say("/start")
    shown = await chat.tap("幸福食堂：今天")
    assert "幸福食堂 · 今天（周一）" in shown.text
    assert "已约 3/45 位，到了 0 位" in shown.text
    assert "接下来：11:00 长者午餐" in shown.text
    assert shown.text.index("11:00–12:00 长者午餐") < shown.text.index("15:00–16:00 上门理发")


async def test_somebody_without_the_role_sees_no_such_door(world: World) -> None:
    chat = Chat(api_over(world.database))
    await chat.say("/start")
    assert not any("今天" in button.label for button in chat.buttons)
    assert not any(isinstance(action, Day) for action in chat.actions)
    await chat.say("今天")
    assert "幸福食堂 · " not in chat.shown.text


async def test_many_points_have_one_door_and_the_choice_is_carried_by_the_buttons(world: World) -> None:
    chat = await keeper(world, CANTEEN, READING_ROOM)
    await chat.say("/start")
    assert sum("：今天" in button.label for button in chat.buttons) == 2
    await chat.say("今天")
    assert "哪个站点" in chat.shown.text
    await chat.tap("书香阅览室")
    assert "书香阅览室 · 今天" in chat.shown.text
    await chat.tap("换一天")
    await chat.tap("明天")
    assert "书香阅览室 · 明天" in chat.shown.text


async def test_staff_find_a_point_by_name(world: World) -> None:
    chat = Chat(api_over(world.database), user_id="5")
    await grant(world, chat, Role.staff, ScopeKind.division, TOWN)
    await chat.say("/start")
    await chat.tap("找站点")
    assert "没有找到" in (await chat.say("山里")).text  # of another sub-district
    await chat.say("食堂")
    await chat.tap("幸福食堂")
    assert "幸福食堂 · 今天" in chat.shown.text
    await chat.do(Day(HILL_HOUSE))
    assert "不是您负责的站点" in chat.shown.text


async def test_one_slots_people_with_answers_and_the_number_to_call(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    person = await world.person("王桂英", phone="13800001111")
    wanted = BookingOrder(
        slot_id=slot, party=2, note="牙口不好", answers={"serving": "collect", "diet": ["soft", "low_salt"]}
    )
    booking = await do(world, bookings.book, actor=person, wanted=wanted, now=at(0, 9))
    await chat.do(Guests(slot))
    assert "王桂英 2 位 · 自取 · 软烂、少盐 · “牙口不好”" in chat.shown.text
    await chat.tap("王桂英")
    assert booking.code in chat.shown.text
    assert "怎么用餐：自取" in chat.shown.text
    assert "tel:13800001111" in [button.url for button in chat.buttons]
    assert "13800001111" not in chat.shown.text
    await chat.do(Kitchen(slot))
    assert "一共 2 份" in chat.shown.text
    assert "自取 2" in chat.shown.text
    assert "王桂英 ×2：少盐 · 软烂 · 牙口不好" in chat.shown.text


async def test_whoever_said_that_they_come_late_is_seen_so_until_they_are_here(
    world: World, chat: Chat
) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    granny, uncle = await world.person("王桂英"), await world.person("李大爷")
    late, coming = await world.book(granny, slot, 2), await world.book(uncle, slot)
    for who, booking, arrival in ((granny, late, Arrival.late), (uncle, coming, Arrival.coming)):
        said = BookingAnswer(answer=arrival)
        await do(world, answering.answer, actor=who, booking_id=booking.id, said=said, now=at(0, 10))
    noon = later(world, chat, at(0, 11, 10))
    await noon.do(Day(CANTEEN))
    assert "11:00–12:00 长者午餐：3/10 · 晚到 2" in noon.shown.text
    assert "长者午餐 3/10 · 晚到 2" in noon.button("长者午餐").label
    await noon.tap("谁没到（2）")
    assert "王桂英 2 位 · 🐢 会晚到" in noon.shown.text
    assert noon.shown.text.count("会晚到") == 1
    await noon.tap("李大爷")
    assert "说了会来" in noon.shown.text
    await noon.do(Sheet(CANTEEN, day(0)))
    assert "▫️ 王桂英 2 位 · 🐢 会晚到" in noon.shown.text
    await noon.do(Guests(slot))
    assert "▫️ 王桂英 2 位 · 🐢 会晚到" in noon.shown.text
    await noon.tap("王桂英")
    assert "说了会晚到" in noon.shown.text
    await noon.tap("✅ 来了")
    assert "晚到" not in noon.shown.text
    await noon.tap("今天")
    assert "11:00–12:00 长者午餐：3/10 · 到 2\n" in f"{noon.shown.text}\n"


async def test_come_not_come_and_back_again(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    booking = await world.book(await world.person("王桂英"), slot)
    noon = later(world, chat, at(0, 11, 10))
    await noon.do(Day(CANTEEN))
    await noon.tap("谁没到（1）")
    assert "王桂英" in noon.shown.text
    await noon.tap("王桂英")
    await noon.tap("✅ 来了")
    assert "王桂英到了，1 号" in noon.shown.text
    await noon.again()
    assert "1 号" in noon.shown.text
    await noon.tap("记错了")
    assert "已记王桂英没来" in noon.shown.text
    await noon.tap("其实来了")
    assert "到了" in noon.shown.text
    assert await world.counts(slot) == (1, 1, 10)
    await noon.tap("今天")
    assert not any("谁没到" in button.label for button in noon.buttons)
    evening = later(world, chat, at(0, 20))
    await evening.do(Came(slot, booking.id))
    assert "到了" in evening.shown.text, "checking in twice changes nothing"


async def test_after_the_end_it_wants_a_reason_and_after_a_day_it_is_too_late(
    world: World, chat: Chat
) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    booking = await world.book(await world.person("王桂英"), slot)
    evening = later(world, chat, at(0, 20))
    await evening.do(Came(slot, booking.id))
    assert "为什么现在才记" in evening.shown.text
    await evening.tap("忘了记")
    assert "已记王桂英来过" in evening.shown.text
    other = await world.book(await world.person("李大爷"), slot, now=at(-1, 9))
    too_late = later(world, chat, at(3, 9))
    await too_late.do(Came(slot, other.id, 1))
    assert "已经结束" in too_late.shown.text


async def test_too_early_is_said_with_the_time(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 18))
    booking = await world.book(await world.person("王桂英"), slot)
    await chat.do(Came(slot, booking.id))
    assert "王桂英" not in chat.shown.text
    assert any("回到这个预约" in button.label for button in chat.buttons)


async def test_the_queue_calls_one_number_however_often_the_button_is_pressed(
    world: World, chat: Chat
) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    noon = later(world, chat, at(0, 11, 5))
    for name in ("王桂英", "李大爷"):
        booking = await world.book(await world.person(name), slot)
        await noon.do(Came(slot, booking.id))
    await noon.do(ShowQueue(slot))
    assert "2" in noon.shown.text.splitlines()[-1]
    call = noon.button("叫下一位").data
    await noon.press(call)
    assert "正在办：1 号 王桂英" in noon.shown.text
    await noon.again()
    await noon.press(call)
    assert "刚才已经叫过了" in noon.shown.text
    assert "正在办：1 号" in noon.shown.text
    await noon.tap("叫下一位")
    assert "正在办：2 号 李大爷" in noon.shown.text
    await noon.do(ServeNext(slot, 2))
    assert "没有人在排队" in noon.shown.text


async def test_a_day_in_one_message(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11))
    await world.book(await world.person("王桂英"), slot, 2)
    await chat.do(Sheet(CANTEEN, day(1)))
    assert "11:00–12:00 长者午餐：2/10" in chat.shown.text
    assert "王桂英 2 位" in chat.shown.text


async def test_who_waits_is_counted(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(1, 11), capacity=1)
    await world.book(await world.person(), slot)
    other = Chat(api_over(world.database), user_id="900")
    await other.resident.wait(slot, 1, None)
    await chat.do(Day(CANTEEN, day(1)))
    assert "1/1 · 候补 1" in chat.shown.text


async def test_mornings_are_switched_off_and_on(world: World, chat: Chat) -> None:
    await chat.do(SetSummaries(0))
    assert "summaries" in (await chat.resident.me()).opted_out
    assert "不再发了" in chat.shown.text
    await chat.do(SetSummaries(0))
    assert (await chat.resident.me()).opted_out.count("summaries") == 1
    await chat.tap("每天早上告诉我")
    assert "summaries" not in (await chat.resident.me()).opted_out


async def test_english_is_complete(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    await world.book(await world.person("Wang"), slot, 2)
    await chat.say("/language")
    await chat.tap("English")
    await chat.tap("today")
    assert "2 of 10 places booked, 0 here." in chat.shown.text
    await chat.tap("11:00")
    assert "Wang, 2 places" in chat.shown.text
    await chat.do(Home())
    await chat.say("add 5 lunches today")
    assert chat.button("10 → 15 portions")


async def test_a_point_has_many_slots_and_pages(world: World, chat: Chat) -> None:
    for number in range(12):
        await world.slot(HAIRCUT, at(0, 10) + timedelta(minutes=30 * number), minutes=30)
    await chat.do(Day(CANTEEN))
    first = chat.shown.text
    await chat.tap("更多")
    assert chat.shown.text != first
    await chat.tap("往回翻")
    assert chat.shown.text == first


async def test_an_erased_name_is_shown_as_it_is(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, at(0, 11))
    person = await world.person("王桂英")
    await world.book(person, slot)
    async with transaction(world.database) as session:
        (await session.get_one(Person, person.require_person())).name = ""
    await chat.do(Guests(slot))
    assert "10" in chat.shown.text
