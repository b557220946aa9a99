"""What buttons do about the household. Verbs begin with kf."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from bot.conversation.actions.base import Action


@dataclass(frozen=True, slots=True)
class Family(Action):
    """Show for whom I act and who acts for me."""


@dataclass(frozen=True, slots=True)
class InviteWho(Action):
    """Choose who is to act for whom."""


@dataclass(frozen=True, slots=True)
class InviteAs(Action):
    """Choose what the two are to each other. `i_act` is 1 when I am to act for the other."""

    i_act: int


@dataclass(frozen=True, slots=True)
class SayRelation(Action):
    """Wait for the relation in words."""

    i_act: int


@dataclass(frozen=True, slots=True)
class AskInvite(Action):
    """Show what the invitation would be, and ask. `relation` is a key of `RELATIONS`, or own: the words of the draft."""

    i_act: int
    relation: str
    tell_both: int


@dataclass(frozen=True, slots=True)
class Invite(Action):
    """Make the code."""

    i_act: int
    relation: str
    tell_both: int


@dataclass(frozen=True, slots=True)
class EnterCode(Action):
    """Wait for the code that somebody told me."""


@dataclass(frozen=True, slots=True)
class SeeCode(Action):
    """Show what a code asks for, and ask."""

    code: str


@dataclass(frozen=True, slots=True)
class JoinFamily(Action):
    """Agree to what a code asks for."""

    code: str


@dataclass(frozen=True, slots=True)
class ShowLink(Action):
    """Show a household link."""

    link: UUID


@dataclass(frozen=True, slots=True)
class TellBoth(Action):
    """Send notices about what is booked to both (1), or to who books alone (0)."""

    link: UUID
    on: int


@dataclass(frozen=True, slots=True)
class AskEndLink(Action):
    """Show what ending a link would mean, and ask."""

    link: UUID


@dataclass(frozen=True, slots=True)
class EndLink(Action):
    """End a link."""

    link: UUID


VERBS: Mapping[str, type[Action]] = {
    "kf": Family,
    "kfd": InviteWho,
    "kfa": InviteAs,
    "kfr": SayRelation,
    "kfi": AskInvite,
    "kfx": Invite,
    "kfe": EnterCode,
    "kfc": SeeCode,
    "kfj": JoinFamily,
    "kfl": ShowLink,
    "kft": TellBoth,
    "kfq": AskEndLink,
    "kfz": EndLink,
}
