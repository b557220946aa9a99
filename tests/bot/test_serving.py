"""Coming and going by code, a team and its leader, hours, gifts and statements."""

from datetime import date
from uuid import UUID

from PIL import Image

from api.tickets import shift_ticket_text
from bot.conversation.actions.volunteer_shifts import Arrive, CheckMember, ShowShift, ShowSignup, SignUp
from bot.conversation.actions.volunteers import (
    Admit,
    AskLeaveTeam,
    Give,
    IssueStatement,
    JoinTeam,
    LeaveTeam,
    PutInParty,
    ShowTeam,
    SignPartyUp,
    StatementFile,
)
from bot.news import render
from bot.replies import SharedFile
from models.shapes.rosters import Verification
from models.vocabulary import NoticeKind
from scheduling.rosters import attendance
from tests.bot.chatting import Chat
from tests.bot.notices_of_every_kind import notice
from tests.bot.photos import as_jpeg, at_an_angle, code, on_paper
from tests.bot.volunteers import actor_of, at_time, boss_of, calls_of, helper
from tests.rostering import run, shift, shift_of, signup_of, team, told, volunteer
from tests.world import NOW, World, at


async def signed_up(chat: Chat, shift_id: UUID) -> UUID:
    await chat.do(SignUp(shift_id, 0))
    return next(one.id for one in (await calls_of(chat).roster()).signups if one.shift.id == shift_id)


async def test_checking_in_and_out_by_the_code_asked_for(world: World) -> None:
    me = await helper(world)
    mine = await signed_up(me, await shift(world, at(0, 11, 30)))
    reminder = (await told(world, await actor_of(me), NoticeKind.shift_reminder_soon))[0]
    shown = render(notice("shift_reminder_soon", data=reminder), NOW)
    arrive = shown.rows[0][0]
    assert arrive.label == "📍 我到了，签到"
    await me.press(arrive.data)
    assert "您来早了：从今天（周一）10:30起可以签到" in me.shown.text
    there = at_time(world, me, at(0, 10, 55))
    await there.press(arrive.data)
    assert "签到码" in there.shown.text
    assert "6 位数字" in (await there.say("我到了呀")).text
    assert "不是您这个班次的号码" in (await there.say("999999")).text
    await there.say("１１１ １１１")
    assert "签到好了" in there.shown.text
    await there.again()
    assert "签到好了" in there.shown.text
    assert (await there.resident.me()).draft is None
    home = at_time(world, there, at(0, 13, 40))
    await home.say("我的班次")
    await home.tap("✔ 今天 11:30")
    await home.tap("我走了，签退")
    assert "签退码" in home.shown.text
    await home.say("222222")
    assert "时长已经记下" in home.shown.text
    assert (await signup_of(world, mine)).minutes == 120
    late = at_time(world, home, at(0, 16))
    await late.do(Arrive(mine))
    assert "服务 2 小时，已核实" in late.shown.text


async def test_a_bare_code_or_qr_text_is_enough_for_whoever_has_a_shift_now(world: World) -> None:
    me, other = await helper(world), await helper(world, "别人")
    wanted = await shift(world, at(0, 11))
    mine = await signed_up(me, wanted)
    assert "没太看懂" in (await me.say("111111")).text
    there = at_time(world, me, at(0, 10, 55))
    assert "签到好了" in (await there.say("111111")).text
    await there.again()
    assert "签到好了" in there.shown.text
    stranger = at_time(world, other, at(0, 10, 55))
    assert "没太看懂" in (await stranger.say("111111")).text
    home = at_time(world, there, at(0, 12, 59))
    await home.say(shift_ticket_text(wanted, "out", b"k" * 32))
    assert "时长已经记下" in home.shown.text
    assert (await signup_of(world, mine)).scanned_out
    assert "不在" in (await home.say("LM2:ABCDEFGH")).text or home.shown.text


async def test_a_photo_of_the_code_is_as_good_as_typing_it(world: World) -> None:
    me = await helper(world)
    wanted = await shift(world, at(0, 11))
    mine = await signed_up(me, wanted)
    there = at_time(world, me, at(0, 10, 55))
    shown = at_an_angle(on_paper(code(shift_ticket_text(wanted, "in", b"k" * 32))))
    assert "签到好了" in (await there.send_file(photo(shown))).text
    home = at_time(world, there, at(0, 12, 59))
    await home.do(Arrive(mine))
    assert "没看清" in (await home.send_file(photo(on_paper(code("https://example.org"))))).text
    leaving = on_paper(code(shift_ticket_text(wanted, "out", b"k" * 32)))
    assert "时长已经记下" in (await home.send_file(photo(leaving))).text
    assert (await signup_of(world, mine)).scanned_out


