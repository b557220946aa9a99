"""The two shapes between a conversation and the channel that carries it.

A channel (Telegram, the chat page) turns what a person did into an `Incoming`, and draws each `Reply`.
"""

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
class Incoming:
    """One thing that a person did in a chat.

    `update_key` names the update within the channel (Telegram's update_id, the page's message id): the same update
    delivered twice carries the same key, and everything it creates is created once. Exactly one of `text`, `data`
    (a pressed button) and `location` (latitude, longitude) is set.
    """

    channel: Channel
    user_id: str
    name: str
    language: Language
    update_key: str
    text: str | None = None
    data: str | None = None
    location: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says, and either what it does (`data`, 1 to 64 bytes, see `bot.codec`) or where it leads.

    `detail` are lines that say in full what the label can only hint at. A channel with room on its buttons draws them
    there, in the label's place; any other says them above, and the label begins as they do.
    """

    label: str
    data: str | None = None
    url: str | None = None
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a person shows at the door. The lines are already in the person's language."""

    code: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to draw.

    `text` is plain text (channels escape it). `rows` are rows of buttons under it. `replace` asks the channel to put
    this in the place of the message whose button was pressed. `ask_location` offers to share the person's location.
    """

    text: str
    rows: tuple[tuple[Button, ...], ...] = ()
    place: Place | None = None
    ticket: Ticket | None = None
    ask_location: bool = False
    replace: bool = False
    large_text: bool = False
