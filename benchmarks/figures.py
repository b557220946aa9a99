"""From single answers to figures: percentiles, medians of rounds, ratios within a round."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from benchmarks.load import NO_ANSWER, Outcome
from benchmarks.usage import Usage


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of a hundred values do not exceed (nearest rank); NaN of none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


@dataclass(frozen=True, slots=True)
class Round:
    """One measurement of one system. `done` are the operations that succeeded."""

    done: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_s: float
    server_cpu_s: float
    postgres_cpu_s: float
    peak_rss: int
    answers: Counter[int] = field(default_factory=Counter)
    errors: int = 0

    @property
    def rate(self) -> float:
        """Operations a second."""
        return self.done / self.seconds if self.seconds else 0.0

    @property
    def cpu_s_per_thousand(self) -> float:
        """Processor seconds of server and database for a thousand operations."""
        return self.cpu_s / self.done * 1000 if self.done else math.nan


def round_of(
    outcome: Outcome, usage: Usage, *, good: frozenset[int], honest: frozenset[int] = frozenset()
) -> Round:
    """What a load came to. Statuses in `good` are successes, those in `honest` are neither that nor errors.

    Latencies are those of the successes.
    """
    answers = outcome.count()
    well = [
        latency
        for latency, status in zip(outcome.latencies_ms, outcome.statuses, strict=True)
        if status in good
    ]
    return Round(
        done=len(well),
        seconds=outcome.seconds,
        p50_ms=percentile(well, 50),
        p99_ms=percentile(well, 99),
        cpu_s=usage.cpu_s,
        server_cpu_s=usage.server_cpu_s,
        postgres_cpu_s=usage.postgres_cpu_s,
        peak_rss=usage.peak_rss,
        answers=answers,
        errors=sum(number for status, number in answers.items() if status not in good | honest),
    )


@dataclass(slots=True)
class Figures:
    """The rounds of one system in one workload, and the invariants that did not hold afterwards."""

    system: str
    unit: str
    rounds: list[Round] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Median of the rounds' operations a second."""
        return self._middle("rate")

    @property
    def p50_ms(self) -> float:
        """Median of the rounds' medians."""
        return self._middle("p50_ms")

    @property
    def p99_ms(self) -> float:
        """Median of the rounds' 99th percentiles."""
        return self._middle("p99_ms")

    @property
    def cpu_s_per_thousand(self) -> float:
        """Median of the rounds'."""
        return self._middle("cpu_s_per_thousand")

    @property
    def peak_rss_mb(self) -> float:
        """The most of all rounds, in megabytes."""
        return max((each.peak_rss for each in self.rounds), default=0) / 1_000_000

    @property
    def errors(self) -> int:
        """Of all rounds."""
        return sum(each.errors for each in self.rounds)

    @property
    def answers(self) -> Counter[int]:
        """Of all rounds."""
        return sum((each.answers for each in self.rounds), Counter())

    def _middle(self, name: str) -> float:
        values = [float(getattr(each, name)) for each in self.rounds]
        return median(values) if values else math.nan

    def as_json(self) -> dict[str, object]:
        """For the results file. What could not be measured is left out."""
        numbers = {
            "rate": self.rate,
            "p50_ms": self.p50_ms,
            "p99_ms": self.p99_ms,
            "cpu_s_per_thousand": self.cpu_s_per_thousand,
            "server_cpu_s_per_thousand": self._part("server_cpu_s"),
            "postgres_cpu_s_per_thousand": self._part("postgres_cpu_s"),
            "peak_rss_mb": self.peak_rss_mb,
        }
        return {
            "system": self.system,
            "unit": self.unit,
            **{name: round(value, 4) for name, value in numbers.items() if not math.isnan(value)},
            "rates_of_rounds": [round(each.rate, 1) for each in self.rounds],
            "errors": self.errors,
            "answers": {
                "none" if status == NO_ANSWER else str(status): number
                for status, number in sorted(self.answers.items())
            },
            "broken": self.broken,
        }

    def _part(self, name: str) -> float:
        parts = [getattr(each, name) / each.done * 1000 for each in self.rounds if each.done]
        return median(parts) if parts else math.nan


def cheaper(ours: Figures, theirs: Figures) -> float:
    """How many times less processor time an operation takes, server and database together: the median of the rounds'.

    Steadier than how many are done in a second where others use the same machine.
    """
    pairs = zip(ours.rounds, theirs.rounds, strict=True)
    ratios = [
        other.cpu_s_per_thousand / one.cpu_s_per_thousand for one, other in pairs if one.cpu_s and other.done
    ]
    return median(ratios) if ratios else math.nan


def paired(ours: Figures, theirs: Figures) -> float:
    """How many times faster: the median of the ratios within each round, so that a slow minute hits both."""
    pairs = zip(ours.rounds, theirs.rounds, strict=True)
    ratios = [one.rate / other.rate for one, other in pairs if other.rate]
    return median(ratios) if ratios else math.nan