def photo(picture: Image.Image) -> SharedFile:
    """A picture as a telephone sends it."""
    content = as_jpeg(picture)

    async def read() -> bytes:
        return content

    return SharedFile("photo", "code.jpg", "image/jpeg", len(content), read)


async def test_too_late_to_check_in_or_out_is_said_kindly(world: World) -> None:
    me = await helper(world)
    mine = await signed_up(me, await shift(world, at(0, 11)))
    late = at_time(world, me, at(0, 13, 20))
    await late.do(Arrive(mine))
    assert "他们会补记时长" in late.shown.text
    there = at_time(world, me, at(0, 11))
    await there.say("111111")
    later = at_time(world, me, at(0, 18))
    await later.do(Arrive(mine))
    assert "签退时间过了" in later.shown.text


async def test_a_team_is_joined_by_its_code_and_its_leader_signs_it_up(world: World) -> None:
    leader, one, two = [await helper(world, name) for name in ("队长", "小林", "Ann")]
    team_id = await team(world, await actor_of(leader))
    await leader.say("我想当志愿者")
    await leader.tap("我的志愿队")
    await leader.tap("您是队长")
    code = (await calls_of(leader).team(team_id)).code
    assert f"队号：{code}" in leader.shown.text
    for member, said in ((one, code.lower()), (two, "青年")):
        await member.say("我想当志愿者")
        await member.tap("我的志愿队")
        await member.tap("按队号或队名找")
        assert "没有找到" in (await member.say("没有这个队")).text
        await member.say(said)
        assert "青年志愿队" in member.shown.text
        await member.tap("加入这支队")
        assert "队长是队长" in member.shown.text
        await member.tap("好，向队长申请")
        assert "队长同意后您就入队了" in member.shown.text
        await member.again()
        await member.do(JoinTeam(team_id))
        assert "等队长答复" in member.shown.text
    await leader.do(ShowTeam(team_id))
    assert "有 2 人想加入" in leader.shown.text
    for member in (one, two):
        await leader.tap(f"✋ {member.name}")
        await leader.tap(f"同意{member.name}加入")
        assert "TA 已经入队" in leader.shown.text
        await leader.do(Admit(team_id, await member.person_id()))
    assert "3 名队员" in leader.shown.text

    wanted = await shift(world, at(0, 11), needed=2)
    await leader.do(ShowShift(wanted))
    await leader.tap("给青年志愿队的队员报名")
    await leader.tap("小林")
    assert any(button.label == "✓ 小林" for button in leader.buttons)
    await leader.say("还有 Ann 也来")
    assert any(button.label == "✓ Ann" for button in leader.buttons)
    assert "没有找到这个名字" in (await leader.say("赵钱孙")).text
    await leader.tap("✓ Ann")
    await leader.tap("Ann")
    await leader.tap("选好了，共 2 人")
    assert "小林、Ann" in leader.shown.text
    await leader.tap("给这 2 人报名")
    assert "2 人都报上了" in leader.shown.text
    await leader.again()
    assert "您队里这些人报上了" in leader.shown.text
    await leader.do(SignPartyUp(wanted, team_id))
    assert (await shift_of(world, wanted)).taken == 2
    assert (
        "队长"
        in render(
            notice("shift_news", data=(await told(world, await actor_of(one), NoticeKind.shift_news))[-1]),
            NOW,
        ).text
    )

    there = at_time(world, leader, at(0, 11))
    await there.do(SignPartyUp(wanted, team_id))
    await there.tap("今天 11:00")
    name = "小林" if "小林" in there.shown.text else "Ann"
    await there.tap(f"{name}到了，签到")
    assert f"{name}已签到" in there.shown.text
    await there.again()
    await there.tap(f"{name}走了，签退")
    assert f"{name}已签退" in there.shown.text
    await there.do(SignPartyUp(wanted, team_id))

    await one.do(AskLeaveTeam(team_id, await one.person_id()))
    await one.tap("对，退出")
    assert "已经不在这支队里" in one.shown.text
    await one.again()
    await leader.do(LeaveTeam(team_id, await two.person_id()))
    assert "1 名队员" in leader.shown.text


