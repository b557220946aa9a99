"""Volunteers look through shifts, learn why they cannot take one, sign up, wait, and come every time."""

from datetime import date

import pytest

from bot.conversation.actions.volunteer_shifts import (
    AskSignUp,
    Queue,
    Shifts,
    ShowQueued,
    ShowShift,
    SignUp,
    TakeOffered,
    TakeStanding,
    Unqueue,
    Withdraw,
)
from bot.volunteer import ShiftQuery
from models.shapes.rosters import TemplateOrder
from scheduling.rosters import signups, templates
from tests.bot.chatting import Chat, api_over
from tests.bot.volunteers import actor_of, at_time, boss_of, calls_of, helper
from tests.rostering import run, shift, shift_of, sign_up, volunteer
from tests.world import HILL_HOUSE, LUNCH, NOW, READING, READING_ROOM, World, at


@pytest.fixture
async def me(world: World) -> Chat:
    return await helper(world)


async def test_from_a_greeting_to_a_first_shift(world: World) -> None:
    """A newcomer: what is wanted, why not yet, the birth date in words, consent in plain words, and the place."""
    leader = await volunteer(world, "带班的")
    wanted = await shift(world, at(1, 11), leader_id=leader.person_id)
    chat = Chat(api_over(world.database), name="小新")
    await chat.say("/start")
    await chat.tap("志愿服务")
    await chat.tap("哪里缺人手")
    assert "没有您能报的" in chat.shown.text
    assert "还不知道您多大" in chat.shown.text
    assert chat.button("填出生日期")
    await chat.tap("也看暂时报不了的")
    assert "还不知道您多大" in chat.read
    await chat.tap("1. ")
    await chat.tap("填出生日期")
    assert "1999-5-3" in chat.shown.text
    assert "没看懂" in (await chat.say("去年")).text
    assert "不像" in (await chat.say("2030-01-01")).text
    assert "2001年5月3日" in (await chat.say("２００１年5月3日")).text
    await chat.tap("✅ 对，记下")
    assert "还缺 2 人" in chat.shown.text
    assert "带班：带班的" in chat.shown.text
    await chat.tap("🙋 报名")
    assert "为了安排班次，我会记下" in chat.shown.text
    await chat.tap("✅ 同意并报名")
    assert "报上了" in chat.shown.text
    assert chat.shown.place is not None
    assert (await shift_of(world, wanted)).taken == 1
    (mine,) = (await calls_of(chat).roster()).signups
    await chat.again()
    assert "报上了" in chat.shown.text
    await chat.do(SignUp(wanted, 0))
    assert "已经报过" in chat.shown.text
    assert [one.id for one in (await calls_of(chat).roster()).signups] == [mine.id]
    await chat.say("/start")
    await chat.tap("志愿服务")
    await chat.tap("我的班次")
    assert "已报上" in chat.read


async def test_an_empty_list_says_what_speaks_against_all_of_them_and_can_be_helped(world: World) -> None:
    """Not what speaks against one of several, nor what nobody can help."""
    chat = await helper(world)
    for day in (1, 2):
        await shift(world, at(day, 11), required_skills=["first_aid"])
    await chat.do(Shifts())
    assert "需要证书" in chat.shown.text
    assert chat.button("交证书")
    await shift(world, at(3, 11), minimum_age=70)
    await chat.do(Shifts())
    assert "没有您能报的" in chat.shown.text
    assert "需要证书" not in chat.shown.text


async def test_without_consent_nothing_is_done(world: World) -> None:
    wanted = await shift(world, at(1, 11))
    chat = Chat(api_over(world.database))
    person = await actor_of(chat)
    await calls_of(chat).born_on(date(2000, 1, 1))
    leader = await volunteer(world)
    await sign_up(world, leader, wanted)
    await chat.do(SignUp(wanted, 0))
    assert "报名这个班次吗" in chat.shown.text
    assert (await calls_of(chat).roster()).signups == ()
    assert await calls_of(chat).profile() is None
    await chat.tap("✅ 同意并报名")
    assert len((await calls_of(chat).roster()).signups) == 1
    assert await calls_of(chat).profile() is not None
    assert (await chat.resident.me()).id == person.person_id


