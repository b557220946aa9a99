"""Words of danger, on whatever screen and in the middle of whatever: whom to call comes first, and nothing changes."""

import httpx
import pytest

from bot.api import Api
from bot.conversation.actions import Book, Home, Human
from bot.conversation.actions.finding import Find
from bot.conversation.actions.requests import Tell
from bot.conversation.actions.threads import GoOn
from bot.replies import Channel, Language, SharedFile
from bot.telegram.drawing import TextMessage, draw
from bot.texts import words
from models.tables import Booking, Request, Thread
from tests.bot.chatting import Chat, api_over
from tests.scheduling.acting import stored
from tests.world import World

CRIES = {"zh-CN": "救命，我妈胸口疼", "en": "Help, this is an emergency: chest pain"}

EVERYWHERE = pytest.mark.parametrize(
    ("channel", "language"), [("telegram", "zh-CN"), ("web", "zh-CN"), ("telegram", "en"), ("web", "en")]
)


def numbers(chat: Chat) -> list[str]:
    """Whom the buttons call that are shown."""
    return [
        url.removeprefix("tel:") for button in chat.buttons if (url := button.url or "").startswith("tel:")
    ]


@EVERYWHERE
async def test_a_cry_brings_the_numbers_a_human_and_the_way_back(
    world: World, channel: Channel, language: Language
) -> None:
    chat, _ = Chat(api_over(world.database), channel=channel, language=language), words(language)
    await chat.say(CRIES[language])
    assert numbers(chat) == ["120", "119", "110"]
    assert chat.shown.text.startswith("🚨")
    assert {Home, Human} <= {type(action) for action in chat.actions}
    assert _("🚑 Ambulance {number}", number="120") in {button.label for button in chat.buttons}
    (drawn, *_rest) = draw(chat.shown, language)
    assert isinstance(drawn, TextMessage)
    assert _("🚑 Ambulance {number}", number="120") in drawn.html, "Telegram has no buttons that call"


@EVERYWHERE
async def test_in_the_middle_of_a_form_it_stays_as_it_was(
    world: World, channel: Channel, language: Language
) -> None:
    chat = Chat(api_over(world.database), channel=channel, language=language)
    await chat.do(Find())
    before = (await chat.resident.me()).draft
    await chat.say(CRIES[language])
    assert numbers(chat) == ["120", "119", "110"]
    assert before is not None
    assert (await chat.resident.me()).draft == before
    await chat.say("幸福食堂")
    assert "幸福食堂" in chat.shown.text


async def test_who_says_that_it_is_not_urgent_goes_on_with_the_same_words(world: World) -> None:
    chat = Chat(api_over(world.database))
    await chat.do(Find())
    await chat.say("救护车")
    assert numbers(chat) == ["120"]
    await chat.tap("不是急事")
    await chat.say("救护车")
    assert numbers(chat) == []
    assert "没有找到“救护车”" in chat.shown.text


async def test_going_on_with_nothing_leads_home(world: World) -> None:
    chat = Chat(api_over(world.database))
    await chat.do(GoOn())
    assert "您好" in chat.shown.text


async def test_a_request_that_tells_of_danger_is_told_and_the_number_stands_above_it(world: World) -> None:
    chat = Chat(api_over(world.database))
    await chat.do(Tell())
    await chat.say("三号楼楼道里有煤气味")
    assert numbers(chat)[:1] == ["119"]
    draft = (await chat.resident.me()).draft
    assert draft is not None
    assert draft.data["text"] == "三号楼楼道里有煤气味"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_somebody_who_may_not_want_to_live_is_spoken_to_kindly(
    world: World, language: Language
) -> None:
    chat, _ = Chat(api_over(world.database), language=language), words(language)
    await chat.say("我不想活了" if language == "zh-CN" else "I don't want to live any more")
    assert numbers(chat) == ["12356", "120", "110"], "the one who listens comes first"
    assert chat.shown.text.startswith("💛")
    assert _("You can also ask a person, below. What you have here stays as it is.") in chat.shown.text


async def test_a_price_and_a_class_are_no_danger(world: World) -> None:
    chat = Chat(api_over(world.database))
    for said in ("120元", "老人摔倒怎么预防讲座", "打人工电话", "first aid class"):
        await chat.say(said)
        assert {"120", "110", "119"}.isdisjoint(numbers(chat)), said


async def test_nothing_is_booked_sent_or_written_by_a_cry(world: World) -> None:
    chat = Chat(api_over(world.database))
    await chat.say("救命，煤气泄漏，不想活了")
    assert [await stored(world, table) for table in (Booking, Request, Thread)] == [[], [], []]
    assert Book not in {type(action) for action in chat.actions}
    assert (await chat.resident.me()).draft is None


async def test_it_comes_also_when_the_api_is_away() -> None:
    def away(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away")

    async with httpx.AsyncClient(transport=httpx.MockTransport(away), base_url="http://api") as http:
        chat = Chat(Api(http, "key"))
        await chat.say("着火了")
    assert numbers(chat) == ["119"]
    assert {Home, Human} <= {type(action) for action in chat.actions}


async def test_what_stands_under_a_photo_counts_too(world: World) -> None:
    async def read() -> bytes:
        return b"no picture"

    chat = Chat(api_over(world.database))
    await chat.send_file(SharedFile("photo", "a.jpg", "image/jpeg", 10, read), caption="楼下着火了")
    assert numbers(chat)[:1] == ["119"]
