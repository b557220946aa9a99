"""The command line: `python -m benchmarks`."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import typer

from benchmarks import results as files
from benchmarks.bench import Bench, Options, Result
from benchmarks.ground import new_ground
from benchmarks.load import Loader
from benchmarks.machine import describe
from benchmarks.table import ratio_lines, table
from benchmarks.workloads.booking import booking
from benchmarks.workloads.chat import chat
from benchmarks.workloads.notices import notices
from benchmarks.workloads.rush import rush
from benchmarks.workloads.year import year

MOST_S = 8 * 60
"""A run is over by then."""
MOST_OF_A_YEAR_S = 90 * 60
RESERVE_S = 25
"""Kept back for stopping and cleaning up."""
SMALL_YEAR = 0.02
"""How much of a year's history the usual run has."""


class Name(StrEnum):
    """What can be measured alone."""

    spread = "spread"
    hot = "hot"
    year = "year"
    chat = "chat"
    notices = "notices"
    rush = "rush"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def main(
    only: Annotated[list[Name] | None, typer.Option(help="Measure only this. Repeat for several.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of all systems in turn.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="How long each measurement takes.")] = 5,
    clients: Annotated[int, typer.Option(min=1, help="Keep-alive connections that ask at a time.")] = 32,
    workers: Annotated[int, typer.Option(min=1, help="Processes of our server.")] = 1,
    quick: Annotated[bool, typer.Option(help="One round of two seconds, to look while working.")] = False,
    scale: Annotated[float, typer.Option(min=0, max=1, help="How much of a year's history.")] = SMALL_YEAR,
    accept: Annotated[
        bool, typer.Option(help="Accept the ratios: later runs are held against them.")
    ] = False,
) -> None:
    """Measure. A whole run writes `benchmarks/results/latest.json`, one of a whole year `year.json`.

    Exits with 1 when an invariant does not hold, or when a ratio is a fifth worse than accepted.
    """
    options = Options(
        rounds=1 if quick else rounds, seconds=2 if quick else seconds, clients=clients, workers=workers
    )
    most = MOST_S if scale <= SMALL_YEAR else MOST_OF_A_YEAR_S
    begun = time.monotonic()
    measured, machine = asyncio.run(_run(options, only or list(Name), scale, begun + most - RESERVE_S))
    report = files.document(measured, options=options, machine=machine, seconds=time.monotonic() - begun)
    typer.echo(table(measured))
    typer.echo(ratio_lines(report["ratios"].items()))
    whole = only is None and not quick
    if whole:
        files.write(files.LATEST, report)
    elif scale > SMALL_YEAR:
        files.write(files.YEAR, {**report, "scale": scale})
    if accept and whole:
        files.write(files.BASELINE, files.accept(report))
    complaints = [f"broken: {what}" for what in report["broken"]]
    if whole and not accept:
        accepted = files.read(files.BASELINE).get("ratios", {})
        complaints += [f"worse: {each}" for each in files.regressions(report["ratios"], accepted)]
    for complaint in complaints:
        typer.echo(complaint, err=True)
    raise typer.Exit(1 if complaints else 0)


Part = tuple[frozenset[Name], float, Callable[[Bench], Awaitable[Sequence[Result]]]]
"""What belongs to which names, and its share of the time."""


def _parts(names: Sequence[Name], scale: float) -> list[Part]:
    wanted = frozenset(names)
    bookings = [name.value for name in (Name.spread, Name.hot) if name in wanted]
    parts: list[Part] = [
        (frozenset({Name.spread, Name.hot}), 3, partial(booking, names=bookings)),
        (frozenset({Name.rush}), 2, rush),
        (frozenset({Name.year}), 3, partial(year, scale=scale)),
        (frozenset({Name.chat}), 1, chat),
        (frozenset({Name.notices}), 1, notices),
    ]
    return [part for part in parts if part[0] & wanted]


async def _run(
    options: Options, names: Sequence[Name], scale: float, until: float
) -> tuple[list[Result], dict[str, Any]]:
    """All parts that are wanted, each within its share of the time that is left."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    measured: list[Result] = []
    parts = _parts(names, scale)
    async with asyncio.timeout(until - time.monotonic()):
        with Loader() as loader:
            async with new_ground() as ground:
                machine = await describe(ground)
                bench = Bench(ground, loader, options, until, typer.echo)
                while parts:
                    _, share, work = parts[0]
                    share /= sum(each for _, each, _ in parts)
                    mine = time.monotonic() + bench.seconds_left * share
                    measured += await work(replace(bench, until=mine))
                    parts.pop(0)
    return measured, machine


if __name__ == "__main__":
    app()
