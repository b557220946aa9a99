"""A run: one ground, one load process, the wanted workloads one after another, each within its share of the time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

import psutil

from benchmarks import footprint
from benchmarks.bench import Bench, Options, Result, standing
from benchmarks.machine import describe
from benchmarks.workloads.booking import booking
from benchmarks.workloads.chat import chat
from benchmarks.workloads.notices import notices
from benchmarks.workloads.rush import rush
from benchmarks.workloads.year import year

Json = dict[str, Any]  # a JSON object

FOOTPRINT_S = 40
"""So long measuring what the program weighs may take."""
BUSY = 1.0
"""From this load on others are in the way."""
STOPPING_S = 5
"""So long a database takes to stop."""


class Name(StrEnum):
    """What can be measured alone."""

    spread = "spread"
    hot = "hot"
    rush = "rush"
    search = "search"
    history = "history"
    mine = "mine"
    day = "day"
    chat = "chat"
    notices = "notices"
    footprint = "footprint"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to measure, how, with how much of a year's history, and until when on the monotonic clock."""

    names: Sequence[Name]
    options: Options
    scale: float
    until: float


@dataclass(slots=True)
class Measured:
    """What a run came to."""

    results: list[Result]
    machine: Json
    footprint: Json


Part = tuple[float, Callable[[Bench], Awaitable[Sequence[Result]]]]
"""A workload, and its share of the time."""


def _parts(wanted: Wanted) -> list[Part]:
    names = frozenset(wanted.names)
    bookings = [name.value for name in (Name.spread, Name.hot) if name in names]
    parts: list[Part] = [(1.5 * len(bookings), partial(booking, names=bookings))] if bookings else []
    of_a_year = [name.value for name in (Name.search, Name.history, Name.mine, Name.day) if name in names]
    if Name.rush in names:
        parts.append((2, rush))
    if of_a_year:
        parts.append((3, partial(year, scale=wanted.scale, subjects=of_a_year)))
    if Name.chat in names:
        parts.append((1, chat))
    if Name.notices in names:
        parts.append((1, notices))
    return parts


async def run(wanted: Wanted, say: Callable[[str], None]) -> Measured:
    """Measures. Raises TimeoutError when it does not end in time; ends what it started, however it ends."""
    parts = _parts(wanted)
    async with standing(wanted.options, until=wanted.until, say=say) as whole:
        ground = whole.ground
        measured = Measured([], await describe(ground), {})
        if psutil.getloadavg()[0] > BUSY:
            say(
                f"others keep this machine busy (load {psutil.getloadavg()[0]:.1f}): ratios will be less steady"
            )
        bench = replace(whole, until=wanted.until - FOOTPRINT_S)
        while parts:
            share, work = parts[0]
            measured.results += await work(bench.share(share / sum(each for each, _ in parts)))
            await ground.clear()
            parts.pop(0)
        if Name.footprint in wanted.names:
            say("footprint")
            # Where a slow machine leaves no time for it, the one of the run before is as good.
            with suppress(TimeoutError):
                async with asyncio.timeout(whole.seconds_left - STOPPING_S):
                    measured.footprint = await footprint.measure(ground)
    return measured
