"""Requests as those may see them who may: views for lists and for one request, in a fixed number of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from governance.attached import attachment_view
from governance.held import relations, standing_of, terms_of
from governance.history import held_claim
from governance.rules.deadlines import Terms
from governance.rules.likeness import excerpt
from governance.rules.relations import Relation, may
from governance.rules.states import reopen_until
from governance.rules.story import Told, sentence
from governance.telling import ASKERS_WORDS
from models.request_words import (
    OPEN_STATES,
    ClaimState,
    RequestKind,
    StepKind,
    Voice,
)
from models.shapes.base import Area, Coordinates, Named
from models.shapes.requests import (
    AskerView,
    ClaimView,
    OwnerView,
    RatingGiven,
    RequestDetail,
    RequestView,
    StepView,
    TransferView,
)
from models.tables import (
    Attachment,
    Division,
    GridCell,
    Person,
    Point,
    Request,
    RequestFollower,
    RequestStep,
)
from models.vocabulary import Language
from scheduling.actors import Actor
from scheduling.errors import NotFoundError
from scheduling.rules.phones import masked_phone

HIDDEN_FROM_FOLLOWERS = frozenset({StepKind.joined, StepKind.transfer_asked, StepKind.transfer_declined})
"""Steps between others: who else said the same, and what those who answer arrange among themselves."""


@dataclass(frozen=True, slots=True)
class Names:
    """What people, divisions, cells and points are called, and how many follow."""

    people: Mapping[UUID, tuple[str, str | None]]
    divisions: Mapping[str, str]
    cells: Mapping[UUID, str]
    points: Mapping[UUID, str]
    followers: Mapping[UUID, int]

    def person(self, person_id: UUID) -> str:
        """A person's name."""
        return self.people[person_id][0]


async def names_for(
    session: AsyncSession, requests: Sequence[Request], people: Sequence[UUID | None] = ()
) -> Names:
    """The names around some requests, and of these people besides."""
    ids = {
        *people,
        *(one for each in requests for one in (each.owner_id, each.asker_id, each.transfer_to_id)),
    } - {None}
    persons = await session.execute(
        select(col(Person.id), col(Person.name), col(Person.phone)).where(col(Person.id).in_(ids))
    )
    divisions = await session.execute(
        select(col(Division.code), col(Division.name)).where(
            col(Division.code).in_({request.division_code for request in requests})
        )
    )
    cells = await session.execute(
        select(col(GridCell.id), col(GridCell.name)).where(
            col(GridCell.id).in_({request.cell_id for request in requests} - {None})
        )
    )
    points = await session.execute(
        select(col(Point.id), col(Point.name)).where(
            col(Point.id).in_({request.point_id for request in requests} - {None})
        )
    )
    followers = await session.execute(
        select(col(RequestFollower.request_id), func.count())
        .where(col(RequestFollower.request_id).in_([request.id for request in requests]))
        .group_by(col(RequestFollower.request_id))
    )
    return Names(
        {row.id: (row.name, row.phone) for row in persons},
        {row.code: row.name for row in divisions},
        {row.id: row.name for row in cells},
        {row.id: row.name for row in points},
        {row[0]: row[1] for row in followers},
    )


async def views(
    session: AsyncSession, requests: Sequence[Request], *, actor: Actor, now: datetime
) -> list[RequestView]:
    """Requests as the actor may see them, who must know of each of them already."""
    if not requests:
        return []
    names, related = await names_for(session, requests), await relations(session, actor, requests)
    terms = {code: await terms_of(session, code, now=now) for code in {one.district_code for one in requests}}
    return [
        _view(request, related[request.id], names, terms[request.district_code], now) for request in requests
    ]


def _view(request: Request, relation: Relation, names: Names, terms: Terms, now: datetime) -> RequestView:
    standing = standing_of(request)
    own = relation.asker or relation.works
    here = None
    if request.latitude is not None and request.longitude is not None and (own or relation.volunteer):
        here = Coordinates(latitude=request.latitude, longitude=request.longitude)
    return RequestView(
        id=request.id,
        code=request.code,
        kind=request.kind,
        suggested=request.suggested,
        text=request.text if own else request.wish_text or excerpt(request.text),
        place=request.place,
        location=here,
        division=Area(code=request.division_code, name=names.divisions[request.division_code]),
        cell=_named(request.cell_id, names.cells),
        point=_named(request.point_id, names.points),
        state=request.state,
        created_at=request.created_at,
        acknowledge_due_at=request.acknowledge_due_at,
        resolve_due_at=request.resolve_due_at,
        due_at=request.due_at,
        overdue=request.state in OPEN_STATES and not standing.with_volunteers and request.due_at <= now,
        accepted_at=request.accepted_at,
        resolved_at=request.resolved_at,
        reopen_until=reopen_until(standing, terms),
        answer=request.answer,
        rating=_rating(request),
        owner=OwnerView(id=request.owner_id, name=names.person(request.owner_id), rung=request.rung),
        owned=relation.owner,
        transfer=_transfer(request, relation, names),
        asker=_asker(request, relation, names),
        mine=relation.asker,
        following=relation.follower,
        followers=names.followers.get(request.id, 0),
        reopened=request.reopened,
        climbed=request.climbed,
        wish=request.wish,
        wish_text=request.wish_text,
        may=may(standing, relation, kind=request.kind, now=now, terms=terms),
    )


