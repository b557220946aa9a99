"""The household in the chat: inviting, joining, who is told, ending; and for whom a sentence is."""

from dataclasses import replace

import pytest

from bot.conversation.actions import Book, family
from bot.conversation.actions.family import EndLink, Family, JoinFamily, SeeCode
from bot.kin import Kin
from bot.replies import Language
from models.ids import PersonId
from scheduling.actors import Actor
from tests.bot.chatting import Chat, api_over
from tests.bot.walking import walk
from tests.scheduling.acting import sql
from tests.world import HAIRCUT, LUNCH, World, at


@pytest.fixture
def daughter(world: World) -> Chat:
    return Chat(api_over(world.database), name="李明")


@pytest.fixture
def mother(daughter: Chat) -> Chat:
    return replace(daughter, user_id="1002", name="王桂英", shown=daughter.shown)


def code_in(text: str) -> str:
    """The six digits that a screen shows."""
    return next(word for word in text.replace("：", " ").split() if len(word) == 6 and word.isdigit())


async def invited(chat: Chat, *taps: str) -> str:
    await chat.say("家人")
    await chat.tap("邀请家人")
    for label in taps:
        await chat.tap(label)
    return code_in(chat.shown.text)


async def test_a_daughter_invites_and_her_mother_agrees_knowing_to_what(
    world: World, daughter: Chat, mother: Chat
) -> None:
    code = await invited(daughter, "我替家人办", "妈妈", "生成号码")
    assert (await daughter.resident.me()).household == ()
    await mother.say("家人")
    await mother.tap("输入家人的号码")
    await mother.say(f" {code[:3]} {code[3:]} ")
    assert "李明想替您预约、改时间、取消" in mother.shown.text
    assert "您是：妈妈" in mother.shown.text
    assert "随时都可以停" in mother.shown.text
    assert (await daughter.resident.me()).household == (), "nothing is agreed before the tap"
    await mother.tap("我同意李明替我办")
    assert "李明" in mother.shown.text
    (relative,) = (await daughter.resident.me()).household
    assert (relative.name, relative.relation) == ("王桂英", "妈妈")
    assert (await mother.resident.me()).draft is None
    slot = await world.slot(LUNCH)
    await daughter.say("给妈妈订明天午饭")
    await daughter.tap("给王桂英预约 1 位")
    (booking,) = await daughter.resident.bookings(10)
    assert booking.attendee.name == "王桂英"
    assert await world.counts(slot) == (1, 1, 10)


async def test_the_other_way_round_with_a_relation_in_words_and_a_link(daughter: Chat, mother: Chat) -> None:
    """The mother asks to be booked for, tells nobody but the one who books, and the daughter follows a link."""
    await mother.say("家人")
    await mother.tap("邀请家人")
    await mother.tap("家人替我办")
    await mother.tap("别的称呼")
    await mother.say("二姨")
    assert "替您（二姨）预约" in mother.shown.text
    await mother.tap("生成号码")
    code = code_in(mother.shown.text)
    await daughter.say(f"/start family-{code}")
    assert "王桂英请您替自己预约" in daughter.shown.text
    await daughter.tap("我同意替王桂英办")
    (relative,) = (await daughter.resident.me()).household
    assert relative.relation == "二姨"


async def test_who_is_told_and_the_end_are_a_tap_each_and_asked_first(daughter: Chat, mother: Chat) -> None:
    code = await invited(daughter, "我替家人办", "妈妈", "只通知办的人", "生成号码")
    await mother.do(SeeCode(code))
    assert "只通知办的人" in mother.shown.text
    await mother.do(JoinFamily(code))
    await mother.tap("李明替我办")
    await mother.tap("两个人都通知")
    assert "两个人都会收到通知" in mother.shown.text
    await mother.tap("不再代办")
    assert "就不能替您预约了" in mother.shown.text
    assert len((await daughter.resident.me()).household) == 1
    ended = mother.button("是的，和李明停止代办").data
    await mother.press(ended)
    assert (await daughter.resident.me()).household == ()
    await mother.press(ended)
    assert "停" in mother.shown.text


async def test_wrong_codes_are_said_kindly_and_at_last_rest(daughter: Chat, mother: Chat) -> None:
    code = await invited(daughter, "我替家人办", "爸爸", "生成号码")
    await daughter.do(SeeCode(code))
    assert "自己的号码" in daughter.shown.text
    await mother.say("家人")
    await mother.tap("输入家人的号码")
    await mother.say("十二")
    assert "6 位数字" in mother.shown.text
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        await mother.say(wrong)
        assert "号码不对" in mother.shown.text
        await mother.tap("输入家人的号码")
    await mother.say(wrong)
    assert "输错太多次了，请过 61 分钟再试" in mother.shown.text


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("给妈妈订明天午饭", "王桂英"),
        ("给我老妈订明天午饭", "王桂英"),
        ("给母亲订明天的午饭", "王桂英"),
        ("给我爸订明天午饭", "李大山"),
        ("给李大山订明天午饭", "李大山"),
        ("lunch tomorrow for my mother", "王桂英"),
        ("给我奶奶订明天午饭", None),
        ("订明天午饭", None),
    ],
)
async def test_the_relation_decides_whom_it_is_for(
    world: World, daughter: Chat, said: str, who: str | None
) -> None:
    await world.slot(LUNCH)
    me = Actor(PersonId(await daughter.person_id()))
    people = {"王桂英": await world.person("王桂英"), "李大山": await world.person("李大山")}
    for relative in people.values():
        await world.link(me, relative)
    await _relate(world, "李大山", "爸爸")
    await daughter.say(said)
    (order,) = [action for action in daughter.actions if isinstance(action, Book)]
    assert order.attendee == (people[who].person_id if who else None)
    assert ("请在下面点一下" in daughter.shown.text) is ("奶奶" in said)


async def _relate(world: World, name: str, relation: str) -> None:
    await sql(
        world,
        "update household_link set relation = :relation where relative_id = (select id from person where name = :name)",
        relation=relation,
        name=name,
    )


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_there_is_no_dead_end_in_the_family(
    world: World, daughter: Chat, mother: Chat, language: Language
) -> None:
    await world.slot(HAIRCUT, at(1, 9))
    for chat in (daughter, mother):
        await chat.say("你好")
        await chat.resident.change_me({"language": language})
    made = await invite_by_api(mother)
    await daughter.do(Family())
    kinds = set(family.VERBS.values())
    reached = await walk(daughter, [SeeCode("000001"), SeeCode(made), JoinFamily("000002")], within=kinds)
    assert reached == kinds
    assert EndLink in reached


async def invite_by_api(chat: Chat) -> str:
    """An open invitation of somebody's."""
    return (await Kin.like(chat.resident).invite("妈妈", i_act=False, tell_both=True)).code
