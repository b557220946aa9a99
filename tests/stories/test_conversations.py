"""People who talk with people, told: asking, night, an emergency, colleagues, nobody answering."""

from datetime import timedelta

from bot.conversation.actions import Human
from bot.conversation.actions.threads import (
    AskEnd,
    AskHandOn,
    End,
    HandOn,
    HandOnWhom,
    Letters,
    ReplyTo,
    ShowThread,
    Take,
    WriteTo,
)
from governance.threads.jobs import close_silent_threads, raise_unanswered_threads
from models.database import transaction
from models.tables import Grant
from models.vocabulary import Role, ScopeKind
from tests.stories.telling import Speaker, Story, told_in_both_languages
from tests.world import CANTEEN, NOW, TOWN, at


async def grant(story: Story, speaker: Speaker, role: Role, scope: ScopeKind, key: object) -> None:
    """Gives somebody a role."""
    person_id = await speaker.person_id()
    async with transaction(story.world.database) as session:
        session.add(Grant(created_at=NOW, person_id=person_id, role=role, scope=scope, key=str(key)))


@told_in_both_languages
async def test_a_question_its_answer_and_the_end(story: Story) -> None:
    resident = await story.meets("王阿姨", "Mrs Wang")
    first, second = await story.meets("小陈", "Chen"), await story.meets("小李", "Li")
    for manager in (first, second):
        await grant(story, manager, Role.point_manager, ScopeKind.point, CANTEEN)
    await resident.does(Human(CANTEEN))
    await resident.presses(WriteTo)
    await resident.says("轮椅能进来吗？", "Is there a ramp for a wheelchair?")
    await resident.says("我妈妈明天来吃饭", "My mother comes for lunch tomorrow")
    await story.ring()
    story.later(timedelta(minutes=8))
    await first.presses(ShowThread)
    await first.presses(Take)
    await second.does(Letters())
    await second.presses(ShowThread)
    await first.presses(ReplyTo)
    await first.says("可以，西门有坡道。", "Yes, by the west gate.")
    await story.ring()
    await resident.presses(ReplyTo)
    await resident.says("谢谢！", "Thank you!")
    await story.ring()
    await first.presses(ShowThread)
    await first.presses(AskEnd)
    await first.presses(End)
    await story.ring()
    story.holds("conversations/a-question")


@told_in_both_languages
async def test_at_night_and_in_danger(story: Story) -> None:
    resident = await story.meets("王阿姨", "Mrs Wang")
    manager = await story.meets("小陈", "Chen")
    await grant(story, manager, Role.point_manager, ScopeKind.point, CANTEEN)
    story.later(at(0, 22))
    await resident.does(Human(CANTEEN))
    await resident.presses(WriteTo)
    await resident.says("明天有面条吗？", "Are there noodles tomorrow?")
    await story.ring()
    story.note(story.say("没有人被吵醒", "Nobody is woken"))
    story.later(at(0, 22, 40))
    await resident.says("我妈妈晕倒了！", "My mother has fainted!")
    await story.ring()
    await manager.presses(ReplyTo)
    await manager.says("快打120，我马上过来", "Call 120, I am coming over")
    await story.ring()
    story.holds("conversations/at-night")


@told_in_both_languages
async def test_handed_on_and_answered_above(story: Story) -> None:
    resident = await story.meets("王阿姨", "Mrs Wang")
    first, second = await story.meets("小陈", "Chen"), await story.meets("小李", "Li")
    for manager in (first, second):
        await grant(story, manager, Role.point_manager, ScopeKind.point, CANTEEN)
    staff = await story.meets("赵主任", "Director Zhao")
    await grant(story, staff, Role.staff, ScopeKind.division, TOWN)
    await resident.does(WriteTo(CANTEEN))
    await resident.says("楼上老人没人照看", "Nobody looks after the old man upstairs")
    await story.ring()
    story.later(at(0, 11))
    assert await raise_unanswered_threads(story.world.database, story.now) == 1
    story.note(story.say("两个小时没有人回复", "Nobody has answered for two hours"))
    await story.ring()
    await first.presses(ShowThread)
    await first.presses(HandOnWhom)
    second_id = await second.person_id()
    await first.presses(AskHandOn, person=second_id)
    await first.presses(HandOn)
    await story.ring()
    await second.presses(ShowThread)
    await second.presses(HandOnWhom)
    await second.presses(AskHandOn, person=await staff.person_id())
    await second.presses(HandOn)
    await story.ring()
    await staff.presses(ReplyTo)
    await staff.says("我们下午上门看看", "We come and see this afternoon")
    await story.ring()
    await resident.presses(ShowThread)
    story.later(at(7, 11, 30))
    assert await close_silent_threads(story.world.database, story.now) == 1
    await story.ring()
    story.holds("conversations/handed-on")
