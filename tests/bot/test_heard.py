"""What is said in a sentence, over the real application: the right screen, and nothing done before a tap says what."""

from dataclasses import replace
from itertools import chain
from uuid import UUID

import pytest

from bot.conversation.actions import (
    AskBook,
    AskCancel,
    Book,
    Cancel,
    Fitting,
    Help,
    Home,
    Human,
    Move,
    MoveNear,
    Slots,
    action_of,
)
from models.ids import PersonId
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over
from tests.bot.understanding.sentences import sentences
from tests.world import HAIRCUT, HILL_LUNCH, LUNCH, READING, World, at

DEEDS = (Book, Cancel, Move)


@pytest.fixture
def chat(world: World) -> Chat:
    """Somebody's first contact."""
    return Chat(api_over(world.database))


async def booked(chat: Chat, said: str) -> UUID:
    """Books by a sentence and a tap; returns the booking's id."""
    before = {booking.id for booking in await chat.resident.bookings(10)}
    await chat.say(said)
    await chat.tap("✅")
    (new,) = {booking.id for booking in await chat.resident.bookings(10)} - before
    return new


async def test_a_sentence_and_a_tap_book_lunch(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH)
    question = await chat.say("明天中午我要吃饭，两个人")
    assert "明天（周二）11:00–12:00" in question.text
    assert "长者午餐" in question.text
    assert await world.counts(slot) == (0, 0, 10)
    ticket = (await chat.tap("我同意，给我预约 2 位")).ticket
    assert ticket is not None
    assert chat.taps == 1
    assert await world.counts(slot) == (2, 2, 10)


async def test_of_several_the_closest_in_time_is_proposed_and_the_others_are_a_tap_away(
    world: World, chat: Chat
) -> None:
    slots = [await world.slot(HAIRCUT, at(2, hour)) for hour in (9, 13, 14, 15)]
    await chat.say("后天下午两点理发")
    assert "14:00–15:00" in chat.shown.text
    await chat.tap("别的时间")
    offered = [action.slot for action in chat.actions if isinstance(action, AskBook)]
    assert offered[0] == slots[2]
    assert set(offered) == set(slots[1:])
    await chat.tap("看这一整天")
    assert {action.slot for action in chat.actions if isinstance(action, AskBook)} == set(slots)


async def test_when_nothing_is_free_then_what_there_is_is_said_to_be_other(world: World, chat: Chat) -> None:
    await world.slot(HAIRCUT, at(2, 9))
    await chat.say("后天下午两点理发")
    assert "那个时间没有空位了" in chat.shown.text
    assert "9:00" in chat.read
    assert not any(isinstance(action, DEEDS) for action in chat.actions)
    await chat.say("大后天下午两点理发")
    assert "没有找到合适的空位" in chat.shown.text
    assert Slots("elder_care") in chat.actions


async def test_a_party_is_offered_only_what_has_room_for_it(world: World, chat: Chat) -> None:
    await world.slot(LUNCH, capacity=2)
    large = await world.slot(LUNCH, at(1, 12), capacity=8)
    await chat.say("明天中午四个人吃饭")
    assert {action.slot for action in chat.actions if isinstance(action, Book)} == {large}


