"""Pauses: seen by those whom they concern, appealed against, lifted by staff (product: Booking 5)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, cast, false, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.ids import code_range
from models.shapes.base import Named
from models.shapes.standing import Appeal, Lift, MissView, PauseView
from models.tables import Booking, HouseholdLink, Pause, Person, Point
from models.vocabulary import LinkStatus, Role, ScopeKind
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, ForbiddenError, NotFoundError, Reason
from scheduling.locks import lock_persons
from scheduling.misses import end_notices
from scheduling.queries.bookings import active_links, booked_rows
from scheduling.queries.policies import district_policy
from scheduling.rules.booking import when

Cursor = tuple[datetime, UUID]


async def mine(
    session: AsyncSession, *, actor: Actor, now: datetime, limit: int, after: Cursor | None
) -> tuple[list[PauseView], Cursor | None]:
    """The pauses of the actor and of those for whom they may act, newest first, and where the next page begins."""
    person_id = actor.require_person()
    relatives = select(col(HouseholdLink.relative_id)).where(
        col(HouseholdLink.person_id) == person_id, col(HouseholdLink.status) == LinkStatus.active
    )
    concerned = or_(col(Pause.person_id) == person_id, col(Pause.person_id).in_(relatives))
    return await _page(session, [concerned], now=now, limit=limit, after=after)


async def to_decide(
    session: AsyncSession,
    *,
    actor: Actor,
    appealed: bool | None,
    now: datetime,
    limit: int,
    after: Cursor | None,
) -> tuple[list[PauseView], Cursor | None]:
    """The pauses in force that the actor may lift, newest first: all, or only with or without an appeal.

    Raises ForbiddenError for those who answer for no place.
    """
    scope = _scope(actor)
    if scope is None:
        raise ForbiddenError
    conditions = [col(Pause.until) > now, col(Pause.lifted_at).is_(None), _behind(scope)]
    if appealed is not None:
        conditions.append(
            col(Pause.appealed_at).is_not(None) if appealed else col(Pause.appealed_at).is_(None)
        )
    return await _page(session, conditions, now=now, limit=limit, after=after)


async def appeal(
    session: AsyncSession, *, actor: Actor, pause_id: UUID, said: Appeal, now: datetime
) -> PauseView:
    """Says why a pause should not be; by the person, or who may act for them. Saying more replaces what was said.

    Raises NotFoundError for outsiders, ActionRefusedError when it is over.
    """
    pause = await _locked(session, pause_id)
    person_id = actor.require_person()
    if person_id != pause.person_id and not await active_links(session, [(person_id, pause.person_id)]):
        raise NotFoundError(what="pause")
    _in_force(pause, now)
    pause.appeal, pause.appealed_at = said.text.strip(), now
    session.add(pause)
    deed = Deed("pause.appealed", "pause", pause.id, pause.district_code)
    await record(session, [deed], actor=actor, now=now)
    return (await pause_views(session, [pause], now))[0]


async def lift(session: AsyncSession, *, actor: Actor, pause_id: UUID, why: Lift, now: datetime) -> PauseView:
    """Ends a pause at once; lifting it again changes nothing. By those who answer for a place where a miss happened.

    Raises NotFoundError for outsiders, ForbiddenError for the person themselves, ActionRefusedError when it is over.
    """
    pause = await _locked(session, pause_id)
    scope = _scope(actor)
    may = (
        scope is not None
        and (
            await session.execute(select(col(Pause.id)).where(col(Pause.id) == pause_id, _behind(scope)))
        ).first()
    )
    if not may:
        raise ForbiddenError if actor.person_id == pause.person_id else NotFoundError(what="pause")
    if pause.lifted_at is None:
        _in_force(pause, now)
        pause.lifted_at, pause.lifted_by_id, pause.lift_reason = now, actor.person_id, why.reason.strip()
        session.add(pause)
        policy = await district_policy(session, pause.district_code)
        await end_notices(session, pause, policy, why="lifted", now=now)
        deed = Deed("pause.lifted", "pause", pause.id, pause.district_code)
        await record(session, [deed], actor=actor, now=now)
    return (await pause_views(session, [pause], now))[0]


def _in_force(pause: Pause, now: datetime) -> None:
    if pause.lifted_at is not None or pause.until <= now:
        raise ActionRefusedError([Reason("pause-over", {"until": when(pause.until)})])


async def _locked(session: AsyncSession, pause_id: UUID) -> Pause:
    """A pause under its person's lock, as it is then. Raises NotFoundError."""
    known = await session.get(Pause, pause_id)
    if known is None:
        raise NotFoundError(what="pause")
    await lock_persons(session, [known.person_id])
    return await session.get_one(Pause, pause_id, populate_existing=True)


