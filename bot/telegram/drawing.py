"""How a reply looks in Telegram: pure, from a `Reply` to the messages to send."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from typing import Literal
from urllib.parse import urlsplit

import segno
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    WebAppInfo,
)

from bot.replies import Button, Incoming, Language, Picture, Place, Reply, Ticket
from bot.telegram.words import WORDS

TEXT_LIMIT = 4096
"""How long a message's text may be, not counting its markup. Counted here in UTF-16 units, the strictest reading."""

CAPTION_LIMIT = 1024
"""The same for what stands under a picture or a document."""

PHOTO_LIMIT = 10 * 1024 * 1024
"""Bytes of the largest picture that Telegram shows as one; a larger one goes as a document."""

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
class MediaMessage:
    """A picture or a document, with what stands under it, in Telegram's HTML."""

    kind: Literal["photo", "document"]
    name: str
    content: bytes
    html: str = ""
    markup: Markup | None = None

    @property
    def can_replace(self) -> bool:
        """Whether an existing message, also one of text, can be edited into this one."""
        return self.markup is None or isinstance(self.markup, InlineKeyboardMarkup)


@dataclass(frozen=True, slots=True)
class PlaceMessage:
    """A pin on a map."""

    place: Place


Drawn = TextMessage | MediaMessage | PlaceMessage


def draw(reply: Reply, language: Language) -> list[Drawn]:
    """The messages that show a reply, in order. `language` is that of the channel's own words around it.

    `large_text` changes nothing here: Telegram has no letter sizes, each person sets one for the whole app.
    """
    text = "\n".join(["\n\n".join([reply.text, *_details(reply)]), *_links_as_text(reply)])
    buttons, asking = _inline_keyboard(reply), _asking_keyboard(reply, language)
    media = list(_media(reply))
    drawn: list[Drawn] = list(_with_media(text, media, reply, buttons or asking))
    if reply.place is not None:
        drawn.append(PlaceMessage(reply.place))
    if asking is not None and buttons is not None:
        # One message carries one keyboard: the buttons for sharing need a message of their own.
        drawn.append(TextMessage(escape(_how_to_share(reply, language), quote=False), asking))
    return drawn


def received(incoming: Incoming) -> TextMessage:
    """Says that a location or a phone number came, and takes the button for it away."""
    own = WORDS[incoming.language]
    said = own.location_received if incoming.contact is None else own.contact_received
    return TextMessage(said, ReplyKeyboardRemove())


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


def qr_png(text: str) -> bytes:
    """A QR code as a picture, large enough for Telegram's compression, with the quiet zone that readers need."""
    png = BytesIO()
    segno.make_qr(text, error="m").save(png, kind="png", scale=12, border=4)
    return png.getvalue()


def _media(reply: Reply) -> Iterator[MediaMessage]:
    """Pictures and documents, still bare."""
    if reply.ticket is not None and reply.ticket.qr is not None:
        yield MediaMessage("photo", "ticket.png", qr_png(reply.ticket.qr))
    if (picture := reply.picture) is not None:
        ending = picture.media_type.removeprefix("image/")
        kind: Literal["photo", "document"] = "photo" if len(picture.content) <= PHOTO_LIMIT else "document"
        yield MediaMessage(kind, f"picture.{ending}", picture.content)
    if reply.document is not None:
        yield MediaMessage("document", reply.document.name, reply.document.content)


def _with_media(
    text: str, media: list[MediaMessage], reply: Reply, markup: Markup | None
) -> Iterator[TextMessage | MediaMessage]:
    """The text with its ticket, under the first picture or document where it fits there, else after it. The last of the
    text carries the buttons.
    """
    ticket = [] if reply.ticket is None else _ticket_lines(reply.ticket)
    description = _description(text, reply.picture)
    if not media:
        yield from _texts(text, ticket, markup)
        return
    first, *others = media
    block = _block(ticket)
    plain = "\n\n".join(part for part in (text.strip(), "\n".join(ticket), description) if part)
    if _units(plain) <= CAPTION_LIMIT:
        escaped = (escape(text.strip(), quote=False), block, escape(description, quote=False))
        yield replace(first, html="\n\n".join(part for part in escaped if part), markup=markup)
        yield from others
        return
    if ticket and _units("\n".join(ticket)) <= CAPTION_LIMIT:
        yield replace(first, html=block)
        ticket = []
    else:
        yield replace(first, html=escape(_fitting(description, CAPTION_LIMIT), quote=False))
    yield from others
    yield from _texts(text, ticket, markup)


def _texts(text: str, ticket: list[str], markup: Markup | None) -> Iterator[TextMessage]:
    pieces = [escape(piece, quote=False) for piece in split(text)]
    if ticket:
        # Escaped text is never shorter than what it shows, so this errs on the safe side.
        if pieces and _units(pieces[-1]) + 2 + _units("\n".join(ticket)) <= TEXT_LIMIT:
            pieces[-1] = f"{pieces[-1]}\n\n{_block(ticket)}"
        else:
            pieces.append(_block(ticket))
    for piece in pieces[:-1]:
        yield TextMessage(piece)
    if pieces:
        yield TextMessage(pieces[-1], markup)


def _description(text: str, picture: Picture | None) -> str:
    """What is on a picture, for those who cannot see it, where the text does not say it anyway: Telegram has no other
    place for it.
    """
    return "" if picture is None or picture.alt in text else picture.alt


def _ticket_lines(ticket: Ticket) -> list[str]:
    return [f"🎫 {ticket.title}", ticket.code, *ticket.lines]


def _block(ticket: list[str]) -> str:
    """A ticket's lines in HTML, its code in bold."""
    return "\n".join(
        f"<b>{escape(line, quote=False)}</b>" if number == 1 else escape(line, quote=False)
        for number, line in enumerate(ticket)
    )


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


def _inline_keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [[_inline_button(button) for button in row if not _only_as_text(button)] for row in reply.rows]
    rows = [row for row in rows if row]
    return InlineKeyboardMarkup(rows) if rows else None


def _inline_button(button: Button) -> InlineKeyboardButton:
    if button.app and button.url is not None and button.url.startswith("https://"):
        return InlineKeyboardButton(button.label, web_app=WebAppInfo(button.url))
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


def _asking_keyboard(reply: Reply, language: Language) -> ReplyKeyboardMarkup | None:
    own, rows = WORDS[language], []
    if reply.ask_contact:
        rows.append([KeyboardButton(own.share_contact, request_contact=True)])
    if reply.ask_location:
        rows.append([KeyboardButton(own.share_location, request_location=True)])
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True) if rows else None


def _how_to_share(reply: Reply, language: Language) -> str:
    own = WORDS[language]
    said = [own.how_to_share_contact] if reply.ask_contact else []
    return "\n".join([*said, own.how_to_share_location] if reply.ask_location else said)
