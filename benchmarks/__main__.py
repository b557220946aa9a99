"""The command line: `python -m benchmarks`."""

import asyncio
import signal
import time
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from benchmarks.bench import Bench, Options, Result
from benchmarks.ground import new_ground
from benchmarks.load import Loader
from benchmarks.table import ratio_lines, table
from benchmarks.workloads.booking import booking

MOST_SECONDS = 8 * 60


class Name(StrEnum):
    """What can be measured alone."""

    spread = "spread"
    hot = "hot"


def main(
    only: Annotated[list[Name] | None, typer.Option(help="Measure only this. Repeat for several.")] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of all systems in turn.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="How long each measurement takes.")] = 5,
    clients: Annotated[int, typer.Option(min=1, help="Keep-alive connections that ask at a time.")] = 32,
    workers: Annotated[int, typer.Option(min=1, help="Processes of our server.")] = 1,
    quick: Annotated[bool, typer.Option(help="One round of two seconds, to look while working.")] = False,
) -> None:
    """Measure."""
    options = Options(
        rounds=1 if quick else rounds,
        seconds=2 if quick else seconds,
        clients=clients,
        workers=workers,
        quick=quick,
    )
    results = asyncio.run(_measure(options, only or list(Name)))
    typer.echo(table(results))
    typer.echo(ratio_lines((name, value) for result in results for name, value in result.ratios.items()))
    broken = [what for result in results for what in result.broken]
    for what in broken:
        typer.echo(f"broken: {what}", err=True)
    if broken:
        raise typer.Exit(1)


async def _measure(options: Options, names: Sequence[Name]) -> list[Result]:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    results: list[Result] = []
    with Loader() as loader:
        async with new_ground() as ground:
            bench = Bench(ground, loader, options, time.monotonic() + MOST_SECONDS, typer.echo)
            if bookings := [name.value for name in names if name in {Name.spread, Name.hot}]:
                results += await booking(bench, bookings)
    return results


if __name__ == "__main__":
    typer.run(main)
