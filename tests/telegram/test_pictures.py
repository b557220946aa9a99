"""Pictures, documents and tickets with a QR code, as they stand in the chat; and how they take each other's place."""

import time

import pytest

from bot.replies import Button, Document, Incoming, Picture, Reply, Ticket
from bot.telegram.drawing import CAPTION_LIMIT, MediaMessage, TextMessage, draw, qr_png
from tests.telegram.fake_bot_api import FakeBotApi
from tests.telegram.running import Respond, always, running

PNG = qr_png("LM1:ABC")
TICKET = Ticket("A7K2", "午餐", ("明天 11:00",), qr="LM1:ABC")
ROWS = ((Button("取消", data="1c"), Button("🏠", data="1h")),)


def shows(**by_data: Reply) -> Respond:
    """A conversation that answers each press with one of these, and everything else with `start`."""

    async def respond(incoming: Incoming) -> list[Reply]:
        return [by_data[incoming.data or "start"]]

    return respond


async def test_a_ticket_is_a_picture_of_its_code_with_the_ticket_under_it(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("订好了 <1>", ROWS, ticket=TICKET))):
        await user.send_text("hi")
        message = await user.next_message()
    assert (message.kind, message.file, message.data) == ("photo", "ticket.png", PNG)
    assert message.text == "订好了 <1>\n\n🎫 午餐\nA7K2\n明天 11:00"
    assert (message.bold(), message.labels) == (["A7K2"], ["取消", "🏠"])


async def test_what_is_too_long_for_a_picture_follows_it(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("字" * 1010, ROWS, ticket=TICKET))):
        await user.send_text("hi")
        photo, text = await user.next_message(), await user.next_message()
    assert (photo.kind, photo.text, photo.labels) == ("photo", "🎫 午餐\nA7K2\n明天 11:00", [])
    assert (text.kind, text.text, text.labels) == ("text", "字" * 1010, ["取消", "🏠"])


def test_captions_are_counted_as_telegram_counts() -> None:
    fits = draw(Reply("😀" * 512, picture=Picture(PNG, "image/png", "")), "zh-CN")
    assert [type(each) for each in fits] == [MediaMessage]
    assert CAPTION_LIMIT == 1024
    too_long = draw(Reply("😀" * 512 + "字", picture=Picture(PNG, "image/png", "图")), "zh-CN")
    assert [type(each) for each in too_long] == [MediaMessage, TextMessage]
    assert isinstance(too_long[0], MediaMessage)
    assert too_long[0].html == "图"


async def test_a_picture_says_what_is_on_it_and_a_document_keeps_its_name(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    picture = Picture(b"\xff\xd8\xff", "image/jpeg", "这周的人数")
    document = Document("名单.xlsx", "application/vnd.ms-excel", b"PK")
    replies = (
        Reply("统计", ROWS, picture=picture),
        Reply("名单", document=document),
        Reply("都在", picture=picture, document=document),
    )
    async with running(bot_api, always(*replies)):
        await user.send_text("hi")
        messages = [await user.next_message() for _ in range(4)]
    assert [(each.kind, each.file, each.text) for each in messages] == [
        ("photo", "picture.jpeg", "统计\n\n这周的人数"),
        ("document", "名单.xlsx", "名单"),
        ("photo", "picture.jpeg", "都在\n\n这周的人数"),
        ("document", "名单.xlsx", ""),
    ]
    assert messages[0].labels == ["取消", "🏠"]


def test_a_picture_that_is_too_large_for_one_is_a_document() -> None:
    (drawn,) = draw(Reply("图", picture=Picture(b"x" * (10 * 1024 * 1024 + 1), "image/png", "图")), "en")
    assert isinstance(drawn, MediaMessage)
    assert drawn.kind == "document"


async def test_text_becomes_a_ticket_and_a_ticket_another_in_place(bot_api: FakeBotApi) -> None:
    moved = Ticket("B2B2", "午餐", ("后天",), qr="LM1:DEF")
    conversation = {
        "start": Reply("订吗？", ((Button("订", data="1b"),),)),
        "1b": Reply("订好了", ((Button("改", data="1m"),),), ticket=TICKET, replace=True),
        "1m": Reply("改好了", ROWS, ticket=moved, replace=True),
    }
    user = bot_api.new_user()
    async with running(bot_api, shows(**conversation)):
        await user.send_text("hi")
        question = await user.next_message()
        await user.press("订")
        ticket = await user.next_message()
        await user.press("改")
        changed = await user.next_message()
    assert question.message_id == ticket.message_id == changed.message_id
    assert (ticket.kind, ticket.data, ticket.labels) == ("photo", PNG, ["改"])
    assert (changed.data, changed.bold()) == (qr_png("LM1:DEF"), ["B2B2"])
    assert len(user.messages) == 1


@pytest.mark.parametrize("old", [False, True], ids=["new", "too old to be deleted"])
async def test_a_ticket_that_is_over_gives_way_to_words(bot_api: FakeBotApi, old: bool) -> None:
    """Telegram turns no picture into text: the words come, and the picture goes, or loses its buttons."""
    conversation = {
        "start": Reply("订好了", ROWS, ticket=TICKET),
        "1c": Reply("取消了", ((Button("🏠", data="1h"),),), replace=True),
    }
    user = bot_api.new_user()
    async with running(bot_api, shows(**conversation)):
        await user.send_text("hi")
        ticket = await user.next_message()
        if old:
            user.last.date = int(time.time()) - 3 * 24 * 3600
        await user.press("取消")
        said = await user.next_message()
        while said.text != "取消了":
            said = await user.next_message()
    assert [each.text for each in user.messages if each.labels] == ["取消了"]
    assert (ticket.message_id in {each.message_id for each in user.messages}) is old
