"""What the fake Bot API refuses, in the words of the true one (telegram-bot-api's Client.cpp, td's parse_html)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_START_TAG = re.compile(r"<([^\s>]*)((?:\s+[\w-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[\w.-]+))?)*)\s*>")
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CHARACTER = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);")


_PREFIXES = {
    400: "Bad Request: ",
    401: "Unauthorized",
    403: "Forbidden: ",
    404: "Not Found",
    409: "Conflict: ",
    429: "Too Many Requests: ",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class Refusal(Exception):
    """An answer that is not ok. The description is given without its prefix ("Bad Request: ")."""

    def __init__(self, code: int, reason: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.description = _PREFIXES[code] + reason
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Entity:
    """A formatted stretch of a text, in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None

    def as_json(self) -> dict[str, object]:
        shown: dict[str, object] = {"type": self.type, "offset": self.offset, "length": self.length}
        return shown if self.url is None else shown | {"url": self.url}


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as people see it, and its formatting."""

    text: str
    entities: tuple[Entity, ...] = ()

    def entity_texts(self, type_: str) -> list[str]:
        """The stretches of one kind: entity_texts("bold")."""
        units = self.text.encode("utf-16-le")
        return [
            units[each.offset * 2 : (each.offset + each.length) * 2].decode("utf-16-le")
            for each in self.entities
            if each.type == type_
        ]


class WebApp(BaseModel):
    url: str


class InlineButton(BaseModel):
    text: str
    callback_data: str | None = None
    url: str | None = None
    web_app: WebApp | None = None


class KeyboardButton(BaseModel):
    text: str
    request_location: bool = False
    request_contact: bool = False


class Markup(BaseModel):
    """Any of the four kinds of reply_markup."""

    inline_keyboard: list[list[InlineButton]] | None = None
    keyboard: list[list[KeyboardButton]] | None = None
    one_time_keyboard: bool = False
    remove_keyboard: bool = False
    force_reply: bool = False


def formatted(raw: str, parse_mode: str, *, limit: int, too_long: str = "message is too long") -> Formatted:
    """A text as Telegram takes it: entities parsed, white space around it gone, neither too long nor, if it says so by
    the caller, empty."""
    if parse_mode == "HTML":
        shown = parse_html(raw)
    elif parse_mode:
        raise Refusal(400, "unsupported parse_mode")
    else:
        shown = Formatted(raw)
    shown = _trimmed(shown)
    if len(shown.text) > limit:
        raise Refusal(400, too_long)
    return shown


def parse_html(raw: str) -> Formatted:
    """Telegram's HTML."""
    text, entities, open_tags, at = "", [], list[tuple[str, int, str | None]](), 0
    while at < len(raw):
        if raw[at] == "&" and (character := _CHARACTER.match(raw, at)):
            text += unescape(character[0])
            at = character.end()
        elif raw[at] != "<":
            text += raw[at]
            at += 1
        elif raw.startswith("</", at):
            if not open_tags:
                raise _unparsable(f"Unexpected end tag at byte offset {_bytes(raw, at)}")
            end = raw.find(">", at)
            if end < 0:
                raise _unparsable(f"Unclosed end tag at byte offset {_bytes(raw, at)}")
            name, start, url = open_tags.pop()
            found = raw[at + 2 : end].strip().lower()
            if found not in ("", name):
                raise _unparsable(
                    f"Unmatched end tag at byte offset {_bytes(raw, at)}, "
                    f'expected "</{name}>", found "</{found}>"'
                )
            if length := units(text) - start:
                entities.append(Entity(_TAGS[name], start, length, url))
            at = end + 1
        else:
            name, url, at = _start_tag(raw, at)
            open_tags.append((name, units(text), url))
    if open_tags:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return Formatted(text, tuple(sorted(entities, key=lambda each: each.offset)))


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def markup(raw: str | None, *, private: bool) -> Markup | None:
    """A reply_markup as Telegram takes it."""
    if not raw:
        return None
    try:
        read = Markup.model_validate_json(raw)
    except ValidationError as error:
        raise Refusal(400, "object expected as reply markup") from error
    for row in read.inline_keyboard or ():
        for button in row:
            _check_inline(button, private=private)
    for asked in (each for row in read.keyboard or () for each in row):
        if not asked.text:
            raise Refusal(400, "keyboard button text must be non-empty")
        if asked.request_location and not private:
            raise Refusal(400, "location can be requested in private chats only")
        if asked.request_contact and not private:
            raise Refusal(400, "phone number can be requested in private chats only")
    return read


