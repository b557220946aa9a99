"""What buttons do. Each action is a verb and its arguments, small enough to be carried by the button itself.

One file a room, with its verbs. Residents' own stand here by name.
"""

from collections.abc import Callable
from dataclasses import astuple
from typing import cast, get_type_hints

from bot.codec import Argument, Pressed, Stale, decode, encode
from bot.conversation.actions import (
    family,
    finding,
    grid,
    managers,
    myself,
    ordering,
    requests,
    residents,
    rostering,
    standing,
    threads,
    visits,
    volunteer_shifts,
    volunteers,
)
from bot.conversation.actions.base import Action
from bot.conversation.actions.residents import (
    Accept,
    AskBook,
    AskCancel,
    AskDecline,
    AskInstead,
    AskLeave,
    AskMove,
    AskWait,
    Book,
    Cancel,
    CancelWhich,
    Categories,
    CategoriesOn,
    Communities,
    Days,
    Decline,
    Elsewhere,
    Fitting,
    Help,
    Home,
    Human,
    Languages,
    Leave,
    LiveIn,
    Mine,
    More,
    Move,
    MoveNear,
    MoveWhere,
    MyPlace,
    Points,
    SetLanguage,
    SetReminders,
    ShowTicket,
    ShowWaiting,
    Slots,
    Subdistricts,
    Wait,
)

__all__ = [
    "ACTIONS",
    "Accept",
    "Action",
    "AskBook",
    "AskCancel",
    "AskDecline",
    "AskInstead",
    "AskLeave",
    "AskMove",
    "AskWait",
    "Book",
    "Cancel",
    "CancelWhich",
    "Categories",
    "CategoriesOn",
    "Communities",
    "Days",
    "Decline",
    "Elsewhere",
    "Fitting",
    "Help",
    "Home",
    "Human",
    "Languages",
    "Leave",
    "LiveIn",
    "Mine",
    "More",
    "Move",
    "MoveNear",
    "MoveWhere",
    "MyPlace",
    "Points",
    "SetLanguage",
    "SetReminders",
    "ShowTicket",
    "ShowWaiting",
    "Slots",
    "Subdistricts",
    "Wait",
    "action_of",
    "data_of",
]

_SUBJECTS = (
    residents,
    ordering,
    family,
    visits,
    finding,
    standing,
    requests,
    myself,
    managers,
    rostering,
    grid,
    volunteer_shifts,
    volunteers,
    threads,
)

_VERBS: dict[str, type[Action]] = {
    verb: action for subject in _SUBJECTS for verb, action in subject.VERBS.items()
}
"""The verbs of version 1 of the codec. A verb is never given another meaning or other arguments: raise the codec's
version instead, so that old buttons are known to be old."""

_VERB_OF = {action: verb for verb, action in _VERBS.items()}
_TYPES = {action: tuple(get_type_hints(action).values()) for action in _VERBS.values()}

ACTIONS = tuple(action for subject in _SUBJECTS for action in subject.VERBS.values())
"""All kinds of actions."""


def data_of(action: Action) -> str:
    """A button's data for an action, at most 64 bytes."""
    return encode(_VERB_OF[type(action)], *astuple(action))


def action_of(data: str) -> Action | Stale:
    """The action that a button's data asks for. Never raises: what is not one of ours, whole and well, is `Stale`."""
    pressed = decode(data)
    if not isinstance(pressed, Pressed) or pressed.verb not in _VERBS:
        return Stale()
    kind = _VERBS[pressed.verb]
    if not _fits(pressed.arguments, kind):
        return Stale()
    make = cast("Callable[..., Action]", kind)
    return make(*pressed.arguments)


def _fits(arguments: tuple[Argument, ...], kind: type[Action]) -> bool:
    types = _TYPES[kind]
    return len(arguments) == len(types) and all(map(isinstance, arguments, types))
