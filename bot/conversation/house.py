"""All rooms of the chat, put together."""

from collections.abc import Mapping

from bot.conversation import (
    conversations,
    family,
    grid,
    managing,
    myself,
    ordering,
    points,
    requests,
    residents,
    standing,
    visits,
    volunteering,
)
from bot.conversation.actions import Action
from bot.conversation.rooms import Heard, Room, Screen, Takes, TakesReply
from bot.understanding import Intent

ROOMS: tuple[Room, ...] = (
    residents.ROOM,
    ordering.ROOM,
    family.ROOM,
    visits.ROOM,
    points.ROOM,
    standing.ROOM,
    myself.ROOM,
    managing.ROOM,
    *volunteering.ROOMS,
    requests.ROOM,
    grid.ROOM,
    conversations.ROOM,
)
"""Every room. What nobody asked for (a photo, a phone number) is offered to them in this order."""

SCREENS: Mapping[type[Action], Screen] = {
    kind: screen for room in ROOMS for kind, screen in room.screens.items()
}
HEARD: Mapping[Intent, Heard] = {intent: heard for room in ROOMS for intent, heard in room.heard.items()}
DRAFTS: Mapping[str, Takes] = {kind: takes for room in ROOMS for kind, takes in room.drafts.items()}
REPLIES: Mapping[type[Action], TakesReply] = {
    kind: takes for room in ROOMS for kind, takes in room.replies.items()
}
SHARED = tuple(room.shared for room in ROOMS if room.shared is not None)
SPOKEN = tuple(room.spoken for room in ROOMS if room.spoken is not None)

HEARS_DANGER = frozenset(kind for room in ROOMS for kind in room.hears_danger)

ROOM_OF: Mapping[type[Action], Room] = {kind: room for room in ROOMS for kind in room.screens}
ROOM_OF_DRAFT: Mapping[str, Room] = {kind: room for room in ROOMS for kind in room.drafts}
