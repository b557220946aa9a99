"""Micro-wishes (微心愿): published by their owner, claimed by one volunteer, fulfilled, confirmed by the resident."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.claims import end_claim
from governance.held import HOLDING, Held, hold, lock_request, relations, terms_of
from governance.history import Step, take_step
from governance.rules import states
from governance.views import detail, names_for
from models.ids import code_range
from models.request_words import ClaimState, RequestKind, RequestState, StepKind, Voice, WishState
from models.shapes.base import Area
from models.shapes.requests import RequestDetail, WishOrder, WishView
from models.tables import Person, Request, RequestStep, WishClaim
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.agreement import require_standing
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.locks import lock_persons
from scheduling.rules.consents import VOLUNTEERING

Cursor = tuple[datetime, UUID]


async def publish(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    wanted: WishOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Lets volunteers see a wish, in words that its owner has checked. Publishing it again changes nothing.

    Raises NotFoundError, ForbiddenError, ActionRefusedError when it is no wish, or out already.
    """
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.owner)
    request = held.request
    if request.wish is WishState.published and request.wish_text == wanted.text.strip():
        return await detail(session, request, actor=actor, language=language, now=now)
    held.require_possible(StepKind.wish_published, now=now)
    request.wish_text = wanted.text.strip()
    after = states.wish_published(held.standing, now=now, terms=held.terms)
    step = Step(what=StepKind.wish_published, voice=Voice.owner)
    await take_step(session, request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


async def published(
    session: AsyncSession,
    *,
    actor: Actor,
    division: str | None,
    limit: int,
    after: Cursor | None,
) -> tuple[list[WishView], Cursor | None]:
    """Wishes that anybody signed in may claim, oldest first: the words their owner checked, and the community only."""
    person = await session.get_one(Person, actor.require_person())
    made, id_ = col(Request.created_at), col(Request.id)
    statement = (
        select(Request)
        .where(col(Request.district_code) == person.district_code, col(Request.wish) == WishState.published)
        .order_by(made, id_)
        .limit(limit + 1)
    )
    if division is not None:
        statement = statement.where(col(Request.division_code).between(*code_range(division)))
    if after is not None:
        statement = statement.where(tuple_(made, id_) > tuple_(*after))
    rows = list((await session.execute(statement)).scalars())
    following = (rows[limit - 1].created_at, rows[limit - 1].id) if len(rows) > limit else None
    return await _views(session, rows[:limit], actor), following


async def _views(session: AsyncSession, requests: Sequence[Request], actor: Actor) -> list[WishView]:
    names = await names_for(session, requests)
    since = await session.execute(
        select(col(RequestStep.request_id), func.max(col(RequestStep.created_at)))
        .where(
            col(RequestStep.request_id).in_([request.id for request in requests]),
            col(RequestStep.what) == StepKind.wish_published,
        )
        .group_by(col(RequestStep.request_id))
    )
    published_at: dict[UUID, datetime] = {row[0]: row[1] for row in since}
    return [
        WishView(
            id=request.id,
            text=request.wish_text or "",
            division=Area(code=request.division_code, name=names.divisions[request.division_code]),
            state=request.wish or WishState.unpublished,
            published_at=published_at[request.id],
            due_at=request.due_at,
            mine=request.asker_id == actor.person_id,
        )
        for request in requests
    ]


async def claimed(session: AsyncSession, *, actor: Actor) -> list[WishView]:
    """The wishes that the actor has in hand, the next due first."""
    rows = await session.execute(
        select(Request)
        .join(WishClaim, col(WishClaim.request_id) == col(Request.id))
        .where(col(WishClaim.person_id) == actor.require_person(), col(WishClaim.state).in_(HOLDING))
        .order_by(col(Request.due_at), col(Request.id))
    )
    return await _views(session, list(rows.scalars()), actor)


async def claim(
    session: AsyncSession, *, actor: Actor, request_id: UUID, language: Language, now: datetime
) -> RequestDetail:
    """Takes a wish in hand; from now on the volunteer knows whose it is. One claims a wish, and so many at a time.

    Claiming it again changes nothing. Raises NotFoundError for what is no published wish, ForbiddenError for one's own,
    ConsentWithdrawnError, ActionRefusedError.
    """
    person_id = actor.require_person()
    require_standing((await lock_persons(session, [person_id])).values(), VOLUNTEERING)
    request = await lock_request(session, request_id)
    if request is None or request.wish in {None, WishState.unpublished}:
        raise NotFoundError(what="wish")
    relation = (await relations(session, actor, [request]))[request.id]
    if relation.volunteer:
        return await detail(session, request, actor=actor, language=language, now=now)
    if relation.asker:
        raise ForbiddenError
    held = Held(request, relation, await terms_of(session, request.district_code, now=now))
    if request.wish is not WishState.published:
        raise ActionRefusedError([Reason("wish-taken")])
    held.require_possible(StepKind.wish_claimed, now=now)
    await _require_few(session, person_id, held.terms.policy.wish_claims)
    after = states.wish_claimed(held.standing, now=now, terms=held.terms)
    session.add(
        WishClaim(
            created_at=now,
            request_id=request.id,
            person_id=person_id,
            state=ClaimState.claimed,
            due_at=after.due_at,
        )
    )
    await session.flush()
    step = Step(what=StepKind.wish_claimed, voice=Voice.volunteer)
    await take_step(session, request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


async def _require_few(session: AsyncSession, person_id: UUID, most: int) -> None:
    in_hand = await session.execute(
        select(func.count()).where(
            col(WishClaim.person_id) == person_id, col(WishClaim.state) == ClaimState.claimed
        )
    )
    if in_hand.scalar_one() >= most:
        raise ActionRefusedError([Reason("wish-claims-full", {"most": most})])


async def _in_hand(session: AsyncSession, actor: Actor, request_id: UUID, now: datetime) -> Held:
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.volunteer)
    return held


async def give_back(
    session: AsyncSession, *, actor: Actor, request_id: UUID, text: str, now: datetime
) -> None:
    """Cannot fulfil it after all: others may claim it. Raises NotFoundError, ForbiddenError, ActionRefusedError."""
    held = await _in_hand(session, actor, request_id, now)
    held.require_possible(StepKind.wish_given_back, now=now)
    await end_claim(session, held, ClaimState.given_back, tell=None, now=now)
    after = states.wish_free_again(held.standing, now=now, terms=held.terms)
    step = Step(what=StepKind.wish_given_back, voice=Voice.volunteer, note=text)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)


