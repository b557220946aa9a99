"""Shifts of a point: made, edited, published, cancelled, found (product: Volunteers)."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, insert, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import Coordinates
from models.shapes.rosters import Crew, Published, PublishOrder, ShiftEdit, ShiftGap, ShiftOrder, ShiftView
from models.tables import Person, Point, Service, Shift, ShiftService, ShiftWait, Signup
from models.vocabulary import Category, ShiftStatus, SignupStatus, WaitlistStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.errors import ActionRefusedError, InvalidInputError, Reason, StaleVersionError
from scheduling.locks import lock_openings, lock_persons, lock_shifts
from scheduling.queries.points import managed_point
from scheduling.queries.rosters import ShiftRow, shift_rows, shift_select, shifts_by_id
from scheduling.queries.slots import distance_m, in_box
from scheduling.rosters import hands
from scheduling.rosters.coverage import gaps_of
from scheduling.rosters.filling import fill
from scheduling.rosters.managing import (
    authorised,
    lock_managed_shift,
    managed_shift,
    policy_of,
    visible_shift,
)
from scheduling.rosters.signups import ENDING, end_what_hangs_on
from scheduling.rosters.standing import give_standing_places, standing_holders
from scheduling.rosters.telling import forget_reminders, news

CODES = 1_000_000
"""Codes shown at the point have six digits."""


def new_codes() -> dict[str, Any]:  # columns of a shift
    """Two codes to show at a point, one for coming and another for going."""
    first = secrets.randbelow(CODES)
    second = (first + 1 + secrets.randbelow(CODES - 1)) % CODES
    return {"code_in": f"{first:06}", "code_out": f"{second:06}"}


async def check_crew(session: AsyncSession, crew: Crew, *, point_id: UUID) -> None:
    """Refuses a leader who is nobody, and services of other points. Raises InvalidInputError naming the field."""
    if crew.leader_id is not None and await session.get(Person, crew.leader_id) is None:
        raise InvalidInputError(field="leader_id", detail="nobody by this id")
    if crew.service_ids:
        rows = await session.execute(
            select(col(Service.id)).where(
                col(Service.id).in_(crew.service_ids), col(Service.point_id) == point_id
            )
        )
        if set(rows.scalars()) != set(crew.service_ids):
            raise InvalidInputError(field="service_ids", detail="not services of this point")


def crew_columns(crew: Crew) -> dict[str, Any]:
    """The columns that say what a shift needs."""
    return crew.model_dump(include=set(Crew.model_fields) - {"service_ids"})


async def add(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: ShiftOrder, now: datetime
) -> ShiftView:
    """Makes a shift, as a draft or published at once. Raises NotFoundError, ForbiddenError, InvalidInputError."""
    await managed_point(session, actor=actor, point_id=point_id)
    if wanted.start <= now:
        raise InvalidInputError(field="start", detail="lies in the past")
    await check_crew(session, wanted, point_id=point_id)
    district = (await session.get_one(Point, point_id)).district_code
    shift = Shift(
        created_at=now,
        district_code=district,
        point_id=point_id,
        start=wanted.start,
        end=wanted.end,
        status=ShiftStatus.published if wanted.publish else ShiftStatus.draft,
        published_at=now if wanted.publish else None,
        **crew_columns(wanted),
        **new_codes(),
    )
    session.add(shift)
    await session.flush()
    await link_services(session, {shift.id: wanted.service_ids})
    deed = Deed("shift.made", "shift", shift.id, district, {"status": shift.status})
    await record(session, [deed], actor=actor, now=now)
    return (await shifts_by_id(session, [shift.id]))[shift.id].view()


async def link_services(session: AsyncSession, links: dict[UUID, Sequence[UUID]]) -> None:
    """Says which services depend on shifts."""
    rows = [
        {"shift_id": shift_id, "service_id": service_id}
        for shift_id, services in links.items()
        for service_id in sorted(set(services))
    ]
    if rows:
        await session.execute(insert(ShiftService), rows)


async def edit(
    session: AsyncSession,
    *,
    actor: Actor,
    shift_id: UUID,
    change: ShiftEdit,
    seen_version: int,
    now: datetime,
) -> tuple[ShiftView, int]:
    """Changes what a shift needs, and returns it with its new version. More places are offered to who waits.

    Raises NotFoundError, ForbiddenError, StaleVersionError; InvalidInputError; ActionRefusedError when it is over, or more
    people have a place than would be needed: it is for the manager to refuse some of them first.
    """
    row = await lock_managed_shift(session, actor=actor, shift_id=shift_id)
    if row.version != seen_version:
        raise StaleVersionError(version=row.version)
    if row.facts.status is ShiftStatus.cancelled or row.facts.end <= now:
        raise ActionRefusedError([Reason("shift-over", {"status": row.facts.status})])
    values = change.model_dump(exclude_unset=True, exclude={"needed", "minimum"})
    for name in set(values) - {"leader_id"}:
        if values[name] is None:
            raise InvalidInputError(field=name, detail="cannot be null")
    if values.get("leader_id") and await session.get(Person, values["leader_id"]) is None:
        raise InvalidInputError(field="leader_id", detail="nobody by this id")
    needed = row.facts.needed if change.needed is None else change.needed
    minimum = min(row.facts.minimum, needed) if change.minimum is None else change.minimum
    if minimum > needed:
        raise InvalidInputError(field="minimum", detail="above what is needed")
    if needed < row.facts.taken:
        raise ActionRefusedError([Reason("more-have-a-place", {"taken": row.facts.taken})])
    await hands.resize(session, shift_id=shift_id, needed=needed, minimum=minimum)
    await session.execute(
        update(Shift)
        .where(col(Shift.id) == shift_id)
        .values(**values, version=col(Shift.version) + 1)
        .execution_options(synchronize_session=False)
    )
    deed = Deed("shift.edited", "shift", shift_id, row.district_code, {"needed": needed, "minimum": minimum})
    await record(session, [deed], actor=actor, now=now)
    await fill(session, [shift_id], now=now)
    after = (await shifts_by_id(session, [shift_id]))[shift_id]
    return after.view(), after.version


async def publish(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: PublishOrder, now: datetime
) -> Published:
    """Shows drafts to volunteers. Standing places are given out first; then they open in stages, smaller groups first.

    Publishing what is published already changes nothing. Raises NotFoundError, ForbiddenError.
    """
    await managed_point(session, actor=actor, point_id=point_id)
    return await publish_drafts(session, point_id=point_id, shift_ids=wanted.shift_ids, actor=actor, now=now)


async def publish_drafts(
    session: AsyncSession,
    *,
    point_id: UUID,
    shift_ids: Collection[UUID] | None,
    actor: Actor,
    now: datetime,
) -> Published:
    """The same for a caller who has authorised: the drafts named, or all of the point's to come."""
    await lock_openings(session, [point_id])
    statement = select(col(Shift.id)).where(
        col(Shift.point_id) == point_id,
        col(Shift.status) == ShiftStatus.draft,
        col(Shift.start) > now,
    )
    if shift_ids is not None:
        statement = statement.where(col(Shift.id).in_(shift_ids))
    ids = sorted((await session.execute(statement)).scalars())
    await lock_persons(session, await standing_holders(session, ids))
    await lock_shifts(session, ids)
    changed = await session.execute(
        update(Shift)
        .where(col(Shift.id).in_(ids), col(Shift.status) == ShiftStatus.draft)
        .values(status=ShiftStatus.published, published_at=now, version=col(Shift.version) + 1)
        .returning(col(Shift.id), col(Shift.district_code))
        .execution_options(synchronize_session=False)
    )
    deeds = [Deed("shift.published", "shift", row.id, row.district_code) for row in changed]
    await record(session, deeds, actor=actor, now=now)
    given = await give_standing_places(session, ids, actor=actor, now=now)
    after = await shifts_by_id(session, ids)
    views = sorted((row.view() for row in after.values()), key=lambda view: (view.start, view.id))
    return Published(shifts=views, standing_places=given)


