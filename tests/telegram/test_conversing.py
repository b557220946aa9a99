"""What people see in Telegram, by the real library over the fake Bot API."""

from dataclasses import replace

import pytest

from bot.replies import Button, Incoming, Place, Reply, Ticket
from bot.telegram.words import WORDS
from tests.telegram.fake_bot_api import FakeBotApi, Refused
from tests.telegram.running import FAST, Listener, always, running, until

CANTEEN = Place("岔路社区食堂", "岔路口 12 号", 31.95, 118.84)


async def test_a_greeting_reaches_the_conversation_and_its_answer_the_person(bot_api: FakeBotApi) -> None:
    listener = Listener()
    user = bot_api.new_user("王阿姨", language_code="zh-hans")
    async with running(bot_api, listener):
        update_id = await user.send_text("/start")
        assert (await user.next_message()).text == "/start"
    assert listener.heard == [
        Incoming("telegram", str(user.id), "王阿姨", "zh-CN", str(update_id), text="/start")
    ]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-hans", "zh-CN"), ("zh-TW", "zh-CN"), ("en", "en"), ("de", "en"), (None, "zh-CN")],
)
async def test_the_language_is_that_of_the_persons_app(
    bot_api: FakeBotApi, tag: str | None, language: str
) -> None:
    listener = Listener()
    user = bot_api.new_user(language_code=tag)
    async with running(bot_api, listener):
        await user.send_text("hi")
        await user.next_message()
    assert listener.heard[0].language == language


async def test_text_is_shown_as_it_was_written(bot_api: FakeBotApi) -> None:
    awkward = '<b>1 < 2</b> & "quoted" &amp; it\'s <script>'
    user = bot_api.new_user()
    async with running(bot_api, always(Reply(awkward, ticket=Ticket("A<7>", "R&D", ("x < y",))))):
        await user.send_text("hi")
        message = await user.next_message()
    assert message.text == f"{awkward}\n\n🎫 R&D\nA<7>\nx < y"
    assert message.bold() == ["A<7>"]


async def test_a_pressed_button_stops_turning_and_its_message_is_replaced(bot_api: FakeBotApi) -> None:
    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.data == "1s.smeals":
            return [Reply("什么时候？", rows=((Button("11:00", data="1ab"),),), replace=True)]
        return [
            Reply(
                "您好",
                rows=((Button("🍚 订午餐", data="1s.smeals"), Button("网页", url="https://example.org")),),
            )
        ]

    user = bot_api.new_user()
    async with running(bot_api, respond):
        await user.send_text("/start")
        first = await user.next_message()
        assert first.labels == ["🍚 订午餐", "网页"]
        await user.press("🍚 订午餐")
        second = await user.next_message()
    assert (second.message_id, second.text, second.labels) == (first.message_id, "什么时候？", ["11:00"])
    assert len(user.messages) == 1
    assert len(bot_api.answered_presses) == 1


async def test_only_the_first_of_several_replies_takes_the_messages_place(bot_api: FakeBotApi) -> None:
    async def respond(incoming: Incoming) -> list[Reply]:
        if incoming.data:
            return [Reply("one", replace=True), Reply("two", replace=True)]
        return [Reply("zero", rows=((Button("go", data="1h"),),))]

    user = bot_api.new_user()
    async with running(bot_api, respond):
        await user.send_text("/start")
        await user.next_message()
        await user.press("go")
        await user.next_message()
        await user.next_message()
    assert [message.text for message in user.messages] == ["one", "two"]


async def test_what_cannot_be_edited_is_sent_anew(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    same = Reply("您好", rows=((Button("🏠", data="1h"),),), replace=True)
    async with running(bot_api, always(same)):
        await user.send_text("/start")
        await user.next_message()
        bot_api.faults.add("editMessageText", Refused(400, "message can't be edited"))
        await user.press("🏠")
        again = await user.next_message()
    assert again.message_id != user.messages[0].message_id
    assert [message.text for message in user.messages] == ["您好", "您好"]


async def test_a_button_pressed_twice_changes_nothing(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    same = Reply("您好", rows=((Button("🏠", data="1h"),),), replace=True)
    async with running(bot_api, always(same)):
        await user.send_text("/start")
        await user.next_message()
        await user.press("🏠")
        with pytest.raises(TimeoutError):
            await user.next_message(timeout=0.2)
    assert len(bot_api.calls_of("editMessageText")) == 1
    assert [message.text for message in user.messages] == ["您好"]


async def test_a_press_too_old_to_be_answered_is_still_obeyed(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("您好", rows=((Button("🏠", data="1h"),),)))):
        await user.send_text("/start")
        await user.next_message()
        bot_api.faults.add("answerCallbackQuery", Refused(400, "query is too old"))
        await user.press("🏠")
        assert (await user.next_message()).text == "您好"


async def test_a_place_is_a_pin_on_the_map(bot_api: FakeBotApi) -> None:
    nameless = Place("", "", 31.9, 118.8)
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("在这里", place=CANTEEN), Reply("也在这里", place=nameless))):
        await user.send_text("/start")
        messages = [await user.next_message() for _ in range(4)]
    assert [message.kind for message in messages] == ["text", "venue", "text", "location"]
    assert messages[1].place["venue"] == {
        "location": {"latitude": 31.95, "longitude": 118.84},
        "title": CANTEEN.name,
        "address": CANTEEN.address,
    }