def _scope(actor: Actor) -> ColumnElement[bool] | None:
    """The points for which the actor answers; None when there are none."""
    points: list[ColumnElement[bool]] = [
        col(Point.id) == UUID(held.key)
        for held in actor.permissions
        if held.role is Role.point_manager and held.scope is ScopeKind.point
    ]
    divisions = [
        col(Point.community_code).between(*code_range(held.key))
        for held in actor.permissions
        if held.role in {Role.staff, Role.administrator}
        and held.scope in {ScopeKind.division, ScopeKind.district}
    ]
    return or_(false(), *points, *divisions) if points or divisions else None


def _behind(scope: ColumnElement[bool]) -> ColumnElement[bool]:
    """That one of the misses behind a pause happened at such a point."""
    missed = func.jsonb_array_elements_text(col(Pause.bookings)).table_valued("value").lateral("missed")
    return (
        select(col(Point.id))
        .select_from(missed)
        .join(Booking, col(Booking.id) == cast(missed.c.value, Uuid))
        .join(Point, col(Point.id) == col(Booking.point_id))
        .where(scope)
        .correlate(Pause)
        .exists()
    )


async def _page(
    session: AsyncSession,
    conditions: Sequence[ColumnElement[bool]],
    *,
    now: datetime,
    limit: int,
    after: Cursor | None,
) -> tuple[list[PauseView], Cursor | None]:
    made, id_ = col(Pause.created_at), col(Pause.id)
    statement = select(Pause).where(and_(*conditions)).order_by(made.desc(), id_.desc()).limit(limit + 1)
    if after is not None:
        statement = statement.where(tuple_(made, id_) < tuple_(*after))
    pauses = list((await session.execute(statement)).scalars())
    following = (pauses[limit - 1].created_at, pauses[limit - 1].id) if len(pauses) > limit else None
    return await pause_views(session, pauses[:limit], now), following


async def pause_views(session: AsyncSession, pauses: Sequence[Pause], now: datetime) -> list[PauseView]:
    """Pauses as the API shows them, in their order."""
    names = await session.execute(
        select(col(Person.id), col(Person.name)).where(
            col(Person.id).in_({pause.person_id for pause in pauses})
        )
    )
    name_of = {row.id: row.name for row in names}
    ids = [UUID(booking_id) for pause in pauses for booking_id in pause.bookings]
    missed = {str(row.booking.id): row for row in await booked_rows(session, ids)}
    return [
        PauseView(
            id=pause.id,
            person=Named(id=pause.person_id, name=name_of[pause.person_id]),
            category=pause.category,
            created_at=pause.created_at,
            until=pause.until,
            active=pause.lifted_at is None and pause.until > now,
            missed=[
                MissView(
                    booking_id=row.booking.id,
                    service=row.slot.service_name,
                    point=row.slot.point.name,
                    start=row.booking.start,
                )
                for row in (missed[booking_id] for booking_id in pause.bookings if booking_id in missed)
            ],
            appeal=pause.appeal,
            appealed_at=pause.appealed_at,
            lifted_at=pause.lifted_at,
            lift_reason=pause.lift_reason,
        )
        for pause in pauses
    ]
