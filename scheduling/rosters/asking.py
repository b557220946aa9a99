"""Asking people whether they can come: whom, in waves, and never more often than the policy says (product: Volunteers 3)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.ids import new_id
from models.shapes.base import Coordinates, local
from models.tables import Certificate, Person, Shift, ShiftAsk, ShiftWait, Signup, Volunteer
from models.tables.rosters import HOLDING
from models.vocabulary import (
    AskStatus,
    CertificateStatus,
    NoticeKind,
    WaitlistStatus,
)
from scheduling import notices
from scheduling.actors import Actor
from scheduling.audit import Deed, record
from scheduling.policies import Policy
from scheduling.queries.rosters import ShiftRow
from scheduling.rosters.enrolling import weigh
from scheduling.rosters.telling import shift_data
from scheduling.rules.distance import METRES_PER_DEGREE, metres
from scheduling.rules.roster import Claim
from scheduling.rules.waiting import told_at

WEEK = timedelta(days=7)
"""Asks are counted over so long."""

LOOK = 4
"""So many times as many people are looked at as are asked: some will not fit."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who might come. They are asked in the order of these fields."""

    not_waiting: bool
    not_at_that_time: bool
    asked_lately: int
    away_m: float
    person_id: UUID


def fits_hours(hours_wanted: Sequence[Mapping[str, Any]], start: datetime, end: datetime) -> bool:
    """Whether a shift lies within the hours in which somebody said they can come; whoever named none always can."""
    if not hours_wanted:
        return True
    begins, ends = local(start), local(end)
    return begins.date() == ends.date() and any(
        span["weekday"] == begins.weekday()
        and time.fromisoformat(span["start"]) <= begins.time()
        and ends.time() <= time.fromisoformat(span["end"])
        for span in hours_wanted
    )


async def candidates(
    session: AsyncSession,
    row: ShiftRow,
    policy: Policy,
    *,
    count: int,
    now: datetime,
) -> list[UUID]:
    """People who match a shift and have neither an ask about it nor said no, the best first; not locked, not weighed.

    Skill, distance, rest and how often they were asked lately are looked at here. Whoever waits for the shift comes first.
    """
    asks = aliased(ShiftAsk)
    lately = (
        select(func.count())
        .where(col(asks.person_id) == col(Volunteer.id), col(asks.created_at) > now - WEEK)
        .correlate(Volunteer)
        .scalar_subquery()
    )
    waits = exists().where(
        col(ShiftWait.shift_id) == row.id,
        col(ShiftWait.person_id) == col(Volunteer.id),
        col(ShiftWait.status) == WaitlistStatus.waiting,
    )
    facts = row.facts
    north = policy.ask_reach_m / METRES_PER_DEGREE
    statement = (
        select(
            col(Volunteer.id),
            col(Volunteer.reach_m),
            col(Volunteer.hours_wanted),
            col(Person.home_latitude),
            col(Person.home_longitude),
            lately.label("lately"),
            waits.label("waits"),
        )
        .join(Person, col(Person.id) == col(Volunteer.id))
        .where(
            col(Volunteer.district_code) == row.district_code,
            col(Volunteer.takes_asks),
            or_(col(Volunteer.suspended_until).is_(None), col(Volunteer.suspended_until) <= now),
            col(Person.home_latitude).between(row.point.latitude - north, row.point.latitude + north),
            lately < policy.asks_a_week,
            ~exists().where(
                col(asks.person_id) == col(Volunteer.id),
                col(asks.shift_id) == row.id,
                col(asks.status) != AskStatus.over,
            ),
            ~exists().where(
                col(Signup.person_id) == col(Volunteer.id),
                or_(
                    col(Signup.shift_id) == row.id,
                    and_(
                        col(Signup.status).in_(HOLDING),
                        col(Signup.start) < facts.end + policy.rest,
                        col(Signup.rest_until) > facts.start,
                    ),
                ),
            ),
            *(
                exists().where(
                    col(Certificate.person_id) == col(Volunteer.id),
                    col(Certificate.skill) == skill,
                    col(Certificate.status) == CertificateStatus.verified,
                )
                for skill in facts.required_skills
            ),
        )
    )
    place = Coordinates(latitude=row.point.latitude, longitude=row.point.longitude)
    found = [
        Candidate(
            not one.waits,
            not fits_hours(one.hours_wanted, facts.start, facts.end),
            one.lately,
            away,
            one.id,
        )
        for one in await session.execute(statement)
        if one.home_longitude is not None
        and (away := metres(place, Coordinates(latitude=one.home_latitude, longitude=one.home_longitude)))
        <= min(one.reach_m, policy.ask_reach_m)
    ]
    found.sort(
        key=lambda one: (
            one.not_waiting,
            one.not_at_that_time,
            one.asked_lately,
            one.away_m,
            one.person_id,
        )
    )
    return [one.person_id for one in found[: count * LOOK]]


