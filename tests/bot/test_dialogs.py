"""The conversation over the real application and a real database."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from bot.conversation.actions import (
    Action,
    AskBook,
    AskCancel,
    AskDecline,
    AskInstead,
    AskWait,
    Book,
    Cancel,
    CancelWhich,
    CategoriesOn,
    Fitting,
    Human,
    MoveNear,
    MoveWhere,
    Points,
    ShowTicket,
    Slots,
    residents,
)
from bot.conversation.actions.myself import AskErase
from models.ids import PersonId
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over, offered_to
from tests.bot.walking import walk
from tests.world import HAIRCUT, HILL_LUNCH, LUNCH, READING, TOWN, World, at


@pytest.fixture
def chat(world: World) -> Chat:
    """Somebody's first contact."""
    return Chat(api_over(world.database))


async def booked(chat: Chat) -> UUID:
    """Books the first lunch there is and returns the booking's id."""
    await chat.say("订午餐")
    await chat.tap("1. ")
    await chat.tap("✅")
    (booking,) = await chat.resident.bookings(10)
    return booking.id


def offered(chat: Chat) -> list[UUID]:
    """The slots that are shown to choose from."""
    return [action.slot for action in chat.actions if isinstance(action, AskBook)]


async def test_from_a_greeting_to_a_lunch_in_three_taps(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    greeting = await chat.say("/start")
    assert "李明，您好" in greeting.text
    times = await chat.tap("订午餐")
    assert "🍚 午餐" in times.text
    assert "1. 明天（周二）11:00–12:00\n长者午餐 · 还有 10 位" in chat.read
    question = await chat.tap("1. ")
    assert "我们会记下" in question.text
    ticket = (await chat.tap("我同意，给我预约 1 位")).ticket
    assert chat.taps == 3
    assert ticket is not None
    (booking,) = await chat.resident.bookings(10)
    assert (booking.code, booking.slot.id, booking.party) == (ticket.code, slot, 1)
    consents = (await chat.resident.me()).consents
    assert [(consent.purpose, consent.version) for consent in consents] == [("service", "1")]
    assert await world.counts(slot) == (1, 1, 10)


async def test_the_same_update_delivered_twice_books_once(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    await booked(chat)
    first = chat.shown
    assert await chat.again() == first
    assert await world.counts(slot) == (1, 1, 10)


async def test_pressing_twice_shows_the_ticket_there_is(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    await chat.say("订午餐")
    await chat.tap("1. ")
    confirm = chat.button("✅").data
    first = await chat.press(confirm)
    second = await chat.press(confirm)
    assert "已经约过" in second.text
    assert first.ticket is not None
    assert second.ticket == first.ticket
    assert await world.counts(slot) == (1, 1, 10)


async def test_consent_is_never_recorded_unless_it_was_asked_for(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    await chat.do(Book(slot, 1, None, consent_shown=0))
    assert "我们会记下" in chat.shown.text
    assert (await chat.resident.me()).consents == ()
    assert await world.counts(slot) == (0, 0, 10)


async def test_a_full_slot_says_why_and_offers_what_can_be_booked(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, capacity=1)
    await world.slot(LUNCH, at(1, 12), capacity=5)
    await world.slot(LUNCH, at(2, 11), capacity=5)
    await chat.do(AskBook(slot))
    confirm = chat.button("✅").data
    await world.book(await world.person(), slot)
    refusal = await chat.press(confirm)
    assert "已经约满了" in refusal.text
    assert "这些还有空位" in refusal.text
    await chat.tap("1. ")
    await chat.tap("✅")
    assert chat.shown.ticket is not None
    await chat.do(AskBook(slot))
    assert "没有空位" in chat.shown.text


async def test_a_booking_at_the_same_time_elsewhere_is_named(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    reading = await world.slot(READING)
    await booked(chat)
    await chat.do(Book(reading, 1, None, 0))
    assert "那个时间已经约了别的：长者午餐" in chat.shown.text


async def test_my_bookings_lead_to_cancelling_which_is_asked_first(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    booking = await booked(chat)
    await chat.say("/my")
    assert "明天（周二）11:00–12:00\n长者午餐 · 您自己" in chat.read
    await chat.tap("长者午餐")
    await chat.tap("取消预约")
    assert "要取消这个预约吗" in chat.shown.text
    assert await world.counts(slot) == (1, 1, 10)
    await chat.tap("是的，取消")
    assert "已经取消了" in chat.shown.text
    assert await world.counts(slot) == (0, 0, 10)
    await chat.do(Cancel(booking))
    assert "已经取消了" in chat.shown.text
    await chat.do(ShowTicket(booking))
    assert chat.shown.ticket is None
    assert "没有预约" in (await chat.say("我的预约")).text


async def test_the_cancel_command_asks_which_unless_there_is_one(world: World, chat: Chat) -> None:
    assert "没有预约" in (await chat.say("/cancel")).text
    await world.slot(LUNCH)
    booking = await booked(chat)
    await chat.say("取消")
    assert Cancel(booking) in chat.actions
    await chat.do(Book(await world.slot(READING, at(2, 9)), 1, None, 0))
    await chat.say("取消")
    assert len([action for action in chat.actions if isinstance(action, AskCancel)]) == 2


async def test_cancelling_what_has_begun_is_refused_kindly(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    booking = await booked(chat)
    later = replace(chat, api=api_over(world.database, at(1, 11, 5)), now=at(1, 11, 5))
    await later.do(Cancel(booking))
    assert "已经开始或者结束了" in later.shown.text
    assert Human in {type(action) for action in later.actions}


async def test_late_cancelling_is_said_to_be_late(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    booking = await booked(chat)
    later = replace(chat, api=api_over(world.database, at(1, 10, 30)), now=at(1, 10, 30))
    await later.do(AskCancel(booking))
    assert "临时取消" in later.shown.text


async def test_a_booking_moves_to_another_time_of_the_same_service(world: World, chat: Chat) -> None:
    old = await world.slot(LUNCH)
    new = await world.slot(LUNCH, at(1, 12))
    await world.slot(HILL_LUNCH)
    booking = await booked(chat)
    code = chat.shown.ticket.code if chat.shown.ticket else None
    await chat.tap("改时间")
    assert "山里" not in chat.read
    assert "11:00–12:00" not in chat.read
    await chat.tap("1. ")
    assert "原来" in chat.shown.text
    await chat.tap("✅ 改到明天 12:00")
    assert chat.shown.ticket is not None
    assert chat.shown.ticket.code == code
    assert await world.counts(old) == (0, 0, 10)
    assert await world.counts(new) == (1, 1, 10)
    await chat.do(MoveWhere(booking))
    assert "原来" not in chat.shown.text


async def test_a_move_that_is_refused_leaves_the_booking_and_offers_others(world: World, chat: Chat) -> None:
    old = await world.slot(LUNCH)
    new = await world.slot(LUNCH, at(1, 12), capacity=1)
    await world.slot(LUNCH, at(1, 13), capacity=3)
    await booked(chat)
    await chat.tap("改时间")
    await chat.tap("1. ")
    confirm = chat.button("✅").data
    await world.book(await world.person(), new)
    await chat.press(confirm)
    assert "已经约满了" in chat.shown.text
    assert await world.counts(old) == (1, 1, 10)
    assert "11:00–12:00" not in chat.read
    await chat.tap("1. ")
    await chat.tap("✅")
    assert chat.shown.ticket is not None
    assert await world.counts(old) == (0, 0, 10)


async def test_somebody_of_the_household_is_booked_for(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    mother = await world.person("王桂英")
    await world.link(Actor(PersonId(await chat.person_id())), mother)
    await chat.do(AskBook(slot))
    await chat.tap("给王桂英约")
    await chat.tap("给王桂英预约 1 位")
    assert chat.shown.ticket is not None
    assert any("王桂英" in line for line in chat.shown.ticket.lines)
    (booking,) = await chat.resident.bookings(10)
    assert booking.attendee.id == mother.person_id


async def test_several_places_are_booked_at_once(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    await chat.do(AskBook(slot))
    await chat.tap("改成 2 位")
    await chat.tap("改成 3 位")
    await chat.tap("预约 3 位")
    assert await world.counts(slot) == (3, 3, 10)


async def test_a_party_too_large_is_refused_with_the_limit(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, capacity=30)
    await chat.do(AskBook(slot, 7))
    await chat.tap("✅")
    assert "一次最多约 6 位" in chat.shown.text


async def test_a_shared_location_becomes_home_and_what_is_near_comes_first(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    await world.slot(HILL_LUNCH)
    await chat.say("订午餐")
    assert "告诉我您住哪里" in chat.shown.text
    near = await chat.share(32.0504, 119.0401)
    assert near.text.index("山里驿站") < near.text.index("幸福食堂")
    assert (await chat.resident.me()).home is None, "a place is kept only when a button says so"
    near = await chat.tap("这是我家")
    assert near.text.index("山里驿站") < near.text.index("幸福食堂")
    await chat.tap("助餐")
    assert chat.read.index("山里午餐") < chat.read.index("长者午餐")
    assert "约 50 米" in chat.read
    assert "告诉我您住哪里" not in chat.shown.text


async def test_home_can_be_chosen_from_the_communities(world: World, chat: Chat) -> None:
    await chat.say("/start")
    await chat.tap("☰ 更多")
    await chat.tap("我住哪里")
    assert chat.shown.ask_location
    await chat.tap("选我的社区")
    await chat.tap("汤山街道")
    await chat.tap("我住1号社区")
    home = (await chat.resident.me()).home_division
    assert home is not None
    assert home.code == "320115003001"
    await chat.say("我住哪里")
    assert "您住1号社区" in chat.shown.text
    await world.slot(LUNCH)
    hills = await world.slot(HILL_LUNCH)
    await chat.do(Slots("meals"))
    assert offered(chat) == [hills]


async def test_slots_of_another_day_and_another_place(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    await world.slot(HILL_LUNCH, at(3, 11))
    await chat.say("订午餐")
    await chat.tap("换一天")
    await chat.tap("11月26日")
    assert "山里午餐" in chat.read
    assert "长者午餐" not in chat.read
    await chat.tap("换个地方")
    await chat.tap("东山街道")
    assert "暂时没有空位" in chat.shown.text
    assert "东山街道" in chat.shown.text


async def test_a_long_list_has_pages(world: World, chat: Chat) -> None:
    for hour in range(10, 18):
        await world.slot(LUNCH, at(1, hour))
    await chat.say("订餐")
    first = {action for action in chat.actions if isinstance(action, AskBook)}
    await chat.tap("更多")
    assert "6. 明天" in chat.read
    second = {action for action in chat.actions if isinstance(action, AskBook)}
    assert (len(first), len(second)) == (5, 3)
    assert not first & second
    await chat.tap("往回翻")
    assert {action for action in chat.actions if isinstance(action, AskBook)} == first


async def test_when_today_and_tomorrow_are_full_later_days_are_shown(world: World, chat: Chat) -> None:
    await world.slot(LUNCH, at(4, 11))
    for wish in ("午餐", "订餐"):
        await chat.say(wish)
        assert "11月27日（周五）" in chat.read


async def test_lunch_is_lunch_and_the_other_meals_are_one_tap_away(world: World, chat: Chat) -> None:
    meals = [
        await world.slot(LUNCH, at(day, hour)) for day, hour in ((0, 12), (0, 17), (1, 7), (1, 11), (2, 11))
    ]
    await chat.say("午餐")
    assert offered(chat) == [meals[0], meals[3]]
    await chat.tap("换一天")
    await chat.tap("明天")
    assert offered(chat) == [meals[3]]
    await chat.tap("早餐、晚餐")
    assert offered(chat) == [meals[2], meals[3]]
    afternoon = replace(chat, api=api_over(world.database, at(0, 15)), now=at(0, 15))
    await afternoon.say("午餐")
    assert offered(afternoon) == [meals[3]]
    later = replace(chat, api=api_over(world.database, at(1, 15)), now=at(1, 15))
    await later.say("午餐")
    assert offered(later) == [meals[4]]


async def test_the_language_changes_at_a_tap_and_stays(chat: Chat) -> None:
    await chat.say("/language")
    await chat.tap("English")
    assert "Hello, 李明!" in chat.shown.text
    assert "Which service" in (await chat.say("/book")).text
    await chat.do(ShowTicket(uuid4()))
    assert "not there any more" in chat.shown.text


async def test_reminders_stop_at_one_tap(chat: Chat) -> None:
    for said in ("/stop", "停"):
        await chat.say(said)
        assert (await chat.resident.me()).reminders
        assert AskErase() in chat.actions, "how to stop everything else"
    await chat.tap("不再提醒")
    assert not (await chat.resident.me()).reminders
    await chat.tap("重新提醒我")
    assert (await chat.resident.me()).reminders


async def test_a_human_can_always_be_called(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    await chat.say("人工")
    assert [button.url for button in chat.buttons if button.url] == ["tel:12345"]
    await chat.do(AskBook(slot))
    await chat.tap("联系站点")
    assert [button.url for button in chat.buttons if button.url] == ["tel:025-00000000", "tel:12345"]
    await chat.do(Human(uuid4()))
    assert "tel:12345" in [button.url for button in chat.buttons]


@pytest.mark.parametrize("text", ["今天天气不错", "/nonsense", "🙂", ""])
async def test_words_that_are_not_understood_lead_home_kindly(chat: Chat, text: str) -> None:
    await chat.say(text)
    assert "没太看懂" in chat.shown.text
    assert Slots("lunch") in chat.actions


@pytest.mark.parametrize("data", ["", "1zz", "0h", "meals", "1b.i1"])
async def test_a_stale_button_leads_home_kindly(chat: Chat, data: str) -> None:
    await chat.press(data)
    assert "以前的" in chat.shown.text
    assert Slots("lunch") in chat.actions


async def test_a_link_on_a_poster_leads_to_a_category(world: World, chat: Chat) -> None:
    await world.slot(READING)
    await chat.say("/start culture")
    assert "读书会" in chat.read
    await chat.say("/start nowhere")
    assert {Slots("meals"), Slots("culture")} <= set(chat.actions), (
        "what is no category leads to those there are"
    )


async def test_there_is_no_dead_end(world: World, chat: Chat) -> None:
    """Every button that can be reached leads to a screen with a way back and a human, and nothing fails on the way."""
    for hour in range(9, 16):
        await world.slot(LUNCH, at(1, hour), capacity=2)
    full = await world.slot(READING, at(2, 9), capacity=1)
    await world.book(await world.person(), full)
    await offered_to(world, chat, await world.slot(READING, at(2, 15), capacity=1))
    lost = await chat.resident.book(await world.slot(HAIRCUT, at(3, 9)), 1, None)
    seeds: list[Action] = [
        CancelWhich(),
        AskWait(full, 1, None),
        AskInstead(lost.id, await world.slot(HAIRCUT, at(4, 9))),
        AskDecline((await offered_to(world, chat, await world.slot(READING, at(4, 15), capacity=1))).id),
    ]
    day = at(3, 0).date()
    seeds += [
        Fitting("culture", TOWN, day, 14 * 60, None, 1, None),
        CategoriesOn(None, None),
        Points("culture", None),
        MoveNear(lost.id, day, 9 * 60, 12 * 60),
    ]
    await chat.say("/start")
    kinds = set(residents.VERBS.values())
    assert await walk(chat, seeds, within=kinds) == kinds
