"""What somebody is to a request, and so what they may do to it now. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from governance.rules.deadlines import Terms
from governance.rules.states import Standing, refused
from models.ids import within
from models.request_words import RequestKind, RequestState, StepKind, WishState
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody is to a request: who asked, who owns it, who is asked to take it over, whoever answers around it (its
    cell's workers, staff of its divisions), who follows it, the volunteer who has the wish in hand.
    """

    asker: bool = False
    owner: bool = False
    taker: bool = False
    watcher: bool = False
    follower: bool = False
    volunteer: bool = False

    @property
    def knows(self) -> bool:
        """Whether they may know of it at all."""
        return self.asker or self.works or self.follower or self.volunteer

    @property
    def works(self) -> bool:
        """Whether it is their work, so that they see what the resident said and sent."""
        return self.owner or self.taker or self.watcher


def watches(actor: Actor, *, cell_id: UUID | None, division_code: str) -> bool:
    """Whether somebody answers around a place: a worker of its cell, staff of a division in which it lies."""
    for held in actor.permissions:
        if held.role is Role.grid_worker and held.scope is ScopeKind.cell and held.key == str(cell_id):
            return True
        if (
            held.role in {Role.staff, Role.administrator}
            and held.scope in {ScopeKind.division, ScopeKind.district}
            and within(division_code, held.key)
        ):
            return True
    return False


_OF_ASKER: Mapping[str, StepKind] = {
    "reopen": StepKind.reopened,
    "rate": StepKind.rated,
    "withdraw": StepKind.withdrawn,
}
_OF_OWNER: Mapping[str, StepKind] = {
    "progress": StepKind.noted,
    "resolve": StepKind.resolved,
    "transfer": StepKind.transfer_asked,
    "escalate": StepKind.climbed,
    "kind": StepKind.kind_changed,
}


def may(
    standing: Standing, relation: Relation, *, kind: RequestKind, now: datetime, terms: Terms
) -> list[str]:
    """What somebody may do now, as the API names it, the likeliest first."""

    def can(what: StepKind) -> bool:
        return not refused(standing, what, now=now, terms=terms)

    found: list[str] = []
    if relation.taker:
        found += ["accept", "decline"]
    if relation.owner:
        if standing.state is RequestState.received:
            found.append("accept")
        found += [name for name, what in _OF_OWNER.items() if can(what)]
        if kind is RequestKind.wish and can(StepKind.wish_published):
            found.append("publish-wish")
    if relation.asker:
        if standing.wish is WishState.fulfilled and standing.state is RequestState.in_progress:
            found.append("confirm")
        found += [name for name, what in _OF_ASKER.items() if can(what)]
    if relation.volunteer and standing.wish is WishState.claimed:
        found += ["fulfil", "give-back"]
    if relation.follower and not relation.asker:
        found.append("unfollow")
    return found
