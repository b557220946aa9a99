"""Lists of requests: one's own, those one follows, a worker's worklist (overdue first), staff's overview."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, false, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.views import views
from models.ids import code_range
from models.request_words import OPEN_STATES, RequestState
from models.shapes.requests import RequestView
from models.tables import Request, RequestFollower
from models.vocabulary import Role, ScopeKind
from scheduling.actors import Actor
from scheduling.errors import ForbiddenError

Cursor = tuple[datetime, UUID]


class AsWhat(StrEnum):
    """As what somebody asks for requests."""

    asker = "asker"
    follower = "follower"
    owner = "owner"
    taker = "taker"
    staff = "staff"


async def requests_as(
    session: AsyncSession,
    *,
    actor: Actor,
    role: AsWhat,
    states: Collection[RequestState],
    now: datetime,
    limit: int,
    after: Cursor | None,
) -> tuple[list[RequestView], Cursor | None]:
    """Requests as what somebody is to them: one's own and followed ones newest first, work with what is due first.

    Without `states` work is what is open. Raises ForbiddenError for `staff` where somebody answers for no place.
    """
    newest_first = role in {AsWhat.asker, AsWhat.follower}
    statement = _of(actor, role)
    wanted = states or (() if newest_first else OPEN_STATES)
    if wanted:
        statement = statement.where(col(Request.state).in_(sorted(wanted)))
    at = col(Request.created_at) if newest_first else col(Request.due_at)
    key = tuple_(at, col(Request.id))
    if newest_first:
        statement = statement.order_by(at.desc(), col(Request.id).desc())
    else:
        statement = statement.order_by(at, col(Request.id))
    if after is not None:
        statement = statement.where(key < tuple_(*after) if newest_first else key > tuple_(*after))
    rows = list((await session.execute(statement.limit(limit + 1))).scalars())
    following = None
    if len(rows) > limit:
        last = rows[limit - 1]
        following = (last.created_at if newest_first else last.due_at, last.id)
    return await views(session, rows[:limit], actor=actor, now=now), following


def most_as(actor: Actor) -> AsWhat | None:
    """As what somebody sees the most work: staff all of their divisions', a grid worker their own; None for anybody else."""
    if _divisions(actor):
        return AsWhat.staff
    return AsWhat.owner if any(one.role is Role.grid_worker for one in actor.permissions) else None


def _of(actor: Actor, role: AsWhat) -> Select[Any]:
    person_id = actor.require_person()
    match role:
        case AsWhat.asker:
            return select(Request).where(col(Request.asker_id) == person_id)
        case AsWhat.follower:
            return (
                select(Request)
                .join(RequestFollower, col(RequestFollower.request_id) == col(Request.id))
                .where(col(RequestFollower.person_id) == person_id)
            )
        case AsWhat.owner:
            return select(Request).where(col(Request.owner_id) == person_id)
        case AsWhat.taker:
            return select(Request).where(col(Request.transfer_to_id) == person_id)
        case AsWhat.staff:
            return _around(actor)


def _divisions(actor: Actor) -> list[str]:
    held = [one for one in actor.permissions if one.role in {Role.staff, Role.administrator}]
    return [one.key for one in held if one.scope in {ScopeKind.division, ScopeKind.district}]


def _around(actor: Actor) -> Select[Any]:
    codes = _divisions(actor)
    if not codes:
        raise ForbiddenError
    districts = {code[:6].ljust(12, "0") for code in codes}
    return select(Request).where(
        col(Request.district_code).in_(districts),
        or_(false(), *(col(Request.division_code).between(*code_range(code)) for code in codes)),
    )
