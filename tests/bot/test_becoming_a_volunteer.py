"""Becoming a volunteer and saying what one can do, in taps and in words; certificates, guardians."""

from dataclasses import replace
from datetime import date

import pytest

from bot.conversation.actions.volunteer_shifts import SignUp
from bot.conversation.actions.volunteers import (
    AgreeAsGuardian,
    HandInOver,
    KeepContact,
    SetReach,
    SetSkill,
    SetTime,
    ShowProfile,
)
from bot.conversation.volunteering.dates import read_date
from bot.conversation.volunteering.telling import read_contact
from models.tables import Certificate
from models.vocabulary import CertificateStatus
from tests.bot.chatting import Chat, api_over
from tests.bot.volunteers import actor_of, calls_of, helper
from tests.rostering import organisation, shift, sign_up, volunteer
from tests.scheduling.acting import sql, stored
from tests.world import DISTRICT, World, at


@pytest.fixture
def newcomer(world: World) -> Chat:
    return Chat(api_over(world.database), name="小新")


async def test_becoming_one_and_telling_about_oneself_in_taps(world: World, newcomer: Chat) -> None:
    university = await organisation(world)
    await newcomer.say("我想当志愿者")
    await newcomer.tap("我要当志愿者")
    assert "您随时可以查看、修改、收回" in newcomer.shown.text
    assert await calls_of(newcomer).profile() is None
    await newcomer.tap("同意，我要当志愿者")
    assert "您现在是志愿者了" in newcomer.shown.text
    await newcomer.again()
    await newcomer.tap("填会做什么")
    for tap in ("会什么", "急救", "理发", "✓ 急救", "我的资料"):
        await newcomer.tap(tap)
    for tap in (
        "我想做的",
        "助餐",
        "我的资料",
        "会说的话",
        "普通话",
        "本地话",
        "我的资料",
        "去多远",
        "3 公里以内",
    ):
        await newcomer.tap(tap)
    for tap in ("何时有空", "周六 上午", "周六 下午", "周三 晚上", "我的资料", "单位学校", "江宁大学"):
        await newcomer.tap(tap)
    profile = await calls_of(newcomer).profile()
    assert profile is not None
    assert profile.skills == ("haircut",)
    assert profile.categories_wished == ("meals",)
    assert profile.languages == ("zh-CN", "dialect")
    assert profile.reach_m == 3000
    assert [(one.weekday, f"{one.start:%H:%M}", f"{one.end:%H:%M}") for one in profile.hours_wanted] == [
        (5, "06:00", "18:00"),
        (2, "18:00", "22:00"),
    ]
    assert profile.organisation is not None
    assert profile.organisation.id == university
    for said in (
        "理发",
        "助餐",
        "普通话、本地话",
        "3 公里以内",
        "周六 06:00–18:00、周三 18:00–22:00",
        "江宁大学",
    ):
        assert said in newcomer.shown.text
    await newcomer.tap("缺人时不要问我")
    assert "请不要来问我" in newcomer.shown.text
    await newcomer.tap("何时有空")
    await newcomer.tap("随时都可以")
    assert "随时都可以" in newcomer.shown.text
    await newcomer.do(SetSkill("haircut", 1))
    await newcomer.again()
    profile = await calls_of(newcomer).profile()
    assert profile is not None
    assert (profile.skills, profile.hours_wanted, profile.takes_asks) == (("haircut",), (), False)


@pytest.mark.parametrize("action", [ShowProfile(), SetSkill("driving", 1), SetReach(3), SetTime(0, 0, 1)])
async def test_who_has_not_agreed_is_asked_first(newcomer: Chat, action: ShowProfile) -> None:
    await newcomer.do(action)
    assert "来当志愿者吗" in newcomer.shown.text
    assert await calls_of(newcomer).profile() is None


async def test_whom_to_call_is_told_in_words_said_back_and_kept_at_a_tap(world: World) -> None:
    me = await helper(world)
    await me.do(ShowProfile())
    await me.tap("紧急联系人")
    assert "姓名和电话都要有" in (await me.say("王芳")).text
    await me.say("我女儿王芳，138 1234 5678")
    assert "我女儿王芳，13812345678" in me.shown.text
    profile = await calls_of(me).profile()
    assert profile is not None
    assert profile.emergency_phone is None
    await me.tap("✅ 对，记下")
    assert "紧急联系人：我女儿王芳 13812345678" in me.shown.text
    await me.again()
    await me.do(KeepContact())
    assert "13812345678" in me.shown.text
    assert "没太看懂" in (await me.say("唱首歌吧")).text
    await me.do(ShowProfile())
    await me.tap("紧急联系人")
    await me.tap("不留联系人")
    assert "紧急联系人：还没有填" in me.shown.text


