"""What makes a roster good, and the plain way to fill one: shift after shift, whoever fits best first. Pure.

A problem holds numbers only, so that it can be handed to another process (`scheduling.rosters.suggesting`). Times are
minutes since 1970.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from typing import Any

from models.shapes.base import local

DAY_BEGINS, DAY_ENDS = time(9), time(18)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """A shift with free places. `short`: how many of them its minimum lacks. `company`: somebody experienced is on it.

    `buddies`: so many first-timers it can still take.
    """

    start: int
    end: int
    rest_until: int
    week: int
    places: int
    short: int
    unpopular: bool
    company: bool
    buddies: int

    @property
    def minutes(self) -> int:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who could be asked. `weeks` are the minutes that they have in each week already (week number, minutes)."""

    first_timer: bool
    recent_minutes: int
    recent_unpopular: int
    weeks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """That a helper may take a gap, by every rule on its own. `away` is in hundreds of metres."""

    gap: int
    helper: int
    wish: int
    known: int
    away: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Gaps, helpers, and who may take what."""

    gaps: tuple[Gap, ...]
    helpers: tuple[Helper, ...]
    matches: tuple[Match, ...]
    week_limit: int

    def as_json(self) -> dict[str, Any]:  # a JSON object
        """As another process takes it."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Problem":  # a JSON object
        """What `as_json` gave."""
        return cls(
            tuple(Gap(**gap) for gap in said["gaps"]),
            tuple(
                Helper(**{**helper, "weeks": tuple((week, minutes) for week, minutes in helper["weeks"])})
                for helper in said["helpers"]
            ),
            tuple(Match(**match) for match in said["matches"]),
            said["week_limit"],
        )


@dataclass(frozen=True, slots=True)
class Score:
    """How good a roster is: more is better of `filled`, `wishes`, `continuity`, less of the others."""

    filled: int
    shortfall: int
    wishes: int
    continuity: int
    most_minutes: int
    most_unpopular: int
    away: int

    def no_worse_than(self, other: "Score") -> bool:
        """Whether it is at least as good in every measure, the way of each place on average."""
        return (
            self.filled >= other.filled
            and self.shortfall <= other.shortfall
            and self.wishes >= other.wishes
            and self.continuity >= other.continuity
            and self.most_minutes <= other.most_minutes
            and self.most_unpopular <= other.most_unpopular
            and self.away * other.filled <= other.away * self.filled
        )


def is_unpopular(start: datetime, end: datetime) -> bool:
    """Whether a shift lies at a time that few like: at the weekend, early or in the evening."""
    begins, ends = local(start), local(end)
    return (
        begins.weekday() >= SATURDAY
        or begins.date() != ends.date()
        or begins.time() < DAY_BEGINS
        or ends.time() > DAY_ENDS
    )


def clash(one: Gap, other: Gap) -> bool:
    """Whether nobody can take both: they overlap, or leave too little rest."""
    return one.start < other.rest_until and other.start < one.rest_until


def score(problem: Problem, chosen: Iterable[int]) -> Score:
    """Measures a roster, given as indexes of matches."""
    matches = [problem.matches[index] for index in chosen]
    filled = [0] * len(problem.gaps)
    minutes = [helper.recent_minutes for helper in problem.helpers]
    unpopular = [helper.recent_unpopular for helper in problem.helpers]
    busy = set()
    for match in matches:
        gap = problem.gaps[match.gap]
        filled[match.gap] += 1
        minutes[match.helper] += gap.minutes
        unpopular[match.helper] += gap.unpopular
        busy.add(match.helper)
    return Score(
        filled=len(matches),
        shortfall=sum(max(0, gap.short - got) for gap, got in zip(problem.gaps, filled, strict=True)),
        wishes=sum(match.wish for match in matches),
        continuity=sum(match.known for match in matches),
        most_minutes=max((minutes[helper] for helper in busy), default=0),
        most_unpopular=max((unpopular[helper] for helper in busy), default=0),
        away=sum(match.away for match in matches),
    )