def _named(id_: UUID | None, names: Mapping[UUID, str]) -> Named | None:
    return None if id_ is None else Named(id=id_, name=names[id_])


def _rating(request: Request) -> RatingGiven | None:
    if request.stars is None or request.rated_at is None:
        return None
    return RatingGiven(stars=request.stars, comment=request.comment or "", at=request.rated_at)


def _transfer(request: Request, relation: Relation, names: Names) -> TransferView | None:
    if request.transfer_to_id is None or not relation.works:
        return None
    to = Named(id=request.transfer_to_id, name=names.person(request.transfer_to_id))
    return TransferView(to=to, to_me=relation.taker)


def _asker(request: Request, relation: Relation, names: Names) -> AskerView | None:
    """Who asked: whole for the owner and the volunteer, who must call; masked for others who work on it (People 1)."""
    if request.asker_id is None:
        return None
    name, phone = names.people[request.asker_id]
    if relation.owner or relation.asker or relation.volunteer:
        return AskerView(name=name, phone=phone)
    return AskerView(name=name, phone=masked_phone(phone)) if relation.works else None


async def detail(
    session: AsyncSession, request: Request, *, actor: Actor, language: Language, now: datetime
) -> RequestDetail:
    """One request with its history in the caller's language, attachments, and who has the wish in hand."""
    relation = (await relations(session, actor, [request]))[request.id]
    (view,) = await views(session, [request], actor=actor, now=now)
    steps = list(
        (
            await session.execute(
                select(RequestStep)
                .where(col(RequestStep.request_id) == request.id)
                .order_by(col(RequestStep.number))
            )
        ).scalars()
    )
    people = [one for step in steps for one in (step.actor_id, step.about_id, step.owner_id)]
    claim = await held_claim(session, request.id) if request.wish is not None else None
    names = await names_for(session, [request], [*people, claim.person_id if claim else None])
    own = relation.asker or relation.works
    seen = [step for step in steps if own or step.what not in HIDDEN_FROM_FOLLOWERS]
    attachments = (
        await session.execute(
            select(Attachment)
            .where(col(Attachment.request_id) == request.id)
            .order_by(col(Attachment.step_number), col(Attachment.id))
        )
    ).scalars()
    answered = {step.number for step in steps if step.voice in {Voice.owner, Voice.volunteer}}
    return RequestDetail(
        **dict(view),
        story=[_told(step, relation, names, actor, language) for step in seen],
        attachments=[attachment_view(one) for one in attachments if own or one.step_number in answered],
        claim=None
        if claim is None or not (own or relation.volunteer)
        else ClaimView(
            volunteer=Named(id=claim.person_id, name=names.person(claim.person_id)),
            mine=relation.volunteer,
            state=ClaimState(claim.state),
            due_at=claim.due_at,
            phone=names.people[claim.person_id][1] if relation.owner or relation.asker else None,
        ),
    )


def _told(step: RequestStep, relation: Relation, names: Names, actor: Actor, language: Language) -> StepView:
    """A step as its reader may know it: neighbours are never named, and followers do not see a resident's words."""
    own = relation.asker or relation.works
    yours = step.actor_id is not None and step.actor_id == actor.person_id
    hidden = step.voice is Voice.follower or (step.voice is Voice.asker and not relation.works)
    by = None
    if step.actor_id is not None and not (hidden and not yours):
        by = names.person(step.actor_id)
    note = step.note if own or yours or step.what not in ASKERS_WORDS else ""
    told = Told(
        what=step.what,
        voice=step.voice,
        by=by,
        yours=yours,
        owner=names.person(step.owner_id),
        rung=step.rung,
        about=None if step.about_id is None else names.person(step.about_id),
        note=note,
        stars=step.data.get("stars"),
        kind=RequestKind(step.data["kind"]) if "kind" in step.data else None,
        by_hand=bool(step.data.get("by_hand")),
    )
    return StepView(
        number=step.number,
        what=step.what,
        voice=step.voice,
        by=by,
        at=step.created_at,
        state=step.state,
        owner=Named(id=step.owner_id, name=told.owner),
        note=note,
        said=sentence(told, language),
    )


async def one_view(
    session: AsyncSession, *, actor: Actor, request_id: UUID, language: Language, now: datetime
) -> RequestDetail:
    """One request. Raises NotFoundError for those who may not know of it."""
    request = await session.get(Request, request_id, populate_existing=True)
    if request is None or not (await relations(session, actor, [request]))[request.id].knows:
        raise NotFoundError(what="request")
    return await detail(session, request, actor=actor, language=language, now=now)
