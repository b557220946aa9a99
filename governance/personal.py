"""What a person has said and done here, for their export, and its erasing (People 1).

`RequestsPart` is handed to linking, exporting and erasing by the program; they hold the person's lock and call it in their
transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.claims import end_claim
from governance.held import HOLDING, Held, lock_request, relations, terms_of
from governance.history import Step, take_step
from governance.rules import states
from models.request_words import OPEN_STATES, ClaimState, StepKind, Voice, WishState
from models.shapes.base import Shape, Time
from models.tables import (
    Attachment,
    GridCell,
    Request,
    RequestFollower,
    RequestStep,
    WishClaim,
    WorkerAbsence,
)
from scheduling.actors import Actor
from scheduling.errors import Reason
from scheduling.identity.parts import rename

ERASED = "（已按本人要求删除）"
"""Stands where a text was that its writer had erased. Part of the record, not of the interface: it is the same for all."""

RESIDENTS = (Voice.asker, Voice.follower, Voice.volunteer)


class ExportedStep(Shape):
    """Something that the person wrote into a request's history."""

    at: Time
    what: StepKind
    note: str


class ExportedRequest(Shape):
    """A request that the person sent."""

    id: UUID
    code: str
    sent_at: Time
    kind: str
    text: str
    place: str
    latitude: float | None
    longitude: float | None
    state: str
    answer: str | None
    stars: int | None
    comment: str | None
    attachments: list[UUID]


class ExportedRequests(Shape):
    """Everything about requests that is a person's own. Attachments are at `GET /v1/attachments/{id}`."""

    sent: list[ExportedRequest]
    steps: list[ExportedStep]
    following: list[UUID]
    wishes_claimed: list[UUID]


async def requests_of(session: AsyncSession, *, person_id: UUID) -> ExportedRequests:
    """Everything that a person sent, wrote, follows and claimed, oldest first. Four statements."""
    sent = list(
        (
            await session.execute(
                select(Request)
                .where(col(Request.asker_id) == person_id)
                .order_by(col(Request.created_at), col(Request.id))
            )
        ).scalars()
    )
    given = await session.execute(
        select(col(Attachment.request_id), col(Attachment.id))
        .where(col(Attachment.uploader_id) == person_id)
        .order_by(col(Attachment.id))
    )
    attachments: dict[UUID | None, list[UUID]] = {}
    for request_id, attachment_id in given:
        attachments.setdefault(request_id, []).append(attachment_id)
    steps = await session.execute(
        select(RequestStep)
        .where(col(RequestStep.actor_id) == person_id)
        .order_by(col(RequestStep.created_at), col(RequestStep.id))
    )
    followed = await session.execute(
        select(col(RequestFollower.request_id))
        .where(col(RequestFollower.person_id) == person_id)
        .order_by(col(RequestFollower.created_at))
    )
    claimed = await session.execute(
        select(col(WishClaim.request_id))
        .where(col(WishClaim.person_id) == person_id)
        .order_by(col(WishClaim.created_at))
    )
    return ExportedRequests(
        sent=[
            ExportedRequest(
                id=request.id,
                code=request.code,
                sent_at=request.created_at,
                kind=request.kind,
                text=request.text,
                place=request.place,
                latitude=request.latitude,
                longitude=request.longitude,
                state=request.state,
                answer=request.answer,
                stars=request.stars,
                comment=request.comment,
                attachments=attachments.get(request.id, []),
            )
            for request in sent
        ],
        steps=[ExportedStep(at=s.created_at, what=s.what, note=s.note) for s in steps.scalars()],
        following=list(followed.scalars()),
        wishes_claimed=list(claimed.scalars()),
    )


@dataclass(frozen=True, slots=True)
class Erased:
    """What erasing did. `names_to_forget` are files that nothing names any more once it has committed."""

    requests: int
    names_to_forget: tuple[str, ...]


