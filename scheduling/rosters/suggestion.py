"""Suggesting a roster for some days of a point, and proposing its choices to the volunteers (product: Volunteers 1).

Reading the problem, solving it (in a process of its own, outside any transaction) and proposing are three steps.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.shapes.base import DISTRICT_ZONE, Coordinates, Named, local_day
from models.shapes.rosters import SignupView
from models.shapes.suggestions import (
    Applied,
    Choice,
    Measures,
    NotProposed,
    Proposals,
    Suggestion,
    SuggestionApplied,
    SuggestionOrder,
)
from models.tables import Person, Shift, Signup, Volunteer
from models.vocabulary import ShiftStatus, SignupSource, SignupStatus
from scheduling import notices
from scheduling.actors import Actor
from scheduling.errors import InvalidInputError
from scheduling.locks import lock_persons, lock_shifts
from scheduling.policies import Policy
from scheduling.queries.points import managed_point
from scheduling.queries.roster_views import signup_views
from scheduling.queries.rosters import (
    Known,
    ShiftRow,
    hands_of,
    roster_policies,
    shift_rows,
    shift_select,
    shifts_by_id,
    volunteers_by_id,
)
from scheduling.rosters.asking import fits_hours
from scheduling.rosters.enrolling import enrol, signup_columns, weigh
from scheduling.rosters.managing import authorised
from scheduling.rosters.telling import news
from scheduling.rules.booking import when
from scheduling.rules.covering import Hands
from scheduling.rules.distance import metres
from scheduling.rules.roster import Claim, ShiftWish, minutes_between, monday_of, refusals
from scheduling.rules.suggesting import (
    Gap,
    Helper,
    Match,
    Problem,
    Score,
    greedy,
    is_unpopular,
    reasons_for,
    score,
)

LONGEST = timedelta(days=14)
"""A suggestion fills two weeks at most …"""
MOST_SHIFTS = 100
"""… and so many shifts …"""
MOST_HELPERS = 300
"""… and looks at so many people, those nearest to the point."""

RECENT = timedelta(days=28)
"""What people served within so many days counts as lately."""

SOLVER = "scheduling.rosters.suggesting"
PATIENCE_S = 30
"""A solver that has not answered by then is ended; the greedy roster is suggested instead."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A problem, and whom and what its numbers stand for. `metres` are from each helper's home, where known."""

    problem: Problem
    shifts: Sequence[ShiftRow]
    people: Sequence[Known]
    metres: Sequence[int | None]


async def prepare(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: SuggestionOrder, now: datetime
) -> Prepared:
    """Reads what is to be filled and who could. Raises NotFoundError, ForbiddenError, InvalidInputError."""
    point = await managed_point(session, actor=actor, point_id=point_id)
    if not timedelta(0) <= wanted.last - wanted.first < LONGEST:
        raise InvalidInputError(field="last", detail="two weeks at most, the first day first")
    shifts = await _gaps(session, point_id, wanted.first, wanted.last, now)
    if not shifts:
        return Prepared(Problem((), (), (), 0), (), (), ())
    policy = (await roster_policies(session, shifts))[point_id]
    expected = await hands_of(session, [row.id for row in shifts])
    place = Coordinates(latitude=point.latitude, longitude=point.longitude)
    volunteers = await _volunteers(session, shifts[0].district_code, place, policy, now)
    people = await volunteers_by_id(session, list(volunteers), now=now, since=now - RECENT)
    served_here = await _served_at(session, point_id, list(volunteers))
    ordered = [people[person_id] for person_id in volunteers]
    matches = [
        match
        for number, known in enumerate(ordered)
        for match in _matches(
            number,
            known,
            volunteers[known.facts.person_id],
            shifts,
            policy,
            known_here=served_here.get(known.facts.person_id, 0),
            now=now,
        )
    ]
    problem = Problem(
        tuple(_gap(row, expected[row.id], policy) for row in shifts),
        tuple(_helper(known, now) for known in ordered),
        tuple(matches),
        policy.week_hours * 60,
    )
    away = [volunteers[known.facts.person_id].away_m for known in ordered]
    return Prepared(problem, shifts, ordered, away)


