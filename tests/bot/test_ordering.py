"""The questions of a service, answered by buttons and in words; the kitchen gets the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import wire
from bot.conversation import orders
from bot.conversation.actions import AskBook, Book, ordering
from bot.conversation.actions.ordering import BookWith, OrderSeries, SeriesList
from bot.orderer import Answer, Order
from bot.replies import Language
from scheduling import kitchen
from tests.bot.chatting import Chat, api_over
from tests.bot.samples import MOTHER, person, slot, turn_of
from tests.bot.walking import walk
from tests.scheduling.acting import do
from tests.scheduling.doors import set_policy
from tests.world import CANTEEN, LUNCH, World, manager_of


@pytest.fixture
def chat(world: World) -> Chat:
    return Chat(api_over(world.database))


async def test_answers_by_buttons_and_a_word_about_an_allergy_reach_the_kitchen(
    world: World, chat: Chat
) -> None:
    lunch = await world.slot(LUNCH)
    await chat.do(AskBook(lunch))
    assert "怎么用餐：堂食" in chat.shown.text, "what holds where nothing is said"
    await chat.tap("怎么用餐")
    await chat.tap("送餐上门")
    assert "怎么用餐：送餐上门" in chat.shown.text
    await chat.tap("饮食要求")
    await chat.tap("软烂")
    await chat.tap("少盐")
    await chat.tap("☑ 少盐")
    await chat.tap("☐ 清真")
    await chat.tap("就这些")
    assert "饮食要求：软烂、清真" in chat.shown.text
    await chat.tap("忌口")
    await chat.say("明天午饭花生过敏")
    assert "给站点的话：明天午饭花生过敏" in chat.shown.text
    await chat.tap("2 位")
    await chat.tap("✅ 我同意，给我预约 2 位")
    assert chat.shown.ticket is not None
    assert (await chat.resident.me()).draft is None
    listed = await do(world, kitchen.kitchen_list, actor=manager_of(CANTEEN), slot_id=lunch)
    (label,) = listed.labels
    assert (label.serving, label.diet, label.party) == ("deliver", ["halal", "soft"], 2)
    assert label.note == "明天午饭花生过敏"


async def test_an_allergy_is_never_lost_silently(world: World, chat: Chat) -> None:
    """The words are kept for half an hour. A button that says there are some books nothing without them."""
    lunch = await world.slot(LUNCH)
    await chat.do(AskBook(lunch))
    await chat.tap("忌口")
    await chat.say("花生过敏")
    confirm = chat.button("✅").data
    await chat.say("/start")
    await chat.press(confirm)
    assert "请再看一遍" in chat.shown.text
    assert await world.counts(lunch) == (0, 0, 10)


async def test_what_is_said_after_the_words_is_a_sentence_again(world: World, chat: Chat) -> None:
    lunch = await world.slot(LUNCH)
    await chat.do(AskBook(lunch))
    await chat.tap("忌口")
    await chat.say("花生过敏")
    await chat.say("我都约了什么呀")
    assert "没有预约" in chat.shown.text


async def test_what_must_be_answered_is_asked_first(world: World, chat: Chat) -> None:
    lunch = await world.slot(LUNCH)
    pick = {"key": "bread", "zh": "主食", "en": "Bread", "kind": "choice", "required": True}
    choices = [{"key": "rice", "zh": "米饭", "en": "Rice"}, {"key": "noodles", "zh": "面条", "en": "Noodles"}]
    count = {"key": "stairs", "zh": "几楼", "en": "Floor", "kind": "number", "required": True, "most": 60}
    await set_policy(world, LUNCH, questions=[{**pick, "choices": choices}, count])
    await chat.do(AskBook(lunch))
    assert "站点要先问一下：主食" in chat.shown.text
    assert not any(isinstance(action, Book | BookWith) for action in chat.actions)
    await chat.do(Book(lunch, 1, None, 1))
    assert await world.counts(lunch) == (0, 0, 10)
    await chat.tap("主食")
    await chat.tap("面条")
    assert "站点要先问一下：几楼" in chat.shown.text
    await chat.tap("几楼")
    await chat.say("六楼")
    assert "0 到 60" in chat.shown.text
    await chat.say("6")
    await chat.tap("✅")
    (booking,) = await chat.resident.bookings(10)
    assert booking.slot.id == lunch


QUESTIONS = (
    wire.Question(
        key="serving",
        zh="怎么用餐",
        en="How",
        kind="choice",
        choices=tuple(wire.Choice(key=key, zh=key, en=key) for key in ("eat_in", "collect", "deliver")),
    ),
    wire.Question(
        key="diet",
        zh="饮食",
        en="Diet",
        kind="choices",
        choices=tuple(wire.Choice(key=f"c{n}", zh="x", en="x") for n in range(7)),
    ),
    wire.Question(key="stairs", zh="上楼", en="Stairs", kind="yes_no"),
)


@given(
    answers=st.fixed_dictionaries(
        {},
        optional={
            "serving": st.sampled_from(["eat_in", "collect", "deliver"]),
            "diet": st.lists(st.sampled_from([f"c{n}" for n in range(7)]), min_size=1, unique=True),
            "stairs": st.booleans(),
        },
    ),
    for_mother=st.booleans(),
)
def test_answers_come_back_from_a_button(answers: dict[str, Answer], for_mother: bool) -> None:
    turn = turn_of(person(household=(MOTHER,)))
    asked = slot().model_copy(update={"questions": QUESTIONS})
    order = Order(asked.id, 2, MOTHER.person_id if for_mother else None, answers)
    said = orders.about(order, QUESTIONS)
    assert len(said) <= orders.TAIL + 2 + orders.MOST_CODE
    back, whole = orders.read(turn, asked, 2, said)
    assert whole
    assert back.attendee == order.attendee
    assert {
        key: sorted(value) if isinstance(value, list) else value for key, value in back.answers.items()
    } == {key: sorted(value) if isinstance(value, list) else value for key, value in answers.items()}


@given(st.text(alphabet="0123456789abcdefghijklmnopqrstuvwxyzABC-_", max_size=22))
def test_whatever_a_button_carries_is_read(said: str) -> None:
    asked = slot().model_copy(update={"questions": QUESTIONS})
    order, _whole = orders.read(turn_of(person()), asked, 1, said)
    assert order.attendee is None


def test_who_has_left_the_household_is_not_taken_for_oneself() -> None:
    asked = slot().model_copy(update={"questions": QUESTIONS})
    said = orders.about(Order(asked.id, 1, MOTHER.person_id, {"stairs": True}), QUESTIONS)
    _order, whole = orders.read(turn_of(person()), asked, 1, said)
    assert not whole


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_there_is_no_dead_end_in_ordering(world: World, chat: Chat, language: Language) -> None:
    lunch = await world.slot(LUNCH, capacity=2)
    one = {"key": "stairs", "zh": "上楼", "en": "Stairs", "kind": "yes_no"}
    await set_policy(world, LUNCH, questions=[one])
    await chat.say("你好")
    await chat.resident.change_me({"language": language})
    await chat.do(AskBook(lunch))
    kinds = set(ordering.VERBS.values())
    seeds = [OrderSeries(lunch, 1, "-0", 1, 1, 1), SeriesList()]
    assert await walk(chat, seeds, within=kinds) == kinds