async def erase_requests_of(session: AsyncSession, *, actor: Actor, person_id: UUID, now: datetime) -> Erased:
    """Makes a person's requests nobody's: open ones are withdrawn, words, places, photos and voices go; that there was a
    request, what it was about in one word, and how it was answered stays, for it is counted. Claims are given back.

    The person's lock is held by the caller, before any request's (docs/LOCKING.md). A worker's own notes as an owner stay:
    they are the answers to others. Whoever still owns open requests or a cell is to hand them over first (`held`).
    """
    await _give_back_claims(session, person_id, actor, now)
    ids = await session.execute(
        select(col(Request.id)).where(col(Request.asker_id) == person_id).order_by(col(Request.id))
    )
    count = 0
    for request_id in ids.scalars().all():
        request = await lock_request(session, request_id)
        if request is None:
            continue
        count += 1
        if request.state in OPEN_STATES:
            held = Held(
                request,
                (await relations(session, actor, [request]))[request.id],
                await terms_of(session, request.district_code, now=now),
            )
            await end_claim(session, held, ClaimState.given_back, tell="withdrawn", now=now)
            step = Step(what=StepKind.withdrawn, voice=Voice.asker)
            after = states.withdrawn(held.standing, now=now)
            await take_step(session, request, after, step, actor=actor, terms=held.terms, now=now)
        request.text, request.place = ERASED, ""
        request.latitude = request.longitude = None
        request.asker_id = request.wish_text = None
        request.comment = None if request.comment is None else ""
        session.add(request)
    await session.flush()
    return Erased(count, await _erase_traces(session, person_id))


async def _give_back_claims(session: AsyncSession, person_id: UUID, actor: Actor, now: datetime) -> None:
    rows = await session.execute(
        select(col(WishClaim.request_id))
        .where(col(WishClaim.person_id) == person_id, col(WishClaim.state).in_(HOLDING))
        .order_by(col(WishClaim.request_id))
    )
    for request_id in rows.scalars().all():
        request = await lock_request(session, request_id)
        if request is None or request.wish not in {WishState.claimed, WishState.fulfilled}:
            continue
        related = (await relations(session, actor, [request]))[request.id]
        held = Held(request, related, await terms_of(session, request.district_code, now=now))
        await end_claim(session, held, ClaimState.given_back, tell=None, now=now)
        after = states.wish_free_again(held.standing, now=now, terms=held.terms)
        step = Step(what=StepKind.wish_given_back, voice=Voice.volunteer)
        await take_step(session, request, after, step, actor=actor, terms=held.terms, now=now)


async def _erase_traces(session: AsyncSession, person_id: UUID) -> tuple[str, ...]:
    """Words in histories, what one follows, photos and voices; the names of their files."""
    await session.execute(
        update(RequestStep)
        .where(col(RequestStep.actor_id) == person_id, col(RequestStep.voice).in_(RESIDENTS))
        .values(actor_id=None, note="")
        .execution_options(synchronize_session=False)
    )
    await session.execute(delete(RequestFollower).where(col(RequestFollower.person_id) == person_id))
    await session.execute(delete(WorkerAbsence).where(col(WorkerAbsence.person_id) == person_id))
    answers = select(col(RequestStep.id)).where(
        col(RequestStep.request_id) == col(Attachment.request_id),
        col(RequestStep.number) == col(Attachment.step_number),
        col(RequestStep.voice).in_([Voice.owner, Voice.other]),
    )
    gone = await session.execute(
        delete(Attachment)
        .where(col(Attachment.uploader_id) == person_id, ~answers.exists())
        .returning(col(Attachment.content))
        .execution_options(synchronize_session=False)
    )
    names = tuple(sorted(set(gone.scalars())))
    await session.execute(
        update(Attachment)
        .where(col(Attachment.uploader_id) == person_id)
        .values(uploader_id=None)
        .execution_options(synchronize_session=False)
    )
    return names


_NAMING: Sequence[Any] = (
    Request.asker_id,
    Request.owner_id,
    Request.transfer_to_id,
    RequestStep.actor_id,
    RequestStep.owner_id,
    RequestStep.about_id,
    RequestFollower.person_id,
    WishClaim.person_id,
    Attachment.uploader_id,
    WorkerAbsence.person_id,
    GridCell.worker_id,
    GridCell.deputy_id,
)
"""Every column that names a person."""


