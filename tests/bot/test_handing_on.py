"""Handing a shift on: a stand-in, a swap, giving it up, and answering when asked; both sides in each test."""

from uuid import UUID

from bot.conversation.actions.volunteer_shifts import (
    AcceptAsk,
    AcceptSwap,
    AskWithdraw,
    ConfirmPlace,
    DeclineAsk,
    DeclineSwap,
    KeepPlace,
    ProposeSwap,
    ShowSignup,
    ShowSwap,
    SignUp,
    SwapWith,
    WantStandIn,
    Withdraw,
)
from bot.news import render
from bot.replies import Reply
from models.vocabulary import NoticeKind, SignupStatus
from tests.bot.chatting import Chat
from tests.bot.notices_of_every_kind import notice
from tests.bot.volunteers import actor_of, at_time, boss_of, calls_of, helper
from tests.rostering import assert_sound, place, shift, shift_of, told
from tests.world import NOW, World, at


async def signed_up(chat: Chat, shift_id: UUID) -> UUID:
    """Signs somebody up at their chat, and returns the id of their signup."""
    await chat.do(SignUp(shift_id, 0))
    assert "报上了" in chat.shown.text
    return next(one.id for one in (await calls_of(chat).roster()).signups if one.shift.id == shift_id)


async def news_of(world: World, chat: Chat, kind: NoticeKind) -> Reply:
    """The latest notice of a kind to somebody, as they read it."""
    data = (await told(world, await actor_of(chat), kind))[-1]
    return render(notice(kind, data=data), NOW)


def labels(reply: Reply) -> list[str]:
    return [button.label for row in reply.rows for button in row]


async def test_a_stand_in_is_found_and_both_know(world: World) -> None:
    one, two = await helper(world, "小林"), await helper(world, "小周")
    mine = await signed_up(one, await shift(world, at(3, 11), needed=1))
    await one.tap("来不了，找人替")
    assert "没有人能来的话，还要请您到" in one.shown.text
    await one.tap("对，找人替")
    assert "名额还是您的" in one.shown.text
    await one.again()
    await one.do(WantStandIn(mine))
    assert "名额还是您的" in one.shown.text
    await one.tap("还是我自己来")
    assert "您自己来" in one.shown.text
    await one.tap("来不了，找人替")
    await one.tap("对，找人替")

    asked = await news_of(world, two, NoticeKind.shift_ask)
    assert "替" in asked.text
    assert labels(asked)[:2] == ["✅ 我来：11月26日 11:00 食堂打饭", "✖️ 来不了"]
    await two.say("我的班次")
    assert "您能来吗" in two.read
    await two.tap("🙏")
    assert "小林来不了" in two.shown.text
    await two.tap("来不了")
    assert "再问问别人" in two.shown.text
    (ask,) = (await calls_of(two).roster()).asks
    await two.tap("✅ 我来")
    assert "谢谢您来救急" in two.shown.text
    await two.again()
    await two.do(AcceptAsk(ask.id))
    assert "谢谢您来救急" in two.shown.text
    await two.do(DeclineAsk(ask.id))
    await two.say("我的班次")
    assert "已报上" in two.read

    assert "小周来替您" in (await news_of(world, one, NoticeKind.shift_news)).text
    await one.do(KeepPlace(mine))
    assert "已经有人替您来了" in one.shown.text
    await one.say("我的班次")
    assert "接下来没有班次" in one.shown.text
    await assert_sound(world)


async def test_who_is_asked_and_comes_too_late_is_told_kindly(world: World) -> None:
    one, two = await helper(world, "小林"), await helper(world, "小周")
    mine = await signed_up(one, await shift(world, at(3, 11), needed=1))
    await one.do(WantStandIn(mine))
    (ask,) = (await calls_of(two).roster()).asks
    await one.do(KeepPlace(mine))
    await two.do(AcceptAsk(ask.id))
    assert "也许别人先答应了" in two.shown.text
    english = await helper(world, "Ann", language="en")
    await english.do(AcceptAsk(ask.id))
    assert "not there any more" in english.shown.text


async def test_a_swap_is_proposed_and_agreed_to(world: World) -> None:
    one, two = await helper(world, "小林"), await helper(world, "Ann", language="en")
    early, late = await shift(world, at(3, 11), needed=1), await shift(world, at(5, 15), needed=1)
    mine = await signed_up(one, early)
    await two.do(SignUp(late, 0))
    await one.say("后天以后的班我想跟人换班")
    await one.tap("和别人换班")
    assert "现在是Ann的班" in one.read
    await one.tap("🔁 11月28日")
    assert "Ann的：" in one.shown.text
    assert "对方同意之前" in one.shown.text
    propose = next(action for action in one.actions if isinstance(action, ProposeSwap))
    await one.tap("✅ 请Ann换班")
    assert "已经去问Ann" in one.shown.text
    await one.again()
    await one.do(propose)
    assert "已经去问Ann" in one.shown.text
    assert len((await calls_of(one).roster()).swaps) == 1
    await one.say("我的班次")
    assert "等Ann答复" in one.read

    asked = await news_of(world, two, NoticeKind.shift_swap)
    assert labels(asked)[:2] == ["✅ 同意换班", "✖️ 不换"]
    await two.say("my shifts")
    assert "小林 would like to swap" in two.read
    await two.tap("🔁")
    assert "小林's:" in two.shown.text
    swap = next(action.swap for action in two.actions if isinstance(action, AcceptSwap))
    await two.tap("No, I keep mine")
    assert "Decline this swap" in two.shown.text
    await two.tap("Back to the swap")
    await two.tap("I agree to this swap")
    assert "Swapped" in two.shown.text
    assert "Nov 26" in two.shown.text
    await two.do(AcceptSwap(swap))
    assert "Swapped" in two.shown.text
    await two.do(DeclineSwap(swap))
    assert "agreed to meanwhile" in two.shown.text

    assert "换班" in (await news_of(world, one, NoticeKind.shift_news)).text
    await one.do(ShowSignup(mine))
    assert "11月28日" in one.shown.text
    await one.do(ShowSwap(swap))
    assert "已经结束" in one.shown.text
    assert [(await shift_of(world, each)).taken for each in (early, late)] == [1, 1]
    await assert_sound(world)


