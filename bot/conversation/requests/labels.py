"""How requests, their states and those who answer are named on screens and buttons."""

from datetime import datetime

from bot.replies import Place
from bot.texts import Words
from bot.wire import requests as views

_ICONS = {
    "lighting": "💡",
    "rubbish": "🗑️",
    "noise": "🔊",
    "building": "🏢",
    "road": "🚧",
    "utilities": "🚰",
    "safety": "⚠️",
    "greenery": "🌳",
    "elder_help": "🧓",
    "dispute": "🤝",
    "wish": "💝",
    "other": "📌",
}
KINDS = tuple(_ICONS)
_LONGEST = 18
"""Characters of a request on a button; more would be cut off by the telephone, at a place not of our choosing."""


def kind_label(_: Words, kind: str) -> str:
    """What it is about, with its picture. A kind that is newer than this bot is something else."""
    names = {
        "lighting": _("Lighting"),
        "rubbish": _("Rubbish"),
        "noise": _("Noise"),
        "building": _("Building and lift"),
        "road": _("Road and parking"),
        "utilities": _("Water, power, gas"),
        "safety": _("Safety"),
        "greenery": _("Trees and green"),
        "elder_help": _("Help for elders"),
        "dispute": _("Between neighbours"),
        "wish": _("Micro-wish"),
    }
    return f"{_ICONS.get(kind, '📌')} {names.get(kind, _('Something else'))}"


def owner_label(_: Words, name: str, rung: str) -> str:
    """Who answers, with what they are."""
    match rung:
        case "worker":
            return _("grid worker {name}", name=name)
        case "community":
            return _("community grid worker {name}", name=name)
        case "subdistrict":
            return _("{name} of the sub-district", name=name)
        case "district":
            return _("{name} of the district", name=name)
        case _:
            return name


def state_label(_: Words, request: views.Request) -> str:
    """Where it stands, in a word or two."""
    out = {
        "published": _("waits for a volunteer"),
        "claimed": _("a volunteer is at it"),
        "fulfilled": _("fulfilled, to be confirmed"),
    }
    states = {
        "received": _("not yet accepted"),
        "accepted": _("accepted"),
        "in_progress": _("in progress"),
        "resolved": _("answered"),
        "closed": _("closed"),
        "withdrawn": _("withdrawn"),
    }
    if request.state == "in_progress" and request.wish in out:
        return out[request.wish]
    return states.get(request.state, request.state)


def short(text: str) -> str:
    """The beginning of a text, for buttons."""
    said = " ".join(text.split())
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def place_of(request: views.Request) -> Place | None:
    """Where it is on the map, when that may be known."""
    if request.location is None:
        return None
    name = request.place or request.division.name
    return Place(name, request.division.name, request.location.latitude, request.location.longitude)


def story(_: Words, request: views.RequestWhole, now: datetime) -> list[str]:
    """The history, a line a step."""
    return [f"· {_.short_moment(step.at, now)} {step.said}" for step in request.story]
