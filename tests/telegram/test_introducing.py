"""What is shown of the bot before anything is said: said to Telegram once, in both languages."""

import pytest
from telegram import Bot

from bot.telegram.introducing import LANGUAGES, introduce
from bot.telegram.words import WORDS
from tests.telegram.fake_bot_api import FakeBotApi, Refused

SAYING = ("setMyCommands", "setMyDescription", "setMyShortDescription", "setChatMenuButton")


async def introduced(bot_api: FakeBotApi, app_url: str | None = None) -> None:
    async with Bot(bot_api.token, base_url=f"{bot_api.url}/bot") as bot:
        await introduce(bot, app_url)


def said(bot_api: FakeBotApi) -> int:
    return sum(len(bot_api.calls_of(method)) for method in SAYING)


async def test_it_is_all_said_once(bot_api: FakeBotApi) -> None:
    await introduced(bot_api)
    profile = bot_api.profile
    assert [code for code, _ in LANGUAGES] == ["", "zh", "en"]
    for code, language in LANGUAGES:
        own = WORDS[language]
        assert profile.descriptions["description", code] == own.description
        assert profile.descriptions["short_description", code] == own.short_description
        commands = [(each.command, each.description) for each in own.commands]
        assert profile.commands["all_private_chats", code] == commands
    first = said(bot_api)
    assert first == 9, "the menu button is what it would be anyway"
    await introduced(bot_api)
    assert said(bot_api) == first


@pytest.mark.parametrize(
    ("app_url", "button"),
    [
        (None, {"type": "commands"}),
        ("http://127.0.0.1:8000/chat", {"type": "commands"}),
        (
            "https://book.example.org/chat",
            {"type": "web_app", "text": "打开", "web_app": {"url": "https://book.example.org/chat"}},
        ),
    ],
)
async def test_the_menu_button_opens_the_page_that_the_world_can_reach(
    bot_api: FakeBotApi, app_url: str | None, button: dict[str, object]
) -> None:
    await introduced(bot_api, app_url)
    assert bot_api.profile.menu_button == button


async def test_what_telegram_refuses_does_not_matter(bot_api: FakeBotApi) -> None:
    bot_api.faults.add("setMyCommands", Refused(400, "BOT_COMMAND_INVALID"), times=3)
    bot_api.faults.add("getMyDescription", Refused(502), times=3)
    await introduced(bot_api)
    assert bot_api.commands == {}
    assert bot_api.profile.descriptions["short_description", "en"] == WORDS["en"].short_description