async def cancel(
    session: AsyncSession, *, actor: Actor, shift_id: UUID, reason: str, now: datetime
) -> ShiftView:
    """Calls a shift off: everybody on it and in its queue is told. Services that need it shrink. Again, nothing changes.

    Raises NotFoundError, ForbiddenError, ActionRefusedError when it has begun.
    """
    known = await managed_shift(session, actor=actor, shift_id=shift_id)
    people = await session.execute(
        select(col(Signup.person_id)).where(col(Signup.shift_id) == shift_id, col(Signup.status).in_(ENDING))
    )
    await lock_persons(session, people.scalars())
    row = authorised(actor, (await lock_shifts(session, [known.id])).get(shift_id))
    if row.facts.status is ShiftStatus.cancelled:
        return row.view()
    if now >= row.facts.start:
        raise ActionRefusedError([Reason("shift-started")])
    signups = list(
        (
            await session.execute(
                select(Signup)
                .where(col(Signup.shift_id) == shift_id, col(Signup.status).in_(ENDING))
                .execution_options(populate_existing=True)
            )
        ).scalars()
    )
    waits = list(
        (
            await session.execute(
                select(ShiftWait).where(
                    col(ShiftWait.shift_id) == shift_id,
                    col(ShiftWait.status).in_([WaitlistStatus.waiting, WaitlistStatus.offered]),
                )
            )
        ).scalars()
    )
    values = {"status": SignupStatus.refused, "reason": reason, "ended_at": now}
    await hands.leave(session, [signup.id for signup in signups], values)
    await hands.let_go(session, [wait.id for wait in waits], WaitlistStatus.expired)
    await end_what_hangs_on(session, [signup.id for signup in signups], now=now)
    await forget_reminders(session, [(signup.id, signup.sequence) for signup in signups], now=now)
    await notices.withdraw_keys(session, [f"shift_offer:{wait.id}" for wait in waits], now=now)
    await session.execute(
        update(Shift)
        .where(col(Shift.id) == shift_id)
        .values(status=ShiftStatus.cancelled, version=col(Shift.version) + 1)
        .execution_options(synchronize_session=False)
    )
    policy = await policy_of(session, row)
    told = {signup.person_id: signup.id for signup in signups} | {wait.person_id: wait.id for wait in waits}
    owed = [
        news(
            row,
            policy,
            what="shift_cancelled",
            person_id=person_id,
            key=str(id_),
            now=now,
            loss=True,
            reason=reason,
        )
        for person_id, id_ in told.items()
    ]
    await notices.owe(session, owed, now=now)
    deed = Deed("shift.cancelled", "shift", shift_id, row.district_code, {"signups": len(signups)})
    await record(session, [deed], actor=actor, now=now)
    return (await shifts_by_id(session, [shift_id]))[shift_id].view()


