"""Who keeps which points, by the roles that somebody holds; and the door into their part of the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from bot import wire
from bot.conversation.actions.managers import Day, FindPoint, MyPoints
from bot.conversation.turn import Row, Turn, button

SHOWN_AT_THE_DOOR = 3
"""So many points have their own button on the first screen."""


@dataclass(frozen=True, slots=True)
class KeptPoint:
    """A point that somebody keeps."""

    id: UUID
    name: str


def kept_points(me: wire.Me) -> tuple[KeptPoint, ...]:
    """The points that somebody manages, by name."""
    found = {
        UUID(held.key): held.name
        for held in me.roles
        if held.role == "point_manager" and held.scope == "point" and _is_id(held.key)
    }
    return tuple(KeptPoint(id_, name) for id_, name in sorted(found.items(), key=lambda one: one[::-1]))


def kept_divisions(me: wire.Me) -> tuple[str, ...]:
    """The divisions whose points somebody may keep as staff."""
    return tuple(
        held.key
        for held in me.roles
        if held.role in {"staff", "administrator"} and held.scope in {"division", "district"}
    )


def keeps_points(me: wire.Me) -> bool:
    """Whether somebody has anything to do with keeping points. What they may do at one, the API says."""
    return bool(kept_points(me) or kept_divisions(me))


def door(turn: Turn) -> Sequence[Row]:
    """Today at each of one's points; with many of them, and for staff, the way to choose."""
    _ = turn.words
    points, rows = kept_points(turn.me), []
    if len(points) <= SHOWN_AT_THE_DOOR:
        rows = [(button(_("📋 {point}: today", point=point.name), Day(point.id)),) for point in points]
    elif points:
        rows = [(button(_("📋 My points ({number})", number=len(points)), MyPoints()),)]
    if kept_divisions(turn.me):
        rows.append((button(_("🔎 Find a point"), FindPoint()),))
    return rows


def _is_id(key: str) -> bool:
    try:
        UUID(key)
    except ValueError:
        return False
    return True
