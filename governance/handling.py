"""What those do who answer: accept, say how it goes, hand over, hand up, resolve (Requests 1, 首问负责)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.held import Held, hold, ladder_of
from governance.history import Step, take_step
from governance.ladders import around, away_on
from governance.rules import states
from governance.rules.ladder import Post
from governance.views import detail
from models.ids import code_range
from models.request_words import (
    OPEN_STATES,
    RUNGS,
    RequestKind,
    RequestState,
    Rung,
    StepKind,
    Voice,
)
from models.shapes.base import local_day
from models.shapes.requests import (
    KindOrder,
    NoteOrder,
    RequestDetail,
    TakerView,
    TransferOrder,
)
from models.tables import Division, GridCell, Person, Request
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import ActionRefusedError, InvalidInputError, Reason


async def accept(
    session: AsyncSession, *, actor: Actor, request_id: UUID, language: Language, now: datetime
) -> RequestDetail:
    """Acknowledges a request: its owner, or whoever was asked to take it over, who owns it from now on.

    Accepting again changes nothing. Raises NotFoundError, ForbiddenError, ActionRefusedError.
    """
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.owner or held.relation.taker)
    what = StepKind.transfer_taken if held.relation.taker else StepKind.accepted
    held.require_possible(what, now=now)
    if held.relation.taker:
        ladder = await ladder_of(session, held.request, now=now)
        person_id = actor.require_person()
        post = Post(person_id, ladder.rung_of(person_id) or held.request.rung)
        after = states.transfer_taken(held.standing, post, now=now, terms=held.terms)
        step = Step(what=what, voice=Voice.owner)
    elif held.request.state is RequestState.received:
        after = states.accepted(held.standing, now=now, terms=held.terms)
        step = Step(what=what, voice=Voice.owner)
    else:
        return await detail(session, held.request, actor=actor, language=language, now=now)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def decline(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    text: str,
    now: datetime,
) -> None:
    """Does not take a request over: it stays its owner's. Raises NotFoundError, ForbiddenError."""
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.taker)
    step = Step(what=StepKind.transfer_declined, voice=Voice.other, note=text)
    after = states.transfer_declined(held.standing)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)


async def _owned(session: AsyncSession, actor: Actor, request_id: UUID, now: datetime) -> Held:
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.owner)
    return held