@dataclass(slots=True)
class _State:
    """A roster as it grows."""

    problem: Problem
    taken: list[list[int]] = field(default_factory=list)
    of_helper: dict[int, list[int]] = field(default_factory=dict)

    def allows(self, match: Match) -> bool:
        """Whether a match still fits: rest, hours of the week, and company for first-timers."""
        problem, gap = self.problem, self.problem.gaps[match.gap]
        helper = problem.helpers[match.helper]
        own = [problem.gaps[index] for index in self.of_helper.get(match.helper, ())]
        if any(clash(gap, other) for other in own):
            return False
        served = dict(helper.weeks).get(gap.week, 0) + sum(g.minutes for g in own if g.week == gap.week)
        if served + gap.minutes > problem.week_limit:
            return False
        if not helper.first_timer:
            return True
        crew = [problem.helpers[other] for other in self.taken[match.gap]]
        novices = sum(one.first_timer for one in crew)
        return (gap.company or novices < len(crew)) and novices < gap.buddies


def greedy(problem: Problem) -> list[int]:
    """Fills shift after shift, the soonest first, each with whoever fits best by then; indexes of matches."""
    by_gap: list[list[int]] = [[] for _ in problem.gaps]
    for index, match in enumerate(problem.matches):
        by_gap[match.gap].append(index)
    state = _State(problem, [[] for _ in problem.gaps])
    minutes = [helper.recent_minutes for helper in problem.helpers]
    chosen: list[int] = []
    order = sorted(range(len(problem.gaps)), key=lambda number: (problem.gaps[number].start, number))
    for number in order:
        gap = problem.gaps[number]
        for _ in range(gap.places):
            fitting = [
                index
                for index in by_gap[number]
                if problem.matches[index].helper not in state.taken[number]
                and state.allows(problem.matches[index])
            ]
            if not fitting:
                break
            best = min(fitting, key=lambda index: _greed(problem, index, minutes))
            match = problem.matches[best]
            chosen.append(best)
            state.taken[number].append(match.helper)
            state.of_helper.setdefault(match.helper, []).append(number)
            minutes[match.helper] += gap.minutes
    return sorted(chosen)


def _greed(problem: Problem, index: int, minutes: Sequence[int]) -> tuple[int, int, int, int, int]:
    match = problem.matches[index]
    return (-match.wish, -match.known, minutes[match.helper], match.away, index)


def most_fitting(problem: Problem, count: int) -> list[int]:
    """For each gap the matches that fit best, so many of them; indexes of matches."""
    minutes = [helper.recent_minutes for helper in problem.helpers]
    by_gap: list[list[int]] = [[] for _ in problem.gaps]
    for index, match in enumerate(problem.matches):
        by_gap[match.gap].append(index)
    return [
        index
        for own in by_gap
        for index in sorted(own, key=lambda index: _greed(problem, index, minutes))[:count]
    ]


def is_allowed(problem: Problem, chosen: Sequence[int]) -> bool:
    """Whether a roster keeps every hard rule: no more than there are places, rest, hours of the week, company."""
    crews: list[list[int]] = [[] for _ in problem.gaps]
    of_helper: dict[int, list[int]] = {}
    for index in chosen:
        match = problem.matches[index]
        crews[match.gap].append(match.helper)
        of_helper.setdefault(match.helper, []).append(match.gap)
    for number, crew in enumerate(crews):
        gap = problem.gaps[number]
        novices = sum(problem.helpers[helper].first_timer for helper in crew)
        if len(crew) > gap.places or len(set(crew)) < len(crew):
            return False
        alone = not gap.company and novices == len(crew)
        if novices and (novices > gap.buddies or alone):
            return False
    for helper, numbers in of_helper.items():
        gaps = [problem.gaps[number] for number in numbers]
        if any(clash(one, other) for i, one in enumerate(gaps) for other in gaps[i + 1 :]):
            return False
        weeks = dict(problem.helpers[helper].weeks)
        for gap in gaps:
            weeks[gap.week] = weeks.get(gap.week, 0) + gap.minutes
            if weeks[gap.week] > problem.week_limit:
                return False
    return True


def reasons_for(match: Match, helper: Helper, gap: Gap, *, choices: int, near: int) -> list[str]:
    """Why somebody was chosen, as codes: what speaks for them. `choices`: how many could take it; `near`: half of them
    live farther away than that.
    """
    reasons = [
        ("wished", match.wish > 0),
        ("knows_the_place", match.known > 0),
        ("served_little", helper.recent_minutes == 0),
        ("their_turn", gap.unpopular and helper.recent_unpopular == 0),
        ("lives_near", match.away <= near),
        ("few_can", choices <= gap.places),
    ]
    return [code for code, holds in reasons if holds] or ["free_then"]