async def fulfil(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    text: str,
    attachments: Sequence[UUID],
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Says that it is done; the resident is asked. Saying it again changes nothing. Raises as `give_back`."""
    held = await _in_hand(session, actor, request_id, now)
    if held.request.wish is not WishState.fulfilled:
        held.require_possible(StepKind.wish_fulfilled, now=now)
        await session.flush()
        after = states.wish_fulfilled(held.standing, now=now, terms=held.terms)
        row = (
            await session.execute(
                select(WishClaim).where(
                    col(WishClaim.request_id) == request_id, col(WishClaim.state) == ClaimState.claimed
                )
            )
        ).scalar_one()
        row.state = ClaimState.fulfilled
        session.add(row)
        step = Step(what=StepKind.wish_fulfilled, voice=Voice.volunteer, note=text, attachments=attachments)
        await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def confirm(
    session: AsyncSession, *, actor: Actor, request_id: UUID, language: Language, now: datetime
) -> RequestDetail:
    """The resident says that the wish is fulfilled, which resolves the request; it can then be rated.

    Confirming again changes nothing. Raises NotFoundError, ForbiddenError, ActionRefusedError.
    """
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.asker)
    request = held.request
    over = request.state in {RequestState.resolved, RequestState.closed}
    if request.kind is RequestKind.wish and over and request.wish is WishState.fulfilled:
        return await detail(session, request, actor=actor, language=language, now=now)
    held.require_possible(StepKind.wish_confirmed, now=now)
    await granted(session, held, actor=actor, voice=Voice.asker, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


async def granted(session: AsyncSession, held: Held, *, actor: Actor, voice: Voice, now: datetime) -> None:
    """A fulfilled wish is confirmed, by the resident or by their silence; the volunteer is thanked."""
    claim = await end_claim(session, held, ClaimState.confirmed, tell="confirmed", now=now)
    about_id = None if claim is None else claim.person_id
    after = states.resolved(held.standing, now=now, terms=held.terms)
    step = Step(what=StepKind.wish_confirmed, voice=voice, about_id=about_id)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