async def progress(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    said: NoteOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Says how it goes; a request not yet accepted is accepted by it. Buys no time.

    Raises NotFoundError, ForbiddenError, ActionRefusedError, InvalidInputError.
    """
    held = await _owned(session, actor, request_id, now)
    held.require_possible(StepKind.noted, now=now)
    after = states.noted(held.standing, now=now, terms=held.terms)
    step = Step(what=StepKind.noted, voice=Voice.owner, note=said.text, attachments=said.attachments)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def resolve(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    said: NoteOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Answers a request in words and photos. The same answer again changes nothing.

    Raises NotFoundError, ForbiddenError, ActionRefusedError, InvalidInputError.
    """
    held = await _owned(session, actor, request_id, now)
    if held.request.state is RequestState.resolved and held.request.answer == said.text.strip():
        return await detail(session, held.request, actor=actor, language=language, now=now)
    held.require_possible(StepKind.resolved, now=now)
    held.request.answer = said.text.strip()
    after = states.resolved(held.standing, now=now, terms=held.terms)
    step = Step(what=StepKind.resolved, voice=Voice.owner, note=said.text, attachments=said.attachments)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def change_kind(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    wanted: KindOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Says what it is really about. By the owner, or who asked. Raises as `progress`."""
    held = await hold(session, actor=actor, request_id=request_id, now=now)
    held.require(held.relation.owner or held.relation.asker)
    if held.request.kind is not wanted.kind:
        held.require_possible(StepKind.kind_changed, now=now)
        held.request.kind = wanted.kind
        after = states.kind_changed(held.standing, is_wish=wanted.kind is RequestKind.wish)
        voice = Voice.owner if held.relation.owner else Voice.asker
        step = Step(what=StepKind.kind_changed, voice=voice, data={"kind": wanted.kind})
        await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def escalate(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    text: str,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Hands a request one level up, whose people own it from now on; its deadline stays.

    Raises NotFoundError, ForbiddenError, ActionRefusedError when it is over or nobody stands above.
    """
    held = await _owned(session, actor, request_id, now)
    held.require_possible(StepKind.climbed, now=now)
    ladder = await ladder_of(session, held.request, now=now)
    post = ladder.above(held.request.rung, held.request.owner_id)
    if post is None:
        raise ActionRefusedError([Reason("nobody-above")])
    after = states.climbed(held.standing, post, now=now, terms=held.terms)
    step = Step(what=StepKind.climbed, voice=Voice.owner, note=text, data={"by_hand": True})
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def transfer(
    session: AsyncSession,
    *,
    actor: Actor,
    request_id: UUID,
    wanted: TransferOrder,
    language: Language,
    now: datetime,
) -> RequestDetail:
    """Asks somebody who answers nearby to take a request over. Until they accept it stays its owner's (首问负责).

    Asking another replaces the first. Raises NotFoundError, ForbiddenError, ActionRefusedError, InvalidInputError.
    """
    held = await _owned(session, actor, request_id, now)
    held.require_possible(StepKind.transfer_asked, now=now)
    if held.request.transfer_to_id == wanted.to_id:
        return await detail(session, held.request, actor=actor, language=language, now=now)
    known = {taker.id for taker in await _takers(session, held, now)}
    if wanted.to_id not in known:
        raise InvalidInputError(field="to_id", detail="not somebody who answers around this place")
    after = states.transfer_asked(held.standing, wanted.to_id)
    step = Step(what=StepKind.transfer_asked, voice=Voice.owner, note=wanted.text, about_id=wanted.to_id)
    await take_step(session, held.request, after, step, actor=actor, terms=held.terms, now=now)
    return await detail(session, held.request, actor=actor, language=language, now=now)


async def takers(session: AsyncSession, *, actor: Actor, request_id: UUID, now: datetime) -> list[TakerView]:
    """Who could take a request over: those of its ladder, and the workers of its sub-district.

    Raises NotFoundError, ForbiddenError for those who do not own it.
    """
    return await _takers(session, await _owned(session, actor, request_id, now), now)


async def _takers(session: AsyncSession, held: Held, now: datetime) -> list[TakerView]:
    request = held.request
    ladder = await ladder_of(session, request, now=now)
    codes = {rung: code for code, rung in around(request.division_code).items()}
    places: dict[UUID, tuple[Rung, str]] = {}
    cells = await session.execute(
        select(col(GridCell.worker_id), col(GridCell.deputy_id), col(GridCell.name))
        .where(
            col(GridCell.community_code).between(*code_range(codes[Rung.subdistrict])),
            col(GridCell.ended_at).is_(None),
        )
        .order_by(
            col(GridCell.community_code) != request.division_code,
            col(GridCell.community_code),
            col(GridCell.number),
        )
    )
    for worker_id, deputy_id, name in cells:
        for person_id in (worker_id, deputy_id):
            if person_id is not None:
                places.setdefault(person_id, (ladder.rung_of(person_id) or Rung.worker, name))
    for rung in RUNGS[1:]:
        for person_id in ladder.rungs.get(rung, ()):
            places.setdefault(person_id, (rung, ""))
    places.pop(request.owner_id, None)
    return await _taker_views(session, places, codes, now)


async def _taker_views(
    session: AsyncSession, places: dict[UUID, tuple[Rung, str]], codes: dict[Rung, str], now: datetime
) -> list[TakerView]:
    ids = list(places)
    people = await session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(ids)))
    in_hand = await session.execute(
        select(col(Request.owner_id), func.count())
        .where(col(Request.owner_id).in_(ids), col(Request.state).in_(OPEN_STATES))
        .group_by(col(Request.owner_id))
    )
    divisions = await session.execute(
        select(col(Division.code), col(Division.name)).where(col(Division.code).in_(list(codes.values())))
    )
    names = {row.id: row.name for row in people}
    counts: dict[UUID, int] = {row[0]: row[1] for row in in_hand}
    called = {row.code: row.name for row in divisions}
    away = await away_on(session, ids, local_day(now))
    return [
        TakerView(
            id=person_id,
            name=names[person_id],
            rung=rung,
            place=place or called.get(codes.get(rung, ""), ""),
            open=counts.get(person_id, 0),
            away=person_id in away,
        )
        for person_id, (rung, place) in places.items()
    ]