async def test_a_place_that_is_said_is_where_is_looked(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    hills = await world.slot(HILL_LUNCH)
    await chat.say("汤山街道明天的午饭")
    assert [action.slot for action in chat.actions if isinstance(action, Book)] == [hills]
    await chat.say("汤山有没有食堂")
    assert "山里驿站" in chat.shown.text
    assert "幸福食堂" not in chat.shown.text
    assert Slots("meals", "320115003000") in chat.actions


async def test_a_service_without_a_time_shows_its_times(world: World, chat: Chat) -> None:
    slot = await world.slot(HAIRCUT, at(3, 9))
    await chat.say("我想剪个头")
    assert [action.slot for action in chat.actions if isinstance(action, AskBook)] == [slot]


async def test_a_day_without_a_service_asks_which(chat: Chat) -> None:
    await chat.say("后天有什么活动")
    assert "后天（周三）" in chat.shown.text
    assert any(isinstance(action, Slots) and action.day == at(2, 9).date() for action in chat.actions)


async def test_for_the_only_relative_it_is_proposed_for_them(world: World, chat: Chat) -> None:
    await world.slot(HAIRCUT, at(1, 9))
    mother = await world.person("王桂英")
    await chat.say("给我妈约明天的理发")
    assert "现在只能给您自己约" in chat.shown.text
    await world.link(Actor(PersonId(await chat.person_id())), mother)
    await chat.say("给我妈约明天的理发")
    await chat.tap("给王桂英预约 1 位")
    (booking,) = await chat.resident.bookings(10)
    assert booking.attendee.id == mother.person_id
    await world.slot(HAIRCUT, at(2, 9))
    await world.link(Actor(PersonId(await chat.person_id())), await world.person("李大山"))
    await chat.say("给我妈约后天的理发")
    assert "给谁约，请在下面点一下" in chat.shown.text
    assert {"给王桂英约", "给李大山约"} <= {button.label for button in chat.buttons}


async def test_the_booking_that_is_meant_is_asked_about_before_it_is_cancelled(
    world: World, chat: Chat
) -> None:
    lunch = await world.slot(LUNCH)
    await world.slot(READING, at(2, 9))
    booking = await booked(chat, "明天的午饭")
    await booked(chat, "后天去看书")
    await chat.say("明天的饭我不吃了")
    assert "要取消这个预约吗" in chat.shown.text
    assert Cancel(booking) in chat.actions
    assert await world.counts(lunch) == (1, 1, 10)
    await chat.tap("是的，取消")
    assert await world.counts(lunch) == (0, 0, 10)


async def test_when_several_or_none_are_meant_one_is_asked_which(world: World, chat: Chat) -> None:
    assert "没有预约" in (await chat.say("明天的饭不要了")).text
    await world.slot(LUNCH)
    await world.slot(READING, at(2, 9))
    bookings = {await booked(chat, "明天的午饭"), await booked(chat, "后天去看书")}
    await chat.say("我去不了了")
    assert {action.booking for action in chat.actions if isinstance(action, AskCancel)} == bookings
    await chat.say("取消周五的理发")
    assert "没有找到这样的预约" in chat.shown.text
    assert {action.booking for action in chat.actions if isinstance(action, AskCancel)} == bookings


async def test_a_change_leads_to_the_time_that_was_said(world: World, chat: Chat) -> None:
    old = await world.slot(HAIRCUT, at(1, 9))
    new = await world.slot(HAIRCUT, at(3, 15))
    await world.slot(HAIRCUT, at(3, 9))
    await booked(chat, "明天理发")
    await chat.say("理发改到周四下午三点")
    assert "原来" in chat.shown.text
    assert await world.counts(old) == (1, 1, 10)
    await chat.tap("✅")
    assert (await world.counts(old), await world.counts(new)) == ((0, 0, 10), (1, 1, 10))
    await chat.say("改到周四")
    assert Move in {type(action) for action in chat.actions}
    await chat.say("改到周日")
    assert "那个时间没有空位" in chat.shown.text


async def test_with_several_bookings_a_change_asks_which(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    await world.slot(READING, at(2, 9))
    bookings = {await booked(chat, "明天的午饭"), await booked(chat, "后天去看书")}
    await chat.say("改到周四下午")
    near = [action for action in chat.actions if isinstance(action, MoveNear)]
    assert {action.booking for action in near} == bookings
    assert {(action.begins, action.ends) for action in near} == {(13 * 60, 18 * 60)}
    await chat.do(near[0])
    assert "那个时间没有空位" in chat.shown.text


@pytest.mark.parametrize(
    ("said", "shows"),
    [
        ("我都约了什么呀", "没有预约"),
        ("找个真人跟我说", "请打电话"),
        ("这个怎么用啊", "预约"),
        ("路灯坏了好几天", "在什么地方"),
        ("明天午餐容量加二十", "由站点的人来改"),
        ("明天闭馆", "由站点的人来改"),
        ("周六缺志愿者吗", "志愿班次"),
        ("我的志愿时长", "时间银行"),
        ("唱首歌吧", "没太看懂"),
        ("/nonsense", "没太看懂"),
        ("", "没太看懂"),
    ],
)
async def test_the_other_intents_have_a_screen_too(chat: Chat, said: str, shows: str) -> None:
    await chat.say(said)
    assert shows in chat.shown.text


async def test_english_is_understood_and_answered_in_the_person_s_language(world: World, chat: Chat) -> None:
    await world.slot(LUNCH)
    english = replace(chat, user_id="1002", language="en", shown=chat.shown)
    await english.say("lunch tomorrow for 2")
    assert "Please check that this is right" in english.shown.text
    await english.tap("I agree: book 2 places for me")
    assert english.shown.ticket is not None


async def test_no_sentence_does_anything_or_ends_nowhere(world: World, chat: Chat) -> None:
    """Sentences of all kinds, with a booking to lose: none changes it, each has a way on and a person."""
    slot = await world.slot(LUNCH)
    haircut = await world.slot(HAIRCUT, at(1, 9))
    await booked(chat, "明天的午饭")
    for sentence in chain(sentences("manager")[::3], sentences("mixed", "third")[::12]):
        await chat.say(sentence.text)
        assert Human in {type(action) for action in chat.actions} or "热线" in str(chat.buttons), (
            sentence.text
        )
        assert {Home, Help} & {type(action) for action in chat.actions}, sentence.text
    assert await world.counts(slot) == (1, 1, 10)
    assert await world.counts(haircut) == (0, 0, 10)
    assert len(await chat.resident.bookings(10)) == 1


async def test_a_page_turned_on_asks_for_the_same(world: World, chat: Chat) -> None:
    for minute in range(0, 60, 10):
        await world.slot(HAIRCUT, at(1, 14, minute))
    await chat.say("明天下午理发，两个人")
    await chat.tap("别的时间")
    await chat.tap("更多")
    asked = [action for action in chat.actions if isinstance(action, AskBook)]
    assert [action.party for action in asked] == [2]
    back = action_of(str(chat.button("往回翻").data))
    assert isinstance(back, Fitting)
    assert (back.begins, back.ends) == (13 * 60, 18 * 60)
