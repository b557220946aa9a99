"""What happens to requests by itself: owners are warned, the overdue climbs, wishes go back, the answered closes
(Requests 1, 2). Each sweep takes a batch in one transaction, under locks that others skip; done twice it does nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, SQLColumnExpression, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.claims import end_claim
from governance.held import Held, ladder_of, standing_of, terms_of
from governance.history import Step, name_of, take_step
from governance.rules import states
from governance.rules.deadlines import Terms
from governance.rules.relations import Relation
from governance.telling import News, Teller
from governance.wishes import granted
from models.request_words import OPEN_STATES, ClaimState, RequestState, StepKind, Voice, WishState
from models.tables import Request
from scheduling import notices
from scheduling.actors import SYSTEM

A_BATCH = 50
"""Requests that one transaction takes at most."""

OUT = (WishState.published, WishState.claimed, WishState.fulfilled)
NOBODY = Relation()


async def due_requests(
    session: AsyncSession,
    *,
    conditions: Sequence[ColumnElement[bool]],
    by: SQLColumnExpression[datetime] | SQLColumnExpression[datetime | None],
) -> list[Request]:
    """A batch of requests that something is to be done about, locked; those that others have locked are left to them."""
    rows = await session.execute(
        select(Request)
        .where(*conditions)
        .order_by(by, col(Request.id))
        .limit(A_BATCH)
        .with_for_update(key_share=True, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return list(rows.scalars())


async def _held(session: AsyncSession, requests: Sequence[Request], now: datetime) -> list[Held]:
    terms: dict[str, Terms] = {}
    for code in {request.district_code for request in requests}:
        terms[code] = await terms_of(session, code, now=now)
    return [Held(request, NOBODY, terms[request.district_code]) for request in requests]


async def warn_owners(session: AsyncSession, *, now: datetime) -> int:
    """Tells owners what falls due soon; returns how many requests."""
    rows = await due_requests(
        session,
        conditions=[col(Request.warn_at) <= now, col(Request.state).in_(OPEN_STATES)],
        by=col(Request.warn_at),
    )
    for held in await _held(session, rows, now):
        request = held.request
        owner = await name_of(session, request.owner_id)
        if request.due_at > now:
            news = News(request.steps, StepKind.still_overdue, owner)
            told = Teller(request, news, held.terms.policy, now).to_worker(request.owner_id, "due_soon")
            await notices.owe(session, [told], now=now)
        request.warn_at = states.warned(standing_of(request)).warn_at
        session.add(request)
    return len(rows)


async def climb_overdue(session: AsyncSession, *, now: datetime) -> int:
    """What is overdue goes one level up, and is told there, below, and to the resident; at the top its owner is told
    again. Returns how many.
    """
    rows = await due_requests(
        session,
        conditions=[
            col(Request.due_at) <= now,
            col(Request.state).in_(OPEN_STATES),
            col(Request.wish).is_(None) | (col(Request.wish) == WishState.unpublished),
        ],
        by=col(Request.due_at),
    )
    for held in await _held(session, rows, now):
        request, terms = held.request, held.terms
        ladder = await ladder_of(session, request, now=now)
        post = ladder.above(request.rung, request.owner_id)
        if post is None:
            after = states.still_overdue(held.standing, now=now, terms=terms)
            step = Step(what=StepKind.still_overdue, voice=Voice.program)
        else:
            after = states.climbed(held.standing, post, now=now, terms=terms)
            step = Step(what=StepKind.climbed, voice=Voice.program)
        await take_step(session, request, after, step, actor=SYSTEM, terms=terms, now=now)
    return len(rows)


async def settle_wishes(session: AsyncSession, *, now: datetime) -> int:
    """Wishes whose time is over: unclaimed ones go back to their owner, claimed ones to other volunteers, and fulfilled
    ones that nobody denied are confirmed. Returns how many.
    """
    rows = await due_requests(
        session,
        conditions=[
            col(Request.due_at) <= now,
            col(Request.state).in_(OPEN_STATES),
            col(Request.wish).in_(OUT),
        ],
        by=col(Request.due_at),
    )
    for held in await _held(session, rows, now):
        request, terms = held.request, held.terms
        if request.wish is WishState.fulfilled:
            await granted(session, held, actor=SYSTEM, voice=Voice.program, now=now)
            continue
        if request.wish is WishState.published:
            after = states.wish_unclaimed(held.standing, now=now, terms=terms)
            step = Step(what=StepKind.wish_unclaimed, voice=Voice.program)
        else:
            await end_claim(session, held, ClaimState.lapsed, tell="lapsed", now=now)
            after = states.wish_free_again(held.standing, now=now, terms=terms)
            step = Step(what=StepKind.wish_lapsed, voice=Voice.program)
        await take_step(session, request, after, step, actor=SYSTEM, terms=terms, now=now)
    return len(rows)


async def close_answered(session: AsyncSession, *, now: datetime) -> int:
    """Answered requests that nobody reopened in time are closed; returns how many."""
    rows = await due_requests(
        session,
        conditions=[col(Request.due_at) <= now, col(Request.state) == RequestState.resolved],
        by=col(Request.due_at),
    )
    for held in await _held(session, rows, now):
        after = states.closed(held.standing, now=now)
        step = Step(what=StepKind.closed, voice=Voice.program)
        await take_step(session, held.request, after, step, actor=SYSTEM, terms=held.terms, now=now)
    return len(rows)
