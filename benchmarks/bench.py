"""What workloads are given: the ground, the load process, the options, and how much time is left."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from benchmarks.figures import Figures, Round
from benchmarks.ground import Ground, new_ground
from benchmarks.load import Loader


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how hard."""

    rounds: int = 5
    seconds: int = 3
    clients: int = 32
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Bench:
    """The bench that workloads stand at."""

    ground: Ground
    loader: Loader
    options: Options
    until: float
    """When the workload must be over, on the monotonic clock."""
    say: Callable[[str], None]

    @property
    def seconds_left(self) -> float:
        """Until the workload must be over."""
        return self.until - time.monotonic()

    def share(self, part: float) -> "Bench":
        """The same bench for a part of what has to be done, with that part of the time that is left."""
        return replace(self, until=time.monotonic() + self.seconds_left * part)


@asynccontextmanager
async def standing(options: Options, *, until: float, say: Callable[[str], None]) -> AsyncIterator[Bench]:
    """A bench for the length of a block, which is over by `until` on the monotonic clock.

    Raises TimeoutError when it is not. A signal to end ends it as an interrupt does: everything that was started stops.
    """
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    async with asyncio.timeout(until - time.monotonic()):
        with Loader() as loader:
            async with new_ground() as ground:
                yield Bench(ground, loader, options, until, say)


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


async def nothing() -> None:
    """How a contestant is prepared that changes nothing."""


async def answered(measured: Round) -> list[str]:
    """What is asked afterwards of a contestant that only reads."""
    return [] if measured.done else ["nothing was answered"]


async def interleaved(bench: Bench, contestants: Sequence[Contestant], *, warm_up: int = 1) -> list[Figures]:
    """Rounds of all contestants in turn, after a short one of each that does not count.

    Each round begins from the same state and on a quiet disk, and ends with the invariants. Where the time is short,
    there are fewer rounds than wanted, but one at least.
    """
    figures = [Figures(contestant.name, contestant.unit) for contestant in contestants]
    for contestant in contestants:
        await contestant.prepare()
        await contestant.measure(warm_up)
    for number in range(bench.options.rounds):
        begun = time.monotonic()
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
        if bench.seconds_left < time.monotonic() - begun:
            break
    return figures
