"""Calls as they arrive at the fake Bot API, and what several methods read from them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tests.telegram.fake_chats import JsonObject
from tests.telegram.fake_rules import CAPTION_LIMIT, TEXT_LIMIT, Formatted, Refusal, formatted


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived. `at` is in seconds of the event loop's clock."""

    method: str
    params: Mapping[str, str]
    files: Mapping[str, Upload]
    at: float

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.params.get(name, default))
        except ValueError:
            return default

    def degrees(self, name: str) -> float:
        if name not in self.params:
            raise Refusal(400, f"{name} is empty")
        return float(self.params[name])

    def text(self, too_long: str = "message is too long") -> Formatted:
        content = formatted(
            self.params.get("text", ""),
            self.params.get("parse_mode", ""),
            limit=TEXT_LIMIT,
            too_long=too_long,
        )
        if not content.text:
            raise Refusal(400, "message text is empty")
        return content

    def location(self) -> JsonObject:
        latitude, longitude = self.degrees("latitude"), self.degrees("longitude")
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            raise Refusal(400, "wrong latitude or longitude specified")
        return {"latitude": latitude, "longitude": longitude}


def caption(raw: str, parse_mode: str) -> Formatted:
    """What stands under a picture or a document."""
    return formatted(raw, parse_mode, limit=CAPTION_LIMIT, too_long="message caption is too long")