async def test_a_certificate_is_handed_in_step_by_step_each_word_once(world: World) -> None:
    me = await helper(world)
    await me.do(ShowProfile())
    await me.tap("我的证书")
    await me.tap("急救")
    await me.say("红十字急救证")
    assert "哪个单位发的" in me.shown.text
    await me.again()
    assert "哪个单位发的" in me.shown.text
    assert "发证单位" not in me.shown.text
    await me.say("市红十字会")
    assert "没看懂" in (await me.say("前年")).text
    assert "还没有到" in (await me.say("2027-1-1")).text
    await me.say("2024年3月15日")
    assert "不能早于" in (await me.say("2020-1-1")).text
    await me.tap("长期有效")
    await me.again()
    await me.say("编号 12345，原件带到站点")
    for line in ("红十字急救证", "市红十字会", "2024年3月15日", "编号 12345"):
        assert line in me.shown.text
    assert await stored(world, Certificate) == []
    await me.tap("对，交上去")
    assert "审核中" in me.shown.text
    await me.again()
    await me.do(HandInOver())
    profile = await calls_of(me).profile()
    assert profile is not None
    (certificate,) = profile.certificates
    assert (certificate.skill, certificate.title, certificate.status) == (
        "first_aid",
        "红十字急救证",
        CertificateStatus.submitted,
    )


async def test_turning_elsewhere_gives_up_what_was_waited_for(world: World) -> None:
    me = await helper(world)
    await me.do(ShowProfile())
    await me.tap("我的证书")
    await me.tap("急救")
    await me.tap("先不办")
    assert "没太看懂" in (await me.say("唱首歌吧")).text
    await me.do(ShowProfile())
    await me.tap("紧急联系人")
    await me.tap("不改了")
    await me.say("我的班次")
    assert "接下来没有班次" in me.shown.text


async def test_who_is_a_minor_is_the_districts_to_set(world: World) -> None:
    await sql(
        world,
        "INSERT INTO policy_override (scope, key, field, value, set_at)"
        " VALUES ('district', :district, 'adult_age', '16', now())",
        district=DISTRICT,
    )
    youth = await helper(world, "小明", birth_date=date(2010, 1, 1))
    await youth.do(ShowProfile())
    assert "监护人" not in youth.shown.text
    assert not any("监护人" in button.label for button in youth.buttons)


async def test_a_minor_comes_once_a_parent_has_agreed_at_their_own_chat(world: World) -> None:
    parent = await helper(world, "妈妈")
    child = await helper(world, "小明", birth_date=date(2010, 1, 1))
    wanted = await shift(world, at(2, 11))
    await sign_up(world, await volunteer(world), wanted)
    await child.do(SignUp(wanted, 0))
    assert "未成年人要家长先同意" in child.shown.text
    await child.do(ShowProfile())
    assert "监护人还没有同意" in child.shown.text
    await child.tap("我的家长或监护人")
    await child.say("13900001111 王芳")
    await child.tap("✅ 对，记下")
    assert "家长或监护人：王芳 13900001111" in child.shown.text

    assert not any("同意孩子" in button.label for button in (await say_hub(parent)).buttons)
    await parent.do(AgreeAsGuardian(await child.person_id()))
    assert "要先在自己的聊天里" in parent.shown.text
    await world.link(await actor_of(parent), await actor_of(child))
    await (await say_hub(parent)).tap("同意孩子做志愿者")
    await parent.tap("小明")
    assert "您作为家长或监护人，同意小明做志愿者吗" in parent.shown.text
    await parent.tap("✅ 同意小明做志愿者")
    assert "小明现在可以报名班次了" in parent.shown.text
    await parent.again()
    await child.do(SignUp(wanted, 0))
    assert "报上了" in child.shown.text
    await child.do(ShowProfile())
    assert "监护人已经同意" in child.shown.text


async def say_hub(chat: Chat) -> Chat:
    await chat.say("我想当志愿者")
    return chat


async def test_everything_can_be_said_in_english_too(world: World) -> None:
    me = await helper(world, "Ann", language="en")
    await me.do(ShowProfile())
    assert "I can: not told" in me.shown.text
    await me.tap("When I can come")
    await me.tap("Sat morning")
    assert "Sat 06:00–12:00" in me.shown.text
    await me.tap("About me")
    await me.tap("Birth date")
    await me.say("1999-05-03")
    await me.tap("Yes, keep")
    assert "Age: 27" in me.shown.text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1999-5-3", date(1999, 5, 3)),
        ("1999年5月3日", date(1999, 5, 3)),
        ("1999/05/03。", date(1999, 5, 3)),
        ("１９９９.５.３", date(1999, 5, 3)),
        ("19990503", date(1999, 5, 3)),
        ("1999-2-30", None),
        ("99-5-3", None),
        ("五月三日", None),
        ("", None),
    ],
)
def test_dates_are_read_as_people_type_them(text: str, day: date | None) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("王芳 13812345678", ("王芳", "13812345678")),
        ("13812345678，王芳", ("王芳", "13812345678")),
        ("女儿：王芳（１３８ １２３４ ５６７８）", ("女儿:王芳", "13812345678")),
        ("Wang Fang +86 138-1234-5678", ("Wang Fang", "+8613812345678")),
        ("13812345678", None),
        ("王芳", None),
        ("", None),
    ],
)
def test_a_contact_is_read_from_one_message(text: str, contact: tuple[str, str] | None) -> None:
    assert read_contact(text) == contact


async def test_two_processes_are_one(world: World) -> None:
    """What was begun with one process goes on with another: the bot keeps nothing."""
    me = await helper(world)
    await me.do(ShowProfile())
    await me.tap("我的证书")
    await me.tap("急救")
    await me.say("急救证")
    elsewhere = replace(me, api=api_over(world.database))
    await elsewhere.say("红十字会")
    assert "哪天发的证" in elsewhere.shown.text
