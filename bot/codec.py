"""What a button carries, in at most 64 bytes.

The bot keeps nothing, so a button says by itself what it does: a version, a verb and its arguments. A button may be
pressed years after it was drawn, or be forged; whatever arrives, reading it never fails: what this version cannot
read is `Stale`.

    1b.uAZ2x…(22 characters of base64url).i2..i1
    │└ verb  └ UUID                         │ └ nothing (None), then a whole number
    └ version                               └ whole number in base 36
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import date
from uuid import UUID

VERSION = "1"
MAX_BYTES = 64
"""Telegram's limit for callback_data."""

Argument = UUID | date | int | str | None
"""What a verb can be said about."""

_SEPARATOR = "."
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_VERB = re.compile(r"[a-z]{1,3}")
_WORD = re.compile(r"[A-Za-z0-9_-]*")
_NUMBER = re.compile(r"-?[0-9a-z]{1,13}")
_UUID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button says, read back."""

    verb: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """A button of another version, or no button of ours at all."""


def encode(verb: str, *arguments: Argument) -> str:
    """Write a verb and its arguments as a button's data.

    Raises ValueError when the verb or a word has characters that cannot be written, or the whole is too long: a
    mistake of the program, found by its tests, never something that a person can cause.
    """
    if not _VERB.fullmatch(verb):
        raise ValueError(f"not a verb: {verb!r}")
    data = _SEPARATOR.join((VERSION + verb, *(_write(argument) for argument in arguments)))
    if len(data) > MAX_BYTES:
        raise ValueError(f"{len(data)} bytes are too many for a button: {data}")
    return data


def decode(data: str) -> Pressed | Stale:
    """Read a button's data. Never raises: what cannot be read is `Stale`."""
    if not data.isascii() or len(data) > MAX_BYTES or not data.startswith(VERSION):
        return Stale()
    verb, *words = data.removeprefix(VERSION).split(_SEPARATOR)
    if not _VERB.fullmatch(verb):
        return Stale()
    try:
        return Pressed(verb, tuple(_read(word) for word in words))
    except (ValueError, OverflowError):
        return Stale()


def _write(argument: Argument) -> str:
    match argument:
        case None:
            return ""
        case UUID():
            return "u" + urlsafe_b64encode(argument.bytes).decode().rstrip("=")
        case date():
            return "d" + _base36(argument.toordinal())
        case int():
            return "i" + _base36(argument)
        case str() if _WORD.fullmatch(argument):
            return "s" + argument
        case _:
            raise ValueError(f"cannot be written into a button: {argument!r}")


def _read(word: str) -> Argument:
    if not word:
        return None
    kind, body = word[0], word[1:]
    if kind == "u" and _UUID.fullmatch(body):
        return UUID(bytes=urlsafe_b64decode(body + "=="))
    if kind == "d" and _NUMBER.fullmatch(body):
        return date.fromordinal(int(body, 36))
    if kind == "i" and _NUMBER.fullmatch(body):
        return int(body, 36)
    if kind == "s" and _WORD.fullmatch(body):
        return body
    raise ValueError(f"not an argument: {word!r}")


def _base36(number: int) -> str:
    sign, rest = ("-", -number) if number < 0 else ("", number)
    digits = ""
    while True:
        rest, digit = divmod(rest, 36)
        digits = _DIGITS[digit] + digits
        if not rest:
            return sign + digits
