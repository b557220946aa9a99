"""The person in the chat, as the bot sees them."""

from uuid import UUID

from pydantic import JsonValue

from bot.replies import Language
from bot.wire.base import Area, Coordinates, View


class Token(View):
    """A resident's bearer token; `expires_in` in seconds."""

    access_token: str
    expires_in: float


class Consent(View):
    """A version of a purpose to which the person has agreed."""

    purpose: str
    version: str


class Relative(View):
    """Somebody for whom the person may book; `relation` is what they are to the person."""

    person_id: UUID
    name: str
    relation: str = ""


class RoleHeld(View):
    """A role within a scope: `key` is a point's id, a division's code or whatever else the scope names by it."""

    role: str
    scope: str
    key: str
    name: str


class Draft(View):
    """What the next thing said in the chat is for: a kind, and what has been said so far."""

    kind: str
    data: dict[str, JsonValue]


class Me(View):
    """The person in the chat."""

    id: UUID
    name: str
    language: Language
    home_division: Area | None = None
    home: Coordinates | None = None
    reminders: bool = True
    opted_out: tuple[str, ...] = ()
    large_text: bool = False
    consents: tuple[Consent, ...] = ()
    household: tuple[Relative, ...] = ()
    roles: tuple[RoleHeld, ...] = ()
    draft: Draft | None = None