async def test_all_reasons_stand_with_a_shift_and_each_leads_on(world: World, me: Chat) -> None:
    busy = await shift(world, at(1, 12))
    await me.do(AskSignUp(busy))
    await me.tap("✅ 报名")
    hard = await shift(world, at(1, 11), required_skills=["first_aid", "weaving_baskets"], minimum_age=60)
    await me.do(ShowShift(hard))
    for reason in ("另有班次", "满 60 岁", "急救、weaving baskets", "交上来"):
        assert reason in me.shown.text
    labels = [button.label for button in me.buttons]
    assert not any("🙋 报名" in label for label in labels)
    assert any("交证书" in label for label in labels)
    await me.tap("看我的另一个班次")
    assert "食堂打饭" in me.shown.text
    await me.do(SignUp(hard, 0))
    assert "满 60 岁" in me.shown.text


async def test_a_refusal_names_shifts_that_can_be_taken_in_both_languages(world: World, me: Chat) -> None:
    full, free = await shift(world, at(1, 11), needed=1), await shift(world, at(2, 11))
    await sign_up(world, await volunteer(world), full)
    await me.do(SignUp(full, 0))
    assert "人已经满了" in me.shown.text
    assert "这些您可以报" in me.shown.text
    assert AskSignUp(free) in me.actions
    english = await helper(world, "Ann", language="en")
    await english.do(SignUp(full, 0))
    assert "All places are taken" in english.shown.text
    assert "These you can take" in english.shown.text
    await english.tap("1. ")
    await english.tap("✅ Sign up")
    assert "You are on it. Thank you" in english.shown.text
    assert "When: Nov 25 (Wed) 11:00–13:00" in english.shown.text


async def test_shifts_by_day_kind_place_and_pages(world: World) -> None:
    me = await helper(world, home=None)
    saturday = await shift(world, at(5, 9), title="周六上午的活", services=(LUNCH,))
    await shift(world, at(5, 15), title="周六下午的活")
    await shift(world, at(5, 9), title="读书的活", point_id=READING_ROOM, services=(READING,))
    for hour in range(9, 15):
        await shift(world, at(3, hour), point_id=HILL_HOUSE, title="山里的活", hours=1)
    await me.say("周六上午有什么活要帮忙的，我来当志愿者")
    assert "周六上午的活" in me.read
    assert "周六下午的活" not in me.read
    assert ShowShift(saturday) in me.actions
    await me.tap("换一类")
    await me.tap("文化")
    assert "读书的活" in me.read
    assert "周六上午的活" not in me.read
    await me.tap("换一天")
    await me.tap("哪天都行")
    await me.tap("换一类")
    await me.tap("什么都行")
    assert "山里的活" in me.read
    first = [action for action in me.actions if isinstance(action, ShowShift)]
    await me.tap("更多")
    second = [action for action in me.actions if isinstance(action, ShowShift)]
    assert (len(first), len(second)) == (5, 4)
    assert not set(first) & set(second)


async def test_near_home_comes_with_distances_and_only_as_far_as_one_would_go(world: World, me: Chat) -> None:
    near, far = await shift(world, at(2, 11)), await shift(world, at(1, 11), point_id=HILL_HOUSE)
    await me.share(31.951, 118.841)
    await me.tap("这是我家")
    await me.say("我想当志愿者")
    await me.tap("哪里缺人手")
    assert ShowShift(near) in me.actions
    assert ShowShift(far) not in me.actions
    assert "约 150 米" in me.read
    await me.share(32.06, 119.05)
    await me.tap("这是我家")
    await me.say("我想当志愿者")
    await me.tap("哪里缺人手")
    assert ShowShift(far) in me.actions
    await me.do(SignUp(far, 0))
    await me.say("我想当志愿者")
    await me.tap("哪里缺人手")
    assert "这些远一点" in me.shown.text
    assert ShowShift(near) in me.actions


