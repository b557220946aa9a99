"""The fake Bot API is as strict as the true one: expectations are those of telegram-bot-api and td's own tests."""

import asyncio

import httpx
import pytest
import pytest_asyncio

from tests.telegram.asking import Answer, Asking
from tests.telegram.fake_bot_api import ChatUser, FakeBotApi
from tests.telegram.fake_rules import Entity, Formatted, Refusal, parse_html

PNG = b"\x89PNG\r\n\x1a\n"


@pytest_asyncio.fixture
async def user(bot_api: FakeBotApi) -> ChatUser:
    someone = bot_api.new_user()
    await someone.send_text("/start")
    return someone


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("🏟 🏟&lt;<abacaba", "Unclosed start tag at byte offset 13"),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("🏟 🏟&lt;</", "Unexpected end tag at byte offset 13"),
        ("🏟 🏟&lt;<b></b></", "Unexpected end tag at byte offset 20"),
        ("🏟 🏟&lt;<i>a</i   ", "Unclosed end tag at byte offset 17"),
        ("🏟 🏟&lt;<i>a</em   >", 'Unmatched end tag at byte offset 17, expected "</i>", found "</em>"'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ],
)
def test_html_is_refused_in_telegrams_words(html: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_html_is_read_as_telegram_reads_it() -> None:
    assert parse_html("&lt;&gt;&amp;&quot;&laquo;") == Formatted('<>&"&laquo;')
    assert parse_html("➡️ ➡️<i>➡️ ➡️</i>") == Formatted("➡️ ➡️➡️ ➡️", (Entity("italic", 5, 5),))
    assert parse_html('<a href="https://a.b/?x&amp;y">here</a>').entities[0].url == "https://a.b/?x&y"
    assert parse_html("<b>😀<code>x</code></b>").entities == (Entity("bold", 0, 3), Entity("code", 2, 1))


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"text": " \n "}, "message text is empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "字" * 4097}, "message is too long"),
        ({"text": "x", "parse_mode": "XML"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "chat_id": "4"}, "chat not found"),
        ({"text": "x", "reply_markup": "no"}, "object expected as reply markup"),
    ],
)
async def test_messages_are_refused_in_telegrams_words(
    ask: Asking, user: ChatUser, params: dict[str, object], reason: str
) -> None:
    answer = await ask("sendMessage", **({"chat_id": user.id} | params))
    assert (answer.error_code, answer.description) == (400, f"Bad Request: {reason}")
    assert user.messages == []


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "x"}, "Text buttons are unallowed in the inline keyboard"),
        (
            {"text": "x", "url": "not-a-url"},
            "inline keyboard button URL 'not-a-url' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "http://localhost:5678/x"},
            "inline keyboard button URL 'http://localhost:5678/x' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "tel:12345"},
            "inline keyboard button URL 'tel:12345' is invalid: Unsupported URL protocol",
        ),
    ],
)
async def test_buttons_are_refused_in_telegrams_words(
    ask: Asking, user: ChatUser, button: dict[str, str], reason: str
) -> None:
    answer = await ask("sendMessage", chat_id=user.id, text="x", reply_markup={"inline_keyboard": [[button]]})
    assert answer.description == f"Bad Request: {reason}"


async def test_limits_are_reached_before_they_are_passed(ask: Asking, user: ChatUser) -> None:
    button = {"text": "x", "callback_data": "d" * 64}
    sent = await ask(
        "sendMessage",
        chat_id=user.id,
        text="<b>" + "&amp;" * 4096 + "</b>",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[button]]},
    )
    assert sent.ok
    assert user.last.text == "&" * 4096