def check_commands(commands: Sequence[tuple[str, str]]) -> None:
    """Names are 1 to 32 small letters, digits and underscores; descriptions 1 to 256 characters; at most 100."""
    if len(commands) > 100:
        raise Refusal(400, "BOT_COMMANDS_TOO_MUCH")
    for name, description in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise Refusal(400, "BOT_COMMAND_INVALID")
        if not 1 <= len(description) <= 256:
            raise Refusal(400, "BOT_COMMAND_DESCRIPTION_INVALID")


def check_webhook(url: str, secret: str) -> None:
    """A webhook is https; one on this machine may be http, as for a Bot API server of one's own."""
    link = urlsplit(url)
    if url and link.scheme != "https" and link.hostname != "127.0.0.1":
        raise Refusal(400, "bad webhook: An HTTPS URL must be provided for webhook")
    if len(secret) > 256:
        raise Refusal(400, "secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise Refusal(400, "secret token contains unallowed characters")


def _check_inline(button: InlineButton, *, private: bool) -> None:
    if not button.text:
        raise Refusal(400, "inline keyboard button text must be non-empty")
    if button.web_app is not None:
        if not private:
            raise Refusal(400, "BUTTON_TYPE_INVALID")
        if urlsplit(button.web_app.url).scheme != "https":
            raise Refusal(
                400,
                f"inline keyboard button Web App URL '{button.web_app.url}' is invalid: Only HTTPS links are allowed",
            )
        return
    if button.callback_data is not None and button.url is not None:
        raise Refusal(400, "BUTTON_TYPE_INVALID")
    if button.callback_data is not None:
        if not 1 <= len(button.callback_data.encode()) <= 64:
            raise Refusal(400, "BUTTON_DATA_INVALID")
    elif button.url is not None:
        link = urlsplit(button.url)
        if link.scheme not in ("", "http", "https", "tg"):
            reason = "Unsupported URL protocol"
        elif link.scheme != "tg" and "." not in (link.hostname or ""):
            reason = "Wrong HTTP URL"
        else:
            return
        raise Refusal(400, f"inline keyboard button URL '{button.url}' is invalid: {reason}")
    else:
        raise Refusal(400, "Text buttons are unallowed in the inline keyboard")


def _start_tag(raw: str, at: int) -> tuple[str, str | None, int]:
    offset = _bytes(raw, at)
    name = re.compile(r"[^\s>]*").match(raw, at + 1)
    assert name is not None
    if name.end() == len(raw):
        raise _unparsable(f"Unclosed start tag at byte offset {offset}")
    if name[0].lower() not in _TAGS:
        raise _unparsable(f'Unsupported start tag "{name[0].lower()}" at byte offset {offset}')
    whole = _START_TAG.match(raw, at)
    if whole is None:
        raise _unparsable(f"Unclosed start tag at byte offset {offset}")
    href = _HREF.search(whole[2])
    return name[0].lower(), unescape(href[1] or href[2] or "") if href else None, whole.end()


def _trimmed(shown: Formatted) -> Formatted:
    left = units(shown.text) - units(shown.text.lstrip())
    text = shown.text.strip()
    end = units(text)
    kept = []
    for each in shown.entities:
        start, stop = max(0, each.offset - left), min(end, each.offset + each.length - left)
        if stop > start:
            kept.append(Entity(each.type, start, stop - start, each.url))
    return Formatted(text, tuple(kept))


def _unparsable(reason: str) -> Refusal:
    return Refusal(400, f"can't parse entities: {reason}")


def _bytes(raw: str, at: int) -> int:
    return len(raw[:at].encode())