async def asked_lately(
    session: AsyncSession, person_ids: Collection[UUID], *, now: datetime
) -> dict[UUID, int]:
    """How often each of these people was asked within the last days."""
    rows = await session.execute(
        select(col(ShiftAsk.person_id), func.count())
        .where(col(ShiftAsk.person_id).in_(person_ids), col(ShiftAsk.created_at) > now - WEEK)
        .group_by(col(ShiftAsk.person_id))
    )
    return {row[0]: row[1] for row in rows}


async def ask(
    session: AsyncSession,
    people: Sequence[UUID],
    row: ShiftRow,
    policy: Policy,
    *,
    count: int,
    signup_id: UUID | None,
    actor: Actor,
    now: datetime,
) -> list[UUID]:
    """Asks the first `count` of these people whom every rule allows to come; returns whom.

    Callers hold the locks of the people and the shift: under them nobody is asked more often than the policy says.
    """
    if not people:
        return []
    lately = await asked_lately(session, people, now=now)
    claim = Claim.asked if signup_id is None else Claim.swapped
    leaving = () if signup_id is None else (signup_id,)
    weighed = await weigh(session, people, row, policy, claim=claim, now=now, leaving=leaving, apart=True)
    chosen = [one for one in people if lately.get(one, 0) < policy.asks_a_week and not weighed[one].reasons][
        :count
    ]
    asks = [
        ShiftAsk(
            id=new_id(),
            created_at=now,
            district_code=row.district_code,
            shift_id=row.id,
            person_id=person_id,
            signup_id=signup_id,
            start=row.facts.start,
            wave=row.waves + 1,
        )
        for person_id in chosen
    ]
    session.add_all(asks)
    await session.flush()
    owed = [
        notices.Owed(
            person_id=one.person_id,
            kind=NoticeKind.shift_ask,
            dedupe_key=f"{NoticeKind.shift_ask}:{one.id}",
            due_at=told_at(now, policy),
            expires_at=row.facts.start,
            data={**shift_data(row), "ask_id": str(one.id), "is_stand_in": signup_id is not None},
            district_code=row.district_code,
        )
        for one in asks
    ]
    await notices.owe(session, owed, now=now)
    deeds = [
        Deed("shift_ask.made", "shift_ask", one.id, row.district_code, {"wave": one.wave}) for one in asks
    ]
    await record(session, deeds, actor=actor, now=now)
    await session.execute(
        update(Shift)
        .where(col(Shift.id) == row.id)
        .values(asked_at=now, waves=col(Shift.waves) + 1)
        .execution_options(synchronize_session=False)
    )
    return chosen


async def end_asks(
    session: AsyncSession, ask_ids: Sequence[UUID], status: AskStatus, *, now: datetime
) -> None:
    """Ends open asks, and what is still owed about them."""
    if not ask_ids:
        return
    await session.execute(
        update(ShiftAsk)
        .where(col(ShiftAsk.id).in_(ask_ids), col(ShiftAsk.status) == AskStatus.open)
        .values(status=status, answered_at=now)
        .execution_options(synchronize_session=False)
    )
    await notices.withdraw_keys(session, [f"{NoticeKind.shift_ask}:{id_}" for id_ in ask_ids], now=now)