async def test_editing(ask: Asking, user: ChatUser) -> None:
    await ask("sendMessage", chat_id=user.id, text="one")
    await ask("sendLocation", chat_id=user.id, latitude=31.9, longitude=118.8)
    text, place = user.messages
    same = await ask(
        "editMessageText", chat_id=user.id, message_id=text.message_id, text="<b></b>one", parse_mode="HTML"
    )
    assert (same.error_code, same.description[:45]) == (400, "Bad Request: message is not modified: specifi")
    missing = await ask("editMessageText", chat_id=user.id, message_id=999, text="two")
    assert missing.description == "Bad Request: message to edit not found"
    textless = await ask("editMessageText", chat_id=user.id, message_id=place.message_id, text="two")
    assert textless.description == "Bad Request: there is no text in the message to edit"
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    edited = await ask(
        "editMessageReplyMarkup", chat_id=user.id, message_id=text.message_id, reply_markup=keyboard
    )
    assert edited.ok
    assert (text.text, text.labels, text.edits) == ("one", ["x"], 1)
    bare = await ask("editMessageText", chat_id=user.id, message_id=text.message_id, text="one")
    assert bare.ok
    assert text.labels == []


async def test_whoever_blocked_the_bot_or_never_spoke_to_it(
    ask: Asking, user: ChatUser, bot_api: FakeBotApi
) -> None:
    await user.block()
    blocked = await ask("sendMessage", chat_id=user.id, text="x")
    assert (blocked.error_code, blocked.description) == (403, "Forbidden: bot was blocked by the user")
    stranger = await ask("sendMessage", chat_id=bot_api.new_user().id, text="x")
    assert (stranger.error_code, stranger.description) == (400, "Bad Request: chat not found")


async def test_location_is_asked_in_private_only(ask: Asking, user: ChatUser, bot_api: FakeBotApi) -> None:
    keyboard = {"keyboard": [[{"text": "here", "request_location": True}]], "one_time_keyboard": True}
    group = await ask("sendMessage", chat_id=bot_api.new_group().id, text="?", reply_markup=keyboard)
    assert group.description == "Bad Request: location can be requested in private chats only"
    assert (await ask("sendMessage", chat_id=user.id, text="?", reply_markup=keyboard)).ok
    assert user.keyboard == ["here"]
    assert (await ask("sendMessage", chat_id=user.id, text="!", reply_markup={"remove_keyboard": True})).ok
    assert user.keyboard == []


async def test_places_and_files(ask: Asking, user: ChatUser) -> None:
    venue = await ask(
        "sendVenue", chat_id=user.id, latitude=31.9, longitude=118.8, title="食堂", address="12 号"
    )
    photo = await ask.upload(
        "sendPhoto", {"photo": ("code.png", PNG)}, chat_id=user.id, caption="<b>x</b>", parse_mode="HTML"
    )
    document = await ask.upload("sendDocument", {"document": ("day.ics", b"ics")}, chat_id=user.id)
    assert venue.ok
    assert photo.ok
    assert document.ok
    assert [(message.kind, message.file) for message in user.messages] == [
        ("venue", ""),
        ("photo", "code.png"),
        ("document", "day.ics"),
    ]
    assert user.messages[1].bold() == ["x"]
    nothing = await ask("sendPhoto", chat_id=user.id)
    assert nothing.description == "Bad Request: there is no photo in the request"
    nowhere = await ask("sendVenue", chat_id=user.id, latitude=31.9, title="x", address="y")
    assert nowhere.description == "Bad Request: longitude is empty"


async def test_updates_stay_until_they_are_confirmed(ask: Asking, bot_api: FakeBotApi) -> None:
    user = bot_api.new_user()
    first, second = await user.send_text("1"), await user.send_text("2")
    assert (await ask("getUpdates")).update_ids == [first, second]
    # The same question within half a second: one update only, as the true server does to frantic bots.
    assert (await ask("getUpdates")).update_ids == [first]
    assert (await ask("getUpdates", offset=second)).update_ids == [second]
    assert bot_api.updates.pending == [second]
    waiting = asyncio.create_task(ask("getUpdates", offset=second + 1, timeout=5))
    await asyncio.sleep(0.05)
    third = await user.send_text("3")
    assert (await waiting).update_ids == [third]