async def _gaps(
    session: AsyncSession, point_id: UUID, first: date, last: date, now: datetime
) -> list[ShiftRow]:
    """Published shifts of these days with free places."""
    start = datetime.combine(first, time(0), tzinfo=DISTRICT_ZONE)
    end = datetime.combine(last + timedelta(days=1), time(0), tzinfo=DISTRICT_ZONE)
    return await shift_rows(
        session,
        shift_select()
        .where(
            col(Shift.point_id) == point_id,
            col(Shift.status) == ShiftStatus.published,
            col(Shift.start) >= max(start, now),
            col(Shift.start) < end,
            col(Shift.taken) < col(Shift.needed),
        )
        .order_by(col(Shift.start), col(Shift.id))
        .limit(MOST_SHIFTS),
    )


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says that bears on a match."""

    roles_wished: Sequence[str]
    hours_wanted: Sequence[Mapping[str, Any]]  # JSON objects
    away_m: int | None


async def _volunteers(
    session: AsyncSession, district_code: str, place: Coordinates, policy: Policy, now: datetime
) -> dict[UUID, Profile]:
    """Who may be proposed to: everybody within reach who is not suspended, the nearest ones; without a home, the last."""
    rows = await session.execute(
        select(
            col(Volunteer.id),
            col(Volunteer.roles_wished),
            col(Volunteer.hours_wanted),
            col(Volunteer.reach_m),
            col(Person.home_latitude),
            col(Person.home_longitude),
        )
        .join(Person, col(Person.id) == col(Volunteer.id))
        .where(
            col(Volunteer.district_code) == district_code,
            col(Volunteer.takes_asks),
            col(Volunteer.suspended_until).is_(None) | (col(Volunteer.suspended_until) <= now),
        )
    )
    found: list[tuple[int, UUID, Profile]] = []
    for row in rows:
        away: int | None = None
        if row.home_latitude is not None and row.home_longitude is not None:
            home = Coordinates(latitude=row.home_latitude, longitude=row.home_longitude)
            away = round(metres(place, home))
            if away > min(row.reach_m, policy.ask_reach_m):
                continue
        profile = Profile(row.roles_wished, row.hours_wanted, away)
        found.append((policy.ask_reach_m if away is None else away, row.id, profile))
    found.sort(key=lambda one: one[:2])
    return {person_id: profile for _, person_id, profile in found[:MOST_HELPERS]}


async def _served_at(session: AsyncSession, point_id: UUID, person_ids: Sequence[UUID]) -> Mapping[UUID, int]:
    """How often each person has served at a point."""
    rows = await session.execute(
        select(col(Signup.person_id), func.count())
        .where(
            col(Signup.person_id).in_(person_ids),
            col(Signup.point_id) == point_id,
            col(Signup.status) == SignupStatus.attended,
        )
        .group_by(col(Signup.person_id))
    )
    return {row[0]: row[1] for row in rows}


MOST_KNOWN = 5
"""Having served somewhere more often than that makes no difference."""


def _matches(
    number: int,
    known: Known,
    profile: Profile,
    shifts: Sequence[ShiftRow],
    policy: Policy,
    *,
    known_here: int,
    now: datetime,
) -> list[Match]:
    """Which shifts somebody may take by every rule; whether a first-timer has company is for the solver to see to."""
    found: list[Match] = []
    away = policy.ask_reach_m if profile.away_m is None else profile.away_m
    for gap, row in enumerate(shifts):
        if not fits_hours(profile.hours_wanted, row.facts.start, row.facts.end):
            continue
        wish = ShiftWish(row.facts, known.facts, policy, now, Claim.proposed)
        if {reason.code for reason in refusals(wish)} - {"first-timer-alone"}:
            continue
        found.append(
            Match(
                gap=gap,
                helper=number,
                wish=(row.facts.role in profile.roles_wished) + bool(profile.hours_wanted),
                known=min(MOST_KNOWN, known_here),
                away=round(away / 100),
            )
        )
    return found


def _minute(moment: datetime) -> int:
    return int(moment.timestamp() // 60)


def _week(moment: datetime) -> int:
    return monday_of(local_day(moment)).toordinal()


def _gap(row: ShiftRow, expected: Hands, policy: Policy) -> Gap:
    facts = row.facts
    return Gap(
        start=_minute(facts.start),
        end=_minute(facts.end),
        rest_until=_minute(facts.end + policy.rest),
        week=_week(facts.start),
        places=facts.free,
        short=min(facts.free, max(0, expected.missing - expected.held)),
        unpopular=is_unpopular(facts.start, facts.end),
        company=facts.led or facts.experienced > 0,
        buddies=max(0, facts.buddy_places - facts.first_timers),
    )


def _helper(known: Known, now: datetime) -> Helper:
    weeks: dict[int, int] = {}
    recent = unpopular = 0
    for duty in known.facts.duties:
        minutes = minutes_between(duty.start, duty.end)
        weeks[_week(duty.start)] = weeks.get(_week(duty.start), 0) + minutes
        if duty.start > now - RECENT:
            recent += minutes
            unpopular += is_unpopular(duty.start, duty.end)
    return Helper(known.facts.first_timer, recent, unpopular, tuple(sorted(weeks.items())))


async def solve(prepared: Prepared) -> Suggestion:
    """The suggested roster with its reasons, and the greedy one's measures beside it.

    Solved by a process of its own (`scheduling.rosters.suggesting`); should that fail, the greedy roster is suggested.
    """
    problem = prepared.problem
    plain = greedy(problem)
    chosen, proven = plain, not problem.matches
    if problem.matches:
        answer = await _ask_solver(problem)
        if answer is not None:
            chosen, proven = answer
    return Suggestion(
        choices=_explained(prepared, chosen),
        measures=_measures(score(problem, chosen)),
        greedy=_measures(score(problem, plain)),
        proven_best=proven,
    )


async def _ask_solver(problem: Problem) -> tuple[list[int], bool] | None:
    solver = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        SOLVER,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        said, complaint = await asyncio.wait_for(
            solver.communicate(json.dumps(problem.as_json()).encode()), PATIENCE_S
        )
    except TimeoutError:
        _log.warning("solver of rosters took too long")
        return None
    finally:
        if solver.returncode is None:
            solver.kill()
            await solver.wait()
    if solver.returncode:
        _log.error("solver of rosters failed", extra={"said": complaint.decode(errors="replace")[-500:]})
        return None
    answer = json.loads(said)
    return answer["chosen"], answer["proven_best"]


def _measures(of: Score) -> Measures:
    return Measures(
        filled=of.filled,
        shortfall=of.shortfall,
        wishes=of.wishes,
        continuity=of.continuity,
        most_minutes=of.most_minutes,
        most_unpopular=of.most_unpopular,
        distance_m=of.away * 100,
    )


def _explained(prepared: Prepared, chosen: Sequence[int]) -> list[Choice]:
    problem = prepared.problem
    could = [0] * len(problem.gaps)
    ways: list[list[int]] = [[] for _ in problem.gaps]
    for match in problem.matches:
        could[match.gap] += 1
        ways[match.gap].append(match.away)
    found: list[Choice] = []
    for index in chosen:
        match = problem.matches[index]
        row, known = prepared.shifts[match.gap], prepared.people[match.helper]
        helper, gap = problem.helpers[match.helper], problem.gaps[match.gap]
        near = sorted(ways[match.gap])[len(ways[match.gap]) // 2]
        found.append(
            Choice(
                shift_id=row.id,
                start=row.facts.start,
                person=Named(id=known.facts.person_id, name=known.name),
                wish=match.wish,
                known=match.known,
                recent_minutes=helper.recent_minutes,
                unpopular=gap.unpopular,
                distance_m=prepared.metres[match.helper],
                because=reasons_for(match, helper, gap, choices=could[match.gap], near=near),
            )
        )
    return sorted(found, key=lambda choice: (choice.start, choice.shift_id, choice.person.id))


async def apply(
    session: AsyncSession, *, actor: Actor, point_id: UUID, wanted: SuggestionApplied, now: datetime
) -> Proposals:
    """Proposes choices of a suggestion, all or part, to their volunteers, who confirm or decline.

    Each is asked anew against every rule; what the rules do not allow by now is left out, with the reasons. Raises
    NotFoundError, ForbiddenError.
    """
    await managed_point(session, actor=actor, point_id=point_id)
    choices = sorted(set(wanted.choices), key=lambda one: (one.shift_id, one.person_id))
    known = await shifts_by_id(session, {one.shift_id for one in choices})
    for one in choices:
        authorised(actor, known.get(one.shift_id))
    await lock_persons(session, {one.person_id for one in choices})
    shifts = await lock_shifts(session, known)
    policies = await roster_policies(session, shifts.values())
    proposed: list[UUID] = []
    refused: list[NotProposed] = []
    for one in _veterans_first(
        choices, await volunteers_by_id(session, {c.person_id for c in choices}, now=now)
    ):
        policy = policies[shifts[one.shift_id].facts.point_id]
        row = (await shifts_by_id(session, [one.shift_id]))[one.shift_id]
        signup_id, reasons = await _propose(session, one, row, policy, actor=actor, now=now)
        if signup_id is None:
            refused.append(NotProposed(shift_id=one.shift_id, person_id=one.person_id, reasons=reasons))
        else:
            proposed.append(signup_id)
    views: list[SignupView] = await signup_views(session, proposed)
    return Proposals(proposed=views, refused=refused)


def _veterans_first(choices: Sequence[Applied], people: Mapping[UUID, Known]) -> list[Applied]:
    """Those who have served before come first, so that first-timers have company."""
    return sorted(
        choices,
        key=lambda one: one.person_id in people and people[one.person_id].facts.first_timer,
    )


async def _propose(
    session: AsyncSession, one: Applied, row: ShiftRow, policy: Policy, *, actor: Actor, now: datetime
) -> tuple[UUID | None, list[str]]:
    weighed = await weigh(session, [one.person_id], row, policy, claim=Claim.proposed, now=now)
    if one.person_id not in weighed:
        return None, ["unknown-person"]
    mine = weighed[one.person_id]
    if mine.known.district_code != row.district_code:
        return None, ["unknown-person"]
    if mine.reasons:
        return None, [reason.code for reason in mine.reasons]
    closes = row.facts.start - timedelta(minutes=policy.signup_closes_minutes)
    until = min(now + timedelta(hours=policy.proposal_hours), max(closes, now))
    columns = signup_columns(
        row,
        policy,
        mine.known,
        status=SignupStatus.proposed,
        source=SignupSource.suggestion,
        signed_by_id=actor.require_person(),
        now=now,
        answer_by=until,
    )
    ids = await enrol(session, [columns], row, policy, actor=actor, now=now)
    told = news(
        row,
        policy,
        what="proposed",
        person_id=one.person_id,
        key=str(ids[0]),
        now=now,
        signup_id=str(ids[0]),
        answer_by=when(until),
    )
    await notices.owe(session, [replace(told, expires_at=until)], now=now)
    return ids[0], []
