"""The two shapes between a conversation and the channel that carries it.

A channel (Telegram, the chat page) turns what a person did into an `Incoming`, and draws each `Reply`.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Channel = Literal["telegram", "web", "email", "sms", "wechat"]
Language = Literal["zh-CN", "en"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: WGS84 degrees."""

    name: str
    address: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A photo, voice note or document that a person sent.

    `name`, `media_type` and `size` (bytes; None when unknown) are what the sender's side says and prove nothing. `read` fetches
    the content; it raises `FileTooLarge` beyond what the channel takes, and the channel's own errors.
    """

    kind: Literal["photo", "voice", "document"]
    name: str
    media_type: str
    size: int | None
    read: Callable[[], Awaitable[bytes]]


class FileTooLarge(Exception):
    """A file is larger than is taken."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing that a person did in a chat.

    `update_key` names the update within the channel (Telegram's update_id, the page's message id): the same update
    delivered twice carries the same key, and everything it creates is created once. Exactly one of `text`, `data`
    (a pressed button), `location` (latitude, longitude), `file` and `contact` (the person's own phone number) is set; `text` may
    also be what was written under a `file`. `under` is what the buttons do of the message of ours that a text answers.
    """

    channel: Channel
    user_id: str
    name: str
    language: Language
    update_key: str
    text: str | None = None
    data: str | None = None
    location: tuple[float, float] | None = None
    file: SharedFile | None = None
    contact: str | None = None
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, and either what it does (`data`, 1 to 64 bytes, see `bot.codec`) or where it leads.

    `detail` are lines that say in full what the label can only hint at. A channel with room on its buttons draws them
    there, in the label's place; any other says them above, and the label begins as they do. With `app`, `url` is a page of
    ours, which a channel that can opens within itself.
    """

    label: str
    data: str | None = None
    url: str | None = None
    detail: tuple[str, ...] = ()
    app: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a person shows at the door. The lines are already in the person's language. `qr` is what the ticket's QR code
    says, for the channel to draw."""

    code: str
    title: str
    lines: tuple[str, ...]
    qr: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or JPEG image; `alt` says what is on it."""

    content: bytes
    media_type: Literal["image/png", "image/jpeg"]
    alt: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file for the person to keep."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to draw.

    `text` is plain text (channels escape it). `rows` are rows of buttons under it. `replace` asks the channel to put
    this in the place of the message whose button was pressed. `ask_location` offers to share the person's location,
    `ask_contact` their phone number.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    place: Place | None = None
    ticket: Ticket | None = None
    ask_location: bool = False
    replace: bool = False
    large_text: bool = False
    ask_contact: bool = False
    picture: Picture | None = None
    document: Document | None = None