async def test_two_that_poll_at_once_are_in_conflict(ask: Asking, bot_api: FakeBotApi) -> None:
    first = asyncio.create_task(ask("getUpdates", timeout=5))
    await asyncio.sleep(0.05)
    second = asyncio.create_task(ask("getUpdates", offset=5, timeout=5))
    broken = await first
    assert (broken.error_code, broken.description[:45]) == (
        409,
        "Conflict: terminated by other getUpdates requ",
    )
    update_id = await bot_api.new_user().send_text("hi")
    assert (await second).update_ids == [update_id]


async def test_a_webhook_and_polling_exclude_each_other(ask: Asking) -> None:
    assert (await ask("setWebhook", url="https://example.org/hook")).ok
    assert (await ask("getUpdates")).error_code == 409
    info = (await ask("getWebhookInfo")).result
    assert isinstance(info, dict)
    assert info["url"] == "https://example.org/hook"
    assert (await ask("deleteWebhook")).ok
    assert (await ask("getUpdates")).ok


async def test_presses_can_be_answered_until_they_are_forgotten(
    ask: Asking, user: ChatUser, bot_api: FakeBotApi
) -> None:
    keyboard = {"inline_keyboard": [[{"text": "x", "callback_data": "y"}]]}
    await ask("sendMessage", chat_id=user.id, text="?", reply_markup=keyboard)
    pressed = await user.press("x")
    update = next(each for each in await _updates(ask) if each["update_id"] == pressed)
    query = update["callback_query"]
    assert isinstance(query, dict)
    assert query["data"] == "y"
    assert (await ask("answerCallbackQuery", callback_query_id=query["id"])).ok
    bot_api.forget_presses()
    late = await ask("answerCallbackQuery", callback_query_id=query["id"])
    assert late.description.startswith("Bad Request: query is too old")
    with pytest.raises(LookupError):
        await user.press("no such button")


async def test_commands_and_menu(ask: Asking) -> None:
    wrong = await ask("setMyCommands", commands=[{"command": "Start", "description": "x"}])
    assert wrong.description == "Bad Request: BOT_COMMAND_INVALID"
    commands = [{"command": "start", "description": "首页"}]
    assert (await ask("setMyCommands", commands=commands, language_code="zh")).ok
    assert (await ask("getMyCommands", language_code="zh")).result == commands
    assert (await ask("getMyCommands", language_code="en")).result == []
    assert (await ask("setChatMenuButton", menu_button={"type": "commands"})).ok
    assert (await ask("getChatMenuButton")).result == {"type": "commands"}


async def test_pictures_take_the_place_of_text_and_text_not_theirs(ask: Asking, user: ChatUser) -> None:
    await ask("sendMessage", chat_id=user.id, text="one")
    await ask("sendLocation", chat_id=user.id, latitude=31.9, longitude=118.8)
    text, place = user.messages
    media = {"type": "photo", "media": "attach://p", "caption": "<b>x</b>", "parse_mode": "HTML"}

    async def edit(message_id: int, **changes: str) -> Answer:
        return await ask.upload(
            "editMessageMedia",
            {"p": ("p.png", PNG)},
            chat_id=user.id,
            message_id=message_id,
            media=media | changes,
        )

    assert (await edit(text.message_id)).ok
    assert (text.kind, text.data, text.bold()) == ("photo", PNG, ["x"])
    back = await ask("editMessageText", chat_id=user.id, message_id=text.message_id, text="two")
    assert back.description == "Bad Request: there is no text in the message to edit"
    assert (await edit(place.message_id)).description == "Bad Request: message can't be edited"
    assert (await edit(text.message_id, caption="字" * 1025)).description.endswith("caption is too long")
    assert (await edit(text.message_id, media="x")).description.startswith("Bad Request: wrong file")
    no_picture = await ask.upload("sendPhoto", {"photo": ("p.png", b"png")}, chat_id=user.id)
    assert no_picture.description == "Bad Request: IMAGE_PROCESS_FAILED"


