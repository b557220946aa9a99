"""Signups, places in a queue, asks and swaps as the API shows them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Result, Select, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.base import Named
from models.shapes.rosters import AskView, Recurrence, SignupView, SwapView, WaitView
from models.tables import Person, Point, ShiftAsk, ShiftSwap, ShiftTemplate, ShiftWait, Signup, Team
from models.vocabulary import WaitlistStatus
from scheduling.queries.rosters import roster_policies, shifts_by_id


async def signup_views(session: AsyncSession, ids: Sequence[UUID]) -> list[SignupView]:
    """Signups in the order of the ids."""
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(Signup, col(Person.name).label("person_name"), col(Team.name).label("team_name"))
        .join(Person, col(Person.id) == col(Signup.person_id))
        .outerjoin(Team, col(Team.id) == col(Signup.team_id))
        .where(col(Signup.id).in_(set(ids)))
        .execution_options(populate_existing=True)
    )
    found = {row.Signup.id: row for row in rows}
    shifts = await shifts_by_id(session, {row.Signup.shift_id for row in found.values()})
    policies = await roster_policies(session, shifts.values())
    views: list[SignupView] = []
    for id_ in ids:
        if id_ not in found:
            continue
        row = found[id_]
        signup: Signup = row.Signup
        policy = policies[signup.point_id]
        views.append(
            SignupView(
                id=signup.id,
                status=signup.status,
                shift=shifts[signup.shift_id].view(),
                person=Named(id=signup.person_id, name=row.person_name),
                team=None if signup.team_id is None else Named(id=signup.team_id, name=row.team_name),
                source=signup.source,
                first_timer=signup.first_timer,
                answer_by=signup.answer_by,
                late=signup.late,
                reason=signup.reason,
                late_from=signup.start - timedelta(hours=policy.late_withdrawal_hours),
                check_in_from=signup.start - policy.check_in_opens,
                check_out_until=signup.end + timedelta(minutes=policy.check_out_minutes),
                checked_in_at=signup.checked_in_at,
                checked_out_at=signup.checked_out_at,
                minutes=signup.minutes,
                verified_at=signup.verified_at,
                verified_by=signup.verified_by,
                stars=signup.stars,
                created_at=signup.created_at,
            )
        )
    return views


async def wait_views(session: AsyncSession, ids: Sequence[UUID]) -> list[WaitView]:
    """Places in queues, in the order of the ids."""
    other = aliased(ShiftWait)
    ahead = (
        select(func.count())
        .where(
            col(other.shift_id) == col(ShiftWait.shift_id),
            col(other.status) == WaitlistStatus.waiting,
            tuple_(col(other.created_at), col(other.id))
            < tuple_(col(ShiftWait.created_at), col(ShiftWait.id)),
        )
        .correlate(ShiftWait)
        .scalar_subquery()
    )
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(ShiftWait, ahead.label("ahead"))
        .where(col(ShiftWait.id).in_(set(ids)))
        .execution_options(populate_existing=True)
    )
    found = {row.ShiftWait.id: row for row in rows}
    shifts = await shifts_by_id(session, {row.ShiftWait.shift_id for row in found.values()})
    return [
        WaitView(
            id=id_,
            status=found[id_].ShiftWait.status,
            shift=shifts[found[id_].ShiftWait.shift_id].view(),
            ahead=found[id_].ahead if found[id_].ShiftWait.status is WaitlistStatus.waiting else 0,
            expires_at=found[id_].ShiftWait.expires_at,
            created_at=found[id_].ShiftWait.created_at,
        )
        for id_ in ids
        if id_ in found
    ]


async def ask_views(session: AsyncSession, ids: Sequence[UUID]) -> list[AskView]:
    """Asks in the order of the ids."""
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(ShiftAsk, col(Person.id).label("leaver_id"), col(Person.name).label("leaver"))
        .outerjoin(Signup, col(Signup.id) == col(ShiftAsk.signup_id))
        .outerjoin(Person, col(Person.id) == col(Signup.person_id))
        .where(col(ShiftAsk.id).in_(set(ids)))
        .execution_options(populate_existing=True)
    )
    found = {row.ShiftAsk.id: row for row in rows}
    shifts = await shifts_by_id(session, {row.ShiftAsk.shift_id for row in found.values()})
    return [
        AskView(
            id=id_,
            status=row.ShiftAsk.status,
            shift=shifts[row.ShiftAsk.shift_id].view(),
            stand_in_for=None if row.leaver_id is None else Named(id=row.leaver_id, name=row.leaver),
            created_at=row.ShiftAsk.created_at,
        )
        for id_, row in ((id_, found[id_]) for id_ in ids if id_ in found)
    ]


async def swap_views(session: AsyncSession, ids: Sequence[UUID]) -> list[SwapView]:
    """Swaps in the order of the ids."""
    rows: Result[*tuple[Any, ...]] = await session.execute(
        select(ShiftSwap).where(col(ShiftSwap.id).in_(set(ids))).execution_options(populate_existing=True)
    )
    found = {swap.id: swap for swap in rows.scalars()}
    signups = {
        view.id: view
        for view in await signup_views(
            session, [id_ for swap in found.values() for id_ in (swap.mine_id, swap.theirs_id)]
        )
    }
    people = {
        row.id: Named(id=row.id, name=row.name)
        for row in await session.execute(
            select(col(Person.id), col(Person.name)).where(
                col(Person.id).in_({id_ for s in found.values() for id_ in (s.proposed_by_id, s.asked_id)})
            )
        )
    }
    return [
        SwapView(
            id=id_,
            status=swap.status,
            mine=signups[swap.mine_id],
            theirs=signups[swap.theirs_id],
            proposed_by=people[swap.proposed_by_id],
            asked=people[swap.asked_id],
            created_at=swap.created_at,
            answered_at=swap.answered_at,
        )
        for id_, swap in ((id_, found[id_]) for id_ in ids if id_ in found)
    ]


async def recurrences(
    session: AsyncSession, template_ids: Collection[UUID], *, open_on: date | None = None
) -> Mapping[UUID, Recurrence]:
    """Recurring shifts by their ids; with `open_on` only those that go on after that day."""
    if not template_ids:
        return {}
    statement: Select[*tuple[Any, ...]] = (
        select(ShiftTemplate, col(Point.name).label("point_name"))
        .join(Point, col(Point.id) == col(ShiftTemplate.point_id))
        .where(col(ShiftTemplate.id).in_(set(template_ids)))
    )
    if open_on is not None:
        statement = statement.where(
            col(ShiftTemplate.ended_at).is_(None), col(ShiftTemplate.valid_until) > open_on
        )
    rows = await session.execute(statement)
    found: dict[UUID, Recurrence] = {}
    for row in rows:
        template: ShiftTemplate = row.ShiftTemplate
        found[template.id] = Recurrence(
            id=template.id,
            title=template.title,
            point=Named(id=template.point_id, name=row.point_name),
            rrule=template.rrule,
            start_time=template.start_time,
            end_time=template.end_time,
            valid_until=template.valid_until,
        )
    return found
