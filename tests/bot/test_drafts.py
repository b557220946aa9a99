"""What is said next goes to the draft that waits for it, whatever process hears it."""

from dataclasses import replace

import pytest

from bot import wire
from bot.conversation import house
from bot.conversation.actions import Home, Mine
from bot.conversation.rooms import Room, screens, shows
from bot.conversation.turn import Turn
from bot.replies import Incoming, Reply, SharedFile
from tests.bot.chatting import Chat, api_over
from tests.world import World


async def _take(turn: Turn, draft: wire.Draft, incoming: Incoming) -> Reply:
    heard = incoming.text or incoming.location or (incoming.file and incoming.file.kind)
    return turn.screen(f"{draft.data['asked']}: {heard}")


async def _mine(turn: Turn, _asked: Mine) -> Reply:
    return turn.screen("still here" if turn.me.draft else "gone")


ROOM = Room(screens=screens(shows(Mine, _mine)), drafts={"test_words": _take})


@pytest.fixture
def chat(world: World, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Somebody in a house with one more room, which waits for words."""
    monkeypatch.setattr(house, "DRAFTS", {**house.DRAFTS, **ROOM.drafts})
    monkeypatch.setattr(house, "SCREENS", {**house.SCREENS, **ROOM.screens})
    monkeypatch.setattr(house, "ROOM_OF", {**house.ROOM_OF, Mine: ROOM})
    monkeypatch.setattr(house, "ROOM_OF_DRAFT", {**house.ROOM_OF_DRAFT, "test_words": ROOM})
    return Chat(api_over(world.database))


async def test_what_is_said_next_is_for_the_draft(chat: Chat) -> None:
    await chat.resident.keep_draft("test_words", {"asked": "how many"})
    for said in ("明天午饭", "午餐", "取消"):
        assert (await chat.say(said)).text == f"how many: {said}"
    elsewhere = replace(chat, api=chat.api)
    assert (await elsewhere.share(32.0, 119.0)).text == "how many: (32.0, 119.0)"


async def test_a_photo_is_for_the_draft_and_else_begins_a_request(chat: Chat) -> None:
    async def read() -> bytes:
        return b""

    photo = SharedFile("photo", "a.jpg", "image/jpeg", 0, read)
    assert "是什么事" in (await chat.send_file(photo)).text
    await chat.resident.keep_draft("test_words", {"asked": "show me"})
    assert (await chat.send_file(photo)).text == "show me: photo"


async def test_another_rooms_button_and_a_command_give_the_draft_up(chat: Chat) -> None:
    await chat.resident.keep_draft("test_words", {"asked": "how many"})
    assert (await chat.do(Mine())).text == "still here"
    await chat.do(Home())
    assert (await chat.resident.me()).draft is None
    await chat.resident.keep_draft("test_words", {"asked": "how many"})
    for said in ("/start", "算了", "转人工"):
        await chat.resident.keep_draft("test_words", {"asked": "how many"})
        await chat.say(said)
        assert (await chat.resident.me()).draft is None
    assert "没太看懂" in (await chat.say("12")).text