async def test_a_team_that_does_not_fit_learns_why_of_each(world: World) -> None:
    leader, one = await helper(world, "队长"), await helper(world, "小林", birth_date=date(2012, 5, 3))
    team_id = await team(world, await actor_of(leader), await actor_of(one))
    wanted = await shift(world, at(2, 11), minimum_age=18)
    await leader.do(ShowShift(wanted))
    await leader.tap("给青年志愿队的队员报名")
    await leader.tap("小林")
    await leader.tap("选好了")
    await leader.tap("给这 1 人报名")
    assert "一个人也没有报" in leader.shown.text
    assert "小林\n• 要满 18 岁" in leader.shown.text
    await leader.do(PutInParty(team_id, await one.person_id(), 1))
    await one.do(ShowShift(wanted))
    assert not any("队员报名" in button.label for button in one.buttons)
    await one.do(SignPartyUp(wanted, team_id))
    assert one.shown.text
    assert (await shift_of(world, wanted)).taken == 0


async def test_hours_are_shown_given_once_and_stated(world: World) -> None:
    boss = await boss_of(world)
    me, friend = await helper(world, "王小明", served=0), await helper(world, "小周")
    await team(world, await actor_of(me), await actor_of(friend))
    leader = await volunteer(world)
    wanted = await shift(world, at(0, 11), leader_id=leader.person_id)
    mine = await signed_up(me, wanted)
    there = at_time(world, me, at(0, 11))
    await there.say("111111")
    home = at_time(world, me, at(0, 20))
    await home.say("我的志愿时长")
    assert "还有 1 次服务等站点核实" in home.shown.text
    await run(
        world,
        attendance.verify,
        actor=boss,
        signup_id=mine,
        found=Verification(minutes=90),
        now=at(0, 20),
    )
    await home.say("我的志愿时长")
    assert "服务了 1 次，共 1 小时 30 分钟" in home.shown.text
    await home.tap("已结束的")
    assert "服务 1 小时 30 分钟，已核实" in home.read

    await home.say("我的志愿时长")
    await home.tap("把时长送给别人")
    await home.tap("送给其中一位")
    await home.tap("送给小周")
    assert "您账户里有 1 小时 30 分钟" in home.shown.text
    await home.tap("1 小时")
    assert "送出后不能收回" in home.shown.text
    gift = next(action for action in home.actions if isinstance(action, Give))
    await home.tap("✅ 给小周送 1 小时")
    assert "送出 1 小时" in home.shown.text
    await home.again()
    await home.do(gift)
    assert "账户里有 30 分钟" in home.shown.text
    assert (await calls_of(friend).hours()).balance_minutes == 60
    later = at_time(world, home, at(0, 22))
    await later.do(gift)
    assert "重新选一次" in later.shown.text
    assert (await calls_of(friend).hours()).balance_minutes == 60

    await home.say("我的志愿时长")
    await home.tap("开时长记录")
    order = next(action for action in home.actions if isinstance(action, IssueStatement))
    await home.tap("这个月：2026年11月1日至2026年11月23日")
    first = home.shown.document
    assert first is not None
    assert first.content.startswith(b"%PDF-")
    await home.do(order)
    assert home.shown.document == first
    file = next(
        action for action in home.actions if isinstance(action, StatementFile) and action.form == "csv"
    )
    await home.do(file)
    assert home.shown.document is not None
    assert "食堂打饭" in home.shown.document.content.decode()
    assert home.shown.document.name == f"hours-{file.code}.csv"

    await friend.say("我的志愿时长")
    await friend.tap("开时长记录")
    await friend.tap("核对一份记录")
    assert "12 位" in (await friend.say("不是码")).text
    assert "没有这个验证码" in (await friend.say("AAAAAAAAAAAA")).text
    await friend.say(f" {file.code.lower()} ")
    assert "王**" in friend.shown.text
    assert "1 次，共 1 小时 30 分钟" in friend.shown.text
    await friend.do(StatementFile(file.code, "pdf"))
    assert friend.shown.document is None
    for action in (ShowSignup(mine), CheckMember(mine, 0)):
        await friend.do(action)
        assert "已经没有了" in friend.shown.text
