"""What workloads are given: the ground, the load process, the options, and how much time is left."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.figures import Figures, Round
from benchmarks.ground import Ground
from benchmarks.load import Loader


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how hard."""

    rounds: int = 3
    seconds: int = 5
    clients: int = 32
    workers: int = 1
    quick: bool = False


@dataclass(frozen=True, slots=True)
class Bench:
    """The bench that workloads stand at."""

    ground: Ground
    loader: Loader
    options: Options
    until: float
    """When the whole run must be over, on the monotonic clock."""
    say: Callable[[str], None]

    @property
    def seconds_left(self) -> float:
        """Until the run must be over."""
        return self.until - time.monotonic()


@dataclass(slots=True)
class Result:
    """What a workload came to: the figures of each system, the ratios between them, and what else was seen."""

    name: str
    title: str
    figures: list[Figures] = field(default_factory=list)
    ratios: dict[str, float] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)

    @property
    def broken(self) -> list[str]:
        """Every invariant that did not hold."""
        return [f"{figures.system}: {what}" for figures in self.figures for what in figures.broken]

    def of(self, system: str) -> Figures:
        """The figures of one system."""
        return next(figures for figures in self.figures if figures.system == system)

    def as_json(self) -> dict[str, object]:
        """For the results file."""
        return {
            "title": self.title,
            "systems": [figures.as_json() for figures in self.figures],
            "facts": self.facts,
        }


Workload = Callable[[Bench], Awaitable[Sequence[Result]]]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A system in a workload: how it is brought to its beginning, measured, and held to account afterwards."""

    name: str
    unit: str
    prepare: Callable[[], Awaitable[None]]
    measure: Callable[[int], Awaitable[Round]]
    """Takes the number of seconds."""
    broken: Callable[[Round], Awaitable[list[str]]]


async def interleaved(bench: Bench, contestants: Sequence[Contestant], *, warm_up: int = 1) -> list[Figures]:
    """Rounds of all contestants in turn, after a short one of each that does not count.

    Each round begins from the same state and on a quiet disk, and ends with the invariants.
    """
    figures = [Figures(contestant.name, contestant.unit) for contestant in contestants]
    for contestant in contestants:
        await contestant.prepare()
        await contestant.measure(warm_up)
    for number in range(bench.options.rounds):
        for contestant, made in zip(contestants, figures, strict=True):
            await contestant.prepare()
            await bench.ground.checkpoint()
            measured = await contestant.measure(bench.options.seconds)
            made.rounds.append(measured)
            made.broken += await contestant.broken(measured)
            bench.say(
                f"  round {number + 1} {contestant.name:<9} {measured.rate:>9.0f} {contestant.unit}"
                f"  p50 {measured.p50_ms:.1f} ms  p99 {measured.p99_ms:.1f} ms"
            )
    return figures


def within(figures: Sequence[Figures]) -> Mapping[str, Figures]:
    """The figures by the name of their system."""
    return {each.system: each for each in figures}
