"""Who may change a district as a whole: its places, its sign-ins."""

from models.vocabulary import Role, ScopeKind
from scheduling.actors import SYSTEM, Actor


def may_administer(actor: Actor, district_code: str) -> bool:
    """The program itself (the command line on the machine), and administrators of the whole district."""
    return actor == SYSTEM or any(
        permission.role is Role.administrator
        and permission.scope in {ScopeKind.district, ScopeKind.division}
        and permission.key == district_code
        for permission in actor.permissions
    )
