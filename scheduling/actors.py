"""Who acts, and what they may do. Policies are pure functions; use cases call them."""

from dataclasses import dataclass, field

from models.ids import PersonId, PointId, within
from models.vocabulary import Role, ScopeKind


@dataclass(frozen=True, slots=True)
class Permission:
    """A role held within a scope (a point's id, or a division's code)."""

    role: Role
    scope: ScopeKind
    key: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever asks. The bot's service credential is an actor without a person."""

    person_id: PersonId | None = None
    permissions: frozenset[Permission] = field(default_factory=frozenset)
    service: bool = False

    def require_person(self) -> PersonId:
        """The person behind the actor; use cases for people are not open to the service credential."""
        if self.person_id is None:
            message = "this use case needs a person"
            raise TypeError(message)
        return self.person_id


SYSTEM = Actor()
"""The program itself: timed jobs, seeding, the command line on the machine."""


@dataclass(frozen=True, slots=True)
class PointScope:
    """What is needed to decide who may manage a point."""

    point_id: PointId
    community_code: str


def may_manage_point(actor: Actor, point: PointScope) -> bool:
    """Managers of the point; staff and administrators of a division around it."""
    for permission in actor.permissions:
        if (
            permission.role is Role.point_manager
            and permission.scope is ScopeKind.point
            and permission.key == str(point.point_id)
        ):
            return True
        if (
            permission.role in {Role.staff, Role.administrator}
            and permission.scope in {ScopeKind.division, ScopeKind.district}
            and within(point.community_code, permission.key)
        ):
            return True
    return False
