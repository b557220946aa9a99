"""How a point's shifts went: fill rate, lead time, absence, new and returning volunteers (for its manager)."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, Named
from models.shapes.rosters import RosterStatistics
from models.tables import Shift, ShiftAsk, Signup
from models.tables.rosters import HOLDING
from models.vocabulary import AskStatus, ShiftStatus, SignupStatus
from scheduling.actors import Actor
from scheduling.queries.points import managed_point


async def statistics(
    session: AsyncSession, *, actor: Actor, point_id: UUID, first: date, last: date
) -> RosterStatistics:
    """The numbers between two local days, both included. Raises NotFoundError, ForbiddenError."""
    point = await managed_point(session, actor=actor, point_id=point_id)
    start = datetime.combine(first, time(0), tzinfo=DISTRICT_ZONE)
    end = datetime.combine(last + timedelta(days=1), time(0), tzinfo=DISTRICT_ZONE)
    within = (
        col(Shift.point_id) == point_id,
        col(Shift.start) >= start,
        col(Shift.start) < end,
        col(Shift.status) == ShiftStatus.published,
    )
    came = col(Signup.status).in_(HOLDING)
    filled = (
        select(func.count())
        .where(col(Signup.shift_id) == col(Shift.id), came, col(Signup.status) != SignupStatus.proposed)
        .correlate(Shift)
        .scalar_subquery()
    )
    shifts = (
        await session.execute(
            select(
                func.count().label("shifts"),
                func.coalesce(func.sum(col(Shift.needed)), 0).label("needed"),
                func.coalesce(func.sum(filled), 0).label("filled"),
                func.coalesce(func.sum(case((filled < col(Shift.minimum), 1), else_=0)), 0).label("below"),
            ).where(*within)
        )
    ).one()

    lead = func.extract("epoch", col(Signup.start) - col(Signup.created_at)) / 3600
    people = (
        await session.execute(
            select(
                func.count().filter(col(Signup.status) == SignupStatus.attended).label("attended"),
                func.count().filter(col(Signup.status) == SignupStatus.absent).label("absent"),
                func.count().filter(col(Signup.status) == SignupStatus.excused).label("excused"),
                func.count().filter(col(Signup.late)).label("late"),
                func.coalesce(func.sum(col(Signup.minutes)), 0).label("minutes"),
                func.percentile_cont(0.5).within_group(lead).filter(came).label("lead"),
            )
            .join(Shift, col(Shift.id) == col(Signup.shift_id))
            .where(*within)
        )
    ).one()
    new, returning = await _new_and_returning(session, point_id, start, end)
    asks = (
        await session.execute(
            select(
                func.count().label("asks"),
                func.count().filter(col(ShiftAsk.status) == AskStatus.accepted).label("accepted"),
            )
            .join(Shift, col(Shift.id) == col(ShiftAsk.shift_id))
            .where(*within)
        )
    ).one()
    turned = people.attended + people.absent
    return RosterStatistics(
        point=Named(id=point.id, name=point.name),
        first=first,
        last=last,
        shifts=shifts.shifts,
        needed=shifts.needed,
        filled=shifts.filled,
        fill_rate=round(shifts.filled / shifts.needed, 4) if shifts.needed else None,
        below_minimum=shifts.below,
        lead_hours=None if people.lead is None else round(float(people.lead), 1),
        attended=people.attended,
        absent=people.absent,
        excused=people.excused,
        absence_rate=round(people.absent / turned, 4) if turned else None,
        late_withdrawals=people.late,
        volunteers=new + returning,
        new=new,
        returning=returning,
        minutes=people.minutes,
        asks=asks.asks,
        asks_accepted=asks.accepted,
    )


async def _new_and_returning(
    session: AsyncSession, point_id: UUID, start: datetime, end: datetime
) -> tuple[int, int]:
    """How many of those who came served here for the first time, and how many had before."""
    earlier = aliased(Signup)
    before = (
        select(col(earlier.id))
        .where(
            col(earlier.person_id) == col(Signup.person_id),
            col(earlier.point_id) == point_id,
            col(earlier.status) == SignupStatus.attended,
            col(earlier.start) < start,
        )
        .exists()
    )
    rows = await session.execute(
        select(col(Signup.person_id), before.label("before"))
        .where(
            col(Signup.point_id) == point_id,
            col(Signup.start) >= start,
            col(Signup.start) < end,
            col(Signup.status) == SignupStatus.attended,
        )
        .distinct()
    )
    returning = [row.before for row in rows]
    return returning.count(False), returning.count(True)
