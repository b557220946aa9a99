"""Waiting for a full slot, over the real application: joining, seeing one's turn, answering an offer, leaving."""

from dataclasses import replace
from uuid import UUID

import pytest

from bot.conversation.actions import (
    Accept,
    AskDecline,
    AskLeave,
    AskWait,
    Book,
    Decline,
    Home,
    Leave,
    Mine,
    ShowWaiting,
    Wait,
)
from models.ids import PersonId
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over, offered_to
from tests.world import HILL_LUNCH, LUNCH, READING, World, at


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


async def full_slot(world: World, capacity: int = 1) -> UUID:
    slot = await world.slot(LUNCH, capacity=capacity)
    await world.book(await world.person(), slot, capacity)
    return slot


async def test_from_a_refusal_to_a_place_in_the_queue_and_out_of_it(world: World, chat: Chat) -> None:
    slot = await full_slot(world, 2)
    await chat.do(Book(slot, 2, None, consent_shown=1))
    assert "已经约满了" in chat.shown.text
    question = await chat.tap("排队候补（2 位）")
    assert "要排队候补吗" in question.text
    assert "2 位" in question.text
    assert await chat.resident.waiting() == ()
    await chat.tap("✅ 好，帮我排队")
    assert "排在第 1 个" in chat.shown.text
    (entry,) = await chat.resident.waiting()
    assert (entry.slot.id, entry.party) == (slot, 2)
    await chat.again()
    assert len(await chat.resident.waiting()) == 1

    mine = await chat.say("我的预约")
    assert "⏳" in mine.text
    assert "排在第 1 个" in chat.read
    await chat.tap("⏳ 明天 11:00")
    await chat.tap("不排了")
    assert "让给下一位" in chat.shown.text
    assert len(await chat.resident.waiting()) == 1
    await chat.tap("是的，不排了")
    assert "不再排队了" in chat.shown.text
    assert await chat.resident.waiting() == ()
    await chat.do(ShowWaiting(entry.id))
    assert "已经结束" in chat.shown.text


async def test_who_comes_later_stands_behind(world: World, chat: Chat) -> None:
    slot = await full_slot(world)
    await replace(chat, user_id="7").resident.wait(slot, 1, None)
    await chat.do(Wait(slot, 1, None, consent_shown=1))
    assert "排在第 2 个" in chat.shown.text
    await chat.do(Wait(slot, 1, None, consent_shown=1))
    assert "已经在排队" in chat.shown.text
    assert len(await chat.resident.waiting()) == 1


async def test_waiting_is_not_offered_where_another_rule_speaks_against_it(world: World, chat: Chat) -> None:
    await chat.resident.book(await world.slot(READING), 1, None)
    await chat.do(Book(await full_slot(world), 1, None, consent_shown=1))
    assert "那个时间已经约了别的" in chat.shown.text
    assert AskWait not in {type(action) for action in chat.actions}


async def test_consent_is_asked_before_waiting_too(world: World, chat: Chat) -> None:
    slot = await full_slot(world)
    await chat.do(Wait(slot, 1, None, consent_shown=0))
    assert "我们会记下" in chat.shown.text
    assert await chat.resident.waiting() == ()
    assert (await chat.resident.me()).consents == ()
    await chat.tap("我同意，帮我排队")
    assert len(await chat.resident.waiting()) == 1
    assert len((await chat.resident.me()).consents) == 1


async def test_places_that_came_free_meanwhile_are_booked_after_the_usual_question(
    world: World, chat: Chat
) -> None:
    slot = await world.slot(LUNCH)
    await chat.do(Wait(slot, 2, None, consent_shown=1))
    await chat.tap("给我预约 2 位")
    assert chat.shown.ticket is not None
    assert await world.counts(slot) == (2, 2, 10)


async def test_a_relative_waits_and_it_is_said_who(world: World, chat: Chat) -> None:
    mother = await world.person("王桂英")
    await world.link(Actor(PersonId(await chat.person_id())), mother)
    await chat.do(Book(await full_slot(world), 1, mother.require_person(), consent_shown=1))
    await chat.tap("排队候补")
    assert "王桂英" in chat.shown.text
    await chat.tap("✅")
    assert "王桂英" in chat.shown.text
    (entry,) = await chat.resident.waiting()
    assert entry.attendee.id == mother.person_id
    await chat.do(Wait(entry.slot.id, 1, mother.require_person(), consent_shown=1))
    assert "已经在排队" in chat.shown.text


async def test_an_offer_comes_first_and_one_tap_takes_it(world: World, chat: Chat) -> None:
    await chat.resident.book(await world.slot(READING), 1, None)
    slot = await world.slot(LUNCH, at(2, 11), capacity=1)
    offer = await offered_to(world, chat, slot)
    mine = await chat.say("我的预约")
    assert "🔔" in mine.text
    assert mine.rows[0][0].label == "🔔 后天 11:00 · 长者午餐"
    await chat.tap("🔔")
    assert "先给您留着" in chat.shown.text
    assert "前答复" in chat.shown.text
    await chat.tap("✅ 要：后天 11:00 长者午餐 1 位")
    assert "约好了" in chat.shown.text
    first = chat.shown.ticket
    assert first is not None
    await chat.do(Accept(offer.id))
    assert chat.shown.ticket == first
    assert await world.counts(slot) == (1, 1, 1)
    assert await chat.resident.waiting() == ()


async def test_no_is_asked_once_more_and_gives_the_place_to_the_next(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, capacity=1)
    offer = await offered_to(world, chat, slot)
    following = replace(chat, user_id="7")
    await following.resident.wait(slot, 1, None)
    (entry,) = await chat.resident.waiting()
    await chat.do(AskLeave(entry.id))
    await chat.tap("不要了")
    assert "不要了吗" in chat.shown.text
    assert len(await chat.resident.waiting()) == 1
    await chat.tap("是的，让给下一位")
    assert "谢谢您说一声" in chat.shown.text
    assert await chat.resident.waiting() == ()
    (theirs,) = await following.resident.waiting()
    assert theirs.offer is not None
    await chat.do(Decline(offer.id))
    assert "谢谢您说一声" in chat.shown.text
    await chat.do(Leave(entry.id))
    assert "不再排队了" in chat.shown.text


async def test_an_offer_that_has_ended_is_said_kindly_with_ways_on(world: World, chat: Chat) -> None:
    offer = await offered_to(world, chat, await world.slot(LUNCH, at(2, 11), capacity=1))
    late = replace(chat, api=api_over(world.database, at(2, 11)), now=at(2, 11))
    await late.do(Accept(offer.id))
    assert "已经结束了" in late.shown.text
    assert {Mine(), Home()} <= set(late.actions)
    await chat.do(Decline(offer.id))
    for action in (Accept(offer.id), AskDecline(offer.id)):
        await chat.do(action)
        assert "已经结束了" in chat.shown.text
    taken = await offered_to(world, chat, await world.slot(LUNCH, at(3, 11), capacity=1))
    await chat.do(Accept(taken.id))
    await chat.do(Decline(taken.id))
    assert "已经结束了" in chat.shown.text


async def test_an_offer_stands_while_something_else_is_booked_then(world: World, chat: Chat) -> None:
    slot = await world.slot(LUNCH, capacity=1)
    offer = await offered_to(world, chat, slot)
    await chat.resident.book(await world.slot(HILL_LUNCH), 1, None)
    await chat.do(Accept(offer.id))
    assert "那个时间已经约了别的" in chat.shown.text
    assert "还给您留着" in chat.shown.text
    assert {Accept(offer.id), AskDecline(offer.id), Mine()} <= set(chat.actions)