async def test_waiting_being_offered_taking_and_leaving(world: World, me: Chat) -> None:
    full = await shift(world, at(3, 11), needed=1)
    other = await volunteer(world)
    theirs = await sign_up(world, other, full)
    await me.do(ShowShift(full))
    await me.tap("候补")
    assert "候补这个班次吗" in me.shown.text
    await me.tap("✅")
    assert "排在第 1 个" in me.shown.text
    await me.again()
    assert "排在第 1 个" in me.shown.text
    await me.do(Queue(full))
    assert "已经在排队" in me.shown.text
    await me.tap("不排了")
    await me.tap("是的，不排了")
    assert (await calls_of(me).roster()).waits == ()
    await me.again()
    await me.do(Queue(full))
    (wait,) = (await calls_of(me).roster()).waits
    await run(world, signups.withdraw, actor=other, signup_id=theirs.id, reason="", now=NOW)
    await me.say("我的班次")
    assert "有事等您答复" in me.shown.text
    await me.tap("🔔")
    assert "前答复" in me.shown.text
    await me.tap("不要了")
    assert "这个空位不要了吗" in me.shown.text
    await me.tap("✅ 我来：11月26日 11:00")
    assert "报上了" in me.shown.text
    await me.do(TakeOffered(wait.id))
    assert "报上了" in me.shown.text
    await me.do(Unqueue(wait.id))
    assert (await shift_of(world, full)).taken == 1


async def test_an_offer_that_is_over_leads_on(world: World, me: Chat) -> None:
    full = await shift(world, at(3, 11), needed=1)
    await sign_up(world, await volunteer(world), full)
    await me.do(Queue(full))
    (wait,) = (await calls_of(me).roster()).waits
    await me.do(TakeOffered(wait.id))
    assert "已经结束" in me.shown.text
    await me.do(Unqueue(wait.id))
    await me.do(ShowQueued(wait.id))
    assert "已经结束" in me.shown.text


async def test_applying_where_the_point_chooses(world: World, me: Chat) -> None:
    wanted = await shift(world, at(2, 11), direct=False)
    await me.do(AskSignUp(wanted))
    assert "先申请" in me.shown.text
    await me.tap("✅ 申请")
    assert "已经申请" in me.shown.text
    await me.tap("撤回报名")
    await me.tap("对，撤回")
    assert "已经退出" in me.shown.text


async def test_a_standing_place_is_taken_shown_and_ended(world: World, me: Chat) -> None:
    boss = await boss_of(world)
    order = TemplateOrder.model_validate(
        {
            "role": "serving",
            "title": "周二打饭",
            "needed": 2,
            "minimum": 1,
            "rrule": "FREQ=WEEKLY;BYDAY=TU,TH",
            "start_time": "11:00",
            "end_time": "13:00",
            "valid_from": "2026-11-24",
            "valid_until": "2026-12-31",
            "publishes_itself": True,
        }
    )
    point_id = (await shift_of(world, await shift(world))).point_id
    await run(world, templates.add, actor=boss, point_id=point_id, wanted=order, now=NOW)
    later = at_time(world, me, at(2, 9))
    tuesday = (await calls_of(later).shifts(ShiftQuery(later.now), 50))[-1]
    assert tuesday.template is not None
    await later.do(ShowShift(tuesday.id))
    assert "每周二、周四 11:00–13:00" in later.shown.text
    await later.tap("固定每次都来")
    assert "随时可以结束" in later.shown.text
    await later.tap("到2026年12月31日")
    assert "每次都来，到2026年12月31日" in later.shown.text
    await later.again()
    assert "每次都来" in later.shown.text
    await later.do(TakeStanding(tuesday.template.id, date(2026, 12, 31)))
    assert "已经固定" in later.shown.text
    await later.say("我的班次")
    assert "周二打饭" in later.read
    await later.tap("我的固定班次")
    assert "每周二、周四" in later.shown.text
    await later.tap("结束第 1 个")
    await later.tap("对，结束")
    assert "已结束" in later.shown.text
    await later.again()
    await later.say("我的班次")
    assert not any("固定班次" in button.label for button in later.buttons)


async def test_a_withdrawn_place_can_be_taken_again(world: World, me: Chat) -> None:
    wanted = await shift(world, at(3, 11))
    await me.do(SignUp(wanted, 0))
    (mine,) = (await calls_of(me).roster()).signups
    await me.do(Withdraw(mine.id))
    await me.do(SignUp(wanted, 0))
    assert "报上了" in me.shown.text
