"""What people send besides words and presses: places, phone numbers, photos, voices, documents, changed words."""

import pytest

from bot.replies import Button, FileTooLarge, Incoming, Reply
from bot.telegram import files
from bot.telegram.words import WORDS
from tests.telegram.fake_bot_api import FakeBotApi, Refused
from tests.telegram.running import Listener, running, until

OWN = WORDS["zh-CN"]


class Reader(Listener):
    """A conversation that reads every file that it is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.contents: list[bytes] = []
        self.too_large = 0

    async def __call__(self, incoming: Incoming) -> list[Reply]:
        self.heard.append(incoming)
        assert incoming.file is not None
        try:
            self.contents.append(await incoming.file.read())
        except FileTooLarge:
            self.too_large += 1
        return [Reply(f"{incoming.file.kind} {incoming.text or ''}")]


async def test_ones_own_phone_number_is_asked_by_a_button_that_goes_away_when_it_came(
    bot_api: FakeBotApi,
) -> None:
    listener = Listener()

    async def respond(incoming: Incoming) -> list[Reply]:
        await listener(incoming)
        rows = ((Button("不用了", data="1h"),),)
        return [Reply("谢谢")] if incoming.contact else [Reply("您的手机号？", rows, ask_contact=True)]

    user = bot_api.new_user()
    async with running(bot_api, respond):
        await user.send_text("hi")
        assert (await user.next_message()).labels == ["不用了"]
        assert (await user.next_message()).text == OWN.how_to_share_contact
        assert user.keyboard == [OWN.share_contact]
        await user.send_contact("8613912345678")
        assert (await user.next_message()).text == OWN.contact_received
        assert user.keyboard == []
        assert (await user.next_message()).text == "谢谢"
    assert listener.heard[1].contact == "+8613912345678"


async def test_somebody_elses_phone_number_is_not_taken(bot_api: FakeBotApi) -> None:
    listener = Listener()
    user = bot_api.new_user()
    async with running(bot_api, listener):
        await user.send_contact(of=user.id + 1)
        message = await user.next_message()
    assert message.text == OWN.not_your_contact
    assert len(message.labels) == 2
    assert listener.heard == []


async def test_location_and_phone_number_can_be_asked_together(bot_api: FakeBotApi) -> None:
    async def respond(_: Incoming) -> list[Reply]:
        return [Reply("？", ask_contact=True, ask_location=True)]

    user = bot_api.new_user(language_code="en")
    async with running(bot_api, respond):
        await user.send_text("hi")
        await user.next_message()
    assert user.keyboard == [WORDS["en"].share_contact, WORDS["en"].share_location]


async def test_a_venue_is_a_place_and_a_moving_location_is_heard_once(bot_api: FakeBotApi) -> None:
    listener = Listener()
    user = bot_api.new_user()
    async with running(bot_api, listener):
        await user.send_venue("食堂", 31.95, 118.84)
        await user.move_on(31.96, 118.85)
        await user.send_text("next")
        await until(lambda: len(listener.heard) == 2)
    assert listener.heard[0].location == (31.95, 118.84)
    assert listener.heard[1].text == "next"


async def test_words_that_were_changed_are_a_new_sentence(bot_api: FakeBotApi) -> None:
    listener = Listener()
    user = bot_api.new_user()
    async with running(bot_api, listener):
        await user.send_text("明天")
        second = await user.edit_text("后天")
        await until(lambda: len(listener.heard) == 2)
        await user.send_photo(b"\xff\xd8\xff")
        await user.edit_photo(b"\xff\xd8\xffanother")
        await until(lambda: user.messages[-1].text == OWN.edited)
    assert [incoming.text for incoming in listener.heard[:2]] == ["明天", "后天"]
    assert listener.heard[1].update_key == str(second)
    assert len(listener.heard) == 3


async def test_photos_voices_and_documents_can_be_read(bot_api: FakeBotApi) -> None:
    reader = Reader()
    user = bot_api.new_user()
    async with running(bot_api, reader):
        await user.send_photo(b"\xff\xd8\xff the large one", "路灯坏了")
        await user.send_voice(b"OggS voice")
        await user.send_document(b"%PDF-1.7", "证书.pdf", "application/pdf")
        said = [(await user.next_message()).text for _ in range(3)]
    assert said == ["photo 路灯坏了", "voice", "document"]
    assert reader.contents == [b"\xff\xd8\xff the large one", b"OggS voice", b"%PDF-1.7"]
    told = [(one.file.media_type, one.file.size) for one in reader.heard if one.file is not None]
    assert told == [("image/jpeg", 17), ("audio/ogg", 10), ("application/pdf", 8)]
    assert reader.heard[2].file is not None
    assert reader.heard[2].file.name == "证书.pdf"


async def test_each_photo_of_an_album_comes_by_itself_and_in_order(bot_api: FakeBotApi) -> None:
    reader = Reader()
    user = bot_api.new_user()
    async with running(bot_api, reader):
        for number in range(4):
            await user.send_photo(b"\xff\xd8\xff %d" % number, "四张" if number == 0 else "", album="a")
        await until(lambda: len(reader.contents) == 4)
    assert reader.contents == [b"\xff\xd8\xff %d" % number for number in range(4)]
    assert [one.text for one in reader.heard] == ["四张", None, None, None]


async def test_files_that_are_too_large_are_not_fetched(
    bot_api: FakeBotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether the sender says so, Telegram says so, or Telegram itself hands out none that large."""
    monkeypatch.setattr(files.Files.__init__, "__defaults__", (100,))
    reader = Reader()
    user = bot_api.new_user()
    async with running(bot_api, reader):
        await user.send_document(b"x" * 101, "a.bin", "application/octet-stream")
        await until(lambda: reader.too_large == 1)
        assert bot_api.calls_of("getFile") == []
        bot_api.faults.add("getFile", Refused(400, "file is too big"))
        await user.send_document(b"x", "b.bin", "application/octet-stream")
        await until(lambda: reader.too_large == 2)
    assert reader.contents == []


async def test_a_file_is_fetched_again_when_the_way_was_bad(bot_api: FakeBotApi) -> None:
    reader = Reader()
    user = bot_api.new_user()
    bot_api.faults.add("getFile", Refused(502))
    async with running(bot_api, reader):
        await user.send_voice(b"OggS")
        await user.next_message()
    assert reader.contents == [b"OggS"]
