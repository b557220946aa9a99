"""The chat page: the conversation in a browser, for people who open a link instead of an app."""

from bot.page.application import Respond, chat_page
from bot.page.notices import NoticeSource, Owed, Pace

__all__ = ["NoticeSource", "Owed", "Pace", "Respond", "chat_page"]