class RequestsPart:
    """What requests keep about people, as linking, exporting and erasing reach it (`scheduling/identity/parts.py`).

    Files of erased attachments go by the sweep of those that no row names (`sweep_strays` in `governance/attachments.py`).
    """

    name: str = "requests"
    columns: Sequence[Any] = _NAMING

    async def held(self, session: AsyncSession, person_id: UUID, *, now: datetime) -> Sequence[Reason]:
        """Open requests that somebody owns, and cells whose worker they are: another has to take them first."""
        owned = await session.execute(
            select(func.count()).where(
                col(Request.owner_id) == person_id, col(Request.state).in_(OPEN_STATES)
            )
        )
        cells = await session.execute(_cells_of(person_id))
        reasons: list[Reason] = []
        if count := owned.scalar_one():
            reasons.append(Reason("answers-requests", {"count": count}))
        mine = [cell.name for cell in cells.scalars() if cell.worker_id == person_id]
        return [*reasons, *(Reason("works-a-cell", {"cell": name}) for name in mine)]

    async def clashes(
        self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime
    ) -> Sequence[Reason]:
        """Worker and deputy of one cell are two people."""
        cells = await session.execute(_cells_of(guest_id))
        both = [cell.name for cell in cells.scalars() if host_id in {cell.worker_id, cell.deputy_id}]
        return [Reason("both-answer-for-a-cell", {"cells": both})] if both else []

    async def move(self, session: AsyncSession, guest_id: UUID, host_id: UUID, *, now: datetime) -> None:
        """Makes the host's what is the guest's: what they asked, own, follow, claimed and wrote."""
        await _lock_requests_of(session, guest_id)
        await session.execute(
            update(Request)
            .where(
                or_(
                    and_(col(Request.transfer_to_id) == guest_id, col(Request.owner_id) == host_id),
                    and_(col(Request.transfer_to_id) == host_id, col(Request.owner_id) == guest_id),
                )
            )
            .values(transfer_to_id=None)
        )
        known = select(col(RequestFollower.request_id)).where(col(RequestFollower.person_id) == host_id)
        asked = select(col(Request.id)).where(col(Request.asker_id).in_([guest_id, host_id]))
        await session.execute(
            delete(RequestFollower).where(
                or_(
                    and_(
                        col(RequestFollower.person_id) == guest_id,
                        col(RequestFollower.request_id).in_(known),
                    ),
                    and_(
                        col(RequestFollower.person_id).in_([guest_id, host_id]),
                        col(RequestFollower.request_id).in_(asked),
                    ),
                )
            )
        )
        await rename(session, _NAMING, guest_id, host_id)

    async def show(
        self, session: AsyncSession, person_id: UUID, *, now: datetime, most: int
    ) -> Sequence[Mapping[str, object]]:
        """Every request that the person sent, the latest first; then what they wrote, follow and claimed, in one entry."""
        found = await requests_of(session, person_id=person_id)
        entries: list[Mapping[str, object]] = [one.model_dump(mode="json") for one in reversed(found.sent)]
        rest = found.model_dump(mode="json", exclude={"sent"})
        return [*entries, *([rest] if any(rest.values()) else [])][: most + 1]

    async def erase(self, session: AsyncSession, person_id: UUID, *, actor: Actor, now: datetime) -> None:
        """Withdraws what is open and empties what the person said; whose deputy they were has none now."""
        await erase_requests_of(session, actor=actor, person_id=person_id, now=now)
        await session.execute(
            update(GridCell)
            .where(col(GridCell.deputy_id) == person_id)
            .values(deputy_id=None)
            .execution_options(synchronize_session=False)
        )


def _cells_of(person_id: UUID) -> Select[GridCell]:
    return (
        select(GridCell)
        .where(
            or_(col(GridCell.worker_id) == person_id, col(GridCell.deputy_id) == person_id),
            col(GridCell.ended_at).is_(None),
        )
        .order_by(col(GridCell.community_code), col(GridCell.number))
    )


async def _lock_requests_of(session: AsyncSession, person_id: UUID) -> None:
    await session.execute(
        select(col(Request.id))
        .where(
            or_(
                col(Request.asker_id) == person_id,
                col(Request.owner_id) == person_id,
                col(Request.transfer_to_id) == person_id,
            )
        )
        .order_by(col(Request.id))
        .with_for_update(key_share=True)
    )
