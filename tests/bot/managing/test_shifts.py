"""A point's shifts in the chat: gaps, who is on them, yes and no, asking for hands, suggestions, hours, codes."""

from datetime import timedelta

from bot.codes import read_qr
from bot.conversation.actions.rostering import (
    AskHands,
    ConfirmHelper,
    HelperCame,
    Hours,
    Propose,
    RefuseHelper,
    Shifts,
    ShowHelper,
    ShowShift,
    Suggest,
)
from models.tables import ShiftAsk, Signup
from models.vocabulary import NoticeKind, ShiftStatus, SignupStatus
from tests.bot.chatting import Chat
from tests.bot.managing.keeper import day, keeper, later
from tests.rostering import assert_sound, shift, shift_of, sign_up, signup_of, told, volunteer
from tests.scheduling.acting import stored
from tests.world import CANTEEN, NOW, READING_ROOM, World, at


async def test_a_week_with_its_gaps(world: World, chat: Chat) -> None:
    tomorrow = await shift(world, needed=2, minimum=1)
    await shift(world, at(3, 9), needed=1, minimum=1, title="引导")
    await sign_up(world, await volunteer(world, "小林"), tomorrow)
    await chat.do(Shifts(CANTEEN))
    assert "食堂打饭：1/2" in chat.shown.text
    assert "⚠️ 11月26日（周四）09:00–11:00 引导：0/1 · 缺 1 人" in chat.shown.text
    assert "有 1 个班次人手不够" in chat.shown.text
    await chat.tap("食堂打饭")
    assert "✅ 小林 · 会来" in chat.shown.text
    await chat.tap("全部班次")
    await chat.tap("下一周")
    assert "这几天没有班次" in chat.shown.text


async def test_yes_and_no_to_applications(world: World, chat: Chat) -> None:
    id_ = await shift(world, needed=2, direct=False)
    first, second = [await volunteer(world, name) for name in ("小林", "小陈")]
    yes, no = [await sign_up(world, one, id_) for one in (first, second)]
    await chat.do(ShowShift(id_))
    await chat.tap("小林")
    assert "申请了，等您确认" in chat.shown.text
    await chat.tap("同意")
    assert "小林排上了" in chat.shown.text
    await chat.do(ConfirmHelper(yes.id))
    assert (await signup_of(world, yes.id)).status is SignupStatus.confirmed
    await chat.do(ShowHelper(no.id))
    await chat.tap("不同意")
    assert "站点把这个班次安排给了别人" in chat.shown.text
    assert (await signup_of(world, no.id)).status is SignupStatus.applied
    await chat.tap("确定不要小陈")
    await chat.again()
    await chat.do(RefuseHelper(no.id))
    assert "不在这个班次了" in chat.shown.text
    assert (await signup_of(world, no.id)).status is SignupStatus.refused
    assert [one["what"] for one in await told(world, second, NoticeKind.shift_news)] == ["refused"]


async def test_matching_people_are_asked_now_and_once(world: World, chat: Chat) -> None:
    id_ = await shift(world, at(6, 11), needed=1, minimum=0)
    people = [await volunteer(world, f"志愿者{number}") for number in range(4)]
    await chat.do(AskHands(id_))
    assert "还缺 1 人" in chat.shown.text
    assert "有 4 位志愿者合适" in chat.shown.text
    ask = chat.button("现在就问这 3 位").data
    await chat.press(ask)
    await chat.again()
    await chat.press(ask)
    assert "已经去问 3 位" in chat.shown.text
    asks = await stored(world, ShiftAsk)
    assert len(asks) == 3
    assert {one.person_id for one in asks} < {one.require_person() for one in people}
    await chat.do(AskHands(id_))
    assert "有 1 位志愿者合适" in chat.shown.text
    assert "已经问了 3 位" in chat.shown.text
    await assert_sound(world)


async def test_a_full_shift_asks_nobody(world: World, chat: Chat) -> None:
    id_ = await shift(world, needed=1)
    await sign_up(world, await volunteer(world), id_)
    await chat.do(AskHands(id_))
    assert "人数已满" in chat.shown.text


