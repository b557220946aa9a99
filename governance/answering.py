"""What residents do with their requests: reopen, rate, withdraw (Requests 2)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.claims import end_claim
from governance.held import Held, hold, ladder_of
from governance.history import Step, take_step
from governance.ladders import ANSWERING, away_on
from governance.rules import states
from governance.rules.ladder import Post
from governance.views import detail
from models.request_words import ClaimState, RequestState, StepKind, Voice
from models.shapes.base import local_day
from models.shapes.requests import AnswerRating, ReopenOrder, RequestDetail
from models.tables import Grant
from models.vocabulary import Language
from scheduling.actors import Actor


async def _asked(session: AsyncSession, actor: Actor, request_id: UUID, now: datetime) -> Held:
    """A request of one's own, locked. Raises NotFoundError, ForbiddenError for others who know of it."""
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.asker)
    return held


async def reopen(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    said: ReopenOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Says that the answer is none: whoever answered, or stands in for them while they are away, is to do it again.

    Raises NotFoundError, ForbiddenError, ActionRefusedError.
    """
    held = await _asked(session, actor, request_id, now)
    held.require_possible(StepKind.reopened, now=now)
    request = held.request
    post = await _answering(session, held, now)
    await end_claim(session, held, ClaimState.given_back, tell="not_yet", now=now)
    after = states.reopened(held.standing, post, now=now, terms=held.terms)
    request.answer = request.comment = request.rated_at = None
    step = Step(what=StepKind.reopened, voice=Voice.asker, note=said.text, attachments=said.attachments)
    await take_step(session, request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


async def _answering(session: AsyncSession, held: Held, now: datetime) -> Post:
    """Who is to do it again: whoever answered, unless they are away or answer nowhere any more."""
    request = held.request
    owner_id = request.owner_id
    works = await session.execute(
        select(col(Grant.id)).where(col(Grant.person_id) == owner_id, col(Grant.role).in_(ANSWERING)).limit(1)
    )
    if works.first() is not None and not await away_on(session, [owner_id], local_day(now)):
        return Post(owner_id, request.rung)
    ladder = await ladder_of(session, request, now=now)
    return ladder.first() or Post(owner_id, request.rung)


async def rate(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    given: AnswerRating,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Says what the answer was worth, which closes the request. The same again changes nothing.

    Raises NotFoundError, ForbiddenError, ActionRefusedError.
    """
    held = await _asked(session, actor, request_id, now)
    request, comment = held.request, given.comment.strip()
    if (request.stars, request.comment) != (given.stars, comment):
        held.require_possible(StepKind.rated, now=now)
        request.comment, request.rated_at = comment, now
        after = states.rated(held.standing, given.stars, now=now)
        step = Step(
            what=StepKind.rated,
            voice=Voice.asker,
            note=comment,
            data={"stars": given.stars},
            followers_too=False,
        )
        await take_step(session, request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, request, actor=actor, language=language, now=now)


async def withdraw(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    text: str,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Needs it no more. Withdrawing again changes nothing. Raises NotFoundError, ForbiddenError, ActionRefusedError."""
    held = await _asked(session, actor, request_id, now)
    if held.request.state is not RequestState.withdrawn:
        held.require_possible(StepKind.withdrawn, now=now)
        await end_claim(session, held, ClaimState.given_back, tell="withdrawn", now=now)
        after = states.withdrawn(held.standing, now=now)
        step = Step(what=StepKind.withdrawn, voice=Voice.asker, note=text)
        await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)
