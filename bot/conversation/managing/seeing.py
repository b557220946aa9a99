"""Numbers that stand for what a screen said, small enough for a button."""

import hashlib
import json
from collections.abc import Iterable, Sequence

from bot.conversation.turn import Turn
from bot.wire import managing as view

_SPACE = 36**5
"""A number below this takes five characters of a button's data; two screens share one once in sixty million times."""

NAMED = 6
"""So many names of those concerned are said; of more, how many."""


def seen(*what: object) -> int:
    """The number of everything that a screen said: another number means that something has changed since."""
    return _number(what)


def once(turn: Turn) -> int:
    """The number of this screen: the same when its update is delivered again, another each other time."""
    who = turn.resident
    return _number((who.user.channel, who.user.user_id, who.update_key))


def names(turn: Turn, affected: Sequence[view.Affected]) -> str:
    """Whom something concerns: 王桂英（2 位）、李明 …"""
    _ = turn.words
    said = [
        one.attendee.name
        if one.party == 1
        else _("{name} ({number} places)", name=one.attendee.name, number=one.party)
        for one in affected[:NAMED]
    ]
    listed = _(", ").join(said)
    if len(affected) > NAMED:
        return _("{names} and {number} more", names=listed, number=len(affected) - NAMED)
    return listed


def places_of(affected: Iterable[view.Affected]) -> int:
    """How many places these bookings have together."""
    return sum(one.party for one in affected)


def _number(what: object) -> int:
    said = json.dumps(what, default=str, ensure_ascii=False, sort_keys=True)
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:8]) % _SPACE
