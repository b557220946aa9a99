"""What residents tell of their neighbourhood, and what becomes of it, told: a photo, a neighbour, colleagues, a wish.

A street lamp that is answered late, climbs, is answered twice and rated is told in tests/bot/test_request_story.py.
"""

from datetime import timedelta

from bot.conversation.actions.grid import (
    AcceptCase,
    AskAccept,
    AskAnswer,
    AskHandOver,
    AskPublish,
    Case,
    HandOver,
    Publish,
    SendAnswer,
    ToWhom,
    Work,
)
from bot.conversation.actions.requests import (
    AskClaim,
    AskConfirm,
    AskFulfil,
    AskRate,
    AskReopen,
    AtHome,
    Claim,
    Confirm,
    Fulfil,
    Join,
    Rate,
    Reopen,
    Send,
    ShowRequest,
    Stars,
    TellWish,
    Wishes,
)
from tests.governance.test_media import photo
from tests.governing import AT_GATE, NEAR_GATE, NORTH, Grid
from tests.stories.telling import Speaker, Story, told_in_both_languages
from tests.world import at


async def town(story: Story) -> tuple[Grid, Speaker, Speaker, Speaker]:
    """A grid; somebody who lives there, the worker of the cell, and the deputy."""
    grid = await Grid(story.world).settle()
    return (
        grid,
        await story.meets("陈奶奶", "Grandma Chen", grid.resident),
        await story.meets("李明", "Li Ming", grid.worker),
        await story.meets("王芳", "Wang Fang", grid.deputy),
    )


@told_in_both_languages
async def test_a_photo_and_a_neighbour_who_says_the_same(story: Story) -> None:
    """Told with a photo and a place; a neighbour says the same and joins; both are told each step."""
    _grid, chen, li, _wang = await town(story)
    neighbour = await story.world.person("刘叔", home_division=NORTH)
    liu = await story.meets("刘叔", "Mr Liu", neighbour)
    await chen.says("反映问题", "report a problem")
    await chen.says("北门的垃圾桶翻了，没人收", "The rubbish bins at the north gate are overturned")
    await chen.sends(photo(place=False))
    await chen.shares(AT_GATE.latitude, AT_GATE.longitude)
    await chen.presses(Send)
    story.later(timedelta(hours=1))
    await liu.says("北门的垃圾桶翻了，一直没人收", "The rubbish bins at the north gate are all overturned")
    await liu.shares(NEAR_GATE.latitude, NEAR_GATE.longitude)
    await liu.presses(Join)
    story.note(story.say("网格员的手机", "The grid workers' phones"))
    await story.ring()
    await li.presses(Case)
    await li.presses(AskAccept)
    await li.presses(AcceptCase)
    await li.presses(AskAnswer)
    await li.says("垃圾已清走，桶也固定好了", "The rubbish is gone and the bins are fixed to the wall")
    await li.presses(SendAnswer)
    await story.ring()
    story.holds("requests/photo-and-neighbour")


@told_in_both_languages
async def test_handed_to_a_colleague_done_twice_and_rated(story: Story) -> None:
    """Whoever it belongs to takes it; the answer is none, then one."""
    grid, chen, li, wang = await town(story)
    await grid.accept((await grid.ask(story.say("水管漏水", "A pipe is leaking"))).id, grid.worker)
    await story.ring()
    await li.does(Work())
    await li.presses(Case)
    await li.presses(ToWhom)
    await li.presses(AskHandOver, to=grid.deputy.require_person())
    await li.presses(HandOver)
    await story.ring()
    await wang.presses(Case)
    await wang.presses(AskAccept)
    await wang.presses(AcceptCase)
    await story.ring()
    story.later(timedelta(hours=3))
    await wang.presses(AskAnswer)
    await wang.says("总阀已经关好，水管换了一节", "The valve is shut, and a length of pipe is replaced")
    await wang.presses(SendAnswer)
    await story.ring()
    story.later(at(1, 9))
    await chen.presses(AskReopen)
    await chen.says("墙角还在滴水", "It still drips in the corner")
    await chen.presses(Reopen)
    await story.ring()
    await wang.presses(Case)
    await wang.presses(AskAnswer)
    await wang.says("墙角的接头也换好了", "The joint in the corner is replaced too")
    await wang.presses(SendAnswer)
    await story.ring()
    await chen.presses(AskRate)
    await chen.presses(Stars, stars=5)
    await chen.presses(Rate)
    story.holds("requests/handed-over")


@told_in_both_languages
async def test_a_wish_comes_true(story: Story) -> None:
    """Told, put into words for volunteers, taken in hand, fulfilled, and said to be so."""
    _grid, chen, li, _wang = await town(story)
    helper = await story.world.person(story.say("小林", "Lin"), home_division=NORTH)
    lin = await story.meets("小林", "Lin", helper)
    await chen.does(Wishes())
    await chen.presses(TellWish)
    await chen.says("我有个心愿：想有人教我用手机视频", "I have a wish: somebody to teach me video calls")
    await chen.presses(AtHome)
    await chen.presses(Send)
    await story.ring()
    await li.presses(Case)
    await li.presses(AskPublish)
    await li.says("教一位老人用手机视频，半小时", "Teach an old lady video calls, half an hour")
    await li.presses(Publish)
    await story.ring()
    await lin.does(Wishes())
    await lin.presses(AskClaim)
    await lin.presses(Claim)
    await story.ring()
    story.later(at(2, 16))
    await lin.does(Wishes())
    await lin.presses(ShowRequest)
    await lin.presses(AskFulfil)
    await lin.says("教会了，陈奶奶已经给孙子打过视频", "She can do it now and has called her grandson")
    await lin.presses(Fulfil)
    await story.ring()
    await chen.presses(AskConfirm)
    await chen.presses(Confirm)
    story.holds("requests/wish")
