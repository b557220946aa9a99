"""Screens that are drawn from what is at hand: the question before booking, refusals, tickets, the way back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from bot import wire
from bot.api import ApiProblem
from bot.conversation.actions import AskBook, Book, Days, Home, Human, SetReminders, Slots, action_of
from bot.conversation.booking import order_question
from bot.conversation.errors import show_problem
from bot.conversation.helping import show_help
from bot.conversation.home import show_home
from bot.conversation.place import show_my_place, spoken_name
from bot.conversation.refusal import show_refusal
from bot.conversation.settings import show_languages
from bot.conversation.slots import show_days
from bot.conversation.ticket import show_past, ticket_screen
from bot.conversation.turn import Turn
from bot.orderer import Order
from bot.replies import Button, Reply
from tests.bot.samples import MOTHER, NOW, booking, person, slot, turn_of


def buttons_of(reply: Reply) -> list[Button]:
    return [button for row in reply.rows for button in row]


def actions_of(reply: Reply) -> list[object]:
    return [action_of(button.data) for button in buttons_of(reply) if button.data]


def refused(*reasons: wire.Reason, alternatives: tuple[wire.Slot, ...] = ()) -> ApiProblem:
    problem = wire.Problem(
        code="booking-refused", title="不能预约", reasons=reasons, alternatives=alternatives
    )
    return ApiProblem(409, problem)


def test_the_greeting_names_the_person_and_puts_lunch_first_and_alone(turn: Turn) -> None:
    reply = show_home(turn)
    assert "李明" in reply.text
    assert len(reply.rows[0]) == 1
    assert actions_of(reply)[0] == Slots("lunch")


def test_who_has_no_name_is_a_neighbour_in_the_language_they_speak_now() -> None:
    nameless = person(language="en").model_copy(update={"name": "邻居"})
    assert "Hello, Neighbour!" in show_home(turn_of(nameless)).text


def test_every_screen_has_a_way_back_and_a_human(turn: Turn) -> None:
    screens = [
        show_help(turn),
        show_languages(turn),
        show_my_place(turn),
        ticket_screen(turn, booking()),
        show_past(turn, booking(status="cancelled")),
        order_question(turn, slot(), Order(uuid4())),
        order_question(turn, slot(free=0), Order(uuid4())),
        show_refusal(turn, refused(wire.Reason(code="slot-closed")), AskBook),
        show_problem(turn, ApiProblem(404, wire.Problem())),
        show_problem(turn, ApiProblem(422, wire.Problem(title="Oh"))),
    ]
    for reply in screens:
        assert Home() in actions_of(reply), reply.text
        assert any(isinstance(action, Human) for action in actions_of(reply)), reply.text
        assert reply.replace


def test_the_question_says_exactly_what_will_be_booked(turn: Turn) -> None:
    wanted = slot(demo=True)
    reply = order_question(turn, wanted, Order(wanted.id, 2))
    for part in (
        "明天（周二）11:00–11:30",
        "长者午餐",
        "土山社区助餐点",
        "上元大街 1 号",
        "您自己",
        "2 位",
        "演示",
    ):
        assert part in reply.text
    assert buttons_of(reply)[0].label == "✅ 给我预约 2 位"
    assert actions_of(reply)[0] == Book(wanted.id, 2, None, 0)


def test_that_a_place_is_made_up_is_said_after_the_answers(turn: Turn) -> None:
    wanted = slot(demo=True)
    lines = order_question(turn, wanted, Order(wanted.id, note="花生过敏")).text.splitlines()
    who = next(number for number, line in enumerate(lines) if "您自己" in line)
    assert lines[who + 1] == "给站点的话：花生过敏"
    assert "演示" in lines[who + 2]


def test_the_first_booking_asks_for_consent_and_its_button_says_so() -> None:
    wanted = slot()
    reply = order_question(turn_of(person(consented=False)), wanted, Order(wanted.id))
    assert "我们会记下" in reply.text
    assert "我同意" in buttons_of(reply)[0].label
    assert actions_of(reply)[0] == Book(wanted.id, 1, None, 1)
    later = order_question(turn_of(person()), wanted, Order(wanted.id))
    assert "我们会记下" not in later.text


def test_consent_to_another_version_is_not_consent_to_this_one() -> None:
    me = person(consented=False).model_copy(
        update={"consents": (wire.Consent(purpose="service", version="0"),)}
    )
    wanted = slot()
    assert actions_of(order_question(turn_of(me), wanted, Order(wanted.id)))[0] == Book(wanted.id, 1, None, 1)


def test_a_household_can_be_booked_for() -> None:
    wanted, turn = slot(), turn_of(person(household=(MOTHER,)))
    mine = order_question(turn, wanted, Order(wanted.id))
    assert AskBook(wanted.id, 1, MOTHER.person_id) in actions_of(mine)
    hers = order_question(turn, wanted, Order(wanted.id, 1, MOTHER.person_id))
    assert "王桂英" in hers.text
    assert buttons_of(hers)[0].label == "✅ 给王桂英预约 1 位"
    assert AskBook(wanted.id, 1, None) in actions_of(hers)


def test_who_is_no_longer_in_the_household_is_not_booked_for(turn: Turn) -> None:
    wanted = slot()
    reply = order_question(turn, wanted, Order(wanted.id, 1, MOTHER.person_id))
    assert actions_of(reply)[0] == Book(wanted.id, 1, None, 0)
    assert "您自己" in reply.text
    assert MOTHER.name not in reply.text


@pytest.mark.parametrize(("asked", "free", "party"), [(0, 5, 1), (9, 3, 3), (2, 2, 2)])
def test_the_party_stays_within_what_is_free(turn: Turn, asked: int, free: int, party: int) -> None:
    wanted = slot(free=free)
    reply = order_question(turn, wanted, Order(wanted.id, asked))
    assert actions_of(reply)[0] == Book(wanted.id, party, None, 0)
    others = {action.party for action in actions_of(reply) if isinstance(action, AskBook)}
    assert others == {number for number in (party - 1, party + 1) if 1 <= number <= free}


def test_a_full_slot_leads_to_other_times(turn: Turn) -> None:
    reply = order_question(turn, slot(free=0), Order(uuid4()))
    assert not any(isinstance(action, Book) for action in actions_of(reply))
    assert Slots("lunch") in actions_of(reply)


def test_a_refusal_says_every_reason_and_offers_what_is_possible(turn: Turn) -> None:
    others = (slot(), slot(hours_ahead=27), slot(hours_ahead=50))
    clash = wire.Clash(
        booking_id=uuid4(),
        service="书法",
        point="文化站",
        start=NOW + timedelta(hours=26),
        end=NOW + timedelta(hours=27),
    )
    reasons = (
        wire.Reason(code="not-enough-places", free=1),
        wire.Reason(code="party-too-large", limit=6),
        wire.Reason(code="overlapping-booking", clash=clash),
        wire.Reason(code="too-many-upcoming", limit=3),
        wire.Reason(code="not-yet-open", opens_at=NOW + timedelta(days=1)),
        wire.Reason(code="booking-closed", closed_at=NOW),
        wire.Reason(code="paused", until=NOW + timedelta(days=2)),
        wire.Reason(code="from-the-future", title="另有原因"),
    )
    reply = show_refusal(turn, refused(*reasons, alternatives=others), AskBook)
    for part in (
        "只剩 1 位",
        "最多约 6 位",
        "书法",
        "最多同时约 3 次",
        "明天（周二）09:00起",
        "截止",
        "暂停",
        "另有原因",
    ):
        assert part in reply.text
    assert actions_of(reply)[:3] == [AskBook(other.id) for other in others]


@pytest.mark.parametrize(
    "code",
    ["slot-closed", "slot-started", "not-allowed-for-person", "booking-over"],
)
def test_reasons_without_data_have_words_of_their_own(turn: Turn, code: str) -> None:
    reply = show_refusal(turn, refused(wire.Reason(code=code)), AskBook)
    assert code not in reply.text


@pytest.mark.parametrize(
    "code", ["not-yet-open", "booking-closed", "party-too-large", "overlapping-booking", "paused"]
)
def test_a_reason_that_lacks_its_data_is_said_in_the_words_of_the_api(turn: Turn, code: str) -> None:
    assert "就是不行" in show_refusal(turn, refused(wire.Reason(code=code, title="就是不行")), AskBook).text


def test_a_ticket_has_what_is_needed_at_the_door(turn: Turn) -> None:
    booked = booking()
    reply = ticket_screen(turn, booked)
    assert reply.ticket is not None
    assert reply.ticket.code == "402917"
    lines = "\n".join(reply.ticket.lines)
    for part in (
        "明天（周二）11:00–11:30",
        "长者午餐",
        "上元大街 1 号",
        "王桂英，2 位",
        "025-52280000",
        "09:00前",
    ):
        assert part in lines
    assert reply.place is not None
    assert Human(booked.point.id) in actions_of(reply)


def test_a_ticket_shortly_before_does_not_promise_free_cancelling(turn: Turn) -> None:
    reply = ticket_screen(turn, booking(hours_ahead=1))
    assert reply.ticket is not None
    assert "取消" not in "\n".join(reply.ticket.lines)


def test_who_wants_no_reminders_is_told_so_and_can_have_them_again() -> None:
    reply = ticket_screen(turn_of(person().model_copy(update={"reminders": False})), booking())
    assert "提醒已关闭" in reply.text
    assert SetReminders(1) in actions_of(reply)


@pytest.mark.parametrize(
    ("status", "words"), [("cancelled", "已经取消"), ("attended", "到过"), ("no_show", "过了")]
)
def test_a_booking_that_is_over_is_no_ticket(turn: Turn, status: str, words: str) -> None:
    reply = show_past(turn, booking(status=status))
    assert reply.ticket is None
    assert words in reply.text


def test_days_begin_with_today_in_the_district(turn: Turn) -> None:
    reply = show_days(turn, Days("meals", None))
    days = [action.day for action in actions_of(reply) if isinstance(action, Slots)]
    assert days[0] == NOW.date()
    assert len(set(days)) == len(days) == 8
    assert buttons_of(reply)[0].label == "今天（周一）"


def test_the_language_of_a_screen_is_the_persons() -> None:
    assert "Hello, 李明!" in show_home(turn_of(person(language="en"))).text


@pytest.mark.parametrize(
    ("official", "spoken"),
    [
        ("王墅社区居委会", "王墅社区"),
        ("科宁社区居民委员会", "科宁社区"),
        ("霞辉庙社区居委", "霞辉庙社区"),
        ("茶岗村委会", "茶岗村"),
        ("茶岗村民委员会", "茶岗村"),
        ("茶岗村村民委员会", "茶岗村"),
        ("新村社区", "新村社区"),
        ("江宁经济技术开发区虚拟社区", "江宁经济技术开发区虚拟社区"),
    ],
)
def test_a_community_is_called_as_people_call_it(official: str, spoken: str) -> None:
    assert spoken_name(official) == spoken
