"""What volunteers do in the chat, told: becoming one, a shift, why not, somebody instead, coming and going, hours."""

from datetime import date

from sqlalchemy import update
from sqlmodel import col

from bot.conversation.actions.volunteer_shifts import (
    AcceptAsk,
    AcceptSwap,
    Arrive,
    AskSignUp,
    AskStandIn,
    AskSwap,
    MyShifts,
    ProposeSwap,
    Shifts,
    ShowShift,
    ShowSignup,
    SignUp,
    SwapWith,
    WantStandIn,
)
from bot.conversation.actions.volunteers import (
    Enlist,
    IssueStatement,
    Join,
    SetBirth,
    Statements,
    TellBirth,
)
from bot.volunteer import Volunteer as Calls
from models.database import transaction
from models.ids import PersonId
from models.tables import Person
from scheduling.actors import Actor
from tests.rostering import HOME, past_service, shift, sign_up, volunteer
from tests.stories.telling import Speaker, Story, told_in_both_languages
from tests.world import at


async def helper(story: Story, chinese: str, english: str, *, served: int = 1) -> Speaker:
    """Somebody at a chat who has agreed, is of age, has served before, and lives near the canteen."""
    speaker = await story.meets(chinese, english)
    calls = Calls.like(speaker.resident)
    await calls.enlist()
    await calls.agree("volunteering", "1")
    me = Actor(PersonId(await speaker.person_id()))
    async with transaction(story.world.database) as session:
        await session.execute(
            update(Person)
            .where(col(Person.id) == me.require_person())
            .values(birth_date=date(2000, 1, 1), home_latitude=HOME[0], home_longitude=HOME[1])
        )
    for number in range(served):
        await past_service(story.world, me, days_ago=20 + number)
    return speaker


@told_in_both_languages
async def test_a_newcomer_finds_a_first_shift(story: Story) -> None:
    """What it means, what is wanted, what is missing yet, and the place."""
    leader = await volunteer(story.world, "老陈")
    await shift(story.world, at(1, 11), leader_id=leader.person_id)
    newcomer = await story.meets("小新", "Xin")
    await newcomer.says("我想当志愿者", "I want to volunteer")
    await newcomer.presses(Join)
    await newcomer.presses(Enlist)
    await newcomer.presses(TellBirth)
    await newcomer.says("2001年5月3日", "2001-05-03")
    await newcomer.presses(SetBirth)
    await newcomer.presses(Shifts)
    await newcomer.presses(ShowShift)
    await newcomer.presses(AskSignUp)
    await newcomer.presses(SignUp)
    story.holds("volunteers/newcomer")


@told_in_both_languages
async def test_refused_with_all_reasons_and_shown_what_fits(story: Story) -> None:
    """Everything that speaks against it at once, each with its way on."""
    lin = await helper(story, "小林", "Lin")
    await sign_up(story.world, Actor(PersonId(await lin.person_id())), await shift(story.world, at(1, 12)))
    hard = await shift(
        story.world, at(1, 11), title="急救值守", required_skills=["first_aid"], minimum_age=60
    )
    await shift(story.world, at(2, 11))
    await lin.does(ShowShift(hard))
    await lin.does(Shifts(None, None, None))
    await lin.presses(ShowShift)
    await lin.presses(AskSignUp)
    await lin.presses(SignUp)
    story.holds("volunteers/refused")


@told_in_both_languages
async def test_somebody_else_takes_the_place(story: Story) -> None:
    """A stand-in is looked for; whoever is asked takes it; both are told."""
    lin, chen = await helper(story, "小林", "Lin"), await helper(story, "小陈", "Chen")
    wanted = await shift(story.world, at(3, 11), needed=1)
    await sign_up(story.world, Actor(PersonId(await lin.person_id())), wanted)
    await lin.says("我的班次", "my shifts")
    await lin.presses(ShowSignup)
    await lin.presses(AskStandIn)
    await lin.presses(WantStandIn)
    await story.ring()
    await chen.presses(AcceptAsk)
    await story.ring()
    await lin.does(MyShifts())
    story.holds("volunteers/stand-in")


@told_in_both_languages
async def test_two_swap_their_shifts(story: Story) -> None:
    """One offers, the other sees both days and agrees."""
    lin, chen = await helper(story, "小林", "Lin"), await helper(story, "小陈", "Chen")
    for speaker, day in ((lin, 3), (chen, 4)):
        person = Actor(PersonId(await speaker.person_id()))
        await sign_up(story.world, person, await shift(story.world, at(day, 11), needed=1))
    await lin.says("我的班次", "my shifts")
    await lin.presses(ShowSignup)
    await lin.presses(SwapWith)
    await lin.presses(AskSwap)
    await lin.presses(ProposeSwap)
    await story.ring()
    await chen.presses(AcceptSwap)
    await story.ring()
    story.holds("volunteers/swap")


@told_in_both_languages
async def test_coming_going_and_the_hours_of_it(story: Story) -> None:
    """The code at the point, in and out; the hours; a statement of them."""
    lin = await helper(story, "小林", "Lin")
    wanted = await shift(story.world, at(0, 11))
    await sign_up(story.world, Actor(PersonId(await lin.person_id())), wanted)
    story.later(at(0, 10, 55))
    await lin.says("我的班次", "my shifts")
    await lin.presses(ShowSignup)
    await lin.presses(Arrive)
    await lin.says("111111")
    story.later(at(0, 13, 2))
    await lin.says("222222")
    await lin.says("我有多少志愿时长", "how many hours do I have")
    await lin.presses(Statements)
    await lin.presses(IssueStatement)
    story.holds("volunteers/hours")
