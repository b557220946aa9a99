"""A request that somebody acts upon: locked, with what they are to it and the terms of its district.

The lock of a request's row comes after persons (docs/LOCKING.md): whatever is decided about it is decided under it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.ladders import ladder_at
from governance.rules.deadlines import FARTHEST, Terms
from governance.rules.ladder import Ladder
from governance.rules.relations import Relation, watches
from governance.rules.states import STANDING_FIELDS, Standing, refused
from models.request_words import ClaimState, StepKind
from models.shapes.base import local_day
from models.tables import GridCell, Request, RequestFollower, WishClaim
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError
from scheduling.queries.calendar import entered_days
from scheduling.queries.policies import district_policy

HOLDING = (ClaimState.claimed, ClaimState.fulfilled)
"""States of a claim that hold a wish."""


async def terms_of(session: AsyncSession, district_code: str, *, now: datetime) -> Terms:
    """The district's policy, and its calendar as far as a deadline can reach."""
    policy = await district_policy(session, district_code)
    today = local_day(now)
    entered = await entered_days(
        session, district_code=district_code, first=today - timedelta(days=1), last=today + FARTHEST
    )
    return Terms(policy, entered)


def standing_of(request: Request) -> Standing:
    """Where a stored request stands."""
    return Standing(**{name: getattr(request, name) for name in STANDING_FIELDS})


async def lock_request(session: AsyncSession, request_id: UUID) -> Request | None:
    """A request locked until commit, as it is then."""
    return (
        await session.execute(
            select(Request)
            .where(col(Request.id) == request_id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    ).scalar()


async def relations(
    session: AsyncSession, actor: Actor, requests: Iterable[Request]
) -> Mapping[UUID, Relation]:
    """What somebody is to each of some requests. Two statements, however many."""
    found = list(requests)
    ids, person_id = [request.id for request in found], actor.person_id
    followed: set[UUID] = set()
    claimed: set[UUID] = set()
    if person_id is not None and ids:
        followed.update(
            (
                await session.execute(
                    select(col(RequestFollower.request_id)).where(
                        col(RequestFollower.person_id) == person_id, col(RequestFollower.request_id).in_(ids)
                    )
                )
            ).scalars()
        )
        wishes = [request.id for request in found if request.wish is not None]
        claimed.update(
            (
                await session.execute(
                    select(col(WishClaim.request_id)).where(
                        col(WishClaim.request_id).in_(wishes),
                        col(WishClaim.person_id) == person_id,
                        col(WishClaim.state).in_(HOLDING),
                    )
                )
            ).scalars()
            if wishes
            else ()
        )
    return {
        request.id: Relation(
            asker=person_id is not None and request.asker_id == person_id,
            owner=request.owner_id == person_id,
            taker=person_id is not None and request.transfer_to_id == person_id,
            watcher=watches(actor, cell_id=request.cell_id, division_code=request.division_code),
            follower=request.id in followed,
            volunteer=request.id in claimed,
        )
        for request in found
    }


@dataclass(frozen=True, slots=True)
class Held:
    """A locked request, what the actor is to it, and the terms of its district."""

    request: Request
    relation: Relation
    terms: Terms

    @property
    def standing(self) -> Standing:
        """Where it stands."""
        return standing_of(self.request)

    def require(self, allowed: bool) -> None:
        """Raises ForbiddenError for those who may see it but not do that to it."""
        if not allowed:
            raise ForbiddenError

    def require_possible(self, what: StepKind, *, now: datetime) -> None:
        """Raises ActionRefusedError with every reason why it cannot be done now."""
        reasons = refused(self.standing, what, now=now, terms=self.terms)
        if reasons:
            raise ActionRefusedError(reasons)


async def hold(session: AsyncSession, *, actor: Actor, request_id: UUID, now: datetime) -> Held:
    """A request under its lock. Raises NotFoundError for those who may not know of it."""
    request = await lock_request(session, request_id)
    if request is None:
        raise NotFoundError(what="request")
    relation = (await relations(session, actor, [request]))[request.id]
    if not relation.knows:
        raise NotFoundError(what="request")
    return Held(request, relation, await terms_of(session, request.district_code, now=now))


async def ladder_of(session: AsyncSession, request: Request, *, now: datetime) -> Ladder:
    """Who could answer for a request today."""
    cell = None if request.cell_id is None else await session.get(GridCell, request.cell_id)
    return await ladder_at(session, division_code=request.division_code, cell=cell, now=now)
