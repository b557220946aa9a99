"""Asking: what would become of a request, what was said already, sending it, and joining somebody else's (Requests 1)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.held import hold, lock_request, relations, standing_of, terms_of
from governance.history import Step, sent_since, take_step
from governance.ladders import ladder_at
from governance.locating import Located, locate
from governance.rules.deadlines import Terms
from governance.rules.ladder import Post
from governance.rules.likeness import excerpt, may_be_one
from governance.rules.states import Standing, received, refused
from governance.rules.suggesting import suggested_kind
from governance.views import detail, names_for
from models.ids import new_id
from models.request_words import OPEN_STATES, SHARED_KINDS, RequestKind, StepKind, Voice
from models.shapes.base import Area, Coordinates, Named
from models.shapes.requests import (
    FollowOrder,
    Foreseen,
    OwnerView,
    Preview,
    RequestDetail,
    RequestDraft,
    RequestOrder,
    SimilarView,
)
from models.tables import Division, Person, Request, RequestFollower
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.agreement import require_standing
from scheduling.errors import (
    ActionRefusedError,
    NotFoundError,
    Reason,
    TooManyRequestsError,
)
from scheduling.locks import lock_persons
from scheduling.rules.distance import metres

A_DAY = timedelta(hours=24)
LEAST_CODE, MOST_CODES = 10_000_000, 90_000_000
MOST_COMPARED = 200
MOST_SIMILAR = 5


@dataclass(frozen=True, slots=True)
class _Outlook:
    """Where a request would go."""

    asker: Person
    located: Located
    kind: RequestKind
    post: Post
    terms: Terms
    standing: Standing


async def _outlook(session: AsyncSession, draft: RequestDraft, *, person_id: UUID, now: datetime) -> _Outlook:
    asker = await session.get_one(Person, person_id)
    located = await locate(session, draft, asker=asker)
    kind = draft.kind or suggested_kind(draft.text)
    ladder = await ladder_at(session, division_code=located.division_code, cell=located.cell, now=now)
    post = ladder.first()
    if post is None:
        raise ActionRefusedError([Reason("nobody-answers")])
    terms = await terms_of(session, asker.district_code, now=now)
    standing = received(post, is_wish=kind is RequestKind.wish, now=now, terms=terms)
    return _Outlook(asker, located, kind, post, terms, standing)


async def preview(session: AsyncSession, *, actor: Actor, draft: RequestDraft, now: datetime) -> Preview:
    """What would become of a request, and what neighbours said that may be the same. Nothing is kept.

    Raises InvalidInputError when the place is not known, ActionRefusedError when nobody answers there.
    """
    person_id = actor.require_person()
    outlook = await _outlook(session, draft, person_id=person_id, now=now)
    owner = await session.get_one(Person, outlook.post.person_id)
    division = await session.get_one(Division, outlook.located.division_code)
    cell, standing = outlook.located.cell, outlook.standing
    foreseen = Foreseen(
        kind=outlook.kind,
        division=Area(code=division.code, name=division.name),
        cell=None if cell is None else Named(id=cell.id, name=cell.name),
        owner=OwnerView(id=owner.id, name=owner.name, rung=outlook.post.rung),
        acknowledge_due_at=standing.acknowledge_due_at,
        resolve_due_at=standing.resolve_due_at,
    )
    return Preview(
        foreseen=foreseen, similar=await _similar(session, outlook, draft.text, actor=actor, now=now)
    )


async def _similar(
    session: AsyncSession, outlook: _Outlook, text: str, *, actor: Actor, now: datetime
) -> list[SimilarView]:
    """Open requests of others of the same kind that may be the same matter, nearest first."""
    if outlook.kind not in SHARED_KINDS:
        return []
    policy, here = outlook.terms.policy, outlook.located.location
    rows = await session.execute(
        select(Request)
        .where(
            col(Request.district_code) == outlook.asker.district_code,
            col(Request.kind) == outlook.kind,
            col(Request.created_at) > now - timedelta(hours=policy.request_same_hours),
            col(Request.division_code) == outlook.located.division_code,
            col(Request.state).in_(OPEN_STATES),
        )
        .order_by(col(Request.created_at).desc())
        .limit(MOST_COMPARED)
    )
    alike = [
        request
        for request in rows.scalars()
        if request.asker_id != actor.person_id
        and may_be_one(text, request.text, here=here, there=_place_of(request), policy=policy)
    ]
    names, related = await names_for(session, alike), await relations(session, actor, alike)
    found = [
        SimilarView(
            id=request.id,
            kind=request.kind,
            state=request.state,
            excerpt=excerpt(request.text),
            place=request.place,
            created_at=request.created_at,
            distance_m=_away(here, _place_of(request)),
            followers=names.followers.get(request.id, 0),
            following=related[request.id].follower,
        )
        for request in alike
    ]
    return sorted(found, key=lambda one: (one.distance_m is None, one.distance_m or 0))[:MOST_SIMILAR]


def _place_of(request: Request) -> Coordinates | None:
    if request.latitude is None or request.longitude is None:
        return None
    return Coordinates(latitude=request.latitude, longitude=request.longitude)


def _away(here: Coordinates | None, there: Coordinates | None) -> int | None:
    return None if here is None or there is None else round(metres(here, there))


async def ask(
    session: AsyncSession, *, actor: Actor, wanted: RequestOrder, language: Language, now: datetime
) -> RequestDetail:
    """Sends a request to whoever answers at its place, who owns it from this moment (Requests 1).

    Raises InvalidInputError, ConsentWithdrawnError, ActionRefusedError when nobody answers there, TooManyRequestsError.
    """
    person_id = actor.require_person()
    require_standing((await lock_persons(session, [person_id])).values())
    outlook = await _outlook(session, wanted, person_id=person_id, now=now)
    await require_few(session, Request, person_id, outlook.terms.policy.request_most_a_day, now=now)
    request = _row(outlook, wanted, now)
    session.add(request)
    await session.flush()
    step = Step(what=StepKind.received, voice=Voice.asker, attachments=wanted.attachments)
    await take_step(session, request, outlook.standing, step, actor=actor, terms=outlook.terms, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


def _row(outlook: _Outlook, wanted: RequestOrder, now: datetime) -> Request:
    here, standing = outlook.located.location, outlook.standing
    return Request(
        id=new_id(),
        created_at=now,
        district_code=outlook.asker.district_code,
        division_code=outlook.located.division_code,
        cell_id=None if outlook.located.cell is None else outlook.located.cell.id,
        point_id=outlook.located.point_id,
        code=str(LEAST_CODE + secrets.randbelow(MOST_CODES)),
        asker_id=outlook.asker.id,
        kind=outlook.kind,
        suggested=suggested_kind(wanted.text),
        text=wanted.text.strip(),
        place=wanted.place.strip(),
        latitude=None if here is None else here.latitude,
        longitude=None if here is None else here.longitude,
        state=standing.state,
        owner_id=standing.owner_id,
        rung=standing.rung,
        acknowledge_due_at=standing.acknowledge_due_at,
        resolve_due_at=standing.resolve_due_at,
        due_at=standing.due_at,
        wish=standing.wish,
        demo=outlook.asker.demo,
    )


async def require_few(
    session: AsyncSession, table: type[Request], person_id: UUID, most: int, *, now: datetime
) -> None:
    """Raises TooManyRequestsError when somebody has sent as many within 24 hours as one may. Their lock is held."""
    sent, first_at = await sent_since(session, table, person_id, now - A_DAY)
    if sent >= most:
        wait = A_DAY if first_at is None else first_at + A_DAY - now
        raise TooManyRequestsError(most=most, retry_after_s=int(wait.total_seconds()) + 1)


async def follow(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    said: FollowOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Joins a request of one's own neighbourhood: told each step from now on. Doing it twice changes nothing.

    Raises NotFoundError for what is one person's own matter, ConsentWithdrawnError, ActionRefusedError when it is over.
    """
    person_id = actor.require_person()
    require_standing((await lock_persons(session, [person_id])).values())
    request = await lock_request(session, request_id)
    if request is None or request.kind not in SHARED_KINDS:
        raise NotFoundError(what="request")
    relation = (await relations(session, actor, [request]))[request.id]
    if relation.asker or relation.follower:
        return await detail(session, request, actor=actor, language=language, now=now)
    terms = await terms_of(session, request.district_code, now=now)
    standing = standing_of(request)
    if reasons := refused(standing, StepKind.joined, now=now, terms=terms):
        raise ActionRefusedError(reasons)
    await session.execute(
        insert(RequestFollower)
        .values(
            id=new_id(), created_at=now, request_id=request_id, person_id=person_id, text=said.text.strip()
        )
        .on_conflict_do_nothing(index_elements=["request_id", "person_id"])
    )
    step = Step(what=StepKind.joined, voice=Voice.follower, note=said.text, followers_too=False)
    await take_step(session, request, standing, step, actor=actor, terms=terms, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


async def unfollow(session: AsyncSession, *, actor: Actor, request_id: UUID, now: datetime) -> None:
    """Is told nothing more of it. Raises NotFoundError for those who may not know of it."""
    await hold(session, actor=actor, request_id=request_id, now=now)
    await session.execute(
        delete(RequestFollower).where(
            col(RequestFollower.request_id) == request_id, col(RequestFollower.person_id) == actor.person_id
        )
    )
