"""The solver of suggested rosters: reads a problem as JSON, writes the best roster that it finds (OR-Tools CP-SAT).

    python -m scheduling.rosters.suggesting < problem.json

It runs as a process of its own, and nothing of the program imports it: importing OR-Tools takes 0.3 s and 60 MB that every
process would carry, and solving holds the interpreter for seconds. See docs/decisions/0024-suggesting-in-a-process.md.
"""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from scheduling.rules.suggesting import Gap, Match, Problem, Score, greedy, most_fitting, score

EFFORT = 3.0
"""How long it looks for something better, in the solver's own deterministic time: the same on every machine."""

AT_MOST_S = 7.0
"""And never longer than that by the clock."""

SEED = 2026

MOST_MATCHES = 40
"""So many people are looked at for one shift."""

WEIGHTS = {
    "shortfall": 20_000,
    "filled": 2_000,
    "wishes": 40,
    "continuity": 20,
    "most_minutes": 1,
    "most_unpopular": 60,
    "away": 1,
}
"""What counts how much: minimums first, then places, then everything soft."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The measures of a roster as the solver sees them."""

    filled: cp_model.LinearExpr
    shortfall: cp_model.LinearExpr
    wishes: cp_model.LinearExpr
    continuity: cp_model.LinearExpr
    most_minutes: cp_model.LinearExpr
    most_unpopular: cp_model.LinearExpr
    away: cp_model.LinearExpr


def weighted(terms: Sequence[tuple[cp_model.IntVar, int]]) -> cp_model.LinearExpr:
    """A weighted sum, in the solver's own terms."""
    return cp_model.LinearExpr.weighted_sum([one for one, _ in terms], [weight for _, weight in terms])


