"""Drawing is pure: replies in, messages out."""

from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.conversation.phrases import understood
from bot.replies import Button, Reply, Ticket
from bot.telegram.drawing import TextMessage, draw, split
from bot.telegram.words import WORDS
from tests.telegram.fake_rules import TEXT_LIMIT, parse_html, units


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(alphabet=st.sampled_from("ab字😀。 \n<&"), max_size=300), st.integers(2, 40))
def test_pieces_fit_and_lose_only_white_space(text: str, limit: int) -> None:
    pieces = split(text, limit)
    assert all(0 < units(piece) <= limit for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=200), st.text(min_size=1, max_size=20), st.lists(st.text(max_size=40), max_size=4))
def test_whatever_is_said_telegram_can_read_it(text: str, code: str, lines: list[str]) -> None:
    for drawn in draw(Reply(text, ticket=Ticket(code, "title", tuple(lines))), "zh-CN"):
        assert isinstance(drawn, TextMessage)
        assert units(parse_html(drawn.html).text) <= TEXT_LIMIT


def test_a_piece_ends_where_a_paragraph_does() -> None:
    assert split("aaaa aaaa\n\nbb bb", 14) == ["aaaa aaaa", "bb bb"]
    assert split("aaaa aaaa bb bb", 11) == ["aaaa aaaa", "bb bb"]
    assert split("a\n\n" + "b" * 20, 12) == ["a\n\nbbbbbbbbb", "b" * 11]


def test_a_ticket_that_does_not_fit_comes_by_itself() -> None:
    text, ticket = draw(Reply("字" * 4090, ticket=Ticket("A7K2", "午餐", ("明天 11:00",))), "zh-CN")
    assert isinstance(text, TextMessage)
    assert isinstance(ticket, TextMessage)
    assert ticket.html == "🎫 午餐\n<b>A7K2</b>\n明天 11:00"


def test_a_message_that_needs_a_keyboard_of_its_own_cannot_replace_another() -> None:
    asking, plain = (
        Reply("您住哪里？", ask_location=True),
        Reply("您住哪里？", rows=((Button("a", data="b"),),)),
    )
    assert [each.can_replace for each in draw(asking, "en") if isinstance(each, TextMessage)] == [False]
    assert [each.can_replace for each in draw(plain, "en") if isinstance(each, TextMessage)] == [True]


def test_what_a_button_stands_for_is_said_above_it() -> None:
    row = (Button("1. 明天 11:00", data="b", detail=("1. 明天 11:00–11:30", "午餐 · 还有 3 位")),)
    (drawn,) = draw(Reply("哪个合适？", rows=(row, (Button("首页", data="h"),))), "zh-CN")
    assert isinstance(drawn, TextMessage)
    assert drawn.html == "哪个合适？\n\n1. 明天 11:00–11:30\n午餐 · 还有 3 位"


def test_the_menus_commands_are_understood() -> None:
    for own in WORDS.values():
        for command in own.commands:
            assert understood(f"/{command.command}") is not None, command.command


def test_our_page_opens_within_telegram_where_the_world_can_reach_it() -> None:
    def drawn(url: str) -> object:
        (message,) = draw(Reply("？", ((Button("打开", url=url, app=True),),)), "zh-CN")
        assert isinstance(message, TextMessage)
        return message.markup

    within = drawn("https://book.example.org/chat")
    assert isinstance(within, InlineKeyboardMarkup)
    assert within.inline_keyboard[0][0].web_app is not None
    outside = drawn("http://book.example.org/chat")
    assert isinstance(outside, InlineKeyboardMarkup)
    assert outside.inline_keyboard[0][0].url == "http://book.example.org/chat"
    assert drawn("http://localhost:8000/chat") is None
