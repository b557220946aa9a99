"""How a reply looks in Telegram: pure, from a `Reply` to the messages to send."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.replies import Button, Language, Place, Reply, Ticket
from bot.telegram.words import WORDS

TEXT_LIMIT = 4096
"""How long a message's text may be, not counting its markup. Counted here in UTF-16 units, the strictest reading."""

Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


@dataclass(frozen=True, slots=True)
class TextMessage:
    """A message of text, in Telegram's HTML."""

    html: str
    markup: Markup | None = None

    @property
    def can_replace(self) -> bool:
        """Whether an existing message can be edited into this one: keyboards other than inline ones cannot be."""
        return self.markup is None or isinstance(self.markup, InlineKeyboardMarkup)


@dataclass(frozen=True, slots=True)
class PlaceMessage:
    """A pin on a map."""

    place: Place


Drawn = TextMessage | PlaceMessage


def draw(reply: Reply, language: Language) -> list[Drawn]:
    """The messages that show a reply, in order. `language` is that of the channel's own words around it.

    `large_text` changes nothing here: Telegram has no letter sizes, each person sets one for the whole app.
    """
    text = "\n".join(["\n\n".join([reply.text, *_details(reply)]), *_links_as_text(reply)])
    pieces = [escape(piece, quote=False) for piece in split(text)]
    if reply.ticket is not None:
        pieces = _with_ticket(pieces, reply.ticket)
    buttons = _inline_keyboard(reply)
    location = _location_keyboard(language) if reply.ask_location else None
    drawn: list[Drawn] = [TextMessage(piece) for piece in pieces[:-1]]
    if pieces:
        drawn.append(TextMessage(pieces[-1], buttons or location))
    if reply.place is not None:
        drawn.append(PlaceMessage(reply.place))
    if location is not None and buttons is not None:
        # One message carries one keyboard: the location button needs a message of its own.
        drawn.append(TextMessage(escape(WORDS[language].how_to_share_location, quote=False), location))
    return drawn


def location_received(language: Language) -> TextMessage:
    """Says that a location came, and takes the button for it away."""
    return TextMessage(WORDS[language].location_received, ReplyKeyboardRemove())


def split(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Cut a text into pieces of at most `limit` UTF-16 units: at paragraphs where possible, else at lines, words, and
    only then anywhere. Nothing but white space at the cuts is lost."""
    pieces = []
    rest = text.strip()
    while rest:
        piece = _fitting(rest, limit)
        if len(piece) < len(rest):
            piece = piece[: _best_cut(piece)]
        pieces.append(piece.rstrip())
        rest = rest[len(piece) :].lstrip()
    return pieces


def _best_cut(piece: str) -> int:
    # A cut in the first half would leave a stump; the next finer kind of cut is better then.
    for separator in ("\n\n", "\n", "。", " "):
        cut = piece.rfind(separator)
        if cut > len(piece) // 2:
            return cut + len(separator)
    return len(piece)


def _fitting(text: str, limit: int) -> str:
    """The longest beginning of a text that has at most `limit` UTF-16 units."""
    beginning = text[:limit]
    while _units(beginning) > limit:
        beginning = beginning[: len(beginning) - max(1, (_units(beginning) - limit) // 2)]
    return beginning


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _with_ticket(pieces: list[str], ticket: Ticket) -> list[str]:
    shown = [f"🎫 {ticket.title}", ticket.code, *ticket.lines]
    title, code, *lines = (escape(line, quote=False) for line in shown)
    block = "\n".join([title, f"<b>{code}</b>", *lines])
    plain = "\n".join(shown)
    # Escaped text is never shorter than what it shows, so this errs on the safe side.
    if pieces and _units(pieces[-1]) + 2 + _units(plain) <= TEXT_LIMIT:
        return [*pieces[:-1], f"{pieces[-1]}\n\n{block}"]
    return [*pieces, block]


def _inline_keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[_inline_button(button) for button in row if not _only_as_text(button)] for row in reply.rows]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _inline_button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.label, callback_data=button.data, url=button.url)


def _details(reply: Reply) -> Iterator[str]:
    """What buttons stand for, in full: Telegram's have room for a few words only."""
    return ("\n".join(button.detail) for row in reply.rows for button in row if button.detail)


def _links_as_text(reply: Reply) -> Iterator[str]:
    """Lines for the buttons that Telegram refuses: phone numbers (clients make them callable) and local addresses."""
    for row in reply.rows:
        for button in row:
            if button.url is not None and _only_as_text(button):
                address = button.url.removeprefix("tel:")
                yield button.label if address in _squeezed(button.label) else f"{button.label} {address}"


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _only_as_text(button: Button) -> bool:
    """Whether Telegram would refuse the button, and with it the whole message: it takes http(s) with a full host name,
    and its own tg: links."""
    if button.url is None:
        return False
    link = urlsplit(button.url)
    if link.scheme == "tg":
        return False
    return link.scheme not in {"http", "https"} or "." not in (link.hostname or "")


def _location_keyboard(language: Language) -> ReplyKeyboardMarkup:
    button = KeyboardButton(WORDS[language].share_location, request_location=True)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