async def test_location_is_asked_by_a_button_that_goes_away_when_it_came(bot_api: FakeBotApi) -> None:
    listener = Listener()
    ask = Reply("您住哪里？", rows=((Button("选社区", data="1ps"),),), ask_location=True)

    async def respond(incoming: Incoming) -> list[Reply]:
        await listener(incoming)
        return [Reply("谢谢")] if incoming.location else [ask]

    user = bot_api.new_user()
    async with running(bot_api, respond):
        await user.send_text("/start")
        assert (await user.next_message()).labels == ["选社区"]
        assert (await user.next_message()).text == WORDS["zh-CN"].how_to_share_location
        assert user.keyboard == [WORDS["zh-CN"].share_location]
        await user.send_location(31.95, 118.84)
        assert (await user.next_message()).text == WORDS["zh-CN"].location_received
        assert user.keyboard == []
        assert (await user.next_message()).text == "谢谢"
    assert listener.heard[1].location == (31.95, 118.84)


async def test_without_buttons_the_question_itself_carries_the_location_button(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user(language_code="en")
    async with running(bot_api, always(Reply("Where do you live?", ask_location=True))):
        await user.send_text("/start")
        await user.next_message()
    assert user.keyboard == ["📍 Share my location"]
    assert len(user.messages) == 1


async def test_phone_numbers_and_local_addresses_are_written_out(bot_api: FakeBotApi) -> None:
    rows = (
        (Button("☎️ 热线 12345", url="tel:12345"), Button("☎️ 食堂", url="tel:02552100000")),
        (Button("网页", url="http://127.0.0.1:8000/chat"), Button("本机", url="http://localhost:8000/chat")),
        (Button("🏠", data="1h"),),
    )
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("请打电话：", rows=rows))):
        await user.send_text("人工")
        message = await user.next_message()
    assert message.text == "请打电话：\n☎️ 热线 12345\n☎️ 食堂 02552100000\n本机 http://localhost:8000/chat"
    assert message.labels == ["网页", "🏠"]


async def test_long_text_comes_in_pieces_with_the_buttons_under_the_last(bot_api: FakeBotApi) -> None:
    paragraphs = [f"{number} " + "今日<套餐>" * 100 for number in range(20)]
    user = bot_api.new_user()
    async with running(bot_api, always(Reply("\n\n".join(paragraphs), rows=((Button("🏠", data="1h"),),)))):
        await user.send_text("hi")
        messages = [await user.next_message() for _ in range(4)]
    assert "\n\n".join(message.text for message in messages) == "\n\n".join(paragraphs)
    assert [message.labels for message in messages] == [[], [], [], ["🏠"]]


async def test_what_nobody_can_read_is_declined_kindly(bot_api: FakeBotApi) -> None:
    listener = Listener()
    user = bot_api.new_user()
    async with running(bot_api, listener):
        await user.send_sticker()
        sticker = await user.next_message()
    assert sticker.text == WORDS["zh-CN"].unreadable
    assert len(sticker.labels) == 2
    assert listener.heard == []


async def test_in_a_group_the_bot_only_invites_to_a_private_chat(bot_api: FakeBotApi) -> None:
    listener = Listener()
    group = bot_api.new_group()
    user = bot_api.new_user().within(group)
    async with running(bot_api, listener, replace(FAST, group_quiet_s=0)):
        await user.send_text("今天吃什么？")
        await user.send_text("/start@SomeOtherBot")
        await user.send_text(f"/start@{bot_api.username}")
        message = await user.next_message()
        await user.send_text(f"@{bot_api.username.lower()} 订午餐")
        await user.next_message()
        await bot_api.new_user().send_text(f"/start@{bot_api.username} meals")
        await until(lambda: bool(listener.heard))
    assert message.text == WORDS["zh-CN"].only_in_private
    assert [button.url for row in message.buttons for button in row] == [f"https://t.me/{bot_api.username}"]
    assert len(user.messages) == 2
    assert [incoming.text for incoming in listener.heard] == ["/start meals"]


async def test_a_group_is_told_so_once_a_minute(bot_api: FakeBotApi) -> None:
    """Another group is told as well; what is posted in a channel is nobody's question."""
    group, other, channel = bot_api.new_group(), bot_api.new_group("棋友"), bot_api.new_channel()
    user = bot_api.new_user()
    async with running(bot_api, Listener()):
        for _ in range(5):
            await user.within(group).send_text("/start")
        await user.within(group).next_message()
        bot_api.post(channel, f"/start@{bot_api.username}")
        await user.within(other).send_text("/start")
        await user.within(other).next_message()
        await until(lambda: bot_api.updates.pending == [])
    assert [len(chat.messages) for chat in (group, other, channel)] == [1, 1, 0]


async def test_the_menu_is_there_in_both_languages(bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    async with running(bot_api, Listener()):
        await user.send_text("hi")
        await user.next_message()
        await until(lambda: len(bot_api.commands) == 3)
    scope = "all_private_chats"
    assert bot_api.commands[scope, ""] == bot_api.commands[scope, "zh"]
    assert ("bookings", "我的预约") in bot_api.commands[scope, ""]
    assert ("bookings", "My bookings") in bot_api.commands[scope, "en"]