async def test_a_swap_is_declined_or_taken_back(world: World) -> None:
    one, two = await helper(world, "小林"), await helper(world, "小周")
    mine = await signed_up(one, await shift(world, at(3, 11), needed=1))
    theirs = await signed_up(two, await shift(world, at(5, 15), needed=1))
    for _ in range(2):
        await one.do(ProposeSwap(mine, theirs))
        await one.tap("撤回换班")
        await one.tap("对，撤回")
        assert "不换了" in one.shown.text
        await one.again()
    await one.do(ProposeSwap(mine, theirs))
    await two.say("我的班次")
    await two.tap("🔁")
    await two.tap("不换")
    await two.tap("对，不换")
    assert "不换了" in two.shown.text
    await two.again()
    assert "不换了" in two.shown.text
    await two.do(AcceptSwap((await calls_of(one).propose_swap(mine, theirs)).id))
    assert "换好了" in two.shown.text


async def test_nobody_to_swap_with_leads_to_a_stand_in(world: World) -> None:
    one = await helper(world)
    mine = await signed_up(one, await shift(world, at(3, 11)))
    await one.do(SwapWith(mine))
    assert "没有能和您互换的班次" in one.shown.text
    await one.tap("来不了，找人替")
    assert "找人替班吗" in one.shown.text


async def test_giving_up_says_before_that_it_is_late_and_the_manager_learns_of_it(world: World) -> None:
    boss = await boss_of(world)
    one = await helper(world)
    wanted = await shift(world, at(3, 11))
    mine = await signed_up(one, wanted)
    assert "退出不算晚" in one.shown.text
    await one.do(AskWithdraw(mine))
    assert "晚退" not in one.shown.text
    late = at_time(world, one, at(2, 20))
    await late.do(AskWithdraw(mine))
    assert "算晚退，会马上通知站点" in late.shown.text
    await late.tap("不，保持不变")
    assert "您已经报上这个班次" in late.shown.text or "✅" in late.shown.text
    await late.tap("退出")
    await late.tap("对，退出这个班次")
    assert "已经退出" in late.shown.text
    await late.again()
    await late.do(Withdraw(mine))
    assert "已经退出" in late.shown.text
    (alert,) = await told(world, boss, NoticeKind.shift_alert)
    assert alert["what"] == "late_withdrawal"
    assert (await shift_of(world, wanted)).taken == 0
    await late.do(AskWithdraw(mine))
    assert "您已经退出" in late.shown.text


async def test_a_proposal_of_the_point_is_taken_or_declined(world: World) -> None:
    one = await helper(world)
    first = await shift(world, at(3, 11), taken=1)
    second = await shift(world, at(5, 11), taken=1)
    me = await actor_of(one)
    take = await place(world, me, first, status=SignupStatus.proposed)
    leave = await place(world, me, second, status=SignupStatus.proposed)
    await one.say("我的班次")
    assert "站点请您来，请答复" in one.read
    await one.tap("💬")
    assert "站点" in one.shown.text
    await one.tap("✅ 我来")
    assert "报上了" in one.shown.text
    await one.do(ConfirmPlace(take))
    assert "报上了" in one.shown.text
    await one.do(ShowSignup(leave))
    await one.tap("来不了")
    assert "站点会再找别人" in one.shown.text
    await one.tap("对，我来不了")
    assert (await shift_of(world, second)).taken == 0


async def test_sentences_about_shifts_lead_to_the_one_that_is_meant(world: World) -> None:
    one = await helper(world)
    await one.say("我周四来不了，找人替班")
    assert "没有可以换" in one.shown.text
    await signed_up(one, await shift(world, at(3, 11)))
    await signed_up(one, await shift(world, at(5, 11)))
    await one.say("我周四的班来不了，想找人替班")
    assert "11月26日" in one.shown.text
    assert any("找人替" in button.label for button in one.buttons)
    await one.say("我想换班")
    assert "是哪个班次" in one.shown.text
    await one.say("我周六的班几点开始")
    assert "11月28日" in one.shown.text
    await one.say("我周五有班吗")
    assert "没有班次" in one.shown.text
