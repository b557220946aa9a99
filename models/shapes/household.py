"""Household links: who may act for whom, and the invitations that lead to them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from models.shapes.base import Shape, Time

Relation = Annotated[str, Field(min_length=1, max_length=40)]
"""What the one acted for is to the one who acts: 妈妈, whether the daughter invites or the mother does."""


class InvitationOrder(Shape):
    """An invitation to a household link. `i_act`: the caller will act for the other; else the other for the caller."""

    relation: Relation
    i_act: bool
    notify_relative: bool = True


class InvitationView(Shape):
    """An invitation that nobody has joined yet."""

    id: UUID
    relation: str
    i_act: bool
    notify_relative: bool
    expires_at: Time


class InvitationMade(InvitationView):
    """A new invitation. `code` is told to the other one; it is shown this once."""

    code: str


class InvitationJoin(Shape):
    """The code of somebody's invitation: entering it is the second consent."""

    code: Annotated[str, Field(pattern=r"^ *(?:[0-9] *){6}$")]


class InvitationSeen(Shape):
    """What somebody's invitation asks for, before one consents. `inviter_acts`: they will act for the caller; else the
    caller for them. `relation` is what the one acted for is to the one who acts.
    """

    inviter: str
    inviter_acts: bool
    relation: str
    notify_relative: bool
    expires_at: Time


class LinkEdit(Shape):
    """Whether notices about what is booked for the relative go to both."""

    notify_relative: bool


class PaperConsent(Shape):
    """A consent given on paper: `person_id` may act for `relative_id`; `evidence` says where the paper is."""

    person_id: UUID
    relative_id: UUID
    relation: Relation
    evidence: Annotated[str, Field(min_length=3, max_length=300)]
    notify_relative: bool = True


class HouseholdLinkView(Shape):
    """A household link as one of the two sees it: `person_id` and `name` are the other one's.

    `relation` is what the one acted for is to the one who acts.
    """

    id: UUID
    person_id: UUID
    name: str
    relation: str
    notify_relative: bool
    consented_at: Time | None


class HouseholdView(Shape):
    """For whom one may act, who may act for one, and one's open invitations."""

    i_act_for: list[HouseholdLinkView]
    they_act_for_me: list[HouseholdLinkView]
    invitations: list[InvitationView]


class LinkRecorded(Shape):
    """A household link that staff recorded."""

    id: UUID
    person_id: UUID
    relative_id: UUID
    relation: str
    notify_relative: bool
    evidence: str
    consented_at: Time
