"""What people see of the bot before they say anything: commands, descriptions, and the button that opens the chat page.

Telegram remembers all of it, and takes it ill to be told the same again and again: only what differs is said.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from telegram import (
    Bot,
    BotCommandScopeAllPrivateChats,
    MenuButton,
    MenuButtonCommands,
    MenuButtonWebApp,
    WebAppInfo,
)
from telegram.error import TelegramError

from bot.replies import Language
from bot.telegram.words import WORDS

log = structlog.get_logger(__name__)

T = TypeVar("T")

LANGUAGES: tuple[tuple[str, Language], ...] = (("", "zh-CN"), ("zh", "zh-CN"), ("en", "en"))
"""By the language of the app: English for English ones, Chinese for all others."""


async def introduce(bot: Bot, app_url: str | None) -> None:
    """Have Telegram show it all. `app_url` is where the chat page is, for the button beside the text field; Telegram opens
    https addresses only. Failures are logged: the bot answers as well without.
    """
    for code, language in LANGUAGES:
        await _introduce_in(bot, code, language)
    wanted = _menu_button(app_url)

    async def set_button() -> None:
        await bot.set_chat_menu_button(menu_button=wanted)

    await _once("menu button", bot.get_chat_menu_button, wanted, set_button)


async def _introduce_in(bot: Bot, code: str, language: Language) -> None:
    own, scope = WORDS[language], BotCommandScopeAllPrivateChats()

    async def described() -> str:
        return (await bot.get_my_description(language_code=code)).description

    async def described_shortly() -> str:
        return (await bot.get_my_short_description(language_code=code)).short_description

    async def describe() -> None:
        await bot.set_my_description(own.description, language_code=code)

    async def describe_shortly() -> None:
        await bot.set_my_short_description(own.short_description, language_code=code)

    async def commands() -> object:
        return tuple(await bot.get_my_commands(scope=scope, language_code=code))

    async def command() -> None:
        await bot.set_my_commands(own.commands, scope=scope, language_code=code)

    await _once("commands", commands, own.commands, command)
    await _once("description", described, own.description, describe)
    await _once("short description", described_shortly, own.short_description, describe_shortly)


def _menu_button(app_url: str | None) -> MenuButton:
    if app_url is None or not app_url.startswith("https://"):
        return MenuButtonCommands()
    return MenuButtonWebApp(WORDS["zh-CN"].menu, WebAppInfo(app_url))


async def _once(
    what: str, known: Callable[[], Awaitable[object]], wanted: object, say: Callable[[], Awaitable[None]]
) -> None:
    try:
        if await known() != wanted:
            await say()
    except TelegramError as error:
        log.warning("telegram_not_introduced", what=what, error=str(error))
