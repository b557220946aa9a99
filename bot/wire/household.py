"""Household links and invitations, as the bot sees them."""

from datetime import datetime
from uuid import UUID

from bot.wire.base import View


class Link(View):
    """A household link: `person_id` and `name` are the other one's, `relation` what the one acted for is to the other."""

    id: UUID
    person_id: UUID
    name: str
    relation: str
    notify_relative: bool


class Invitation(View):
    """An invitation that nobody has joined yet."""

    id: UUID
    relation: str
    i_act: bool
    expires_at: datetime


class InvitationMade(Invitation):
    """A new invitation, with the code that the other one enters. It is shown this once."""

    code: str


class InvitationSeen(View):
    """What somebody's code asks for: `inviter_acts` for the one who enters it, or they for the inviter."""

    inviter: str
    inviter_acts: bool
    relation: str
    notify_relative: bool


class Household(View):
    """For whom one may act, who may act for one, and one's open invitations."""

    i_act_for: tuple[Link, ...]
    they_act_for_me: tuple[Link, ...]
    invitations: tuple[Invitation, ...]
