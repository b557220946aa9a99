"""Taking a step: the request's new standing, its row in the history, the audit, and what everybody is told, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.giving import give
from governance.held import HOLDING
from governance.rules.deadlines import Terms
from governance.rules.states import STANDING_FIELDS, Standing
from governance.telling import OWNERS_ARE_TOLD, News, Teller
from models.request_words import StepKind, Voice
from models.tables import Attachment, Person, Request, RequestFollower, RequestStep, WishClaim
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What is done: by whom as whom, with what words and attachments, and who else it is about. `data` holds ids and
    numbers that the history tells.
    """

    what: StepKind
    voice: Voice
    note: str = ""
    about_id: UUID | None = None
    attachments: Sequence[UUID] = ()
    data: dict[str, Value] = field(default_factory=dict)
    followers_too: bool = True


async def take_step(
    session: AsyncSession,
    request: Request,
    after: Standing,
    step: Step,
    *,
    actor: Actor,
    terms: Terms,
    now: datetime,
) -> RequestStep:
    """Writes a step of a locked request. Raises InvalidInputError when an attachment is not the actor's to give."""
    before_id = request.owner_id
    for name in STANDING_FIELDS:
        setattr(request, name, getattr(after, name))
    request.steps += 1
    session.add(request)
    row = RequestStep(
        created_at=now,
        request_id=request.id,
        number=request.steps,
        what=step.what,
        voice=step.voice,
        actor_id=actor.person_id,
        owner_id=request.owner_id,
        rung=request.rung,
        state=request.state,
        note=step.note.strip(),
        about_id=step.about_id,
        data=dict(step.data),
    )
    session.add(row)
    await session.flush()
    if step.attachments:
        await take_attachments(session, request, row, step.attachments, actor=actor, terms=terms)
    said: dict[str, Value] = {"step": row.number, "owner": str(request.owner_id), **step.data}
    deed = Deed(f"request.{step.what}", "request", request.id, request.district_code, said)
    await record(session, [deed], actor=actor, now=now)
    await _tell(session, request, step, before_id, actor=actor, terms=terms, now=now)
    return row


async def take_attachments(
    session: AsyncSession,
    request: Request,
    row: RequestStep,
    ids: Sequence[UUID],
    *,
    actor: Actor,
    terms: Terms,
) -> None:
    """Gives attachments to a step. They must be the actor's own and not yet given. Raises InvalidInputError."""
    await give(
        session,
        ids,
        giver_id=actor.person_id,
        most=terms.policy.attachment_most,
        request_id=request.id,
        step_number=row.number,
    )


async def _tell(
    session: AsyncSession,
    request: Request,
    step: Step,
    before_id: UUID,
    *,
    actor: Actor,
    terms: Terms,
    now: datetime,
) -> None:
    stars = request.stars if step.what is StepKind.rated else None
    owner = await name_of(session, request.owner_id)
    news = News(request.steps, step.what, owner, step.note.strip(), stars)
    teller, doer = Teller(request, news, terms.policy, now), actor.person_id
    followers = await followers_of(session, request.id) if step.followers_too else ()
    owed = teller.to_residents(request.asker_id, followers, doer)
    if step.what in OWNERS_ARE_TOLD and request.owner_id != doer:
        owed.append(teller.to_worker(request.owner_id, step.what))
    if step.what is StepKind.transfer_asked and step.about_id is not None:
        owed.append(teller.to_worker(step.about_id, step.what))
    if before_id not in {request.owner_id, doer}:
        owed.append(
            teller.to_worker(before_id, "taken" if step.what is StepKind.transfer_taken else "gone_up")
        )
    await notices.owe(session, owed, now=now)


async def name_of(session: AsyncSession, person_id: UUID) -> str:
    """What a person is called."""
    return str(
        (await session.execute(select(col(Person.name)).where(col(Person.id) == person_id))).scalar_one()
    )


async def followers_of(session: AsyncSession, request_id: UUID) -> Sequence[UUID]:
    """Who follows a request."""
    rows = await session.execute(
        select(col(RequestFollower.person_id))
        .where(col(RequestFollower.request_id) == request_id)
        .order_by(col(RequestFollower.person_id))
    )
    return list(rows.scalars())


async def held_claim(session: AsyncSession, request_id: UUID) -> WishClaim | None:
    """The claim that holds a wish, under the lock of its request."""
    rows = await session.execute(
        select(WishClaim).where(col(WishClaim.request_id) == request_id, col(WishClaim.state).in_(HOLDING))
    )
    return rows.scalar()


async def sent_since(
    session: AsyncSession, table: type[Request] | type[Attachment], person_id: UUID, since: datetime
) -> tuple[int, datetime | None]:
    """How many of them somebody has sent since a moment, and when the first of these was."""
    by = Request.asker_id if table is Request else Attachment.uploader_id
    row = (
        await session.execute(
            select(func.count(), func.min(col(table.created_at))).where(
                col(by) == person_id, col(table.created_at) > since
            )
        )
    ).one()
    return int(row[0]), row[1]