async def show(session: AsyncSession, *, actor: Actor, shift_id: UUID) -> tuple[ShiftView, int]:
    """One shift and the version that an edit must name. Raises NotFoundError."""
    row = await visible_shift(session, actor=actor, shift_id=shift_id)
    return row.view(), row.version


async def of_point(
    session: AsyncSession,
    *,
    actor: Actor,
    point_id: UUID,
    now: datetime,
    limit: int,
    after: tuple[datetime, UUID] | None,
) -> tuple[list[ShiftGap], tuple[datetime, UUID] | None]:
    """A point's shifts to come for its manager, drafts too, and where the next page begins."""
    await managed_point(session, actor=actor, point_id=point_id)
    statement = shift_select().where(col(Shift.point_id) == point_id, col(Shift.end) > now)
    if after is not None:
        statement = statement.where(tuple_(col(Shift.start), col(Shift.id)) > tuple_(*after))
    rows = await shift_rows(session, statement.order_by(col(Shift.start), col(Shift.id)).limit(limit + 1))
    page = rows[:limit]
    following = (page[-1].facts.start, page[-1].id) if len(rows) > limit else None
    return await gaps_of(session, page), following


@dataclass(frozen=True, slots=True)
class Search:
    """What shifts are looked for: open ones between two moments, near a place, in a division, of a point, in a role, of
    categories, or one's own. A shift is of the categories of the services that it serves; where it serves none, of its
    point's.
    """

    start: datetime
    end: datetime
    near: Coordinates | None = None
    radius_m: int | None = None
    point_id: UUID | None = None
    role: str | None = None
    mine: bool = False
    categories: tuple[Category, ...] | None = None
    division: str | None = None


