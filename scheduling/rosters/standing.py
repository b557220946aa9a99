"""Standing places: a volunteer's place on every shift of a template, until a day (product: Volunteers)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Result, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Named, local_day
from models.shapes.rosters import StandingOrder, StandingRefusal, StandingView
from models.tables import Person, Shift, ShiftTemplate, Signup, StandingPlace
from models.vocabulary import ShiftStatus, SignupSource, SignupStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.agreement import require_standing
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, InvalidInputError, NotFoundError, Reason
from scheduling.locks import lock_persons, lock_shifts, share_openings
from scheduling.queries.roster_views import recurrences
from scheduling.queries.rosters import ShiftRow, shifts_by_id
from scheduling.rosters.enrolling import enrol, signup_columns, weigh
from scheduling.rosters.managing import policy_of
from scheduling.rosters.telling import news
from scheduling.rules.consents import VOLUNTEERING
from scheduling.rules.roster import Claim


async def take(
    session: AsyncSession, *, actor: Actor, template_id: UUID, wanted: StandingOrder, now: datetime
) -> StandingView:
    """Takes a place on every shift of a template: those published already at once, others as they are published.

    Where a rule speaks against one shift it is left out, and said why. Raises NotFoundError; InvalidInputError;
    ActionRefusedError when they have a standing place there.
    """
    me = actor.require_person()
    template = await session.get(ShiftTemplate, template_id)
    if template is None or template.ended_at is not None:
        raise NotFoundError(what="shift template")
    if wanted.until < local_day(now) or wanted.until > template.valid_until:
        raise InvalidInputError(field="until", detail="lies within the template's days to come")
    # While it is being taken none of the template's shifts is published, so that none is left out.
    await share_openings(session, [template.point_id])
    require_standing((await lock_persons(session, [me])).values(), VOLUNTEERING)
    if await _standing(session, template_id, me) is not None:
        raise ActionRefusedError([Reason("already-standing")])
    place = StandingPlace(
        created_at=now,
        district_code=template.district_code,
        template_id=template_id,
        person_id=me,
        until=wanted.until,
    )
    session.add(place)
    await session.flush()
    deed = Deed("standing_place.taken", "standing_place", place.id, template.district_code)
    await record(session, [deed], actor=actor, now=now)
    rows = await session.execute(
        select(col(Shift.id), col(Shift.start)).where(
            col(Shift.template_id) == template_id,
            col(Shift.status) == ShiftStatus.published,
            col(Shift.start) > now,
        )
    )
    ids = [row.id for row in rows if local_day(row.start) <= wanted.until]
    shifts = await lock_shifts(session, ids)
    refused: list[StandingRefusal] = []
    for row in sorted(shifts.values(), key=lambda row: row.facts.start):
        reasons = await _give(session, place, row, actor=actor, now=now)
        if reasons:
            codes = [reason.code for reason in reasons]
            refused.append(StandingRefusal(shift_id=row.id, start=row.facts.start, reasons=codes))
    return await _view(session, place, refused)


async def _standing(session: AsyncSession, template_id: UUID, person_id: UUID) -> UUID | None:
    return (
        await session.execute(
            select(col(StandingPlace.id)).where(
                col(StandingPlace.template_id) == template_id,
                col(StandingPlace.person_id) == person_id,
                col(StandingPlace.ended_at).is_(None),
            )
        )
    ).scalar()


async def _give(
    session: AsyncSession, place: StandingPlace, row: ShiftRow, *, actor: Actor, now: datetime
) -> list[Reason]:
    """Gives a standing place on one shift, under the locks of person and shift; the reasons where it cannot be."""
    policy = await policy_of(session, row)
    weighed = await weigh(session, [place.person_id], row, policy, claim=Claim.standing, now=now)
    mine = weighed[place.person_id]
    if mine.reasons:
        return mine.reasons
    columns = signup_columns(
        row,
        policy,
        mine.known,
        status=SignupStatus.confirmed if row.facts.direct else SignupStatus.applied,
        source=SignupSource.standing,
        signed_by_id=place.person_id,
        now=now,
        standing_id=place.id,
    )
    await enrol(session, [columns], row, policy, actor=actor, now=now)
    return []


async def standing_holders(session: AsyncSession, shift_ids: Sequence[UUID]) -> list[UUID]:
    """Who holds a standing place on the templates of these shifts."""
    rows = await session.execute(
        select(col(StandingPlace.person_id))
        .join(Shift, col(Shift.template_id) == col(StandingPlace.template_id))
        .where(col(Shift.id).in_(shift_ids), col(StandingPlace.ended_at).is_(None))
        .distinct()
    )
    return list(rows.scalars())


async def give_standing_places(
    session: AsyncSession, shift_ids: Sequence[UUID], *, actor: Actor, now: datetime
) -> int:
    """Gives the places on newly published shifts to those who hold standing ones, first come first; returns how many.

    Who cannot have theirs is told. Callers hold the locks of the point, the holders and the shifts.
    """
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(StandingPlace, col(Shift.id).label("shift_id"), col(Shift.start))
        .join(Shift, col(Shift.template_id) == col(StandingPlace.template_id))
        .where(col(Shift.id).in_(shift_ids), col(StandingPlace.ended_at).is_(None))
        .order_by(col(Shift.start), col(Shift.id), col(StandingPlace.created_at), col(StandingPlace.id))
    )
    given = 0
    for row in rows.all():
        place: StandingPlace = row.StandingPlace
        if local_day(row.start) > place.until:
            continue
        shift = (await shifts_by_id(session, [row.shift_id]))[row.shift_id]
        reasons = await _give(session, place, shift, actor=actor, now=now)
        given += not reasons
        if reasons:
            told = news(
                shift,
                await policy_of(session, shift),
                what="standing_place_missed",
                person_id=place.person_id,
                key=f"{place.id}:{shift.id}",
                now=now,
                reasons=[reason.code for reason in reasons],
            )
            await notices.owe(session, [told], now=now)
    return given


async def end(session: AsyncSession, *, actor: Actor, standing_id: UUID, now: datetime) -> StandingView:
    """Takes no more places from now on; those taken already stay, and are given up one by one. Again, nothing changes."""
    place = await session.get(StandingPlace, standing_id)
    if place is None or place.person_id != actor.require_person():
        raise NotFoundError(what="standing place")
    await lock_persons(session, [place.person_id])
    await session.execute(
        update(StandingPlace)
        .where(col(StandingPlace.id) == standing_id, col(StandingPlace.ended_at).is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    deed = Deed("standing_place.ended", "standing_place", standing_id, place.district_code)
    await record(session, [deed], actor=actor, now=now)
    return await _view(session, place, [])


async def mine(session: AsyncSession, *, actor: Actor) -> list[StandingView]:
    """The actor's standing places that go on."""
    rows = await session.execute(
        select(StandingPlace)
        .where(col(StandingPlace.person_id) == actor.require_person(), col(StandingPlace.ended_at).is_(None))
        .order_by(col(StandingPlace.id))
    )
    return [await _view(session, place, []) for place in rows.scalars()]


async def _view(session: AsyncSession, place: StandingPlace, refused: list[StandingRefusal]) -> StandingView:
    person = await session.get_one(Person, place.person_id)
    signed_up = await session.execute(
        select(col(Signup.shift_id))
        .where(
            col(Signup.standing_id) == place.id,
            col(Signup.status).not_in([SignupStatus.withdrawn, SignupStatus.refused]),
        )
        .order_by(col(Signup.start))
    )
    return StandingView(
        id=place.id,
        template_id=place.template_id,
        template=(await recurrences(session, [place.template_id]))[place.template_id],
        person=Named(id=person.id, name=person.name),
        until=place.until,
        signed_up=list(signed_up.scalars()),
        refused=refused,
    )