async def test_a_suggestion_is_shown_and_proposed_once(world: World, chat: Chat) -> None:
    await shift(world, needed=1, minimum=1)
    helper = await volunteer(world, "小林")
    await chat.do(Shifts(CANTEEN))
    await chat.tap("推荐人选")
    assert "小林" in chat.shown.text
    assert await stored(world, Signup, Signup.status == SignupStatus.proposed) == []  # type: ignore[arg-type]  # a column
    ask = chat.button("去问这 1 位").data
    await chat.press(ask)
    assert "已经去问 1 位" in chat.shown.text
    await chat.press(ask)
    assert "已经用过了" in chat.shown.text
    assert [one["what"] for one in await told(world, helper, NoticeKind.shift_news)] == ["proposed"]
    await chat.do(Propose(CANTEEN, 5))
    assert "已经用过了" in chat.shown.text
    await chat.do(Suggest(CANTEEN, day(9)))
    assert "没有可以推荐的人" in chat.shown.text


async def test_coming_going_and_hours(world: World, chat: Chat) -> None:
    id_ = await shift(world, at(0, 11))
    signup = await sign_up(world, await volunteer(world, "小林"), id_, now=at(0, 8))
    noon = later(world, chat, at(0, 11))
    await noon.do(ShowHelper(signup.id))
    await noon.tap("来了")
    assert "小林来了" in noon.shown.text
    await noon.do(HelperCame(signup.id, 1))
    end = later(world, chat, at(0, 13))
    await end.do(HelperCame(signup.id, 0))
    assert "小林走了" in end.shown.text
    await end.tap("确认时长")
    assert "最多 120" in end.shown.text
    assert "只输入分钟" in (await end.say("很久")).text
    await end.say("九十分钟")
    await end.tap("对，90 分钟")
    await end.again()
    assert "小林的 90 分钟已经确认" in end.shown.text
    await end.do(Hours(signup.id))
    assert "再改会留下记录" in end.shown.text
    await end.tap("120 分钟")
    row = await signup_of(world, signup.id)
    assert (row.minutes, row.verified_at is not None) == (120, True)
    await assert_sound(world, at(0, 13))


async def test_an_absence_is_excused(world: World, chat: Chat) -> None:
    id_ = await shift(world, at(-1, 11))
    from_yesterday = await sign_up(world, await volunteer(world, "小林"), id_, now=at(-2, 9))
    await chat.do(ShowHelper(from_yesterday.id))
    assert any("确认时长" in button.label for button in chat.buttons)


async def test_codes_are_shown_as_a_picture(world: World, chat: Chat) -> None:
    id_ = await shift(world)
    await chat.do(ShowShift(id_))
    await chat.tap("签到码")
    assert "111111" in chat.shown.text
    coming = chat.shown.picture
    await chat.tap("签退码")
    assert "222222" in chat.shown.text
    going = chat.shown.picture
    assert coming is not None
    assert going is not None
    said = [read_qr(one.content) for one in (coming, going)]
    assert all(one is not None and one.startswith("LM2:") for one in said)
    assert said[0] != said[1]


async def test_a_draft_is_published_and_a_shift_called_off_once(world: World, chat: Chat) -> None:
    id_ = await shift(world, status=ShiftStatus.draft)
    await chat.do(ShowShift(id_))
    await chat.tap("发布")
    assert "志愿者现在能看到了" in chat.shown.text
    helper = await volunteer(world, "小林")
    await sign_up(world, helper, id_, now=NOW + timedelta(hours=8))
    await chat.tap("全部班次")
    await chat.tap("食堂打饭")
    await chat.tap("取消班次")
    assert "小林" in chat.shown.text
    off = chat.button("确定取消").data
    await chat.press(off)
    await chat.press(off)
    assert "已取消" in chat.shown.text
    assert (await shift_of(world, id_)).status is ShiftStatus.cancelled
    assert [one["what"] for one in await told(world, helper, NoticeKind.shift_news)] == ["shift_cancelled"]


async def test_another_points_shift_is_not_shown(world: World, chat: Chat) -> None:
    id_ = await shift(world, point_id=READING_ROOM)
    signup = await sign_up(world, await volunteer(world), id_)
    for action in (ShowShift(id_), AskHands(id_), ShowHelper(signup.id), ConfirmHelper(signup.id)):
        await chat.do(action)
        assert "不是您负责的站点" in chat.shown.text, action
    both = await keeper(world, CANTEEN, READING_ROOM, user_id="79")
    await both.say("班次")
    await both.tap("书香阅览室")
    assert "食堂打饭" in both.shown.text