def _of_categories(categories: Sequence[Category]) -> ColumnElement[bool]:
    """Whether a shift is of one of these categories."""
    served = (
        select(col(Service.category))
        .join(ShiftService, col(ShiftService.service_id) == col(Service.id))
        .where(col(ShiftService.shift_id) == col(Shift.id))
        .correlate(Shift)
    )
    offered = select(col(Service.id)).where(
        col(Service.point_id) == col(Shift.point_id), col(Service.category).in_(categories)
    )
    return or_(
        served.where(col(Service.category).in_(categories)).exists(),
        and_(~served.exists(), offered.correlate(Shift).exists()),
    )


def _within(code: str) -> ColumnElement[bool]:
    """Whether a shift's point lies within a division."""
    if code.endswith("000000"):
        return col(Shift.district_code) == code
    return (col(Point.subdistrict_code) if code.endswith("000") else col(Point.community_code)) == code


Cursor = tuple[datetime, UUID]


async def search(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: Search,
    limit: int,
    after: Cursor | None,
) -> tuple[list[ShiftView], Cursor | None]:
    """Published shifts, soonest first, and where the next page begins."""
    rows, following = await search_rows(session, actor=actor, wanted=wanted, limit=limit, after=after)
    return [row.view() for row in rows], following


async def search_rows(
    session: AsyncSession,
    *,
    actor: Actor,
    wanted: Search,
    limit: int,
    after: Cursor | None,
) -> tuple[list[ShiftRow], Cursor | None]:
    """The same as rows."""
    statement = shift_select(wanted.near).where(
        col(Shift.status) == ShiftStatus.published,
        col(Shift.start) >= wanted.start,
        col(Shift.start) < wanted.end,
    )
    if wanted.near is not None and wanted.radius_m is not None:
        statement = statement.where(
            *in_box(wanted.near, wanted.radius_m), distance_m(wanted.near) <= wanted.radius_m
        )
    if wanted.point_id is not None:
        statement = statement.where(col(Shift.point_id) == wanted.point_id)
    if wanted.role is not None:
        statement = statement.where(col(Shift.role) == wanted.role)
    if wanted.categories is not None:
        statement = statement.where(_of_categories(wanted.categories))
    if wanted.division is not None:
        statement = statement.where(_within(wanted.division))
    if wanted.mine:
        own = select(col(Signup.shift_id)).where(
            col(Signup.person_id) == actor.require_person(),
            col(Signup.status).not_in([SignupStatus.withdrawn, SignupStatus.refused]),
        )
        statement = statement.where(col(Shift.id).in_(own))
    if after is not None:
        statement = statement.where(tuple_(col(Shift.start), col(Shift.id)) > tuple_(*after))
    rows = await shift_rows(session, statement.order_by(col(Shift.start), col(Shift.id)).limit(limit + 1))
    following = (rows[limit - 1].facts.start, rows[limit - 1].id) if len(rows) > limit else None
    return rows[:limit], following