async def test_deleting(ask: Asking, user: ChatUser) -> None:
    for text in ("one", "two"):
        await ask("sendMessage", chat_id=user.id, text=text)
    first, second = user.messages
    assert (await ask("deleteMessage", chat_id=user.id, message_id=first.message_id)).ok
    gone = await ask("deleteMessage", chat_id=user.id, message_id=first.message_id)
    assert gone.description == "Bad Request: message to delete not found"
    second.date -= 49 * 3600
    old = await ask("deleteMessage", chat_id=user.id, message_id=second.message_id)
    assert old.description == "Bad Request: message can't be deleted for everyone"
    assert user.messages == [second]


async def test_files_of_people(ask: Asking, user: ChatUser, bot_api: FakeBotApi) -> None:
    file_id = bot_api.kept.keep(b"content")
    found = (await ask("getFile", file_id=file_id)).result
    assert isinstance(found, dict)
    async with httpx.AsyncClient() as client:
        address = f"{bot_api.url}/file/bot{bot_api.token}/{found['file_path']}"
        assert (await client.get(address)).content == b"content"
        assert (await client.get(f"{address}x")).status_code == 404
    unknown = await ask("getFile", file_id="x")
    assert unknown.description.startswith("Bad Request: wrong file_id")
    large = await ask("getFile", file_id=bot_api.kept.keep(b"x" * (20 * 1024 * 1024 + 1)))
    assert large.description == "Bad Request: file is too big"


async def test_what_is_shown_of_a_bot(ask: Asking) -> None:
    assert (await ask("setMyDescription", description="介绍", language_code="zh")).ok
    assert (await ask("getMyDescription", language_code="zh")).result == {"description": "介绍"}
    assert (await ask("setMyDescription", description="x" * 513)).error_code == 400
    assert (await ask("setMyShortDescription", short_description="x" * 121)).error_code == 400
    button = {"type": "web_app", "text": "打开", "web_app": {"url": "http://example.org/chat"}}
    assert (await ask("setChatMenuButton", menu_button=button)).description.endswith(
        "Only HTTPS links are allowed"
    )
    button["web_app"] = {"url": "https://example.org/chat"}
    assert (await ask("setChatMenuButton", menu_button=button)).ok
    assert (await ask("getChatMenuButton")).result == button


async def test_pages_are_opened_by_https_and_in_private(
    ask: Asking, user: ChatUser, bot_api: FakeBotApi
) -> None:
    def keyboard(url: str) -> dict[str, object]:
        return {"inline_keyboard": [[{"text": "x", "web_app": {"url": url}}]]}

    plain = await ask("sendMessage", chat_id=user.id, text="x", reply_markup=keyboard("http://example.org"))
    assert plain.description.endswith("Only HTTPS links are allowed")
    group = bot_api.new_group()
    public = await ask(
        "sendMessage", chat_id=group.id, text="x", reply_markup=keyboard("https://example.org")
    )
    assert public.description == "Bad Request: BUTTON_TYPE_INVALID"
    ok = await ask("sendMessage", chat_id=user.id, text="x", reply_markup=keyboard("https://example.org"))
    assert ok.ok


async def test_strangers_and_unknown_methods(ask: Asking, bot_api: FakeBotApi) -> None:
    assert (await ask("sendPigeon")).error_code == 404
    assert (await ask("GETME")).ok  # the true one does not mind either
    async with httpx.AsyncClient() as client:
        refused = await client.get(f"{bot_api.url}/bot1:wrong/getMe")
        as_json = await client.post(
            f"{bot_api.url}/bot{bot_api.token}/sendMessage", json={"chat_id": 4, "text": "x"}
        )
    assert refused.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert as_json.json()["description"] == "Bad Request: chat not found"


async def _updates(ask: Asking) -> list[dict[str, object]]:
    result = (await ask("getUpdates")).result
    assert isinstance(result, list)
    return result