class Roster:
    """The model: one yes or no for each match, every hard rule, and the measures."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.model = cp_model.CpModel()
        self.takes = [self.model.new_bool_var(f"m{index}") for index in range(len(problem.matches))]
        self.by_gap: list[list[int]] = [[] for _ in problem.gaps]
        self.by_helper: list[list[int]] = [[] for _ in problem.helpers]
        for index, match in enumerate(problem.matches):
            self.by_gap[match.gap].append(index)
            self.by_helper[match.helper].append(index)
        self._places_and_company()
        self._rest_and_weeks()

    def _places_and_company(self) -> None:
        for number, gap in enumerate(self.problem.gaps):
            self.model.add(self._count(self.by_gap[number]) <= gap.places)
            novices = [index for index in self.by_gap[number] if self._is_novice(index)]
            if not novices:
                continue
            self.model.add(self._count(novices) <= max(0, gap.buddies))
            if not gap.company:
                veterans = self._count([i for i in self.by_gap[number] if not self._is_novice(i)])
                for index in novices:
                    self.model.add(self.takes[index] <= veterans)

    def _count(self, indexes: Sequence[int]) -> cp_model.LinearExpr:
        return weighted([(self.takes[index], 1) for index in indexes])

    def _is_novice(self, index: int) -> bool:
        return self.problem.helpers[self.problem.matches[index].helper].first_timer

    def _rest_and_weeks(self) -> None:
        gaps = self.problem.gaps
        for helper, own in enumerate(self.by_helper):
            for together in cliques([gaps[self.problem.matches[index].gap] for index in own]):
                self.model.add_at_most_one(self.takes[own[number]] for number in together)
            served = dict(self.problem.helpers[helper].weeks)
            for week in {gaps[self.problem.matches[index].gap].week for index in own}:
                minutes = weighted(
                    [
                        (self.takes[index], gap.minutes)
                        for index in own
                        if (gap := gaps[self.problem.matches[index].gap]).week == week
                    ]
                )
                self.model.add(minutes <= max(0, self.problem.week_limit - served.get(week, 0)))

    def measured(self) -> Measured:
        """The measures, as `score` of a roster would find them."""
        problem, matches = self.problem, self.problem.matches
        short: list[cp_model.IntVar] = []
        for number, gap in enumerate(problem.gaps):
            if gap.short:
                lacks = self.model.new_int_var(0, gap.short, f"s{number}")
                self.model.add(lacks + self._count(self.by_gap[number]) >= gap.short)
                short.append(lacks)
        return Measured(
            filled=weighted([(take, 1) for take in self.takes]),
            shortfall=weighted([(lacks, 1) for lacks in short]),
            wishes=self._sum(lambda match: match.wish),
            continuity=self._sum(lambda match: match.known),
            most_minutes=self._most(
                "minutes",
                lambda index: problem.gaps[matches[index].gap].minutes,
                lambda helper: problem.helpers[helper].recent_minutes,
            ),
            most_unpopular=self._most(
                "unpopular",
                lambda index: int(problem.gaps[matches[index].gap].unpopular),
                lambda helper: problem.helpers[helper].recent_unpopular,
            ),
            away=self._sum(lambda match: match.away),
        )

    def _sum(self, of: Callable[[Match], int]) -> cp_model.LinearExpr:
        return weighted(
            [(take, of(match)) for match, take in zip(self.problem.matches, self.takes, strict=True)]
        )

    def _most(
        self, name: str, weight: Callable[[int], int], before: Callable[[int], int]
    ) -> cp_model.LinearExpr:
        """The largest sum of anybody who takes something."""
        helpers = range(len(self.by_helper))
        top = max(
            (before(one) + sum(weight(index) for index in self.by_helper[one]) for one in helpers), default=0
        )
        most = self.model.new_int_var(0, top, f"most_{name}")
        for helper, own in enumerate(self.by_helper):
            if not own:
                continue
            busy = self.model.new_bool_var(f"{name}{helper}")
            for index in own:
                self.model.add_implication(self.takes[index], busy)
            added = weighted([(self.takes[index], weight(index)) for index in own])
            self.model.add(most >= added + before(helper)).only_enforce_if(busy)
        return most


def cliques(gaps: Sequence[Gap]) -> list[list[int]]:
    """The largest sets of gaps of which nobody can take two: those whose time or rest covers the start of one of them."""
    found = [
        frozenset(number for number, gap in enumerate(gaps) if gap.start <= at.start < gap.rest_until)
        for at in gaps
    ]
    return [sorted(one) for one in set(found) if len(one) > 1 and not any(one < other for other in found)]


@dataclass(frozen=True, slots=True)
class Solved:
    """The roster found, as indexes of matches, and whether none is better."""

    chosen: list[int]
    proven_best: bool


def solve(problem: Problem) -> Solved:
    """The best roster found, no worse in any measure than the greedy one: that is where the search begins.

    Deterministic. Of those who may take a gap only the most fitting are looked at, and whom the greedy roster has.
    """
    plain = greedy(problem)
    kept = sorted({*plain, *most_fitting(problem, MOST_MATCHES)})
    if not kept:
        return Solved(plain, proven_best=True)
    roster = Roster(replace(problem, matches=tuple(problem.matches[index] for index in kept)))
    model, measured = roster.model, roster.measured()
    _no_worse(model, measured, score(problem, plain))
    known = set(plain)
    for index, take in zip(kept, roster.takes, strict=True):
        model.add_hint(take, index in known)
    model.maximize(
        WEIGHTS["filled"] * measured.filled
        - WEIGHTS["shortfall"] * measured.shortfall
        + WEIGHTS["wishes"] * measured.wishes
        + WEIGHTS["continuity"] * measured.continuity
        - WEIGHTS["most_minutes"] * measured.most_minutes
        - WEIGHTS["most_unpopular"] * measured.most_unpopular
        - WEIGHTS["away"] * measured.away
    )
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.linearization_level = 2
    solver.parameters.random_seed = SEED
    solver.parameters.max_deterministic_time = EFFORT
    solver.parameters.max_time_in_seconds = AT_MOST_S
    status = solver.solve(model)
    if status not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        return Solved(plain, proven_best=False)
    chosen = [index for index, take in zip(kept, roster.takes, strict=True) if solver.boolean_value(take)]
    return Solved(chosen, status == cp_model.OPTIMAL and len(kept) == len(problem.matches))


def _no_worse(model: cp_model.CpModel, measured: Measured, plain: Score) -> None:
    """At least as good as the greedy roster in every measure, the way of each place on average.

    Only for a minimum that the greedy roster fails, and this one does not, may the soft ones be worse.
    """
    model.add(measured.filled >= plain.filled)
    model.add(measured.shortfall <= plain.shortfall)
    rescues = model.new_bool_var("rescues")
    model.add(measured.shortfall <= plain.shortfall - 1).only_enforce_if(rescues)
    for bound in (
        measured.wishes >= plain.wishes,
        measured.continuity >= plain.continuity,
        measured.most_minutes <= plain.most_minutes,
        measured.most_unpopular <= plain.most_unpopular,
        measured.away * plain.filled <= plain.away * measured.filled,
    ):
        model.add(bound).only_enforce_if(rescues.negated())


def main() -> None:
    """Solves the problem that stands in the input."""
    solved = solve(Problem.from_json(json.load(sys.stdin)))
    json.dump({"chosen": solved.chosen, "proven_best": solved.proven_best}, sys.stdout)


if __name__ == "__main__":
    main()
